"""Buries what crashed too often, on a thread of its own: a burial may call the application.

The server gives out what is to be buried once a lease, to whoever looks first, so what is heard of during a burial
waits here for its turn: it would be heard of again when that lease is over. What takes longer than a lease to bury is
heard of twice, and is buried once.
"""

import logging
from collections.abc import Callable, Iterable
from threading import Lock, Thread

from bus.entry import Entry
from bus.in_flight import Handle

log = logging.getLogger(__name__)

ENDING_SECONDS = 2.0


class Undertaker:
    """Entries that wait to be buried; safe to use from any thread.

    Args:
        bury: Buries an entry, given its last owner. What it raises is logged, and the server gives the entry out again.
    """

    def __init__(self, bury: Callable[[Entry, str], None]) -> None:
        self._bury = bury
        self._doomed: dict[Handle, tuple[Entry, str]] = {}
        self._changing = Lock()
        self._thread: Thread | None = None

    def bury_soon(self, doomed: Iterable[tuple[Entry, str]]) -> None:
        """Bury entries, each given with its last owner, after those that wait already."""
        with self._changing:
            for entry, owner in doomed:
                self._doomed.setdefault(entry.handle, (entry, owner))
            if self._doomed and self._thread is None:
                self._thread = Thread(target=self._run, name="bus-burial", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """Let the burial that is under way end, for a while; what waits is left to others."""
        with self._changing:
            thread = self._thread
            for handle in list(self._doomed)[1:]:
                del self._doomed[handle]
        if thread is not None:
            thread.join(timeout=ENDING_SECONDS)

    def _run(self) -> None:
        while (first := self._first()) is not None:
            entry, owner = first
            try:
                self._bury(entry, owner)
            except Exception:
                log.exception("entry %s of %s could not be buried; it is tried again", entry.id, entry.lane)
            with self._changing:
                del self._doomed[entry.handle]

    def _first(self) -> tuple[Entry, str] | None:
        """What is to be buried next; it stays known until it is. Without any the thread ends."""
        with self._changing:
            first = next(iter(self._doomed.values()), None)
            if first is None:
                self._thread = None
            return first
