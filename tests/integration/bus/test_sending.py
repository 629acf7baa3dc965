"""Sending from coroutines, and lanes that take turns."""

import asyncio

import dramatiq
import pytest
import redis

from bus.streams import Streams


@pytest.fixture
def note(broker):
    return dramatiq.actor(lambda number: None, broker=broker, actor_name="note")


def test_what_coroutines_send_at_once_is_written_together(broker, note, monkeypatch):
    sizes, publish = [], Streams.publish

    def counted(self, publications):
        sizes.append(len(publications))
        return publish(self, publications)

    monkeypatch.setattr(Streams, "publish", counted)

    async def send_many():
        return await asyncio.gather(*(broker.enqueue_async(note.message(number)) for number in range(200)))

    sent = asyncio.run(send_many())

    assert 200 == sum(sizes)
    assert len(sizes) <= 5
    assert 200 == broker.queue_stats("default").ready
    assert list(range(200)) == [message.args[0] for message in sent]


def test_each_coroutine_hears_of_its_own_message(broker, note):
    async def send_three():
        return await asyncio.gather(
            broker.enqueue_async(note.message_with_options(args=(1,), unique_key="a")),
            broker.enqueue_async(note.message_with_options(args=(2,), unique_key="a")),
            broker.enqueue_async(note.message(3), delay=60_000),
            broker.enqueue_async(note.message_with_options(args=(4,), priority=9)),
            return_exceptions=True,
        )

    first, second, third, refused = asyncio.run(send_three())

    assert first.message_id == second.options["duplicate_of"]
    assert "duplicate_of" not in third.options
    assert isinstance(refused, ValueError)
    assert (1, 1) == (broker.queue_stats("default").ready, broker.queue_stats("default").delayed)


def test_every_coroutine_hears_that_the_server_is_away(broker, note, monkeypatch):
    def fail(self, publications):
        raise redis.ConnectionError("away")

    monkeypatch.setattr(Streams, "publish", fail)

    async def send_two():
        sending = (broker.enqueue_async(note.message(number)) for number in range(2))
        return await asyncio.gather(*sending, return_exceptions=True)

    errors = asyncio.run(send_two())

    assert [dramatiq.ConnectionClosed] * 2 == [type(error) for error in errors]
    assert errors[0] is not errors[1]


def test_coroutine_that_gives_up_does_not_disturb_the_others(broker, note):
    async def send_two():
        given_up = asyncio.create_task(broker.enqueue_async(note.message(1)))
        kept = asyncio.create_task(broker.enqueue_async(note.message(2)))
        await asyncio.sleep(0)
        given_up.cancel()
        return (await kept).args

    assert (2,) == asyncio.run(send_two())


def test_event_loops_one_after_the_other_each_send(broker, note):
    for number in range(3):
        asyncio.run(broker.enqueue_async(note.message(number)))

    assert 3 == broker.queue_stats("default").ready


def order_of(consumer, count):
    taken = []
    for _ in range(count):
        message = next(consumer)
        taken.append(message.entry.priority)
        consumer.ack(message)
    return taken


def test_lower_lanes_get_their_turn_while_a_higher_one_is_never_empty(make_broker):
    broker = make_broker(low_priority_every=8)
    note = dramatiq.actor(lambda: None, broker=broker, actor_name="note")
    broker.enqueue_many([note.message_with_options(priority=1) for _ in range(100)])
    broker.enqueue_many([note.message_with_options(priority=priority) for priority in (2, 2, 3, 3)])
    consumer = broker.consume("default", prefetch=4, timeout=200)
    order = order_of(consumer, 60)
    consumer.close()

    assert [3, 2, 3, 2] == [priority for priority in order if priority != 1]


def test_lower_lanes_get_as_many_turns_of_large_batches(make_broker):
    broker = make_broker(low_priority_every=2)
    note = dramatiq.actor(lambda: None, broker=broker, actor_name="note")
    for priority in (1, 3):
        broker.enqueue_many([note.message_with_options(priority=priority) for _ in range(100)])
    consumer = broker.consume("default", prefetch=16, timeout=200)
    order = order_of(consumer, 80)
    consumer.close()

    assert [1] * 16 == order[:16]
    assert 32 == order[16:].count(3)


def test_lanes_are_strict_when_asked(make_broker):
    broker = make_broker(low_priority_every=0)
    note = dramatiq.actor(lambda: None, broker=broker, actor_name="note")
    broker.enqueue_many([note.message_with_options(priority=3) for _ in range(3)])
    broker.enqueue_many([note.message_with_options(priority=1) for _ in range(50)])
    consumer = broker.consume("default", prefetch=4, timeout=200)
    order = order_of(consumer, 53)
    consumer.close()

    assert [1] * 50 + [3] * 3 == order


def test_lanes_are_counted_one_by_one(broker, note):
    for priority, count in ((1, 1), (2, 2), (3, 3)):
        for _ in range(count):
            note.send_with_options(args=(0,), priority=priority)
    consumer = broker.consume("default", prefetch=1, timeout=200)
    next(consumer)
    lanes = broker.queue_stats("default").lanes
    consumer.close()

    assert {1: (0, 1), 2: (2, 0), 3: (3, 0)} == {name: (lane.ready, lane.in_flight) for name, lane in lanes.items()}
    assert lanes[3].oldest_age_seconds >= 0
