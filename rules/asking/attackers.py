"""Who attacks, and with what: THAC0, Strength, weapon, specialisation."""

from dataclasses import dataclass
from typing import Any

from rules.abilities import ability_modifiers
from rules.asking.creature_names import creature_of
from rules.asking.racial_combat import racial_part
from rules.asking.reply import (
    MissingValue,
    class_and_level,
    describe,
    with_article,
)
from rules.asking.roles import Roles
from rules.asking.slots import Slots
from rules.combat import Thac0, thac0
from rules.loader import Rulebook
from rules.monsters import monster_thac0
from rules.results import Part, Result, signed
from rules.weapons import Weapon, weapon

THROWN = "thrown"


@dataclass(frozen=True, slots=True)
class Attacker:
    """Who attacks, as the start of a sentence, and with what."""

    who: str
    thac0: int
    bonus: int
    result: Result
    parts: tuple[Part, ...]
    warnings: tuple[str, ...] = ()


def attacker_of(slots: Slots, roles: Roles, book: Rulebook) -> Attacker:
    flat = flat_bonus(slots)
    if "thac0" in slots.numbers:
        return Attacker("An attacker with", int(slots.numbers["thac0"]), attack_bonus(slots), Result(), flat)
    racial = racial_part(slots, roles, book)
    gained = (racial,) if racial is not None else ()
    more = sum(int(part.value) for part in gained)
    if roles.attacker_is_creature or ("hit_dice" in slots.numbers and not roles.attacker_class):
        who, found = creature_attack(slots, book, roles.attacker_creature)
        return Attacker(f"{who},", found.thac0, attack_bonus(slots) + more, found, (*gained, *flat))
    character, bonus, parts, warnings = character_attack(slots, book)
    bonus, parts = bonus + more, (*gained, *parts)
    who = f"{with_article(describe(slots, book))} with"
    return Attacker(who, character.base_thac0, bonus, character, parts, warnings)


def creature_attack(slots: Slots, book: Rulebook, name: str | None = None) -> tuple[str, Any]:
    """Who attacks, and the THAC0 by Hit Dice; the Hit Dice of the question count before those of the creature."""
    dice = slots.numbers.get("hit_dice")
    creature = creature_of(name or slots.one("creature"))
    if dice is None and creature is None:
        if slots.unknown and not slots.has("creature"):
            raise MissingValue(f"How many Hit Dice does the {slots.unknown[0]} have?", "hit_dice")
        raise MissingValue("How many Hit Dice does the creature have?", "hit_dice")
    if creature is not None and dice is None:
        found = monster_thac0(creature.hit_dice, book=book)
        return f"{with_article(creature.spoken)} with {found.hit_dice} Hit Dice", found
    found = monster_thac0(dice or "", book=book)
    return f"A creature with {found.hit_dice} Hit Dice", found


def character_attack(slots: Slots, book: Rulebook) -> tuple[Thac0, int, tuple[Part, ...], tuple[str, ...]]:
    """The THAC0 without modifiers, the sum of the modifiers, their lines, and warnings."""
    name, level = class_and_level(slots)
    used = weapon_used(slots, book)
    missile = is_missile(slots, used)
    strength = None if missile else slots.abilities.get("strength")
    found = thac0(name, level, strength=strength, race=slots.race, book=book)
    parts = [part for part in found.breakdown if part.label.startswith("Strength")]
    warnings = list(found.warnings)
    if missile and "strength" in slots.abilities and strength is None:
        warnings.append("Strength does not change missile attacks; Dexterity does.")
    bonus = found.strength_bonus
    if missile and "dexterity" in slots.abilities:
        modifiers = ability_modifiers("dexterity", slots.abilities["dexterity"], book=book)
        bonus += modifiers.modifiers["missile_attack"]
        parts.append(
            Part(f"Dexterity {modifiers.score}", signed(modifiers.modifiers["missile_attack"]), modifiers.source[0])
        )
    for part in _specialist_parts(slots, name, used, book, missile=missile):
        bonus += int(part.value)
        parts.append(part)
    return found, bonus + attack_bonus(slots), (*parts, *flat_bonus(slots)), tuple(warnings)


def _specialist_parts(slots: Slots, name: str, used: Weapon | None, book: Rulebook, *, missile: bool) -> list[Part]:
    """What specialisation adds to the attack: in melee, and with a bow or crossbow at point blank."""
    if "specialised" not in slots.cues or name != "fighter":
        return []
    table = book.table("specialisation")
    group = "melee" if used is None or not missile else used.group
    if not table.covers(group):
        return []
    row = table.find(group)
    gained = row["point_blank_attack"] if slots.has("point_blank") else row["attack"]
    return [Part("specialisation", signed(int(gained)), table.source)] if gained else []


def weapon_used(slots: Slots, book: Rulebook) -> Weapon | None:
    name = slots.one("weapon")
    return weapon(name, book=book) if name else None


def is_missile(slots: Slots, used: Weapon | None) -> bool:
    """Whether the attack is made with a missile: a weapon for it, or one that is thrown."""
    if used is not None and used.missile:
        return not used.melee or slots.one("ammunition") == THROWN
    return used is None and (slots.has("missile") or slots.one("range_band") is not None)


def plain_label(part: Part) -> str:
    return part.label.removesuffix(", to hit")


def attack_bonus(slots: Slots) -> int:
    return slots.bonuses.get("attack", 0)


def flat_bonus(slots: Slots) -> tuple[Part, ...]:
    bonus = attack_bonus(slots)
    return (Part("the bonus named", signed(bonus), "the question"),) if bonus else ()
