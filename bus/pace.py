"""How far a process may read ahead: to its prefetch, and further while its messages take next to no time.

A read costs as much time as a dozen messages that do nothing, so with a prefetch of two for each thread such messages
wait for reads more than for workers. Whoever held several times as many would go through them before anybody else
could; but one that takes long would keep those behind it from others. So a process begins with its prefetch, is let
further when a run of reads was quick, and is back at the first one that was not.
"""

import math
import time
from collections.abc import Sequence

from bus.entry import Entry
from bus.in_flight import Handle

QUICK_SECONDS = 0.02
"""From one read to the next, when the messages between take next to no time."""
SURE_AFTER = 8
"""Quick reads in a row after which a process may hold more."""


class Pace:
    """The pace of one queue in this process.

    Args:
        most: How many times the prefetch may be held; 1 for never more than that.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._quick_reads = 0
        self._read_at = -math.inf
        self._last: frozenset[Handle] = frozenset()

    @property
    def times(self) -> int:
        """How many times the prefetch may be held now."""
        return self._most if self._quick_reads >= SURE_AFTER else 1

    def note(self, held: Sequence[Handle], entries: Sequence[Entry], prefetch: int) -> None:
        """Remember a read.

        Args:
            held: What was held before it, the oldest first.
            entries: What it brought.
            prefetch: Of the consumer.
        """
        read_at, last = self._read_at, self._last
        self._read_at, self._last = time.monotonic(), frozenset(entry.handle for entry in entries)
        is_batch = len(entries) >= max(2, prefetch // 2)  # with a prefetch of 1 a process never holds a second one
        has_stuck = bool(held) and held[0] not in last  # from before the last read
        is_quick = is_batch and not has_stuck and self._read_at - read_at <= QUICK_SECONDS
        self._quick_reads = self._quick_reads + 1 if is_quick else 0
