"""What is asked for at the same time is looked up together, one call of a group at a time."""

import asyncio
import threading
from collections.abc import Sequence
from contextvars import ContextVar

import pytest

from api.batch_loader import MOST_TOGETHER, BatchLoader


class Shelf:
    """Squares of numbers, and which of them were looked up together; its calls wait until they may go on."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, list[int]]] = []
        self.began = threading.Semaphore(0)
        self.may_end = threading.Semaphore(0)

    def look_up(self, group: str, keys: Sequence[int]) -> dict[int, int]:
        self.calls.append((group, list(keys)))
        self.began.release()
        assert self.may_end.acquire(timeout=30)
        if -1 in keys:
            raise ValueError("negative")
        return {key: key * key for key in keys if key < 1000}

    def sizes(self) -> list[int]:
        return [len(keys) for _, keys in self.calls]


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


async def begun(shelf: Shelf) -> None:
    """Wait until a call has begun."""
    assert await asyncio.to_thread(shelf.began.acquire, timeout=30)


async def ask(loader: BatchLoader[str, int, int], *keys: int, group: str = "all") -> list["asyncio.Task[int | None]"]:
    """Tasks that ask, each as far as its question."""
    tasks = [asyncio.create_task(loader.load(group, key)) for key in keys]
    await asyncio.sleep(0)
    return tasks


def test_what_comes_meanwhile_is_looked_up_in_the_next_call(shelf: Shelf) -> None:
    async def run() -> list[int | None]:
        loader = BatchLoader(shelf.look_up)
        first = await ask(loader, 1)
        await begun(shelf)
        others = await ask(loader, 2, 3, 3, 1000)
        shelf.may_end.release(2)
        return await asyncio.gather(*first, *others)

    assert [1, 4, 9, 9, None] == asyncio.run(run())
    assert [("all", [1]), ("all", [2, 3, 1000])] == shelf.calls


def test_one_call_takes_a_bounded_number(shelf: Shelf) -> None:
    async def run() -> None:
        loader = BatchLoader(shelf.look_up)
        tasks = await ask(loader, *range(MOST_TOGETHER * 2 + 6))
        shelf.may_end.release(10)
        await asyncio.gather(*tasks)

    asyncio.run(run())

    assert [1, MOST_TOGETHER, MOST_TOGETHER, 5] == shelf.sizes()


def test_groups_do_not_wait_for_each_other(shelf: Shelf) -> None:
    async def run() -> list[int | None]:
        loader = BatchLoader(shelf.look_up)
        tasks = [*await ask(loader, 1, group="one"), *await ask(loader, 2, group="other")]
        await begun(shelf)
        await begun(shelf)
        shelf.may_end.release(2)
        return await asyncio.gather(*tasks)

    assert [1, 4] == asyncio.run(run())


def test_threads_are_bounded_over_all_groups(shelf: Shelf) -> None:
    async def run() -> int:
        loader = BatchLoader(shelf.look_up, threads=1)
        tasks = [*await ask(loader, 1, group="one"), *await ask(loader, 2, group="other")]
        await begun(shelf)
        at_once = len(shelf.calls)
        shelf.may_end.release(2)
        await asyncio.gather(*tasks)
        return at_once

    assert 1 == asyncio.run(run())


def test_failure_is_told_to_each_who_waited_for_it_and_to_nobody_else(shelf: Shelf) -> None:
    async def run() -> list[int | BaseException | None]:
        loader = BatchLoader(shelf.look_up)
        first = await ask(loader, 1)
        await begun(shelf)
        failing = await ask(loader, -1, 2)
        shelf.may_end.release(2)
        await begun(shelf)
        found = await asyncio.gather(*first, *failing, return_exceptions=True)
        shelf.may_end.release()
        return [*found, await loader.load("all", 3)]

    found = asyncio.run(run())

    assert [1, ValueError, ValueError, 9] == [type(one) if isinstance(one, Exception) else one for one in found]


def test_who_gives_up_does_not_take_the_others_along(shelf: Shelf) -> None:
    async def run() -> list[int | None]:
        loader = BatchLoader(shelf.look_up)
        gone = await ask(loader, 1)
        await begun(shelf)
        waiting = await ask(loader, 2, 3)
        for task in (*gone, waiting[0]):
            task.cancel()
        await asyncio.sleep(0)
        shelf.may_end.release(2)
        return [await waiting[1], await loader.load("all", 4) if shelf.may_end.release() is None else None]

    assert [9, 16] == asyncio.run(run())
    assert [("all", [1]), ("all", [3]), ("all", [4])] == shelf.calls


def test_a_call_runs_in_the_context_of_the_first_who_asked() -> None:
    who: ContextVar[str] = ContextVar("who")
    seen: list[str] = []

    def look_up(_: None, keys: Sequence[str]) -> dict[str, str]:
        seen.append(who.get())
        return dict.fromkeys(keys, "found")

    async def one(name: str, loader: BatchLoader[None, str, str]) -> None:
        who.set(name)
        await loader.load(None, name)

    async def run() -> None:
        loader = BatchLoader(look_up)
        await asyncio.gather(*(one(name, loader) for name in ("anna", "bert", "carl")))

    asyncio.run(run())

    assert ["anna", "bert"] == seen
