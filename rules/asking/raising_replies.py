"""Replies about how long somebody may be dead who is to be raised: a day for each level of the priest."""

import re

from rules.asking.casting_replies import asks_whether
from rules.asking.reply import MissingValue, Reply, make_reply
from rules.asking.slots import Slots
from rules.asking.topic import topic
from rules.asking.wanted import as_text
from rules.loader import Rulebook
from rules.simple_spells import spell
from rules.spellcasting import spell_slots

SPELL = "raise_dead"
_RAISE = re.compile(r"\b(?:raise|raises|raised|raising)\b")
_DEAD = re.compile(r"\b(?:dead|died|death|corpse|body|bodies|cold|killed|slain|deceased|passed away|fell)\b")
_HOW_LONG = re.compile(
    r"\b(?:days?|weeks?|how long (?:ago|after|can|could|may|might|must|does|do|has|have|is|since|dead|deceased|gone)"
    r"|time limit|too late|within what time|still)\b"
)
_OTHER_BUSINESS = ("casting_time", "save", "thac0", "hit", "price", "age", "range", "spell_slots", "healing", "morale")
DAYS_A_WEEK = 7


def reply_raising(slots: Slots, book: Rulebook) -> Reply:
    """For how many days after death a priest raises; yes or no where the days are told."""
    if slots.race == "elf" and not slots.has("level"):
        return _no_elves(book)
    level = _level_of_priest(slots)
    if level is None:
        raise MissingValue("Which level is the priest? He raises who has been dead for a day a level at most.", "level")
    found = spell(SPELL, level, book=book)
    if spell_slots("cleric", level, book=book).highest_spell_level < found.spell_level:
        text = f"No. A cleric of level {level} does not cast raise dead yet, a spell of level {found.spell_level}"
        return make_reply(text, {"allowed": False}, ["no"], found)
    text = f"{level}. A cleric of level {level} raises who has been dead for {level} days at most; no elves"
    shown = [str(level), f"{level} days"]
    values = {"days": level}
    if (days := _days(slots)) is not None and (asks_whether(slots) or slots.words & {"possible", "still", "late"}):
        said = "yes" if (days <= level) != ("late" in slots.words) else "no"
        text, shown = f"{said.capitalize()}. {days} days have passed. {text}", [said, *shown]
    return make_reply(text, values, shown, found)


def _no_elves(book: Rulebook) -> Reply:
    table = book.table("basic_rules")
    return make_reply(f"No: {table.find('raise_elf')['sentence']}", {"allowed": False}, ["no"], source=(table.source,))


def _days(slots: Slots) -> int | None:
    days, weeks = slots.number("days"), slots.number("weeks")
    return days if weeks is None else weeks * DAYS_A_WEEK


def _level_of_priest(slots: Slots) -> int | None:
    """The level; of several the one that stands nearest to the priest."""
    levels = [one for one in dict.fromkeys([*slots.levels, slots.level or ""]) if one.isdecimal()]
    if not levels:
        return None
    priests = [place for place, item in enumerate(slots.items) if item.value("class") in {"cleric", "druid"}]
    numbers = [
        (min(abs(place - at) for at in priests) if priests else place, item.token.number)
        for place, item in enumerate(slots.items)
        if item.kind in {"number", "ordinal"} and str(item.token.number) in levels
    ]
    return int(levels[0]) if len(levels) == 1 or not numbers else min(numbers)[1]


def _extra_raising(slots: Slots) -> float:
    text = as_text(slots.items)
    raises = _RAISE.search(text) is not None or "days dead" in text
    told = "days" in slots.numbers or _HOW_LONG.search(text) is not None
    if not (raises and told and _DEAD.search(text)) or slots.abilities or slots.has(*_OTHER_BUSINESS):
        return -99.0
    if "what_level" in slots.cues or slots.all("undead") or slots.named_abilities:
        return -99.0
    return 7.0


TOPICS = (
    topic(
        "raising",
        "how long after death somebody is raised",
        cues=(
            "duration days cast spell level die may extreme frequency rounds years need heal number_appearing "
            "level_limit become creature attacks_per_round"
        ),
        things="class level days=0.5 weeks spell=0.5 category race column uncovered creature_kind item creature",
        reply=reply_raising,
        extra=_extra_raising,
        tables=("simple_spells",),
    ),
)
