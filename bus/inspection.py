"""Looking at single messages of a queue, and taking one out: for operators. Reading changes nothing.

A message is named by its handle: `p<priority>-<entry id>` in a lane, `d-<enqueue id>` while it waits for its time.
"""

import contextlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Literal

from dramatiq.errors import DecodeError
from dramatiq.message import Message
from redis.exceptions import ResponseError

from bus import scripts
from bus.entry import Claim
from bus.errors import MessageInFlight, MessageNotFound, lost_its_group
from bus.keys import ORPHANS, PRIORITIES, QueueKeys
from bus.packing import unpack
from bus.publishing import claim_of
from bus.replies import mapping, text

_IN_LANE = re.compile(r"p([1-3])-(\d{1,20}-\d{1,20})", re.ASCII)
_DELAYED = re.compile(r"d-([!-~]{1,200})", re.ASCII)


class MessageState(StrEnum):
    """Where a message is."""

    READY = "ready"
    IN_FLIGHT = "in_flight"
    DELAYED = "delayed"


@dataclass(frozen=True, slots=True)
class QueuedMessage:
    """One unfinished message of a queue.

    Attributes:
        handle: Names it for `remove_message` and `hasten_message`.
        message: What was sent; None when it cannot be decoded.
        consumer: Who holds it; empty unless it is in flight.
        deliveries: How often it was given to a consumer.
        enqueued_at: When it came to its lane; for a delayed one, when it will be due.
    """

    handle: str
    queue: str
    priority: int
    state: MessageState
    message: Message[Any] | None
    consumer: str
    deliveries: int
    enqueued_at: datetime


class Inspection:
    """The messages on the server. Errors are redis-py's; the broker translates them."""

    def __init__(self, commands: Any) -> None:
        self._commands = commands

    def in_lanes(self, keys: QueueKeys, *, count: int, after: str | None) -> list[QueuedMessage]:
        """Up to `count` messages that are ready or in flight, by lane and age, behind the one called `after`."""
        first, start = _lane_of(keys, after) if after else (PRIORITIES[0], "-")
        found: list[QueuedMessage] = []
        for priority in range(first, PRIORITIES[-1] + 1):
            if len(found) < count:
                from_id = start if priority == first else "-"
                found += self._lane(keys, priority, start=from_id, count=count - len(found))
        return found

    def delayed(self, keys: QueueKeys, *, count: int, skip: int) -> list[QueuedMessage]:
        """Up to `count` messages that wait for their time, the next due first, without the first `skip`."""
        rows = scripts.run(self._commands, "delayed", [keys.retry, keys.retry_bodies], [skip, count])
        return [_delayed(keys, row) for row in rows]

    def take_out(self, keys: QueueKeys, handle: str, way: Literal["drop", "hasten"]) -> Claim | None:
        """Drop a message, or let a delayed one be due now; returns what a dropped one held.

        Raises:
            MessageNotFound: It is finished, or never was.
            MessageInFlight: A consumer holds it.
        """
        lane, name = _place(keys, handle)
        if way == "hasten" and lane:
            raise MessageNotFound(queue=keys.queue, handle=handle)
        args: list[scripts.Value] = [keys.group, ORPHANS, way, lane, name]
        outcome, *rest = scripts.run(self._commands, "remove", [keys.retry, keys.retry_bodies, *keys.lanes], args)
        if outcome == 0:
            raise MessageNotFound(queue=keys.queue, handle=handle)
        if outcome < 0:
            raise MessageInFlight(queue=keys.queue, handle=handle)
        message = _decoded(mapping(rest[0]), keys.queue)
        if way == "hasten" or message is None or "unique_key" not in message.options:
            return None
        with contextlib.suppress(ValueError):  # a stranger wrote it, and holds nothing
            return claim_of(message, keys)
        return None

    def _lane(self, keys: QueueKeys, priority: int, *, start: str, count: int) -> list[QueuedMessage]:
        lane = keys.lane(priority)
        rows = self._commands.execute_command("XRANGE", lane, start, "+", "COUNT", count)
        held = self._held(keys, lane, text(rows[0][0]), text(rows[-1][0]), len(rows)) if rows else {}
        return [_in_lane(keys, priority, row, held) for row in rows]

    def _held(self, keys: QueueKeys, lane: str, first: str, last: str, count: int) -> dict[str, tuple[str, int]]:
        """Entry id -> (consumer, deliveries) of what was given to somebody."""
        try:
            rows = self._commands.execute_command(
                *("XPENDING", lane, keys.group, first, last, count), parse_detail=True
            )
        except ResponseError as error:
            if lost_its_group(error):
                return {}  # nobody has ever read here
            raise
        return {text(row["message_id"]): (text(row["consumer"]), int(row["times_delivered"])) for row in rows}


def _lane_of(keys: QueueKeys, after: str) -> tuple[int, str]:
    match = _IN_LANE.fullmatch(after)
    if match is None:
        raise MessageNotFound(queue=keys.queue, handle=after)
    return int(match[1]), f"({match[2]}"


def _place(keys: QueueKeys, handle: str) -> tuple[int, str]:
    """(lane, entry id), or (0, enqueue id) of a delayed one."""
    if match := _IN_LANE.fullmatch(handle):
        return int(match[1]), match[2]
    if match := _DELAYED.fullmatch(handle):
        return 0, match[1]
    raise MessageNotFound(queue=keys.queue, handle=handle)


def _in_lane(keys: QueueKeys, priority: int, row: Any, held: Mapping[str, tuple[str, int]]) -> QueuedMessage:
    entry_id = text(row[0])
    consumer, deliveries = held.get(entry_id, ("", 0))
    is_free = consumer in ("", ORPHANS)
    return QueuedMessage(
        handle=f"p{priority}-{entry_id}",
        queue=keys.queue,
        priority=priority,
        state=MessageState.READY if is_free else MessageState.IN_FLIGHT,
        message=_decoded(_bytes_of(row[1]), keys.queue),
        consumer="" if is_free else consumer,
        deliveries=deliveries,
        enqueued_at=_moment(int(entry_id.partition("-")[0])),
    )


def _delayed(keys: QueueKeys, row: Any) -> QueuedMessage:
    enqueue_id, due_ms, lane, fields = row
    return QueuedMessage(
        handle=f"d-{text(enqueue_id)}",
        queue=keys.queue,
        priority=int(lane),
        state=MessageState.DELAYED,
        message=_decoded(mapping(fields), keys.queue),
        consumer="",
        deliveries=0,
        enqueued_at=_moment(int(due_ms)),
    )


def _bytes_of(fields: Mapping[Any, Any]) -> dict[bytes, bytes]:
    return {_as_bytes(name): _as_bytes(value) for name, value in fields.items()}


def _as_bytes(value: str | bytes) -> bytes:
    return value.encode() if isinstance(value, str) else value


def _decoded(fields: Mapping[bytes, bytes], queue: str) -> Message[Any] | None:
    try:
        return unpack(fields, queue)
    except DecodeError:
        return None


def _moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)
