"""Replies about spells: damage, range, duration and the rest at a caster's level."""

import re
from collections.abc import Callable
from typing import Any

from rules.asking.casting_replies import asks_whether
from rules.asking.context import SOFT_SPELLS
from rules.asking.levels import first_level, wants_level
from rules.asking.reply import MissingValue, NotCovered, Reply, make_reply, plain_number, require, with_article
from rules.asking.slots import Slots
from rules.asking.topic import topic
from rules.asking.unspoken import AFFECTS
from rules.characters import ordinal
from rules.loader import Rulebook
from rules.simple_spells import Spell, spell
from rules.spellcasting import spell_slots

_BY_LEVEL = ("amount", "range", "duration", "area")


def reply_spell(slots: Slots, book: Rulebook) -> Reply:
    name = require(slots, "spell", "Which spell?")
    if slots.has("school") and len(slots.cues & _ASKED_OF) < 1:
        raise NotCovered("The schools of spells are not in the rule base")
    if slots.has("components") and len(slots.cues & _ASKED_OF) < 1:
        raise NotCovered("The components of spells are not in the rule base")
    if slots.has("how_many_missiles") and (counted := _targets(name, slots, book)) is not None:
        return counted
    caster = slots.classes[0] if len(slots.classes) == 1 else None
    level = slots.level
    if slots.has("what_level") and level is None and (reached := _level_for_amount(name, slots, caster, book)):
        return reached
    found = spell(name, int((level or "20").split("/")[-1]), character_class=caster, book=book)
    asked = _asked(slots, found)
    if level is None and not wants_level(slots) and any(_changes(name, fact, caster, book) for fact in asked):
        raise MissingValue("Which level is the caster?", "level")
    wants = wants_level(slots) or (slots.has("what_level") and not slots.cues & _ASKED_OF and slots.words & _GETS)
    if caster is None and slots.has("what_level") and slots.words & _NEEDED and not slots.has("spell_level"):
        caster, wants = "mage" if found.caster == "wizard" else "cleric", True
    if caster is not None and wants:
        return _level_to_cast(found, caster, book)
    lines = {fact: _line(found, fact) for fact in asked}
    headline = [value for _, values in lines.values() for value in values]
    words = ", ".join(words for words, _ in lines.values())
    at_level = f" at level {found.caster_level}" if level is not None else ""
    title = found.spell.replace("_", " ").removesuffix(" spell").capitalize()
    text = f"{headline[0]}. {title}{at_level}: {words}"
    if "amount" in lines and found.summary != found.amount:
        text += f" ({found.summary})"
    often = bool(slots.words & {"week", "weekly", "daily", "often"}) or {"per", "day"} <= slots.words
    helps = "save" in asked and (slots.has("modifier") or bool(slots.words & {"help", "helps", "improve", "improves"}))
    doubt = 0.4 if helps or often else 0.0
    return make_reply(text, found.values(), headline, found, doubt=doubt)


_ASKED_OF = frozenset({"damage", "range", "duration", "area", "casting_time", "save", "spell_level", "heal"})


_NEEDED = frozenset({"need", "needs", "must"})
_GETS = frozenset({"get", "gets", "learn", "learns", "cast", "casts", "have", "has"})


def _targets(name: str, slots: Slots, book: Rulebook) -> Reply | None:
    """How many a spell affects, where the book counts them."""
    table = book.table("spell_targets")
    if not table.covers(name):
        return None
    row = table.find(name)
    title = name.replace("_", " ").capitalize()
    shown = list(row["shown"])
    if shown[0] == PER_LEVEL and slots.level is not None and slots.level.isdecimal():
        shown = [slots.level, *shown]
    text = f"{shown[0]}. {title} affects {row['words']}"
    return make_reply(text, {"targets": shown[0]}, shown, source=(table.source,))


PER_LEVEL = "1 per level"
"""How the table says that as many are affected as the caster has levels."""


def _level_for_amount(name: str, slots: Slots, caster: str | None, book: Rulebook) -> Reply | None:
    """The first level of the caster with so many missiles or dice: `at what caster level are there five`."""
    dice = next((text for text in slots.dice if not text.startswith("1d")), "")
    count = next((item.token.number for item in slots.items if item.kind == "number"), None)
    if not dice and count is None:
        return None

    def reaches(at: int) -> bool:
        found = spell(name, at, character_class=caster, book=book)
        return found.amount.startswith(dice) if dice else count in {found.missiles, _dice_of(found)}

    level = first_level(reaches)
    if level is None:
        return None
    found = spell(name, level, character_class=caster, book=book)
    told = f"{found.missiles} missiles" if found.missiles else found.amount
    text = f"{level}. {name.replace('_', ' ').capitalize()} has {told} from caster level {level}"
    return make_reply(text, found.values() | {"level": level}, [level, found.amount], found)


