"""The one upkeep thread of a process, with a connection of its own, so that no slow job or full pool silences it.

beat      say that this process lives, for each queue it reads or holds something of; hear who is dead and what is due
promote   move delayed messages to their lanes, at the moment when the next one is due
recover   give what the dead held to the living; bury what crashed too often
listen    hear what is cancelled of a queue, while something of it is held
expire    drop dead letters that are too old
"""

import logging
import math
import random
import time
from collections import defaultdict
from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from threading import Event, Thread

from bus.entry import Entry
from bus.errors import SERVER_ERRORS
from bus.keys import QueueKeys
from bus.options import Options
from bus.stats import live_consumers
from bus.streams import Streams
from bus.undertaker import Undertaker

log = logging.getLogger(__name__)

EXPIRE_SECONDS = 60.0
LISTEN_SECONDS = 1.0
PROMOTE_BATCH = 100
RECOVER_SECONDS = 300.0
"""Time between looks for dead processes of which no beat tells."""
SHORTEST_PAUSE_SECONDS = 0.001

_dice = random.SystemRandom()


@dataclass(slots=True)
class _Care:
    """When something has to be done for a queue next, by the monotonic clock; `away_until` while its node is away."""

    promote_at: float = math.inf
    recover_at: float = 0.0
    expire_at: float = 0.0
    listen_at: float = 0.0
    away_until: float = 0.0

    @property
    def due(self) -> float:
        return max(self.away_until, min(self.promote_at, self.recover_at, self.expire_at, self.listen_at))


