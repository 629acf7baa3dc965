"""Moments in which this machine stood still: what was measured over one of them says nothing about what was tested."""

import threading
import time
from collections.abc import Callable
from typing import Final, Self, TypeVar

import httpx

T = TypeVar("T")
LOOK_SECONDS: Final = 0.1
STILL_SECONDS: Final = 0.5
"""A thread that wants to wake every tenth of a second and does not for this long was kept from running."""


class Watch:
    """Looks at the clock on a thread of its own during its block.

    Attributes:
        longest_gap_seconds: Between two looks.
    """

    def __init__(self) -> None:
        self.longest_gap_seconds = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    @property
    def has_stood_still(self) -> bool:
        return self.longest_gap_seconds > STILL_SECONDS

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        before = time.monotonic()
        while not self._ended.wait(LOOK_SECONDS):
            before = self._note(before)
        self._note(before)

    def _note(self, before: float) -> float:
        now = time.monotonic()
        self.longest_gap_seconds = max(self.longest_gap_seconds, now - before)
        return now


def undisturbed(call: Callable[[], T], *, attempts: int = 10) -> T:
    """What the call finds when the machine runs throughout; while it stands still, calls fail and are slow anyway.

    Raises:
        AssertionError: The call failed although the machine ran, or it never ran for long enough.
    """
    for _ in range(attempts):
        found, failure = None, None
        with Watch() as watch:
            try:
                found = call()
            except (AssertionError, httpx.TransportError) as error:
                failure = error
        if watch.has_stood_still:
            continue
        if failure is not None:
            raise failure
        return found  # type: ignore[return-value]
    raise AssertionError(f"this machine stood still in each of {attempts} attempts")
