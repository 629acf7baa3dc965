"""What the bus asks of the server, each as one call. Errors are redis-py's; callers translate them.

Every call that writes is either one command or one script, so it happens completely or not at all.
"""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from redis.exceptions import ResponseError

from bus import scripts
from bus.blocked_read import BlockedRead
from bus.connections import is_cluster
from bus.entry import Claim, Entry, Publication
from bus.keys import ORPHANS, PRIORITIES, UNDERTAKER, QueueKeys
from bus.link import Link
from bus.options import DAY_SECONDS, Options
from bus.publishing import ONCE_MS
from bus.replies import entry_of, text
from bus.scripts import Value

PUBLISH_BATCH = 500
"""Messages per script call: long enough to save round trips, short enough not to hold up the server."""

PAGE = 1000


@dataclass(frozen=True, slots=True)
class Taken:
    """What a take brought.

    Attributes:
        entries: What is ours now.
        due_seconds: Seconds until the next delayed message of the queue is due; None when there is none.
        is_left: True when something was left because we hold an entry on its last chance.
        is_paused: True when the queue is paused; then there are no entries.
        cancelled: Ids of the messages of the queue that are cancelled.
    """

    entries: list[Entry]
    due_seconds: float | None
    is_left: bool
    is_paused: bool
    cancelled: frozenset[str]


