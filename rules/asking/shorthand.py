"""Step 2, for notes and character sheets: which words a short form may stand for: `hvy`, `wpn`, `Lightn.`, `x-bow`.

A list has what is usual (`lists/abbreviations.txt`). Of the rest, a run of consonants is a word without its vowels,
and the beginning of a word may stand for the word where that makes a name of several words.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import islice, product

from rules.asking.lexicon import read_list

_VOWELS = frozenset("aeiou")
SHORTEST_SKELETON = 3
SHORTEST_BEGINNING = 3
MOST_MEANT = 12
"""Words of which one may be meant; a beginning that more words share says nothing."""
MOST_READINGS = 60


class Shorthand:
    """The short forms of known words."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = sorted(word for word in words if len(word) > SHORTEST_BEGINNING)
        self._skeletons: dict[str, list[str]] = {}
        for word in self._words:
            for skeleton in {_skeleton(word), _skeleton(_single(word))}:
                self._skeletons.setdefault(skeleton, []).append(word)

    def meant_by(self, word: str) -> Sequence[str]:
        """The words of the list that a short form, which may be a word itself, stands for."""
        return _listed().get(word, ())

    def guessed(self, word: str) -> Sequence[str]:
        """The same of a word that is not known: by the list, by its consonants, and by its beginning."""
        return tuple(dict.fromkeys((*self.surely(word), *self._beginning(word))))

    @lru_cache(maxsize=4096)  # noqa: B019  # one for each vocabulary, of which there are few
    def surely(self, word: str) -> Sequence[str]:
        """The words that a short form stands for by more than its beginning; of four letters that may do alone."""
        if listed := _listed().get(word):
            return listed
        if len(word) >= SHORTEST_SKELETON and not set(word) & _VOWELS and (found := self._skeletons.get(word)):
            return found
        return self._beginning(word) if len(word) > SHORTEST_BEGINNING else ()

    def is_sure(self, word: str) -> bool:
        """Whether a short form is one of the list or a run of consonants, and so no typo."""
        return word in _listed() or (
            len(word) >= SHORTEST_SKELETON and not set(word) & _VOWELS and word in self._skeletons
        )

    def _beginning(self, word: str) -> Sequence[str]:
        if len(word) < SHORTEST_BEGINNING:
            return ()
        start = bisect_left(self._words, word)
        found = [one for one in self._words[start : start + MOST_MEANT + 1] if one.startswith(word)]
        return found if len(found) <= MOST_MEANT else ()


def readings(words: Sequence[str], meant: Sequence[Sequence[str]]) -> Iterator[tuple[str, ...]]:
    """All ways to read a run of words, the words themselves first."""
    each = [(word, *others) for word, others in zip(words, meant, strict=True)]
    return islice(product(*each), MOST_READINGS)


@cache
def _listed() -> Mapping[str, tuple[str, ...]]:
    """By short form, the words that it stands for."""
    found: dict[str, tuple[str, ...]] = {}
    for word, forms in read_list("abbreviations.txt").items():
        for form in forms:
            found[form] = (*found.get(form, ()), word)
    return found


@cache
def abbreviations() -> frozenset[str]:
    """All short forms of the list."""
    return frozenset(_listed())


def _skeleton(word: str) -> str:
    return word[0] + "".join(letter for letter in word[1:] if letter not in _VOWELS)


def _single(word: str) -> str:
    return "".join(letter for at, letter in enumerate(word) if not at or letter != word[at - 1])
