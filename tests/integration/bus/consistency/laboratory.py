"""Plays a flow in a process behind a fault proxy, lets a healthy worker finish, and looks at what became of it.

prepare -> process under test plays, one call breaks -> [healthy worker finishes] -> judge
"""

import asyncio
import contextlib
import itertools
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial

import redis
import redis.asyncio

from tests.integration.bus.consistency.actors import make_broker
from tests.integration.bus.consistency.case import Case
from tests.integration.bus.consistency.flow import Bench, Flow
from tests.integration.bus.consistency.judge import Judge
from tests.integration.bus.consistency.looking import Sight, look
from tests.integration.bus.consistency.nursery import Nursery, Process
from tests.integration.bus.consistency.proxy import Fault, FaultProxy
from tests.integration.bus.server import Server

LOOK_EVERY_SECONDS = 0.06
PATIENCE_SECONDS = 25.0
SETTLED_SECONDS = 0.5
"""A process that has just begun looks more than once before it rests."""

_numbers = itertools.count(1)


class TookTooLong(Exception):
    """Something did not happen while we were ready to wait for it."""


class Laboratory:
    """Runs cases side by side on one server; `places` says how many."""

    def __init__(self, server: Server, nursery: Nursery, *, side_by_side: int) -> None:
        self._server = server
        self._nursery = nursery
        self.places = asyncio.Semaphore(side_by_side)
        self._raw = redis.Redis.from_url(server.url())
        self._eyes = redis.asyncio.Redis.from_url(server.url())

    async def close(self) -> None:
        self._raw.close()
        await self._eyes.aclose()

    async def run(self, flow: Flow, fault: Fault | None = None) -> Case:
        """Run one case and judge it. Hold a place meanwhile, so that the machine is not asked for too much at once."""
        namespace = f"case{next(_numbers)}"
        broker = make_broker(self._server.url(), namespace, direct_url=self._server.url(1))
        case = Case(flow, fault, namespace, Bench(broker, self._raw))
        started = time.monotonic()
        try:
            await self._play(case)
        except (TookTooLong, TimeoutError) as error:
            case.violations.append(f"took too long: {error}")
        finally:
            case.violations += Judge(case, await self._look(case)).violations()
            case.seconds = time.monotonic() - started
            await self._tidy(case)
        return case

    async def _play(self, case: Case) -> None:
        flow, bench = case.flow, case.bench
        if flow.prepare is not None:
            flow.prepare(bench)
        async with self._process(case), self._bystander(case):
            if flow.meanwhile is not None:
                await asyncio.sleep(SETTLED_SECONDS)
                flow.meanwhile(bench)
            bench.leave()
            await self._until(case, partial(self._has_worked, case), "the process did not do its work")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(case.process.ended.wait(), flow.linger_seconds)
            case.process.stop()
            await self._until(case, case.process.is_over, "the process did not end")
            if any((await self._look(case)).left_over()):
                await self._heal(case)

    @contextlib.asynccontextmanager
    async def _process(self, case: Case) -> AsyncIterator[None]:
        faults = [*case.flow.after, *([case.fault] if case.fault else [])]
        case.process = Process()
        case.proxy = FaultProxy(
            self._server.port,
            kill=case.process.kill,
            freeze=case.process.freeze,
            faults=faults,
            forgets_scripts=case.flow.forgets_scripts,
        )
        await case.proxy.start()
        await self._nursery.make(
            case.process, case.flow.part, case.namespace, port=case.proxy.port, **case.flow.options
        )
        try:
            if case.flow.meanwhile is not None:
                await _eventually(partial(_is_blocked, case.proxy, case.process), "the process does not wait")
            yield
        finally:
            await case.proxy.stop()

    @contextlib.asynccontextmanager
    async def _bystander(self, case: Case) -> AsyncIterator[None]:
        """A healthy worker that waits from now on, if the flow wants one."""
        if not case.flow.has_bystander:
            yield
            return
        proxy = FaultProxy(self._server.port, kill=_never, freeze=_never)
        await proxy.start()
        case.healers.append(Process())
        try:
            await self._nursery.make(case.healers[0], case.flow.healing_part, case.namespace, port=proxy.port)
            await _eventually(partial(_is_blocked, proxy, case.healers[0]), "the idle worker does not wait")
            yield
        finally:
            await proxy.stop()

    async def _until(self, case: Case, happens: Callable[[], Awaitable[bool]], otherwise: str) -> None:
        """Wait for something; when a call is held up on the way, let others take over and then let it go on."""

        async def happens_or_waits() -> bool:
            return case.proxy.holds_a_call or await happens()

        await _eventually(happens_or_waits, otherwise)
        if case.proxy.holds_a_call:
            await self._heal(case)
            case.proxy.thaw()
            case.process.thaw()
            await _eventually(happens, otherwise)

    async def _heal(self, case: Case) -> None:
        """Let a healthy worker do the rest, and stop it."""
        if not case.healers or case.healers[-1].ended.is_set():
            case.healers.append(Process())
            await self._nursery.make(case.healers[-1], case.flow.healing_part, case.namespace)
        await _eventually(partial(self._is_healed, case), "the healthy worker could not finish")
        if not (case.flow.has_bystander and case.proxy.holds_a_call):
            case.healers[-1].stop()
            await asyncio.wait_for(case.healers[-1].ended.wait(), PATIENCE_SECONDS)

    async def _has_worked(self, case: Case) -> bool:
        if case.process.ended.is_set():
            return True
        if case.flow.is_sent_by_process:
            return False
        if case.flow.stop_at and any(fact["event"] == case.flow.stop_at for fact in case.told()):
            return True
        return not (await self._look(case)).unfinished

    async def _is_healed(self, case: Case) -> bool:
        living = [case.healers[-1].pid, *([case.process.pid] if case.proxy.holds_a_call else [])]
        return not any((await self._look(case)).left_over(living=living))

    async def _tidy(self, case: Case) -> None:
        case.bench.leave()
        for process in case.processes:
            if process.born.is_set():
                process.kill()

    async def _look(self, case: Case) -> Sight:
        if case.flow.at_each_look is not None:
            case.flow.at_each_look(case.bench)
        return await look(self._eyes, case.bench, case.flow.queues)


async def _is_blocked(proxy: FaultProxy, process: Process) -> bool:
    return proxy.has_seen("XREADGROUP BLOCK") or proxy.holds_a_call or process.ended.is_set()


async def _eventually(happens: Callable[[], Awaitable[bool]], otherwise: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not await happens():
        if time.monotonic() > deadline:
            raise TookTooLong(otherwise)
        await asyncio.sleep(LOOK_EVERY_SECONDS)


def _never() -> None:
    raise AssertionError("a healthy worker is left alone")
