"""What is asked in a question of several sentences: words of the story around it name no topic.

`I have two players, one wants to run a dwarf. What is the lowest Constitution?` is not about running. The things and
the numbers of the story stay, for they are what the question is about.
"""

from collections.abc import Sequence
from dataclasses import replace

from rules.asking.certainty import asks_in
from rules.asking.context import SOFT_SPELLS, is_written_as_spell
from rules.asking.numbers import fill_slots
from rules.asking.shorthand import abbreviations
from rules.asking.slots import Slots
from rules.asking.topic import NAMED, Topic
from rules.asking.topics import FACTS, cue_strength
from rules.asking.vocabulary import Item

_ENDS = frozenset({".", "?", "!"})
GOING_ON = frozenset({"also", "and", "plus", "then"})
"""What begins a sentence that goes on with a question: `also his saves`."""
PARTS = _ENDS | {";"}
_ALWAYS_SHORT = abbreviations() | {"st", "mr", "mrs"}
"""What a point stands behind without ending the sentence."""
_PASSING = frozenset({"other_class", "other_race", "uncovered", "opinion", "request"})
"""Kinds that refuse a question, unless only its story has them: `the witch pointed a finger`."""


def focused(slots: Slots) -> Slots | None:
    """The question without the cues of its story that name a topic; None when it has no story that names any.

    The sentence that asks must name a topic itself.
    """
    asking = _asking(slots, _ENDS)
    if asking is None:
        return None
    inside = {place for start, end in asking for place in range(start, end)}
    if not any(asks_for(slots.items[place]) for place in inside):
        return None
    items = [item if place in inside else _without_names(item) for place, item in enumerate(slots.items)]
    left = {cue for item in items for cue in item.cues}
    gone = {cue for item in slots.items for cue in item.cues} - left
    return replace(slots, items=items, cues=slots.cues - gone) if gone else None


def without_passing(slots: Slots) -> Slots:
    """The question without what its story names in passing that is not here, when another sentence asks."""
    asking = _asking(slots, PARTS)
    if asking is None:
        return slots
    inside = {place for start, end in asking for place in range(start, end)}
    kept = [item if place in inside else _in_story(item) for place, item in enumerate(slots.items)]
    if kept == slots.items or not any(asks_for(slots.items[place]) for place in inside):
        return slots
    return fill_slots(kept)


def _in_story(item: Item) -> Item:
    """The item without what only a question would mean by it: a thing that is not here, sleep as a spell."""
    soft = item.text in SOFT_SPELLS and not is_written_as_spell(item)
    kept = tuple(sense for sense in item.senses if sense[0] not in _PASSING and not (soft and sense[0] == "spell"))
    return item if kept == item.senses else replace(item, senses=kept, kind=item.kind if kept else "filler")


def _asking(slots: Slots, ends: frozenset[str]) -> list[tuple[int, int]] | None:
    """The sentences that ask; None when all do or none does."""
    spans = sentences(slots.items, ends)
    asking: list[tuple[int, int]] = []
    for start, end in spans:
        goes_on = bool(asking) and slots.items[start].token.text in GOING_ON
        if goes_on or asks_in(slots.items[start:end]):
            asking.append((start, end))
    return asking if asking and len(asking) < len(spans) else None


def is_named(topic: Topic, slots: Slots) -> bool:
    """Whether a word of the question names the topic."""
    return any(
        topic.cues.get(value, 0.0) >= (1.0 if value in FACTS else NAMED)
        if kind == "cue"
        else kind in _ASKED and topic.things.get(kind, 0.0) >= 1.0
        for item in slots.items
        for kind, value in item.senses
    )


def sentences(items: Sequence[Item], ends: frozenset[str]) -> list[tuple[int, int]]:
    """Start and end of each sentence."""
    spans, start = [], 0
    for place, item in enumerate(items):
        if item.token.text in ends and not (place and items[place - 1].token.text in _ALWAYS_SHORT):
            spans.append((start, place + 1))
            start = place + 1
    spans.append((start, len(items)))
    return [(first, last) for first, last in spans if any(item.kind != "separator" for item in items[first:last])]


def has_names(item: Item) -> bool:
    """Whether the item names a topic."""
    return any(is_naming(kind, value) for kind, value in item.senses)


def asks_for(item: Item) -> bool:
    """Whether the item may be what is asked for: it names a topic, a fact of a table or a column of one."""
    return has_names(item) or item.is_cue(*FACTS) or any(kind in _ASKED for kind, _ in item.senses)


_ASKED = frozenset({"column", "skill", "racial_ability"})


def is_naming(kind: str, value: str) -> bool:
    """Whether a meaning names a topic."""
    return kind == "cue" and cue_strength().get(value, 0.0) >= NAMED


def _without_names(item: Item) -> Item:
    if not has_names(item):
        return item
    kept = tuple((kind, value) for kind, value in item.senses if not is_naming(kind, value))
    return replace(item, senses=kept, kind=item.kind if kept else "filler")
