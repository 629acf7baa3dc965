"""How long to wait before starting again what has ended."""

from typing import Final

from core.clock import Clock, SystemClock

FIRST_SECONDS: Final = 0.25
LONGEST_SECONDS: Final = 15.0
STABLE_SECONDS: Final = 10.0


class Backoff:
    """Short after a first end, doubling while ends follow quickly, short again after a life of `STABLE_SECONDS`."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._next = FIRST_SECONDS
        self._started = self._clock.monotonic()

    def started(self) -> None:
        """Note that it starts now."""
        self._started = self._clock.monotonic()

    def ended(self) -> float:
        """Note that it ended now; returns the seconds to wait before the next start."""
        if self._clock.monotonic() - self._started >= STABLE_SECONDS:
            self._next = FIRST_SECONDS
        wait = self._next
        self._next = min(wait * 2, LONGEST_SECONDS)
        return wait
