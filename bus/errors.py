"""What the bus raises, beside dramatiq's own errors.

    DramatiqError
    `- BusError
       |- QueueFull           the queue holds as much as it may; come back later
       |- DeadLetterNotFound  the dead letter is gone
       |- MessageNotFound     the message is finished or never was
       |- MessageInFlight     a consumer holds the message that was to be taken out
       |- UnsafeServer        the server's settings can lose messages, and the broker was told to refuse that
       `- MessageCrashed      a message ended its process too often (found on a buried message, not raised)

Whatever goes wrong between the bus and the server becomes dramatiq's `ConnectionClosed` (`ConnectionFailed` when a
consumer is opened), with the server's error as its cause: the worker retries an acknowledgement only for those, and
whatever it gave up on would be run again.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from dramatiq.errors import BrokerConnectionError, ConnectionClosed, ConnectionFailed, DramatiqError
from redis.exceptions import RedisClusterException, RedisError, ResponseError

SERVER_ERRORS = (RedisError, RedisClusterException)
"""What redis-py raises: lost connections and time-outs, read-only replicas, loading, full memory, moved slots."""


class BusError(DramatiqError):
    """Root of the errors of the bus. `code` is stable."""

    code = "bus_error"
    retryable = False

    def __init__(self, message: str) -> None:
        super().__init__(message)  # type: ignore[no-untyped-call]


class QueueFull(BusError):
    """The queue holds as much unfinished work as it may."""

    code = "queue_full"
    retryable = True

    def __init__(self, *, queue: str, depth: int, limit: int, retry_after_seconds: float) -> None:
        super().__init__(f"queue {queue!r} holds {depth} unfinished messages, the limit is {limit}")
        self.queue, self.depth, self.limit, self.retry_after_seconds = queue, depth, limit, retry_after_seconds


class DeadLetterNotFound(BusError):
    """There is no dead letter with this id: replayed, discarded or expired."""

    code = "dead_letter_not_found"

    def __init__(self, *, queue: str, letter_id: str) -> None:
        super().__init__(f"queue {queue!r} has no dead letter {letter_id!r}")
        self.queue, self.letter_id = queue, letter_id


class MessageNotFound(BusError):
    """There is no unfinished message with this handle."""

    code = "message_not_found"

    def __init__(self, *, queue: str, handle: str) -> None:
        super().__init__(f"queue {queue!r} has no unfinished message {handle!r}")
        self.queue, self.handle = queue, handle


class MessageInFlight(BusError):
    """A consumer holds the message, and may be working on it."""

    code = "message_in_flight"

    def __init__(self, *, queue: str, handle: str) -> None:
        super().__init__(f"message {handle!r} of queue {queue!r} is held by a consumer; cancel it instead")
        self.queue, self.handle = queue, handle


class MessageCrashed(BusError):
    """The processes that worked on this message ended without finishing it."""

    code = "message_crashed"

    def __init__(self, *, starts: int) -> None:
        super().__init__(f"{starts} processes ended while they held this message")
        self.starts = starts


class UnsafeServer(BusError):
    """The settings of the server can lose messages. No connection error: trying again does not help."""

    code = "unsafe_server"

    def __init__(self, *, faults: Sequence[str]) -> None:
        super().__init__(f"the server may lose messages: {'; '.join(faults)}")
        self.faults = list(faults)


@contextmanager
def as_connection_errors(kind: type[BrokerConnectionError] = ConnectionClosed) -> Iterator[None]:
    """Turn every error of the server or of the way to it into dramatiq's connection error."""
    try:
        yield
    except SERVER_ERRORS as error:
        raise connection_error(error, kind) from error


def connection_error(
    error: BaseException, kind: type[BrokerConnectionError] = ConnectionClosed
) -> BrokerConnectionError:
    """Make dramatiq's connection error with the text of the server's error."""
    text = f"{type(error).__name__}: {error}"
    return kind(text)


def lost_its_group(error: ResponseError) -> bool:
    """True when stream or group vanished under a reader: FLUSHALL, a deleted key, a server that came back empty."""
    text = str(error)
    return "NOGROUP" in text or text.startswith("UNBLOCKED")


__all__ = [
    "SERVER_ERRORS",
    "BusError",
    "ConnectionClosed",
    "ConnectionFailed",
    "DeadLetterNotFound",
    "MessageCrashed",
    "MessageInFlight",
    "MessageNotFound",
    "QueueFull",
    "UnsafeServer",
    "as_connection_errors",
    "connection_error",
    "lost_its_group",
]
