"""What is asked in a question of several sentences: words of the story around it name no topic.

`I have two players, one wants to run a dwarf. What is the lowest Constitution?` is not about running. The things and
the numbers of the story stay, for they are what the question is about.
"""

from collections.abc import Sequence
from dataclasses import replace

from rules.asking.certainty import asks_in
from rules.asking.numbers import fill_slots
from rules.asking.slots import Slots
from rules.asking.topic import NAMED, Topic
from rules.asking.topics import cue_strength
from rules.asking.vocabulary import Item

_ENDS = frozenset({".", "?", "!"})
_PARTS = _ENDS | {";"}
_PASSING = frozenset({"other_class", "other_race", "uncovered", "opinion", "request"})
"""Kinds that refuse a question, unless only its story has them: `the witch pointed a finger`."""
_SHORTENED = frozenset({"vs", "lvl", "lv", "st", "ft", "lb", "lbs", "mr", "mrs", "dr", "str", "dex", "con", "int", "wis", "cha"})
"""What a point stands behind without ending the sentence."""


def focused(slots: Slots) -> Slots | None:
    """The question without the cues of its story that name a topic; None when it has no story that names any.

    The sentence that asks must name a topic itself.
    """
    asking = _asking(slots, _ENDS)
    if asking is None:
        return None
    inside = {place for start, end in asking for place in range(start, end)}
    if not any(_names(slots.items[place]) for place in inside):
        return None
    items = [item if place in inside else _without_names(item) for place, item in enumerate(slots.items)]
    left = {cue for item in items for cue in item.cues}
    gone = {cue for item in slots.items for cue in item.cues} - left
    return replace(slots, items=items, cues=slots.cues - gone) if gone else None


def without_passing(slots: Slots) -> Slots:
    """The question without what its story names in passing that is not here, when another sentence asks."""
    asking = _asking(slots, _PARTS)
    if asking is None:
        return slots
    inside = {place for start, end in asking for place in range(start, end)}
    passing = [
        place
        for place, item in enumerate(slots.items)
        if place not in inside and any(kind in _PASSING for kind, _ in item.senses)
    ]
    if not passing or not any(_names(slots.items[place]) for place in inside):
        return slots
    return fill_slots([item for place, item in enumerate(slots.items) if place not in passing])


def asked_alone(slots: Slots) -> Slots | None:
    """The last sentence that asks, alone; None when there is no other."""
    asking = _asking(slots, _PARTS)
    if asking is None:
        return None
    start, end = asking[-1]
    return fill_slots(slots.items[start:end])


def _asking(slots: Slots, ends: frozenset[str]) -> list[tuple[int, int]] | None:
    """The sentences that ask; None when all do or none does."""
    spans = _sentences(slots.items, ends)
    asking = [span for span in spans if asks_in(slots.items[span[0] : span[1]])]
    return asking if asking and len(asking) < len(spans) else None


def is_named(topic: Topic, slots: Slots) -> bool:
    """Whether a word of the question names the topic."""
    return any(topic.cues.get(cue, 0.0) >= NAMED for item in slots.items for cue in item.cues)


def _sentences(items: Sequence[Item], ends: frozenset[str]) -> list[tuple[int, int]]:
    spans, start = [], 0
    for place, item in enumerate(items):
        if item.token.text in ends and not (place and items[place - 1].token.text in _SHORTENED):
            spans.append((start, place + 1))
            start = place + 1
    spans.append((start, len(items)))
    return [(first, last) for first, last in spans if any(item.kind != "separator" for item in items[first:last])]


def _names(item: Item) -> bool:
    return any(_is_naming(kind, value) for kind, value in item.senses)


def _is_naming(kind: str, value: str) -> bool:
    return kind == "cue" and cue_strength().get(value, 0.0) >= NAMED


def _without_names(item: Item) -> Item:
    if not _names(item):
        return item
    kept = tuple((kind, value) for kind, value in item.senses if not _is_naming(kind, value))
    return replace(item, senses=kept, kind=item.kind if kept else "filler")