def _dice_of(found: Spell) -> int | None:
    count = found.amount.partition("d")[0]
    return int(count) if count.isdecimal() else None


TOP_LEVEL = 20
"""A level that every table of spells has."""


def _level_to_cast(found: Spell, caster: str, book: Rulebook) -> Reply:
    """The level from which a class casts the spell."""
    level = first_level(lambda at: spell_slots(caster, at, book=book).highest_spell_level >= found.spell_level)
    title = found.spell.replace("_", " ").removesuffix(" spell")
    if level is None:
        spell_slots(caster, TOP_LEVEL, book=book)  # says so where the table is switched off
        raise NotCovered(f"No {caster} casts {title}")
    slots_found = spell_slots(caster, level, book=book)
    rank = f"a spell of {ordinal(found.spell_level)} level"
    text = f"{level}. {with_article(caster)} casts {title}, {rank}, from level {level}"
    values = {"level": level, "spell_level": found.spell_level}
    return make_reply(text, values, [level, found.spell_level], slots_found, source=found.source)


def _asked(slots: Slots, found: Spell) -> list[str]:
    ordered = sorted(_FACTS, key=lambda pair: slots.place_of(*pair[0]))
    facts = [fact for cues, fact in ordered if slots.has(*cues)]
    shot = any(
        item.token.text in {"many", "fired", "fires", "fire", "shoot", "shoots", "number"} for item in slots.items
    )
    if found.missiles is not None and "missiles" not in facts and shot and not slots.has("damage"):
        facts = ["missiles", *facts]
    if "amount" in facts and not found.amount and len(facts) > 1:
        facts.remove("amount")
    if "save" in facts and slots.has("damage") and "amount" in facts:
        facts.sort(key=lambda fact: fact != "amount")
    if "save" in facts and slots.words & {"allow", "allows", "half", "negate", "negates"} and asks_whether(slots):
        return ["save"]
    if "spell_level" in facts and len(facts) > 1:
        facts.remove("spell_level")
    if (
        not slots.has("what_level", "spell_level")
        and (effect := _effect_asked(slots, found))
        and not set(facts) & _TIMES
    ):
        return [effect]
    if facts:
        return facts
    lone = slots.has("level") and slots.level is None and slots.words & {"of", "spell"} and len(slots.items) <= _FEW
    if (slots.has("what_level") or lone) and not slots.classes:
        return ["spell_level"]
    return ["amount"] if found.amount else ["range", "duration", "area"]


_FEW = 4
"""So few words and marks ask for the spell's own level: `level of raise dead`."""
_TIMES = frozenset({"duration", "casting_time", "save", "area", "missiles"})
_EFFECTS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "movement": (
        frozenset({"movement", "speed", "feet", "yards"}),
        frozenset({"far", "high", "fast", "yards", "feet", "cross", "travel"}),
    ),
    "images": (frozenset(), frozenset({"images", "image", "copies", "duplicates", "decoys"})),
    "protection": (frozenset({"ac", "attack", "hit"}), frozenset({"attacks", "blows", "hits", "points", "ac"})),
    "speed": (frozenset(), frozenset({"creatures", "people", "persons", "targets"})),
    "bonus": (frozenset({"modifier", "morale", "hit"}), frozenset({"bonus"})),
}
"""By the effect of a spell: the cues and the words that ask for it: how far one steps, how many images there are."""


def _effect_asked(slots: Slots, found: Spell) -> str | None:
    """The effect of the spell where that is asked for; of what moves, how far, when the range says nothing."""
    if found.effect not in _EFFECTS:
        return None
    cues, words = _EFFECTS[found.effect]
    if found.effect == "movement" and slots.has("range", "distance"):
        return "amount" if found.amount and found.range_yards == 0 else None
    counted = slots.cues & cues if found.effect in {"movement", "bonus"} else slots.cues & cues and found.amount
    if not counted and not (slots.words & words and slots.words & {"many", "much", "far", "what", "which"}):
        return None
    return "amount" if found.amount else "summary"


_FACTS = (
    (("how_many_missiles",), "missiles"),
    (("damage", "heal", "hp", "dice"), "amount"),
    (("range", "distance"), "range"),
    (("duration",), "duration"),
    (("area",), "area"),
    (("casting_time", "initiative"), "casting_time"),
    (("save",), "save"),
    (("spell_level",), "spell_level"),
)


def _line(found: Spell, fact: str) -> tuple[str, list[Any]]:
    """The words for a fact, and its headline."""
    if fact in _LINES:
        return _LINES[fact](found)
    value = getattr(found, fact)
    leading = value.replace("-", " ").replace(",", "").split()[0]
    number = leading if leading.isdecimal() and leading != value else None
    return f"{fact.replace('_', ' ')} {value}", [value, *([number] if number else [])]


