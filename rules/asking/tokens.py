"""Step 1, last: tokens beside each other: points of abbreviations, and names behind titles."""

from dataclasses import replace

from rules.asking.shorthand import abbreviations
from rules.asking.words import Token


def without_points(tokens: list[Token]) -> list[Token]:
    """The tokens without the points of abbreviations, as in `missile att. adj.` of a sheet."""
    short = abbreviations()
    return [
        token
        for place, token in enumerate(tokens)
        if token.text != "." or not place or not _is_short(tokens[place - 1].text, short) or _begins(tokens, place + 1)
    ]


def _is_short(word: str, short: frozenset[str]) -> bool:
    return word in short or (len(word) == 1 and word.isalpha() and word not in {"a", "i", "v"})


def with_titles(tokens: list[Token]) -> list[Token]:
    """The tokens, a word with a capital that begins a sentence and stands before a name a name as well: `Dame Orla`."""
    after = [*tokens, Token("separator", "")][1:]
    return [
        replace(token, is_name=True) if token.opens and other.is_name else token
        for token, other in zip(tokens, after, strict=True)
    ]


def _begins(tokens: list[Token], place: int) -> bool:
    """Whether a sentence begins here, or the question ends."""
    return place >= len(tokens) or tokens[place].is_name or tokens[place].opens
