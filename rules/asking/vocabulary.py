"""Step 2: the closed vocabulary. Names come from the tables, the rest from the lexicon; typos find the nearest word.

A phrase may mean several things at once (a *staff* is a weapon, a magic item and something to save against); which of
them counts is settled by the topic. A word that is close to nothing stays unknown and is reported, so that nothing is
quietly left out of an answer.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

from rules.asking.lexicon import cues, everyday, meanings, others
from rules.asking.names import names_of
from rules.asking.pattern_lists import pattern_words
from rules.asking.spelling import SHORTEST, Speller, edit_distance
from rules.asking.wordings import wording_words
from rules.asking.words import Token, as_written, cut
from rules.loader import Rulebook

MAX_PHRASE = 8
LONGEST_OPENER = 6
"""A longer word with a capital at the start of a sentence is read as a typo rather than as a name."""
STANDING_FOR_THEMSELVES = ("uncovered", "not_counted", "edition", "other_class", "other_race", "request", "opinion")
_RANKS = {
    "cue": 0,
    "class": 1,
    "race": 1,
    "ability": 1,
    "category": 2,
    "armor": 2,
    "column": 2,
    "skill": 2,
    "weapon": 3,
}
_OTHER_RANK = 5

Sense = tuple[str, str]
"""What a phrase means: the kind of thing, and its name in the rule base."""


@dataclass(frozen=True, slots=True)
class Item:
    """A piece of the question with its meanings.

    `kind` is that of a number token, or `phrase` (it has senses), `filler`, `unknown`, `name`, `separator`.
    """

    kind: str
    token: Token
    senses: tuple[Sense, ...] = ()
    words: tuple[str, ...] = ()
    corrected: bool = False
    text: str = field(init=False, repr=False, compare=False)
    """The words as they were understood."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", " ".join(self.words) or self.token.text)

    def value(self, kind: str) -> str | None:
        """The first meaning of this kind."""
        return _values_of(self.senses).get(kind) if self.senses else None

    @property
    def cues(self) -> frozenset[str]:
        """What it points to."""
        return _cues_of(self.senses)

    def is_cue(self, *names: str) -> bool:
        """Whether it points to one of these."""
        return bool(self.senses) and not _cues_of(self.senses).isdisjoint(names)


@cache
def _values_of(senses: tuple[Sense, ...]) -> dict[str, str]:
    """By kind, the first meaning."""
    return dict(reversed(senses))


@cache
def _cues_of(senses: tuple[Sense, ...]) -> frozenset[str]:
    return frozenset(value for kind, value in senses if kind == "cue")


@dataclass(frozen=True)
class Vocabulary:
    """Phrases by their words, and every single word that is known."""

    phrases: dict[tuple[str, ...], tuple[Sense, ...]]
    starts: dict[str, int]
    known: frozenset[str]
    fillers: frozenset[str]
    speller: Speller
    follows: dict[str, frozenset[str]] = field(default_factory=dict)

    def read(self, question: str) -> list[Item]:
        """The items of a question, longest phrases first."""
        tokens = cut(question)
        spelled = self._in_phrases(tokens, [self._spell(token) for token in tokens])
        items: list[Item] = []
        position = 0
        while position < len(tokens):
            length, item = self._longest(tokens, spelled, position)
            items.append(item)
            position += length
        return items

    def _in_phrases(self, tokens: list[Token], spelled: list[str]) -> list[str]:
        """Mend words that are only known after the word before them: `burning hnads`."""
        for place, (before, token) in enumerate(pairwise(tokens), start=1):
            word = spelled[place]
            if before.kind != "word" or token.kind != "word" or len(word) < SHORTEST or word in self.known:
                continue
            for follower in self.follows.get(spelled[place - 1], ()):
                if (
                    abs(len(word) - len(follower)) <= 1
                    and edit_distance(word, follower) == 1
                    and not _is_everyday(word)
                ):
                    spelled[place] = follower
        return spelled

    def _longest(self, tokens: list[Token], spelled: list[str], start: int) -> tuple[int, Item]:
        token = tokens[start]
        numeral = token.kind in {"number", "ordinal"} and spelled[start] in self.starts
        if token.kind != "word" and not numeral:
            return 1, Item(token.kind, token)
        longest = min(self.starts.get(spelled[start], 0), len(tokens) - start)
        for length in range(longest, 0, -1):
            words = tuple(spelled[start : start + length])
            senses = self.phrases.get(words)
            if senses is not None and (length > 1 or token.kind == "word"):
                run = tokens[start : start + length]
                corrected = any(one.kind == "word" and one.text != word for one, word in zip(run, words, strict=True))
                return length, Item("phrase", run[-1], senses, words, corrected=corrected)
        if token.kind != "word":
            return 1, Item(token.kind, token)
        after = tokens[start + 1].text if start + 1 < len(tokens) else ""
        return self._joined(tokens, start) or (1, self._loose(token, spelled[start], after))

    def _joined(self, tokens: list[Token], start: int) -> tuple[int, Item] | None:
        """Two words that are one: `fire ball`."""
        if start + 1 >= len(tokens) or tokens[start + 1].kind != "word":
            return None
        word = tokens[start].text + tokens[start + 1].text
        senses = self.phrases.get((word,)) if len(word) >= 6 else None
        return (2, Item("phrase", tokens[start + 1], senses, (word,))) if senses else None

    def _loose(self, token: Token, word: str, after: str) -> Item:
        is_name = token.is_name or (token.opens and after in _DOES)
        if _is_everyday(word) or word in self.fillers or len(word) == 1:
            return Item("filler", token, words=(word,))
        return Item("name" if is_name else "unknown", token, words=(token.text,))

    def _spell(self, token: Token) -> str:
        """The word itself when it is known; else the nearest word of the rules, if it is near enough."""
        word = token.text
        if token.kind != "word" or word in self.known or _is_everyday(word):
            return word
        for ending, instead in (
            ("s", ""),
            ("es", ""),
            ("ies", "y"),
            ("ed", ""),
            ("ed", "e"),
            ("ing", ""),
            ("ing", "e"),
        ):
            if word.endswith(ending) and (stem := word[: -len(ending)] + instead) in self.known and len(stem) > 2:
                return stem
        found = self.speller.nearest(word)
        # A capital inside a sentence says that the word is a name, so a distant likeness means nothing; a short
        # word that begins one may be a name, unless its letters are only in the wrong order.
        may_be_name = token.is_name or (
            token.opens and len(word) <= LONGEST_OPENER and sorted(word) != sorted(found or "")
        )
        return word if found is None or (may_be_name and found[:3] != word[:3]) else found