def _amount(found: Spell) -> tuple[str, list[Any]]:
    if not found.amount:
        return found.summary, [found.summary]
    if found.dice is None:
        return f"{found.effect} {found.amount}", [found.amount]
    average = plain_number(found.average or 0)
    dice = [found.dice] if found.dice != found.amount else []
    words = f"{found.effect} {found.amount}, {found.minimum} to {found.maximum}, {average} on average"
    return words, [found.amount, *dice, found.minimum, found.maximum, average]


def _range(found: Spell) -> tuple[str, list[Any]]:
    yards = [] if found.range_yards is None else [str(found.range_yards)]
    return f"range {found.range}", [found.range, *yards]


def _save(found: Spell) -> tuple[str, list[Any]]:
    never = ["no"] if found.saving_throw == "none" else []
    return f"saving throw {found.saving_throw}", [found.saving_throw, *never]


def _spell_level(found: Spell) -> tuple[str, list[Any]]:
    return f"a {found.caster}'s spell of {ordinal(found.spell_level)} level", [found.spell_level]


def _missiles(found: Spell) -> tuple[str, list[Any]]:
    if found.missiles is None:
        return _amount(found)
    return f"{found.missiles} missiles, {found.amount} damage in all", [found.missiles, found.amount]


def _summary(found: Spell) -> tuple[str, list[Any]]:
    """What the spell does, and the numbers in it."""
    numbers = re.findall(r"[+-]?\d+", found.summary)
    return found.summary, [*(numbers or [found.summary]), *([found.summary] if numbers else [])]


_LINES: dict[str, Callable[[Spell], tuple[str, list[Any]]]] = {
    "missiles": _missiles,
    "summary": _summary,
    "amount": _amount,
    "range": _range,
    "save": _save,
    "spell_level": _spell_level,
}


def _changes(name: str, fact: str, caster: str | None, book: Rulebook) -> bool:
    """Whether the caster's level makes a difference."""
    shown = {str(_line(spell(name, level, character_class=caster, book=book), fact)[1]) for level in (1, 20)}
    return len(shown) > 1


def _extra_spell(slots: Slots) -> float:
    named = [item for item in slots.items if item.value("spell")]
    if not named:
        return -9.0
    asked = slots.has(
        "damage",
        "range",
        "duration",
        "area",
        "casting_time",
        "school",
        "how_many_missiles",
        "dice",
        "distance",
        "components",
    )
    plain = any(item.text not in SOFT_SPELLS for item in named) and not slots.has("save", "item_save")
    points = (
        0.7 * plain
        + 1.2 * asked
        + 0.8 * slots.has("cast", "spell", "spell_level")
        + 0.5 * bool(slots.level)
        + 0.6 * (slots.has("heal") and any("cure" in item.text for item in named))
    )
    points -= 2.0 * slots.has("thac0", "hit", "initiative", "turn") + 3.0 * slots.has("item_save") * bool(
        slots.all("material") and not slots.has("damage")
    )
    points += 4.0 * ("stoneskin" in slots.all("spell") and slots.has("attacks_per_round", "attack"))
    points += 3.0 * (slots.has("how_many_missiles") and bool(slots.words & AFFECTS))
    points += 2.6 * (slots.has("save") and not slots.classes and slots.level is None and not slots.has_creature)
    points -= 6.0 * (bool(slots.abilities) and slots.has("save", "modifier"))
    points -= 2.2 * (slots.has("save") and not asked and bool(slots.classes))
    points -= 2.0 * bool(slots.all("weapon")) + 2.0 * bool(slots.all("armor") and not asked)
    soft = all(item.text in SOFT_SPELLS for item in named)
    return points - 1.5 * (soft and not slots.has("cast", "spell", "casting_time"))


TOPICS = (
    topic(
        "spell",
        "spells at a caster's level",
        cues=(
            "casting_time=2.4 spell_level=1.4 duration=1 area=1 school=1 cast=0.8 range=0.8 how_many_missiles=0.8 "
            "damage=0.6 components=0.6 spell=0.5 heal=0.4 save=0.4 distance=0.4 dice=0.2 missile=0.2 "
            "size=0.2 speed=0.2 "
            "initiative=0.2 hp=0.1 creature=0.1 hd=0.1 extreme=0.1 rounds turns level light fall load hit "
            "versus attack "
            "movement search poison die morale undead spell_slots shield feet need turn magic_resistance chance weapon "
            "one_handed modifier concealment wear door reaction rolled may surprise days breath_holding coins"
        ),
        things=(
            "spell=1.8 level=0.5 class=0.3 category item_attack light_source creature not_counted initiative_situation "
            "situation race armor material weapon racial_ability dice undead creature_kind visibility "
            "surprise_situation "
            "size column item skill uncovered specialist encounter_place terrain resting"
        ),
        reply=reply_spell,
        extra=_extra_spell,
        each="spell",
        tables=("simple_spells", "spell_targets"),
    ),
)
