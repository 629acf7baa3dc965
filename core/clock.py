"""Time as a collaborator, so that tests move it instead of sleeping.

Durations and timeouts of this process use the clock here. Anything stored or compared between processes uses the
database's clock instead (DESIGN.md, rule 10): hosts disagree, one database does not.
"""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Where a component gets the time from."""

    def now(self) -> datetime:
        """The time of day, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that never run backwards; only differences mean something."""
        ...


class SystemClock:
    """The machine's own clocks."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    # The function itself: it is asked several times an exchange, and a method around it costs more than the answer.
    monotonic = staticmethod(time.monotonic)