class Streams:
    """The server as one consumer of this process sees it.

    Args:
        client: Client for short commands.
        waiting: Client for reads that wait on the server.
        consumer: The name this process reads under.
    """

    def __init__(self, client: Any, waiting: Any, options: Options, consumer: str) -> None:
        self._client = client
        self._commands = client if is_cluster(client) else Link(client.connection_pool)
        self._waiting = waiting
        self._options = options
        self.consumer = consumer

    # Publishing and finishing

    def publish(self, publications: Sequence[Publication]) -> dict[str, str]:
        """Write messages to their lanes or, when they have to wait, to the delayed set.

        Args:
            publications: What to write; all that lie in one slot in one step (up to `PUBLISH_BATCH`).

        Returns:
            Enqueue ids of what was left out because another message holds its claim, each with the id of that message.
        """
        if len(publications) == 1 and publications[0].is_plain:
            self._commands.execute_command(*_addition(publications[0]))
            return {}
        left_out: dict[str, str] = {}
        for group in self._by_slot(publications):
            for batch in _batches(group, PUBLISH_BATCH):
                if all(each.is_plain for each in batch):
                    scripts.run(self._commands, "add", *_additions(batch))
                    continue
                keys, args = _operations(batch)
                _, *rows = scripts.run(self._commands, "settle", keys, ["", "", "", *args])
                for number, holder in zip(rows[::2], rows[1::2], strict=True):
                    left_out[batch[number - 1].enqueue_id] = text(holder)
        return left_out

    def free(self, claim: Claim) -> None:
        """Give a claim up, when its holder still has it."""
        scripts.run(self._commands, "settle", [claim.key], ["", "", "", "free", claim.holder])

    def acknowledge(self, entries: Sequence[Entry]) -> list[Entry]:
        """Finish entries that hand nothing over; return those that were not ours any more, which are left alone."""
        late = []
        for group in self._by_slot_of_entries(entries):
            lanes: dict[str, list[Entry]] = {}
            for entry in group:
                lanes.setdefault(entry.lane, []).append(entry)
            args: list[Value] = [self.consumer]
            for held in lanes.values():
                args += [held[0].keys.group, len(held), *(entry.id for entry in held)]
            rows = scripts.run(self._commands, "acknowledge", list(lanes), args)
            names = list(lanes)
            missed = {(names[index - 1], text(entry_id)) for index, entry_id in zip(rows[::2], rows[1::2], strict=True)}
            late += [entry for entry in group if entry.handle in missed]
        return late

    def settle(
        self,
        entry: Entry,
        owner: str,
        publications: Sequence[Publication] = (),
        *,
        dead_letter: dict[str, Value] | None = None,
        claim: Claim | None = None,
    ) -> bool:
        """Finish an entry and publish what follows from it, in one step.

        Args:
            entry: The entry to finish.
            owner: The consumer it has to be pending for.
            publications: What to publish with it.
            dead_letter: Fields of the dead letter that the entry becomes, beside its own; None for an acknowledgement.
            claim: What it gives up.

        Returns:
            False when the entry was not pending for this owner any more; then nothing was written.
        """
        publications = self._publish_other_slots(entry, publications)
        keys, args = _operations(publications)
        if claim is not None:
            keys.insert(0, claim.key)
            args = ["free", claim.holder, *args]
        if dead_letter is not None:
            keys.append(entry.keys.dead_letters)
            args += self._dead_operation(entry, dead_letter)
        settled, *_ = scripts.run(
            self._commands, "settle", [entry.lane, *keys], [entry.keys.group, owner, entry.id, *args]
        )
        return bool(settled)

    def _publish_other_slots(self, entry: Entry, publications: Sequence[Publication]) -> Sequence[Publication]:
        """On a cluster, publish first what lives in another slot; return the rest.

        When the acknowledgement fails afterwards, here or because this process dies, the message comes to this point
        again with the same enqueue ids, and what was written the first time is not written once more.
        """
        if not is_cluster(self._client):
            return publications
        elsewhere = [each for each in publications if each.keys.slot_tag != entry.keys.slot_tag]
        if elsewhere:
            self.publish([_written_once(each) for each in elsewhere])
        return [each for each in publications if each.keys.slot_tag == entry.keys.slot_tag]

    def _by_slot_of_entries(self, entries: Sequence[Entry]) -> Iterable[Sequence[Entry]]:
        if not is_cluster(self._client):
            return [entries]
        slots: dict[str, list[Entry]] = {}
        for each in entries:
            slots.setdefault(each.keys.slot_tag, []).append(each)
        return slots.values()

    def _by_slot(self, publications: Sequence[Publication]) -> Iterable[Sequence[Publication]]:
        if not is_cluster(self._client):
            return [publications]
        slots: dict[str, list[Publication]] = {}
        for each in publications:
            slots.setdefault(each.keys.slot_tag, []).append(each)
        return slots.values()

    def _dead_operation(self, entry: Entry, dead_letter: dict[str, Value]) -> list[Value]:
        fields: list[Value] = [part for pair in entry.fields.items() for part in pair]
        fields += [part for pair in dead_letter.items() for part in pair]
        return ["dead", self._options.dead_message_ttl_ms, self._options.max_dead_letters, len(fields), *fields]

    # Reading

    def ensure_groups(self, keys: QueueKeys) -> None:
        """Make the lanes and their consumer group where they are missing, reading from the very first entry."""
        for stream in (keys.wake, *keys.lanes):
            try:
                self._commands.execute_command("XGROUP", "CREATE", stream, keys.group, "0", "MKSTREAM")
            except ResponseError as error:
                if "BUSYGROUP" not in str(error):
                    raise

    def take(
        self,
        keys: QueueKeys,
        room: int,
        *,
        may_take_last_chance: bool,
        favoured: Sequence[int] = (),
        nudges: Sequence[str] = (),
    ) -> Taken:
        """Take up to `room` entries without waiting, most urgent lane first.

        Args:
            keys: The queue.
            room: How many at most.
            may_take_last_chance: Whether an entry may be among them whose next crash would bury it.
            favoured: Lanes, at most `room`, of each of which one entry comes first.
            nudges: Wake entries that are done with.
        """
        args: list[Value] = [
            keys.group,
            self.consumer,
            ORPHANS,
            min(room, PAGE),
            self._options.last_chance_at,
            self._options.max_crashes,
            int(may_take_last_chance),
            "".join(map(str, favoured)),
            *nudges,
        ]
        key_names = [keys.retry, keys.wake, keys.paused, keys.cancelled, *keys.lanes]
        due_ms, is_left, is_paused, cancelled, rows = scripts.run(self._commands, "take", key_names, args)
        entries = [entry_of(keys, row) for row in rows]
        entries = [entry if entry.counted else self._with_chance(entry) for entry in entries]
        cancelled_ids = frozenset(text(each) for each in cancelled)
        return Taken(entries, _seconds(due_ms), bool(is_left), bool(is_paused), cancelled_ids)

    def waiting_read(self, keys: QueueKeys) -> BlockedRead:
        """A read of everything new in a queue that can be left waiting."""
        return BlockedRead(self._waiting, self._client, keys, self.consumer, block_seconds=self._options.block_seconds)

    def own_pending(self, keys: QueueKeys) -> list[Entry]:
        """Everything the server counts as held by this process, without contents."""
        return [
            self._with_chance(
                Entry(keys, priority, text(row["message_id"]), {}, int(row["times_delivered"]), counted=True)
            )
            for priority in PRIORITIES
            for row in self._pending_rows(keys.lane(priority), keys.group)
        ]

    def _pending_rows(self, lane: str, group: str) -> Iterable[dict[str, Any]]:
        start = "-"
        while True:
            rows = self._client.execute_command(
                *("XPENDING", lane, group, start, "+", PAGE, self.consumer), parse_detail=True
            )
            yield from rows
            if len(rows) < PAGE:
                return
            start = f"({text(rows[-1]['message_id'])}"

    def _with_chance(self, entry: Entry) -> Entry:
        entry.is_last_chance = entry.deliveries >= self._options.last_chance_at
        return entry

    def load(self, entry: Entry) -> bool:
        """Read the contents of an entry; False when it is not in the stream any more."""
        rows = self._client.execute_command("XRANGE", entry.lane, entry.id, entry.id)
        if not rows:
            return False
        entry.fields = rows[0][1]
        return True

    def mark_started(self, entry: Entry) -> int:
        """Count the start of an entry that others held before; 0 when it is not ours any more."""
        args = [entry.keys.group, self.consumer, entry.id]
        return int(scripts.run(self._commands, "mark_started", [entry.lane], args))

    def release(self, keys: QueueKeys, entries: Sequence[Entry], *, nudges: Sequence[str] = ()) -> int:
        """Hand entries that were not started back to everybody, in their old order; return how many were ours.

        Args:
            keys: The queue.
            entries: What is handed back.
            nudges: Wake entries that came to us and that somebody else is to follow.
        """
        uncounted = [(entry, int(entry.counted and not entry.started)) for entry in entries]
        return self._give_to_all(keys, self.consumer, uncounted, nudges=nudges)

    def spare(self, entry: Entry) -> bool:
        """Give an entry that waits to be buried back to everybody, as if never started; False when it is gone."""
        return bool(self._give_to_all(entry.keys, UNDERTAKER, [(entry, entry.deliveries)]))

    def _give_to_all(
        self, keys: QueueKeys, owner: str, entries: Iterable[tuple[Entry, int]], *, nudges: Sequence[str] = ()
    ) -> int:
        """Each entry with how many of its starts do not count; returns how many were the owner's."""
        args: list[Value] = [keys.group, owner, ORPHANS, len(nudges), *nudges]
        for entry, starts in entries:
            args += [PRIORITIES.index(entry.priority) + 1, entry.id, starts]
        return int(scripts.run(self._commands, "release", [keys.wake, *keys.lanes], args))

    # Upkeep

    def beat(self, queues: Sequence[QueueKeys]) -> tuple[set[str], list[float | None]]:
        """Say that this process is alive and reads these queues, which share their `live`.

        Returns:
            The queues of which somebody has not been heard for a lease; and for each of `queues`, seconds until its
            next delayed message is due, or None.
        """
        first = queues[0]
        args: list[Value] = [self._options.lease_ms, self._options.gap_ms]
        args += [keys.member(self.consumer) for keys in queues]
        dead, due = scripts.run(
            self._commands, "beat", [first.live, first.resumed, *(keys.retry for keys in queues)], args
        )
        return {text(member).partition("/")[0] for member in dead}, [_seconds(each) for each in due]

    def leave(self, keys: QueueKeys) -> int:
        """Give up the lease on a queue; return in how many lanes something is still pending (then it stays)."""
        args = [keys.group, self.consumer, keys.member(self.consumer)]
        return int(scripts.run(self._commands, "leave", [keys.live, keys.wake, *keys.lanes], args))

    def promote(self, keys: QueueKeys, *, limit: int = 100) -> tuple[int, int, float | None]:
        """Move what is due to its lane: how many, how many had lost their body, seconds until the next is due."""
        key_names = [keys.retry, keys.retry_bodies, keys.wake, keys.cancelled, *keys.lanes]
        promoted, lost, next_ms = scripts.run(self._commands, "promote", key_names, [limit])
        return promoted, lost, _seconds(next_ms)

    def recover(self, keys: QueueKeys) -> tuple[int, list[tuple[Entry, str]], bool]:
        """Make what the dead held deliverable again.

        Returns:
            How many; the entries to bury, each with its last owner; and whether somebody has to look again soon.
        """
        args: list[Value] = [keys.group, self._options.lease_ms, self._options.gap_ms, self._options.max_crashes]
        args += [ORPHANS, UNDERTAKER, PAGE, keys.member("")]
        recovered, rows, again = scripts.run(
            self._commands, "recover", [keys.live, keys.resumed, keys.wake, *keys.lanes], args
        )
        doomed = [(entry_of(keys, [index, eid, n, 1, body]), text(owner)) for index, eid, n, owner, body in rows]
        return recovered, doomed, bool(again)

    def expire_dead_letters(self, keys: QueueKeys) -> None:
        """Drop dead letters older than their time to live, and consumers of whom nothing was heard for a day."""
        args = [self._options.dead_message_ttl_ms, DAY_SECONDS * 1000]
        scripts.run(self._commands, "expire", [keys.dead_letters, keys.live], args)

    # Looking and tidying

    @property
    def client(self) -> Any:
        """The redis-py client for short commands."""
        return self._client

    @property
    def is_spread(self) -> bool:
        """True on a cluster, where one queue may be out of reach and another not."""
        return is_cluster(self._client)

    def stats(self, keys: QueueKeys) -> list[Any]:
        """Counts in the order of stats.lua."""
        key_names = [keys.retry, keys.dead_letters, keys.live, keys.paused, *keys.lanes]
        args: list[Value] = [keys.group, ORPHANS, self._options.lease_ms, keys.member("")]
        return list(scripts.run(self._commands, "stats", key_names, args))

    def pause(self, keys: QueueKeys) -> None:
        """Let nobody take anything more."""
        scripts.run(self._commands, "mark", [keys.paused, keys.wake, keys.live], [keys.member(""), "pause"])

    def resume(self, keys: QueueKeys) -> bool:
        """Let everybody take again; False when the queue was not paused."""
        return bool(self._commands.execute_command("DEL", keys.paused))

    def cancel(self, keys: QueueKeys, message_id: str, *, forget_ms: int) -> None:
        """Let a message not be started, wherever it waits."""
        args: list[Value] = [keys.member(""), "cancel", message_id, forget_ms]
        scripts.run(self._commands, "mark", [keys.cancelled, keys.wake, keys.live], args)

    def cancelled(self, keys: QueueKeys) -> frozenset[str]:
        """Ids of the cancelled messages of a queue."""
        return frozenset(text(each) for each in self._commands.execute_command("ZRANGE", keys.cancelled, 0, -1))

    def flush(self, keys: QueueKeys) -> None:
        """Drop what waits, is delayed or is in flight; dead letters stay."""
        scripts.run(self._commands, "flush", [keys.retry, keys.retry_bodies, *keys.lanes], [keys.group])


