"""Whom a prompt names, told without a look into the campaign."""

import re
from functools import cache
from pathlib import Path
from typing import Final

from orchestrator.intents.reading import NAME, kinds

_EVERYDAY: Final = Path(__file__).with_name("everyday.txt")
_WORD: Final = re.compile(r"[^\W\d_][\w'-]*")


def names_in(prompt: str) -> list[str]:
    """The words of a prompt that can only be names: "Borin hits AC 3 with a 14" gives "Borin".

    A word names somebody when it is neither of the game nor of everyday speech and stands first, is written large, or
    owns something.
    """
    found = []
    for match in _WORD.finditer(prompt):
        word = match[0].removesuffix("'s")
        is_large = word[0].isupper() and not word.isupper()
        if (is_large or match.start() == 0 or match[0].endswith("'s")) and not is_everyday_word(word):
            found.append(word)
    return list(dict.fromkeys(found))


def is_everyday_word(word: str) -> bool:
    """True for words of the game and of everyday speech, which name nobody in particular."""
    small = word.casefold()
    return kinds().of_word.get(small, NAME) != NAME or small in _everyday()


@cache
def _everyday() -> frozenset[str]:
    return frozenset(_EVERYDAY.read_text("utf-8").split())
