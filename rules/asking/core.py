"""The core of a question inside a story: the sentences that ask and those that tell values, without the rest.

What the rest names in passing (`the orcs are waiting`) is no part of the question, unless the core speaks of it.
"""

from collections.abc import Sequence

from rules.asking.focus import GOING_ON, PARTS, sentences
from rules.asking.numbers import fill_slots
from rules.asking.slots import Slots
from rules.asking.story import NEUTRAL, NUMERALS, POINTING, Part, Span, as_told, asking_spans
from rules.asking.topics import FACTS
from rules.asking.vocabulary import Item

_PERSONS = ("class", "race", "creature")
_DEFINITE = frozenset({"the", "my", "our", "his", "her", "their", "this", "that", "these", "those", "your"})
_MENTIONED = frozenset(
    {"class", "race", "creature", "creature_kind", "spell", "undead", "item", "light_source", "category"}
)
"""Kinds that a story names in passing."""


def cores(slots: Slots) -> list[Part]:
    """The sentence that asks, where it names a fact and whose it is, and the sentences that have all values."""
    spans = sentences(slots.items, PARTS)
    asking = asking_spans(slots.items, spans)
    goes_on = any(slots.items[start].token.text in GOING_ON for start, _ in spans[1:])
    if len(spans) < 2 or not asking or goes_on:
        return []
    asked = slots.items[asking[0][0] : asking[0][1]]
    found = []
    if _owns_a_fact(asked) and not _points_out(asked):
        found.append(Part(fill_slots(list(asked)), asked, is_alone=True))
    start, end = _core(slots, spans, asking)
    inside = slots.items[start:end]
    outside = [as_told(slots, place) for place in range(len(slots.items)) if not start <= place < end]
    if len(inside) < len(slots.items) and not _points_out(inside) and not _refers(inside, outside):
        found.append(Part(fill_slots(list(inside)), asked, is_alone=True))
    return found


def _core(slots: Slots, spans: Sequence[Span], asking: Sequence[Span]) -> Span:
    """From the first sentence that asks or tells a value to the last."""
    needed = [
        span
        for span in spans
        if span in asking or any(_changes(as_told(slots, place)) for place in range(span[0], span[1]))
    ]
    return needed[0][0], needed[-1][1]


def _points_out(items: Sequence[Item]) -> bool:
    """Whether a `he` or `it` stands before everybody whom it may mean."""
    person = next((at for at, item in enumerate(items) if any(item.value(kind) for kind in _PERSONS)), len(items))
    return any(item.token.text in POINTING for item in items[:person])


def _refers(inside: Sequence[Item], outside: Sequence[Item]) -> bool:
    """Whether somebody is spoken of as known whom the rest names as well: `the fighter`, `my orc`."""
    known = {sense for item in outside for sense in item.senses if sense[0] in _PERSONS}
    kinds = {kind for kind, _ in known}
    for place, item in enumerate(inside):
        definite = bool({one.token.text for one in inside[max(0, place - 3) : place]} & _DEFINITE)
        named = {sense for sense in item.senses if sense[0] in _PERSONS}
        if definite and (named & known or ("class" in kinds and any(kind == "class" for kind, _ in named))):
            return True
    return False


def _owns_a_fact(asked: Sequence[Item]) -> bool:
    """`The minotaur's THAC0`, `morale of an orc`: a fact is said to be that of somebody."""
    for place, item in enumerate(asked):
        if not item.is_cue(*FACTS, "ac", "movement"):
            continue
        before, behind = asked[max(0, place - 1) : place], asked[place + 1 : place + 4]
        of = bool(behind) and behind[0].token.text == "of"
        if any(one.value("creature") or one.value("class") for one in [*before, *(behind if of else [])]):
            return True
    return False


def _changes(item: Item) -> bool:
    """Whether what a story tells may change the answer to what is asked beside it."""
    if item.kind in NUMERALS:
        return not item.token.spelled
    return item is not NEUTRAL and any(kind not in _MENTIONED for kind, _ in item.senses)
