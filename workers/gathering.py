"""Telling many small things together: one transaction, one message and one look of each watcher for a handful.

What is ready waits for what is ready a moment later, and no longer: the bound is looked at with every new thing, and
things come milliseconds apart.
"""

import time
from collections.abc import Callable
from typing import Any, Final

from store.values import json_bytes
from workers.progress import Progress

GATHER_SECONDS: Final = 0.075
"""People see no difference between rooms that come one by one in a tenth of a second and rooms that come together."""
MOST_BYTES: Final = 900_000
"""What one statement holds, before its last event: a statement is in memory whole, on both sides, more than once."""


class Gathered:
    """What a step has ready and has not told yet.

    Args:
        progress: Whom it is told.
        monotonic: Seconds of this process.
    """

    def __init__(self, progress: Progress, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._progress, self._monotonic = progress, monotonic
        self._events: list[tuple[str, dict[str, Any]]] = []
        self._bytes = 0
        self._since = 0.0

    def add(self, kind: str, data: dict[str, Any]) -> None:
        """Have something ready."""
        if not self._events:
            self._since = self._monotonic()
        self._events.append((kind, data))
        self._bytes += json_bytes(data)

    @property
    def is_due(self) -> bool:
        """Whether it is time to tell: something is ready since long enough, or it is much."""
        if not self._events:
            return False
        return self._bytes >= MOST_BYTES or self._monotonic() - self._since >= GATHER_SECONDS

    def tell(self) -> None:
        """Tell what is ready; raises as `Progress.emit_all`."""
        self._progress.emit_all(self._events)
        self._events, self._bytes = [], 0
