"""Spells per day: the slots of a class, what a high Wisdom or a school adds, and what low scores close."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from rules.abilities import bonus_spells
from rules.characters import ClassLevel, read_character, require_ability, spoken
from rules.errors import MalformedValue
from rules.loader import Rulebook, default_rulebook
from rules.results import Part, Result, sources_of

SLOT_TABLES = {"paladin": "paladin_slots", "ranger": "ranger_slots", "bard": "bard_slots"}
GROUP_TABLES = {"wizard": "wizard_slots", "priest": "priest_slots"}
_WIZARD_SPELLS = frozenset({"wizard_slots", "bard_slots"})
_FIRST_LEVELS = {"paladin": 9, "ranger": 8, "bard": 2}


@dataclass(frozen=True, slots=True)
class CasterSlots:
    """The spells per day of one class. `slots`, `base` and `bonus` count from spell level 1 up.

    `bonus` is what Wisdom or a school adds; `casting_level` is that of the spells' effects; `kind` is wizard or priest.
    """

    character_class: str
    level: int
    kind: str
    base: tuple[int, ...]
    bonus: tuple[int, ...]
    slots: tuple[int, ...]
    casting_level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SpellSlots(Result):
    """Spells per day. `slots` is that of the first class that casts, `by_class` has each of a multi-class character.

    The other fields come from Intelligence (wizards) and Wisdom (priests), and are None where they do not apply.
    """

    character_class: str
    level: str
    slots: tuple[int, ...]
    by_class: tuple[CasterSlots, ...]
    highest_spell_level: int
    learn_spell_percent: int | None
    max_spells_per_level: int | str | None
    spell_failure_percent: int | None


def spell_slots(
    character_class: str,
    level: int | str,
    *,
    intelligence: int | None = None,
    wisdom: int | None = None,
    school: str | None = None,
    book: Rulebook | None = None,
) -> SpellSlots:
    """The spells a character can cast in a day.

    Args:
        character_class: A class or alias; `fighter/mage` for a multi-class character.
        level: 1 to 30, but to 20 for wizards, priests and bards, whose tables end there; `5/6` for a multi-class
            character.
        intelligence: 1 to 25: the highest level of wizard spells; None for no limit.
        wisdom: 1 to 25: bonus spells of clerics and druids, and what the highest levels need; None for neither.
        school: The school of a specialist who is named only as a mage, such as `illusion`.
        book: The tables; those of this package when None.

    Returns:
        The slots; empty for a class or level without spells. Bonus spells count only at levels that can be cast.

    Raises:
        RuleError: A value is not in the rule base, or the table ends before this level.

    Source: Player's Handbook, tables 17, 18, 21, 22, 24, 32, 4 and 5.
    """
    book = book or default_rulebook()
    character = read_character(character_class, level, book)
    notes: list[str] = []
    warnings: list[str] = []
    found, parts = [], []
    for one in character.classes:
        table_id = SLOT_TABLES.get(one.name) or GROUP_TABLES.get(one.group)
        if table_id is None:
            notes.append(f"A {one.name} casts no spells.")
            continue
        specialist = _specialist(one, school, book) if table_id == "wizard_slots" else None
        caster = _base(one, table_id, book)
        if not caster.base:
            notes.append(f"A {one.name} casts spells from level {_FIRST_LEVELS[one.name]} on.")
        caster = _with_bonus(caster, wisdom if table_id == "priest_slots" else None, specialist, notes, book)
        if table_id in _WIZARD_SPELLS:
            caster = _limit_by_intelligence(caster, intelligence, warnings, book)
        elif table_id == "priest_slots":
            caster = _limit_by_wisdom(caster, wisdom, warnings, book)
        found.append(caster)
        parts += _parts(caster, book.table(table_id).source)
    if school is not None and not any(one.kind == "wizard" for one in found):
        raise MalformedValue("school", school, "left out: only wizards specialise in a school")
    slots = found[0].slots if found else ()
    learn = _learning(found, intelligence, book)
    return SpellSlots(
        character_class=character.name,
        level=character.level,
        slots=slots,
        by_class=tuple(found),
        highest_spell_level=max((len(caster.slots) for caster in found), default=0),
        learn_spell_percent=learn["learn_spell_percent"] if learn else None,
        max_spells_per_level=learn["max_spells_per_level"] if learn else None,
        spell_failure_percent=_failure(found, wisdom, book),
        breakdown=tuple(parts),
        source=sources_of(*parts) or (book.table("classes").source,),
        assumptions=tuple(notes),
        warnings=tuple(warnings),
    )


def _base(one: ClassLevel, table_id: str, book: Rulebook) -> CasterSlots:
    base = tuple(map(int, book.table(table_id).find(at=one.level)["slots"]))
    casting = one.level
    if one.name in {"paladin", "ranger"}:
        casting = int(book.table("casting_levels").value(one.name, at=one.level))
    kind = "wizard" if table_id in _WIZARD_SPELLS else "priest"
    return CasterSlots(one.name, one.level, kind, base, (0,) * len(base), base, casting)


def _specialist(one: ClassLevel, school: str | None, book: Rulebook) -> str | None:
    """The specialist's own name; a mage with a school is the specialist of that school."""
    table = book.table("wizard_schools")
    if school is None:
        return one.name if table.covers(one.name) else None
    named = table.resolve(school, field_name="school")
    if table.covers(one.name) and named != one.name:
        own = spoken(str(table.find(one.name)["school"]))
        raise MalformedValue("school", school, f"{own}, the school of the {one.name}")
    return named


