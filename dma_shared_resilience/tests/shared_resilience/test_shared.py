"""Two breakers of two processes, as far as they know: each with its own state and its own view of one Valkey."""

import asyncio
import logging

import pytest
import redis

from dma_shared_resilience import CircuitBreaker, CircuitOpen, CircuitState, RedisCircuits


class ModelError(Exception):
    pass


class Clock:
    def __init__(self):
        self.now = 1_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def client(valkey_url):
    with redis.Redis.from_url(valkey_url, socket_timeout=0.5) as opened:
        opened.flushdb()
        yield opened


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def a_process(client, clock):
    def make(**options):
        shared = RedisCircuits(client, refresh_seconds=0, clock=clock)
        return CircuitBreaker(2, 60, ModelError, name="model", clock=clock, shared=shared, **options)

    return make


def fail(breaker, times=2):
    for _ in range(times):
        with pytest.raises(ModelError), breaker:
            raise ModelError


def forget_the_wait(client):
    """As if the timeout had passed on the server."""
    client.delete("circuit:{model}:open")


def test_circuit_that_one_process_opens_is_open_in_the_others(a_process):
    heard = []
    one, other = a_process(), a_process(listeners=[lambda _, old, new: heard.append((old, new))])
    fail(one)

    with pytest.raises(CircuitOpen) as refusal, other:
        pass

    assert 50 < refusal.value.retry_after_seconds <= 60
    assert ([("closed", "open")], CircuitState.OPEN) == (heard, other.state)


def test_one_process_of_all_makes_the_trial_and_its_success_closes_the_circuit_for_all(a_process, client, clock):
    one, other = a_process(), a_process()
    fail(one)
    with pytest.raises(CircuitOpen), other:
        pass
    clock.now += 61
    forget_the_wait(client)

    with one:
        with pytest.raises(CircuitOpen), other:
            pass
        assert CircuitState.HALF_OPEN is one.state
    with other:
        pass

    assert (CircuitState.CLOSED, CircuitState.CLOSED) == (one.state, other.state)
    assert [] == client.keys("circuit:*")


def test_failed_trial_keeps_the_circuit_open_for_all(a_process, client, clock):
    one, other = a_process(), a_process()
    fail(one)
    clock.now += 61
    forget_the_wait(client)
    fail(one, times=1)

    with pytest.raises(CircuitOpen) as refusal, other:
        pass
    assert refusal.value.retry_after_seconds > 50


def test_trial_that_says_nothing_is_left_to_the_next_process(a_process, client, clock):
    one, other = a_process(), a_process()
    fail(one)
    with pytest.raises(CircuitOpen), other:
        pass
    clock.now += 61
    forget_the_wait(client)

    with pytest.raises(KeyError), one:
        raise KeyError("a bug of the caller")
    with other:
        pass
    assert CircuitState.CLOSED is other.state


def test_async_functions_share_too_and_leave_the_loop_free(a_process):
    one, other = a_process(), a_process()

    @one
    async def call():
        raise ModelError

    async def both():
        for _ in range(2):
            with pytest.raises(ModelError):
                await call()
        with pytest.raises(CircuitOpen):
            async with other:
                pass

    asyncio.run(both())


def test_each_process_goes_by_what_it_knows_while_the_server_is_away(clock, caplog):
    asked = []

    class Gone(redis.Redis):
        def execute_command(self, *args, **options):
            asked.append(args)
            raise redis.ConnectionError("nobody there")

        def pipeline(self, *args, **options):
            asked.append(args)
            raise redis.ConnectionError("nobody there")

    shared = RedisCircuits(Gone(), refresh_seconds=0, away_seconds=5, clock=clock)
    breaker = CircuitBreaker(2, 60, ModelError, name="model", clock=clock, shared=shared)
    caplog.set_level(logging.WARNING)

    fail(breaker)
    with pytest.raises(CircuitOpen), breaker:
        pass
    assert (1, 1) == (len(asked), len(caplog.records))

    clock.now += 61
    with breaker:
        pass
    assert CircuitState.CLOSED is breaker.state


def test_server_that_comes_back_empty_does_not_close_what_this_process_opened(clock, client):
    shared = RedisCircuits(client, refresh_seconds=0, away_seconds=5, clock=clock)
    breaker = CircuitBreaker(2, 60, ModelError, name="model", clock=clock, shared=shared)
    shared._away_until = clock.now + 5
    fail(breaker)
    clock.now += 6

    with pytest.raises(CircuitOpen), breaker:
        pass


def test_server_is_asked_no_more_often_than_said(client, clock):
    shared = RedisCircuits(client, refresh_seconds=1, clock=clock)
    other = RedisCircuits(client, refresh_seconds=1, clock=clock)
    assert shared.state("model").is_open is False

    other.open("model", 60)
    assert shared.state("model").is_open is False
    clock.now += 1
    assert shared.state("model").is_open is True
