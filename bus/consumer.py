"""One queue as one consumer thread of a worker reads it.

take without waiting, else wait blocked -> in flight -> buffer -> worker
ack    one script: what the message hands over, then the acknowledgement
nack   one script: what the message hands over, then the dead letter
"""

import logging
import math
import time
from collections import deque
from collections.abc import Iterable, Sequence
from typing import Any

from dramatiq.broker import Consumer, MessageProxy
from dramatiq.errors import DecodeError
from dramatiq.message import Message
from redis.exceptions import ResponseError

from bus.dead_letters import Reason, obituary, reason_for
from bus.entry import Entry, StreamMessage
from bus.errors import SERVER_ERRORS, as_connection_errors, lost_its_group
from bus.handover import staged_with, was_interrupted
from bus.keys import QueueKeys
from bus.publishing import publication_of
from bus.session import Session

log = logging.getLogger(__name__)


class StreamsConsumer(Consumer):
    """Reads one queue; `ack` and `nack` may be called from any thread.

    Args:
        prefetch: Unacknowledged messages this process may hold of the queue.
        timeout_ms: How long `__next__` may wait.
    """

    def __init__(self, session: Session, keys: QueueKeys, *, prefetch: int, timeout_ms: int) -> None:
        self._session = session
        self._streams = session.streams
        self._in_flight = session.in_flight
        self._keys = keys
        self._prefetch = prefetch
        self._timeout_seconds = max(0.001, min(timeout_ms / 1000, session.options.max_block_seconds))
        self._buffer: deque[Entry] = deque()
        self._reconcile_at = 0.0
        self._is_closed = False
        session.subscribe(keys)

    def __next__(self) -> MessageProxy | None:
        """The next message, or None when none came in time.

        Raises:
            ConnectionClosed: The server does not answer as it should; the worker makes a new consumer.
        """
        with as_connection_errors():
            if not self._buffer:
                self._fill()
            while self._buffer:
                message = self._message_of(self._buffer[0])
                self._buffer.popleft()
                if message is not None:
                    return message
        return None

    def ack(self, message: MessageProxy) -> None:
        """Finish a message, together with what it hands over.

        Raises:
            ConnectionClosed: It could not be written; nothing was. The worker calls again with the same stage.
        """
        proxy = _ours(message)
        if self._runs_again(proxy):
            return
        with as_connection_errors():
            settled = self._streams.settle(proxy.entry, self._streams.consumer, staged_with(proxy))
        self._finished(proxy, settled=settled)

    def nack(self, message: MessageProxy) -> None:
        """Move a message to the dead letters, together with what it hands over.

        Raises:
            ConnectionClosed: It could not be written; nothing was. The worker calls again with the same stage.
        """
        proxy = _ours(message)
        if self._runs_again(proxy):
            return
        with as_connection_errors():
            settled = self._bury(proxy.entry, reason_for(proxy), proxy.exception, attempts=proxy.attempt, proxy=proxy)
        self._finished(proxy, settled=settled)

    def requeue(self, messages: Iterable[MessageProxy]) -> None:
        """Hand messages that were not started back to everybody; they keep their place and are not counted as crashed.

        Raises:
            ConnectionClosed: They could not be handed back; they are recovered when the lease runs out.
        """
        self._hand_back([_ours(message).entry for message in messages])

    def close(self) -> None:
        """Hand back what was read and not yet given to the worker, and stop reading; again is fine."""
        if self._is_closed:
            return
        self._is_closed = True
        unread = list(self._buffer)
        self._buffer.clear()
        try:
            if unread:
                self._streams.release(self._keys, unread)
        except SERVER_ERRORS as error:
            # They stay pending for this process; its next consumer finds them there, or the lease runs out.
            log.warning("could not hand back %d messages of queue %r: %s", len(unread), self._keys.queue, error)
        finally:
            for entry in unread:
                self._in_flight.remove(entry)
            self._session.unsubscribe(self._keys)

    # Reading

    def _fill(self) -> None:
        queue = self._keys.queue
        if not self._in_flight.wait_for_room(queue, self._prefetch, self._timeout_seconds):
            return
        with self._session.reading(queue):
            room = self._prefetch - self._in_flight.count(queue)
            if room <= 0:
                return
            entries = self._read(room)
            self._in_flight.add(entries)
            self._buffer.extend(entries)

    def _read(self, room: int) -> list[Entry]:
        try:
            if time.monotonic() >= self._reconcile_at:
                found = self._reconcile()
                self._reconcile_at = time.monotonic() + self._session.options.reconcile_seconds
                if found:
                    return found
            return self._take(room) or self._wait(room)
        except ResponseError as error:
            if not lost_its_group(error):
                raise
            log.error("queue %r is gone from the server and is made anew: %s", self._keys.queue, error)  # noqa: TRY400
            self._session.restore(self._keys)
            return []

    def _take(self, room: int) -> list[Entry]:
        may_take_last_chance = not self._in_flight.holds_last_chance(self._keys.queue)
        return self._streams.take(self._keys, room, may_take_last_chance=may_take_last_chance)

    def _wait(self, room: int) -> list[Entry]:
        entries = self._streams.wait(self._keys, round(self._timeout_seconds * 1000))
        if len(entries) > room:  # the server gives one of each lane
            self._streams.release(self._keys, entries[room:])
        return entries[:room]

    def _reconcile(self) -> list[Entry]:
        """Find what the server gave us in an answer that never arrived: while we live, nobody else will get it."""
        held = self._in_flight.handles(self._keys.queue)
        unknown = [entry for entry in self._streams.own_pending(self._keys) if entry.handle not in held]
        found = []
        for entry in unknown:
            if self._streams.load(entry):
                found.append(entry)
            else:
                log.error("entry %s of %s was deleted before it was processed", entry.id, entry.lane)
                self._streams.settle(entry, self._streams.consumer)
        if found:
            log.warning("%d messages of queue %r had been read but not received", len(found), self._keys.queue)
        return found

    # From entry to message

    def _message_of(self, entry: Entry) -> StreamMessage | None:
        try:
            message = Message.decode(entry.payload)
        except DecodeError as error:
            log.error("entry %s of %s cannot be decoded: %s", entry.id, entry.lane, error.error)  # noqa: TRY400
            self._bury(entry, Reason.UNDECODABLE, error.error, attempts=1)
            self._in_flight.remove(entry)
            return None
        if self._was_sent_back_to_wait(entry, message):
            return None
        if message.queue_name != self._keys.queue:
            message = message.copy(queue_name=self._keys.queue)
        return StreamMessage(message, entry)

    def _was_sent_back_to_wait(self, entry: Entry, message: Message[Any]) -> bool:
        """Move a message that names its own time (option `eta`) to the delayed set; never park it in this process.

        dramatiq forgets what it parked when the connection breaks, while our lease would keep it from everybody else.
        """
        eta = message.options.get("eta")
        if not isinstance(eta, int | float):
            return False  # the worker warns of it and runs the message
        del message.options["eta"]
        delay_ms = round(eta - time.time() * 1000) if math.isfinite(eta) else 0
        if delay_ms <= 0:
            return False
        self._streams.settle(entry, self._streams.consumer, [publication_of(message, self._keys, delay_ms=delay_ms)])
        self._in_flight.remove(entry)
        return True

    # Finishing

    def _bury(
        self,
        entry: Entry,
        reason: Reason,
        error: BaseException | None,
        *,
        attempts: int,
        proxy: StreamMessage | None = None,
    ) -> bool:
        letter = obituary(
            priority=entry.priority,
            entry_id=entry.id,
            reason=reason,
            error=error,
            worker=self._streams.consumer,
            attempts=attempts,
            starts=entry.deliveries,
        )
        publications = staged_with(proxy) if proxy is not None else []
        return self._streams.settle(entry, self._streams.consumer, publications, dead_letter=letter)

    def _runs_again(self, message: StreamMessage) -> bool:
        """Give back a message whose middleware was interrupted: what it hands over is not known in full."""
        if not was_interrupted(message):
            return False
        log.warning("message %s was interrupted while it was handed over; it runs again", message.message_id)
        self._hand_back([message.entry])
        return True

    def _finished(self, message: StreamMessage, *, settled: bool) -> None:
        self._in_flight.remove(message.entry)
        if not settled:
            log.warning(
                "late: message %s (entry %s of %s) is no longer ours; nothing was written",
                message.message_id,
                message.entry.id,
                message.entry.lane,
            )

    def _hand_back(self, entries: Sequence[Entry]) -> None:
        if not entries:
            return
        with as_connection_errors():
            self._streams.release(self._keys, entries)
        for entry in entries:
            self._in_flight.remove(entry)


def _ours(message: MessageProxy) -> StreamMessage:
    if not isinstance(message, StreamMessage):
        raise TypeError(f"not a message of this broker: {message!r}")
    return message
