"""Narrower readings of a question that lies inside a story, for when the whole of it was not understood.

The sentence that asks, or the clause of it that begins with the question word, is read alone, then with what the
sentences around it tell: persons, their levels and scores, weapons, creatures; the nearest first. A sentence that
speaks of `his` or `it` is read with its neighbors first.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rules.asking.certainty import asks_in
from rules.asking.context import SOFT_SPELLS, is_written_as_spell
from rules.asking.focus import PARTS, asks_for, has_names, sentences
from rules.asking.numbers import fill_slots
from rules.asking.replies import TOPICS
from rules.asking.slots import Slots
from rules.asking.topic import Topic
from rules.asking.vocabulary import Item
from rules.asking.walking import OWNERS, UNITS
from rules.asking.words import Token

Span = tuple[int, int]
MOST_SPANS = 3
ELLIPTIC = 3
"""A sentence of so few words and marks goes on with the one before: `A gem, rolled 45. Value?`"""
LISTENS = 0.3
"""Points of a cue that belongs to a topic, though it may not name it."""
OF_A_TOPIC = 0.8
"""The same of a thing."""
_KINDS = frozenset(
    {"class", "race", "ability", "armor", "weapon", "creature", "spell", "undead", "category", "situation",
     "range_band", "light_source", "size", "ammunition", "share", "protection", "specialist", "creature_kind", "item"}
)  # fmt: skip
"""Kinds of things that a story tells and a question needs."""
_TELLING = frozenset(
    {"cue", "column", "skill", "racial_ability", "category", "situation", "range_band", "undead", "spell"}
)
"""Kinds of things by which a sentence shows what it asks for."""
_MODIFYING = frozenset(
    {"level", "shield", "no_shield", "specialised", "two_weapons", "two_handed", "one_handed", "nonproficient",
     "familiar", "cover", "concealment", "missile", "commoner", "creature"}
)  # fmt: skip
"""Cues of a story that change an answer and ask for none."""
_COUNTED = frozenset({*OWNERS, *UNITS, "rolled"})
"""Cues that count only beside their number."""
_PLAIN = frozenset({"level", "creature", "years", "weapon", "feet", "days", "turns", "rounds", "gold", "shield"})
"""Cues that ask for nothing by themselves."""
NUMERALS = frozenset({"number", "ordinal", "signed", "fraction", "hit_dice", "dice"})
_SAID = frozenset({"armor", "armour", "suit", "and", "or", "no", "not", "never", "without", "the", "his", "her", "my"})
"""Words that change what stands beside them."""
NEUTRAL = Item("filler", Token("word", "-"))
"""What stands in the place of a word of the story that says nothing here."""
_OPENERS = frozenset(
    {"what", "whats", "how", "hows", "which", "who", "when", "whens", "where", "does", "do", "is", "are", "can", "may",
     "will", "would", "could", "should", "give", "tell", "show", "did", "has", "have"}
)  # fmt: skip
_LEADING = frozenset(
    {"", "so", "and", "but", "then", "now", "or", "quick", "quickly", "please", "ok", "okay", "well", "hence", "thus"}
)
_PREPOSED = frozenset({"at", "by", "on", "in", "for", "with", "to", "against", "from", "under", "of"})
_REASONS = frozenset(
    {"since", "because", "cause", "cuz", "while", "although", "though", "as", "before", "except", "but", "so", "now",
     "(", "just", "no", "not", "and", "even"}
)  # fmt: skip
"""What begins a clause that tells why or when it is asked."""
POINTING = frozenset({"he", "his", "him", "she", "her", "it", "its", "they", "their", "them"})


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a question that may be all of it.

    Attributes:
        slots: What it says.
        asking: The words of it that ask.
        is_cut: Whether the sentence that asks goes on behind it.
        is_clause: Whether the sentence that asks begins before it.
        is_alone: Whether nothing of the sentences around it was read with it.
    """

    slots: Slots
    asking: Sequence[Item]
    is_cut: bool = False
    is_alone: bool = False
    is_clause: bool = False

    def names(self, topic: str | None) -> bool:
        """Whether what asks names the topic, so that it is not named by the story alone."""
        return any(_listens(one, item) for one in _named(topic) for item in self.asking)

    def strength(self, topic: str | None) -> float:
        """Points of the strongest cue that what asks has for the topic."""
        return max(
            (one.cues.get(cue, 0.0) for one in _named(topic) for item in self.asking for cue in item.cues), default=0
        )

    @property
    def points(self) -> bool:
        """Whether it speaks of somebody whom another sentence names: `his`, `it`."""
        return any(item.token.text in POINTING for item in self.asking)


def _named(topic: str | None) -> list[Topic]:
    return [one for one in TOPICS if one.name == topic]


def _listens(topic: Topic, item: Item) -> bool:
    return any(
        topic.cues.get(value, 0.0) >= LISTENS if kind == "cue" else topic.things.get(kind, 0.0) >= OF_A_TOPIC
        for kind, value in item.senses
        if kind in _TELLING
    )


