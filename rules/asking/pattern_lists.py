"""The list of rules of one line: what a question about each of them must have."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from rules.asking.lexicon import lines_of
from rules.asking.words import as_written


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a question about a rule has: one of each group, and none of `without`."""

    rule: str
    groups: tuple[tuple[tuple[str, ...], ...], ...]
    without: tuple[tuple[str, ...], ...]
    besides: frozenset[str] = frozenset()
    starts: tuple[frozenset[str], ...] = ()


@cache
def patterns() -> tuple[Pattern, ...]:
    """All patterns of the list."""
    return tuple(_read_patterns())


def _read_patterns() -> Iterator[Pattern]:
    for line in lines_of("basic_rules.txt"):
        rule, _, text = line.partition(":")
        text, _, besides = text.partition(" ? ")
        text, _, without = text.partition(" - ")
        groups = tuple(_ways(group) for group in text.split("+") if group.strip())
        more = frozenset(word for way in _ways(besides) for word in way)
        yield Pattern(rule, groups, _ways(without), more, tuple(_starts(group) for group in groups))


def _starts(group: tuple[tuple[str, ...], ...]) -> frozenset[str]:
    """The words of which a question must have one; empty for a group that cannot be told by whole words."""
    words = frozenset(way[0] for way in group)
    return frozenset() if any(word.endswith("*") for word in words) else words


def _ways(text: str) -> tuple[tuple[str, ...], ...]:
    ways = (tuple(as_written(word) for word in way.split()) for way in text.split("|"))
    return tuple(way for way in ways if way)


@cache
def pattern_words() -> frozenset[str]:
    """The words of the patterns, which are no typos."""
    ways = (way for pattern in patterns() for group in (*pattern.groups, pattern.without) for way in group)
    return frozenset(word for way in ways for word in way if word.isalpha())
