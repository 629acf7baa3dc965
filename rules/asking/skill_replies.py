"""Replies about skill at arms: attacks per round, proficiency, specialisation."""

import re

from rules.asking.creature_names import CreatureFacts, creature_of
from rules.asking.levels import first_level, wants_level
from rules.asking.reply import (
    MissingValue,
    Reply,
    class_and_level,
    describe,
    listed,
    make_reply,
    single_class,
    with_article,
)
from rules.asking.slots import Slots
from rules.asking.topic import topic
from rules.asking.wanted import as_text, value, wanted
from rules.characters import read_character
from rules.loader import Rulebook
from rules.proficiency import SPECIALIST, attacks_per_round, proficiency
from rules.results import signed
from rules.weapons import read_weapon, weapon


def reply_attacks_per_round(slots: Slots, book: Rulebook) -> Reply:
    creature = creature_of(slots.one("creature"))
    if creature is not None and not slots.classes:
        text = f"{creature.attacks}. {with_article(creature.spoken)} attacks {creature.attacks} times a round"
        return make_reply(
            f"{text} for {creature.damage_words}",
            {"attacks": creature.attacks},
            [creature.attacks],
            source=(creature.where,),
        )
    used = slots.one("weapon")
    thrown = slots.one("ammunition") == "thrown" or (used is not None and slots.has("missile", "rate_of_fire"))
    specialised = slots.has("specialised")
    if wants_level(slots) and slots.classes:
        return _level_for_attacks(slots, book, specialised=specialised)
    if specialised and not slots.classes and slots.level is not None:
        slots = slots.only("class", SPECIALIST)
    if not slots.classes and used is not None:
        return _rate_of_fire(used, book)
    name, level = class_and_level(slots)
    if _are_weak(slots, creature) and level.isdecimal() and read_character(name, level, book).is_warrior:
        return _against_weak(name, level, book)
    found = attacks_per_round(name, level, weapon=used, specialised=specialised, thrown=thrown, book=book)
    extra, note = found.attacks, ""
    if slots.has("two_weapons"):
        extra = _one_more(found.attacks)
        note = f"; with a second weapon one more, {extra}"
    with_what = f" with a {read_weapon(used, book).spoken}" if used else ""
    who = f"{with_article(describe(slots, book))}{', a specialist,' if specialised else ''}"
    text = f"{extra}. {who} attacks {found.attacks} times a round{with_what}{note}"
    if len(found.per_round) > 1:
        text += f" ({', then '.join(map(str, found.per_round))})"
    values = found.values() | {"attacks": extra}
    shown = [extra] if "/" in str(extra) else [extra, f"{extra}/1"]
    return make_reply(text, values, shown, found)


def _are_weak(slots: Slots, creature: CreatureFacts | None) -> bool:
    """Whether the foes have less than one Hit Die: kobolds, goblins, or so it is said."""
    if "hit_dice" in slots.numbers:
        said = bool(slots.words & {"less", "under", "below", "fewer", "than"})
        return slots.numbers["hit_dice"] in {"1-1", "1/2", "1/4", "1/8"} or (slots.numbers["hit_dice"] == "1" and said)
    return creature is not None and creature.hit_dice in {"1-1", "1/2", "1/4", "1/8"}


def _against_weak(name: str, level: str, book: Rulebook) -> Reply:
    """A warrior has as many attacks as levels against creatures of less than one Hit Die."""
    text = f"{level}. Against creatures of less than one Hit Die a {name} of level {level} has {level} attacks a round"
    values = {"attacks": level, "level": int(level)}
    return make_reply(text, values, [level], source=(book.table("basic_rules").source,))


def _extra_attacks(slots: Slots) -> float:
    """How often is asked with many words; a specialist's rate of fire is asked by level."""
    if slots.has("specialised") and slots.has("rate_of_fire") and slots.level is not None:
        return 3.0
    points = 1.0 * (slots.has("attack") and slots.has("specialised") and bool(slots.classes)) - 3.0 * (
        "ac" in slots.numbers
    )
    many = any(item.text in {"many", "often"} for item in slots.items)
    missiles = bool(slots.all("weapon") or slots.all("ammunition")) or slots.has("missile")
    if many and missiles and slots.has("rounds") and not slots.has("damage", "spell"):
        points += 2.6
    return points


def _one_more(rate: str) -> str:
    count, _, rounds = rate.partition("/")
    return f"{int(count) + int(rounds)}/{rounds}" if rounds else str(int(count) + 1)