def _with_bonus(
    caster: CasterSlots, wisdom: int | None, specialist: str | None, notes: list[str], book: Rulebook
) -> CasterSlots:
    bonus = [0] * len(caster.base)
    if wisdom is not None:
        gained = bonus_spells(require_ability(wisdom, "wisdom"), book)
        bonus = [extra + more for extra, more in zip(bonus, [*gained, *[0] * len(bonus)], strict=False)]
        if any(gained):
            notes.append("Bonus spells for Wisdom count only at the spell levels that can be cast.")
    if specialist is not None:
        bonus = [extra + 1 for extra in bonus]
        school = spoken(str(book.table("wizard_schools").find(specialist)["school"]))
        notes.append(f"The {specialist} has one more spell of each level, which must be of the school of {school}.")
    slots = tuple(base + extra for base, extra in zip(caster.base, bonus, strict=True))
    return replace(caster, bonus=tuple(bonus), slots=slots)


def _limit_by_intelligence(
    caster: CasterSlots, intelligence: int | None, warnings: list[str], book: Rulebook
) -> CasterSlots:
    if intelligence is None:
        return caster
    row = book.table("intelligence").find(at=require_ability(intelligence, "intelligence"))
    return _limit(caster, int(row["max_spell_level"]), f"Intelligence {intelligence}", warnings)


def _limit_by_wisdom(caster: CasterSlots, wisdom: int | None, warnings: list[str], book: Rulebook) -> CasterSlots:
    if wisdom is None:
        return caster
    table = book.table("priest_spell_wisdom")
    highest = sum(1 for spell_level in range(1, 8) if spell_level <= 5 or wisdom >= table.value(at=spell_level))
    return _limit(caster, highest, f"Wisdom {wisdom}", warnings)


def _limit(caster: CasterSlots, highest: int, why: str, warnings: list[str]) -> CasterSlots:
    if len(caster.slots) <= highest:
        return caster
    warnings.append(
        f"{why} closes {caster.kind} spells above level {highest}."
        if highest
        else f"{why} closes {caster.kind} spells."
    )
    return replace(caster, slots=caster.slots[:highest])


def _learning(found: list[CasterSlots], intelligence: int | None, book: Rulebook) -> Mapping[str, Any] | None:
    """What Intelligence says of learning wizard spells; None where it does not matter."""
    if intelligence is None or not any(one.kind == "wizard" for one in found):
        return None
    return book.table("intelligence").find(at=require_ability(intelligence, "intelligence"))


def _failure(found: list[CasterSlots], wisdom: int | None, book: Rulebook) -> int | None:
    """The chance that a priest's spell fails for low Wisdom; None where it does not matter."""
    if wisdom is None or not any(one.kind == "priest" for one in found):
        return None
    return int(book.table("wisdom").find(at=require_ability(wisdom, "wisdom"))["spell_failure_percent"])


def _parts(caster: CasterSlots, source: str) -> list[Part]:
    parts = [Part(f"{caster.character_class} {caster.level}, spells of level 1 up", _written(caster.base), source)]
    if any(caster.bonus):
        parts.append(Part("bonus spells", _written(caster.bonus), source))
    if caster.slots != tuple(base + extra for base, extra in zip(caster.base, caster.bonus, strict=True)):
        parts.append(Part("spells that can be cast", _written(caster.slots), source))
    return parts


def _written(slots: tuple[int, ...]) -> str:
    return "/".join(map(str, slots)) or "none"
