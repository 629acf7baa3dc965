"""Circuit breaker: after repeated failures, refuse at once for a while instead of waiting for the next failure.

    closed --failure_threshold failures in a row--> open --recovery_timeout--> half_open --success--> closed
                                                      ^------------failure--------'

pybreaker keeps the count and the state. It is told the outcome after a call is over: its own `call` holds a lock while
the protected function runs, which would let one call through at a time.
"""

import asyncio
import contextlib
import logging
import math
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Any, ParamSpec, Self, TypeVar

import pybreaker

from dma_shared_resilience import _time
from dma_shared_resilience._functions import is_async, refuse_generators, wrapper_of
from dma_shared_resilience.errors import ResilienceError
from dma_shared_resilience.shared import SharedCircuits

P = ParamSpec("P")
R = TypeVar("R")

_logger = logging.getLogger(__name__)


class CircuitState(StrEnum):
    """Where a circuit stands."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class CircuitOpen(ResilienceError):
    """The dependency failed too often; the call was not made."""

    code = "circuit_open"

    def __init__(self, *, name: str, retry_after_seconds: float) -> None:
        super().__init__(f"{name} is open after repeated failures; try again in {retry_after_seconds:.1f} s")
        self.name, self.retry_after_seconds = name, retry_after_seconds


CircuitListener = Callable[["CircuitBreaker", CircuitState, CircuitState], None]
"""Called as (breaker, old state, new state), after the change and with no lock held."""


@dataclass(frozen=True, slots=True)
class _Period:
    """One stretch between two changes of state; an outcome counts only in the period its call began in."""

    number: int


class _CallFailed(Exception):
    """Stands for the real error inside pybreaker, so that nobody's traceback is touched."""


_entered: ContextVar[tuple[tuple["CircuitBreaker", _Period], ...]] = ContextVar(
    "dma_shared_resilience.entered", default=()
)


