"""Circuit breaker: after repeated failures, refuse at once for a while instead of waiting for the next failure.

    closed --failure_threshold failures in a row--> open --recovery_timeout--> half_open --success--> closed
                                                      ^------------failure--------'

pybreaker keeps the count and the state. It is told the outcome after a call is over: its own `call` holds a lock while
the protected function runs, which would let one call through at a time.
"""

import contextlib
import logging
import math
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Any, ParamSpec, Self, TypeVar

import pybreaker

from dma_shared_resilience._functions import is_async, refuse_generators, wrapper_of
from dma_shared_resilience.errors import ResilienceError

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


_entered: ContextVar[tuple[tuple["CircuitBreaker", AbstractContextManager[None]], ...]] = ContextVar(
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
        clock: Callable[[], float] = time.monotonic,
        listeners: Sequence[CircuitListener] = (),
    ) -> None:
        if failure_threshold < 1 or recovery_timeout < 0:
            raise ValueError("failure_threshold must be at least 1 and recovery_timeout at least 0")
        self.name = name
        self._recovery_timeout = recovery_timeout
        self._expected = expected_exception
        self._clock = clock
        self._listeners = tuple(listeners)
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
                with self._guard():
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
        guard = self._guard()
        guard.__enter__()
        _entered.set((*_entered.get(), (self, guard)))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Record how the block ended."""
        entries = _entered.get()
        index = max((i for i, (breaker, _) in enumerate(entries) if breaker is self), default=None)
        if index is None:  # an abandoned async generator, closed from another context: its trial lapses by itself
            return
        _entered.set(entries[:index] + entries[index + 1 :])
        entries[index][1].__exit__(kind, error, traceback)

    async def __aenter__(self) -> Self:
        """As `with`; nothing is awaited."""
        return self.__enter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """As `with`; nothing is awaited."""
        self.__exit__(kind, error, traceback)

    @contextlib.contextmanager
    def _guard(self) -> Iterator[None]:
        period = self._admit()
        try:
            yield
        except self._expected:
            self._record(period, failed=True)
            raise
        except BaseException:
            self._give_trial_back(period)
            raise
        else:
            self._record(period, failed=False)

    def _admit(self) -> _Period:
        with self._lock:
            before = self.state
            if before is CircuitState.CLOSED:
                return self._period
            now = self._clock()
            # A trial that never reports (its thread was killed) must not keep the circuit shut: it lapses in its turn.
            if (wait := self._waiting_since + self._recovery_timeout - now) > 0:
                raise CircuitOpen(name=self.name, retry_after_seconds=wait)
            if before is CircuitState.OPEN:
                self._machine.half_open()
            self._waiting_since = now
            trial = self._begin_period()
        self._tell(before, CircuitState.HALF_OPEN)
        return trial

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
        self._tell(before, after)

    def _give_trial_back(self, period: _Period) -> None:
        with self._lock:
            if period is self._period and self.state is CircuitState.HALF_OPEN:
                self._waiting_since = -math.inf

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
