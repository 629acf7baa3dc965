"""Looks up together what is asked for at the same time: the first at once, and whatever comes meanwhile in the next go.

    loader = BatchLoader(look_up)
    found = await loader.load(group, key)

Fifty callers then cost a few trips to a thread and to Postgres instead of fifty each, and one caller waits no longer
than without. What one group asks is looked up in one call at a time; different groups do not wait for each other.
"""

import asyncio
from collections.abc import Callable, Hashable, Mapping, Sequence
from contextvars import Context, copy_context
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

import anyio
import anyio.to_thread

MOST_TOGETHER: Final = 200
THREADS: Final = 8
"""As many as the API has connections."""

Group = TypeVar("Group", bound=Hashable)
Key = TypeVar("Key", bound=Hashable)
Found = TypeVar("Found")


@dataclass(slots=True, eq=False)
class _Waiting(Generic[Key, Found]):
    key: Key
    place: "asyncio.Future[Found | None]"
    context: Context


class BatchLoader(Generic[Group, Key, Found]):
    """Gathers what the coroutines of one event loop ask for; not to be used from another.

    Args:
        look_up: Finds what keys stand for, on a thread, and leaves out what there is none of. It runs in the context of
            the first who asked: spans of its statements belong to that exchange, and nothing else may depend on it.
        threads: Calls of `look_up` at once, over all groups.
    """

    def __init__(
        self, look_up: Callable[[Group, Sequence[Key]], Mapping[Key, Found]], *, threads: int = THREADS
    ) -> None:
        self._look_up = look_up
        self._threads = anyio.CapacityLimiter(threads)
        self._waiting: dict[Group, list[_Waiting[Key, Found]]] = {}
        """The groups whose keys are being looked up, with what is asked for meanwhile."""
        self._tasks: dict[Group, asyncio.Task[None]] = {}
        """Event loops keep no task alive that nobody else knows."""

    async def load(self, group: Group, key: Key) -> Found | None:
        """What the key stands for; None when there is none. Several may get the same object.

        Raises:
            Exception: What `look_up` raised, for each who waited for that call.
        """
        if (waiting := self._waiting.get(group)) is not None:
            one = _Waiting(key, asyncio.get_running_loop().create_future(), copy_context())
            waiting.append(one)
            return await one.place
        self._waiting[group] = []
        try:
            return (await self._call(group, [key])).get(key)
        finally:
            self._go_on(group)

    async def _call(self, group: Group, keys: Sequence[Key]) -> Mapping[Key, Found]:
        return await anyio.to_thread.run_sync(self._look_up, group, keys, limiter=self._threads)

    def _go_on(self, group: Group) -> None:
        """Have what was asked for meanwhile looked up, by a task of its own: who asked may give up."""
        self._tasks.pop(group, None)
        if waiting := [one for one in self._waiting.pop(group) if not one.place.done()]:
            asked, self._waiting[group] = waiting[:MOST_TOGETHER], waiting[MOST_TOGETHER:]
            answer = self._answer(group, asked)
            self._tasks[group] = task = asyncio.get_running_loop().create_task(answer, context=asked[0].context)
            task.add_done_callback(lambda _: self._go_on(group))

    async def _answer(self, group: Group, asked: "Sequence[_Waiting[Key, Found]]") -> None:
        try:
            found = await self._call(group, list(dict.fromkeys(one.key for one in asked)))
        except Exception as error:  # noqa: BLE001 - told to each who waits for it
            for one in asked:
                if not one.place.done():
                    one.place.set_exception(error)
            return
        for one in asked:
            if not one.place.done():
                one.place.set_result(found.get(one.key))
