"""Ability scores: how Strength is written, who may have 18/xx, and what each score gives."""

import re
from dataclasses import dataclass
from typing import Any

from rules.characters import find_ability, read_classes, read_race, require_ability, spoken
from rules.errors import MalformedValue, OutOfTable
from rules.loader import Rulebook, default_rulebook
from rules.results import Part, Result, signed, sources_of

_STRENGTH = re.compile(r"(?P<score>[0-9]{1,4})(/(?P<percent>[0-9]{2}|100))?")
_STRENGTH_FORM = 'an integer from 1 to 25, or 18/01 to 18/00 such as "18/55"'
FIRST_BONUS_SPELL_SCORE = 13


@dataclass(frozen=True, slots=True)
class Strength:
    """A Strength score; `percent` is 1 to 100 for 18/01 to 18/00, and None for all others."""

    score: int
    percent: int | None = None

    def __str__(self) -> str:
        """As it is written: `17`, `18/05`, `18/00`."""
        return str(self.score) if self.percent is None else f"{self.score}/{self.percent % 100:02d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AbilityModifiers(Result):
    """What one score gives. `modifiers` are the columns of the ability's table by name."""

    ability: str
    score: str
    modifiers: dict[str, Any]


def read_strength(value: Any) -> Strength:
    """Read 18, `18`, `18/55` or `18/00` (which is 100).

    Raises:
        MalformedValue: It is not written like that.
        OutOfTable: The score is not 1 to 25, or it has a percentage and is not 18.
    """
    if isinstance(value, Strength):
        return value
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise MalformedValue("strength", value, _STRENGTH_FORM)
    if isinstance(value, int):
        score, percent = value, None
    else:
        match = _STRENGTH.fullmatch(value)
        if match is None:
            raise MalformedValue("strength", value, _STRENGTH_FORM)
        score, percent = int(match["score"]), match["percent"]
    if not 1 <= score <= 25 or (percent is not None and score != 18):
        raise OutOfTable("strength", value, _STRENGTH_FORM)
    return Strength(score, None if percent is None else int(percent) or 100)


def usable_strength(
    strength: Strength, *, is_warrior: bool, race: str | None, book: Rulebook
) -> tuple[Strength, tuple[str, ...]]:
    """The Strength this character can use, and a warning when 18/xx falls back to 18.

    Source: Player's Handbook, table 1; chapter 2 for halflings.
    """
    if strength.percent is None:
        return strength, ()
    plain = Strength(strength.score)
    if not is_warrior:
        return plain, (f"Strength {strength} counts as 18: only warriors have exceptional Strength.",)
    if race is not None and not book.table("races").find(race)["exceptional_strength"]:
        return plain, (f"Strength {strength} counts as 18: a {spoken(race)} has no exceptional Strength.",)
    return strength, ()


def strength_row(strength: Strength, book: Rulebook) -> tuple[dict[str, Any], str]:
    """The columns for a Strength, and where they are printed."""
    if strength.percent is None:
        table = book.table("strength")
        return dict(table.find(at=strength.score)), table.source
    table = book.table("exceptional_strength")
    return dict(table.find(at=strength.percent)), table.source


def ability_modifiers(
    ability: str,
    score: int | str,
    *,
    character_class: str | None = None,
    race: str | None = None,
    book: Rulebook | None = None,
) -> AbilityModifiers:
    """What an ability score gives.

    Args:
        ability: Full name or three letters.
        score: 1 to 25; for Strength also `18/01` to `18/00`.
        character_class: Needed to say who has exceptional Strength and the warriors' hit points.
        race: Halflings have no exceptional Strength.
        book: The tables; those of this package when None.

    Returns:
        The columns of the ability's table. Without a class, Constitution gives both hit point columns. Wisdom gives
        `bonus_spells`, the number of extra priest spells of each spell level from 1 up, all scores added together.

    Raises:
        RuleError: Ability, score, class or race is not in the rule base.

    Source: Player's Handbook, tables 1 to 6.
    """
    book = book or default_rulebook()
    name = find_ability(ability, book)
    groups = (
        [book.table("classes").find(one)["group"] for one in read_classes(character_class, book)]
        if character_class
        else None
    )
    race_name = read_race(race, book) if race else None
    if name == "strength":
        return _strength_modifiers(score, groups, race_name, book)
    number = require_ability(
        int(score) if isinstance(score, str) and score.isascii() and score.isdigit() else score, name
    )
    table = book.table(name)
    modifiers = dict(table.find(at=number))
    assumptions: tuple[str, ...] = ()
    if name == "constitution" and groups is not None:
        warrior_bonus = modifiers.pop("hit_points_per_die_warrior")
        modifiers["hit_points_per_die"] = warrior_bonus if "warrior" in groups else modifiers["hit_points_per_die"]
    if name == "wisdom":
        del modifiers["bonus_spell_levels"]
        modifiers["bonus_spells"] = bonus_spells(number, book)
        assumptions = ("Bonus spells are for clerics, druids and other priests, once they can cast that level.",)
    parts = _parts(modifiers, table.source)
    return AbilityModifiers(
        ability=name,
        score=str(number),
        modifiers=modifiers,
        breakdown=parts,
        source=sources_of(*parts),
        assumptions=assumptions,
    )


def bonus_spells(wisdom: int, book: Rulebook) -> list[int]:
    """The extra priest spells of each spell level from 1 up that this Wisdom gives; empty below 13."""
    table = book.table("wisdom")
    scores = range(FIRST_BONUS_SPELL_SCORE, wisdom + 1)
    gained = [level for score in scores for level in table.find(at=score)["bonus_spell_levels"]]
    return [gained.count(level) for level in range(1, max(gained, default=0) + 1)]


def _strength_modifiers(score: Any, groups: list[str] | None, race: str | None, book: Rulebook) -> AbilityModifiers:
    strength = read_strength(score)
    usable, warnings = usable_strength(strength, is_warrior=groups is None or "warrior" in groups, race=race, book=book)
    modifiers, source = strength_row(usable, book)
    assumptions = (
        ("The character is a warrior: only warriors have exceptional Strength.",)
        if usable.percent and groups is None
        else ()
    )
    parts = _parts(modifiers, source)
    return AbilityModifiers(
        ability="strength",
        score=str(usable),
        modifiers=modifiers,
        breakdown=parts,
        source=sources_of(*parts),
        assumptions=assumptions,
        warnings=warnings,
    )


_SIGNED = frozenset(
    {
        "hit", "damage", "reaction", "missile_attack", "defense", "hit_points_per_die", "hit_points_per_die_warrior",
        "poison_save", "magical_defense", "loyalty",
    }
)  # fmt: skip


def _parts(modifiers: dict[str, Any], source: str) -> tuple[Part, ...]:
    return tuple(Part(name.replace("_", " "), _shown(name, value), source) for name, value in modifiers.items())


def _shown(name: str, value: Any) -> int | str:
    if isinstance(value, list):
        return "/".join(map(str, value)) or "none"
    if name in _SIGNED and isinstance(value, int):
        return signed(value)
    return value if isinstance(value, int) else str(value)
