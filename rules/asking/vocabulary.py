"""Step 2: the closed vocabulary. Names come from the tables, the rest from the lexicon; typos find the nearest word.

A word that is close to nothing stays unknown and is reported, so that nothing is quietly left out of an answer.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from rules.asking.lexicon import (
    ABILITY_COLUMNS,
    CATEGORY_WORDS,
    FILLERS,
    LOOKALIKES,
    OTHER_EDITIONS,
    SITUATIONS,
    TOPIC_WORDS,
    UNCOVERED,
    UNKNOWN_CLASSES,
)
from rules.asking.words import Token, cut
from rules.characters import ABILITIES
from rules.loader import Rulebook

MAX_PHRASE = 4


@dataclass(frozen=True, slots=True)
class Item:
    """A token with its meaning.

    `kind` is that of a number token, or: `tag:<kind>` such as `tag:class`, `filler`, `unknown`, `separator`.
    `value` is the name in the rule base, `corrected` whether a typo was mended on the way.
    """

    kind: str
    value: str
    token: Token
    corrected: bool = False


@dataclass(frozen=True)
class Vocabulary:
    """Phrases by their words, and every single word that is known."""

    phrases: dict[tuple[str, ...], tuple[str, str]]
    words: frozenset[str]
    content: frozenset[str]

    def read(self, question: str) -> list[Item]:
        """The items of a question, longest phrases first."""
        tokens = cut(question)
        spelled = [self._correct(token) for token in tokens]
        items: list[Item] = []
        position = 0
        while position < len(tokens):
            length, item = self._longest(tokens, spelled, position)
            items.append(item)
            position += length
        return items

    def _longest(self, tokens: list[Token], spelled: list[str], start: int) -> tuple[int, Item]:
        token = tokens[start]
        if token.kind != "word":
            return 1, Item(token.kind, token.text, token)
        for length in range(min(MAX_PHRASE, len(tokens) - start), 0, -1):
            run = tokens[start : start + length]
            words = tuple(spelled[start : start + length])
            if all(one.kind == "word" for one in run) and words in self.phrases:
                kind, value = self.phrases[words]
                return length, Item(kind, value, run[-1], corrected=words != tuple(one.text for one in run))
        kind = "filler" if spelled[start] in self.words else "unknown"
        return 1, Item(kind, token.text, token)

    def _correct(self, token: Token) -> str:
        """The word itself when it is known; else the nearest content word, if it is near enough."""
        word = token.text
        if token.kind != "word" or word in self.words:
            return word
        if word.endswith("s") and word[:-1] in self.words:
            return word[:-1]
        return _nearest(word, self.content) or word


def vocabulary_of(book: Rulebook) -> Vocabulary:
    """The vocabulary of a rulebook's tables; built once for the same names.

    Raises:
        TableUnavailable: A table of names is switched off: without it a class would be an unknown word to pass over.
    """
    return _build(tuple(_table_names(book)))


@cache
def _build(names: tuple[tuple[str, str, str], ...]) -> Vocabulary:
    phrases = {tuple(spelling.split()): ("filler", spelling) for spelling in FILLERS.split("|")}
    for kind, value, spelling in [*_fixed_words(), *names]:
        phrases[tuple(spelling.split())] = (f"tag:{kind}", value)
    content = frozenset(word for phrase, (kind, _) in phrases.items() if kind != "filler" for word in phrase)
    known = content | frozenset(FILLERS.split("|")) | frozenset(LOOKALIKES.split("|"))
    return Vocabulary(phrases, known, content)


def _fixed_words() -> Iterator[tuple[str, str, str]]:
    for topic, spellings in TOPIC_WORDS.items():
        yield from ((topic, topic, spelling) for spelling in spellings.split("|"))
    for category, spellings in CATEGORY_WORDS.items():
        yield from (("category", category, spelling) for spelling in spellings.split("|"))
    for kind, spellings in (
        ("uncovered", UNCOVERED),
        ("situation", SITUATIONS),
        ("edition", OTHER_EDITIONS),
        ("other_class", UNKNOWN_CLASSES),
        ("column", ABILITY_COLUMNS),
    ):
        yield from ((kind, spelling, spelling) for spelling in spellings.split("|"))


def _table_names(book: Rulebook) -> Iterator[tuple[str, str, str]]:
    for kind, table_id in (("class", "classes"), ("race", "races"), ("armor", "armor")):
        names = book.table(table_id).aliases_of_names
        yield from ((kind, name, spelling.replace("_", " ")) for spelling, name in names.items())
    for ability in ABILITIES:
        yield from (("ability", ability, spelling) for spelling in (ability, ability[:3]))


def _nearest(word: str, content: frozenset[str]) -> str | None:
    """The closest content word: one edit from 5 letters up, two from 8; in four letters only two swapped.

    The first letter must agree, unless it was swapped with the second: most everyday words that look like a rules word
    differ there.
    """
    if len(word) < 4:
        return None
    allowed = 2 if len(word) >= 8 else 1
    best: tuple[int, str] | None = None
    for candidate in content:
        if abs(len(candidate) - len(word)) > allowed or len(candidate) < 4:
            continue
        if candidate[0] != word[0] and candidate[:2] != word[1::-1]:
            continue
        if len(candidate) == 4 and sorted(candidate) != sorted(word):
            continue
        distance = edit_distance(word, candidate)
        if distance <= (allowed if len(candidate) >= 7 else 1) and (best is None or (distance, candidate) < best):
            best = (distance, candidate)
    return best[1] if best else None


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
