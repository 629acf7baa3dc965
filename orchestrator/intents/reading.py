"""A prompt as the features that the head weighs: runs of its words, as written and with words replaced by their kind.

"Make me a flail" gives "make me", and also "<make> me a <item>", by which it resembles every other thing to be made.
Words of no kind that were rare in training are unknown: names are told by where they stand, not by what they are.
Capitals mean nothing, for many write without.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

WORDS: Final = Path(__file__).with_name("words.txt")
NAME: Final = "name"
"""The kind of the names in the training prompts; they are read as the names of any other campaign would be."""
MAX_WORDS: Final = 200
"""Words that are read of a prompt; what it asks for is said before that."""
LONGEST_AS_WRITTEN: Final = 3
LONGEST_BY_KIND: Final = 4

_TOKEN: Final = re.compile(
    r"\d+d\d+(?:[+-]\d+)?|[+-]\d+|\d+/\d+|\d+(?:st|nd|rd|th)\b|\d+"
    r"|[^\W\d_]+(?:[-'][^\W\d_]+)*\d*|\.\.\.|[^\w\s]",
    re.IGNORECASE,
)
_NUMBERS: Final = (
    (re.compile(r"\d+d\d+(?:[+-]\d+)?"), "#d"),
    (re.compile(r"[+-]\d+"), "#+"),
    (re.compile(r"\d+/\d+"), "#/"),
    (re.compile(r"\d+(?:st|nd|rd|th)"), "#th"),
    (re.compile(r"\d+"), "#"),
)
_UNKNOWN: Final = "<?>"


@dataclass(frozen=True, slots=True)
class Kinds:
    """Words and phrases by kind; phrases by their first word, longest first."""

    of_word: Mapping[str, str]
    of_phrase: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]

    def at(self, words: list[str], place: int) -> tuple[str, int]:
        """The kind of what stands at this place, and how many words it takes; no kind is an empty text."""
        for phrase, kind in self.of_phrase.get(words[place], ()):
            if tuple(words[place : place + len(phrase)]) == phrase:
                return kind, len(phrase)
        return self.of_word.get(words[place], ""), 1


def features(text: str, known: Collection[str]) -> Iterator[str]:
    """Every feature of a prompt, as often as it occurs.

    Args:
        text: The prompt.
        known: Words without a kind that count as themselves; see `known_words`.
    """
    words = split(text)
    written = ["^", *map(_as_written, words), "$"]
    by_kind = ["^", *_by_kind(words, known), "$"]
    yield from _runs("w", written, LONGEST_AS_WRITTEN)
    yield from _runs("k", by_kind, LONGEST_BY_KIND)


def known_words(texts: Iterable[str], at_least: int = 3) -> frozenset[str]:
    """The words that stand in at least so many of the texts, names apart."""
    counts = Counter(word for text in texts for word in set(split(text)))
    of_word = kinds().of_word
    return frozenset(word for word, count in counts.items() if count >= at_least and of_word.get(word) != NAME)


def split(text: str) -> list[str]:
    """The words, numbers and marks of a text in small letters, the first 200; "Borin's" is two."""
    found: list[str] = []
    of_word = kinds().of_word
    for match in _TOKEN.finditer(text.casefold().replace("\u2019", "'")):
        word = match[0]
        if word.endswith("'s") and len(word) > 3 and word not in of_word:
            found += [word[:-2], "'s"]
        else:
            found.append(word)
        if len(found) >= MAX_WORDS:
            break
    return found


@cache
def kinds() -> Kinds:
    """The words of words.txt by kind."""
    of_word: dict[str, str] = {}
    of_phrase: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for kind, phrase in _listed(WORDS.read_text("utf-8")):
        parts = tuple(match[0] for match in _TOKEN.finditer(phrase))
        if len(parts) == 1:
            of_word.setdefault(phrase, kind)
        else:
            of_phrase.setdefault(parts[0], []).append((parts, kind))
    longest_first = {
        first: tuple(sorted(phrases, key=lambda one: -len(one[0]))) for first, phrases in of_phrase.items()
    }
    return Kinds(of_word, longest_first)


def _listed(text: str) -> Iterator[tuple[str, str]]:
    kind = ""
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        words = line
        if not line[0].isspace():
            kind, _, words = line.partition(":")
        yield from ((kind, word.strip()) for word in words.split(",") if word.strip())


def _as_written(word: str) -> str:
    if kinds().of_word.get(word) == NAME:
        return _UNKNOWN
    return _number(word) or word


def _by_kind(words: list[str], known: Collection[str]) -> Iterator[str]:
    before = ""
    place = 0
    while place < len(words):
        kind, length = kinds().at(words, place)
        said = _said(words[place], kind, known)
        place += length
        # A name of several words is one name.
        if not before == said == _UNKNOWN:
            yield said
        before = said


def _said(word: str, kind: str, known: Collection[str]) -> str:
    if kind and kind != NAME:
        return f"<{kind}>"
    if number := _number(word):
        return number
    is_itself = not word[0].isalnum() or word in known
    return word if is_itself and kind != NAME else _UNKNOWN


def _number(word: str) -> str:
    return next((sign for pattern, sign in _NUMBERS if pattern.fullmatch(word)), "")


def _runs(mark: str, words: list[str], longest: int) -> Iterator[str]:
    for length in range(1, longest + 1):
        for start in range(len(words) - length + 1):
            yield f"{mark} {' '.join(words[start : start + length])}"
