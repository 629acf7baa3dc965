"""An entry of a stream, and the message made from it.

Stream id and lane travel with the message, because the worker may acknowledge it at another consumer object than the
one that read it.
"""

from dataclasses import dataclass
from uuid import NAMESPACE_OID, uuid5

from dramatiq.broker import MessageProxy
from dramatiq.message import Message

from bus.keys import DEFAULT_PRIORITY, PRIORITIES, QueueKeys
from bus.packing import ENQUEUE_ID, unpack

RAN_BEFORE = ("retries", "traceback", "requeue_timestamp")
"""Message options that tell of earlier attempts."""


class Entry:
    """One entry that this process holds.

    Attributes:
        lane: The stream it lies in.
        handle: Lane and id: what makes it unique on the server.
        deliveries: How many processes started it, as the server counts.
        counted: Whether this delivery is in that number already.
        started: Whether a worker thread began with it.
        is_last_chance: Whether one more crash buries it.
    """

    __slots__ = (
        *("counted", "deliveries", "fields", "handle", "id", "is_last_chance", "keys", "lane", "priority", "started"),
    )

    def __init__(
        self,
        keys: QueueKeys,
        priority: int,
        entry_id: str,
        fields: dict[bytes, bytes],
        deliveries: int,
        *,
        counted: bool,
    ) -> None:
        self.keys, self.priority, self.id, self.fields, self.deliveries = keys, priority, entry_id, fields, deliveries
        self.counted, self.started, self.is_last_chance = counted, False, False
        self.lane = keys.lanes[priority - 1]
        self.handle = (self.lane, entry_id)

    def message(self) -> Message[object]:
        """What was sent.

        Raises:
            DecodeError: A stranger wrote the entry, or it is damaged.
        """
        return unpack(self.fields, self.keys.queue)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a message holds so that no other with the same key is enqueued meanwhile.

    Attributes:
        key: Where the server keeps the id of the holder.
        holder: The id of the message.
        hold_ms: How long at most.
    """

    key: str
    holder: str
    hold_ms: int


@dataclass(slots=True)
class Publication:
    """A message on its way to the server.

    Attributes:
        fields: What is written for it.
        delay_ms: How long it has to wait before.
        enqueue_id: Names this enqueue; empty when nothing has to name it before it has an entry.
        once: A name under which it is written once, and not again for `once_ms`; None when it may be written again.
        claim: What it has to get to be written; None when there may be many like it.
    """

    keys: QueueKeys
    priority: int
    fields: dict[str, bytes]
    delay_ms: int = 0
    enqueue_id: str = ""
    once: str | None = None
    once_ms: int = 0
    claim: Claim | None = None

    @property
    def is_plain(self) -> bool:
        """True when it is written at once, whatever was written before."""
        return self.delay_ms <= 0 and self.once is None and self.claim is None


class Stage:
    """What is handed over when a message is finished, written together with its acknowledgement.

    Attributes:
        publications: What is handed over, in order.
        error: What kept something from being put here.
        is_followed_by_itself: True when the message is among what is handed over: it is retried.
        is_complete: True when all middleware has run; a stage that was interrupted half-way must not be written.
    """

    __slots__ = ("_message", "_succeeded", "error", "is_complete", "is_followed_by_itself", "publications")

    def __init__(self, message: "StreamMessage", *, succeeded: bool) -> None:
        self._message, self._succeeded = message, succeeded
        self.publications: list[Publication] = []
        self.error: BaseException | None = None
        self.is_complete = False
        self.is_followed_by_itself = False

    def add(self, message: Message[object], publication: Publication) -> None:
        """Hand a message over."""
        self.publications.append(publication)
        self.is_followed_by_itself |= message.message_id == self._message.message.message_id

    def id_of_next(self, message: Message[object]) -> str:
        """The enqueue id of a message that joins: the same when the source runs again and does the same again.

        What follows from a success never has the id of what followed from a failure: the source says which it was.
        """
        source = f"{self._message.enqueue_id}|{'done' if self._succeeded else 'failed'}"
        place = len(self.publications)
        return uuid5(NAMESPACE_OID, f"{source}|{message.queue_name}|{message.actor_name}|{place}").hex


class StreamMessage(MessageProxy):
    """A message that knows its entry and what is handed over with it."""

    def __init__(self, message: Message[object], entry: Entry) -> None:
        super().__init__(message)
        self.entry = entry
        self.stage: Stage | None = None
        self.attempt = int(message.options.get("retries") or 0) + 1

    @property
    def message(self) -> Message[object]:
        """The message itself."""
        return self._message

    @property
    def enqueue_id(self) -> str:
        """What all deliveries of its entry have in common, wherever they run."""
        return self._message.options.get(ENQUEUE_ID) or f"{self.entry.lane} {self.entry.id}"

    @property
    def exception(self) -> BaseException | None:
        """What went wrong with it, when something did."""
        return self._exception


def priority_of(message: Message[object] | MessageProxy) -> int:
    """The lane a message asks for with its option `priority`.

    Raises:
        ValueError: It is not 1, 2 or 3.
    """
    priority = message.options.get("priority", DEFAULT_PRIORITY)
    if priority not in PRIORITIES:
        raise ValueError(f"priority must be one of {PRIORITIES}, not {priority!r}")
    return int(priority)
