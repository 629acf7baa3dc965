"""From when to when something holds, in the time of the game.

Campaigns have calendars of their own, so a moment is told twice: in words for people, and as a number on the campaign's
own time line for comparing. Either may be left out, and so may both ends.
"""

import math
from dataclasses import asdict, dataclass
from typing import Any

from store.values import check_text, invalid


@dataclass(frozen=True, slots=True)
class Period:
    """`begins` and `ends` are words, `begins_order` and `ends_order` numbers; None is open or unknown."""

    begins: str | None = None
    begins_order: float | None = None
    ends: str | None = None
    ends_order: float | None = None

    def columns(self) -> dict[str, Any]:
        """By the names of the columns."""
        return asdict(self)


def check_period(period: Period) -> Period:
    """Return the period unchanged.

    Raises:
        InvalidInput: Words that cannot be stored, a number that is none, or an end before the beginning.
    """
    for name, words in (("period.from.text", period.begins), ("period.to.text", period.ends)):
        if words is not None:
            check_text(name, words, shortest=1, longest=200)
    for name, order in (("period.from.order", period.begins_order), ("period.to.order", period.ends_order)):
        if order is not None and not math.isfinite(order):
            raise invalid(name, "Must be a number")
    if period.begins_order is not None and period.ends_order is not None and period.ends_order < period.begins_order:
        raise invalid("period.to.order", "Must not be smaller than period.from.order")
    return period