def narrower(slots: Slots) -> Iterator[Part]:
    """Readings of parts of a question, the likeliest first; none of a question that has no parts."""
    spans = sentences(slots.items, PARTS)
    told = [as_told(slots, place) for place in range(len(slots.items))]
    for span in asking_spans(slots.items, spans):
        around = _around(spans, span)
        if span[1] - span[0] <= ELLIPTIC and (at := spans.index(span)) > 0:
            yield Part(fill_slots(slots.items[spans[at - 1][0] : span[1]]), slots.items[span[0] : span[1]])
        for start, end in _clauses(slots.items, span):
            asked = slots.items[start:end]
            if not has_content(asked) and (start, end) != span:
                continue
            inside = [*told[span[0] : start], *asked, *told[end : span[1]]]
            cut, opened = end < span[1], start > span[0]
            alone = Part(fill_slots(list(asked)), asked, cut, is_alone=True, is_clause=opened)
            wider = [
                Part(fill_slots(_joined(told, near, span, inside)), asked, cut, is_clause=opened) for near in around
            ]
            yield from ([*wider, alone] if alone.points else [alone, *wider])
        if (at := spans.index(span)) > 0:
            yield Part(fill_slots(slots.items[spans[at - 1][0] : span[1]]), slots.items[span[0] : span[1]])


def asking_spans(items: Sequence[Item], spans: Sequence[Span]) -> list[Span]:
    """The sentences that ask, the likeliest first: those with a mark or a question word that ask for something."""
    asking = [span for span in spans if asks_in(items[span[0] : span[1]])]
    if not asking:
        naming = [span for span in spans if any(has_names(item) for item in items[span[0] : span[1]])]
        return naming if len(naming) == 1 else []
    clear = [span for span in asking if _is_clear(items, span)]
    marked = [span for span in asking if any(item.token.text == "?" for item in items[span[0] : span[1]])]
    asking = (
        clear
        or (marked if len(marked) == 1 and marked[0][1] - marked[0][0] > ELLIPTIC + 1 else [])
        or [span for span in asking if has_content(items[span[0] : span[1]], _PLAIN | {"modifier"})]
    )
    named = [span for span in asking if any(asks_for(item) for item in items[span[0] : span[1]])]
    return [*named[::-1], *[span for span in asking[::-1] if span not in named]][:MOST_SPANS]


def _is_clear(items: Sequence[Item], span: Span) -> bool:
    """Whether a sentence has content, and a question mark or a question word at its start."""
    start, end = span
    opened = any(items[at].token.text in _OPENERS or _opens(items, at) for at in range(start, min(start + 3, end)))
    marked = any(item.token.text == "?" for item in items[start:end])
    return (opened or marked) and has_content(items[start:end])


def _around(spans: Sequence[Span], span: Span) -> list[list[Span]]:
    """The sentences around one in widening circles: the one before, the two before, all."""
    at = spans.index(span)
    circles = [list(spans[max(0, at - count) : at]) for count in (1, 2) if at >= count]
    return [*circles, [one for one in spans if one != span]]


def _joined(told: Sequence[Item], near: Sequence[Span], span: Span, inside: Sequence[Item]) -> list[Item]:
    before = [item for start, end in near if end <= span[0] for item in told[start:end]]
    behind = [item for start, end in near if start >= span[1] for item in told[start:end]]
    return [*before, *inside, *behind]


def _clauses(items: Sequence[Item], span: Span) -> list[Span]:
    """The sentence, the clause that begins with its question word, and both without what follows a comma."""
    start, end = span
    begins = [start, *[at for at in range(start + 1, end) if _opens(items, at)][:2]]
    found = [(at, end) for at in begins]
    for at in begins:
        found += [(at, stop) for stop in _stops(items, at, end)[:2]]
    return list(dict.fromkeys(found))


def _opens(items: Sequence[Item], at: int) -> bool:
    """Whether a clause begins here with a question word: `..., so what is`, `..., at what level`."""
    if items[at].token.text not in _OPENERS and not (set(items[at].text.split()[:1]) & _OPENERS):
        return False
    before = items[at - 1] if at else None
    if before is not None and before.token.text in _PREPOSED:
        before = items[at - 2] if at > 1 else None
    return before is None or before.kind == "separator" or before.token.text in _LEADING


def _stops(items: Sequence[Item], start: int, end: int) -> list[int]:
    """Where a clause that only tells why begins, and where the first comma stands."""
    found = []
    for at in range(start + 3, end):
        text = items[at].token.text
        if text in {"since", "because", "("} or (items[at - 1].token.text == "," and text in _REASONS):
            found.append(at)
    commas = [at for at in range(start + 3, end) if items[at].token.text == ","]
    return sorted({*found[:1], *commas[:1]})


def has_content(asked: Sequence[Item], plain: frozenset[str] = _PLAIN) -> bool:
    return any(item.cues - plain or (asks_for(item) and not item.cues) for item in asked)


def as_told(slots: Slots, place: int) -> Item:
    """An item as a sentence that only tells has it: its things, and its numbers with what they count."""
    item = slots.items[place]
    if item.kind in NUMERALS:
        return NEUTRAL if place in slots.left_places else item
    if item.kind == "separator" or item.token.text in _SAID:
        return item
    beside = any(slots.items[at].kind in NUMERALS for at in _near(slots, place))
    soft = item.text in SOFT_SPELLS and not is_written_as_spell(item)
    kept = tuple(
        (kind, value)
        for kind, value in item.senses
        if (kind in _KINDS and not (soft and kind == "spell"))
        or (kind == "cue" and (value in _MODIFYING or (beside and value in _COUNTED)))
    )
    return replace(item, senses=kept) if kept else NEUTRAL


def _near(slots: Slots, place: int) -> range:
    return range(max(0, place - 2), min(len(slots.items), place + 3))
