"""Dead letters: messages that will not be tried again by themselves, kept with what is known about why."""

import contextlib
import dataclasses
import itertools
import re
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import uuid4

from dramatiq.errors import ActorNotFound, DecodeError
from dramatiq.message import Message

from bus import scripts
from bus.entry import RAN_BEFORE, StreamMessage
from bus.errors import DeadLetterNotFound
from bus.handover import HandoverFailed
from bus.keys import DEFAULT_PRIORITY, PRIORITIES, QueueKeys
from bus.packing import ENQUEUE_ID, encoded, pack, unpack
from bus.scripts import Value

_LETTER_ID = re.compile(r"\d{1,20}-\d{1,20}")

ERROR_LENGTH = 2_000
TRACEBACK_LENGTH = 8_000
PAGE = 200


class Reason(StrEnum):
    """Why a message is dead."""

    FAILED = "failed"
    CRASHED = "crashed"
    UNDECODABLE = "undecodable"
    UNKNOWN_ACTOR = "unknown_actor"
    HANDOVER_FAILED = "handover_failed"


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One dead letter.

    Attributes:
        id: Names it for replay and discard; letters are ordered by it.
        message: What was sent; None when the payload cannot be decoded.
        payload: The message as its encoder writes it.
        error: Type and text of the last error.
        worker: The consumer that held it last; empty when unknown.
        attempts: From 1; retries count, crashes do not.
        starts: How often a process started this delivery; above 1 means that processes ended while they held it.
        first_sent_at: When the message was first enqueued, by the sender's clock.
        failed_at: When it died, by the server's clock.
    """

    id: str
    queue: str
    priority: int
    message: Message[Any] | None
    payload: bytes
    reason: str
    error: str
    traceback: str
    worker: str
    attempts: int
    starts: int
    first_sent_at: datetime
    failed_at: datetime


def obituary(
    *,
    priority: int,
    entry_id: str,
    reason: Reason,
    error: BaseException | None,
    worker: str,
    attempts: int,
    starts: int,
) -> dict[str, Value]:
    """The fields a dead letter has beside those of its entry."""
    return {
        "reason": reason.value,
        "error": f"{type(error).__name__}: {error}"[:ERROR_LENGTH] if error else "",
        "traceback": "".join(traceback.format_exception(error))[-TRACEBACK_LENGTH:] if error else "",
        "worker": worker,
        "attempts": attempts,
        "starts": starts,
        "priority": priority,
        "entry_id": entry_id,
    }


def reason_for(message: StreamMessage) -> Reason:
    """Why a rejected message is dead, from the error it carries."""
    if isinstance(message.exception, ActorNotFound):
        return Reason.UNKNOWN_ACTOR
    if isinstance(message.exception, HandoverFailed):
        return Reason.HANDOVER_FAILED
    return Reason.FAILED


Matching = Callable[[DeadLetter], bool]


class DeadLetters:
    """The dead letters on the server. Errors are redis-py's; the broker translates them."""

    def __init__(self, commands: Any) -> None:
        self._commands = commands

    def page(self, keys: QueueKeys, *, count: int, cursor: str | None) -> list[DeadLetter]:
        """Up to `count` letters, the newest first, that died before the letter `cursor`."""
        end = f"({cursor}" if cursor else "+"
        rows = self._commands.execute_command("XREVRANGE", keys.dead_letters, end, "-", "COUNT", count)
        return [_letter(keys, row) for row in rows]

    def replay(self, keys: QueueKeys, letter_id: str) -> DeadLetter:
        """Put a letter back on its lane as a first attempt, in one step.

        Raises:
            DeadLetterNotFound: It is gone.
        """
        letter = self.read(keys, letter_id)
        args: list[Value] = [letter_id, *(part for field in _fresh(letter).items() for part in field)]
        if not scripts.run(self._commands, "replay", [keys.dead_letters, keys.lane(letter.priority)], args):
            raise DeadLetterNotFound(queue=keys.queue, letter_id=letter_id)
        return letter

    def discard(self, keys: QueueKeys, letter_id: str) -> None:
        """Forget a letter.

        Raises:
            DeadLetterNotFound: It is gone already.
        """
        _require_letter_id(keys, letter_id)
        if not self._commands.execute_command("XDEL", keys.dead_letters, letter_id):
            raise DeadLetterNotFound(queue=keys.queue, letter_id=letter_id)

    def replay_many(self, keys: QueueKeys, matching: Matching | None, *, limit: int) -> int:
        """Put letters back, the oldest first; return how many. What somebody else takes meanwhile is left out."""
        replayed = 0
        for letter in self._oldest_first(keys):
            if replayed >= limit:
                break
            if matching is None or matching(letter):
                with contextlib.suppress(DeadLetterNotFound):
                    self.replay(keys, letter.id)
                    replayed += 1
        return replayed

    def find(self, keys: QueueKeys, matching: Matching | None, *, limit: int) -> list[DeadLetter]:
        """Up to `limit` letters that match, the oldest first."""
        found = (letter for letter in self._oldest_first(keys) if matching is None or matching(letter))
        return list(itertools.islice(found, limit))

    def purge(self, keys: QueueKeys, matching: Matching | None) -> int:
        """Forget all letters of a queue, or those that match; return how many."""
        if matching is None:
            return int(self._commands.execute_command("XTRIM", keys.dead_letters, "MAXLEN", 0))
        doomed = [letter.id for letter in self._oldest_first(keys) if matching(letter)]
        pages = (doomed[start : start + PAGE] for start in range(0, len(doomed), PAGE))
        return sum(self._commands.execute_command("XDEL", keys.dead_letters, *page) for page in pages)

    def export(self, keys: QueueKeys) -> Iterator[tuple[str, dict[bytes, bytes]]]:
        """Every letter as it is written, with its id, the oldest first."""
        start = "-"
        while rows := self._commands.execute_command("XRANGE", keys.dead_letters, start, "+", "COUNT", PAGE):
            for letter_id, fields in rows:
                start = f"({_text(letter_id)}"
                yield _text(letter_id), {_bytes(name): _bytes(value) for name, value in fields.items()}

    def bring_back(self, keys: QueueKeys, letters: Iterable[tuple[str, Mapping[bytes, bytes]]]) -> int:
        """Write exported letters under their ids into a queue that has none; returns how many."""
        written = 0
        if not self._commands.execute_command("XLEN", keys.dead_letters):
            self._commands.execute_command("DEL", keys.dead_letters)  # an emptied stream remembers later ids
        for letter_id, fields in letters:
            pairs = [part for pair in fields.items() for part in pair]
            self._commands.execute_command("XADD", keys.dead_letters, letter_id, *pairs)
            written += 1
        return written

    def _oldest_first(self, keys: QueueKeys) -> Iterator[DeadLetter]:
        start, last = "-", None
        while True:
            rows = self._commands.execute_command("XRANGE", keys.dead_letters, start, "+", "COUNT", PAGE)
            yield from (last := _letter(keys, row) for row in rows)
            if len(rows) < PAGE or last is None:
                return
            start = f"({last.id}"

    def read(self, keys: QueueKeys, letter_id: str) -> DeadLetter:
        """One letter.

        Raises:
            DeadLetterNotFound: It is gone.
        """
        _require_letter_id(keys, letter_id)
        rows = self._commands.execute_command("XRANGE", keys.dead_letters, letter_id, letter_id)
        if not rows:
            raise DeadLetterNotFound(queue=keys.queue, letter_id=letter_id)
        return _letter(keys, rows[0])


