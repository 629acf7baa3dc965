"""A dramatiq broker on Redis Streams that loses nothing: see docs/bus.md for its promises and its limits."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import uuid4

from dramatiq.broker import Consumer, MessageProxy
from dramatiq.common import q_name
from dramatiq.errors import ConnectionFailed, DecodeError
from dramatiq.message import Message
from dramatiq.middleware import Middleware, SkipMessage

from bus.administration import Administration
from bus.connections import is_cluster
from bus.consumer import StreamsConsumer
from bus.dead_letters import Reason, obituary
from bus.entry import ENQUEUE_ID, Entry, Publication, StreamMessage
from bus.errors import SERVER_ERRORS, MessageCrashed, as_connection_errors
from bus.handover import Handover
from bus.keys import UNDERTAKER, KeyLayout, Slot
from bus.options import DAY_SECONDS, Options
from bus.publishing import EntryFields, publication_of
from bus.streams import Streams

log = logging.getLogger(__name__)

OnBuried = Callable[[MessageProxy, str], None]
"""Told of a message that crashed too often, with the reason, before it leaves the queue."""


class StreamsBroker(Administration):
    """A dramatiq broker on Redis or Valkey Streams.

    Making one opens no connection, and neither does declaring actors: the first enqueue or consume does.

    Args:
        url: Where the server is; `redis://127.0.0.1:6379/0` when neither this nor a client is given.
        client: A redis-py client to take the connection settings from: a plain one, one made by `Sentinel.master_for`,
            or a `RedisCluster`.
        middleware: As for every dramatiq broker; None for dramatiq's default stack.
        namespace: Prefix of the keys.
        streams: Queue -> logical stream name, where it is not `<namespace>:<queue>`.
        groups: Queue -> consumer group, where it is not `workers`.
        slot: On a cluster, `queue` spreads queues over shards; `namespace` keeps hand-overs between them atomic.
        lease_seconds: A process that has not been heard for so long is dead, and what it held is run elsewhere.
        heartbeat_seconds: Time between beats; at most a third of the lease.
        ack_flush_seconds: Acknowledgements that hand nothing over are gathered this long and written together; 0 writes
            each before the worker goes on. What is killed meanwhile runs again.
        block_seconds: How long a read of an idle queue waits on the server; shutdown does not wait for it.
        reconcile_seconds: Time between looks for messages whose delivery was lost on the way.
        max_crashes: Processes that may end with a message started before it becomes a dead letter.
        dead_message_ttl_seconds: How long dead letters are kept.
        max_dead_letters: How many dead letters of a queue are kept, the newest.
        max_length: Unfinished messages of a queue above which `check_admission` refuses; per queue or for all.
        retry_after_seconds: What a refusal tells the caller to wait.
        atomic_handoff: Write what follows from a message together with its acknowledgement.
        on_buried: Called for a message that crashed too often; when it raises, the message is kept and tried again.
        entry_fields: Flat fields to write beside the message, for tools that look at the streams.

    Raises:
        ValueError: An option that cannot work.
    """

    def __init__(
        self,
        url: str | None = None,
        *,
        client: Any | None = None,
        middleware: list[Middleware] | None = None,
        namespace: str = "dramatiq",
        streams: Mapping[str, str] | None = None,
        groups: Mapping[str, str] | None = None,
        slot: Slot = "queue",
        lease_seconds: float = 10.0,
        heartbeat_seconds: float = 3.0,
        ack_flush_seconds: float = 0.001,
        block_seconds: float = 10.0,
        reconcile_seconds: float = 60.0,
        max_crashes: int = 3,
        dead_message_ttl_seconds: float = 7 * DAY_SECONDS,
        max_dead_letters: int = 100_000,
        max_length: Mapping[str, int] | int | None = None,
        retry_after_seconds: float = 5.0,
        atomic_handoff: bool = True,
        on_buried: OnBuried | None = None,
        entry_fields: EntryFields | None = None,
    ) -> None:
        options = Options(
            lease_seconds=lease_seconds,
            heartbeat_seconds=heartbeat_seconds,
            ack_flush_seconds=ack_flush_seconds,
            block_seconds=block_seconds,
            reconcile_seconds=reconcile_seconds,
            max_crashes=max_crashes,
            dead_message_ttl_seconds=dead_message_ttl_seconds,
            max_dead_letters=max_dead_letters,
            max_length=max_length,
            retry_after_seconds=retry_after_seconds,
            atomic_handoff=atomic_handoff,
        )
        layout = KeyLayout(namespace, streams, groups, slot, is_cluster=is_cluster(client))
        super().__init__(middleware, url=url, client=client, layout=layout, options=options)
        self.queues: set[str] = set()
        self.on_buried = on_buried
        self._entry_fields = entry_fields
        self._handover = Handover()

    @property
    def namespace(self) -> str:
        """Prefix of the keys."""
        return self.layout.namespace

    # Declaring

    def declare_queue(self, queue_name: str) -> None:
        """Declare a queue; again is fine. There are no delay queues: delays wait on the server.

        Raises:
            ValueError: The name cannot be part of a key.
        """
        if queue_name in self.queues:
            return
        self.layout.of(queue_name)
        self.emit_before("declare_queue", queue_name)
        self.queues.add(queue_name)
        self.emit_after("declare_queue", queue_name)

    def get_declared_queues(self) -> set[str]:
        """Names of the queues declared so far."""
        return set(self.queues)

    # Publishing

    def enqueue(self, message: Message[Any], *, delay: int | None = None) -> Message[Any]:
        """Send a message, now or after `delay` milliseconds by the server's clock; return what was sent.

        Inside `after_process_message` the message joins the stage of the message just processed, and is written
        together with its acknowledgement.

        Raises:
            ConnectionClosed: The server did not confirm. It may or may not have stored the message.
            ValueError: The option `priority` is not 1, 2 or 3.
        """
        with self._handover.failures_kept():
            message, publication = self._announced(message, delay)
            stage = self._handover.stage
            if stage is not None:
                stage.publications.append(publication)
            else:
                with as_connection_errors():
                    self.session.streams.publish([publication])
            self.emit_after("enqueue", message, delay)
            return message

    def enqueue_many(self, messages: Iterable[Message[Any]], *, delay: int | None = None) -> list[Message[Any]]:
        """Send many messages in few round trips; return what was sent, in the same order.

        Up to 500 messages are written in one step; more are written in several.

        Raises:
            ConnectionClosed: The server did not confirm. Some may have been stored.
            ValueError: An option `priority` is not 1, 2 or 3; nothing was sent.
        """
        if self._handover.stage is not None:
            return [self.enqueue(message, delay=delay) for message in messages]
        announced = [self._announced(message, delay) for message in messages]
        if announced:
            with as_connection_errors():
                self.session.streams.publish([publication for _, publication in announced])
        for message, _ in announced:
            self.emit_after("enqueue", message, delay)
        return [message for message, _ in announced]

    async def enqueue_async(self, message: Message[Any], *, delay: int | None = None) -> Message[Any]:
        """`enqueue` for coroutines: the event loop goes on meanwhile."""
        return await asyncio.to_thread(self.enqueue, message, delay=delay)

    def _announced(self, message: Message[Any], delay: int | None) -> tuple[Message[Any], Publication]:
        # An id for each enqueue: retries and replays keep their message id.
        queue_name, stage = q_name(message.queue_name), self._handover.stage
        enqueue_id = str(uuid4()) if stage is None else stage.id_of_next(message)
        message = message.copy(queue_name=queue_name, options={ENQUEUE_ID: enqueue_id})
        self.emit_before("enqueue", message, delay)
        keys = self.layout.of(message.queue_name)
        return message, publication_of(message, keys, delay_ms=delay, entry_fields=self._entry_fields)

    # Consuming

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 30_000) -> Consumer:
        """Read a queue. From here on this process has a lease on it.

        Args:
            queue_name: A declared queue.
            prefetch: Unacknowledged messages this process may hold of the queue.
            timeout: Milliseconds that one call for the next message may wait.

        Raises:
            QueueNotFound: The queue was never declared.
            ConnectionFailed: The server cannot be reached or does not let us.
        """
        self.require_declared(queue_name)
        with as_connection_errors(ConnectionFailed):
            return StreamsConsumer(
                self.session, self.layout.of(queue_name), prefetch=max(1, prefetch), timeout_ms=timeout
            )

    def emit_before(self, signal: str, *args: Any, **kwargs: Any) -> None:
        """Count the start of a message before its middleware and actor see it.

        Raises:
            SkipMessage: It was taken from this process while it waited here; it runs elsewhere.
        """
        if signal == "process_message" and isinstance(args[0], StreamMessage):
            self._count_start(args[0])
        super().emit_before(signal, *args, **kwargs)

    def emit_after(self, signal: str, *args: Any, **kwargs: Any) -> None:
        """Open the stage of a processed message while its middleware runs.

        A skipped message hands nothing over, so `after_skip_message` has no stage.
        """
        if signal != "process_message" or not self.options.atomic_handoff or not isinstance(args[0], StreamMessage):
            super().emit_after(signal, *args, **kwargs)
            return
        message, is_complete = args[0], False
        self._handover.begin(message, succeeded=kwargs.get("exception") is None)
        try:
            super().emit_after(signal, *args, **kwargs)
            is_complete = True
        finally:
            self._handover.end(message, is_complete=is_complete)

    def _count_start(self, message: StreamMessage) -> None:
        entry = message.entry
        entry.started = True
        if entry.counted:
            return
        try:
            starts = self.session.streams.mark_started(entry)
        except SERVER_ERRORS as error:
            # An uncounted start is better than a message that cannot start.
            log.warning("start of message %s was not counted: %s", message.message_id, error)
            return
        if starts == 0:
            raise SkipMessage("the message was taken from this process and runs elsewhere")
        entry.deliveries, entry.counted = starts, True

    # Burying

    def bury(self, streams: Streams, entry: Entry, owner: str) -> None:
        """Move an entry that crashed too often to the dead letters, telling the application first.

        When the application cannot take the news (`on_buried` raises), the entry stays and is tried again.
        """
        message = _decoded(entry)
        error = MessageCrashed(starts=entry.deliveries)
        if message is not None:
            message.fail()
            message.stuff_exception(error)
            if self.on_buried is not None:
                self.on_buried(message, Reason.CRASHED.value)
            self.emit_before("nack", message)
        letter = obituary(
            priority=entry.priority,
            entry_id=entry.id,
            reason=Reason.CRASHED,
            error=error,
            worker=owner,
            attempts=message.attempt if message else 1,
            starts=entry.deliveries,
        )
        buried = streams.settle(entry, UNDERTAKER, dead_letter=letter)
        if buried:
            log.error("entry %s of %s ended %d processes and is a dead letter", entry.id, entry.lane, entry.deliveries)
        if buried and message is not None:
            self.emit_after("nack", message)


def _decoded(entry: Entry) -> StreamMessage | None:
    try:
        return StreamMessage(Message.decode(entry.payload), entry)
    except DecodeError:
        return None
