"""Replies about THAC0 and the roll needed to hit."""

from dataclasses import dataclass

from rules.abilities import ability_modifiers
from rules.asking.reply import (
    MissingValue,
    Reply,
    class_and_level,
    describe,
    hit_dice_of,
    listed,
    make_reply,
    means_monster,
    with_article,
)
from rules.asking.slots import Slots
from rules.combat import Thac0, armor_class, attack_roll, thac0
from rules.loader import Rulebook
from rules.monsters import monster_thac0
from rules.results import Part, Result, signed


def reply_thac0(slots: Slots, book: Rulebook) -> Reply:
    if slots.hit_dice is not None or means_monster(slots):
        found = monster_thac0(hit_dice_of(slots), book=book)
        text = f"{found.thac0}. A creature with {found.hit_dice} Hit Dice has THAC0 {found.thac0}"
        return make_reply(text, found.values(), found)
    base, bonus, parts, warnings = _character_attack(slots, book)
    final = base.base_thac0 - bonus
    text = f"{final}. {with_article(describe(slots, book))} has THAC0 {base.base_thac0}"
    if parts:
        text += f"; {listed([f'{_plain(part)} gives {part.value} to hit' for part in parts])}, so {final}"
    values = base.values() | {"strength_bonus": base.strength_bonus, "attack_bonus": bonus, "final_thac0": final}
    return make_reply(text, values, base, parts=parts, warnings=warnings)


def reply_attack_roll(slots: Slots, book: Rulebook) -> Reply:
    target, target_parts = _target_ac(slots, book)
    attacker = _attacker(slots, book)
    roll = attack_roll(attacker.thac0, target, bonus=attacker.bonus)
    text = f"{roll.needed}. {attacker.who} THAC0 {attacker.thac0}"
    if attacker.parts:
        text += f" and {listed([f'{part.value} from {_plain(part)}' for part in attacker.parts])}"
    text += f" hits armor class {target} on {_face(attacker.thac0 - target - attacker.bonus)} on a d20"
    return make_reply(
        f"{text}, a chance of {roll.hit_chance_percent} %",
        roll.values(),
        attacker.result,
        roll,
        parts=(*attacker.parts, *target_parts),
        warnings=attacker.warnings,
    )


@dataclass(frozen=True, slots=True)
class _Attacker:
    """Who attacks, as the start of a sentence, and with what."""

    who: str
    thac0: int
    bonus: int
    result: Result
    parts: tuple[Part, ...]
    warnings: tuple[str, ...] = ()


def _attacker(slots: Slots, book: Rulebook) -> _Attacker:
    flat = _flat_bonus(slots)
    if slots.thac0 is not None:
        return _Attacker("An attacker with", slots.thac0, slots.attack_bonus, Result(), flat)
    if slots.hit_dice is not None or means_monster(slots):
        found = monster_thac0(hit_dice_of(slots), book=book)
        who = f"A creature with {found.hit_dice} Hit Dice,"
        return _Attacker(who, found.thac0, slots.attack_bonus, found, flat)
    character, bonus, parts, warnings = _character_attack(slots, book)
    who = f"{with_article(describe(slots, book))} with"
    return _Attacker(who, character.base_thac0, bonus, character, parts, warnings)


def _character_attack(slots: Slots, book: Rulebook) -> tuple[Thac0, int, tuple[Part, ...], tuple[str, ...]]:
    """The THAC0 without modifiers, the sum of the modifiers, their lines, and warnings."""
    name, level = class_and_level(slots)
    missile = "missile" in slots.tags
    strength = None if missile else slots.abilities.get("strength")
    found = thac0(name, level, strength=strength, race=slots.race, book=book)
    parts = [part for part in found.breakdown if part.label.startswith("Strength")]
    warnings = list(found.warnings)
    if missile and "strength" in slots.abilities:
        warnings.append("Strength does not change missile attacks; Dexterity does.")
    bonus = found.strength_bonus
    if missile and "dexterity" in slots.abilities:
        modifiers = ability_modifiers("dexterity", slots.abilities["dexterity"], book=book)
        bonus += modifiers.modifiers["missile_attack"]
        parts.append(
            Part(f"Dexterity {modifiers.score}", signed(modifiers.modifiers["missile_attack"]), modifiers.source[0])
        )
    return found, bonus + slots.attack_bonus, (*parts, *_flat_bonus(slots)), tuple(warnings)


def _plain(part: Part) -> str:
    return part.label.removesuffix(", to hit")


def _flat_bonus(slots: Slots) -> tuple[Part, ...]:
    return (Part("the bonus named", signed(slots.attack_bonus), "the question"),) if slots.attack_bonus else ()


def _target_ac(slots: Slots, book: Rulebook) -> tuple[int, tuple[Part, ...]]:
    if slots.ac is not None:
        return slots.ac, ()
    if slots.armor is None:
        raise MissingValue("Which armor class does the target have?", "armor_class")
    worn = armor_class(slots.armor, shield=slots.shield, magic_bonus=slots.armor_bonus, book=book)
    return worn.final_ac, worn.breakdown


def _face(needed: int) -> str:
    if needed > 20:
        return "a natural 20 only"
    if needed <= 2:
        return "anything but a natural 1"
    return f"{needed} or more"
