"""Step 1: cut a question into numbers and words, all spelled one way (`5th-level`, `lvl five` and `level 5` agree)."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from rules.asking.courtesies import without_courtesies
from rules.asking.losses import with_losses
from rules.asking.respellings import with_usual_spelling

MAX_LENGTH = 2_000
"""Longer questions are cut here; a question about one number is far shorter."""

TokenKind = Literal["number", "ordinal", "signed", "fraction", "hit_dice", "dice", "word", "separator"]

_CARDINALS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip
_ORDINALS = (
    "zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth",
    "nineteenth", "twentieth",
)  # fmt: skip
_LARGE = {
    "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
    "hundred": 100, "thousand": 1000, "dozen": 12,
}  # fmt: skip
_TENS_WORDS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_LARGE_OR_TWENTY = {word: 10 * tens for tens, word in enumerate(_TENS_WORDS, start=2)}
_CARDINAL = {word: number for number, word in enumerate(_CARDINALS)} | _LARGE | {"ninteen": 19, "fourty": 40}
_SIDES = {"four": 4, "six": 6, "eight": 8, "ten": 10, "twelve": 12, "twenty": 20, "hundred": 100}
_ORDINAL = {word: number for number, word in enumerate(_ORDINALS)} | {"thirtieth": 30, "twelvth": 12, "nineth": 9}
_TENS = frozenset({20, 30, 40, 50, 60, 70, 80, 90})
_MULTIPLIERS = frozenset({100, 1000})
_SHORT_CLASSES = {
    "f": "fighter", "m": "mage", "mu": "mage", "c": "cleric", "t": "thief", "r": "ranger", "p": "paladin",
    "b": "bard", "w": "mage", "dr": "druid", "pal": "paladin", "cl": "cleric", "rog": "thief", "pri": "cleric",
    "war": "fighter",
    "wiz": "mage", "ill": "illusionist", "dru": "druid", "ran": "ranger", "nec": "necromancer",
}  # fmt: skip
"""Classes as they are written before a level: `F7`, `MU3`."""

_WORDY_CLASSES = (
    r"\b(pal|cl|rog|pri|war|wiz|ill|dru|ran|nec)\.? ?(?:lvl|level|lv|l)?\.? ?(\d{1,2})\b(?! ?(?:feet|pounds|gp|hd))"
)
_SEVERAL_CLASSES = r"\b((?:mu|dr|[fmctrpb])(?:/(?:mu|dr|[fmctrpb])){1,2}) ?(\d{1,2}(?:/\d{1,2}){1,2})\b"
"""`F/M 5/5`."""
_COLON = (
    r":(?= +(?:so +)?(?:(?:at|by|in|for|on|to|with|against) )?"
    r"(?:what|how|which|who|when|does|do|is|are|can|may|will|would)\b)"
)
"""A colon before a question: `magic missile: how many`."""
_LETTERED_CLASSES = r"\b(?:mu|dr|[fmctrpb])(?:/(?:mu|dr|[fmctrpb])){1,2}\b"
"""`Elf F/M/T`: letters that stand for classes."""
_LETTERS = re.compile(
    r"(?<!type )(?<!class )(?<!Type )(?<!Class )\b(?P<letters>MU|DR|[FCTPRB])"
    r"(?= (?:(?:lvl|level|lv|L)\.? ?)?\d{1,2}\b(?! ?(?:ft|feet|lbs?|gp|%)))"
    r"|(?:(?<=\b(?:lvl|Lvl) \d )|(?<=\blevel \d )|(?<=\d(?:st|nd|rd|th) (?:lvl|lev) )|(?<=\d(?:st|nd|rd|th) level ))"
    r"(?P<after>MU|[FCTPRB])\b(?! ?\d)"
)
"""`F 7`: a large letter before a number is a class."""
_HUNDRED = (
    r"(?:double[- ]?(?:zeros?|ohs?|aughts?|oughts?|naughts?|noughts?|os?)"
    r"|(?:oh|aught|ought|zero) (?:oh|aught|ought|zero))"
)
"""The two zeros of exceptional Strength, as they are spoken."""
_REWRITES = tuple(
    (re.compile(pattern, re.ASCII), replacement)
    for pattern, replacement in (
        ("[\u2010-\u2015\u2212]", "-"),
        ("[\u2044\u2215]", "/"),
        ("[\u201c\u201d\u2033]", '"'),
        (r"\bm-u(?=s?\b)", "mage"),
        (r"\bad&d\b|\badnd\b|\bd&d\b|\bdnd\b|\b(2nd|second|2)[ -]?ed(ition)?\b|\b2e\b|\bad ?& ?d2?e?\b", " "),
        (r"\b(1st|first|3rd|third|4th|fourth|5th|fifth)[ -]ed(ition)?\b", " otheredition "),
        (r"\b[1345]e\b|\b[35]\.5e?\b|\bpf[12]e?\b", " otheredition "),
        (r"\bedition ([1345]|one|three|four|five)\b", " otheredition "),
        (r"(?<=\d)[,.](?=\d{3}\b)", ""),
        (r"(?<=[a-z]) ?\+ ?(?=\d+(?:st|nd|rd|th)\b)", " and "),
        (r"\b(\d{1,4})k\b", r"\g<1>000"),
        (r"\b(\d{1,3})(?: ?million| ?mil|m(?= ?e?xp))\b", r"\g<1>000000"),
        (r"\bhalf (a |an )?(hit|hd)\b", r"1/2 \2"),
        (r"\beighteen (?:slash|percentile|over) (?=[a-z]+)", "18/"),
        (rf"\beighteen (?=(?:{'|'.join(_TENS_WORDS)})[ -]?(?:{'|'.join(_CARDINALS[1:10])})?\b)", "18/"),
        (rf"\beighteen,? (?={_HUNDRED}\b)", "18/"),
        (rf"\b18 ?/? ?{_HUNDRED}\b", "18/00"),
        (r"(?<=do |es |ed )2 (?=(?:hit|save|roll|turn|get|be|know|cast|make|kill|use|my|the|his|her|ac)\b)", "to "),
        (r"\b(thac[0o]|saves?|xp|damage|dmg|needed|hp|roll|do) 4 (?=(?:a|an|my|the|his|her|our)\b)", r"\1 for "),
        (r"\b4 (?=being\b)", "for "),
        (r"\b18/(?:double (?:zero|oh|o)|(?:oh|zero) (?:oh|zero)|one hundred)\b", "18/00"),
        (rf"\b18/({'|'.join(_TENS_WORDS)})[ -]?({'|'.join(_CARDINALS[1:10])})?\b",
         lambda found: f"18/{_LARGE_OR_TWENTY[found.group(1)] + _CARDINALS.index(found.group(2) or 'zero')}"),
        (rf"\bhundred and (?=(?:{'|'.join((*_CARDINALS[1:], *_TENS_WORDS))})\b)", "hundred "),
        (rf"\beighteen[ -]({'|'.join(_TENS_WORDS)})(?:[ -]({'|'.join(_CARDINALS[1:10])}))?(?= (?:str|strength)\b)",
         lambda found: f"18/{_LARGE_OR_TWENTY[found.group(1)] + _CARDINALS.index(found.group(2) or 'zero')}"),
        (r"(18/\d\d)( [a-z]+)? ?\(\1\)", r"\1\2"),
        (r"\b(?:the|per|by|our|in) dmg\b(?! (?:of|for|from|on|against)\b)", " the book "),
        (r"\b(18) ?\((\d{2}|100)\)", r"\1/\2"),
        (r"\b(18) ?[/.:] ?(\d{2,3})\b", r"\1/\2"),
        (r"\b(18) ?/ ?(\d)\b(?! ?\d)", r"\1/0\2"),
        (r"\b(18) ?(?:slash|percentile|exceptional) ?(\d{2}|100)\b", r"\1/\2"),
        (r"\bth?ah?c[ -]?(0|o|zero)'?s?\b|\btach[ -]?[0o]\b|\bthacc?[0o]?'?s?\b|\bthaac[0o]\b", " thaczero "),
        (r"\bthaco+\b", " thaczero "),
        (r"\bthc[0o]\b|\bth[ao]c[0o]\b|\btahc[0o]\b|\bthca[0o]\b|\bhtac[0o]\b", " thaczero "),
        (r"\bto[ -]hit[ -]ac[ -]?0 (score|number|value)\b", " thaczero "),
        (rf"\b({'|'.join(_SIDES)}|\d{{1,3}})[ -]?side[drs]+\b(?: (?:di[ec]e?|one)\b)?",
         lambda found: f"d{_SIDES.get(found.group(1), found.group(1))}"),
        (r"\bod ?& ?d\b", " otheredition "),
        (r"\b(\d{0,2}d(?:4|6|8|10|12|20))'?s\b", r"\1"),
        (r"\bd ?(%|100)(?!\d)", "1d100"),
        (r"(?<=\d) ?(?:'|\b(?:ft|feats?|feets|foots|fts)\b\.?)(?! ?s\b)", " feet "),
        (_WORDY_CLASSES, lambda found: f"{_SHORT_CLASSES[found.group(1)]} {found.group(2)}"),
        (r"(?<=\d) ?m\b(?! ?e?xp)", " meters "),
        (r'(?<=\d) ?"', " inches "),
        (r"(?<=\d) ?#(?! ?(?:of|at))|(?<=\d) ?\blbs?\b\.?", " pounds "),
        (r"#\s?(?=a[tp])", " number "),
        (r"#", " number "),
        (r"%", " percent "),
        (r"(?<=[a-z?!.,)']) +-+ +(?=[a-z])", " , "),
        (_COLON, " , "),
        (r"'s\b|s'(?=\s)", lambda found: "s" if found.group().startswith("s") else ""),
        (r"(?<=[a-z]) ?/ ?(?=(?:rounds?|rnds?|rds?|levels?|lvls?|days?|turns?|die|hd)\b)", " per "),
        (r"\bw/o\b", "without"),
        (r"\bw/ ?(?=[a-z])", "with "),
        (r"\b([a-z]+)n't\b", r"\1nt"),
        (r"\b(i|you|we|they|he|she|it|what|who|that|there)'(m|re|ve|ll|d)\b", r"\1"),
        (r"\b([a-z]{3,}?)e?'d\b", r"\1ed"),
        (r"\b(ac|hd|thaczero|lvl|level|hp|str|dex|con|int|wis|cha)[-:=~]+ ?(?=-?\d)", r"\1 "),
        (r"\bac-(?=\d)", "ac -"),
        (r"\b(minus|negative|neg) (\d{1,2}|[a-z]+een|one|two|three|four|five|six|seven|eight|nine|ten)\b", r"minus_\2"),
        (r"\bplus (\d{1,2}|one|two|three|four|five)\b(?! hit)", r"plus_\1"),
        (_SEVERAL_CLASSES,
         lambda found: "/".join(_SHORT_CLASSES[one] for one in found.group(1).split("/")) + " " + found.group(2)),
        (_LETTERED_CLASSES,
         lambda found: "/".join(_SHORT_CLASSES[one] for one in found.group(0).split("/"))),
        (r"(?<!in )(?<!for )\b2-?h(?:a?n?d(?:ed)?|ander)?\b(?! ?sword\w)", "two handed"),
        (r"(?<!in )(?<!for )\b1-?h(?:a?n?d(?:ed)?)?\b", "one handed"),
        (r"\bx-? ?bow(?=s?\b)", "crossbow"),
        (r"(?<=[a-z])(?<!class)(?<!type) o['.]? (?=[a-z]{2}|\d)", " of "),
        (r"\bw\.?/?o\.? (?=[a-z])", "without "),
        (r"\bfrm?\.? (?=[a-z\d])", "from "),
        (r"\b(?:vrs|agst|agnst|ag|agin)\.? (?=[a-z\d-])", "versus "),
        (r"\+ (?=\d{1,2} (?:str|dex|con|int|wis|cha)[a-z]*\b)", ", "),
        (r"\bdouble[- ](?:zeros?|0|naughts?|noughts?)\b|\btwo zeros\b", " 100 "),
        (r"\b(mu|dr|[fmctrpbw])-?(\d{1,2})\b(?! ?(feet|pounds|gp|percent))",
         lambda found: f"{_SHORT_CLASSES[found.group(1)]} {found.group(2)}"),
        (r"(?<=[a-z])-(?=[a-z\d])", " "),
        (rf"\b(\d(?:st|nd|rd|th)|{'|'.join(_ORDINALS[1:10])})[ -](?:circle|tier)\b", r"\1 level"),
        (r"(?<=\d)-(?=[a-z])", " "),
        (r"(?<=\d)x\b|\bx(?=\d)", " times "),
    )
)  # fmt: skip
_QUOTES = str.maketrans(dict.fromkeys("\u2018\u2019\u2032`\u00b4", "'"))
_TOKEN = re.compile(
    r"(?P<ordinal>\d{1,6}(?:st|nd|rd|th)\b)"
    r"|(?P<dice>\d{0,3}d\d{1,4}(?: ?[+-] ?\d{1,3})?(?![a-z\d]))"
    r"|(?P<fraction>\d{1,6}(?:/\d{1,6}){1,2})"
    r"|(?P<hit_dice>\d{1,3}[+-]\d{1,2}(?!\d))"
    r"|(?P<signed>(?:(?<!\d)[+-] ?|(?:minus|plus)_)(?:\d{1,6}|[a-z]+))"
    r"|(?P<number>\d{1,12})"
    r"|(?P<word>[a-z]+)"
    r"|(?P<separator>[,;/&.?!()])",
    re.ASCII,
)
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the question.

    `spelled` marks a number that was written as a word, `is_name` a word that only a name would be written like,
    `opens` a word with a capital that begins a sentence, which may be a name, `hyphened` one that a hyphen joins to
    the word before it.
    """

    kind: TokenKind
    text: str
    spelled: bool = False
    is_name: bool = False
    opens: bool = False
    hyphened: bool = False

    @property
    def number(self) -> int:
        """The number of a number, an ordinal or a signed number."""
        return int(re.sub(r"[^0-9-]", "", self.text) or 0)


