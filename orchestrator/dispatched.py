"""Marks requests as published, a moment later and many at once, so that no caller waits for it.

A mark that is lost with its process costs a second message: the sweeper publishes what stays unmarked, and the step
that the first message has begun or done is not begun again.
"""

import queue
import threading
import time
from typing import Final
from uuid import UUID

from core.errors import DependencyUnavailable
from store.database import Database
from store.requests import mark_dispatched
from telemetry.logs import get_logger

log = get_logger(__name__)

GATHER_SECONDS: Final = 0.02
MOST_AT_ONCE: Final = 500
CLOSING_SECONDS: Final = 2.0


class DispatchMarks:
    """Gathers what was published, and marks it on a thread of its own, which begins with the first of them.

    Args:
        database: Where the marks are.
        gather_seconds: Time from one write to the next.
    """

    def __init__(self, database: Database, *, gather_seconds: float = GATHER_SECONDS) -> None:
        self._database, self._gather_seconds = database, gather_seconds
        self._published: queue.SimpleQueue[UUID | threading.Event] = queue.SimpleQueue()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def add(self, request_id: UUID) -> None:
        """Mark this request soon."""
        self._published.put(request_id)
        if self._thread is None:
            self._start()

    def flush(self) -> bool:
        """Wait until all that was added before is marked or left to the sweeper; False when that takes too long."""
        if self._thread is None:
            return True
        is_reached = threading.Event()
        self._published.put(is_reached)
        return is_reached.wait(CLOSING_SECONDS)

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="dispatch-marks", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            gathered = [self._published.get()]
            while len(gathered) < MOST_AT_ONCE and not self._published.empty():
                gathered.append(self._published.get())
            if request_ids := [each for each in gathered if isinstance(each, UUID)]:
                self._mark(request_ids)
            for each in gathered:
                if isinstance(each, threading.Event):
                    each.set()
            time.sleep(self._gather_seconds)

    def _mark(self, request_ids: list[UUID]) -> None:
        try:
            with self._database.pipeline(is_lasting=False) as tx:
                mark_dispatched(tx, request_ids, accepted_since_bus_began=True)
        except DependencyUnavailable as error:
            log.warning("publish_left_to_sweeper", requests=len(request_ids), error_message=str(error))
        except Exception:
            # Without this thread the sweeper would publish every request a second time.
            log.exception("publish_left_to_sweeper", requests=len(request_ids))
