"""What this process holds: taken from the server and neither acknowledged nor handed back.

It belongs to the process and not to a consumer object, because after a reconnect the worker acknowledges at a new
consumer what the old one read.
"""

from collections import defaultdict
from collections.abc import Iterable
from threading import Condition

from bus.entry import Entry

Handle = tuple[str, str]


class InFlight:
    """Entries by queue; safe to use from any thread."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._entries: dict[str, dict[Handle, Entry]] = defaultdict(dict)

    def add(self, entries: Iterable[Entry]) -> None:
        """Remember entries until they are removed."""
        with self._changed:
            for entry in entries:
                self._entries[entry.keys.queue][entry.handle] = entry

    def remove(self, entry: Entry) -> None:
        """Forget an entry, waking whoever waits for room. Unknown entries are fine."""
        with self._changed:
            self._entries[entry.keys.queue].pop(entry.handle, None)
            self._changed.notify_all()

    def count(self, queue: str) -> int:
        """How many entries of a queue this process holds."""
        with self._changed:
            return len(self._entries[queue])

    def handles(self, queue: str) -> frozenset[Handle]:
        """Lane and id of everything held of a queue."""
        with self._changed:
            return frozenset(self._entries[queue])

    def holds_last_chance(self, queue: str) -> bool:
        """True when something held would be buried by its next crash."""
        with self._changed:
            return any(entry.is_last_chance for entry in self._entries[queue].values())

    def wait_for_room(self, queue: str, limit: int, timeout_seconds: float) -> bool:
        """Wait until fewer than `limit` entries are held; False when the time is over first."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self._entries[queue]) < limit, timeout_seconds)
