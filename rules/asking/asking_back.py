"""A question back instead of a refusal: a topic is named outright, and what its table is entered with is not told.

`Percent chance of surviving system shock for our cleric` names a column of a table; without the score there is nothing
to look up, and no topic has points enough. This comes last, and gives no value.
"""

from rules.asking.certainty import asks, is_small_talk, outside, unexplained
from rules.asking.replies import TOPICS
from rules.asking.reply import MissingValue, NotCovered
from rules.asking.second_reading import CLOSED
from rules.asking.slots import Slots
from rules.asking.topic import NAMED, Topic
from rules.asking.topics import cue_strength, explained_places
from rules.asking.unheard import unheard_of
from rules.errors import RuleError
from rules.loader import Rulebook

NAMING = 2.0
"""Points of a cue that belongs to one topic."""
COLUMN = 1.4
"""Points of a column for the topic whose table has it."""
_EVERYDAY = frozenset({"turn", "door", "level", "backstab", "item_save"})
"""Cues whose words have other meanings, so that they need company."""
_COMPANY = frozenset({"class", "race", "ability", "undead", "creature", "column"})
_TOLD_APART = frozenset({"spell", "creature", "weapon", "armor", "item", "ware"})
"""Names that a question has when it is about a thing: that it has none that is known means that it is not here."""
_LOOSE_COLUMNS = frozenset({"languages", "henchmen", "defense", "magical_defense", "hit", "damage"})
"""Columns whose words say other things as well: `what languages do elves speak`."""


def value_to_ask_for(slots: Slots, book: Rulebook) -> tuple[Topic, MissingValue] | None:
    """The topic that a question names and the value that it leaves open; None when it is not clear which.

    Args:
        slots: A question without an answer.
        book: The tables.
    """
    if "who" in slots.words or "what_level" in slots.cues:
        return None  # a name, or the level itself: in no table entered with what is missing
    if unheard_of(slots) is not None:
        return None
    if CLOSED & slots.found.keys() or slots.all("uncovered") or slots.left_over or slots.unknown or slots.dice:
        return None
    for topic in sorted(_named(slots), key=lambda one: -_gained(one, slots)):
        if not _is_asked_for(topic, slots):
            continue
        missing = _missing(topic, slots, book)
        if missing is not None and not set(missing.names) & (_TOLD_APART | slots.numbers.keys()):
            return topic, missing
    return None


def _is_asked_for(topic: Topic, slots: Slots) -> bool:
    """Whether the question asks, and names nothing that the topic has no use for."""
    if outside(slots, [topic]) or is_small_talk(slots, [topic]) or _other_topic(topic, slots):
        return False
    return asks(slots) or not unexplained(slots, [topic])


def _other_topic(topic: Topic, slots: Slots) -> bool:
    """Whether a cue of another topic is in the question: `how many hit points does a door have`."""
    strength, explained = cue_strength(), explained_places(topic, slots)
    return any(
        place not in explained and any(strength.get(cue, 0.0) >= NAMED for cue in item.cues)
        for place, item in enumerate(slots.items)
    )


def _missing(topic: Topic, slots: Slots, book: Rulebook) -> MissingValue | None:
    try:
        topic.reply(slots, book)
    except MissingValue as missing:
        return missing
    except (NotCovered, RuleError, ValueError, KeyError):
        return None
    return None


def _named(slots: Slots) -> list[Topic]:
    """The topics of which a cue or a column stands in the question that is theirs."""
    said = {cue for item in slots.items for cue in item.cues}
    if not slots.found.keys() & _COMPANY:
        said -= _EVERYDAY
    columns = bool(set(slots.all("column")) - _loose(slots))
    return [
        topic
        for topic in TOPICS
        if any(topic.cues.get(cue, 0.0) >= NAMING for cue in said)
        or (columns and topic.things.get("column", 0.0) >= COLUMN)
    ]


def _loose(slots: Slots) -> frozenset[str]:
    """The columns that the question may only seem to name."""
    meant = {"languages"} if slots.classes and slots.race is None else set()
    meant |= {"henchmen"} if slots.words & {"henchmen", "henchman"} else set()
    return _LOOSE_COLUMNS - meant


def _gained(topic: Topic, slots: Slots) -> float:
    cues = {cue for item in slots.items for cue in item.cues}
    return sum(topic.cues.get(cue, 0.0) for cue in cues) + sum(topic.things.get(kind, 0.0) for kind in slots.found)
