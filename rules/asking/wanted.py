"""Step 5, first: which of several values of a topic a question asks for, and in which order.

A topic declares its values with the wordings that ask for each; wordings are regular expressions over whole words.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rules.asking.vocabulary import Item


@dataclass(frozen=True, slots=True)
class Value:
    """One of several values of a topic, and what asks for it."""

    name: str
    wording: re.Pattern[str]


def value(name: str, *wordings: str) -> Value:
    """A value from the wordings that ask for it: `value("attack", "to hit", "attack(?: roll)?s?")`."""
    return Value(name, re.compile(rf"\b(?:{'|'.join(wordings)})\b"))


def as_text(items: Sequence[Item]) -> str:
    """The words of a question as they were understood, parted by blanks."""
    return " ".join(item.text for item in items)


def wanted(items: Sequence[Item], values: Sequence[Value]) -> list[str]:
    """The names of the values that are asked for, in the order of the question."""
    text = as_text(items)
    found = [(match.start(), one.name) for one in values if (match := one.wording.search(text))]
    return [name for _, name in sorted(found)]


def asks_change(items: Sequence[Item]) -> bool:
    """Whether it is asked how much something changes, rather than what it comes to: `how much does she lose on`."""
    return _CHANGES.search(as_text(items)) is not None


def asks_least(items: Sequence[Item]) -> bool:
    """Whether the least that is enough is asked for: `the lowest that is still legal`, `can get by with`."""
    return _LEAST.search(as_text(items)) is not None


_LEAST = re.compile(
    r"\b(?:least|lowest|smallest|minimum|minimal|min|get by|gets by|get away with|at least|no (?:lower|less) than|"
    r"cut ?off|threshold|bare|legal|qualif\S+|need(?:s|ed)?|requires?|"
    r"must|have to|has to|required|demands?|asks? for)\b"
)
_VERBS = (
    "adds?|gains?|loses?|lost|earns?|costs?|subtracts?|deducts?|suffers?|forfeits?|improves?|worsens?|lowers?|raises?|"
    "hurts?|hinders?|hampers?|helps?|pays?|receives?|contributes?|changes?"
)
_CHANGES = re.compile(
    rf"\b(?:how (?:much|many)\b(?: \S+){{0,12}}? (?:{_VERBS})\b"
    r"|how (?:much|many)(?: \S+)? (?:better|worse|easier|harder|more|extra|higher|lower|bonus|of bonus)\b"
    rf"|what (?:does|do|would|will|did)\b(?: \S+){{1,8}}? (?:{_VERBS})\b"
    r"|how (?:much|many)\b(?: \S+){0,12}? (?:knocks?|takes?|shaves?|cuts?|brings?|makes?) (?:off|away|down|up)\b"
    r"|by how (?:much|many)\b|(?:bonus|malus|penalty|adjustment|modifier) (?:alone|only)\b"
    r"|for being (?:an? )?\S+|thanks to\b|on account of\b|owing to\b)"
)
