"""The time that everything here waits in and measures by; tests can have it pass without waiting."""

import asyncio
import contextlib
import threading
import time
from collections.abc import Iterator

_lock = threading.Lock()
_slept: list[list[float]] = []
"""One list of waits for each `no_sleep` block that is open; a wait is noted in all of them."""
_ahead = 0.0


def monotonic() -> float:
    """Seconds, with the waits that were skipped added."""
    return time.monotonic() + _ahead


def sleep(seconds: float) -> None:
    """Wait, or only note it inside a `no_sleep` block."""
    if not _skip(seconds):
        time.sleep(seconds)


async def async_sleep(seconds: float) -> None:
    """As `sleep`, for `async def` functions; other tasks get their turn either way."""
    await asyncio.sleep(0 if _skip(seconds) else seconds)


@contextlib.contextmanager
def no_sleep() -> Iterator[list[float]]:
    """Let every wait of this package end at once in the block, in all threads, as if its time had passed.

    The clock of breakers and budgets moves on by what was not waited. For tests of code that uses this package where it
    cannot hand in clocks of its own.

    Yields:
        The waits so far, in seconds.
    """
    waits: list[float] = []
    with _lock:
        _slept.append(waits)
    try:
        yield waits
    finally:
        with _lock:
            # By identity: two blocks may have noted the same waits.
            _slept[:] = [one for one in _slept if one is not waits]


def _skip(seconds: float) -> bool:
    global _ahead  # noqa: PLW0603 - there is one clock
    with _lock:
        if not _slept:
            return False
        _ahead += seconds
        for waits in _slept:
            waits.append(seconds)
    return True
