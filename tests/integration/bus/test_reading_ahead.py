"""A process holds its prefetch, and more of what takes next to no time (`bus.pace`)."""

import threading

import dramatiq
import pytest

from bus.pace import SURE_AFTER
from tests.integration.bus.waiting import eventually

PREFETCH = 4
QUICK = PREFETCH * (SURE_AFTER + 4)


def take(consumer, count):
    """Take so many and finish each at once; returns how many were held at most."""
    most = 0
    for _ in range(count):
        message = next(consumer)
        most = max(most, consumer._in_flight.count("default"))
        consumer.ack(message)
    return most


@pytest.fixture
def consume(make_broker):
    """A consumer of a queue with so many messages."""
    consumers = []

    def consume(messages, **options):
        broker = make_broker(**options)
        note = dramatiq.actor(lambda: None, broker=broker, actor_name="note")
        broker.enqueue_many([note.message() for _ in range(messages)])
        consumers.append(broker.consume("default", prefetch=PREFETCH, timeout=200))
        return consumers[-1]

    yield consume
    for consumer in consumers:
        consumer.close()


def test_process_reads_ahead_of_what_takes_no_time(consume):
    consumer = consume(10 * QUICK)

    assert 4 * PREFETCH == take(consumer, 8 * QUICK)


def test_process_holds_no_more_than_its_prefetch_when_told_so(consume):
    consumer = consume(4 * QUICK, read_ahead=1)

    assert PREFETCH == take(consumer, 4 * QUICK)


def test_messages_that_take_their_time_are_left_to_others(make_broker, start_worker):
    broker = make_broker()
    gate, started = threading.Event(), []

    @dramatiq.actor(broker=broker, actor_name="wait")
    def wait():
        started.append(1)
        gate.wait(10)

    broker.enqueue_many([wait.message() for _ in range(40)])
    start_worker(broker, threads=2)
    eventually(lambda: len(started) == 2)

    assert 4 == broker.queue_stats("default").in_flight
    gate.set()
    eventually(lambda: len(started) == 40)
