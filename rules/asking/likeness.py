"""Rules of one line in other words: how much a question and the wordings of a rule have in common.

A rule is like a question when its words explain most of the question, and when the question has most of
what one of its wordings has; both together are a number from 0 to 1.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rules.asking.lexicon import small_words
from rules.asking.slots import Slots
from rules.asking.vocabulary import Item
from rules.asking.wordings import ANY_NUMBER, Index, folded, stand_ins, wordings

_MENTIONED = frozenset(
    {"weapon", "spell", "armor", "skill", "material", "light_source", "ware", "item", "creature", "terrain", "ability",
     "initiative_situation", "surprise_situation", "morale_situation", "encounter_place", "visibility", "coin"}
)  # fmt: skip
_UNSAID = {"mentioned": 4.0, "number": 3.0, "class": 2.5, "unknown": 3.0, "word": 2.2, "name": 0.5, "small": 0.4}
"""What a word of the question counts that no wording has."""
_FOLDED = 2.0
"""What a small word counts that synonyms have: `chance`, `how often`."""
SHORT = 4
"""Small words up to this length count nothing when no wording has them."""
TELLING = 1.2
LEAST_SHARED = 2
"""A rule must have so many words of the question that count more than TELLING."""
_NUMERALS = frozenset({"number", "ordinal", "signed", "fraction", "hit_dice"})


@dataclass(frozen=True, slots=True)
class Likeness:
    """A rule, how like the question it is, and the words of the question that no wording of it has."""

    rule: str
    likeness: float
    unexplained: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of the question: as compared, as written, and what it counts when nothing explains it."""

    concept: str
    text: str
    weight: float


def nearest_rules(slots: Slots) -> Sequence[Likeness]:
    """The rules of one line that are most like the question, best first; empty when none has a word of it."""
    return _nearest(tuple(_words_of(slots.items)))


@lru_cache(maxsize=256)
def _nearest(words: tuple[_Word, ...]) -> Sequence[Likeness]:
    index, said = wordings(), frozenset(word.concept for word in words)
    telling = {one for one in said if index.weights.get(one, 0.0) > TELLING}
    likely = (rule for rule, known in index.words.items() if len(telling & known) >= LEAST_SHARED)
    found = [_compare(rule, words, said, index) for rule in likely]
    return sorted(found, key=lambda one: (-one.likeness, one.rule))[:3]


def _compare(rule: str, words: Sequence[_Word], said: frozenset[str], index: Index) -> Likeness:
    known, weights = index.words[rule], index.weights
    rest = [word for word in words if not _stands_in(word.concept, known)]
    shared = sum(_weight(word.concept, weights) for word in words if _stands_in(word.concept, known))
    unsaid = sum(word.weight for word in rest)
    explained = shared / (shared + unsaid) if shared else 0.0
    present = max(_share(wording, said, weights) for wording in index.wordings[rule])
    likeness = 2 * explained * present / (explained + present) if explained + present else 0.0
    return Likeness(rule, likeness, tuple(dict.fromkeys(word.text for word in rest if word.weight >= 1)))


def _share(wording: frozenset[str], said: frozenset[str], weights: Mapping[str, float]) -> float:
    """How much of a wording the question has."""
    whole = sum(weights[one] for one in wording)
    return sum(weights[one] for one in wording if _is_said(one, said)) / whole


def _is_said(concept: str, said: frozenset[str]) -> bool:
    return concept in said or (concept == ANY_NUMBER and any(one.startswith(ANY_NUMBER) for one in said))


def _stands_in(concept: str, known: frozenset[str]) -> bool:
    return concept in known or (concept.startswith(ANY_NUMBER) and ANY_NUMBER in known)


def _weight(concept: str, weights: Mapping[str, float]) -> float:
    return weights.get(concept, weights.get(ANY_NUMBER, 1.0) if concept.startswith(ANY_NUMBER) else 1.0)


def _words_of(items: Iterable[Item]) -> Iterator[_Word]:
    """The words of the question, those that say the same folded into one."""
    written = [part for item in items for part in _parts(item)]
    weights = wordings().weights
    for concept, place in folded([text for text, _ in written]):
        text, unsaid = written[place]
        unsaid = max(unsaid, _FOLDED) if concept in stand_ins() else unsaid
        if concept in weights or unsaid:
            yield _Word(concept, text, unsaid)


def _parts(item: Item) -> Iterator[tuple[str, float]]:
    if item.kind in _NUMERALS:
        yield item.token.text, _UNSAID["number"]
        return
    if item.kind == "separator":
        return
    kinds = {kind for kind, _ in item.senses}
    for word in item.text.split():
        small = word in small_words() or len(word) < 2
        named = "mentioned" if kinds & _MENTIONED else "class" if kinds & {"class", "race"} else item.kind
        empty = 0.0 if len(word) <= SHORT else _UNSAID["small"]
        yield word, empty if small and not kinds & _MENTIONED else _UNSAID.get(named, _UNSAID["word"])
