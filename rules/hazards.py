"""What harms without a weapon, and what mends: falls, poison, lack of air, and rest."""

import random
import re
from dataclasses import dataclass
from typing import Any

from rules.abilities import ability_modifiers
from rules.characters import require_ability
from rules.dice import Dice, parse_dice
from rules.integers import require_integer
from rules.loader import Rulebook, default_rulebook
from rules.results import Part, Result, signed, sources_of

DAYS_IN_A_WEEK = 7
MAX_FEET, MAX_DAYS = 1_000_000, 10_000
_FALL_SIDES = 6
_WORD_BEFORE_LETTER = re.compile(r"^\s*(class|type)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Falling(Result):
    """Damage of a fall; `dice` is `none` for less than 10 feet."""

    feet: int
    dice: str
    minimum: int
    maximum: int
    average: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Poison(Result):
    """A class of poison. `failed_save` and `made_save` are damage as a number or dice, or a word such as `death`."""

    poison_class: str
    method: str
    onset: str
    onset_unit: str
    failed_save: str
    made_save: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Breath(Result):
    """How many rounds a breath is held, and the penalty of the check in each round after that, from the first on."""

    rounds: int
    check_penalties: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Healing(Result):
    """Hit points regained by rest: each day, and over all days."""

    rest: str
    days: int
    hit_points_per_day: int
    hit_points: int


def falling(feet: int, *, book: Rulebook | None = None) -> Falling:
    """The damage of a fall of so many feet: 1d6 for each full 10, at most 20d6.

    Raises:
        RuleError: The height is not a whole number from 0 up.

    Source: Player's Handbook, chapter 9.
    """
    table = (book or default_rulebook()).table("falling")
    require_integer("feet", feet, 0, MAX_FEET)
    count = int(table.value(at=feet))
    dice = Dice(count, _FALL_SIDES) if count else None
    written = str(dice) if dice else "none"
    part = Part(f"fall of {feet} feet", written, table.source)
    return Falling(
        feet=feet,
        dice=written,
        minimum=dice.minimum if dice else 0,
        maximum=dice.maximum if dice else 0,
        average=(dice.minimum + dice.maximum) / 2 if dice else 0.0,
        breakdown=(part,),
        source=sources_of(part),
    )


def roll_falling(feet: int, rng: random.Random, *, book: Rulebook | None = None) -> int:
    """Roll the damage of a fall; raises as `falling`."""
    found = falling(feet, book=book)
    return parse_dice(found.dice).roll(rng) if found.maximum else 0


def poison(letter: str, *, book: Rulebook | None = None) -> Poison:
    """What a class of poison does: how it is given, when it works, and its damage without and with a saving throw.

    Raises:
        RuleError: There is no such class; they are A to P.

    Source: Dungeon Master Guide, table 51.
    """
    table = (book or default_rulebook()).table("poisons")
    name = table.resolve(_without_word(letter))
    row = table.find(name)
    onset = row["onset"] if row["onset"] == row["onset_unit"] else f"{row['onset']} {row['onset_unit']}"
    parts = (
        Part(f"class {name}, {row['method']}, after", onset, table.source),
        Part("saving throw failed", row["failed_save"], table.source),
        Part("saving throw made", row["made_save"], table.source),
    )
    return Poison(poison_class=name, **row, breakdown=parts, source=sources_of(*parts))


def holding_breath(
    constitution: int, *, exertion: bool = False, gulp: bool = True, book: Rulebook | None = None
) -> Breath:
    """How long a character holds the breath, under water or elsewhere.

    Args:
        constitution: 1 to 25.
        exertion: Fighting, swimming hard, or carrying so much that movement is a third or less.
        gulp: Whether there was time for a good gulp of air.
        book: The tables; those of this package when None.

    Raises:
        RuleError: Constitution is not 1 to 25.

    Source: Player's Handbook, chapter 14.
    """
    table = (book or default_rulebook()).table("holding_breath")
    rule = {name: int(table.value(name)) for name in table.names}
    require_ability(constitution, "constitution")
    rounds = _divided(constitution, rule["constitution_divisor"])
    parts = [Part(f"Constitution {constitution}, rounds", rounds, table.source)]
    for applies, divisor, label in (
        (exertion, "exertion_divisor", "with exertion"),
        (not gulp, "no_gulp_divisor", "without a good gulp of air"),
    ):
        if applies:
            rounds = _divided(rounds, rule[divisor])
            parts.append(Part(label, rounds, table.source))
    return Breath(
        rounds=max(rounds, rule["least_rounds"]),
        check_penalties=tuple(-rule["check_penalty"] * later for later in range(4)),
        breakdown=tuple(parts),
        source=sources_of(*parts),
        assumptions=("After these rounds a Constitution check is due each round; the first that fails ends it.",),
    )


def healing(
    days: int = 1,
    *,
    rest: str = "rest",
    constitution: int | None = None,
    character_class: str | None = None,
    book: Rulebook | None = None,
) -> Healing:
    """The hit points that rest gives back.

    Args:
        days: 1 to 10,000.
        rest: `rest` (light activity), `bed_rest` or `none`.
        constitution: 1 to 25; its bonus counts once for each full week of bed rest.
        character_class: Warriors have a higher bonus from 17 up.
        book: The tables; those of this package when None.

    Raises:
        RuleError: A value is not in the rule base.

    Source: Player's Handbook, chapter 9.
    """
    book = book or default_rulebook()
    table = book.table("natural_healing")
    require_integer("days", days, 1, MAX_DAYS)
    name = table.resolve(rest)
    each = int(table.value(name))
    total = each * days
    parts = [Part(f"{name.replace('_', ' ')}, each day", each, table.source)]
    weeks = days // DAYS_IN_A_WEEK if name == "bed_rest" else 0
    bonus = 0 if constitution is None else _constitution_bonus(constitution, character_class, book)
    if weeks and bonus > 0:
        total += weeks * bonus
        parts.append(Part(f"Constitution {constitution}, each of {weeks} weeks", signed(bonus), table.source))
    return Healing(
        rest=name,
        days=days,
        hit_points_per_day=each,
        hit_points=total,
        breakdown=tuple(parts),
        source=sources_of(*parts),
        assumptions=("Food, water and sleep are there; never more than the full hit points come back.",),
    )


def _constitution_bonus(constitution: int, character_class: str | None, book: Rulebook) -> int:
    require_ability(constitution, "constitution")
    found = ability_modifiers("constitution", constitution, character_class=character_class, book=book).modifiers
    return int(found["hit_points_per_die"])


def _without_word(text: Any) -> Any:
    return _WORD_BEFORE_LETTER.sub("", text) if isinstance(text, str) else text


def _divided(number: int, divisor: int) -> int:
    return -(-number // divisor)
