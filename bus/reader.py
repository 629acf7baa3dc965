"""Reads one queue for all consumers of this process, one read at a time.

    busy   take: one script, without waiting: orphans first, then new entries, lane by lane
    idle   one blocked read waits on the server, over several calls; a new entry or a nudge ends it

A nudge is an entry in the wake stream of the queue: it says that there is something to do that no new entry tells of
(orphans, a delayed message that is due sooner than any before), and goes to one reader.
"""

import logging
import time
from collections.abc import Callable, Iterator
from itertools import cycle
from threading import Lock

from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

from bus.cancellation import Cancellations
from bus.entry import Entry
from bus.errors import SERVER_ERRORS, lost_its_group
from bus.in_flight import InFlight
from bus.keys import PRIORITIES, QueueKeys
from bus.options import Options
from bus.pace import Pace
from bus.replies import woken_by
from bus.streams import Streams

log = logging.getLogger(__name__)

GATHER_ROOM_SECONDS = 0.002
"""How long a read waits for more than a single place to be free: a script for one entry costs as much as for ten."""

LOOK_AGAIN_SECONDS = 0.25
"""How soon is looked again for what was left because we hold a message on its last chance."""
REST_SECONDS = 1.0
"""Longest pause between looks whether a paused queue still is."""


class Fairness:
    """Says when a lower lane has its turn, so that a busy high lane does not keep it waiting for ever.

    Args:
        every: One turn in so many messages; 0 for none.
    """

    def __init__(self, every: int) -> None:
        self._every = every
        self._taken = 0
        self._lower: Iterator[int] = cycle(reversed(PRIORITIES[1:]))

    def favoured(self, most: int) -> list[int]:
        """The lanes whose turn it is, at most so many."""
        turns = min(most, self._taken // self._every) if self._every else 0
        self._taken -= turns * self._every
        return [next(self._lower) for _ in range(turns)]

    def count(self, taken: int) -> None:
        """Remember how many were taken."""
        self._taken += taken


class QueueReader:
    """Reads one queue; what it returns is in the books of this process.

    Args:
        restore: Makes streams, group and lease of the queue anew.
        expect: Told in how many seconds the next delayed message is due.
    """

    def __init__(
        self,
        keys: QueueKeys,
        streams: Streams,
        in_flight: InFlight,
        options: Options,
        cancellations: Cancellations,
        *,
        restore: Callable[[QueueKeys], None],
        expect: Callable[[QueueKeys, float], None],
    ) -> None:
        self._keys = keys
        self._streams = streams
        self._in_flight = in_flight
        self._options = options
        self._cancellations = cancellations
        self._restore = restore
        self._expect = expect
        self._reading = Lock()
        self._waiting = streams.waiting_read(keys)
        self._may_have_more = True
        self._is_something_left = False
        self._is_suspect = False
        self._is_to_look_again = False
        self._is_paused = False
        self._pace = Pace(options.read_ahead)
        self._fairness = Fairness(options.low_priority_every)
        self._nudges: list[str] = []
        self._reconcile_at = 0.0

    def read(self, prefetch: int, timeout_seconds: float) -> list[Entry]:
        """Entries for free places of the prefetch, or an empty list when none came in time.

        While messages take next to no time there are more places than those (`bus.pace`).

        Raises:
            RedisError: The server does not answer as it should.
        """
        queue, times = self._keys.queue, self._pace.times
        places = prefetch * times
        if not self._in_flight.wait_for_room(queue, places // 2, GATHER_ROOM_SECONDS * times) and not (
            self._in_flight.wait_for_room(queue, places - 1, timeout_seconds)
        ):
            return []
        with self._reading:
            held = self._in_flight.held(queue)
            if len(held) >= places:
                return []
            entries = self._read(places - len(held), timeout_seconds)
            self._in_flight.add(queue, entries)
            self._pace.note(held, entries, prefetch)
            return entries

    def suspect(self) -> None:
        """Somebody else got no answer from the server: a read that waits may wait in vain."""
        self._is_suspect = True

    def look_again(self) -> None:
        """There may be something of which no nudge tells us: the nudge may have gone to a reader that is dead."""
        self._is_to_look_again = True

    def stop(self) -> None:
        """End the read that waits on the server; what it brought in the last moment is given to others."""
        with self._reading:
            try:
                entries, nudges = woken_by(self._keys, self._waiting.cancel())
                nudges += self._nudges
                if entries or nudges:
                    self._streams.release(self._keys, entries, nudges=nudges)
            except SERVER_ERRORS as error:
                # What it brought stays pending for this process, and is found there or recovered.
                log.info("a waiting read of queue %r was given up: %s", self._keys.queue, error)
            finally:
                self._begin_anew()

    def _read(self, room: int, timeout_seconds: float) -> list[Entry]:
        try:
            if not self._waiting.is_waiting:
                entries = self._read_at_once(room)
                if entries:
                    return entries
                if self._is_paused:
                    return self._rest(timeout_seconds)
                self._waiting.start()
            return self._wait(room, timeout_seconds)
        except ResponseError as error:
            self._begin_anew()
            if not lost_its_group(error):
                raise
            log.error("queue %r is gone from the server and is made anew: %s", self._keys.queue, error)  # noqa: TRY400
            self._restore(self._keys)
            return []
        except SERVER_ERRORS:
            self._begin_anew()
            raise

    def _read_at_once(self, room: int) -> list[Entry]:
        if time.monotonic() >= self._reconcile_at:
            found = self._reconcile()
            self._reconcile_at = time.monotonic() + self._options.reconcile_seconds
            self._may_have_more = True
            if found:
                return found
        return self._take(room) if self._may_have_more else []

    def _take(self, room: int) -> list[Entry]:
        may_take_last_chance = not self._in_flight.holds_last_chance(self._keys.queue)
        nudges, self._nudges = self._nudges, []
        taken = self._streams.take(
            self._keys,
            room,
            may_take_last_chance=may_take_last_chance,
            favoured=self._fairness.favoured(room),
            nudges=nudges,
        )
        self._fairness.count(len(taken.entries))
        self._may_have_more, self._is_something_left = bool(taken.entries), taken.is_left
        self._is_paused = taken.is_paused
        self._cancellations.know(self._keys.queue, taken.cancelled)
        if taken.due_seconds is not None:
            self._expect(self._keys, taken.due_seconds)
        return taken.entries

    def _wait(self, room: int, timeout_seconds: float) -> list[Entry]:
        if self._is_something_left:
            timeout_seconds = min(timeout_seconds, LOOK_AGAIN_SECONDS)
        if self._waiting.is_answered(timeout_seconds):
            answer = self._waiting.answer()
        elif self._is_something_left or self._is_to_look_again:
            # Nobody will nudge us when our own hands are free for what is left, or when the nudge went astray.
            answer, self._is_something_left, self._is_to_look_again = self._waiting.cancel(), False, False
            self._may_have_more = True
        elif self._is_suspect:
            raise RedisTimeoutError("the server does not answer")
        else:
            return []
        entries, self._nudges = woken_by(self._keys, answer)
        self._may_have_more |= bool(entries or self._nudges)
        if self._nudges:  # what they tell of comes first: the queue may be paused, or the message cancelled
            room = 0
        if len(entries) > room:  # the server gives one of each stream
            self._streams.release(self._keys, entries[room:])
        return entries[:room]

    def _rest(self, timeout_seconds: float) -> list[Entry]:
        """Let the time of a call pass for a paused queue; the next one looks whether it still is."""
        self._may_have_more = True
        time.sleep(min(timeout_seconds, REST_SECONDS))
        return []

    def _begin_anew(self) -> None:
        """Forget a read whose answer may be lost; the next one begins with what the server counts as ours."""
        self._waiting.close()
        self._nudges = []
        self._reconcile_at, self._may_have_more, self._is_suspect = 0.0, True, False

    def _reconcile(self) -> list[Entry]:
        """Find what the server gave us in an answer that never arrived: while we live, nobody else will get it."""
        held = self._in_flight.handles(self._keys.queue)
        unknown = [entry for entry in self._streams.own_pending(self._keys) if entry.handle not in held]
        found = []
        for entry in unknown:
            if self._streams.load(entry):
                found.append(entry)
            else:
                log.error("entry %s of %s was deleted before it was processed", entry.id, entry.lane)
                self._streams.settle(entry, self._streams.consumer)
        if found:
            log.warning("%d messages of queue %r had been read but not received", len(found), self._keys.queue)
        return found
