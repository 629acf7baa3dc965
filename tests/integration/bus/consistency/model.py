"""What a queue of the bus is, in plain Python: the truth the real one is compared with."""

import itertools
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

MAX_RETRIES = 1

FIRST_DELIVERY_COUNTS = True
"""Whether the first process that takes a message is counted as one that started it, even when it never came to that."""


@dataclass(slots=True, eq=False)
class Item:
    """A message. `position` says when it came to its lane; `starts` how many processes have begun with it."""

    label: str
    priority: int
    has_successor: bool = False
    attempt: int = 1
    position: int = 0
    starts: int = 0
    is_new: bool = True
    is_counted: bool = False
    is_last_chance: bool = False
    is_started: bool = False
    outcome: str | None = None
    is_lost: bool = False
    is_elsewhere: bool = False

    def afresh(self, *, attempt: int) -> "Item":
        """The same message as it is sent again."""
        return Item(self.label, self.priority, self.has_successor, attempt)


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter, as far as it can be foretold."""

    label: str
    priority: int
    reason: str
    starts: int
    attempts: int
    item: Item = field(compare=False)


@dataclass(slots=True, eq=False)
class Holder:
    """A process that reads the queue: what it holds, and which of it the application has not asked for yet."""

    prefetch: int
    held: list[Item] = field(default_factory=list)
    buffer: deque[Item] = field(default_factory=deque)

    @property
    def delivered(self) -> list[Item]:
        """What the application has."""
        return [item for item in self.held if item not in self.buffer]


class Queue:
    """One queue: lanes, delayed messages, dead letters, and who holds what."""

    def __init__(self, *, max_crashes: int) -> None:
        self._max_crashes = max_crashes
        self._positions = itertools.count(1)
        self.ready: list[Item] = []
        self.delayed: list[Item] = []
        self.dead: list[Letter] = []
        self.holders: list[Holder] = []
        self.is_paused = False

    # Sending

    def add(self, item: Item, *, later: bool = False) -> None:
        if later:
            self.delayed.append(item)
        else:
            self._to_lane(item)

    def promote(self, item: Item) -> None:
        self.delayed.remove(item)
        self._to_lane(item)

    def _to_lane(self, item: Item) -> None:
        item.position = next(self._positions)
        self.ready.append(item)

    # Reading

    def open(self, prefetch: int) -> Holder:
        holder = Holder(prefetch)
        self.holders.append(holder)
        return holder

    def would_get(self, holder: Holder) -> bool:
        """Whether the next read of a process gives it something.

        One that was taken for dead reads nothing new before it has done with what it had: it might get the same again.
        """
        if holder.buffer or any(item.is_elsewhere for item in holder.held):
            return bool(holder.buffer)
        return next(self._on_offer(holder), None) is not None

    def take(self, holder: Holder) -> Item:
        """What the next read must give."""
        if not holder.buffer:
            while item := next(self._on_offer(holder), None):
                self._give(item, holder)
        return holder.buffer.popleft()

    def _on_offer(self, holder: Holder) -> Iterator[Item]:
        if self.is_paused or len(holder.held) >= holder.prefetch:
            return
        one_at_a_time = any(item.is_last_chance for item in holder.held)
        for item in sorted(self.ready, key=lambda item: (item.priority, item.position)):
            if not (one_at_a_time and self._is_on_last_chance(item)):
                yield item

    def _is_on_last_chance(self, item: Item) -> bool:
        return 0 < item.starts >= max(1, self._max_crashes - 1)

    def _give(self, item: Item, holder: Holder) -> None:
        item.is_last_chance = self._is_on_last_chance(item)
        if item.is_new and FIRST_DELIVERY_COUNTS:
            self._count(item)
        item.is_new = False
        self.ready.remove(item)
        holder.held.append(item)
        holder.buffer.append(item)

    def start(self, item: Item) -> None:
        item.is_started = True
        if not item.is_counted:
            self._count(item)

    def _count(self, item: Item) -> None:
        item.is_counted = True
        item.starts += 1

    # Finishing

    def settle(self, holder: Holder, item: Item) -> None:
        """Finish a message the way it was processed; one that was lost meanwhile changes nothing."""
        holder.held.remove(item)
        if item.is_lost:
            return
        if item.outcome == "done":
            if item.has_successor:
                self.add(Item(f"{item.label}+", item.priority))
        elif item.attempt > MAX_RETRIES:
            self._bury(item, "failed")
        else:
            self.add(item.afresh(attempt=item.attempt + 1), later=True)

    def give_back(self, holder: Holder, items: list[Item]) -> None:
        """Unstarted messages go back to their places."""
        for item in items:
            holder.held.remove(item)
            if item in holder.buffer:
                holder.buffer.remove(item)
            if item.is_counted:
                item.starts -= 1
            self._back_to_its_place(item)

    def close(self, holder: Holder) -> None:
        self.give_back(holder, list(holder.held))
        self.holders.remove(holder)

    def crash(self, holder: Holder) -> None:
        """What a dead process held runs elsewhere, but for what was started too often."""
        self.holders.remove(holder)
        for item in sorted(holder.held, key=lambda item: (item.priority, item.position)):
            self._crashed(item)

    def take_away(self, holder: Holder) -> None:
        """A living process was taken for dead: what it holds runs elsewhere too, and what it writes counts no more."""
        for item in sorted(holder.held, key=lambda item: (item.priority, item.position)):
            if not item.is_lost:
                copy = replace(item)
                item.is_lost = item.is_elsewhere = True
                self._crashed(copy)

    def _crashed(self, item: Item) -> None:
        if item.starts >= self._max_crashes and not item.is_lost:
            self._bury(item, "crashed")
        else:
            self._back_to_its_place(item)

    def _back_to_its_place(self, item: Item) -> None:
        if not item.is_lost:
            item.is_started = item.is_counted = item.is_last_chance = False
            item.outcome = None
            self.ready.append(item)

    # Dead letters

    def _bury(self, item: Item, reason: str) -> None:
        self.dead.append(Letter(item.label, item.priority, reason, item.starts, item.attempt, item))

    def replay(self, letter: Letter) -> None:
        self.dead.remove(letter)
        self.add(letter.item.afresh(attempt=1))

    def discard(self, letter: Letter) -> None:
        self.dead.remove(letter)

    # Losing

    def flush(self) -> None:
        """Everything but the dead letters is dropped; who holds something goes on in vain."""
        self.ready.clear()
        self.delayed.clear()
        for holder in self.holders:
            for item in holder.held:
                item.is_lost = True

    def wipe(self) -> None:
        """The server has lost its data."""
        self.flush()
        self.dead.clear()
        self.is_paused = False

    # Looking

    @property
    def counts(self) -> dict[str, int]:
        held = sum(not item.is_lost for holder in self.holders for item in holder.held)
        return {"ready": len(self.ready), "in_flight": held, "delayed": len(self.delayed), "dead": len(self.dead)}

    def letters(self) -> list[Letter]:
        """Dead letters, the newest first."""
        return [replace(letter) for letter in reversed(self.dead)]
