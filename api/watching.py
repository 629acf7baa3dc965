"""Watching requests: one look at Postgres for all watchers of this process, however many there are.

While anybody watches, a single task asks every 100 ms what is new behind each watcher's last key (store/events.py), in
one query, and deals the answers out. A nudge (orchestrator/nudges.py) has it look at one request at once, together with
those that were nudged while it looked before; who has been told something is not looked at again without one. Who
waits for nothing but the end needs no look when a nudge tells of it. There is nothing to lose in between: what a nudge
would have told is found by the next look, and a watcher that comes back to another process, or to this one after a
crash, goes on at its key. NOTIFY would make every commit that tells something wait for the one before.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from typing import Final
from uuid import UUID

import anyio.to_thread

from core.errors import DependencyUnavailable
from store.database import Database
from store.events import END, FIRST, Event, EventKey, Watch, read_watched
from store.speaking import beyond_the_wall
from telemetry.logs import get_logger

log = get_logger(__name__)

LOOK_SECONDS: Final = 0.1
_REST: Final = 9
"""Looking at all takes at most one tenth of the time, also when the server is slow; at those nudged, half of it."""
_MOST: Final = 1000
"""Events that one look reads for all together."""
JUST_BEFORE_END: Final = EventKey(END.step_no, END.number - 1)
"""The key of who only waits for the end; nobody else has this very one."""


class Watcher:
    """Tells any number of watchers what happens to their requests.

    Args:
        database: Where it is written.
        look_seconds: Time between two looks.
    """

    def __init__(self, database: Database, *, look_seconds: float = LOOK_SECONDS) -> None:
        self._database = database
        self._look_seconds = look_seconds
        self._waiting: dict[_Place, Watch] = {}
        self._followed: Counter[UUID] = Counter()
        self._nudged: set[UUID] = set()
        self._ended: set[UUID] = set()
        """Of those that are followed: the end was hinted at."""
        self._is_nudged = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        # A thread of its own: a busy API must not keep watchers waiting, nor they it.
        self._thread = anyio.CapacityLimiter(1)
        self.looks = 0

    def nudge(self, request_id: UUID, *, has_ended: bool = False) -> None:
        """Something has happened to this request, maybe its end: whoever watches it is told at once.

        Called on the event loop.
        """
        if request_id not in self._followed:
            return
        if has_ended:
            self._ended.add(request_id)
            for place in [
                place for place, watch in self._waiting.items() if watch == Watch(request_id, JUST_BEFORE_END)
            ]:
                self._answer(place, [])
        self._nudged.add(request_id)  # kept for one who does not wait just now
        if any(watch.request_id == request_id for watch in self._waiting.values()):
            self._is_nudged.set()

    @contextmanager
    def expecting(self, request_id: UUID) -> Iterator[None]:
        """Take in what is told of a request that is made within the block, so that nobody has to look for it."""
        self._followed[request_id] += 1
        try:
            yield
        finally:
            self._followed[request_id] -= 1
            if not self._followed[request_id]:
                del self._followed[request_id]
                self._nudged.discard(request_id)
                self._ended.discard(request_id)

    async def follow(self, request_id: UUID, *, after: EventKey = FIRST) -> AsyncIterator[list[Event]]:
        """What comes behind a key, as it comes, until and with the end of the request.

        Nothing is read ahead of the one who iterates. While Postgres is away it simply takes longer.
        """
        with self._following(request_id):
            while after < END:
                events = await self._next(Watch(request_id, after))
                after = events[-1].key
                if len(events) > _MOST // 2:
                    self.nudge(request_id)  # there may be more
                yield events

    async def ended(self, request_id: UUID, *, within_seconds: float, is_new: bool = False) -> bool:
        """Wait for the end of a request; False when it did not come in time.

        Args:
            request_id: Which.
            within_seconds: How long.
            is_new: Made since it is expected: there was nothing before that a look could find.
        """
        with suppress(TimeoutError), self.expecting(request_id) if is_new else self._following(request_id):
            async with asyncio.timeout(within_seconds):
                if request_id not in self._ended:
                    await self._next(Watch(request_id, JUST_BEFORE_END))
                return True
        return False

    @contextmanager
    def _following(self, request_id: UUID) -> Iterator[None]:
        with self.expecting(request_id):
            self.nudge(request_id)  # it may have happened before
            yield

    async def _next(self, watch: Watch) -> list[Event]:
        place: _Place = asyncio.get_running_loop().create_future()
        self._waiting[place] = watch
        if watch.request_id in self._nudged:
            self._is_nudged.set()
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look_while_watched())
        try:
            return await place
        finally:
            self._waiting.pop(place, None)

    async def _look_while_watched(self) -> None:
        loop = asyncio.get_running_loop()
        all_at = loop.time() + self._look_seconds  # who begins to follow is looked at anyway
        while self._waiting:
            started = loop.time()
            is_for_all = started >= all_at
            try:
                await self._look(self._places(is_for_all=is_for_all))
            except DependencyUnavailable as error:
                log.warning("watchers_not_told", watchers=len(self._waiting), error_message=str(error))
            except Exception:
                log.exception("watchers_not_told", watchers=len(self._waiting))
            took = loop.time() - started
            if is_for_all:
                all_at = loop.time() + max(self._look_seconds, _REST * took)
            await asyncio.sleep(took)
            await self._nudge_or(all_at)

    def _places(self, *, is_for_all: bool) -> list["_Place"]:
        """Where to look now; takes the nudges of those who wait."""
        nudged = self._nudged.copy()
        self._nudged.difference_update(watch.request_id for watch in self._waiting.values())
        self._is_nudged.clear()
        return [place for place, watch in self._waiting.items() if is_for_all or watch.request_id in nudged]

    async def _nudge_or(self, moment: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout_at(moment):
                await self._is_nudged.wait()

    async def _look(self, places: list["_Place"]) -> None:
        if not places:
            return
        watches = [self._waiting[place] for place in places]
        found = await anyio.to_thread.run_sync(self._read, watches, limiter=self._thread)
        self.looks += 1
        for place, events in zip(places, found, strict=True):
            if events:
                self._answer(place, events)

    def _answer(self, place: "_Place", events: list[Event]) -> None:
        if not place.done():
            self._waiting.pop(place, None)
            place.set_result(events)

    def _read(self, watches: list[Watch]) -> list[list[Event]]:
        # One look serves all who watch; each was found to be a member before.
        with beyond_the_wall(), self._database.reading() as tx:
            return read_watched(tx, watches, limit=_MOST)


_Place = asyncio.Future[list[Event]]
