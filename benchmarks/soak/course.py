"""The course of a soak while its workers run: send, wait when much is queued, look around, come to rest."""

import time
from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.children import Child
from benchmarks.soak import watch
from benchmarks.soak.watch import Snapshot
from benchmarks.soak.work import QUEUES, Work

BATCH = 500
PAUSE_SECONDS = 0.05
LOOK_SECONDS = 0.5
REPORT_SECONDS = 10.0
STALLED_SECONDS = 120.0


class Stalled(Exception):
    """Nothing more is finished, though something is left, or a worker has ended."""


class Course:
    """Sends through running workers and watches them.

    Args:
        server: A client, to look at the server.
        server_port: What the workers connect to.
        most_queued: Unfinished messages that there may be at once.
        say: Told how it goes, in sentences.

    Attributes:
        most_connections: The most that each worker had open at any look.
    """

    def __init__(
        self,
        work: Work,
        workers: Sequence[Child],
        server: Any,
        server_port: int,
        *,
        most_queued: int,
        say: Callable[[str], None],
    ) -> None:
        self.most_connections = [0] * len(workers)
        self._work = work
        self._workers = workers
        self._server = server
        self._server_port = server_port
        self._most_queued = most_queued
        self._say = say
        self._unfinished = 0
        self._moved_at = self._looked_at = self._said_at = time.monotonic()

    def run(self, numbers: range) -> Snapshot:
        """Send these messages, wait until all is done, and see what is in use then.

        Raises:
            Stalled: It does not come to an end.
        """
        for start in range(numbers.start, numbers.stop, BATCH):
            batch = range(start, min(start + BATCH, numbers.stop))
            self._wait_until_at_most(self._most_queued - len(batch), sent=start)
            self._work.send(batch)
        self._wait_until_at_most(0, sent=numbers.stop)
        self._count_connections()
        self._say(f"{numbers.stop} sent and done; looking at what is in use")
        return watch.settled(self._server, [worker.pid for worker in self._workers])

    def _wait_until_at_most(self, limit: int, *, sent: int) -> None:
        self._moved_at = time.monotonic()
        while (unfinished := sum(self._work.broker.unfinished(queue) for queue in QUEUES)) > limit:
            self._require_progress(unfinished)
            self._look_around(sent, unfinished)
            time.sleep(PAUSE_SECONDS)

    def _require_progress(self, unfinished: int) -> None:
        if unfinished != self._unfinished:
            self._unfinished, self._moved_at = unfinished, time.monotonic()
        ended = [worker.pid for worker in self._workers if not worker.is_running]
        if ended or time.monotonic() - self._moved_at > STALLED_SECONDS:
            raise Stalled(f"{unfinished} unfinished; workers that ended: {ended or 'none'}")

    def _look_around(self, sent: int, unfinished: int) -> None:
        now = time.monotonic()
        if now - self._looked_at >= LOOK_SECONDS:
            self._looked_at = now
            self._count_connections()
        if now - self._said_at >= REPORT_SECONDS:
            self._said_at = now
            self._say(f"{sent} sent, {unfinished} unfinished")

    def _count_connections(self) -> None:
        found = [watch.connections_of(worker.pid, self._server_port) for worker in self._workers]
        self.most_connections = [max(pair) for pair in zip(self.most_connections, found, strict=True)]