_DOES = frozenset(
    {"the", ",", "is", "was", "has", "had", "fell", "falls", "wants", "needs", "tries", "tried", "got", "gets", "just",
     "casts", "cast", "swings", "attacks", "takes", "took", "looked", "looks", "and", "rolls", "rolled", "my", "our"}
)  # fmt: skip
"""What follows a name that begins a sentence: `Tobin fell`, `Grom the fighter`."""


def _is_everyday(word: str) -> bool:
    """Whether it is an everyday word, in whatever form."""
    common = everyday()
    if word in common:
        return True
    return any(word.endswith(ending) and word[: -len(ending)] + instead in common for ending, instead in _FORMS)


_FORMS = (
    ("s", ""), ("es", ""), ("ies", "y"), ("ed", ""), ("ed", "e"), ("ing", ""), ("ing", "e"), ("ly", ""), ("est", ""),
    ("est", "e"), ("ness", ""), ("ful", ""), ("less", ""), ("y", ""), ("in", "ing"), ("ied", "y"),
)  # fmt: skip


def vocabulary_of(book: Rulebook) -> Vocabulary:
    """The vocabulary of a rulebook's tables; built once for the same names.

    Raises:
        TableUnavailable: A table of names is switched off: without it a class would be an unknown word to pass over.
    """
    for known, vocabulary in _RECENT:
        if known is book:
            return vocabulary
    vocabulary = _build(tuple(names_of(book)))
    _RECENT.appendleft((book, vocabulary))
    return vocabulary


_RECENT: deque[tuple[Rulebook, "Vocabulary"]] = deque(maxlen=4)
"""The vocabularies of the rulebooks asked last; a process mostly has one."""


@cache
def _build(names: tuple[tuple[str, str, str], ...]) -> Vocabulary:
    phrases: dict[tuple[str, ...], list[Sense]] = {}
    ranks: dict[str, int] = {}
    common = everyday()
    for kind, value, spelling in [*_fixed_words(), *names]:
        words = tuple(map(as_written, spelling.split()))
        if not words or len(words) > MAX_PHRASE:
            continue
        senses = phrases.setdefault(words, [])
        if (kind, value) not in senses:
            senses.append((kind, value))
        for word in words:
            if word not in common or len(words) == 1:
                ranks[word] = min(ranks.get(word, _OTHER_RANK), _RANKS.get(kind, _OTHER_RANK))
    _add_joined(phrases)
    starts: dict[str, int] = {}
    for words in phrases:
        starts[words[0]] = max(starts.get(words[0], 0), len(words))
    fillers = frozenset(others()["filler"]) | pattern_words() | wording_words()
    known = frozenset(word for words in phrases for word in words) | fillers
    follows: dict[str, set[str]] = {}
    for words in phrases:
        for before, word in pairwise(words):
            if len(word) >= SHORTEST and word in common:
                follows.setdefault(before, set()).add(word)
    return Vocabulary(
        {words: tuple(senses) for words, senses in phrases.items()},
        starts,
        known,
        fillers,
        Speller(ranks),
        {before: frozenset(after) for before, after in follows.items()},
    )


def _add_joined(phrases: dict[tuple[str, ...], list[Sense]]) -> None:
    """Names of two words are also written as one: `longsword`."""
    for words, senses in list(phrases.items()):
        names = [sense for sense in senses if sense[0] in _WRITTEN_TOGETHER]
        if len(words) == 2 and names and (len(words[0]) + len(words[1])) >= 7:
            phrases.setdefault(("".join(words),), names)


_WRITTEN_TOGETHER = frozenset({"weapon", "armor", "creature", "spell", "skill", "material", "light_source", "undead"})


def _fixed_words() -> Iterator[tuple[str, str, str]]:
    for name, spellings in cues().items():
        yield from (("cue", name, spelling) for spelling in spellings)
    for (kind, name), spellings in meanings().items():
        yield from ((kind, name, spelling) for spelling in spellings)
    for kind in STANDING_FOR_THEMSELVES:
        yield from ((kind, spelling, spelling) for spelling in others()[kind])
