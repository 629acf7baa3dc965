"""Reading a prompt: proper names, numbers of levels, and words of a closed vocabulary. Nothing here ever raises."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from workers.world_designer.vocabulary import words

MAX_NAME_CHARACTERS = 60
MAX_NAME_WORDS = 5

_WORD = r"[^\W\d_](?:[^\W\d_]|['\u2019-](?=[^\W\d_])){0,29}"
_NEXT_WORD = re.compile(rf"[ \t]*({_WORD})(?!\w)")
_TOKEN = re.compile(_WORD)
PARTICLES = frozenset(words("of the von van de der den du la le di ap bin al af son daughter"))
STOP_WORDS = frozenset(
    words(
        "a an and are as at be but by for from has have he her him his in into is it its like lives me my "
        "near no not npc of on or our outside please she so some that the their them they this to under us "
        "using was we were what when where which while who whose will with without you your after before "
        "against one just exactly"
    )
)


@dataclass(frozen=True, slots=True)
class Found:
    """A proper name in a text, and where it stands."""

    name: str
    start: int
    end: int


def normalise(text: str) -> str:
    """NFC, straight apostrophes and quotes; control characters and odd numerals become spaces; capitals are kept."""
    text = unicodedata.normalize("NFC", text).translate({0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"'})
    return "".join(" " if unicodedata.category(character) in _UNWANTED else character for character in text)


# Python counts a fraction or a Roman numeral sign among the letters of a word.
_UNWANTED = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Nl", "No"})


def tokens(text: str) -> list[str]:
    """The words of a text in lower case."""
    return [match.group().lower() for match in _TOKEN.finditer(text)]


def name_at(text: str, position: int, *, capital: bool = False, unless: frozenset[str] = frozenset()) -> Found | None:
    """The proper name that begins at a position, such as `Borin Ironhand` or `Ilsa of the Vale`.

    Args:
        text: A normalised text.
        position: Where to look; blanks and one opening quote are passed over.
        capital: Whether the first word must begin with a capital.
        unless: Words in lower case that a name does not begin with.

    Returns:
        Letters, apostrophes, hyphens and single spaces only, at most 60 characters; None when no name begins there.
    """
    start = re.compile(r"[ \t]*[\"'(]?[ \t]*").match(text, position).end()  # type: ignore[union-attr]  # matches the empty string
    first = _NEXT_WORD.match(text, start)
    if first is None or first[1].lower() in STOP_WORDS | unless or (capital and not _is_capital(first[1])):
        return None
    parts, end = [first[1]], first.end()
    while (
        first[1][0].isupper() and (more := _rest(text, end)) is not None and len(parts) + len(more[0]) <= MAX_NAME_WORDS
    ):
        parts += more[0]
        end = more[1]
    while len(" ".join(parts)) > MAX_NAME_CHARACTERS:
        parts.pop()
    return Found(" ".join(parts), start, end) if parts else None


def _rest(text: str, position: int) -> tuple[list[str], int] | None:
    """A capitalised word, or up to two particles and one, that goes on with a name."""
    found: list[str] = []
    while len(found) < 3 and (match := _NEXT_WORD.match(text, position)) is not None:
        word, position = match[1], match.end()
        found.append(word)
        if word.lower() not in PARTICLES:
            return (found, position) if _is_capital(word) and word.lower() not in STOP_WORDS else None
    return None


def _is_capital(word: str) -> bool:
    """True for `Borin`, and for `d'Arbre`."""
    return word[0].isupper() or (word[1:2] == "'" and word[2:3].isupper())


class Vocabulary:
    """A closed vocabulary: phrases in lower case, each standing for a value.

    Args:
        meanings: Phrase to value. Blanks also match hyphens, and a plural `s` is allowed.
    """

    def __init__(self, meanings: Mapping[str, str]) -> None:
        self._meanings = dict(meanings)
        longest_first = sorted(self._meanings, key=lambda phrase: (-len(phrase), phrase))
        choices = "|".join(re.escape(phrase).replace(r"\ ", "[ -]") for phrase in longest_first)
        self._pattern = re.compile(rf"(?<![\w-])({choices})(?:s|es)?(?![\w-])(?!'s\b)")

    def __contains__(self, word: str) -> bool:
        """True for a phrase of this vocabulary."""
        return word in self._meanings

    def first(self, text: str) -> str | None:
        """The value of the phrase that stands first in a text of lower case; of two in one place, the longer."""
        match = self._pattern.search(text)
        return None if match is None else self._meaning(match[1])

    def all(self, text: str) -> list[str]:
        """The values of all phrases in the order of the text, each once."""
        return list(dict.fromkeys(self._meaning(match[1]) for match in self._pattern.finditer(text)))

    def without(self, text: str) -> str:
        """A text of lower case without the phrases of this vocabulary."""
        return self._pattern.sub(" ", text)

    def words(self) -> frozenset[str]:
        """All phrases."""
        return frozenset(self._meanings)

    def _meaning(self, phrase: str) -> str:
        found = self._meanings.get(phrase)
        return found if found is not None else self._meanings[phrase.replace("-", " ")]


_ORDINALS = words(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth"
)
_CARDINALS = words(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
)
_IN_WORDS = {word: number for names in (_ORDINALS, _CARDINALS) for number, word in enumerate(names, start=1)} | {
    "zero": 0
}
_SPOKEN = "|".join(sorted(_IN_WORDS, key=len, reverse=True))
_LEVELS = (
    re.compile(rf"\b(\d{{1,4}}|{_SPOKEN})(?:st|nd|rd|th)?[ -]*(?:level|lvl)\b"),
    re.compile(rf"\b(?:level|lvl|lv)\.?[ :-]*(\d{{1,4}}|{_SPOKEN})\b"),
)


def read_level(text: str, class_words: Iterable[str]) -> int | None:
    """The level that a text of lower case asks for: `7th level`, `lvl 4`, `level-five`, `fighter 7`; else None."""
    classes = "|".join(sorted(map(re.escape, class_words), key=len, reverse=True))
    for pattern in (*_LEVELS, re.compile(rf"\b(?:{classes})[ -]+(\d{{1,2}})\b")):
        if match := pattern.search(text):
            return int(match[1]) if match[1].isdigit() else _IN_WORDS[match[1]]
    return None


def without_level(text: str, class_words: Iterable[str]) -> str:
    """The text of lower case without the words that `read_level` reads; class words stay."""
    for pattern in _LEVELS:
        text = pattern.sub(" ", text)
    classes = "|".join(sorted(map(re.escape, class_words), key=len, reverse=True))
    return re.sub(rf"\b({classes})[ -]+\d{{1,2}}\b", r"\1", text)


def blank(text: str, *spans: Found | None) -> str:
    """The text with these stretches replaced by a mark that no vocabulary matches, so that a name is not read twice."""
    for span in spans:
        if span is not None:
            text = text[: span.start] + "*" * (span.end - span.start) + text[span.end :]
    return text