def _written_once(publication: Publication) -> Publication:
    if publication.once is not None:
        return publication
    return replace(publication, once=publication.keys.once(publication.enqueue_id), once_ms=ONCE_MS)


def _operations(publications: Iterable[Publication]) -> tuple[list[str], list[Value]]:
    keys: list[str] = []
    args: list[Value] = []
    for each in publications:
        fields = _flat(each.fields)
        if each.claim is not None:
            keys.append(each.claim.key)
            args += ["unique", each.claim.hold_ms, each.claim.holder]
        if each.once is not None:
            keys.append(each.once)
            args += ["once", each.once_ms]
        if each.delay_ms > 0:
            keys += [each.keys.retry, each.keys.retry_bodies, each.keys.wake]
            args += ["later", each.enqueue_id, each.delay_ms, each.priority, len(fields), *fields]
        else:
            keys.append(each.keys.lane(each.priority))
            args += ["now", len(fields), *fields]
    return keys, args


def _addition(publication: Publication) -> list[str | bytes]:
    return ["XADD", publication.keys.lane(publication.priority), "*", *_flat(publication.fields)]


def _additions(publications: Iterable[Publication]) -> tuple[list[str], list[Value]]:
    numbers: dict[str, int] = {}
    args: list[Value] = []
    for (lane, *names), run in itertools.groupby(publications, key=_lane_and_names):
        values = [value for each in run for value in each.fields.values()]
        number = numbers.setdefault(lane, len(numbers) + 1)
        args += (number, len(values) // len(names), len(names), *names, *values)
    return list(numbers), args


def _lane_and_names(publication: Publication) -> tuple[str, ...]:
    return publication.keys.lanes[publication.priority - 1], *publication.fields


def _batches(items: Sequence[Publication], size: int) -> Iterable[Sequence[Publication]]:
    return (items[start : start + size] for start in range(0, len(items), size))


def _flat(fields: dict[str, bytes]) -> list[str | bytes]:
    return list(itertools.chain.from_iterable(fields.items()))


def _seconds(milliseconds: int) -> float | None:
    """Scripts say -1 where there is nothing to wait for."""
    return None if milliseconds < 0 else milliseconds / 1000