def _rate_of_fire(used: str, book: Rulebook) -> Reply:
    one = weapon(used, book=book)
    if one.rate_of_fire is None:
        raise MissingValue("Which class, and which level?", "class", "level")
    text = f"{one.rate_of_fire}. The rate of fire of the {one.spoken} is {one.rate_of_fire} a round"
    return make_reply(
        text, {"rate_of_fire": one.rate_of_fire}, [one.rate_of_fire], source=(book.table("missile_weapons").source,)
    )


def _level_for_attacks(slots: Slots, book: Rulebook, *, specialised: bool) -> Reply:
    name = slots.classes[0]
    wanted = _wanted_rate(slots)
    rates = [
        attacks_per_round(name, level, specialised=specialised, weapon=slots.one("weapon"), book=book)
        for level in range(1, 21)
    ]
    lowest = rates[0].attacks
    level = (
        first_level(lambda at: rates[at - 1].attacks == wanted if wanted else rates[at - 1].attacks != lowest)
        if rates
        else None
    )
    if level is None or level > len(rates):
        raise MissingValue(
            f"Which rate is meant? {with_article(name)} has "
            f"{listed(list(dict.fromkeys(one.attacks for one in rates)))}.",
            "attacks",
        )
    found = rates[level - 1]
    text = f"{level}. {with_article(name)} has {found.attacks} attacks a round from level {level}"
    return make_reply(text, found.values() | {"level": level}, [level, found.attacks], found)


def _wanted_rate(slots: Slots) -> str | None:
    for item in slots.items:
        if item.kind == "fraction":
            return item.token.text
        if item.kind == "number" and int(item.token.number) in {2, 3}:
            return item.token.text
        if item.text in {"twice", "attack twice", "attacks twice", "2 attacks", "second attack"}:
            return "2"
    return None


def reply_proficiency(slots: Slots, book: Rulebook) -> Reply:
    penalty_asked = slots.has("nonproficient", "familiar") or (slots.has("modifier") and not slots.has("nonweapon"))
    if not slots.classes:
        raise MissingValue("Which class?", "class")
    if penalty_asked:
        found = proficiency(single_class(slots), slots.level or _any_level(slots), book=book)
        familiar = slots.has("familiar") and not _UNRELATED.search(as_text(slots.items))
        points = found.related_penalty if familiar else found.penalty
        kind = "a related weapon" if familiar else "a weapon that is not known"
        text = f"{signed(points)}. {with_article(found.character_class)} has {signed(points)} on the attack with {kind}"
        return make_reply(text, found.values(), [points], found)
    if slots.level is None and (slots.has("start_age") or slots.words & {"beginning", "new", "starting"}):
        slots = slots.with_number("level", _any_level(slots))
    if wants_level(slots):
        raise MissingValue("Which level is meant?", "level")
    name, level = class_and_level(slots)
    found = proficiency(name, level, book=book)
    weapon_slots, others = found.weapon_slots, found.nonweapon_slots
    shown = [others, weapon_slots] if slots.has("nonweapon") else [weapon_slots, others]
    text = (
        f"{shown[0]}. {with_article(describe(slots, book))} has {weapon_slots} weapon and {others} non-weapon "
        "proficiency slots"
    )
    return make_reply(
        f"{text}; an unknown weapon costs {signed(found.penalty)} to hit",
        found.values(),
        [*shown, found.penalty],
        found,
    )


def reply_specialisation(slots: Slots, book: Rulebook) -> Reply:
    """Who specialises, and what it gives."""
    table = book.table("specialisation")
    row = table.find("melee")
    gives = (
        f"in melee {signed(row['attack'])} to hit and {signed(row['damage'])} damage for {row['slots']} slots, "
        "one more than the proficiency alone, "
        "and more attacks"
    )
    numbers = list(slots.classes) == [SPECIALIST] and bool(slots.all("column") or slots.has("damage", "modifier"))
    if slots.classes and not numbers:
        name = "/".join(slots.classes)
        ok = name == SPECIALIST
        text = (
            f"{'Yes' if ok else 'No'}. {with_article(name)} {'specialises' if ok else 'does not specialise'} in a "
            f"weapon: only single-class fighters do; it gives {gives}"
        )
        return make_reply(text, {"allowed": ok}, ["yes" if ok else "no"], source=(table.source,))
    bow = table.find("bow")
    if any("slot" in item.text for item in slots.items) and not slots.has("damage", "hit"):
        return _slots_of_specialisation(slots, book)
    text = (
        f"{signed(row['attack'])}, {signed(row['damage'])}. Specialisation gives {gives}; bows ({bow['slots']} "
        f"slots) and crossbows {signed(bow['point_blank_attack'])} to hit at point blank range"
    )
    return make_reply(
        text,
        {"attack": row["attack"], "damage": row["damage"], "slots": row["slots"]},
        [*(signed(row[name]) for name in _in_asked_order(slots)), row["slots"], row["slots"] - 1],
        source=(table.source,),
    )


