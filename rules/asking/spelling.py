"""Typos: the nearest known word, found by leaving out letters on both sides, so that no list is walked through."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import combinations

SHORTEST = 4
"""Shorter words are never corrected: too many everyday words are a letter away."""
TWO_EDITS_FROM = 8
_SOUNDS = frozenset({("c", "k"), ("f", "p"), ("s", "c"), ("i", "y"), ("g", "j"), ("k", "q"), ("z", "s"), ("n", "k")})


class Speller:
    """Known words, each with a rank: of words equally near, the one with the lower rank is taken."""

    def __init__(self, ranks: Mapping[str, int]) -> None:
        self._ranks = {word: rank for word, rank in ranks.items() if len(word) >= SHORTEST}
        self._index: dict[str, list[str]] = {}
        for word in self._ranks:
            for shorter in _forms(word):
                self._index.setdefault(shorter, []).append(word)
        self.nearest = lru_cache(maxsize=4096)(self._nearest)
        self._sounds: dict[str, str] = {}
        for word in sorted(self._ranks, key=lambda one: (-self._ranks[one], one), reverse=True):
            self._sounds.setdefault(sound_of(word), word)

    def sounding_like(self, word: str) -> str | None:
        """The known word that is said like this one, of five letters or more: `skolar`, `pallidin`."""
        return self._sounds.get(sound_of(word)) if len(word) > SHORTEST else None

    def _nearest(self, word: str) -> str | None:
        """The closest known word: one edit from 4 letters up, two from 8; in four letters only two swapped or one more.

        The first letter must agree, unless it was swapped with the second or sounds alike: most everyday words that
        look like a word of the rules differ there.
        """
        if len(word) < SHORTEST or len(word) > 24:
            return None
        best: tuple[int, bool, int, str] | None = None
        for candidate in self._candidates(word):
            if not _starts_alike(word, candidate):
                continue
            distance = edit_distance(word, candidate)
            if distance > _allowed_between(word, candidate):
                continue
            swapped = sorted(word) == sorted(candidate)
            ranked = (distance, not swapped, self._ranks[candidate], candidate)
            best = ranked if best is None or ranked < best else best
        return best[3] if best else None

    def _candidates(self, word: str) -> Iterable[str]:
        shorter = _without_letters(word, _allowed(word))
        return {candidate for one in shorter for candidate in self._index.get(one, ())}


def sound_of(word: str) -> str:
    """A key that words share which are said alike: mute and double letters gone, one letter for each sound."""
    for pattern, replacement in _SAID_AS:
        word = pattern.sub(replacement, word)
    return word


_SAID_AS = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"^kn", "n"), (r"^wr", "r"), (r"^wh", "w"), (r"ph", "f"), (r"ough|augh", "o"), (r"i?ghts?$", "it"),
        (r"t(?:io|ia|eo)n|shu?n|sh[oe]n", "shn"), (r"sc(?=[eiy])|c(?=[eiy])", "s"), (r"dge?", "j"),
        (r"g(?=[eiy])", "j"),
        (r"ck|c(?!h)|q", "k"), (r"x", "ks"), (r"z", "s"), (r"(?<=[a-z])[ae]r$|[oiu]r$", "r"), (r"(?<=..)e$", ""),
        (r"[aeiouy]+", "a"), (r"(.)\1+", r"\1"),
    )
)  # fmt: skip


def _allowed(word: str) -> int:
    return 2 if len(word) >= TWO_EDITS_FROM - 1 else 1


def _allowed_between(word: str, candidate: str) -> int:
    if len(candidate) == SHORTEST:
        return 1 if len(word) == SHORTEST + 1 or sorted(word) == sorted(candidate) else 0
    return 2 if len(word) >= TWO_EDITS_FROM and len(candidate) >= TWO_EDITS_FROM - 1 else 1


def _starts_alike(word: str, candidate: str) -> bool:
    if candidate[0] == word[0] or candidate[:2] == word[1::-1]:
        return True
    pair = (word[0], candidate[0])
    return (pair in _SOUNDS or pair[::-1] in _SOUNDS) and len(word) >= 5


@lru_cache(maxsize=8192)
def _forms(word: str) -> tuple[str, ...]:
    """A known word with letters left out; vocabularies of other tables share nearly all of them."""
    return tuple(_without_letters(word, _allowed(word)))


def _without_letters(word: str, count: int) -> Iterator[str]:
    yield word
    for missing in range(1, count + 1):
        for gone in combinations(range(len(word)), missing):
            yield "".join(letter for place, letter in enumerate(word) if place not in gone)


def edit_distance(one: str, other: str) -> int:
    """Insertions, deletions, replacements and swaps of neighbours that turn one word into the other."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, start=1):
        earlier, before, row = before, row, [i]
        for j, right in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
    return row[-1]
