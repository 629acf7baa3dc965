import asyncio
import time

import pytest

from dma_shared_resilience import CircuitBreaker, CircuitOpen, RetryWithBackoff
from dma_shared_resilience.testing import no_sleep


def test_waits_are_noted_and_take_no_time():
    @RetryWithBackoff(jitter="none")
    def fail():
        raise OSError("down")

    began = time.monotonic()
    with no_sleep() as waits, pytest.raises(OSError, match="down"):
        fail()

    assert [2, 4, 8] == waits
    assert time.monotonic() - began < 2


def test_async_functions_wait_no_longer():
    @RetryWithBackoff(jitter="none")
    async def fail():
        raise OSError("down")

    with no_sleep() as waits, pytest.raises(OSError, match="down"):
        asyncio.run(fail())

    assert [2, 4, 8] == waits


def test_time_passes_for_budgets_and_breakers_as_if_it_had_been_waited():
    breaker = CircuitBreaker(1, 5, OSError)
    results = iter([OSError("down"), None])

    @RetryWithBackoff(attempts=9, jitter="none", retry_on=(OSError, CircuitOpen), budget_seconds=60)
    @breaker
    def call():
        if error := next(results):
            raise error
        return "answer"

    with no_sleep() as waits:
        assert "answer" == call()

    # The circuit opens at the first failure; its 5 s are over after the third wait, which it asks for itself.
    assert 2 == waits[0]
    assert sum(waits) >= 5


def test_waits_are_real_again_after_the_block():
    with no_sleep():
        pass

    @RetryWithBackoff(attempts=2, base_seconds=0.01, jitter="none")
    def fail():
        raise OSError("down")

    began = time.monotonic()
    with pytest.raises(OSError, match="down"):
        fail()
    assert time.monotonic() - began >= 0.01
