"""Replies about the saving throws of characters and creatures."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from rules.asking.ability_classes import OWN_SAVES
from rules.asking.casting_replies import asks_whether
from rules.asking.creature_names import creature_of
from rules.asking.levels import first_level, wants_level
from rules.asking.protections import helping_saves
from rules.asking.reply import (
    MissingValue,
    Reply,
    class_and_level,
    describe,
    listed,
    make_reply,
    score,
    with_article,
)
from rules.asking.save_conditions import is_met
from rules.asking.slots import Slots
from rules.asking.suffering import suffers_from_creature
from rules.asking.topic import topic
from rules.characters import spoken
from rules.loader import Rulebook
from rules.monsters import parse_hit_dice
from rules.results import Part, plain, signed, sources_of
from rules.saves import CATEGORIES, SPOKEN_CATEGORIES, SaveModifier, SavingThrows, saving_throws
from rules.simple_spells import spell

_ONLY_SPELL = frozenset({"spell", "spells", "magic", "magics"})


def reply_saving_throw(slots: Slots, book: Rulebook) -> Reply:
    if (settled := _no_save(slots, book) or helping_saves(slots, book)) is not None:
        return settled
    if not slots.classes and (slots.all("creature") or "hit_dice" in slots.numbers):
        if suffers_from_creature(slots):
            raise MissingValue("Which class, and which level, has who makes the saving throw?", "class", "level")
        return _creature_save(slots, book)
    if wants_level(slots) and slots.classes:
        return _level_for_save(slots, book)
    if slots.level == "0" and not slots.classes:
        # Only warriors have a line for level 0: everybody without a class.
        slots = slots.only("class", "fighter")
    if not slots.classes and slots.level is None and (named := _category_asked(slots, book)) is not None:
        return named
    name, level = class_and_level(slots)
    found = saving_throws(
        name,
        level,
        race=slots.race,
        constitution=score(slots, "constitution"),
        wisdom=score(slots, "wisdom"),
        dexterity=score(slots, "dexterity"),
        book=book,
    )
    return _saves(slots, found, with_article(describe(slots, book, lowest=0)))


def _category_asked(slots: Slots, book: Rulebook) -> Reply | None:
    """Which of the five saving throws something is: `which category covers a basilisk's gaze`."""
    categories = categories_of(slots)
    if not slots.words & {"category", "categories", "column", "kind", "type", "which"} or not categories:
        return None
    named = SPOKEN_CATEGORIES[min(categories, key=CATEGORIES.index)]
    text = f"{named[0].upper()}{named[1:]}. That is the saving throw to make"
    shown = [named, *categories[:1]]
    return make_reply(text, {"category": categories[0]}, shown, source=(book.table("saving_throws").source,))


def _no_save(slots: Slots, book: Rulebook) -> Reply | None:
    """That a spell allows no saving throw, when it is the only thing that is named to save against."""
    named = slots.all("spell")
    other = any(item.value("category") and not item.value("spell") for item in slots.items)
    if len(named) != 1 or other or "simple_spells" not in book.tables:
        return None
    found = spell(named[0], HIGHEST_CASTER, book=book)
    if found.saving_throw != "none":
        return None
    title = found.spell.replace("_", " ").capitalize()
    text = f"None. {title} allows no saving throw"
    return make_reply(text, {"saving_throw": "none"}, ["none", "no"], found)


HIGHEST_CASTER = 20
"""A level that has every spell; whether one allows a saving throw does not depend on it."""


def _saves(slots: Slots, found: SavingThrows, who: str) -> Reply:
    base = found.base()
    categories = categories_of(slots)
    if not categories and _one_is_meant(slots):
        raise MissingValue(
            "Against what: paralyzation, poison or death; rod, staff or wand; petrification or polymorph; breath; "
            "or spell?",
            "category",
        )
    if not categories:
        words = listed([f"{base[category]} ({SPOKEN_CATEGORIES[category]})" for category in CATEGORIES])
        text = f"{', '.join(str(value) for value in base.values())}. {who} saves on {words}"
        values = base | {"modifiers": plain(found.modifiers)}
        doubt = UNSORTED * _is_against_something(slots)
        return make_reply(text + _modifier_words(found.modifiers), values, list(base.values()), found, doubt=doubt)
    category = min(categories, key=CATEGORIES.index)
    text = f"{base[category]}. {who} saves against {SPOKEN_CATEGORIES[category]} on {base[category]} or more"
    applying = tuple(one for one in found.modifiers if category in one.applies_to)
    always = (
        sum(one.bonus for one in applying if not one.condition)
        + slots.bonuses.get("save", 0)
        + slots.bonuses.get("protection", 0)
    )
    always += sum(one.bonus for one in applying if one.condition and is_met(one.condition, slots))
    headline: list[Any] = [base[category]]
    needed = max(1, base[category] - always)
    if always:
        text += f"; with {signed(always)} on the roll, {needed} or more succeeds"
        applying = tuple(one for one in applying if one.condition)
        headline.append(needed)
    values = base | {"category": category, "needed": base[category], "bonus": always, "needed_with_bonus": needed}
    values["modifiers"] = [plain(one) for one in found.modifiers if category in one.applies_to]
    if "roll" in slots.numbers:
        roll = int(slots.numbers["roll"])
        saved = roll == 20 or (roll != 1 and roll >= needed)
        text = f"{'Yes' if saved else 'No'}. A roll of {roll} {'succeeds' if saved else 'fails'}. {text}"
        values |= {"roll": roll, "saved": saved}
        headline.insert(0, "yes" if saved else "no")
    else:
        headline.append((21 - max(1, min(20, needed))) * 5)
        text += f", a chance of {headline[-1]} %"
    leftmost = (
        ("An effect that fits two categories uses the one further left in the table.",) if len(categories) > 1 else ()
    )
    return make_reply(text + _modifier_words(applying), values, headline, found, assumptions=leftmost)


UNSORTED = 0.3
"""What the confidence loses where something is saved against, and no column of the table is that of it."""


def _is_against_something(slots: Slots) -> bool:
    """`Touched by a ghoul`, `falling into acid`: one saving throw is meant, but which is not told."""
    struck = bool(slots.classes) and bool(slots.all("creature"))
    return struck or slots.has("versus") or bool(slots.all("item_attack"))


def _one_is_meant(slots: Slots) -> bool:
    """`What does he need on his saving throw`: one of the five, but which?"""
    singular = any(item.text in {"saving throw", "save", "saving roll"} for item in slots.items)
    personal = any(item.token.text in {"his", "her", "my", "their"} for item in slots.items)
    several = any(
        item.token.text in {"all", "five", "5", "table", "row", "line", "each", "every"} for item in slots.items
    )
    return singular and personal and slots.has("need") and not several


def categories_of(slots: Slots) -> list[str]:
    """What is saved against; the plain word *spell* says nothing beside a more exact word."""
    found = [
        value
        for item in slots.items
        for kind, value in item.senses
        if kind == "category" and item.text not in _ONLY_SPELL
    ]
    found += [spell_category(name) for name in slots.all("spell")]
    if not found and any(
        (item.value("category") == "spell" and not item.is_cue("spell_slots", "spell_level"))
        or item.text in {"spell", "spells", "magic"}
        for item in slots.items
    ):
        found = ["spell"] if "category" in slots.found else []
    return list(dict.fromkeys(found))


_STONE = frozenset({"flesh_to_stone", "polymorph_other", "polymorph_self"})

_DEATH = frozenset({"finger_of_death", "slay_living", "death_spell", "cause_disease", "destruction"})


def spell_category(name: str) -> str:
    """The column a spell is saved against: its own effect where that has one, else spells."""
    if name in _STONE:
        return "petrification"
    return "paralyzation" if name in _DEATH else "spell"


def _modifier_words(modifiers: Sequence[SaveModifier]) -> str:
    shown = [
        f"{one.label} {signed(one.bonus)}{f' against {one.condition}' if one.condition else ''}" for one in modifiers
    ]
    return f"; on the roll: {listed(shown)}" if shown else ""


def _creature_save(slots: Slots, book: Rulebook) -> Reply:
    """Creatures save as warriors of as many levels as they have Hit Dice."""
    creature = creature_of(slots.one("creature"))
    text = slots.numbers.get("hit_dice") or (creature.hit_dice if creature is not None else None)
    if text is None:
        raise MissingValue("How many Hit Dice does the creature have?", "hit_dice")
    dice = parse_hit_dice(text)
    level = min(30, max(0, dice.dice if dice.change >= 0 else dice.dice - 1))
    who = (
        with_article(creature.spoken)
        if creature is not None and "hit_dice" not in slots.numbers
        else f"A creature with {dice} Hit Dice"
    )
    found = saving_throws("fighter", level, book=book)
    reply = _saves(slots, found, f"{who}, as a warrior of level {level},")
    note = (
        "Most creatures save as warriors of as many levels as they have Hit Dice; those of animal mind and "
        "casters may differ."
    )
    return replace(reply, assumptions=(*reply.assumptions, note), doubt=0.1)


_CLEARLY = frozenset({"paralyzation", "rod_staff_wand", "petrification", "breath_weapon"})


def _extra_save(slots: Slots) -> float:
    """A class and what is saved against ask for a saving throw, though nobody says so: `rogue 6 petrification`."""
    clear = bool(_CLEARLY & set(slots.all("category"))) or (bool(slots.all("category")) and slots.has("versus"))
    person = bool(slots.classes) and slots.level is not None
    peasant = slots.has("commoner") and bool(_CLEARLY & set(slots.all("category")))
    busy = slots.has(
        *(() if peasant else ("hit",)),
        "turn",
        "attack",
        "initiative",
        "item_save",
        "damage",
        "spell_slots",
        "cast",
        "morale",
        "stat_block",
        "poison_class",
    )
    points = 2.2 * (
        clear and (person or slots.has("commoner")) and not busy and not slots.has("save") and not slots.letters
    )
    points += 0.6 * (slots.has("rolled", "need") and slots.has("save")) - 4.0 * bool(slots.letters)
    # "A fireball hits the warrior of level 9" asks for a saving throw, unless it is asked how much it does.
    person = person or slots.has("commoner")
    magic = bool(slots.all("spell")) or bool({"breath_weapon", "petrification"} & set(slots.all("category")))
    struck = person and magic and slots.has("hit") and "ac" not in slots.numbers and not slots.all("weapon")
    points += 2.8 * (struck and not slots.has("damage", "range", "initiative", "save"))
    somebody = (
        OWN_SAVES & set(slots.classes)
        if slots.has("modifier") and slots.has("save", "versus") and "wisdom" in slots.abilities
        else slots.classes
    )
    nobody = not somebody and not slots.has_creature and slots.level is None and slots.race is None
    if nobody and slots.has("modifier") and slots.abilities.keys() & {"wisdom", "dexterity"}:
        points -= 3.0  # what a score adds is asked, for nobody's saving throw
    if slots.all("spell") and not slots.classes and not slots.has_creature and slots.level is None:
        points -= 1.5
    return points


def _level_for_save(slots: Slots, book: Rulebook) -> Reply:
    wanted = next((item.token.number for item in slots.items if item.kind == "number"), None)
    categories = categories_of(slots)
    if wanted is None or not categories:
        raise MissingValue("Which number, and against what?", "needed")
    name, category = slots.classes[0], categories[0]
    level = first_level(lambda at: saving_throws(name, at, book=book).base()[category] <= wanted)
    if level is None:
        raise MissingValue(
            f"No {name} saves against {SPOKEN_CATEGORIES[category]} on {wanted}. Which number is meant?", "needed"
        )
    found = saving_throws(name, level, book=book)
    text = (
        f"{level}. {with_article(name)} saves against {SPOKEN_CATEGORIES[category]} on {found.base()[category]} "
        f"from level {level}"
    )
    return make_reply(text, found.values() | {"level": level}, [level, found.base()[category]], found)


def reply_racial_save(slots: Slots, book: Rulebook) -> Reply:
    race = slots.race or ""
    constitution = score(slots, "constitution")
    if constitution is None and (told := _whether_it_counts(slots, race, book)) is not None:
        return told
    if constitution is None:
        raise MissingValue(f"Which Constitution does the {spoken(race)} have?", "constitution")
    # The bonus does not depend on class or level; any class shows it.
    found = saving_throws("fighter", 1, race=race, constitution=constitution, book=book)
    bonus = max((one.bonus for one in found.modifiers), default=0)
    against = [SPOKEN_CATEGORIES[name] for one in found.modifiers for name in one.applies_to if not one.condition]
    against += [one.condition for one in found.modifiers if one.condition]
    if (no := _no_racial_bonus(slots, found, book)) is not None:
        return no
    text = (
        f"{signed(bonus)}. {with_article(spoken(race))} with Constitution {constitution} adds {bonus} to saving throws"
    )
    text += f" against {listed(against)}" if against else ""
    parts = tuple(Part(one.label, signed(one.bonus), one.source) for one in found.modifiers)
    source = sources_of(*parts) or (book.table("constitution_saves").source,)
    values = {"bonus": bonus, "modifiers": plain(found.modifiers)}
    headline = ["yes", signed(bonus)] if slots.all("category") and bonus else [signed(bonus)]
    text = f"Yes. {text}" if len(headline) > 1 else text
    return make_reply(text, values, headline, parts=parts, source=source)


def _whether_it_counts(slots: Slots, race: str, book: Rulebook) -> Reply | None:
    """Whether the bonus for Constitution holds against what is named; how much it is needs the score."""
    if not asks_whether(slots):
        return None
    found = saving_throws("fighter", 1, race=race, constitution=TOUGH, book=book)
    if (no := _no_racial_bonus(slots, found, book)) is not None:
        return no
    if not slots.all("category") and found.modifiers:
        return None
    source = (book.table("constitution_saves").source,)
    if not found.modifiers:
        text = f"No. {with_article(spoken(race))} has no bonus of its race on saving throws"
        return make_reply(text, {"bonus": 0}, ["no"], source=source)
    text = f"Yes. {with_article(spoken(race))} adds a bonus for Constitution; how much, depends on the score"
    return make_reply(text, {"counts": True}, ["yes"], source=source)


TOUGH = 14
"""A Constitution that has the bonus."""


def _no_racial_bonus(slots: Slots, found: SavingThrows, book: Rulebook) -> Reply | None:
    """That the bonus does not count against what is named; None when it does, or when nothing is named."""
    words = slots.words | {word.rstrip("s") for word in slots.words}
    named = [name for name in slots.all("category") if name != "spell"]
    if not named or any(
        set(named) & set(one.applies_to) and (not one.condition or words & set(one.condition.split()))
        for one in found.modifiers
    ):
        return None
    against = listed([SPOKEN_CATEGORIES[name] for name in named])
    text = f"No. {with_article(spoken(slots.race or ''))} has no bonus of its race against {against}"
    values = {"bonus": 0, "modifiers": plain(found.modifiers)}
    return make_reply(text, values, ["no", "0"], source=(book.table("constitution_saves").source,))


def _extra_racial(slots: Slots) -> float:
    if slots.race is None or (slots.classes and not (slots.has("change") and "constitution" in slots.abilities)):
        return -9.0
    asked = "constitution" in slots.named_abilities and bool(slots.all("category") or slots.has("save"))
    if slots.race not in {"dwarf", "gnome", "halfling"}:
        return 3.0 if asked and asks_whether(slots) and slots.level is None else -9.0
    if "poison_save" in slots.all("column") and slots.race != "gnome":
        return 8.0  # of these the race decides, and Constitution only how much
    tough = asked and slots.has("modifier", "versus")
    if not slots.has("save"):
        return 6.0 if tough else -9.0
    return 1.5 + ("constitution" in slots.abilities) - 1.0 * (slots.level is not None)


TOPICS = (
    topic(
        "saving_throw",
        "saving throws",
        cues=(
            "commoner=0.4 save=4 versus=0.6 rolled=0.5 need=0.3 chance=0.3 spell=0.2 hd=0.2 poison=0.2 creature=0.2 "
            "die=0.2 cast=0.1 "
            "level what_level modifier undead spell_slots fall hit attack stat_block damage bonus_spells "
            "racial area turn light extreme shield item_save dice"
        ),
        things=(
            "category=1 spell=0.7 class=0.6 level=0.6 roll=0.5 creature=0.4 hit_dice=0.4 race=0.3 "
            "ability=0.2 score=0.2 "
            "protection=0.2 undead item material item_attack weapon situation initiative_situation specialist "
            "light_source"
        ),
        reply=reply_saving_throw,
        extra=_extra_save,
        tables=("saving_throws", "class_save_modifiers"),
    ),
    topic(
        "racial_save",
        "the saving throw bonus of a race",
        cues="save=4 modifier=0.6 racial=0.6 versus=0.2 poison spell level need",
        things="race=1 ability=0.3 score=0.3 category=0.3 racial_ability column item material weapon",
        reply=reply_racial_save,
        extra=_extra_racial,
        tables=("constitution_saves", "racial_saves"),
    ),
)
