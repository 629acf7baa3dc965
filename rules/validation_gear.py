"""Checks of what a character has and can do: armor, shield, weapons, specialisation and spells."""

from collections import Counter
from collections.abc import Iterable, Mapping

from rules.characters import ordinal, spoken
from rules.errors import OutOfTable
from rules.house_rules import HouseRules
from rules.loader import Rulebook
from rules.proficiency import SPECIALIST, proficiency
from rules.spellcasting import spell_slots
from rules.subjects import Subject
from rules.validation_findings import FINE, Outcome, broken, in_order, with_article
from rules.weapons import read_weapon, weapon_name

NO_ARMOR = "none"
CASTING_ARMOR = "elven_chain_mail"


def check_armor(who: Subject, changes: HouseRules, book: Rulebook) -> Outcome | str:
    """Whether one of the classes may wear the armor (Player's Handbook, chapter 3)."""
    if who.armor is None or not who.classes:
        return "armor and class"
    if who.armor == NO_ARMOR:
        return FINE
    table = book.table("class_armor")
    allowed = {name: tuple(table.find(name)["armor"]) for name in who.classes}
    if not any(who.armor in names for names in allowed.values()):
        names = in_order(book.table("armor"), [one for names in allowed.values() for one in names])
        choices = [spoken(one) for one in names] or ["no armor"]
        message = f"{with_article(who.character_class)} cannot wear {spoken(who.armor)}."
        excused = any(who.armor in changes.also_allowed("armor", name) for name in who.classes)
        return Outcome((broken("armor", "armor", message, choices, table.source, changes, excused=excused),))
    return Outcome((), tuple(_limits_of_armor(who, allowed, book)))


def _limits_of_armor(who: Subject, allowed: Mapping[str, tuple[str, ...]], book: Rulebook) -> Iterable[str]:
    """What armor that may be worn takes away from the other classes."""
    worn = spoken(str(who.armor))
    for name in who.classes:
        if who.armor in allowed[name]:
            if name == "bard":
                yield f"A bard casts no spells in {worn}."
            continue
        group = book.table("classes").find(name)["group"]
        if group == "wizard" and who.armor != CASTING_ARMOR:
            yield f"In {worn} the {name} casts no spells."
        if group == "rogue":
            yield f"In {worn} the {name} uses no thieving skills."


def check_shield(who: Subject, changes: HouseRules, book: Rulebook) -> Outcome | str:
    """Whether one of the classes may carry a shield (Player's Handbook, chapter 3)."""
    if not who.shield or not who.classes:
        return "a shield and class"
    table = book.table("class_armor")
    if any(table.find(name)["shield"] for name in who.classes):
        assumptions = ("A druid's shield is of wood.",) if "druid" in who.classes else ()
        return Outcome((), assumptions)
    message = f"{with_article(who.character_class)} cannot use a shield."
    return Outcome((broken("shield", "shield", message, ("no shield",), table.source, changes, excused=False),))


def check_weapons(who: Subject, changes: HouseRules, book: Rulebook) -> Outcome | str:
    """Whether the classes may use the weapons (Player's Handbook, chapter 3).

    One class that allows it is enough, but priests keep their vows in every combination.
    """
    weapons = tuple(dict.fromkeys((*who.weapons, *who.proficient_with, *who.specialised_in)))
    if not weapons or not who.classes:
        return "weapons and class"
    table, classes = book.table("class_weapons"), book.table("classes")
    priests = [name for name in who.classes if classes.find(name)["group"] == "priest"]
    deciding = priests or list(who.classes)
    judge = all if priests else any
    found = []
    for weapon in weapons:
        if judge(_may_use(name, weapon, book) for name in deciding):
            continue
        names = [one for one in book.table("weapons").names if judge(_may_use(name, one, book) for name in deciding)]
        message = f"{with_article(who.character_class)} cannot use {with_article(weapon_name(weapon), small=True)}."
        excused = any(weapon in changes.also_allowed("weapon", name) for name in who.classes)
        choices = [weapon_name(one) for one in names]
        found.append(broken("weapon", "weapons", message, choices, table.source, changes, excused=excused))
    return Outcome(tuple(found))


