"""The words a question may be made of, besides the names in the tables: read from the lists beside this file.

A list has one entry a line, `name: spelling, spelling`; indented lines go on with the entry before; `#` begins a
comment.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

LISTS_FOLDER = Path(__file__).with_name("lists")
_COMMENT = "#"


@cache
def cues() -> Mapping[str, tuple[str, ...]]:
    """What a question may point at: the name of each cue and its spellings."""
    return read_list("cues.txt")


@cache
def meanings() -> Mapping[tuple[str, str], tuple[str, ...]]:
    """Kind and name of things of the rule base, with spellings that the tables do not have."""
    return {_kind_and_name(key): spellings for key, spellings in read_list("meanings.txt").items()}


@cache
def others() -> Mapping[str, tuple[str, ...]]:
    """Words that stand for themselves, by kind."""
    return read_list("others.txt")


@cache
def everyday() -> frozenset[str]:
    """Words that change nothing and are never taken for a typo."""
    lines = lines_of("everyday.txt")
    return frozenset(word for line in lines for word in line.split())


@cache
def small_words() -> frozenset[str]:
    """Words that say nothing about the subject of a question."""
    return frozenset(word for line in lines_of("small_words.txt") for word in line.split())


def read_list(name: str) -> dict[str, tuple[str, ...]]:
    """The entries of a list: name and spellings."""
    entries: dict[str, str] = {}
    key = ""
    for line in lines_of(name):
        if line.startswith(" "):
            entries[key] += line
        else:
            key, _, entries[key] = line.partition(":")
    return {key: _spellings(text) for key, text in entries.items()}


def _spellings(text: str) -> tuple[str, ...]:
    parts = (" ".join(part.split()) for part in text.split(","))
    return tuple(dict.fromkeys(part for part in parts if part))


def lines_of(name: str) -> list[str]:
    """The lines of a list without comments and blank ones."""
    text = (LISTS_FOLDER / name).read_text(encoding="utf-8")
    return [line.rstrip() for line in text.splitlines() if line.strip() and not line.startswith(_COMMENT)]


def _kind_and_name(key: str) -> tuple[str, str]:
    kind, _, name = key.partition(" ")
    return kind, name
