"""A second reading of questions without an answer: the rule of one line whose wordings are most like the question.

It comes after the topics, so it can only add answers, never change one. The less it is sure, the more must agree.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from rules.asking.certainty import asks
from rules.asking.likeness import Likeness, nearest_rules
from rules.asking.patterns import is_ahead
from rules.asking.slots import Slots
from rules.characters import spoken

LIKE = 0.78
"""Likeness from which a rule answers a question that nothing else answers."""
LIKE_BEFORE_ASKING = 0.82
"""The same where the topics would ask for a value."""
LIKE_IN_DOUBT = 0.85
"""The same where something is named that is not here, or nothing is asked."""
CLOSED = frozenset({"edition", "opinion", "request", "other_class", "other_race"})
"""What is named in questions that are refused whatever else they say."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The rule that is meant, and what speaks against it; or the rules of which one may be meant."""

    rule: str | None
    doubt: float
    titles: tuple[str, ...] = ()


def read_again(slots: Slots, *, asks_back: bool) -> Reading | None:
    """The rule that a question means which the topics did not answer; None when no rule is like enough.

    Args:
        slots: The question.
        asks_back: Whether the topics would ask for a value.
    """
    if CLOSED & slots.found.keys():
        return None
    like = nearest_rules(slots)
    if not like or like[0].likeness < _least(slots, asks_back=asks_back):
        return None
    if not is_ahead(like):
        return None if asks_back else Reading(None, 1.0, tuple(_titles(like)))
    return Reading(like[0].rule, 0.1 * len(like[0].unexplained) + max(0.0, 0.98 - like[0].likeness))


def _least(slots: Slots, *, asks_back: bool) -> float:
    if slots.all("uncovered") or slots.unknown or not asks(slots):
        return LIKE_IN_DOUBT
    return LIKE_BEFORE_ASKING if asks_back else LIKE


def _titles(like: Sequence[Likeness]) -> list[str]:
    return [spoken(one.rule) for one in like[:2]]