def cut(question: str) -> list[Token]:
    """The tokens of a question; what is neither number, word nor punctuation is left out."""
    start = unicodedata.normalize("NFKC", question[:MAX_LENGTH]).translate(_QUOTES)
    start = _LETTERS.sub(lambda found: _SHORT_CLASSES[found.group().lower()], start)
    text = with_usual_spelling(_without_accents(start.lower())[: 2 * MAX_LENGTH])
    text = with_losses(without_courtesies(text))
    for pattern, replacement in _REWRITES:
        text = pattern.sub(replacement, text)
    names, openers = _names(start)
    tokens = [_numeral(_token(match, names, openers)) for match in _TOKEN.finditer(text)]
    return list(_join_numbers(_with_hyphens(tokens, start) if tokens and "-" in start else tokens))


def _with_hyphens(tokens: list[Token], text: str) -> list[Token]:
    """The tokens, those marked that a hyphen joins to the word before them."""
    pairs = {(found[1], found[2]) for found in _HYPHENED.finditer(text.lower())}
    joined = [(one.text, other.text) in pairs for one, other in pairwise(tokens)]
    return [replace(one, hyphened=True) if is_so else one for one, is_so in zip(tokens, [False, *joined], strict=True)]


_HYPHENED = re.compile(r"\b([a-z]+)-(?=([a-z]+))")


