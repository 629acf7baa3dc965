"""One queue as one consumer thread of a worker reads it.

reader (busy: take; idle: wait) -> in flight -> buffer -> worker
ack    gathered and written with others; what hands something over: one script at once, that and the acknowledgement
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

from bus.cancellation import Cancelled, NotStarted
from bus.dead_letters import Reason, obituary, reason_for
from bus.entry import Claim, Entry, Publication, StreamMessage
from bus.errors import SERVER_ERRORS, as_connection_errors, connection_error
from bus.handover import staged_with, was_interrupted
from bus.keys import QueueKeys
from bus.publishing import claim_to_free, publication_of
from bus.session import Session

log = logging.getLogger(__name__)


class StreamsConsumer(Consumer):
    """Reads one queue; `ack` and `nack` may be called from any thread.

    Args:
        prefetch: Unacknowledged messages this process may hold of the queue, but see `bus.pace`.
        timeout_ms: How long `__next__` may wait.
    """

    def __init__(self, session: Session, keys: QueueKeys, *, prefetch: int, timeout_ms: int) -> None:
        self._session = session
        self._streams = session.streams
        self._in_flight = session.in_flight
        self._keys = keys
        self._prefetch = prefetch
        self._timeout_seconds = max(0.001, timeout_ms / 1000)
        self._buffer: deque[Entry] = deque()
        self._is_closed = False
        self._reader = session.subscribe(keys)

    def __next__(self) -> MessageProxy | None:
        """The next message, or None when none came in time.

        Raises:
            ConnectionClosed: The server does not answer as it should; the worker makes a new consumer.
        """
        try:
            if not self._buffer:
                self._buffer.extend(self._reader.read(self._prefetch, self._timeout_seconds))
            while self._buffer:
                message = self._message_of(self._buffer[0])
                self._buffer.popleft()
                if message is not None:
                    return message
        except SERVER_ERRORS as error:
            raise connection_error(error) from error
        return None

    def ack(self, message: MessageProxy) -> None:
        """Finish a message, together with what it hands over.

        What hands nothing over is written with others, within about `ack_flush_seconds`, and again until it is written.

        Raises:
            ConnectionClosed: It could not be written; nothing was. The worker calls again with the same stage.
        """
        proxy = _ours(message)
        if self._runs_again(proxy):
            return
        publications, claim = staged_with(proxy), claim_to_free(proxy)
        if not publications and claim is None and self._session.options.ack_flush_seconds:
            self._in_flight.end(proxy.entry)
            self._session.acknowledgements.add(proxy.entry)
            return
        with as_connection_errors():
            settled = self._streams.settle(proxy.entry, self._streams.consumer, publications, claim=claim)
        self._finished(proxy, settled=settled)

    def nack(self, message: MessageProxy) -> None:
        """Move a message to the dead letters, together with what it hands over; one that was cancelled just ends.

        Raises:
            ConnectionClosed: It could not be written; nothing was. The worker calls again with the same stage.
        """
        proxy = _ours(message)
        if self._runs_again(proxy):
            return
        with as_connection_errors():
            settled = self._reject(proxy)
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

    # From entry to message

    def _message_of(self, entry: Entry) -> StreamMessage | None:
        try:
            message = entry.message()
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

    def _reject(self, message: StreamMessage) -> bool:
        entry, publications, claim = message.entry, staged_with(message), claim_to_free(message)
        if isinstance(message.exception, Cancelled | NotStarted):
            return self._streams.settle(entry, self._streams.consumer, publications, claim=claim)
        return self._bury(
            entry,
            reason_for(message),
            message.exception,
            attempts=message.attempt,
            publications=publications,
            claim=claim,
        )

    def _bury(
        self,
        entry: Entry,
        reason: Reason,
        error: BaseException | None,
        *,
        attempts: int,
        publications: Sequence[Publication] = (),
        claim: Claim | None = None,
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
        return self._streams.settle(entry, self._streams.consumer, publications, dead_letter=letter, claim=claim)

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
