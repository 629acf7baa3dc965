"""The wordings of rules of one line, as sets of words: what says the same in other words is folded into one word.

Wordings and synonyms are lists (`lists/rule_wordings.txt`, `lists/synonyms.txt`). A word counts the more the
fewer rules it belongs to.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from math import log

from rules.asking.lexicon import read_list, small_words
from rules.asking.words import as_written

ANY_NUMBER = "#"
_SMALL = 0.5
"""What a small word counts beside one with a content of its own."""


@dataclass(frozen=True, slots=True)
class Index:
    """The wordings of every rule, the words of all wordings of a rule, and what each word counts."""

    wordings: Mapping[str, tuple[frozenset[str], ...]]
    words: Mapping[str, frozenset[str]]
    weights: Mapping[str, float]


def folded(words: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Each word, or run of words, as the one that stands for all that say the same, with its place."""
    place = 0
    while place < len(words):
        runs = _synonyms().get(words[place], ())
        said = ((len(run), one) for run, one in runs if tuple(words[place : place + len(run)]) == run)
        size, concept = next(said, (1, _stem(words[place])))
        yield concept, place
        place += size


@lru_cache(maxsize=4096)
def _stem(word: str) -> str:
    """The word without its ending; a number as `#20`."""
    number = as_written(word).lstrip("+")
    if number.startswith("18/"):
        return "percentile"
    if number[:1].isdecimal() or number[:1] == "-":
        return f"{ANY_NUMBER}{number}"
    for ending, instead in (("ies", "y"), ("ied", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("s", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)] + instead
            break
    return word[:-1] if len(word) > 3 and (word.endswith("e") or word[-1] == word[-2]) else word


@cache
def _synonyms() -> Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]:
    """By its first word: each run of words and what stands for it, the longest first."""
    runs: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for concept, spellings in read_list("synonyms.txt").items():
        for spelling in (concept, *spellings):
            run = tuple(spelling.split())
            runs.setdefault(run[0], []).append((run, concept))
    return {first: tuple(sorted(every, key=lambda one: -len(one[0]))) for first, every in runs.items()}


@cache
def stand_ins() -> frozenset[str]:
    """The words that stand for others."""
    return frozenset(read_list("synonyms.txt"))


@cache
def wordings() -> Index:
    """All wordings."""
    found = {rule: tuple(_read(text) for text in texts) for rule, texts in read_list("rule_wordings.txt").items()}
    words = {rule: frozenset().union(*every) for rule, every in found.items()}
    counts: dict[str, int] = {}
    for every in words.values():
        for word in every:
            counts[word] = counts.get(word, 0) + 1
    small = {_stem(word) for word in small_words()} - stand_ins()
    weights = {word: log(1 + len(words) / count) * (_SMALL if word in small else 1.0) for word, count in counts.items()}
    return Index(found, words, weights)


def _read(wording: str) -> frozenset[str]:
    return frozenset(ANY_NUMBER if concept == "#" else concept for concept, _ in folded(wording.split()))


@cache
def wording_words() -> frozenset[str]:
    """The words of all wordings, which are no typos."""
    texts = (text for texts in read_list("rule_wordings.txt").values() for text in texts)
    runs = (word for runs in _synonyms().values() for run, _ in runs for word in run)
    return frozenset(word for word in (*runs, *(word for text in texts for word in text.split())) if word.isalpha())
