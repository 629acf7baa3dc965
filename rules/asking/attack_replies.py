"""Replies about THAC0 and the roll needed to hit."""

from rules.asking.attackers import attacker_of, character_attack, creature_attack, plain_label
from rules.asking.casting_replies import asks_whether
from rules.asking.circumstances import Circumstances, circumstances_of
from rules.asking.creature_names import creature_of
from rules.asking.levels import first_level, wants_level
from rules.asking.protections import protection_of
from rules.asking.reply import (
    MissingValue,
    Reply,
    describe,
    listed,
    make_reply,
    means_creature,
    score,
    with_article,
)
from rules.asking.roles import Roles, roles_of
from rules.asking.slots import Slots
from rules.asking.topic import topic
from rules.attack import AUTOMATIC, attack_roll
from rules.characters import spoken
from rules.combat import armor_class, thac0
from rules.loader import Rulebook
from rules.results import Part, signed

SURE_TO_HIT, SURE_TO_MISS = 20, 1


def reply_thac0(slots: Slots, book: Rulebook) -> Reply:
    if wants_level(slots) and slots.classes and "thac0" in slots.numbers:
        return _level_for_thac0(slots, book)
    if "hit_dice" in slots.numbers or means_creature(slots):
        return _creature_thac0(slots, book)
    base, bonus, parts, warnings = character_attack(slots, book)
    final = base.base_thac0 - bonus
    text = f"{final}. {with_article(describe(slots, book))} has THAC0 {base.base_thac0}"
    if parts:
        text += f"; {listed([f'{plain_label(part)} gives {part.value} to hit' for part in parts])}, so {final}"
    values = base.values() | {"strength_bonus": base.strength_bonus, "attack_bonus": bonus, "final_thac0": final}
    shown = [final] if final == base.base_thac0 else [final, base.base_thac0]
    return make_reply(text, values, shown, base, parts=parts, warnings=warnings)


def _creature_thac0(slots: Slots, book: Rulebook) -> Reply:
    who, found = creature_attack(slots, book)
    text = f"{found.thac0}. {who} has THAC0 {found.thac0}"
    return make_reply(text, found.values(), [found.thac0], found)


def _level_for_thac0(slots: Slots, book: Rulebook) -> Reply:
    wanted = int(slots.numbers["thac0"])
    name = slots.classes[0]
    level = first_level(lambda level: thac0(name, level, book=book).base_thac0 <= wanted)
    if level is None:
        raise MissingValue(f"No {name} reaches THAC0 {wanted}. Which THAC0 is meant?", "thac0")
    found = thac0(name, level, book=book)
    text = f"{level}. {with_article(name)} has THAC0 {found.base_thac0} from level {level}"
    return make_reply(text, found.values() | {"level": level}, [level, found.base_thac0], found)


def _wants_thac0(slots: Slots) -> bool:
    """`I hit AC 2 with a 13, what's my THAC0?`."""
    told = {"ac", "roll"} <= slots.numbers.keys() and "thac0" not in slots.numbers
    return told and slots.has("thac0") and slots.level is None and not slots.has_creature


def _thac0_of_roll(slots: Slots) -> Reply:
    roll, target = int(slots.numbers["roll"]), int(slots.numbers["ac"])
    text = f"{roll + target}. Who just hits armor class {target} on a {roll} has THAC0 {roll + target}"
    values = {"thac0": roll + target, "roll": roll, "armor_class": target}
    return make_reply(text, values, [roll + target], source=("Player's Handbook, chapter 9: the attack roll",))


def reply_attack_roll(slots: Slots, book: Rulebook) -> Reply:
    roles = roles_of(slots)
    if "what_ac" in slots.cues and "roll" in slots.numbers:
        return _armor_class_hit(slots, roles, book)
    if _wants_thac0(slots):
        return _thac0_of_roll(slots)
    around = circumstances_of(slots, book)
    if around.automatic is not None and not _has_target(slots, roles):
        return _automatic(slots, *around.automatic)
    target, target_words, target_parts = _target(slots, roles, book, around)
    attacker = attacker_of(slots, roles, book)
    roll = attack_roll(attacker.thac0, target, bonus=attacker.bonus, book=book, **around.arguments)
    gained = [(part.value, plain_label(part)) for part in (*attacker.parts, *around.parts(roll.breakdown))]
    text = f"{attacker.who} THAC0 {attacker.thac0}"
    if gained:
        text += f" and {listed([f'{value} from {label}' for value, label in gained])}"
    face = attacker.thac0 - target - roll.modifier
    text += f" hits {target_words} on {_face(face)} on a d20, a chance of {roll.hit_chance_percent} %"
    start, values, headline = str(roll.needed), roll.values(), [roll.needed, roll.hit_chance_percent]
    if roll.automatic:
        start, text = (
            _sure_hit(slots)[0].capitalize(),
            f"{attacker.who} THAC0 {attacker.thac0} hits {target_words} without a roll",
        )
        headline = _sure_hit(slots)  # type: ignore[assignment]
    elif "roll" in slots.numbers:
        hits = _hits(int(slots.numbers["roll"]), face)
        start = "Yes" if hits else "No"
        text = f"A roll of {slots.numbers['roll']} {'hits' if hits else 'misses'}. {text}"
        values |= {"roll": int(slots.numbers["roll"]), "hits": hits}
        headline = [start.lower(), *headline]  # type: ignore[list-item]
    return make_reply(
        f"{start}. {text}",
        values,
        headline,
        attacker.result,
        roll,
        parts=(*attacker.parts, *target_parts),
        warnings=attacker.warnings,
    )