def _require_letter_id(keys: QueueKeys, letter_id: str) -> None:
    """An id the server could not even parse belongs to no letter."""
    if not _LETTER_ID.fullmatch(letter_id):
        raise DeadLetterNotFound(queue=keys.queue, letter_id=letter_id)


def _letter(keys: QueueKeys, row: Any) -> DeadLetter:
    letter_id, raw = row
    fields = {_text(name): value for name, value in raw.items()}
    written = {name.encode(): _bytes(value) for name, value in fields.items()}
    message = _decoded(written, keys.queue)
    failed_at_ms = int(fields["failed_at_ms"])
    priority = int(fields.get("priority", DEFAULT_PRIORITY))
    return DeadLetter(
        id=_text(letter_id),
        queue=keys.queue,
        priority=priority if priority in PRIORITIES else DEFAULT_PRIORITY,
        message=message,
        payload=encoded(written, message),
        reason=_text(fields.get("reason", "")),
        error=_text(fields.get("error", "")),
        traceback=_text(fields.get("traceback", "")),
        worker=_text(fields.get("worker", "")),
        attempts=int(fields.get("attempts", 1)),
        starts=int(fields.get("starts", 1)),
        first_sent_at=_moment(message.message_timestamp if message else failed_at_ms),
        failed_at=_moment(failed_at_ms),
    )


def _fresh(letter: DeadLetter) -> dict[str, bytes]:
    """The fields without the memory of earlier attempts; its age starts anew, its message id stays."""
    if letter.message is None:
        return {"data": letter.payload}
    options = {name: value for name, value in letter.message.options.items() if name not in RAN_BEFORE}
    options[ENQUEUE_ID] = uuid4().hex
    # Not copy(): that would merge the old options in again.
    fresh = dataclasses.replace(letter.message, options=options, message_timestamp=round(time.time() * 1000))
    return pack(fresh)


def _decoded(fields: Mapping[bytes, bytes], queue: str) -> Message[Any] | None:
    try:
        return unpack(fields, queue)
    except DecodeError:
        return None


def _moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def _bytes(value: str | bytes) -> bytes:
    return value.encode() if isinstance(value, str) else value


def _text(value: str | bytes) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else value
