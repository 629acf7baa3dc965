"""The server goes away, comes back, or comes back empty."""

import dataclasses
import signal
import threading
import time
from unittest.mock import Mock

import dramatiq
import pytest
import redis

from bus import StreamsBroker
from tests.integration.bus.conftest import FAST
from tests.integration.bus.waiting import eventually


@pytest.fixture
def slow_notes(make_broker, own_server):
    """A broker on a server of its own, with an actor that takes a little time; `slow_notes.seen`."""
    broker = make_broker(own_server.url())
    seen = []

    @dramatiq.actor(broker=broker)
    def note(number):
        time.sleep(0.05)
        seen.append(number)

    note.seen = seen
    return note


def test_restart_of_the_server_loses_nothing(own_server, slow_notes, start_worker):
    with redis.Redis(port=own_server.port) as client:
        client.config_set("appendfsync", "always")
    broker = slow_notes.broker
    worker = start_worker(broker, threads=4)
    broker.enqueue_many([slow_notes.message(number) for number in range(60)])
    for number in range(3):
        slow_notes.send_with_options(args=(1000 + number,), delay=500)
    eventually(lambda: len(slow_notes.seen) >= 10)

    own_server.kill()
    time.sleep(0.3)
    own_server.start()
    broker.join("default", timeout=20_000)
    worker.stop()

    expected = [*range(60), 1000, 1001, 1002]
    assert expected == sorted(set(slow_notes.seen))
    assert expected == sorted(slow_notes.seen)  # living workers kept what they held


def test_outage_longer_than_a_lease_takes_nothing_from_living_workers(
    own_server, slow_notes, make_broker, start_worker
):
    started = []

    @dramatiq.actor(broker=slow_notes.broker, queue_name="long")
    def hold():
        started.append(time.monotonic())
        time.sleep(5)

    first = start_worker(slow_notes.broker)
    rival = StreamsBroker(own_server.url(), **FAST)
    rival.declare_actor(hold)
    rival_worker = start_worker(rival)
    hold.send()
    eventually(lambda: started)

    own_server.signal(signal.SIGSTOP)
    time.sleep(FAST["lease_seconds"] + 0.7)
    own_server.signal(signal.SIGCONT)
    slow_notes.broker.join("long", timeout=20_000)
    first.stop()
    rival_worker.stop()
    rival.close()

    assert 1 == len(started)


def test_consumers_rebuild_what_a_flush_of_the_server_destroyed(own_server, slow_notes, start_worker):
    broker = slow_notes.broker
    worker = start_worker(broker)
    slow_notes.send(1)
    broker.join("default", timeout=5_000)

    with redis.Redis(port=own_server.port) as client:
        client.flushall()
    slow_notes.send(2)
    slow_notes.send_with_options(args=(3,), delay=50)
    broker.join("default", timeout=10_000)
    worker.stop()

    assert [1, 2, 3] == slow_notes.seen
    assert broker.live_consumers("default") == []


def test_flush_of_the_server_under_load_does_not_stop_the_workers(own_server, slow_notes, start_worker):
    broker = slow_notes.broker
    worker = start_worker(broker)
    broker.enqueue_many([slow_notes.message(number) for number in range(20)])
    eventually(lambda: slow_notes.seen)

    with redis.Redis(port=own_server.port) as client:
        client.flushall()
    eventually(lambda: broker.session.in_flight.count("default") == 0)
    slow_notes.send(99)
    eventually(lambda: 99 in slow_notes.seen)
    worker.stop()


def test_nothing_is_handed_back_to_a_server_that_has_lost_it(broker, raw):
    note = dramatiq.actor(lambda: None, broker=broker, actor_name="note")
    note.send()
    consumer = broker.consume("default", prefetch=1, timeout=100)
    held = next(consumer)

    raw.flushdb()
    consumer.requeue([held])

    assert 0 == broker.session.in_flight.count("default")
    consumer.close()


def test_delivery_whose_answer_was_lost_is_found_again(broker, raw, start_worker):
    seen = []
    note = dramatiq.actor(seen.append, broker=broker, actor_name="note")
    note.send("lost on the way")
    keys = broker.layout.of("default")
    broker.session.streams.ensure_groups(keys)
    [lost] = broker.session.streams.take(keys, 1, may_take_last_chance=True).entries  # and nobody remembers it

    start_worker(broker)
    eventually(lambda: seen)
    broker.join("default", timeout=5_000)

    assert ("lost on the way",) == lost.message().args
    assert ["lost on the way"] == seen


