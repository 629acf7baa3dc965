"""From a message to what is written for it."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from dramatiq.message import Message

from bus.entry import ENQUEUE_ID, Publication, priority_of
from bus.keys import QueueKeys

EntryFields = Callable[[Message[Any]], Mapping[str, str]]
"""Gives the flat fields an entry carries beside `data` and `id`, for people and tools that look at the stream."""


def publication_of(
    message: Message[Any], keys: QueueKeys, *, delay_ms: int | None, entry_fields: EntryFields | None = None
) -> Publication:
    """What to write for a message: `data` (the encoded message), `id` (of this enqueue), and the entry fields.

    Raises:
        ValueError: The message asks for a priority that does not exist.
    """
    enqueue_id = message.options.get(ENQUEUE_ID) or uuid4().hex
    named = entry_fields(message) if entry_fields else {}
    fields = {name: value.encode() for name, value in named.items()}
    fields |= {"data": message.encode(), "id": enqueue_id.encode()}
    return Publication(keys, priority_of(message), fields, max(0, round(delay_ms or 0)), enqueue_id)
