"""A dramatiq broker on Redis Streams that loses nothing: see docs/bus.md for its promises and its limits."""

import logging
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any

from dramatiq.broker import Consumer, MessageProxy
from dramatiq.errors import ConnectionFailed, DecodeError
from dramatiq.middleware import Middleware, SkipMessage

from bus import dialect
from bus.cancellation import Cancelled, NotStarted
from bus.connections import is_cluster, way_to
from bus.consumer import StreamsConsumer
from bus.dead_letters import Reason, obituary
from bus.entry import Entry, StreamMessage
from bus.errors import SERVER_ERRORS, MessageCrashed, as_connection_errors
from bus.heartbeat import require_portable
from bus.keys import UNDERTAKER, KeyLayout, Slot
from bus.options import DAY_SECONDS, Heartbeat, Options, ServerCheck
from bus.publishing import EntryFields, claim_of, claim_to_free, is_held_until
from bus.sending import Sending
from bus.streams import Streams

log = logging.getLogger(__name__)


class Verdict(Enum):
    """What is to become of a message that crashed too often."""

    BURY = "it becomes a dead letter"
    SPARE = "it is delivered again, and its starts are counted anew"


OnBuried = Callable[[MessageProxy, str], Verdict | None]
"""Told of a message that crashed too often, with the reason, before it leaves the queue; None is BURY."""


