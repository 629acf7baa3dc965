"""Questions about somebody or something that nobody names: `what armour may my character wear`, `what's its morale`.

The wordings stand in `lists/open_values.txt`, with the topic each asks about and the value that is missing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from rules.asking.lexicon import lines_of
from rules.asking.reply import MissingValue
from rules.asking.second_reading import CLOSED
from rules.asking.slots import Slots
from rules.asking.wanted import as_text

_STANDING_FOR = {
    "SOMEBODY": r"(?:i|me|we|you|he|she|one|they|it|(?:my|our|your|his|her|this|that|the|a|an) \S+(?: \S+)?)",
    "THING": r"(?:it|they|(?:the|this|that) (?:monster|creature|beast|thing|critter|enemy|foe))",
    "BECOMES": r"(?:grows?|gets?|becomes?|is|be|turns?)",
    "WHAT": r"(?:what|which)",
    "CAN": r"(?:can|may|could|should|must|does|do|did|will|would|is|am|are)",
}
_QUESTIONS = {
    "class": "Which class?",
    "class, level": "Which class, and which level?",
    "race": "Which race?",
    "weapon": "Which weapon?",
    "intelligence": "Which Intelligence score?",
    "creature": "Which creature?",
}
_SPELLED_OUT = re.compile("|".join(_STANDING_FOR))


@dataclass(frozen=True, slots=True)
class OpenValue:
    """What is asked of a table, what is missing to look it up, and what must not be named beside it."""

    topic: str
    missing: str
    unless: frozenset[str]
    wording: re.Pattern[str]


def open_value(slots: Slots) -> tuple[str, MissingValue] | None:
    """The topic that is asked about and the value that is left open; None when the question leaves none so."""
    if CLOSED & slots.found.keys() or slots.all("uncovered") or slots.unknown or slots.left_over:
        return None
    text = as_text(slots.items)
    for one in _open_values():
        if not slots.found.keys() & one.unless and one.wording.search(text):
            return one.topic, MissingValue(_QUESTIONS[one.missing], *one.missing.split(", "))
    return None


@cache
def _open_values() -> tuple[OpenValue, ...]:
    return tuple(_read_entries())


def _read_entries() -> Iterator[OpenValue]:
    topic, missing, unless = "", "", frozenset[str]()
    for line in lines_of("open_values.txt"):
        if line.startswith(" "):
            wording = _SPELLED_OUT.sub(lambda found: _STANDING_FOR[found.group()], line.strip())
            yield OpenValue(topic, missing, unless, re.compile(rf"\b{wording}"))
        else:
            topic, missing, kinds = (part.strip() for part in line.split("|"))
            unless = frozenset(kinds.split())
