"""Step 1: cut a question into numbers and words, all spelled one way (`5th-level`, `lvl five` and `level 5` agree)."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

MAX_LENGTH = 2_000
"""Longer questions are cut here; a question about one number is far shorter."""

TokenKind = Literal["number", "ordinal", "signed", "fraction", "hit_dice", "word", "separator"]

_CARDINALS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip
_ORDINALS = (
    "zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth",
    "nineteenth", "twentieth",
)  # fmt: skip
_CARDINAL = {word: number for number, word in enumerate(_CARDINALS)} | {"thirty": 30}
_ORDINAL = {word: number for number, word in enumerate(_ORDINALS)} | {"thirtieth": 30}
_TENS = frozenset({20, 30})

_REWRITES = tuple(
    (re.compile(pattern, re.ASCII), replacement)
    for pattern, replacement in (
        ("[\u2010-\u2015\u2212]", "-"),
        ("[\u2044\u2215]", "/"),
        ("[\u2018\u2019`]", "'"),
        (r"\bad&d\b|\badnd\b|\bd&d\b|\bdnd\b|\b(2nd|second|2)[ -]?ed(ition)?\b|\b2e\b", " "),
        (r"\b(1st|first|3rd|third|4th|fourth|5th|fifth)[ -]ed(ition)?\b|\b[1345]e\b|\b3\.5e?\b", " otheredition "),
        (r"(?<=\d),(?=\d{3}\b)", ""),
        (r"\b(\d{1,4})k\b", r"\g<1>000"),
        (r"\b(\d{1,3}) ?(m|million)\b", r"\g<1>000000"),
        (r"\bhalf (a )?(hit|hd)\b", r"1/2 \2"),
        (r"\b(18) ?\((\d{2}|100)\)", r"\1/\2"),
        (r"\b(18) ?/ ?(\d{2,3})\b", r"\1/\2"),
        (r"\bth?ah?c[ -]?(0|o|zero)\b|\btach[ -]?[0o]\b|\bthacc?[0o]?\b|\bthaac[0o]\b|\bthc[0o]\b", " thaczero "),
        (r"\b\d{0,3}d\d{1,3}([+-]\d{1,3})?\b", " "),
        (r"'s\b", ""),
        (r"\bac-(?=\d)", "ac -"),
        (r"(?<=[a-z])-(?=[a-z\d])", " "),
        (r"(?<=\d)-(?=[a-z])", " "),
    )
)
_TOKEN = re.compile(
    r"(?P<ordinal>\d{1,6}(?:st|nd|rd|th)\b)"
    r"|(?P<fraction>\d{1,6}(?:/\d{1,6}){1,2})"
    r"|(?P<hit_dice>\d{1,3}[+-]\d{1,2}(?!\d))"
    r"|(?P<signed>(?<!\d)[+-] ?\d{1,6})"
    r"|(?P<number>\d{1,12})"
    r"|(?P<word>[a-z]+)"
    r"|(?P<separator>[,;/&.?!()])",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the question. `spelled` marks a number that was written as a word."""

    kind: TokenKind
    text: str
    spelled: bool = False

    @property
    def number(self) -> int:
        """The number of a number, an ordinal or a signed number."""
        return int(re.sub(r"[^0-9-]", "", self.text))


def cut(question: str) -> list[Token]:
    """The tokens of a question; what is neither number, word nor punctuation is left out."""
    text = unicodedata.normalize("NFKC", question[:MAX_LENGTH]).lower()[: 2 * MAX_LENGTH]
    for pattern, replacement in _REWRITES:
        text = pattern.sub(replacement, text)
    return list(_join_tens([_numeral(_token(match)) for match in _TOKEN.finditer(text)]))


def _token(match: re.Match[str]) -> Token:
    kind: TokenKind = match.lastgroup or "word"  # type: ignore[assignment]  # the groups of _TOKEN are the kinds
    return Token(kind, match.group().replace(" ", ""))


def _numeral(token: Token) -> Token:
    if token.kind != "word":
        return token
    if token.text in _CARDINAL:
        return Token("number", str(_CARDINAL[token.text]), spelled=True)
    if token.text in _ORDINAL:
        return Token("ordinal", str(_ORDINAL[token.text]), spelled=True)
    return token


def _join_tens(tokens: list[Token]) -> Iterator[Token]:
    """Join `twenty` and `first` to 21st."""
    joined = False
    for token, after in pairwise([*tokens, Token("separator", "")]):
        if joined:
            joined = False
            continue
        is_tens = token.spelled and token.kind == "number" and token.number in _TENS
        if is_tens and after.spelled and 1 <= after.number <= 9:
            joined = True
            yield replace(after, text=str(token.number + after.number))
        else:
            yield token