class StreamsBroker(Sending):
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
        lease_seconds: A process that has not been heard for so long is dead, and what it held is run elsewhere; 10.
        heartbeat_seconds: Time between beats; at most a third of the lease; 3, or less when the lease is short.
        heartbeat: `process` lets a process of its own beat as well, so that a worker keeps its lease while a C
            extension keeps its threads from running.
        ack_flush_seconds: Acknowledgements that hand nothing over are gathered this long and written together; 0 writes
            each before the worker goes on. What is killed meanwhile runs again.
        block_seconds: How long a read of an idle queue waits on the server; shutdown does not wait for it.
        reconcile_seconds: Time between looks for messages whose delivery was lost on the way.
        low_priority_every: One message in so many comes from a lower lane, if one waits there; 0 lets it wait.
        read_ahead: How many times the prefetch a process may hold while its messages take next to no time; 1 for never
            more than the prefetch.
        max_crashes: Processes that may end with a message started before it becomes a dead letter.
        dead_message_ttl_seconds: How long dead letters are kept; 7 days.
        max_dead_letters: How many dead letters of a queue are kept, the newest.
        max_length: Unfinished messages of a queue above which `check_admission` refuses; per queue or for all.
        retry_after_seconds: What a refusal tells the caller to wait.
        atomic_handoff: Write what follows from a message together with its acknowledgement.
        on_buried: Called for a message that crashed too often; may return `Verdict.SPARE`, when it knows better. When
            it raises, the message is kept and it is asked again.
        entry_fields: Flat fields to write beside the message, for tools that look at the streams.
        server_check: What a worker does about settings of the server that can lose messages: `warn` of them, `refuse`
            to work, or not look (`off`).
        heartbeat_timeout: RedisBroker's word for the lease, in milliseconds.
        dead_message_ttl: RedisBroker's word for `dead_message_ttl_seconds`, in milliseconds.
        maintenance_chance: RedisBroker's; it has no meaning here and is warned of.
        parameters: Of `redis.Redis` (`host`, `port`, `password`, ...), instead of URL or client, as for RedisBroker.

    Raises:
        TypeError: An option that does not exist.
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
        lease_seconds: float | None = None,
        heartbeat_seconds: float | None = None,
        heartbeat: Heartbeat = "thread",
        ack_flush_seconds: float = 0.002,
        block_seconds: float = 5.0,
        reconcile_seconds: float = 60.0,
        low_priority_every: int = 32,
        read_ahead: int = 4,
        max_crashes: int = 3,
        dead_message_ttl_seconds: float | None = None,
        max_dead_letters: int = 100_000,
        max_length: Mapping[str, int] | int | None = None,
        retry_after_seconds: float = 5.0,
        atomic_handoff: bool = True,
        on_buried: OnBuried | None = None,
        entry_fields: EntryFields | None = None,
        server_check: ServerCheck = "warn",
        heartbeat_timeout: float | None = None,
        dead_message_ttl: float | None = None,
        maintenance_chance: int | None = None,
        **parameters: Any,
    ) -> None:
        client = dialect.client_of(url, client, parameters)
        dialect.warn_of_maintenance_chance(maintenance_chance)
        lease = dialect.seconds("lease_seconds", lease_seconds, "heartbeat_timeout", heartbeat_timeout, default=10.0)
        options = Options(
            lease_seconds=lease,
            heartbeat_seconds=min(3.0, 0.3 * lease) if heartbeat_seconds is None else heartbeat_seconds,
            heartbeat=heartbeat,
            ack_flush_seconds=ack_flush_seconds,
            block_seconds=block_seconds,
            reconcile_seconds=reconcile_seconds,
            low_priority_every=low_priority_every,
            read_ahead=read_ahead,
            max_crashes=max_crashes,
            dead_message_ttl_seconds=dialect.seconds(
                *("dead_message_ttl_seconds", dead_message_ttl_seconds, "dead_message_ttl", dead_message_ttl),
                default=7 * DAY_SECONDS,
            ),
            max_dead_letters=max_dead_letters,
            max_length=max_length,
            retry_after_seconds=retry_after_seconds,
            atomic_handoff=atomic_handoff,
            server_check=server_check,
        )
        if heartbeat == "process":
            require_portable(way_to(url, client))
        layout = KeyLayout(namespace, streams, groups, slot, is_cluster=is_cluster(client))
        super().__init__(middleware, url=url, client=client, layout=layout, options=options)
        self.queues: set[str] = set()
        self.on_buried = on_buried
        self.entry_fields = entry_fields

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

    # Consuming

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 30_000) -> Consumer:
        """Read a queue. From here on this process has a lease on it.

        Args:
            queue_name: A declared queue.
            prefetch: Unacknowledged messages this process may hold of the queue; `read_ahead` times as many while they
                take next to no time.
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
            SkipMessage: It is not to start here: it was cancelled, or taken from this process while it waited.
            UnsafeServer: A worker is to boot on a server that can lose messages, and `server_check` is `refuse`.
        """
        if signal == "process_message":
            if isinstance(args[0], StreamMessage):
                self._begin(args[0])
        elif signal == "worker_boot":
            self.check_server_at_boot()
        super().emit_before(signal, *args, **kwargs)

    def emit_after(self, signal: str, *args: Any, **kwargs: Any) -> None:
        """Open the stage of a processed message while its middleware runs.

        A skipped message hands nothing over, so `after_skip_message` has no stage.
        """
        if signal != "process_message" or not isinstance(args[0], StreamMessage):
            super().emit_after(signal, *args, **kwargs)
            return
        message, error = args[0], kwargs.get("exception")
        self._end(message, error)
        if not self.options.atomic_handoff:
            super().emit_after(signal, *args, **kwargs)
            return
        is_complete = False
        self._handover.begin(message, succeeded=error is None)
        try:
            super().emit_after(signal, *args, **kwargs)
            is_complete = True
        finally:
            self._handover.end(message, is_complete=is_complete)

    def _begin(self, message: StreamMessage) -> None:
        queue, message_id = message.entry.keys.queue, message.message.message_id
        cancellations = self.session.cancellations
        if cancellations.holds(queue, message_id):
            message.fail()
            raise NotStarted("the message is cancelled")
        self._count_start(message)
        if "unique_key" in message.message.options:
            self._give_up_claim(message)
        cancellations.begin(queue, message_id)

    def _end(self, message: StreamMessage, error: BaseException | None) -> None:
        if isinstance(error, Cancelled):
            message.fail()
            message.options["throws"] = Cancelled  # so that it is not retried
        try:
            self.session.cancellations.end(message.message.message_id)
        except Cancelled:
            log.info("message %s had ended when it was cancelled", message.message_id)

    def _give_up_claim(self, message: StreamMessage) -> None:
        if is_held_until(message) != "started":
            return
        try:
            claim = claim_of(message, message.entry.keys)
            if claim is not None:
                self.session.streams.free(claim)
        except (ValueError, *SERVER_ERRORS) as error:
            log.warning("message %s keeps its unique key until its time is over: %s", message.message_id, error)

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
        """Move an entry that crashed too often to the dead letters, unless the application spares it.

        When the application cannot take the news (`on_buried` raises), the entry stays and is tried again.
        """
        message = _decoded(entry)
        error = MessageCrashed(starts=entry.deliveries)
        if message is not None:
            message.fail()
            message.stuff_exception(error)
            if self.on_buried is not None and self.on_buried(message, Reason.CRASHED.value) is Verdict.SPARE:
                if streams.spare(entry):
                    log.warning("entry %s of %s was at hand when %d processes ended, and is spared", *_facts(entry))
                return
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
        claim = claim_to_free(message) if message else None
        buried = streams.settle(entry, UNDERTAKER, dead_letter=letter, claim=claim)
        if buried:
            log.error("entry %s of %s ended %d processes and is a dead letter", *_facts(entry))
        if buried and message is not None:
            self.emit_after("nack", message)


def _facts(entry: Entry) -> tuple[str, str, int]:
    return entry.id, entry.lane, entry.deliveries


def _decoded(entry: Entry) -> StreamMessage | None:
    try:
        return StreamMessage(entry.message(), entry)
    except DecodeError:
        return None