class CircuitBreaker:
    """A decorator for sync and `async def` functions, and a context manager; one instance per dependency.

    Args:
        failure_threshold: Failures in a row that open the circuit, from 1.
        recovery_timeout: Seconds it stays open before one trial call is let through.
        expected_exception: What counts as a failure: a class or a tuple of classes. Any other exception says nothing
            about the dependency: it passes through and counts neither as failure nor as success.
        name: For messages and listeners.
        clock: Monotonic seconds.
        listeners: Told about every change of state.
        shared: Where processes tell each other of this circuit, by its name; None: each finds out for itself.

    Raises:
        ValueError: A threshold below 1 or a negative timeout.
    """

    def __init__(
        self,
        failure_threshold: int = 5,
        recovery_timeout: float = 60,
        expected_exception: type[BaseException] | tuple[type[BaseException], ...] = Exception,
        *,
        name: str = "circuit",
        clock: Callable[[], float] = _time.monotonic,
        listeners: Sequence[CircuitListener] = (),
        shared: SharedCircuits | None = None,
    ) -> None:
        if failure_threshold < 1 or recovery_timeout < 0:
            raise ValueError("failure_threshold must be at least 1 and recovery_timeout at least 0")
        self.name = name
        self._recovery_timeout = recovery_timeout
        self._expected = expected_exception
        self._clock = clock
        self._listeners = tuple(listeners)
        self._shared = shared
        # Only what the others were told, or told us, can be taken back by them.
        self._others_know = False
        self._lock = threading.Lock()
        self._machine = pybreaker.CircuitBreaker(fail_max=failure_threshold, throw_new_error_on_trip=False)
        self._period = _Period(0)
        # When the circuit opened or the running trial began; the next trial is due one timeout later.
        self._waiting_since = -math.inf

    @property
    def state(self) -> CircuitState:
        """The state now. An open circuit stays open until a call asks, even when its timeout has passed."""
        return CircuitState(self._machine.current_state.replace("-", "_"))

    @property
    def failure_count(self) -> int:
        """Failures in a row so far."""
        return self._machine.fail_counter

    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:
        """`function`, guarded; `async def` stays `async def`.

        Raises:
            TypeError: A generator function, which would run outside the guard.
        """
        refuse_generators(function)
        if is_async(function):

            async def guarded_async(*args: Any, **kwargs: Any) -> Any:
                async with self._guard_async():
                    return await function(*args, **kwargs)  # type: ignore[misc]  # is_async says that it can be awaited

            return wrapper_of(function, guarded_async)

        def guarded(*args: Any, **kwargs: Any) -> Any:
            with self._guard():
                return function(*args, **kwargs)

        return wrapper_of(function, guarded)

    def __enter__(self) -> Self:
        """Ask for permission.

        Raises:
            CircuitOpen: Not now; `retry_after_seconds` says when.
        """
        return self._entered_in(self._admit())

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Record how the block ended."""
        if period := self._left():
            self._report(period, error)

    async def __aenter__(self) -> Self:
        """As `with`; where the circuit is shared, the event loop goes on while the others are asked."""
        return self._entered_in(await self._off_loop(self._admit))

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """As `with`."""
        if period := self._left():
            await self._off_loop(lambda: self._report(period, error))

    def _entered_in(self, period: _Period) -> Self:
        _entered.set((*_entered.get(), (self, period)))
        return self

    def _left(self) -> _Period | None:
        """The period that this context's newest block of this breaker began in."""
        entries = _entered.get()
        index = max((i for i, (breaker, _) in enumerate(entries) if breaker is self), default=None)
        if index is None:  # an abandoned async generator, closed from another context: its trial lapses by itself
            return None
        _entered.set(entries[:index] + entries[index + 1 :])
        return entries[index][1]

    async def _off_loop(self, call: Callable[[], R]) -> R:
        """The call's answer; in a thread when it may have to ask other processes."""
        return call() if self._shared is None else await asyncio.to_thread(call)

    @contextlib.contextmanager
    def _guard(self) -> Iterator[None]:
        period = self._admit()
        try:
            yield
        except BaseException as error:
            self._report(period, error)
            raise
        self._report(period, None)

    @contextlib.asynccontextmanager
    async def _guard_async(self) -> AsyncIterator[None]:
        period = await self._off_loop(self._admit)
        try:
            yield
        except self._expected:
            await self._off_loop(lambda: self._record(period, failed=True))
            raise
        except BaseException as error:  # a cancelled task has no time to wait in
            self._report(period, error)
            raise
        await self._off_loop(lambda: self._report(period, None))

    def _report(self, period: _Period, error: BaseException | None) -> None:
        """An expected error is a failure, any other says nothing."""
        if error is None or isinstance(error, self._expected):
            self._record(period, failed=error is not None)
        else:
            self._give_trial_back(period)

    def _admit(self) -> _Period:
        self._follow_others()
        if period := self._closed_period():
            return period
        if self._shared is not None and self._shared.take_trial(self.name, self._recovery_timeout) is False:
            raise CircuitOpen(name=self.name, retry_after_seconds=min(1.0, self._recovery_timeout))
        return self._begin_trial()

    def _closed_period(self) -> _Period | None:
        """The running period of a closed circuit; None when a trial is due."""
        with self._lock:
            if self.state is CircuitState.CLOSED:
                return self._period
            self._require_trial_due()
        return None

    def _begin_trial(self) -> _Period:
        with self._lock:
            before = self.state
            if before is CircuitState.CLOSED:
                return self._period
            self._require_trial_due()
            if before is CircuitState.OPEN:
                self._machine.half_open()
            self._waiting_since = self._clock()
            trial = self._begin_period()
        self._tell(before, CircuitState.HALF_OPEN)
        return trial

    def _require_trial_due(self) -> None:
        # A trial that never reports (its thread was killed) must not keep the circuit shut: it lapses in its turn.
        if (wait := self._waiting_since + self._recovery_timeout - self._clock()) > 0:
            raise CircuitOpen(name=self.name, retry_after_seconds=wait)

    def _follow_others(self) -> None:
        """Open or close as another process did; no lock is held while it is asked for."""
        known = self._shared.state(self.name) if self._shared is not None else None
        if known is None:
            return
        with self._lock:
            before = self.state
            if known.is_open and before is CircuitState.CLOSED:
                self._machine.open()
                self._others_know = True
                self._waiting_since = self._clock() + known.wait_seconds - self._recovery_timeout
            elif not known.is_open and before is CircuitState.OPEN and self._others_know:
                self._machine.close()
            else:
                return
            after = self.state
            self._begin_period()
        self._tell(before, after)

    def _record(self, period: _Period, *, failed: bool) -> None:
        with self._lock:
            if period is not self._period:
                return
            before = self.state
            with contextlib.suppress(_CallFailed):
                self._machine.call(_fail if failed else _succeed)
            after = self.state
            if after is not before:
                self._begin_period()
                self._waiting_since = self._clock()
        if after is not before:
            self._tell_others(after)
        self._tell(before, after)

    def _give_trial_back(self, period: _Period) -> None:
        with self._lock:
            is_trial = period is self._period and self.state is CircuitState.HALF_OPEN
            if is_trial:
                self._waiting_since = -math.inf
        if is_trial and self._shared is not None:
            self._shared.give_trial_back(self.name)

    def _tell_others(self, state: CircuitState) -> None:
        if self._shared is None:
            return
        if state is CircuitState.OPEN:
            self._others_know = self._shared.open(self.name, self._recovery_timeout)
        elif state is CircuitState.CLOSED:
            self._shared.close(self.name)

    def _begin_period(self) -> _Period:
        self._period = _Period(self._period.number + 1)
        return self._period

    def _tell(self, before: CircuitState, after: CircuitState) -> None:
        if before is after:
            return
        for listener in self._listeners:
            try:
                listener(self, before, after)
            except Exception:  # a listener's trouble is not the caller's
                _logger.exception("a listener of circuit breaker %s failed", self.name)


def _fail() -> None:
    raise _CallFailed


def _succeed() -> None:
    return None
