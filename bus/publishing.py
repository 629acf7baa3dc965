"""From a message to what is written for it.

Message options of the bus, beside dramatiq's own:

    priority        1, 2 or 3: the lane; 1 is the most urgent, 2 the default
    enqueue_once    True: a message with this message id is written once, and not again for an hour
    unique_key      no other message with this key is enqueued while one holds it
    unique_until    `done` (default): held until the message is finished, retries included; `started`: until an actor
                    begins with it; `window`: for `unique_seconds`, whatever happens to the message
    unique_seconds  held so long at most, by the server's clock; an hour by default
"""

import contextlib
from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from dramatiq.broker import MessageProxy
from dramatiq.message import Message

from bus.entry import Claim, Publication, StreamMessage, priority_of
from bus.keys import DEFAULT_PRIORITY, QueueKeys
from bus.packing import ENQUEUE_ID, pack

ONCE_MS = 3_600_000
"""How long it is remembered that a message was written once. A hand-over whose acknowledgement failed comes again
within a lease and a beat while anybody reads its queue; a sender that heard no answer tries again by then, or never."""

HOUR_SECONDS = 3600
LONGEST_HOLD_SECONDS = 365 * 24 * HOUR_SECONDS
LONGEST_KEY = 512
UNTIL = ("done", "started", "window")

EntryFields = Callable[[Message[Any]], Mapping[str, str]]
"""Gives flat fields that an entry carries beside `data`, for people and tools that look at the stream."""


def publication_of(
    message: Message[Any], keys: QueueKeys, *, delay_ms: int | None, entry_fields: EntryFields | None = None
) -> Publication:
    """What to write for a message: its own fields, or `data` (the encoded message) with the entry fields.

    Raises:
        ValueError: An option of the message has a value that does not exist.
    """
    if entry_fields is None:
        fields = pack(message)
    else:
        fields = {name: value.encode() for name, value in entry_fields(message).items()} | {"data": message.encode()}
    options = message.options
    if not options and not delay_ms:
        return Publication(keys, DEFAULT_PRIORITY, fields)
    publication = Publication(
        keys, priority_of(message), fields, max(0, round(delay_ms or 0)), options.get(ENQUEUE_ID, "")
    )
    if not options.get("retries"):  # a retry follows from an enqueue that was let through
        if options.get("enqueue_once"):
            publication.once, publication.once_ms = keys.once(message.message_id), ONCE_MS
        publication.claim = claim_of(message, keys)
    if not publication.enqueue_id and not publication.is_plain:
        publication.enqueue_id = uuid4().hex
    return publication


def claim_of(message: Message[Any] | MessageProxy, keys: QueueKeys) -> Claim | None:
    """What a message with a `unique_key` holds; None for all others.

    Raises:
        ValueError: The key is no text of 1 to 512 characters, `unique_until` is unknown, or the time is not positive.
    """
    options = message.options
    key = options.get("unique_key")
    if key is None:
        return None
    if not isinstance(key, str) or not 1 <= len(key) <= LONGEST_KEY:
        raise ValueError(f"unique_key must be text of 1 to {LONGEST_KEY} characters, not {key!r:.100}")
    if is_held_until(message) not in UNTIL:
        raise ValueError(f"unique_until must be one of {UNTIL}, not {options['unique_until']!r}")
    seconds = options.get("unique_seconds", HOUR_SECONDS)
    if type(seconds) not in (int, float) or not 0 < seconds <= LONGEST_HOLD_SECONDS:
        raise ValueError(f"unique_seconds must be more than 0 and at most {LONGEST_HOLD_SECONDS}, not {seconds!r}")
    return Claim(keys.unique(key), message.message_id, max(1, round(seconds * 1000)))


def claim_to_free(message: StreamMessage) -> Claim | None:
    """What a message gives up when it is finished; nothing when it follows itself, as a retry."""
    if "unique_key" not in message.message.options or is_held_until(message) != "done":
        return None
    if message.stage is not None and message.stage.is_followed_by_itself:
        return None
    with contextlib.suppress(ValueError):  # a stranger wrote it, and holds nothing
        return claim_of(message, message.entry.keys)
    return None


def is_held_until(message: Message[Any] | MessageProxy) -> str:
    """When a unique message gives up its key."""
    return str(message.options.get("unique_until", "done"))