def _sure_hit(slots: Slots) -> list[str]:
    """What is said first of a blow that hits without a roll: `no`, where it is asked whether a roll is needed."""
    asks_roll = asks_whether(slots) and slots.has("need") and "roll" in slots.words
    return ["no", "automatic"] if asks_roll else ["automatic"]


def _automatic(slots: Slots, key: str, source: str) -> Reply:
    shown = _sure_hit(slots)
    target = spoken(key).replace("sleeping or held", "asleep or held")
    text = f"{shown[0].capitalize()}. An attack on a target that is {target}"
    values = {"automatic": True, "hit_chance_percent": 100}
    return make_reply(f"{text} hits without a roll", values, shown, parts=(Part(spoken(key), AUTOMATIC, source),))


def _hits(roll: int, face: int) -> bool:
    return roll != SURE_TO_MISS and (roll == SURE_TO_HIT or roll >= face)


def _armor_class_hit(slots: Slots, roles: Roles, book: Rulebook) -> Reply:
    """The best armor class a roll hits: THAC0 less the roll and the modifiers."""
    attacker = attacker_of(slots, roles, book)
    around = circumstances_of(slots, book)
    neutral = attack_roll(attacker.thac0, 10, bonus=attacker.bonus, book=book, **around.arguments)
    roll = int(slots.numbers["roll"])
    hit = max(-10, attacker.thac0 - roll - neutral.modifier)
    text = f"{hit}. {attacker.who} THAC0 {attacker.thac0} hits armor class {hit} and worse with a roll of {roll}"
    if neutral.modifier:
        text += f" and {signed(neutral.modifier)} of modifiers"
    values = {"armor_class": hit, "roll": roll, "thac0": attacker.thac0, "modifier": neutral.modifier}
    parts = (*attacker.parts, *around.parts(neutral.breakdown))
    return make_reply(
        text, values, [hit], attacker.result, parts=parts, source=neutral.source, warnings=attacker.warnings
    )


def _has_target(slots: Slots, roles: Roles) -> bool:
    return "ac" in slots.numbers or slots.armor is not None or roles.target_creature is not None


def _target(slots: Slots, roles: Roles, book: Rulebook, around: Circumstances) -> tuple[int, str, tuple[Part, ...]]:
    """The armor class of the target, how to call it, and where it comes from."""
    if "ac" in slots.numbers:
        ac = int(slots.numbers["ac"])
        return ac, f"armor class {ac}", ()
    if slots.armor is not None or (slots.shield and not roles.target_creature):
        shield = slots.shield and "rear" not in around.situations
        nimble = score(slots, "dexterity") if roles.attacker_is_creature and roles.target_class else None
        dexterity = None if "rear" in around.situations else nimble
        magic = protection_of(slots, shield=shield, loose=False).bonus
        worn = armor_class(slots.armor, shield=shield, dexterity=dexterity, magic_bonus=magic, book=book)
        return worn.final_ac, f"armor class {worn.final_ac}", worn.breakdown
    creature = creature_of(roles.target_creature)
    if creature is not None:
        part = Part(f"armor class of the {creature.spoken}", creature.armor_class, creature.where)
        return (
            creature.armor_class,
            f"{with_article(creature.spoken).lower()} (armor class {creature.armor_class})",
            (part,),
        )
    raise MissingValue("Which armor class does the target have?", "armor_class")


def _face(needed: int) -> str:
    if needed > SURE_TO_HIT:
        return "a natural 20 only"
    if needed <= SURE_TO_MISS + 1:
        return "anything but a natural 1"
    return f"{needed} or more"


_FIGHTING = frozenset(
    {"level", "hit", "attack", "versus", "missile", "need", "creature", "two_handed", "one_handed", "weapon"}
)
"""Cues of a fight that ask for nothing but the roll."""


