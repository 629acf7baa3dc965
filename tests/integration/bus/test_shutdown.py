"""A worker that stops gives back what it did not start, quickly and in order."""

import threading
import time

import dramatiq

from tests.integration.bus.waiting import eventually
from tests.support.stopwatch import Stopwatch


def test_stopping_an_idle_worker_takes_a_second_at_most(broker, start_worker):
    dramatiq.actor(lambda: None, broker=broker, actor_name="note")
    worker = start_worker(broker)
    eventually(lambda: broker.live_consumers("default"))

    with Stopwatch() as took:
        worker.stop()
        broker.close()

    assert took.seconds < 1.5
    assert [] == broker.live_consumers("default")


def test_unstarted_messages_are_given_back_in_order_and_without_blame(make_broker, raw, start_worker):
    broker, seen, gate = make_broker(), [], threading.Event()

    @dramatiq.actor(broker=broker)
    def note(number):
        seen.append(number)
        assert gate.wait(10)

    worker = start_worker(broker, threads=1, queues={"default"})
    for number in range(6):
        note.send(number)
    eventually(lambda: broker.session.in_flight.count("default") == 2)
    stopping = threading.Thread(target=worker.stop)
    stopping.start()
    time.sleep(0.1)
    gate.set()
    stopping.join(10)
    broker.close()
    assert [0] == seen

    pending = raw.xpending_range("{dramatiq:default}:p2", "workers", "-", "+", 10)
    assert {("orphans", 0)} == {(row["consumer"], row["times_delivered"]) for row in pending}
    assert ["orphans"] == [row["name"] for row in raw.xinfo_consumers("{dramatiq:default}:p2", "workers")]
    another = start_worker(broker, threads=1)
    broker.join("default", timeout=5_000)
    another.stop()
    assert list(range(6)) == seen


def test_messages_given_back_again_and_again_are_never_buried(broker, raw):
    note = dramatiq.actor(lambda: None, broker=broker, actor_name="note")
    note.send()

    for _ in range(5):
        consumer = broker.consume("default", timeout=200)
        message = next(consumer)
        consumer.requeue([message])
        consumer.close()

    consumer = broker.consume("default", timeout=200)
    assert 0 == next(consumer).entry.deliveries
    consumer.close()


def test_requeue_of_nothing_is_fine(broker):
    dramatiq.actor(lambda: None, broker=broker, actor_name="note")
    consumer = broker.consume("default", timeout=10)

    consumer.requeue(iter(()))
    consumer.close()
    consumer.close()

    assert [] == broker.live_consumers("default")


def test_beat_that_comes_late_brings_no_lease_back(broker):
    dramatiq.actor(lambda: None, broker=broker, actor_name="note")
    consumer = broker.consume("default", timeout=10)
    keys = broker.layout.of("default")
    maintenance = broker.session._maintenance

    consumer.close()
    maintenance._beat([keys])

    assert [] == broker.live_consumers("default")


def test_worker_thread_that_outlives_the_stop_keeps_its_message_for_the_lease(broker, raw):
    note = dramatiq.actor(lambda: None, broker=broker, actor_name="note")
    note.send()
    consumer = broker.consume("default", timeout=200)
    message = next(consumer)
    name = broker.session.consumer
    consumer.close()

    broker.close()

    assert [name] == [row["consumer"] for row in raw.xpending_range(message.entry.lane, "workers", "-", "+", 10)]
    assert name in dict(broker.live_consumers("default"))


def test_process_holds_no_more_than_it_may_prefetch(broker):
    note = dramatiq.actor(lambda: None, broker=broker, actor_name="note")
    for priority in (1, 2, 3, 1, 2, 3):
        note.send_with_options(priority=priority)
    consumer = broker.consume("default", prefetch=2, timeout=20)

    first, second = next(consumer), next(consumer)
    assert next(consumer) is None
    assert 2 == broker.queue_stats("default").in_flight
    consumer.ack(first)
    third = next(consumer)

    assert third is not None
    assert next(consumer) is None
    for message in (second, third):
        consumer.ack(message)
    consumer.close()


def test_more_than_there_is_room_for_is_given_back_at_once(broker):
    """A waiting read is answered with one message of each lane."""
    note = dramatiq.actor(lambda: None, broker=broker, actor_name="note")
    consumer = broker.consume("default", prefetch=1, timeout=20)
    assert next(consumer) is None
    broker.enqueue_many([note.message_with_options(priority=priority) for priority in (3, 2, 1)])

    kept = next(consumer)

    assert 1 == kept.entry.priority
    assert (2, 1) == (broker.queue_stats("default").ready, broker.queue_stats("default").in_flight)
    consumer.close()
