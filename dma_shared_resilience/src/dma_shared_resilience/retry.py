"""Retry with exponential backoff, jitter, and respect for a server that says when to come back."""

import functools
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal, ParamSpec, TypeVar

from dma_shared_resilience import _time
from dma_shared_resilience._functions import is_async, refuse_generators, wrapper_of

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class RetryAttempt:
    """A failed attempt that will be followed by another one."""

    attempt: int
    """The attempt that failed, from 1."""
    error: Exception
    wait_seconds: float
    """Seconds until the next attempt."""


class RetryWithBackoff:
    """A decorator for sync and `async def` functions.

    The wait before attempt n + 1 is `base_seconds * 2 ** (n - 1)`, at most `max_seconds`: 2, 4 and 8 s by default. With
    jitter "full" it is a random share of that, so that callers that failed together do not come back together. An
    error with an attribute `retry_after_seconds` is never asked again earlier than that.

    The last error is raised as it is, with a note that says how many attempts were made.

    Args:
        attempts: Calls in all, the first included; from 1.
        base_seconds: The first wait before jitter.
        max_seconds: The longest wait before jitter.
        retry_on: The exceptions worth another try: a class, a tuple of classes, or a function that decides.
        jitter: "full" or "none".
        budget_seconds: Give up when the next wait would end later than this after the first call; None never does.
        max_retry_after_seconds: Give up at once when asked to stay away for longer than this.
        on_retry: Told before every wait.
        sleep: How a sync function waits.
        async_sleep: How an `async def` function waits.
        uniform: Returns a random number between its two arguments.
        clock: Monotonic seconds.

    Raises:
        ValueError: No attempt, or a negative time.
    """

    def __init__(
        self,
        attempts: int = 4,
        base_seconds: float = 2,
        max_seconds: float = 8,
        retry_on: type[Exception] | tuple[type[Exception], ...] | Callable[[Exception], bool] = Exception,
        jitter: Literal["full", "none"] = "full",
        budget_seconds: float | None = None,
        *,
        max_retry_after_seconds: float = 30,
        on_retry: Callable[[RetryAttempt], None] | None = None,
        sleep: Callable[[float], None] = _time.sleep,
        async_sleep: Callable[[float], Awaitable[None]] = _time.async_sleep,
        uniform: Callable[[float, float], float] = random.uniform,  # noqa: S311 - spreads waits, guards nothing
        clock: Callable[[], float] = _time.monotonic,
    ) -> None:
        if attempts < 1 or min(base_seconds, max_seconds, budget_seconds or 0, max_retry_after_seconds) < 0:
            raise ValueError("attempts must be at least 1 and no time negative")
        self._attempts = attempts
        self._base_seconds, self._max_seconds = base_seconds, max_seconds
        self._retry_on = retry_on
        self._jitter = jitter
        self._budget_seconds = budget_seconds
        self._max_retry_after_seconds = max_retry_after_seconds
        self._on_retry = on_retry
        self._sleep, self._async_sleep = sleep, async_sleep
        self._uniform, self._clock = uniform, clock

    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:
        """`function`, tried again when it fails; `async def` stays `async def`.

        Raises:
            TypeError: A generator function, which cannot be started over half-way.
        """
        refuse_generators(function)
        if is_async(function):

            async def retried_async(*args: Any, **kwargs: Any) -> Any:
                return await self._run_async(functools.partial(function, *args, **kwargs))

            return wrapper_of(function, retried_async)

        def retried(*args: Any, **kwargs: Any) -> Any:
            return self._run(functools.partial(function, *args, **kwargs))

        return wrapper_of(function, retried)

    def _run(self, call: Callable[[], Any]) -> Any:
        attempt, started = 1, self._clock()
        while True:
            try:
                return call()
            except Exception as error:
                wait = self._wait_after(error, attempt, started)
                if wait is None:
                    raise
            self._sleep(wait)
            attempt += 1

    async def _run_async(self, call: Callable[[], Any]) -> Any:
        attempt, started = 1, self._clock()
        while True:
            try:
                return await call()
            except Exception as error:
                wait = self._wait_after(error, attempt, started)
                if wait is None:
                    raise
            await self._async_sleep(wait)
            attempt += 1

    def _wait_after(self, error: Exception, attempt: int, started: float) -> float | None:
        """Seconds to wait after this failure, or None to give up."""
        if not self._is_worth_a_retry(error):
            return None
        wait = max(self._backoff(attempt), asked := _asked_for(error))
        spent = self._clock() - started
        is_over_budget = self._budget_seconds is not None and spent + wait > self._budget_seconds
        if attempt >= self._attempts or asked > self._max_retry_after_seconds or is_over_budget:
            error.add_note(f"gave up after {attempt} of {self._attempts} attempts in {spent:.1f} s")
            return None
        if self._on_retry is not None:
            self._on_retry(RetryAttempt(attempt=attempt, error=error, wait_seconds=wait))
        return wait

    def _is_worth_a_retry(self, error: Exception) -> bool:
        if isinstance(self._retry_on, type | tuple):
            return isinstance(error, self._retry_on)
        return self._retry_on(error)

    def _backoff(self, attempt: int) -> float:
        # 2.0 ** 1024 overflows; by then every base has long met its maximum.
        ceiling = min(self._max_seconds, self._base_seconds * 2.0 ** min(attempt - 1, 64))
        return self._uniform(0, ceiling) if self._jitter == "full" else ceiling


def _asked_for(error: Exception) -> float:
    """Seconds that the error itself asks to stay away; 0 when it does not say."""
    asked = getattr(error, "retry_after_seconds", None)
    return float(asked) if isinstance(asked, int | float) else 0.0
