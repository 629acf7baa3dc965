"""A second reading, by the wordings of the rules of one line, of what the topics made of a question.

It answers what they did not, and doubts what they answered when the wordings of a rule fit better. It never changes an
answer. The less is said for a rule, the more it must be ahead of the next.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from rules.asking.certainty import asks
from rules.asking.likeness import Likeness, nearest_rules
from rules.asking.patterns import is_ahead
from rules.asking.slots import Slots
from rules.characters import spoken

LIKE = 0.67
"""Likeness from which a rule answers a question that nothing else answers."""
LIKE_BEFORE_ASKING = 0.73
"""The same where the topics would ask for a value."""
LIKE_IN_DOUBT = 0.85
"""The same where something is named that is not here, or nothing is asked."""
LEAD, LEAD_BEFORE_ASKING = 0.1, 0.15
"""How much more like the question than the second rule; a rule that is LIKE_IN_DOUBT needs less."""
CONTESTS = 0.76
"""Likeness from which a rule whose wordings have every word makes another answer doubtful."""
CONTESTED = 0.3
"""What that costs of the confidence."""
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
    if asks_back and "spell_level" in slots.numbers:
        return None
    like = nearest_rules(slots)
    if not like or CLOSED & slots.found.keys() or like[0].likeness < _least(slots, asks_back=asks_back):
        return None
    best = like[0]
    if best.likeness >= LIKE_IN_DOUBT and not is_ahead(like):
        return None if asks_back else Reading(None, 1.0, tuple(spoken(one.rule) for one in like[:2]))
    if best.likeness < LIKE_IN_DOUBT and (_lead(like) < (LEAD_BEFORE_ASKING if asks_back else LEAD) or _counts(best)):
        return None
    return Reading(best.rule, 0.1 * len(best.unexplained) + max(0.0, 0.98 - best.likeness))


def is_contested(slots: Slots) -> bool:
    """Whether a rule of one line has all words of a question that a topic has answered."""
    like = nearest_rules(slots)
    contested = bool(like) and like[0].likeness >= CONTESTS and not like[0].unexplained
    return contested and _lead(like) >= 2 * LEAD and not slots.numbers and not slots.abilities


def _least(slots: Slots, *, asks_back: bool) -> float:
    if slots.all("uncovered") or slots.unknown or not asks(slots):
        return LIKE_IN_DOUBT
    return LIKE_BEFORE_ASKING if asks_back else LIKE


def _lead(like: Sequence[Likeness]) -> float:
    return like[0].likeness - (like[1].likeness if len(like) > 1 else 0.0)


def _counts(one: Likeness) -> bool:
    """Whether a number is left that the rule says nothing of."""
    return any(word.lstrip("+-")[:1].isdecimal() for word in one.unexplained)
