import asyncio
import threading

import pytest

from dma_shared_resilience import CircuitBreaker, CircuitOpen, CircuitState


class ModelError(Exception):
    pass


class Clock:
    def __init__(self):
        self.now = 1_000.0

    def __call__(self):
        return self.now


class Dependency:
    """Answers or fails as told, and counts how often it was really called."""

    def __init__(self):
        self.error = None
        self.calls = 0

    def __call__(self):
        self.calls += 1
        if self.error is not None:
            raise self.error
        return "answer"


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def dependency():
    return Dependency()


def opened(clock, dependency, **options):
    """A breaker that has just opened, and the function behind it."""
    breaker = CircuitBreaker(failure_threshold=2, recovery_timeout=60, clock=clock, **options)
    guarded = breaker(dependency)
    dependency.error = ModelError("down")
    for _ in range(2):
        with pytest.raises(ModelError):
            guarded()
    assert CircuitState.OPEN is breaker.state
    return breaker, guarded


def test_method_of_an_agent_is_guarded_as_the_specification_writes_it():
    class Agent:
        breaker = CircuitBreaker(failure_threshold=5, recovery_timeout=60, expected_exception=ModelError)

        @breaker
        async def call_llm(self, prompt):
            """Ask the model."""
            raise ModelError(prompt)

    agent = Agent()
    for _ in range(5):
        with pytest.raises(ModelError, match="hello"):
            asyncio.run(agent.call_llm("hello"))
    with pytest.raises(CircuitOpen):
        asyncio.run(agent.call_llm("hello"))
    assert "Ask the model." == Agent.call_llm.__doc__


def test_circuit_opens_at_the_threshold_and_refuses_without_calling(clock, dependency):
    _, guarded = opened(clock, dependency)

    clock.now += 20
    with pytest.raises(CircuitOpen) as refusal:
        guarded()

    assert (2, 40.0) == (dependency.calls, refusal.value.retry_after_seconds)


def test_success_between_failures_starts_the_count_again(clock, dependency):
    breaker = CircuitBreaker(failure_threshold=2, clock=clock)
    guarded = breaker(dependency)

    for error in (ModelError(), None, ModelError()):
        dependency.error = error
        if error is None:
            assert "answer" == guarded()
        else:
            with pytest.raises(ModelError):
                guarded()

    assert (CircuitState.CLOSED, 1) == (breaker.state, breaker.failure_count)


def test_successful_trial_closes_the_circuit(clock, dependency):
    breaker, guarded = opened(clock, dependency)
    dependency.error = None

    clock.now += 60

    assert "answer" == guarded()
    assert (CircuitState.CLOSED, 0) == (breaker.state, breaker.failure_count)


def test_failed_trial_opens_the_circuit_for_another_full_timeout(clock, dependency):
    breaker, guarded = opened(clock, dependency)
    clock.now += 60
    with pytest.raises(ModelError):
        guarded()

    with pytest.raises(CircuitOpen) as refusal:
        guarded()

    assert (CircuitState.OPEN, 60.0) == (breaker.state, refusal.value.retry_after_seconds)


def test_only_one_trial_runs_at_a_time(clock, dependency):
    breaker, guarded = opened(clock, dependency)
    dependency.error = None
    clock.now += 60

    with breaker:
        assert CircuitState.HALF_OPEN is breaker.state
        with pytest.raises(CircuitOpen):
            guarded()

    assert "answer" == guarded()


def test_trial_that_never_reports_lapses_after_one_timeout(clock, dependency):
    breaker, guarded = opened(clock, dependency)
    dependency.error = None
    clock.now += 60
    breaker._admit()  # a trial whose thread is gone

    clock.now += 60

    assert "answer" == guarded()
    assert CircuitState.CLOSED is breaker.state


def test_cancelled_trial_decides_nothing_and_the_next_call_tries_again(clock, dependency):
    breaker, guarded = opened(clock, dependency)
    dependency.error = None
    clock.now += 60

    async def cancelled_call():
        async with breaker:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(cancelled_call())

    assert CircuitState.HALF_OPEN is breaker.state
    assert "answer" == guarded()


def test_other_exceptions_count_neither_as_failure_nor_as_success(clock, dependency):
    breaker = CircuitBreaker(failure_threshold=2, expected_exception=ModelError, clock=clock)
    guarded = breaker(dependency)

    for error in (ModelError(), KeyError("a bug of the caller")):
        dependency.error = error
        with pytest.raises(type(error)):
            guarded()

    assert (CircuitState.CLOSED, 1) == (breaker.state, breaker.failure_count)


def test_late_answer_of_a_call_from_before_changes_nothing(clock, dependency):
    breaker = CircuitBreaker(failure_threshold=2, clock=clock)
    early = breaker._admit()
    dependency.error = ModelError()
    for _ in range(2):
        with pytest.raises(ModelError):
            breaker(dependency)()

    breaker._record(early, failed=False)

    assert CircuitState.OPEN is breaker.state


def test_no_lock_is_held_while_a_call_runs():
    breaker = CircuitBreaker()
    both_inside = threading.Barrier(2, timeout=5)

    @breaker
    def call():
        return both_inside.wait()

    results = []
    threads = [threading.Thread(target=lambda: results.append(call())) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [0, 1] == sorted(results)


def test_raised_error_is_the_very_object_of_the_dependency(clock, dependency):
    error = ModelError("down")
    dependency.error = error
    breaker = CircuitBreaker(failure_threshold=1, clock=clock)

    with pytest.raises(ModelError) as caught:
        breaker(dependency)()

    assert error is caught.value
    assert caught.value.__cause__ is None


def test_listeners_hear_every_change_and_may_use_the_breaker(clock, dependency):
    heard = []

    def listen(breaker, old, new):
        heard.append((breaker.name, breaker.state, f"{old}->{new}"))

    _, guarded = opened(clock, dependency, name="model", listeners=[listen])
    dependency.error = None
    clock.now += 60
    guarded()

    assert [
        ("model", "open", "closed->open"),
        ("model", "half_open", "open->half_open"),
        ("model", "closed", "half_open->closed"),
    ] == heard


def test_failing_listener_is_logged_and_does_not_reach_the_caller(clock, dependency, caplog):
    def broken(*_change):
        raise RuntimeError("listener")

    opened(clock, dependency, name="model", listeners=[broken])

    assert ["a listener of circuit breaker model failed"] == [record.getMessage() for record in caplog.records]


def test_nested_blocks_of_two_breakers_report_to_their_own(clock):
    inner, outer = CircuitBreaker(1, clock=clock), CircuitBreaker(1, expected_exception=KeyError, clock=clock)

    with pytest.raises(ModelError), outer, inner:
        raise ModelError

    assert (CircuitState.OPEN, CircuitState.CLOSED) == (inner.state, outer.state)


def test_generator_functions_are_refused():
    def stream():
        yield 1

    with pytest.raises(TypeError, match="generator function"):
        CircuitBreaker()(stream)


@pytest.mark.parametrize("options", [{"failure_threshold": 0}, {"recovery_timeout": -1}])
def test_senseless_limits_are_refused(options):
    with pytest.raises(ValueError, match="must be at least"):
        CircuitBreaker(**options)
