"""From what the server answers to what the bus works with."""

from collections.abc import Sequence
from typing import Any

from bus.entry import Entry
from bus.keys import PRIORITIES, QueueKeys


def entry_of(keys: QueueKeys, row: Sequence[Any]) -> Entry:
    """An entry from a row {lane index, entry id, deliveries, counted, fields} of a script."""
    index, entry_id, deliveries, counted, fields = row
    return Entry(keys, PRIORITIES[index - 1], text(entry_id), mapping(fields), deliveries, counted=bool(counted))


def woken_by(keys: QueueKeys, reply: Any) -> tuple[list[Entry], list[str]]:
    """The entries and the ids of the wake entries that a read of all streams of a queue brought."""
    entries: list[Entry] = []
    nudges: list[str] = []
    for stream, rows in reply or ():
        name = text(stream)
        if name == keys.wake:
            nudges += [text(entry_id) for entry_id, _ in rows]
        else:
            priority = PRIORITIES[keys.lanes.index(name)]
            entries += [
                Entry(keys, priority, text(entry_id), mapping(fields), 1, counted=True) for entry_id, fields in rows
            ]
    entries.sort(key=lambda entry: entry.priority)
    return entries, nudges


def mapping(fields: Sequence[bytes]) -> dict[bytes, bytes]:
    """Field/value pairs of an entry."""
    return dict(zip(fields[::2], fields[1::2], strict=True))


def text(value: str | bytes) -> str:
    """Names and ids, whether the client decodes or not."""
    return value.decode() if isinstance(value, bytes) else value