def _slots_of_specialisation(slots: Slots, book: Rulebook) -> Reply:
    """The slots in all, for a bow or for anything else."""
    table = book.table("specialisation")
    weapon = "bow" if any(item.text.endswith(("bow", "bows")) for item in slots.items) else "melee"
    count = int(table.find(weapon)["slots"])
    named = "a bow" if weapon == "bow" else "a weapon"
    text = f"{count}. Specialisation in {named} takes {count} slots in all, {count - 1} more than the proficiency alone"
    return make_reply(text, {"slots": count}, [count, count - 1], source=(table.source,))


_UNRELATED = re.compile(r"\b(?:nor|not|no|neither|without|un)\b(?: \S+){0,3}? (?:related|similar|like it)\b")
"""`Nor any related to it`."""
_GIVES = (value("attack", "to hit", "hits?", "attack(?: roll)?s?", "strikes?"), value("damage", "damage", "hurts?"))


def _in_asked_order(slots: Slots) -> list[str]:
    """Attack and damage, that which is asked for first."""
    asked = wanted(slots.items, _GIVES)
    return [*asked, *[one.name for one in _GIVES if one.name not in asked]]


def _extra_specialisation(slots: Slots) -> float:
    slotted = any("slot" in item.text for item in slots.items)
    if (
        not slots.has("specialised")
        or slots.level is not None
        or (slots.has("spell_slots") and not slotted)
        or slots.has("attacks_per_round", "thac0", "ac", "spell", "rate_of_fire", "range")
    ):
        return -9.0
    if any(
        name not in {"fighter", "paladin", "ranger", "thief", "cleric", "bard", "druid", "mage"}
        for name in slots.classes
    ):
        return -9.0
    changed = slots.has("change") and slots.has("hit", "damage", "attack")
    return (
        4.0 * slotted
        + 0.8 * slots.has("may")
        + 0.6 * slots.has("modifier")
        + 2.6 * changed
        - 1.0 * (slots.has("damage") and bool(slots.all("weapon")) and not changed)
    )


def _any_level(slots: Slots) -> str:
    return "/".join(["1"] * len(slots.classes))


def _extra_proficiency(slots: Slots) -> float:
    if "ac" in slots.numbers or "thac0" in slots.numbers:
        return -2.0
    return 0.8 * (slots.has("nonproficient") and bool(slots.classes)) + 0.4 * (
        slots.has("nonproficient") and bool(slots.all("weapon"))
    )


TOPICS = (
    topic(
        "attacks_per_round",
        "attacks per round",
        cues=(
            "attacks_per_round=4 rate_of_fire=1.8 specialised=1.4 attack=0.4 two_weapons=0.4 rounds=0.3 missile=0.3 "
            "what_level=0.3 level creature weapon hit modifier need load cast how_many_missiles next_level duration "
            "two_handed"
        ),
        things=(
            "class=0.6 weapon=0.6 level=0.5 creature=0.5 ammunition=0.4 ability=0.2 score=0.2 race armor material item "
            "size rounds undead"
        ),
        reply=reply_attacks_per_round,
        extra=_extra_attacks,
        each="weapon",
        tables=("attacks_per_round", "specialist_attacks", "missile_weapons"),
    ),
    topic(
        "proficiency",
        "proficiency slots and penalties",
        cues=(
            "proficiency=3.5 nonproficient=2.8 familiar=1 nonweapon=1 modifier=0.5 weapon=0.4 hit=0.2 attack=0.2 "
            "start_age level spell_slots may need two_weapons score points_to_spend thief_skills"
        ),
        things="class=0.6 level=0.5 ammunition=0.4 weapon=0.3 ability=0.2 score=0.2 race armor material item size",
        reply=reply_proficiency,
        extra=_extra_proficiency,
        tables=("weapon_proficiency", "proficiency_penalty"),
    ),
    topic(
        "specialisation",
        "weapon specialisation",
        cues=(
            "specialised=2.6 proficiency=0.6 may=0.4 modifier=0.4 weapon=0.3 damage=0.2 hit=0.2 point_blank=0.2 "
            "attack become need price spell_slots=0.4"
        ),
        things="class=0.5 weapon=0.2 race specialist column=0.6",
        reply=reply_specialisation,
        extra=_extra_specialisation,
        tables=("specialisation",),
    ),
)
