"""Looking into queues and tidying them up; everything here works in processes that never consume."""

import time
from collections.abc import Iterable

from dramatiq.errors import QueueJoinTimeout, QueueNotFound

from bus import stats
from bus.base import SessionBroker
from bus.dead_letters import DeadLetter, DeadLetters
from bus.errors import QueueFull, as_connection_errors
from bus.stats import QueueStats


class Administration(SessionBroker):
    """The part of the broker for operators, front ends and tests. All of it may raise `ConnectionClosed`."""

    # Admission and counts

    def check_admission(self, queue_name: str, incoming: int = 1) -> None:
        """Ask whether a queue can take more work; the front end's question before it accepts a request.

        `enqueue` itself never refuses: hand-overs and retries of accepted work must always pass.

        Raises:
            QueueFull: With `incoming` more, the queue would hold more than its `max_length`.
        """
        limit = self.options.limit_of(queue_name)
        if limit is None:
            return
        depth = self.unfinished(queue_name)
        if depth + incoming > limit:
            raise QueueFull(
                queue=queue_name, depth=depth, limit=limit, retry_after_seconds=self.options.retry_after_seconds
            )

    def unfinished(self, queue_name: str) -> int:
        """Messages that are ready, in flight or delayed."""
        with as_connection_errors():
            return stats.unfinished(self.client, self.layout.of(queue_name))

    def queue_stats(self, queue_name: str) -> QueueStats:
        """Counts of one queue at one moment."""
        with as_connection_errors():
            return QueueStats.from_counts(queue_name, self.session.streams.stats(self.layout.of(queue_name)))

    def live_consumers(self, queue_name: str) -> list[tuple[str, float]]:
        """Processes with a lease on a queue: consumer name and seconds since its last beat, the freshest first."""
        with as_connection_errors():
            return stats.live_consumers(
                self.client, self.layout.of(queue_name), lease_seconds=self.options.lease_seconds
            )

    # Dead letters

    def dead_letters(self, queue_name: str, *, count: int = 100, cursor: str | None = None) -> list[DeadLetter]:
        """Up to `count` dead letters, the newest first; `cursor` is the id of the last one seen."""
        with as_connection_errors():
            return DeadLetters(self.client).page(self.layout.of(queue_name), count=count, cursor=cursor)

    def replay_dead_letter(self, queue_name: str, letter_id: str) -> DeadLetter:
        """Put a dead letter back on its queue as a first attempt with the same message id; return what it was.

        Raises:
            DeadLetterNotFound: It was replayed, discarded or has expired.
        """
        with as_connection_errors():
            return DeadLetters(self.client).replay(self.layout.of(queue_name), letter_id)

    def discard_dead_letter(self, queue_name: str, letter_id: str) -> None:
        """Forget a dead letter.

        Raises:
            DeadLetterNotFound: It was replayed, discarded or has expired.
        """
        with as_connection_errors():
            DeadLetters(self.client).discard(self.layout.of(queue_name), letter_id)

    # The server

    def server_identity(self) -> str:
        """The `run_id` of the server, or of each primary of a cluster; another one means a restart or a replacement."""
        with as_connection_errors():
            return stats.server_identity(self.client)

    def data_epoch(self) -> str | None:
        """The application's mark in the server's data; None when the data is new or was lost."""
        with as_connection_errors():
            value = self.client.get(self.layout.epoch)
        return value.decode() if isinstance(value, bytes) else value

    def set_data_epoch(self, value: str) -> None:
        """Leave the application's mark in the server's data."""
        with as_connection_errors():
            self.client.set(self.layout.epoch, value)

    def check_server(self) -> list[str]:
        """What about the server's settings can lose messages, in sentences; an empty list when nothing does."""
        with as_connection_errors():
            return stats.server_warnings(self.client)

    # Tidying

    def flush(self, queue_name: str) -> None:
        """Drop everything that waits, is delayed or is in flight on a queue. Dead letters stay.

        Raises:
            QueueNotFound: The queue was never declared.
        """
        self.require_declared(queue_name)
        with as_connection_errors():
            self.session.streams.flush(self.layout.of(queue_name))

    def flush_all(self) -> None:
        """Drop everything of all declared queues, dead letters too."""
        for queue_name in self.get_declared_queues():
            self.flush(queue_name)
            with as_connection_errors():
                DeadLetters(self.client).discard_all(self.layout.of(queue_name))

    def join(self, queue_name: str, *, interval: int = 100, timeout: int | None = None) -> None:
        """Wait until a queue has nothing ready, in flight or delayed. For tests.

        Args:
            queue_name: The queue to wait for.
            interval: Milliseconds between looks.
            timeout: Milliseconds to wait at most; None to wait for ever.

        Raises:
            QueueNotFound: The queue was never declared.
            QueueJoinTimeout: The time was not enough.
        """
        self.require_declared(queue_name)
        deadline = None if timeout is None else time.monotonic() + timeout / 1000
        while self.unfinished(queue_name):
            if deadline is not None and time.monotonic() >= deadline:
                raise QueueJoinTimeout(queue_name)  # type: ignore[no-untyped-call]
            time.sleep(interval / 1000)

    def require_declared(self, queue_name: str) -> None:
        """Raise `QueueNotFound` for a queue that no actor of this process uses."""
        declared: Iterable[str] = self.queues
        if queue_name not in declared:
            raise QueueNotFound(queue_name)  # type: ignore[no-untyped-call]