def _may_use(character_class: str, weapon: str, book: Rulebook) -> bool:
    row = book.table("class_weapons").find(character_class)
    if row["rule"] == "types":
        types = read_weapon(weapon, book).types
        return bool(types) and set(types) <= set(row["types"])
    return row["rule"] == "any" or weapon in row["weapons"]


def check_specialisation(who: Subject, changes: HouseRules, book: Rulebook) -> Outcome | str:
    """Whether the character may specialise: single-class fighters, in one weapon (Player's Handbook, chapter 5)."""
    if not who.specialised_in or not who.classes:
        return "a weapon specialised in, and class"
    source = book.table("specialisation").source
    found = []
    if who.classes != (SPECIALIST,):
        choices = (f"class: {SPECIALIST}, without another class beside it", "proficiency without specialisation")
        for weapon in who.specialised_in:
            excused = any(weapon in changes.also_allowed("specialisation", name) for name in who.classes)
            message = f"{with_article(who.character_class)} cannot specialise in the {weapon_name(weapon)}."
            found.append(broken("specialisation", "specialised_in", message, choices, source, changes, excused=excused))
    if len(who.specialised_in) > 1:
        message = f"A fighter specialises in one weapon, not in {len(who.specialised_in)}."
        found.append(
            broken("specialisation", "specialised_in", message, ("one weapon",), source, changes, excused=False)
        )
    return Outcome(tuple(found))


def check_weapon_slots(who: Subject, changes: HouseRules, book: Rulebook) -> Outcome | str:
    """Whether there are slots for all proficiencies (Player's Handbook, table 34, chapter 5)."""
    known = set(who.proficient_with) | set(who.specialised_in)
    if not known or who.character is None or any(one.level < 1 for one in who.character.classes):
        return "weapons that are known, class and level"
    has = proficiency(who.character_class, str(who.level), book=book)
    table = book.table("specialisation")
    needed = sum(int(table.find(_slot_line(one, book))["slots"]) if one in who.specialised_in else 1 for one in known)
    if needed <= has.weapon_slots:
        return FINE
    message = f"These weapons take {needed} slots; the {who.character.description} has {has.weapon_slots}."
    source = book.table("weapon_proficiency").source
    choices = (f"weapons for {has.weapon_slots} slots",)
    return Outcome((broken("weapon_slots", "proficient_with", message, choices, source, changes, excused=False),))


def _slot_line(weapon: str, book: Rulebook) -> str:
    one = read_weapon(weapon, book)
    if one.group in {"bow", "crossbow"}:
        return one.group
    return "melee" if one.melee else "other_missile"


def check_spell_slots(who: Subject, changes: HouseRules, book: Rulebook) -> Outcome | str:
    """Whether so many spells can be memorised (Player's Handbook, tables 4, 5, 17, 18, 21, 24 and 32)."""
    if who.spells is None or who.character is None or any(one.level < 1 for one in who.character.classes):
        return "spells, class and level"
    try:
        slots = spell_slots(
            who.character_class,
            str(who.level),
            intelligence=who.abilities.get("intelligence"),
            wisdom=who.abilities.get("wisdom"),
            book=book,
        )
    except OutOfTable:
        return "a level that the tables of spells reach"
    room: Counter[int] = Counter()
    for caster in slots.by_class:
        room.update(dict(enumerate(caster.slots, start=1)))
    found = []
    for level, count in sorted(who.spells.items()):
        if count <= room[level]:
            continue
        message = (
            f"The {who.character.description} can memorise {room[level]} {ordinal(level)}-level spells, not {count}."
        )
        source = slots.source[0]
        field, choices = f"spells.{level}", (f"{room[level]} or fewer",)
        found.append(broken("spell_slots", field, message, choices, source, changes, excused=False))
    return Outcome(tuple(found), slots.warnings)
