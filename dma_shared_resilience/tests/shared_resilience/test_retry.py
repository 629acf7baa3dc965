import asyncio

import pytest

from dma_shared_resilience import CircuitBreaker, CircuitOpen, RetryWithBackoff


class Time:
    """A clock that moves only when somebody sleeps."""

    def __init__(self):
        self.now = 0.0
        self.waits = []

    def clock(self):
        return self.now

    def sleep(self, seconds):
        self.waits.append(seconds)
        self.now += seconds

    async def async_sleep(self, seconds):
        self.sleep(seconds)


class Busy(Exception):
    def __init__(self, retry_after_seconds):
        super().__init__("busy")
        self.retry_after_seconds = retry_after_seconds


@pytest.fixture
def time():
    return Time()


@pytest.fixture
def retrying(time):
    def make(**options):
        options = {"jitter": "none", **options}
        return RetryWithBackoff(sleep=time.sleep, async_sleep=time.async_sleep, clock=time.clock, **options)

    return make


def failing(*errors):
    """A function that raises these one after another, and then answers."""
    left = list(errors)

    def call():
        if left:
            raise left.pop(0)
        return "answer"

    return call


def test_default_waits_are_two_four_and_eight_seconds(time, retrying):
    call = retrying()(failing(OSError(), OSError(), OSError()))

    assert "answer" == call()
    assert [2, 4, 8] == time.waits


def test_wait_is_never_longer_than_the_maximum(time, retrying):
    call = retrying(attempts=6, max_seconds=5)(failing(*[OSError()] * 5))

    assert "answer" == call()
    assert [2, 4, 5, 5, 5] == time.waits


def test_last_error_is_raised_as_it_is_with_a_note(retrying):
    errors = [OSError(number) for number in range(4)]
    call = retrying()(failing(*errors))

    with pytest.raises(OSError, match="3") as caught:
        call()

    assert errors[3] is caught.value
    assert ["gave up after 4 of 4 attempts in 14.0 s"] == caught.value.__notes__


def test_full_jitter_takes_a_random_share_of_each_wait(time, retrying):
    asked = []

    def uniform(low, high):
        asked.append((low, high))
        return high / 4

    call = retrying(jitter="full", uniform=uniform)(failing(OSError(), OSError()))

    assert "answer" == call()
    assert ([(0, 2), (0, 4)], [0.5, 1.0]) == (asked, time.waits)


def test_server_that_says_when_to_come_back_is_believed(time, retrying):
    call = retrying()(failing(Busy(20), Busy(1)))

    assert "answer" == call()
    assert [20, 4] == time.waits


def test_request_to_stay_away_for_too_long_ends_the_attempts(time, retrying):
    with pytest.raises(Busy):
        retrying(max_retry_after_seconds=30)(failing(Busy(31)))()

    assert [] == time.waits


def test_only_the_named_errors_are_tried_again(time, retrying):
    with pytest.raises(KeyError):
        retrying(retry_on=(OSError, ValueError))(failing(KeyError("a bug")))()

    assert [] == time.waits


def test_function_may_decide_what_is_tried_again(time, retrying):
    call = retrying(retry_on=lambda error: "again" in str(error))(failing(ValueError("again"), ValueError("no")))

    with pytest.raises(ValueError, match="no"):
        call()

    assert [2] == time.waits


def test_budget_ends_the_attempts_before_a_wait_that_would_pass_it(time, retrying):
    with pytest.raises(OSError, match="third"):
        retrying(budget_seconds=10)(failing(OSError(), OSError(), OSError("third")))()

    assert [2, 4] == time.waits


def test_async_functions_are_tried_again_too(time, retrying):
    call = failing(OSError(), OSError())

    @retrying()
    async def ask():
        return call()

    assert "answer" == asyncio.run(ask())
    assert [2, 4] == time.waits


def test_cancellation_is_never_tried_again(time, retrying):
    @retrying()
    async def ask():
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(ask())
    assert [] == time.waits


def test_observer_hears_of_every_attempt_that_will_be_repeated(retrying):
    heard = []
    retrying(on_retry=heard.append)(failing(OSError("one"), OSError("two")))()

    assert [(1, "one", 2), (2, "two", 4)] == [(h.attempt, str(h.error), h.wait_seconds) for h in heard]


def test_hundreds_of_attempts_do_not_overflow(time, retrying):
    retrying(attempts=2_000)(failing(*[OSError()] * 1_999))()

    assert {2, 4, 8} == set(time.waits)


def test_retry_around_an_open_circuit_gives_up_at_once(time, retrying):
    breaker = CircuitBreaker(failure_threshold=2, recovery_timeout=60, clock=time.clock)
    call = retrying()(breaker(failing(*[OSError()] * 9)))

    with pytest.raises(CircuitOpen):
        call()

    assert [2, 4] == time.waits


@pytest.mark.parametrize("options", [{"attempts": 0}, {"base_seconds": -1}, {"budget_seconds": -1}])
def test_senseless_limits_are_refused(options):
    with pytest.raises(ValueError, match="at least 1"):
        RetryWithBackoff(**options)
