"""Acknowledgements on their way: gathered for about a millisecond and written together, on a thread of their own.

    worker thread   add(entry): its place in the prefetch is free again, and it goes on
    flusher thread  one script for all that have gathered; again and again while the server does not answer

What is gathered here is finished. A process that is killed meanwhile has finished messages that the server still
counts as held, and they run again elsewhere: `ack_flush_seconds` is the price of not waiting. Whatever hands
something over, or is a dead letter, never comes here: it is written before the worker goes on.
"""

import logging
import time
from collections import deque
from collections.abc import Sequence
from threading import Condition, Thread
from typing import Protocol

from bus.entry import Entry
from bus.errors import SERVER_ERRORS

log = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 1.0
CLOSING_SECONDS = 2.0
MOST_AT_ONCE = 1000


class Write(Protocol):
    """Acknowledges entries on the server; raises what redis-py raises when it is not known to have done so."""

    def __call__(self, entries: Sequence[Entry], *, is_repeated: bool) -> None:
        """Acknowledge; `is_repeated` when some may have been acknowledged by a call whose answer was lost."""


class Acknowledgements:
    """Gathers acknowledgements and writes them.

    Args:
        write: Called on the flusher thread.
        gather_seconds: Time from one write to the next; the first after a pause is written at once.
    """

    def __init__(self, write: Write, *, gather_seconds: float) -> None:
        self._write = write
        self._gather_seconds = gather_seconds
        self._gathered: deque[Entry] = deque()
        self._changed = Condition()
        self._is_resting = True
        self._is_writing = False
        self._is_closed = False
        self._thread: Thread | None = None

    def add(self, entry: Entry) -> None:
        """Take an entry that is finished; it is written soon."""
        self._gathered.append(entry)
        if self._is_resting:  # it says so before it looks whether there is something
            with self._changed:
                self._ensure_running()
                self._changed.notify_all()

    def flush(self, *, timeout_seconds: float = CLOSING_SECONDS) -> bool:
        """Wait until all that was added before is written; False when the time was not enough."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._gathered and not self._is_writing, timeout_seconds)

    def close(self) -> None:
        """Write what is left, for a while, and stop. What cannot be written runs again elsewhere."""
        if not self.flush():
            log.warning("%d finished messages could not be acknowledged; they run again", len(self._gathered))
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def _ensure_running(self) -> None:
        if self._thread is None:
            self._thread = Thread(target=self._run, name="bus-acknowledgements", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        failures = 0
        while entries := self._next():
            try:
                self._write(entries, is_repeated=failures > 0)
            except Exception as error:
                log.warning(
                    "%d acknowledgements are tried again: %s", len(entries), error, exc_info=not _is_expected(error)
                )
                self._put_back(entries)
                time.sleep(min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2**failures))
                failures = min(failures + 1, 10)
            else:
                failures = 0
                self._written()
                time.sleep(self._gather_seconds)

    def _next(self) -> Sequence[Entry]:
        """What has gathered, or what gathers next; nothing when it is over."""
        if not self._gathered:
            with self._changed:
                self._is_resting = True
                self._changed.wait_for(lambda: self._gathered or self._is_closed)
                self._is_resting = False
        self._is_writing = True
        return [self._gathered.popleft() for _ in range(min(len(self._gathered), MOST_AT_ONCE))]

    def _put_back(self, entries: Sequence[Entry]) -> None:
        self._gathered.extendleft(reversed(entries))
        self._is_writing = False

    def _written(self) -> None:
        self._is_writing = False
        with self._changed:
            self._changed.notify_all()


def _is_expected(error: Exception) -> bool:
    return isinstance(error, SERVER_ERRORS)
