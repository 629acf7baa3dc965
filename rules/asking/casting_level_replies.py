"""Replies about the level at which paladins and rangers cast: their spells work as those of a lower caster."""

from rules.asking.casting_replies import asks_whether
from rules.asking.levels import first_level
from rules.asking.reply import MissingValue, NotCovered, Reply, make_reply, with_article
from rules.asking.slots import Slots
from rules.asking.topic import topic
from rules.loader import Rulebook

LATE_CASTERS = frozenset({"paladin", "ranger"})
HIGHEST = 20
_EVER = frozenset({"ever", "highest", "max", "maximum", "most", "eventually", "top", "best"})


def reply_casting_level(slots: Slots, book: Rulebook) -> Reply:
    """The casting level at a level of the class; the highest there is, or where it begins."""
    table = book.table("casting_levels")
    name = next((one for one in slots.classes if one in LATE_CASTERS), None)
    if name is None and slots.classes:
        raise NotCovered(f"A casting level of its own stands with paladins and rangers, not with {slots.classes[0]}s")
    if name is None:
        raise MissingValue("Paladin or ranger?", "class")

    def level_at(level: int) -> int:
        return int(table.value(name, at=level))

    if slots.level is None and slots.words & _EVER:
        highest = level_at(HIGHEST)
        text = f"{highest}. The casting level of {with_article(name).lower()} is {highest} at most"
        return make_reply(text, {"casting_level": highest}, [highest], source=(table.source,))
    if slots.level is None or not slots.level.isdecimal():
        begins = first_level(lambda at: level_at(at) > 0)
        raise MissingValue(f"Which level is the {name}? The first spells come at level {begins}.", "level")
    level, found = int(slots.level), level_at(int(slots.level))
    if not found:
        begins = first_level(lambda at: level_at(at) > 0)
        text = f"None. {with_article(name)} of level {level} casts no spells yet: they come at level {begins}"
        return make_reply(text, {"casting_level": 0}, ["none", "no", "0"], source=(table.source,))
    told = next((one for one in slots.levels[1:] if one.isdecimal()), None)
    shown = ["yes" if int(told) == found else "no"] if told and asks_whether(slots) else []
    text = f"{found}. {with_article(name)} of level {level} casts at level {found}"
    text = f"{shown[0].capitalize()}. {text}" if shown else text
    return make_reply(text, {"casting_level": found}, [*shown, found], source=(table.source,))


def _extra_casting_level(slots: Slots) -> float:
    if not slots.has("caster_level") or not LATE_CASTERS & set(slots.classes):
        return -99.0
    return 3.0 - 9.0 * slots.has("turn", "save", "thac0", "xp", "hit")


TOPICS = (
    topic(
        "casting_level",
        "the casting level of paladins and rangers",
        cues=(
            "caster_level=4 cast=0.6 spell_slots level what_level spell spell_level extreme heal may range duration "
            "damage casting_time next_level need onset"
        ),
        things="class=0.6 level=0.8 spell=0.3 table=0.4 spell_level race category",
        reply=reply_casting_level,
        extra=_extra_casting_level,
        tables=("casting_levels",),
    ),
)
