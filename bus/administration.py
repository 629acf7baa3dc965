"""Looking into queues and tidying them up; everything here works in processes that never consume."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping

from dramatiq.errors import QueueJoinTimeout, QueueNotFound

from bus import stats
from bus.base import SessionBroker
from bus.dead_letters import DeadLetter, DeadLetters
from bus.errors import QueueFull, as_connection_errors
from bus.inspection import Inspection, QueuedMessage
from bus.options import DAY_SECONDS
from bus.server_check import faults_of
from bus.session import names_of
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

    def declare_dead(self, pid: int) -> int:
        """Say that a process of this host has ended, for who knows it: what it held is given to others at once.

        Without this they wait until its lease is over. A process that lives all the same is heard of again with its
        next beat; what it held may then run twice, as after any lease that ran out.

        Returns:
            Leases that were ended.
        """
        ended = 0
        with as_connection_errors():
            for queue in self.get_declared_queues():
                keys = self.layout.of(queue)
                ended += stats.end_leases(self.client, keys, names_of(pid), lease_seconds=self.options.lease_seconds)
        return ended

    # Pausing and cancelling

    def pause_queue(self, queue_name: str) -> None:
        """Let no process take anything more of a queue, until it is resumed; restarts do not end a pause.

        What a process has taken already is finished.
        """
        with as_connection_errors():
            self.session.streams.pause(self.layout.of(queue_name))

    def resume_queue(self, queue_name: str) -> bool:
        """End a pause, within about a second; False when the queue was not paused."""
        with as_connection_errors():
            return self.session.streams.resume(self.layout.of(queue_name))

    def cancel(self, queue_name: str, message_id: str, *, forget_seconds: float = DAY_SECONDS) -> None:
        """Let a message not be started, wherever it waits, and interrupt it where it runs.

        A process that has it already learns of it within about a second. A message that was not started is dropped:
        it is announced as rejected with `bus.NotStarted`, and leaves no dead letter. One that runs has
        `bus.Cancelled` raised in its thread, as dramatiq's time limit does, and is not retried. An id that nobody
        knows is fine.

        Args:
            queue_name: The queue the message is on.
            message_id: The id that `send` returned.
            forget_seconds: A message that waits for longer is started after all.
        """
        with as_connection_errors():
            keys = self.layout.of(queue_name)
            self.session.streams.cancel(keys, message_id, forget_ms=max(1, round(forget_seconds * 1000)))

    # Single messages

    def messages(self, queue_name: str, *, count: int = 100, after: str | None = None) -> list[QueuedMessage]:
        """Up to `count` messages that are ready or in flight, by priority and age; `after` is the last handle seen.

        Raises:
            MessageNotFound: `after` is no handle of a message in a lane.
        """
        with as_connection_errors():
            return Inspection(self.client).in_lanes(self.layout.of(queue_name), count=count, after=after)

    def delayed_messages(self, queue_name: str, *, count: int = 100, skip: int = 0) -> list[QueuedMessage]:
        """Up to `count` messages that wait for their time, the next due first, without the first `skip`."""
        with as_connection_errors():
            return Inspection(self.client).delayed(self.layout.of(queue_name), count=count, skip=skip)

    def remove_message(self, queue_name: str, handle: str) -> None:
        """Drop a message that waits, in one step. It leaves no dead letter.

        Raises:
            MessageNotFound: It is finished, or never was.
            MessageInFlight: A consumer holds it.
        """
        with as_connection_errors():
            claim = Inspection(self.client).take_out(self.layout.of(queue_name), handle, "drop")
            if claim is not None:
                self.session.streams.free(claim)

    def hasten_message(self, queue_name: str, handle: str) -> None:
        """Put a delayed message on its lane now, in one step.

        Raises:
            MessageNotFound: It is not delayed (any more).
        """
        with as_connection_errors():
            Inspection(self.client).take_out(self.layout.of(queue_name), handle, "hasten")

    # Dead letters

    def dead_letters(self, queue_name: str, *, count: int = 100, cursor: str | None = None) -> list[DeadLetter]:
        """Up to `count` dead letters, the newest first; `cursor` is the id of the last one seen."""
        with as_connection_errors():
            return DeadLetters(self.client).page(self.layout.of(queue_name), count=count, cursor=cursor)

    def find_dead_letters(
        self, queue_name: str, *, matching: Callable[[DeadLetter], bool] | None = None, limit: int = 100
    ) -> list[DeadLetter]:
        """Up to `limit` dead letters that match, the oldest first."""
        with as_connection_errors():
            return DeadLetters(self.client).find(self.layout.of(queue_name), matching, limit=limit)

    def replay_dead_letter(self, queue_name: str, letter_id: str) -> DeadLetter:
        """Put a dead letter back on its queue as a first attempt with the same message id; return what it was.

        Raises:
            DeadLetterNotFound: It was replayed, discarded or has expired.
        """
        with as_connection_errors():
            return DeadLetters(self.client).replay(self.layout.of(queue_name), letter_id)

    def dead_letter(self, queue_name: str, letter_id: str) -> DeadLetter:
        """One dead letter.

        Raises:
            DeadLetterNotFound: It was replayed, discarded or has expired.
        """
        with as_connection_errors():
            return DeadLetters(self.client).read(self.layout.of(queue_name), letter_id)

    def replay_dead_letters(
        self, queue_name: str, *, matching: Callable[[DeadLetter], bool] | None = None, limit: int = 1000
    ) -> int:
        """Put up to `limit` dead letters back, the oldest first, each as `replay_dead_letter` does; return how many."""
        with as_connection_errors():
            return DeadLetters(self.client).replay_many(self.layout.of(queue_name), matching, limit=limit)

    def purge_dead_letters(self, queue_name: str, *, matching: Callable[[DeadLetter], bool] | None = None) -> int:
        """Forget all dead letters of a queue, or those that match; return how many."""
        with as_connection_errors():
            return DeadLetters(self.client).purge(self.layout.of(queue_name), matching)

    def discard_dead_letter(self, queue_name: str, letter_id: str) -> None:
        """Forget a dead letter.

        Raises:
            DeadLetterNotFound: It was replayed, discarded or has expired.
        """
        with as_connection_errors():
            DeadLetters(self.client).discard(self.layout.of(queue_name), letter_id)

    def export_dead_letters(self, queue_name: str) -> Iterator[tuple[str, dict[bytes, bytes]]]:
        """Every dead letter as it is written, with its id, the oldest first: for a backup."""
        with as_connection_errors():
            yield from DeadLetters(self.client).export(self.layout.of(queue_name))

    def import_dead_letters(self, queue_name: str, letters: Iterable[tuple[str, Mapping[bytes, bytes]]]) -> int:
        """Write exported dead letters under their ids into a queue that has none; returns how many."""
        with as_connection_errors():
            return DeadLetters(self.client).bring_back(self.layout.of(queue_name), letters)

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
            return faults_of(self.client)

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
                DeadLetters(self.client).purge(self.layout.of(queue_name), None)

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
