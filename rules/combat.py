"""Combat numbers: THAC0 and armor class, and from `rules.attack` the roll needed to hit. Lower is better in both."""

from dataclasses import dataclass
from typing import Any

from rules.abilities import read_strength, strength_row, usable_strength
from rules.attack import BEST_ARMOR_CLASS, AttackRoll, attack_roll, roll_to_hit
from rules.characters import Character, read_character, read_race, require_ability, spoken
from rules.errors import MalformedValue, require_between
from rules.loader import Rulebook, default_rulebook
from rules.results import Part, Result, signed, sources_of

__all__ = ["ArmorClass", "AttackRoll", "Thac0", "armor_class", "attack_roll", "roll_to_hit", "thac0"]

LOWEST_THAC0 = 1
"""Base THAC0 stops here, because a natural 1 always misses; some tables go on (improve_past_20)."""
MAX_MAGIC_BONUS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Thac0(Result):
    """A character's THAC0. `final_thac0` is `base_thac0` less the Strength bonus; it may fall below 1 or pass 20."""

    character_class: str
    level: str
    base_thac0: int
    strength_bonus: int
    final_thac0: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmorClass(Result):
    """An armor class. The bonuses are changes of armor class: negative ones help the defender."""

    armor_ac: int
    shield_bonus: int
    dex_bonus: int
    magic_bonus: int
    final_ac: int


def thac0(
    character_class: str,
    level: int | str,
    *,
    strength: int | str | None = None,
    race: str | None = None,
    improve_past_20: bool = False,
    book: Rulebook | None = None,
) -> Thac0:
    """The THAC0 of a character, with what Strength gives in melee.

    Args:
        character_class: A class or alias; `fighter/mage` for a multi-class character, who uses the better THAC0.
        level: 1 to 30; `5/6` for a multi-class character.
        strength: 1 to 25 or `18/01` to `18/00`; None for no modifier.
        race: Halflings have no exceptional Strength.
        improve_past_20: Let the base go on below 1 (Dungeon Master Guide, table 38) instead of stopping there.
        book: The tables; those of this package when None.

    Raises:
        RuleError: Class, level, Strength or race is not in the rule base.

    Source: Player's Handbook, tables 53 and 1.
    """
    book = book or default_rulebook()
    character = read_character(character_class, level, book)
    base, parts, assumptions = _base_thac0(character, book, improve_past_20=improve_past_20)
    bonus, warnings = 0, tuple[str, ...]()
    if strength is not None:
        race_name = read_race(race, book) if race else None
        usable, warnings = usable_strength(
            read_strength(strength), is_warrior=character.is_warrior, race=race_name, book=book
        )
        row, source = strength_row(usable, book)
        bonus = row["hit"]
        parts = (*parts, Part(f"Strength {usable}, to hit", signed(bonus), source))
    return Thac0(
        character_class=character.name,
        level=character.level,
        base_thac0=base,
        strength_bonus=bonus,
        final_thac0=base - bonus,
        breakdown=parts,
        source=sources_of(*parts),
        assumptions=assumptions,
        warnings=warnings,
    )


def _base_thac0(
    character: Character, book: Rulebook, *, improve_past_20: bool
) -> tuple[int, tuple[Part, ...], tuple[str, ...]]:
    table = book.table("thac0")
    by_class = [(one, int(table.value(one.group, at=one.level))) for one in character.classes]
    best = min(value for _, value in by_class)
    parts = tuple(Part(f"base THAC0, {one.name} {one.level}", value, table.source) for one, value in by_class)
    assumptions = ["A multi-class character uses the best THAC0 of the classes."] if character.is_multi_class else []
    if best < LOWEST_THAC0 and not improve_past_20:
        assumptions.append(f"Base THAC0 stops at {LOWEST_THAC0}; by the rate of improvement it would be {best}.")
        best = LOWEST_THAC0
    return best, parts, tuple(assumptions)


def armor_class(
    armor: str | None = None,
    *,
    shield: bool = False,
    dexterity: int | None = None,
    base_ac: int = 10,
    magic_bonus: int = 0,
    book: Rulebook | None = None,
) -> ArmorClass:
    """The armor class of someone in armor, with shield and Dexterity.

    Args:
        armor: Name or alias, such as `chain mail` or `plate`; None for no armor.
        shield: Whether a shield is carried.
        dexterity: 1 to 25; None for no modifier. A low score makes the armor class worse, past 10 when unarmored.
        base_ac: Armor class without armor, 10 (people) to -10. Armor counts where it is better than this.
        magic_bonus: Sum of the pluses of magical armor and shield, 0 to 10; lowers the armor class.
        book: The tables; those of this package when None.

    Raises:
        RuleError: Armor, Dexterity or a number is not in the rule base.

    Source: Player's Handbook, tables 46 and 2.
    """
    book = book or default_rulebook()
    _require_numbers(base_ac, magic_bonus)
    table = book.table("armor")
    name = "none" if armor is None else table.resolve(armor)
    worn = min(int(table.value(name)), base_ac) if name != "none" else base_ac
    label = "no armor" if name == "none" else spoken(name)
    parts = [Part(label, worn, table.source)]
    assumptions = []
    if name != "none" and worn != table.value(name):
        assumptions.append(f"The base armor class {base_ac} is better than {label}, so the armor does not count.")
    shield_bonus = int(book.table("shield").value("shield")) if shield else 0
    if shield:
        parts.append(Part("shield", signed(shield_bonus), book.table("shield").source))
    dex_bonus = 0
    if dexterity is not None:
        dex_table = book.table("dexterity")
        dex_bonus = int(dex_table.find(at=require_ability(dexterity, "dexterity"))["defense"])
        parts.append(Part(f"Dexterity {dexterity}, defense", signed(dex_bonus), dex_table.source))
        assumptions.append("Dexterity counts only while the defender can move freely and sees the attack coming.")
    if magic_bonus:
        parts.append(Part("magic", signed(-magic_bonus), table.source))
    total = worn + shield_bonus + dex_bonus - magic_bonus
    if total < BEST_ARMOR_CLASS:
        assumptions.append(f"Armor class stops at {BEST_ARMOR_CLASS}; the sum is {total}.")
    return ArmorClass(
        armor_ac=worn,
        shield_bonus=shield_bonus,
        dex_bonus=dex_bonus,
        magic_bonus=-magic_bonus,
        final_ac=max(BEST_ARMOR_CLASS, total),
        breakdown=tuple(parts),
        source=sources_of(*parts),
        assumptions=tuple(assumptions),
    )


def _require_numbers(base_ac: Any, magic_bonus: Any) -> None:
    for name, value in (("base_ac", base_ac), ("magic_bonus", magic_bonus)):
        if isinstance(value, bool) or not isinstance(value, int):
            raise MalformedValue(name, value, "an integer")
    require_between("base_ac", base_ac, BEST_ARMOR_CLASS, 10)
    require_between("magic_bonus", magic_bonus, 0, 2 * MAX_MAGIC_BONUS)
