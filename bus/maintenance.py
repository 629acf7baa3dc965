"""The one upkeep thread of a process, with a connection of its own, so that no slow job or full pool silences it.

beat      say that this process lives, for each queue it reads or holds something of
promote   move delayed messages that are due to their lanes
recover   give what the dead held to the living; bury what crashed too often
expire    drop dead letters that are too old
"""

import logging
import random
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from threading import Event, Thread

from bus.entry import Entry
from bus.errors import SERVER_ERRORS
from bus.keys import QueueKeys
from bus.options import Options
from bus.streams import Streams

log = logging.getLogger(__name__)

EXPIRE_SECONDS = 60.0
PROMOTE_BATCH = 100
SHORTEST_PAUSE_SECONDS = 0.005

_dice = random.SystemRandom()


@dataclass(slots=True)
class _Duty:
    perform: Callable[[list[QueueKeys]], float]
    due: float = 0.0


class Maintenance:
    """Runs the duties of this process until it is stopped.

    Args:
        streams: The server, on a connection of its own.
        queues: Answers which queues this process has a lease for.
        leased: Answers for one queue, and keeps the answer true for a block.
        bury: Buries an entry, given its last owner. Runs on a thread of its own: it may call the application.
    """

    def __init__(
        self,
        streams: Streams,
        options: Options,
        queues: Callable[[], list[QueueKeys]],
        leased: Callable[[QueueKeys], AbstractContextManager[bool]],
        bury: Callable[[Entry, str], None],
    ) -> None:
        self._streams = streams
        self._options = options
        self._queues = queues
        self._leased = leased
        self._bury = bury
        self._stopped = Event()
        self._wake = Event()
        self._thread: Thread | None = None
        self._burial: Thread | None = None
        self._last_beat: float | None = None
        self._is_troubled = False
        self._away_until: dict[str, float] = {}
        self._duties = [_Duty(self._beat), _Duty(self._promote), _Duty(self._recover), _Duty(self._expire)]

    def ensure_running(self) -> None:
        """Start the thread, or wake it when it rests because there was nothing to look after."""
        if self._thread is None:
            self._thread = Thread(target=self._run, name="bus-maintenance", daemon=True)
            self._thread.start()
        self._wake.set()

    def stop(self) -> None:
        """End the thread; waits for what it is doing."""
        self._stopped.set()
        self._wake.set()
        for thread in (self._thread, self._burial):
            if thread is not None and thread.is_alive():
                thread.join(timeout=2.0)

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._wake.clear()
            self._wake.wait(self._round())

    def _round(self) -> float | None:
        """Perform what is due; return the seconds until something is due again, None when there is no queue."""
        try:
            queues = self._queues()
            if not queues:
                self._last_beat = None
                return None
            for duty in self._duties:
                if duty.due <= time.monotonic() and not self._stopped.is_set():
                    duty.due = time.monotonic() + duty.perform([keys for keys in queues if not self._is_away(keys)])
        except SERVER_ERRORS as error:
            return self._trouble(error)
        except Exception:
            log.exception("upkeep failed; it is tried again")
            return self._options.heartbeat_seconds
        self._is_troubled = False
        return max(SHORTEST_PAUSE_SECONDS, min(duty.due for duty in self._duties) - time.monotonic())

    def _trouble(self, error: BaseException) -> float:
        if not self._is_troubled:
            log.warning("no upkeep of the bus while the server does not answer: %s", error)
        self._is_troubled = True
        return min(0.5, self._options.heartbeat_seconds)

    def _is_away(self, keys: QueueKeys) -> bool:
        return time.monotonic() < self._away_until.get(keys.queue, 0.0)

    @contextmanager
    def _apart(self, keys: QueueKeys) -> Iterator[None]:
        """Leave a queue alone for a while when its node of a cluster is away, and go on with the others."""
        try:
            yield
        except SERVER_ERRORS as error:
            if not self._streams.is_spread:
                raise
            log.warning("no upkeep of queue %r while its node does not answer: %s", keys.queue, error)
            self._away_until[keys.queue] = time.monotonic() + self._options.heartbeat_seconds

    def _beat(self, queues: list[QueueKeys]) -> float:
        started = time.monotonic()
        for keys in queues:
            with self._apart(keys), self._leased(keys) as is_leased:
                if is_leased:
                    self._streams.beat(keys)
        if self._last_beat is not None and started - self._last_beat > self._options.lease_seconds:
            log.error("the lease of this process ran out; what it holds may be running elsewhere as well")
        self._last_beat = started
        return self._options.heartbeat_seconds

    def _promote(self, queues: list[QueueKeys]) -> float:
        pause = self._options.promote_seconds
        for keys in queues:
            with self._apart(keys):
                pause = min(pause, self._promote_one(keys))
        return pause

    def _promote_one(self, keys: QueueKeys) -> float:
        promoted, lost, next_due = self._streams.promote(keys, limit=PROMOTE_BATCH)
        if lost:
            log.error("%d delayed messages of queue %r had lost their contents", lost, keys.queue)
        if promoted == PROMOTE_BATCH:
            return 0.0
        return self._options.promote_seconds if next_due is None else next_due

    def _recover(self, queues: list[QueueKeys]) -> float:
        for keys in queues:
            with self._apart(keys):
                recovered, doomed = self._streams.recover(keys)
                if recovered:
                    log.warning("%d messages of queue %r were taken from dead workers", recovered, keys.queue)
                if doomed:
                    self._bury_soon(doomed)
        # Processes that started together should not all scan together.
        return self._options.scan_seconds * _dice.uniform(0.75, 1.0)

    def _expire(self, queues: list[QueueKeys]) -> float:
        for keys in queues:
            with self._apart(keys):
                self._streams.expire_dead_letters(keys)
        return EXPIRE_SECONDS

    def _bury_soon(self, doomed: list[tuple[Entry, str]]) -> None:
        if self._burial is not None and self._burial.is_alive():
            return  # the server gives them out again after a lease
        self._burial = Thread(target=self._bury_all, args=(doomed,), name="bus-burial", daemon=True)
        self._burial.start()

    def _bury_all(self, doomed: list[tuple[Entry, str]]) -> None:
        for entry, owner in doomed:
            try:
                self._bury(entry, owner)
            except Exception:
                log.exception("entry %s of %s could not be buried; it is tried again", entry.id, entry.lane)