class Maintenance:
    """Runs the duties of this process until it is stopped.

    Args:
        streams: The server, on a connection of its own.
        queues: Answers which queues this process has a lease for.
        leased: Answers which of some queues it still has a lease for, and keeps the answer true for a block.
        bury: Buries an entry, given its last owner; called on the undertaker's thread.
        doubt: Called when the server stops answering.
        look_again: Called when there may be something in a queue of which no nudge tells.
        listen: Hears what is cancelled of a queue.
        tell_recovered: Told how many messages of a queue were taken from dead workers.
    """

    def __init__(
        self,
        streams: Streams,
        options: Options,
        queues: Callable[[], list[QueueKeys]],
        leased: Callable[[Sequence[QueueKeys]], AbstractContextManager[Sequence[QueueKeys]]],
        bury: Callable[[Entry, str], None],
        doubt: Callable[[], None],
        look_again: Callable[[QueueKeys], None],
        listen: Callable[[Streams, QueueKeys], None],
        tell_recovered: Callable[[QueueKeys, int], None],
    ) -> None:
        self._streams = streams
        self._options = options
        self._queues = queues
        self._leased = leased
        self._undertaker = Undertaker(bury)
        self._doubt = doubt
        self._look_again = look_again
        self._listen = listen
        self._tell_recovered = tell_recovered
        self._stopped = Event()
        self._wake = Event()
        self._thread: Thread | None = None
        self._last_beat: float | None = None
        self._is_troubled = False
        self._beat_at = 0.0
        self._care: dict[str, _Care] = defaultdict(_Care)

    def ensure_running(self) -> None:
        """Start the thread, or wake it when it rests because there was nothing to look after."""
        if self._thread is None:
            self._thread = Thread(target=self._run, name="bus-maintenance", daemon=True)
            self._thread.start()
        self._wake.set()

    def look_after(self, keys: QueueKeys, due_seconds: float | None) -> None:
        """Begin with a queue as if nothing were known of it, except when its next delayed message is due."""
        self._care[keys.queue] = _Care()
        if due_seconds is not None:
            self.expect(keys, due_seconds)

    def expect(self, keys: QueueKeys, due_seconds: float) -> None:
        """Be there when a delayed message is due, in so many seconds."""
        promote_at = time.monotonic() + due_seconds
        care = self._care[keys.queue]
        if promote_at < care.promote_at:
            care.promote_at = promote_at
            self._wake.set()

    def stop(self) -> None:
        """End the thread; waits for what it is doing."""
        self._stopped.set()
        self._wake.set()
        if self._thread is not None and self._thread.is_alive():
            self._thread.join(timeout=2.0)
        self._undertaker.stop()

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._wake.clear()
            self._wake.wait(self._round())

    def _round(self) -> float | None:
        """Do what is due; return the seconds until something is due again, None when there is no queue."""
        try:
            queues = self._queues()
            if not queues:
                self._last_beat = None
                return None
            if self._beat_at <= time.monotonic():
                self._beat(queues)
            for keys in queues:
                if self._care[keys.queue].due <= time.monotonic() and not self._stopped.is_set():
                    with self._apart([keys]):
                        self._look_at(keys, self._care[keys.queue])
        except SERVER_ERRORS as error:
            return self._trouble(error)
        except Exception:
            log.exception("upkeep failed; it is tried again")
            return self._options.heartbeat_seconds
        self._is_troubled = False
        due = min(self._beat_at, *(self._care[keys.queue].due for keys in queues))
        return max(SHORTEST_PAUSE_SECONDS, due - time.monotonic())

    def _trouble(self, error: BaseException) -> float:
        if not self._is_troubled:
            log.warning("no upkeep of the bus while the server does not answer: %s", error)
            self._doubt()
        self._is_troubled = True
        return min(0.5, self._options.heartbeat_seconds)

    @contextmanager
    def _apart(self, queues: Sequence[QueueKeys]) -> Iterator[None]:
        """Leave queues alone for a while when their node of a cluster is away, and go on with the others."""
        try:
            yield
        except SERVER_ERRORS as error:
            if not self._streams.is_spread:
                raise
            names = ", ".join(keys.queue for keys in queues)
            log.warning("no upkeep of %s while the node does not answer: %s", names, error)
            self._doubt()
            for keys in queues:
                self._care[keys.queue].away_until = time.monotonic() + self._options.heartbeat_seconds

    def _beat(self, queues: Sequence[QueueKeys]) -> None:
        started = time.monotonic()
        together: dict[str, list[QueueKeys]] = {}
        for keys in queues:
            together.setdefault(keys.live, []).append(keys)
        for group in together.values():
            with self._apart(group), self._leased(group) as leased:
                if leased:
                    self._notice_silence(leased, started)
                    self._hear(leased, *self._streams.beat(leased))
        self._last_beat = started
        self._beat_at = started + self._options.heartbeat_seconds

    def _notice_silence(self, queues: Sequence[QueueKeys], now: float) -> None:
        """Say when this thread has been silent for a lease, unless the process that beats for this one was heard."""
        if self._last_beat is None or now - self._last_beat <= self._options.lease_seconds:
            return
        client, lease_seconds = self._streams.client, self._options.lease_seconds
        if not all(
            self._streams.consumer in dict(live_consumers(client, keys, lease_seconds=lease_seconds)) for keys in queues
        ):
            log.error("the lease of this process ran out; what it holds may be running elsewhere as well")

    def _hear(self, queues: Sequence[QueueKeys], with_dead: Container[str], due: Sequence[float | None]) -> None:
        for keys, due_seconds in zip(queues, due, strict=True):
            if due_seconds is not None:
                self.expect(keys, due_seconds)
            if keys.queue in with_dead:
                self._care[keys.queue].recover_at = 0.0

    def _look_at(self, keys: QueueKeys, care: _Care) -> None:
        now = time.monotonic()
        if care.promote_at <= now:
            self._promote(keys, care)
        if care.recover_at <= now:
            self._recover(keys, care)
        if care.listen_at <= now:
            self._listen(self._streams, keys)
            care.listen_at = now + LISTEN_SECONDS
        if care.expire_at <= now:
            self._streams.expire_dead_letters(keys)
            care.expire_at = now + EXPIRE_SECONDS

    def _promote(self, keys: QueueKeys, care: _Care) -> None:
        care.promote_at = math.inf  # before the call: what is heard of meanwhile must not be forgotten
        try:
            _, lost, next_due = self._streams.promote(keys, limit=PROMOTE_BATCH)
        except SERVER_ERRORS:
            care.promote_at = 0.0
            raise
        if lost:
            log.error("%d delayed messages of queue %r had lost their contents", lost, keys.queue)
        if next_due is not None:
            self.expect(keys, next_due)

    def _recover(self, keys: QueueKeys, care: _Care) -> None:
        recovered, doomed, again = self._streams.recover(keys)
        self._look_again(keys)  # a nudge goes to one reader, which may be one of the dead
        if recovered:
            log.warning("%d messages of queue %r were taken from dead workers", recovered, keys.queue)
            self._tell_recovered(keys, recovered)
        self._undertaker.bury_soon(doomed)
        # Processes that started together should not all look together.
        pause = self._options.heartbeat_seconds if again else RECOVER_SECONDS
        care.recover_at = time.monotonic() + pause * _dice.uniform(0.75, 1.0)
