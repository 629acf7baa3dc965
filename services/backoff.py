"""How long to wait before starting again what has ended."""

from typing import Final

from core.clock import Clock, SystemClock

FIRST_SECONDS: Final = 0.25
LONGEST_SECONDS: Final = 15.0
LONGEST_AT_WORK_SECONDS: Final = 2.0
"""After a life in which it came to work. What ends a process at its work is mostly one job, given up after three
deaths; the others, each with its deadline, should not wait for it longer."""
STABLE_SECONDS: Final = 10.0


class Backoff:
    """Short after a first end, doubling while ends follow quickly, short again after a life of `STABLE_SECONDS`.

    What ends before it came to work will most likely do so again, and is given up to LONGEST_SECONDS.
    """

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._next = FIRST_SECONDS
        self._started = self._clock.monotonic()
        self._has_worked = False

    def started(self) -> None:
        """Note that it starts now."""
        self._started = self._clock.monotonic()
        self._has_worked = False

    def worked(self) -> None:
        """Note that it came to work in this life."""
        self._has_worked = True

    def ended(self) -> float:
        """Note that it ended now; returns the seconds to wait before the next start."""
        if self._clock.monotonic() - self._started >= STABLE_SECONDS:
            self._next = FIRST_SECONDS
        wait = min(self._next, LONGEST_AT_WORK_SECONDS) if self._has_worked else self._next
        self._next = min(wait * 2, LONGEST_SECONDS)
        return wait