def _without_accents(text: str) -> str:
    if text.isascii():
        return text
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))


def _names(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Words with a capital inside a sentence, mostly names of persons; and those with one that begin a sentence."""
    inside, first = set[str](), set[str]()
    for match in _WORD.finditer(text):
        word = match.group()
        before = text[: match.start()].rstrip(" \"'(")
        if len(word) > 2 and word[0].isupper() and word[1:].islower():
            starts = not before or before[-1] in ".?!:;"
            (first if starts else inside).add(_without_accents(word.lower()))
    return frozenset(inside), frozenset(first)


def _token(match: re.Match[str], names: frozenset[str], openers: frozenset[str]) -> Token:
    kind: TokenKind = match.lastgroup or "word"  # type: ignore[assignment]  # the groups of _TOKEN are the kinds
    text = match.group().replace(" ", "")
    if kind == "signed":
        return _signed(text)
    is_word = kind == "word"
    return Token(kind, text, is_name=is_word and text in names, opens=is_word and text in openers)


def _signed(text: str) -> Token:
    sign = "-" if text.startswith(("-", "minus_")) else "+"
    rest = text.lstrip("+-").removeprefix("minus_").removeprefix("plus_")
    if rest.isdecimal():
        return Token("signed", sign + rest)
    if rest in _CARDINAL:
        return Token("signed", f"{sign}{_CARDINAL[rest]}")
    return Token("word", rest)


def as_written(word: str) -> str:
    """A word as the tokens have it: numbers in digits."""
    return str(_CARDINAL.get(word, _ORDINAL.get(word, word)))


def _numeral(token: Token) -> Token:
    if token.kind != "word":
        return token
    if token.text in _CARDINAL:
        return Token("number", str(_CARDINAL[token.text]), spelled=True)
    if token.text in _ORDINAL:
        return Token("ordinal", str(_ORDINAL[token.text]), spelled=True)
    return token


def _join_numbers(tokens: list[Token]) -> Iterator[Token]:
    """Join `twenty` and `first` to 21st, `two` and `hundred` to 200."""
    waiting: Token | None = None
    for token, after in pairwise([*tokens, Token("separator", "")]):
        current = token if waiting is None else _joined(waiting, token)
        waiting = None
        if _joins(current, after):
            waiting = current
        else:
            yield current


def _joins(token: Token, after: Token) -> bool:
    if token.kind != "number" or after.kind not in {"number", "ordinal"} or not after.spelled:
        return False
    if after.number in _MULTIPLIERS and after.kind == "number":
        return token.number < after.number and (token.spelled or token.number < 100)
    if token.spelled and token.number >= 100 and token.number % 100 == 0:
        return 1 <= after.number <= 99
    return token.spelled and token.number % 100 in _TENS and 1 <= after.number <= 9


def _joined(token: Token, after: Token) -> Token:
    if after.number in _MULTIPLIERS:
        return replace(after, text=str(token.number * after.number))
    return replace(after, text=str(token.number + after.number))
