"""Bulkhead: at most so many calls at once into one dependency, so that a slow one cannot take every worker."""

import asyncio
import concurrent.futures
import contextlib
import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, ParamSpec, Self, TypeVar

from dma_shared_resilience._functions import is_async, refuse_generators, wrapper_of
from dma_shared_resilience.errors import ResilienceError

P = ParamSpec("P")
R = TypeVar("R")
_logger = logging.getLogger(__name__)
_Ticket = concurrent.futures.Future[None]


class BulkheadFull(ResilienceError):
    """Every slot is taken and none came free in time; the call was not made."""

    code = "bulkhead_full"

    def __init__(self, *, name: str, max_concurrent: int, waited_seconds: float) -> None:
        super().__init__(f"{name}: {max_concurrent} calls are running and none ended within {waited_seconds:g} s")
        self.name, self.max_concurrent, self.waited_seconds = name, max_concurrent, waited_seconds


class Bulkhead:
    """A decorator for sync and `async def` functions, and a context manager (`with`, `async with`).

    Threads and event loops share the same slots, first come, first served.

    Args:
        max_concurrent: Calls that may run at once, from 1.
        max_wait_seconds: How long a call waits for a slot; 0 refuses at once.
        name: For messages and listeners.
        listeners: Called with the bulkhead, and no lock held, when it has refused a call; for counters.

    Raises:
        ValueError: No slot, or a negative wait.
    """

    def __init__(
        self,
        max_concurrent: int,
        max_wait_seconds: float = 0,
        *,
        name: str = "bulkhead",
        listeners: Sequence[Callable[["Bulkhead"], None]] = (),
    ) -> None:
        if max_concurrent < 1 or max_wait_seconds < 0:
            raise ValueError("max_concurrent must be at least 1 and max_wait_seconds at least 0")
        self.name = name
        self._max_concurrent = max_concurrent
        self._max_wait_seconds = max_wait_seconds
        self._listeners = tuple(listeners)
        self._lock = threading.Lock()
        self._running = 0
        self._queue: deque[_Ticket] = deque()

    @property
    def running(self) -> int:
        """Slots taken now."""
        return self._running

    @property
    def waiting(self) -> int:
        """Calls that wait for a slot now."""
        return len(self._queue)

    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:
        """`function` behind the bulkhead; `async def` stays `async def`.

        Raises:
            TypeError: A generator function, which would run outside the bulkhead.
        """
        refuse_generators(function)
        if is_async(function):

            async def guarded_async(*args: Any, **kwargs: Any) -> Any:
                async with self:
                    return await function(*args, **kwargs)  # type: ignore[misc]  # is_async says that it can be awaited

            return wrapper_of(function, guarded_async)

        def guarded(*args: Any, **kwargs: Any) -> Any:
            with self:
                return function(*args, **kwargs)

        return wrapper_of(function, guarded)

    def __enter__(self) -> Self:
        """Take a slot, waiting for it in this thread.

        Raises:
            BulkheadFull: None came free in time.
        """
        ticket = self._take_ticket()
        try:
            ticket.result(self._max_wait_seconds)
        except TimeoutError:
            pass
        except BaseException:
            self._give_up(ticket)
            raise
        self._require_slot(ticket)
        return self

    async def __aenter__(self) -> Self:
        """Take a slot without blocking the event loop.

        Raises:
            BulkheadFull: None came free in time.
        """
        ticket = self._take_ticket()
        try:
            # shield: a timeout must leave the ticket alone until we know whether it was granted meanwhile
            await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(ticket)), self._max_wait_seconds)
        except TimeoutError:
            pass
        except BaseException:
            self._give_up(ticket)
            raise
        self._require_slot(ticket)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Give the slot to the next in line."""
        self._release()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Give the slot to the next in line."""
        self._release()

    def _take_ticket(self) -> _Ticket:
        """A ticket that is already granted when a slot is free, and queued otherwise."""
        ticket: _Ticket = concurrent.futures.Future()
        with self._lock:
            if self._running < self._max_concurrent:
                self._running += 1
                ticket.set_result(None)
            else:
                self._queue.append(ticket)
        return ticket

    def _require_slot(self, ticket: _Ticket) -> None:
        """Keep the slot when it was granted, even in the last moment; otherwise leave the queue."""
        with self._lock:
            if _is_granted(ticket):
                return
            self._leave(ticket)
        self._tell_refusal()
        raise BulkheadFull(name=self.name, max_concurrent=self._max_concurrent, waited_seconds=self._max_wait_seconds)

    def _tell_refusal(self) -> None:
        for listener in self._listeners:
            try:
                listener(self)
            except Exception:  # a listener's trouble is not the caller's
                _logger.exception("a listener of bulkhead %s failed", self.name)

    def _give_up(self, ticket: _Ticket) -> None:
        """The caller was interrupted while waiting: leave the queue, or pass on what it was just given."""
        with self._lock:
            if not _is_granted(ticket):
                self._leave(ticket)
                return
        self._release()

    def _leave(self, ticket: _Ticket) -> None:
        ticket.cancel()
        with contextlib.suppress(ValueError):
            self._queue.remove(ticket)

    def _release(self) -> None:
        with self._lock:
            while self._queue:
                ticket = self._queue.popleft()
                # False for one that its own event loop cancelled while shutting down
                if ticket.set_running_or_notify_cancel():
                    ticket.set_result(None)
                    return
            self._running -= 1


def _is_granted(ticket: _Ticket) -> bool:
    return ticket.done() and not ticket.cancelled()
