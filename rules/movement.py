"""Movement under a load: the category of encumbrance, the rate, and what the load costs in combat."""

from dataclasses import dataclass
from typing import Any

from rules.abilities import Strength, read_strength, usable_strength
from rules.characters import read_classes, read_race, spoken
from rules.errors import MalformedValue, OutOfTable
from rules.loader import Rulebook, default_rulebook
from rules.results import Part, Result, signed, sources_of

CATEGORIES_OF_LOAD = ("none", "light", "moderate", "heavy", "severe")
SEVERE_RATE = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement(Result):
    """A movement rate. `attack_penalty` is 0 or less; `armor_class_penalty` makes the armor class worse by so much.

    `limits_lb` has the most that may be carried in each category, in pounds.
    """

    race: str
    strength: str
    load_lb: float
    category: str
    base_rate: int
    rate: int
    attack_penalty: int
    armor_class_penalty: int
    limits_lb: dict[str, int]


def movement(
    race: str,
    strength: int | str,
    load_lb: float,
    *,
    character_class: str | None = None,
    book: Rulebook | None = None,
) -> Movement:
    """How fast a character moves under a load.

    Args:
        race: A race or alias.
        strength: 2 to 18 or `18/01` to `18/00`, as far as the table of encumbrance goes.
        load_lb: Everything worn and carried, in pounds; magical armor weighs nothing here.
        character_class: Given, it decides who may have exceptional Strength.
        book: The tables; those of this package when None.

    Raises:
        RuleError: A value is not in the rule base, or the load is more than can be carried.

    Source: Player's Handbook, tables 47 and 64, chapter 6.
    """
    book = book or default_rulebook()
    name = read_race(race, book)
    score, warnings = _strength(strength, name, character_class, book)
    limits, limits_source = load_limits(score, book)
    category = _category(load_lb, limits, score)
    rates, effects = book.table("movement_rates"), book.table("movement")
    base, row = int(rates.value(name)), effects.find(category)
    rate = SEVERE_RATE if row["numerator"] is None else base * row["numerator"] // row["denominator"]
    most = f"at most {limits[category]} lb"
    parts = [
        Part(f"{spoken(name)}, unencumbered", base, rates.source),
        Part(f"Strength {score}, {_written(load_lb)} lb", f"{category} ({most})", limits_source),
        Part(f"movement, {category} load", rate, effects.source),
    ]
    if row["attack"]:
        parts.append(Part("attack rolls", signed(row["attack"]), effects.source))
    if row["armor_class"]:
        parts.append(Part("armor class", signed(row["armor_class"]), effects.source))
    return Movement(
        race=name,
        strength=str(score),
        load_lb=load_lb,
        category=category,
        base_rate=base,
        rate=rate,
        attack_penalty=row["attack"],
        armor_class_penalty=row["armor_class"],
        limits_lb=limits,
        breakdown=tuple(parts),
        source=sources_of(*parts),
        assumptions=("Fractions of the rate are dropped.",) if category not in {"none", "severe"} else (),
        warnings=warnings,
    )


def load_limits(strength: Strength, book: Rulebook) -> tuple[dict[str, int], str]:
    """The most that may be carried in each category in pounds, and where it is printed.

    Raises:
        OutOfTable: The table does not have this Strength.
    """
    if strength.percent is None:
        table = book.table("encumbrance")
        low, high = table.bounds()
        if not low <= strength.score <= (high or low):
            raise OutOfTable("strength", strength.score, f"from {low} to {high}, or 18/01 to 18/00, to find a load")
        row = table.find(at=strength.score)
    else:
        table = book.table("exceptional_encumbrance")
        row = table.find(at=strength.percent)
    return {category: int(row[f"{category}_lb"]) for category in CATEGORIES_OF_LOAD}, table.source


def _strength(
    value: int | str, race: str, character_class: str | None, book: Rulebook
) -> tuple[Strength, tuple[str, ...]]:
    score = read_strength(value)
    classes = book.table("classes") if character_class is not None else None
    is_warrior = classes is None or any(
        classes.find(one)["group"] == "warrior" for one in read_classes(character_class, book)
    )
    return usable_strength(score, is_warrior=is_warrior, race=race, book=book)


def _category(load_lb: Any, limits: dict[str, int], strength: Strength) -> str:
    most = limits[CATEGORIES_OF_LOAD[-1]]
    allowed = f"a number from 0 to {most} lb, the most that Strength {strength} carries"
    if isinstance(load_lb, bool) or not isinstance(load_lb, int | float) or load_lb != load_lb:  # noqa: PLR0124 - NaN
        raise MalformedValue("load_lb", load_lb, allowed)
    if not 0 <= load_lb <= most:
        raise OutOfTable("load_lb", load_lb, allowed)
    return next(category for category in CATEGORIES_OF_LOAD if load_lb <= limits[category])


def _written(pounds: float) -> str:
    return str(int(pounds)) if pounds == int(pounds) else str(pounds)