def test_sender_hears_that_the_server_is_away(own_server, slow_notes):
    slow_notes.send(1)
    own_server.kill()

    with pytest.raises(dramatiq.ConnectionClosed):
        slow_notes.send(2)
    with pytest.raises(dramatiq.ConnectionFailed):
        slow_notes.broker.consume("default")
    own_server.start()
    slow_notes.send(3)

    assert 2 == slow_notes.broker.queue_stats("default").ready


def test_answer_that_is_late_stores_one_message_and_not_two(own_server, make_broker, monkeypatch):
    """redis-py's own clients send a command again when its answer is late."""
    monkeypatch.setattr("bus.session.COMMAND_TIMEOUT_SECONDS", 0.2)
    broker = make_broker(f"{own_server.url()}?socket_timeout=60")
    note = dramatiq.actor(lambda: None, broker=broker, actor_name="note")
    note.send()

    own_server.signal(signal.SIGSTOP)
    resume = threading.Timer(0.3, own_server.signal, [signal.SIGCONT])
    resume.start()
    with pytest.raises(dramatiq.ConnectionClosed):
        note.send()  # the server gets it all the same
    resume.join()
    eventually(lambda: broker.queue_stats("default").ready == 2)
    time.sleep(0.3)

    assert 2 == broker.queue_stats("default").ready


@pytest.mark.parametrize(
    "error",
    [
        redis.exceptions.ReadOnlyError("READONLY"),
        redis.exceptions.BusyLoadingError("LOADING"),
        redis.exceptions.TimeoutError("slow"),
        redis.exceptions.OutOfMemoryError("OOM"),
        redis.exceptions.ClusterDownError("CLUSTERDOWN"),
        redis.exceptions.RedisClusterException("no slot"),
        redis.exceptions.ResponseError("MISCONF disk is full"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_every_error_of_the_server_makes_the_worker_try_again(broker, monkeypatch, error):
    from bus.streams import Streams

    def fail(*_args, **_kwargs):
        raise error

    note = dramatiq.actor(lambda: None, broker=broker, actor_name="note")
    note.send()
    consumer = broker.consume("default", prefetch=2, timeout=200)
    message = next(consumer)

    broker.session.options = dataclasses.replace(broker.options, ack_flush_seconds=0)
    with monkeypatch.context() as broken:
        broken.setattr(Streams, "settle", fail)
        broken.setattr(Streams, "take", fail)
        broken.setattr(Streams, "publish", fail)
        for action in (
            lambda: consumer.ack(message),
            lambda: consumer.nack(message),
            lambda: next(consumer),
            note.send,
        ):
            with pytest.raises(dramatiq.ConnectionClosed) as caught:
                action()
            assert error is caught.value.__cause__
    consumer.ack(message)

    assert 0 == broker.unfinished("default")
    consumer.close()


def test_gathered_acknowledgement_is_tried_until_it_is_written(broker, monkeypatch, caplog):
    from bus.streams import Streams

    note = dramatiq.actor(lambda: None, broker=broker, actor_name="note")
    note.send()
    consumer = broker.consume("default", timeout=200)
    message = next(consumer)
    with monkeypatch.context() as broken:
        broken.setattr(Streams, "acknowledge", Mock(side_effect=redis.exceptions.BusyLoadingError("LOADING")))
        consumer.ack(message)
        eventually(lambda: "acknowledgements are tried again" in caplog.text)
        assert next(consumer) is None  # finished, so not delivered again while the server does not know it

    eventually(lambda: broker.unfinished("default") == 0)
    consumer.close()


def test_acknowledgement_may_arrive_at_a_new_consumer(broker):
    note = dramatiq.actor(lambda: None, broker=broker, actor_name="note")
    note.send()
    old = broker.consume("default", timeout=200)
    message = next(old)
    old.close()

    new = broker.consume("default", timeout=10)
    assert next(new) is None  # still in hand, so not delivered again
    new.ack(message)

    eventually(lambda: broker.unfinished("default") == 0)
    new.close()
