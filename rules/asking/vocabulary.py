"""Step 2: the closed vocabulary. Names come from the tables, the rest from the lexicon; typos find the nearest word.

A phrase may mean several things at once (a *staff* is a weapon, a magic item and something to save against); which of
them counts is settled by the topic. A word that is close to nothing stays unknown and is reported, so that nothing is
quietly left out of an answer.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

from rules.asking.lexicon import everyday, others
from rules.asking.names import names_of
from rules.asking.pattern_lists import pattern_words
from rules.asking.phrases import Sense, add_ways_of_writing, fixed_words, share_spellings
from rules.asking.shorthand import Shorthand, abbreviations, readings
from rules.asking.spelling import SHORTEST, Speller, edit_distance
from rules.asking.tokens import with_titles, without_points
from rules.asking.wordings import wording_words
from rules.asking.words import Token, as_written, cut
from rules.loader import Rulebook

MAX_PHRASE = 8
LONGEST_OPENER = 6
"""A longer word with a capital at the start of a sentence is read as a typo rather than as a name."""
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
    short: Shorthand = field(default_factory=lambda: Shorthand(()))

    def read(self, question: str) -> list[Item]:
        """The items of a question, longest phrases first."""
        tokens = self._in_usual_order(without_points(cut(question)))
        spelled = self._in_phrases(tokens, [self._spell(token) for token in with_titles(tokens)])
        meant = [self._meant(token, word) for token, word in zip(tokens, spelled, strict=True)]
        items: list[Item] = []
        position = 0
        while position < len(tokens):
            length, item = self._longest(tokens, spelled, meant, position)
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

    def _in_usual_order(self, tokens: list[Token]) -> list[Token]:
        """`A tent, the large one` and `sword, two-handed` as the names are usually said."""
        for place, (noun, pause) in enumerate(pairwise(tokens)):
            if pause.kind != "separator" or pause.text not in {",", "("} or noun.kind != "word":
                continue
            at = place + 2 + (place + 2 < len(tokens) and tokens[place + 2].text in {"the", "a"})
            kind = tokens[at] if at < len(tokens) else None
            behind = tokens[at + 1].text if at + 1 < len(tokens) else ""
            closes = behind in {"one", "1", "kind", "type", "sort"} or (
                at == place + 2 and behind in {"", ",", "?", ".", ")", ";", ":"}
            )
            if kind is None or not closes or (kind.text, noun.text) not in self.phrases:
                continue
            if place and (tokens[place - 1].text, noun.text) in self.phrases:
                continue  # it has its full name already
            end = at + 1 + (behind in {"one", "1", "kind", "type", "sort"})
            return [*tokens[:place], kind, noun, *tokens[end:]]
        return tokens

    def _full(self, word: str) -> str | None:
        """The word that a short form stands for whatever stands beside it: `dmg`, `rnd`."""
        listed = self.short.meant_by(word)
        if len(listed) != 1 or _is_everyday(word):
            return None
        senses = self.phrases.get((word,))
        return listed[0] if senses is None or senses == self.phrases.get((listed[0],)) else None

    def _meant(self, token: Token, word: str) -> Sequence[str]:
        """The words that a short form may stand for: one that is known keeps its own meaning as well."""
        if token.kind != "word":
            return ()
        if self._means_something(token.text) or token.is_name:
            meant = self.short.meant_by(word)
        else:
            meant = self.short.guessed(token.text)
        # What was written may be a part of a name as it stands: `dmg adj`.
        return meant if token.text == word else (token.text, *meant)

    def _means_something(self, word: str) -> bool:
        """Whether it says something alone, and not only as a part of a name."""
        return (word,) in self.phrases or word in self.fillers or _is_everyday(word)

    def _is_known(self, word: str) -> bool:
        return word in self.known or _is_everyday(word)

    def _longest(
        self, tokens: list[Token], spelled: list[str], meant: Sequence[Sequence[str]], start: int
    ) -> tuple[int, Item]:
        token = tokens[start]
        numeral = token.kind in {"number", "ordinal"} and spelled[start] in self.starts
        if token.kind != "word" and not numeral:
            return 1, Item(token.kind, token)
        most = max(self.starts.get(word, 0) for word in (spelled[start], *meant[start]))
        for length in range(min(most, len(tokens) - start), 0, -1):
            words = self._named(spelled[start : start + length], meant[start : start + length])
            if words is not None and (length > 1 or token.kind == "word"):
                run = tokens[start : start + length]
                corrected = any(one.kind == "word" and one.text != word for one, word in zip(run, words, strict=True))
                return length, Item("phrase", run[-1], self.phrases[words], words, corrected=corrected)
        if token.kind != "word":
            return 1, Item(token.kind, token)
        after = tokens[start + 1].text if start + 1 < len(tokens) else ""
        return self._joined(tokens, start) or (1, self._loose(token, spelled[start], after))

    def _named(self, words: Sequence[str], meant: Sequence[Sequence[str]]) -> tuple[str, ...] | None:
        """The phrase that the words are, in full or shortened; a short form alone only when it is clear."""
        if (written := tuple(words)) in self.phrases:
            return written
        if not any(meant):
            return None
        if len(words) == 1:
            return self._alone(words[0])
        return next((one for one in readings(words, meant) if one in self.phrases), None)

    def _alone(self, word: str) -> tuple[str, ...] | None:
        """The word that a short form stands for: the first of the list, or all that it may stand for mean the same."""
        if self._means_something(word):
            return None
        meant = [(one,) for one in self.short.surely(word) if (one,) in self.phrases]
        clear = len({self.phrases[one] for one in meant}) == 1 or bool(meant and word in abbreviations())
        return meant[0] if clear else None

    def _joined(self, tokens: list[Token], start: int) -> tuple[int, Item] | None:
        """Two words that are one: `fire ball`."""
        if start + 1 >= len(tokens) or tokens[start + 1].kind != "word":
            return None
        word = tokens[start].text + tokens[start + 1].text
        if len(tokens[start].text) == 1 and tokens[start].text in "ai":
            return None  # "a sleep" is not asleep
        senses = self.phrases.get((word,)) if len(word) >= 6 else None
        return (2, Item("phrase", tokens[start + 1], senses, (word,))) if senses else None

    def _loose(self, token: Token, word: str, after: str) -> Item:
        is_name = token.is_name or (token.opens and after in _DOES)
        if _is_everyday(word) or word in self.fillers or len(word) == 1:
            return Item("filler", token, words=(word,))
        return Item("name" if is_name else "unknown", token, words=(token.text,))

    def _heard(self, token: Token) -> str | None:
        """The word with the ending that was swallowed, the nearest one, or the one that sounds the same."""
        word = token.text
        if word.endswith("in") and len(word) > SHORTEST and f"{word}g" in self.known:
            return f"{word}g"
        return self.speller.nearest(word) or (None if token.is_name else self.speller.sounding_like(word))

    def _spell(self, token: Token) -> str:
        """The word itself when it is known; else the nearest word of the rules, if it is near enough."""
        word = token.text
        if token.kind != "word":
            return word
        if (full := self._full(word)) is not None:
            return full
        if self._is_known(word):
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
        if not token.is_name and self.short.is_sure(word):
            return word
        found = self._heard(token)
        # A capital inside a sentence says that the word is a name, so a distant likeness means nothing; a short
        # word that begins one may be a name, unless its letters are only in the wrong order.
        may_be_name = token.is_name or (
            token.opens and len(word) <= LONGEST_OPENER and sorted(word) != sorted(found or "")
        )
        unlike = found is None or found[:3] != word[:3] or (token.is_name and len(word) < SHORTEST + 2)
        return found if found is not None and not (may_be_name and unlike) else word


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
    for kind, value, spelling in [*fixed_words(), *names]:
        words = tuple(map(as_written, spelling.split()))
        if not words or len(words) > MAX_PHRASE:
            continue
        senses = phrases.setdefault(words, [])
        if (kind, value) not in senses:
            senses.append((kind, value))
        for word in words:
            if word not in common or len(words) == 1:
                ranks[word] = min(ranks.get(word, _OTHER_RANK), _RANKS.get(kind, _OTHER_RANK))
    share_spellings(phrases)
    short = Shorthand({word for words in phrases for word in words if word.isalpha()})
    add_ways_of_writing(phrases)
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
        short,
    )
