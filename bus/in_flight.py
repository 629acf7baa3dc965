"""What this process holds: taken from the server and neither settled nor handed back.

It belongs to the process and not to a consumer object, because after a reconnect the worker acknowledges at a new
consumer what the old one read. An entry is held until its actor has ended; from then on it takes no place in the
prefetch any more, and is known as ours until the server has heard of its end.
"""

from collections.abc import Iterable, Sequence
from threading import Condition, Lock

from bus.entry import Entry

Handle = tuple[str, str]


class _Queue:
    """The entries of one queue. `wanted` is how few entries the one who waits for room wants to see held, else -1."""

    __slots__ = ("changed", "ended", "held", "wanted")

    def __init__(self) -> None:
        self.held: dict[Handle, Entry] = {}
        self.ended: dict[Handle, Entry] = {}
        self.changed = Condition(Lock())
        self.wanted = -1


class InFlight:
    """Entries by queue; safe to use from any thread.

    Every message passes here twice, so there is no lock on that way: a dictionary takes and gives one entry at a time,
    and whoever takes one out looks afterwards whether somebody waits for room. Who waits says so before he looks.
    """

    def __init__(self) -> None:
        self._queues: dict[str, _Queue] = {}
        self._making = Lock()

    def add(self, queue: str, entries: Iterable[Entry]) -> None:
        """Remember entries until they are removed."""
        self._of(queue).held.update((entry.handle, entry) for entry in entries)

    def end(self, entry: Entry) -> None:
        """The entry takes no place any more; it is ours until it is removed."""
        books = self._of(entry.keys.queue)
        books.ended[entry.handle] = entry  # first, so that it is in one of the two at every moment
        self._give_place(books, entry)

    def remove(self, entry: Entry) -> None:
        """Forget an entry. Unknown entries are fine."""
        books = self._of(entry.keys.queue)
        self._give_place(books, entry)
        books.ended.pop(entry.handle, None)

    def remove_ended(self, entries: Sequence[Entry]) -> None:
        """Forget entries that were ended before."""
        for entry in entries:
            self._of(entry.keys.queue).ended.pop(entry.handle, None)

    def count(self, queue: str) -> int:
        """How many entries of a queue this process holds."""
        return len(self._of(queue).held)

    def held(self, queue: str) -> list[Handle]:
        """Lane and id of each of these, the oldest first."""
        return list(self._of(queue).held)

    def is_quiet(self, queue: str) -> bool:
        """True when the server counts nothing of a queue as ours, as far as we know."""
        books = self._of(queue)
        return not books.held and not books.ended

    def handles(self, queue: str) -> frozenset[Handle]:
        """Lane and id of everything of a queue that the server may count as ours."""
        books = self._of(queue)
        # What is ended meanwhile is in the second when it is no longer in the first.
        held = list(books.held)
        return frozenset(held).union(list(books.ended))

    def holds_last_chance(self, queue: str) -> bool:
        """True when something held would be buried by its next crash."""
        return any(entry.is_last_chance for entry in list(self._of(queue).held.values()))

    def wait_for_room(self, queue: str, at_most: int, timeout_seconds: float) -> bool:
        """Wait until at most so many entries are held; False when the time is over first.

        One thread waits for a queue at a time: the one that reads it.
        """
        books = self._of(queue)
        if len(books.held) <= at_most:
            return True
        with books.changed:
            books.wanted = at_most
            try:
                return books.changed.wait_for(lambda: len(books.held) <= at_most, timeout_seconds)
            finally:
                books.wanted = -1

    def _of(self, queue: str) -> _Queue:
        books = self._queues.get(queue)
        if books is None:
            with self._making:
                books = self._queues.setdefault(queue, _Queue())
        return books

    @staticmethod
    def _give_place(books: _Queue, entry: Entry) -> None:
        books.held.pop(entry.handle, None)
        if len(books.held) <= books.wanted:
            with books.changed:
                books.changed.notify_all()
