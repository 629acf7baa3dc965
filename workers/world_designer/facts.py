"""Does a text say more than the facts? Checked by code, word by word; what fails here is not told (C39).

A text passes when every number, every proper name and every word of weight (ways out, treasure, creatures, rules) in
it stands in the facts or in the template text, and nothing but plain prose is in it. In doubt the template stands.
"""

import functools
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import rules
from workers.world_designer.prose import count_words
from workers.world_designer.vocabulary import words
from workers.world_designer.weight import NUMBERS, SMALL_WORDS, WEIGHTY

MOST_CHARACTERS: Final = 1_500
_PLAIN: Final = re.compile(r"[A-Za-z0-9\u00c0-\u024f\s.,;:!?'\"\u2018\u2019\u201c\u201d()\u2013\u2014-]*")
"""Latin letters only: a Cyrillic "door" is none of the words below, and looks like one."""
_WORD: Final = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_SENTENCE_START: Final = re.compile(r"(?:^|[.!?:;]|[\"\u201c\u2018(]|\s['\u2014\u2013-])[\"'\u201c\u2018(\s]*$")
_NUMBERS: Final = {word: value for value, line in NUMBERS.items() for word in line}
_ONLY_WHEN_COUNTING: Final = frozenset(words("one none zero second score double both"))
"""Words that mostly count nothing ("one of them", "a second look"): numbers only before a word that can be counted."""
_TOO_COMMON: Final = frozenset(words("shadow bear man men horse cat dog"))
_META: Final = re.compile(
    r"\b(?:as an ai|language model|system prompt|instructions?|assistant|prompts?|json|chatgpt|previous|"
    r"https?|www|javascript|script|ignore|dungeon master|players?|player characters?|rule ?book)\b",
    re.IGNORECASE,
)


def contradictions(text: str, template: str, facts: Iterable[str], *, canary: str = "") -> list[str]:
    """What speaks against a text; empty when it may stand in the place of its template.

    Args:
        text: As the model wrote it.
        template: What it is to replace; everything in it is true.
        facts: More that is true: names, kinds, numbers.
        canary: A word of the instructions that must not come back.
    """
    known = " ".join([template, *facts])
    if found := list(_form(text, template, canary)):
        return found
    return [*_strange_numbers(text, known), *_strange_names(text, known), *_strange_words(text, known)]


def _form(text: str, template: str, canary: str) -> Iterator[str]:
    length, usual = count_words(text), count_words(template)
    if not usual / 3 <= length <= max(40, usual * 2) or len(text) > MOST_CHARACTERS:
        yield f"its length ({length} words for {usual})"
    letters = {sign for sign in template if sign.isalpha()}
    if not _PLAIN.fullmatch("".join(sign for sign in text if sign not in letters)) or "  " in text or "\n" in text:
        yield "markup or signs that are no prose"
    if canary and canary.casefold() in text.casefold():
        yield "the instructions' own mark"
    if (meta := _META.search(text)) and not _META.search(template):
        yield f"words about the task ({meta[0]})"


def _strange_numbers(text: str, known: str) -> Iterator[str]:
    allowed = {value for _, value in _numbers(known)}
    for word, value in _numbers(text):
        if value not in allowed:
            yield f"the number {word}"


def _numbers(text: str) -> Iterator[tuple[str, int]]:
    found = [match[0] for match in _WORD.finditer(text)]
    for index, word in enumerate(found):
        plain = word.casefold()
        if digits := re.match(r"[0-9]+", plain):
            yield word, int(digits[0][:9])
        elif plain in _NUMBERS and (plain not in _ONLY_WHEN_COUNTING or _counts(found[index + 1 : index + 3])):
            yield word, _NUMBERS[plain]


def _counts(following: Iterable[str]) -> bool:
    """True when one of the next words is a thing whose number matters: "one door", "one narrow exit"."""
    return any(_stem(word) in _weighty() for word in following)


def _strange_names(text: str, known: str) -> Iterator[str]:
    allowed = {_bare(match[0]) for match in _WORD.finditer(known)}
    for match in _WORD.finditer(text):
        word, plain = match[0], _bare(match[0])
        if not word[0].isupper() or word == "I" or plain in allowed:
            continue
        if (
            _SENTENCE_START.search(text[: match.start()])
            and (plain in _common() or not word[1:].islower())
            and (len(word) == 1 or word[1:].islower())
        ):
            continue
        yield f"the name {word}"


def _strange_words(text: str, known: str) -> Iterator[str]:
    allowed = {_stem(match[0]) for match in _WORD.finditer(known)}
    for match in _WORD.finditer(text):
        stem = _stem(match[0])
        if stem in _weighty() and stem not in allowed:
            yield f"the word {match[0].lower()}"


def _bare(word: str) -> str:
    return re.sub(r"['\u2019]s$", "", word).casefold()


def _stem(word: str) -> str:
    """The word without its plural: doors and door are one."""
    plain = _bare(word)
    if len(plain) > 4 and plain.endswith("ies"):
        return plain[:-3] + "y"
    if len(plain) > 4 and plain.endswith(("ches", "shes", "xes")):
        return plain[:-2]
    return plain[:-1] if len(plain) > 3 and plain.endswith("s") and not plain.endswith("ss") else plain


@functools.cache
def _weighty() -> frozenset[str]:
    """Words that a table would act on, every creature of the rule base among them."""
    creatures = {name.replace("_", " ").split()[-1] for name in rules.creatures()}
    return frozenset(_stem(word) for word in (*WEIGHTY, *(creatures - _TOO_COMMON)))


@functools.cache
def _common() -> frozenset[str]:
    """Words with which a sentence may begin: all that our own vocabulary writes small, and the usual small words."""
    found = set(SMALL_WORDS)
    for path in sorted(Path(__file__).with_name("vocabulary").rglob("*")):
        if path.suffix in {".py", ".json", ".txt"}:
            found.update(re.findall(r"\b[a-z]{2,}\b", path.read_text(encoding="utf-8")))
    return frozenset(found)