def _extra_attack(slots: Slots) -> float:
    """An armor class or a target behind `against` asks for the roll although nobody says so."""
    points = 0.0
    against = "ac" in slots.numbers and slots.has("versus", "attack", "thac0", "need", "rolled")
    if against and not slots.has("save"):
        points += 2.0
    if "thac0" in slots.numbers and ("ac" in slots.numbers or "roll" in slots.numbers or slots.armor):
        points += 2.0
    points -= _of_something_else(slots)
    aimed = slots.has("hit", "attack", "versus", "need", "rolled", "what_ac") or "ac" in slots.numbers
    # "Charging an orc with a lance, fighter level 3": somebody attacks somebody, and nothing else is asked.
    fights = bool(slots.classes) and slots.level is not None and bool(slots.all("creature"))
    fights = fights and bool(slots.all("situation") or slots.all("weapon")) and slots.cues <= _FIGHTING
    if fights:
        points += 2.4
    elif not aimed and "thac0" not in slots.numbers:
        points -= 3.0
    if "what_ac" in slots.cues and "roll" in slots.numbers:
        points += 2.0
    if _gives_thac0(slots):
        points += 2.0
    person = bool(slots.classes) or slots.has_creature or "thac0" in slots.numbers
    if (
        slots.has("hit", "attack", "versus")
        and person
        and (slots.armor or slots.all("creature"))
        and not slots.has("save", "turn", "damage")
    ):
        points += 0.8
    if slots.has("attack") and slots.has("need", "rolled") and not slots.has("hit"):
        points += 1.5
    return points


def _of_something_else(slots: Slots) -> float:
    """Points that a spell or a situation takes which is what is asked about."""
    if slots.numbers.keys() & {"ac", "thac0"}:
        return 0.0
    if slots.all("situation") and _asks_modifier(slots) and "roll" not in slots.numbers:
        return 9.0
    return 3.0 if slots.all("spell") and not slots.all("weapon") else 0.0


def _asks_modifier(slots: Slots) -> bool:
    """`To-hit modifier`, `penalty on the attack roll`: of the situation, not of the character."""
    named = any(item.value("column") == "hit" and item.words[-1] in _MODIFIERS for item in slots.items)
    return named and not slots.abilities


_MODIFIERS = frozenset({"modifier", "modifiers", "penalty", "penalties", "bonus", "adjustment"})


def _gives_thac0(slots: Slots) -> bool:
    """`My THAC0 is 15, what do I need`: a THAC0 is given, not asked for."""
    given = "thac0" in slots.numbers and not slots.classes and not slots.has_creature
    return given and slots.has("need", "hit", "versus") and not slots.has("what_level", "how_often")


def _extra_thac0(slots: Slots) -> float:
    if wants_level(slots) and "thac0" in slots.numbers:
        return 3.0
    if _gives_thac0(slots):
        return -4.0
    return -2.0 if "ac" in slots.numbers and "thac0" in slots.numbers else 0.0


TOPICS = (
    topic(
        "thac0",
        "THAC0 by class and level or by Hit Dice",
        cues=(
            "thac0=4 creature=0.5 specialised=0.3 hd=0.2 missile=0.2 level modifier what_level stat_block score "
            "point_blank need attack weapon hit versus"
        ),
        things=(
            "thac0=1 class=0.6 level=0.6 hit_dice=0.6 creature=0.5 weapon=0.4 ability=0.3 score=0.3 ammunition=0.2 "
            "race=0.1 undead size protection dice material item"
        ),
        reply=reply_thac0,
        extra=_extra_thac0,
        tables=("thac0", "monster_thac0"),
    ),
    topic(
        "attack_roll",
        "the roll needed to hit",
        cues=(
            "hit=2.2 thac0=1.2 attack=1 ac=0.8 cover=0.8 concealment=0.8 versus=0.6 what_ac=0.6 rolled=0.5 chance=0.4 "
            "missile=0.4 nonproficient=0.4 need=0.3 familiar=0.3 two_weapons=0.3 specialised=0.3 point_blank=0.3 "
            "shield=0.2 hd=0.2 creature=0.2 wear=0.2 level surprise two_handed one_handed no_shield modifier weapon "
            "percent damage_type range undead door score dice may"
        ),
        things=(
            "thac0=1 ac=1 situation=0.9 range_band=0.8 class=0.6 level=0.6 hit_dice=0.6 armor=0.6 roll=0.6 "
            "creature=0.5 "
            "yards=0.5 weapon=0.4 share=0.4 ability=0.3 score=0.3 percent=0.3 ammunition=0.2 race=0.1 feet=0.1 undead "
            "size protection dice material item"
        ),
        reply=reply_attack_roll,
        extra=_extra_attack,
        tables=("thac0", "monster_thac0", "situation_modifiers", "range_modifiers"),
    ),
)
