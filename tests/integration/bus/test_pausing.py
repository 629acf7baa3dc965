"""A paused queue hands nothing out, in no process, until it is resumed."""

import dramatiq
import pytest

from tests.integration.bus.waiting import eventually, waiting_reads


@pytest.fixture
def note(broker):
    """An actor that remembers what it was given: `note.seen`."""
    seen = []
    note = dramatiq.actor(seen.append, broker=broker, actor_name="note")
    note.seen = seen
    return note


def test_nothing_is_taken_of_a_paused_queue(broker, note, start_worker):
    broker.pause_queue("default")
    start_worker(broker)
    note.send(1)
    note.send_with_options(args=(2,), delay=50)
    eventually(lambda: broker.queue_stats("default").ready == 2)

    assert [] == note.seen
    assert broker.queue_stats("default").is_paused
    assert broker.resume_queue("default")
    eventually(lambda: note.seen == [1, 2])
    assert not broker.queue_stats("default").is_paused
    assert not broker.resume_queue("default")


def test_readers_that_wait_on_the_server_take_nothing_more(broker, note, raw, start_worker, make_broker):
    """Each is woken before it could be given what is sent after the pause."""
    others = [make_broker() for _ in range(3)]
    for other in others:
        dramatiq.actor(note.fn, broker=other, actor_name="note")
        start_worker(other)
    eventually(lambda: len(waiting_reads(raw)) == 3)

    broker.pause_queue("default")
    broker.enqueue_many([note.message(number) for number in range(20)])
    eventually(lambda: not waiting_reads(raw))

    assert [] == note.seen
    assert 20 == broker.queue_stats("default").ready
    broker.resume_queue("default")
    eventually(lambda: sorted(note.seen) == list(range(20)))


def test_pause_outlives_the_workers(broker, note, start_worker, make_broker):
    worker = start_worker(broker)
    broker.pause_queue("default")
    worker.stop()
    later = make_broker()
    dramatiq.actor(note.fn, broker=later, actor_name="note")
    note.send(1)
    start_worker(later)
    consumer = later.consume("default", timeout=50)

    assert next(consumer) is None
    assert [] == note.seen
    consumer.close()


def test_other_queues_go_on(broker, note, start_worker):
    seen = []
    other = dramatiq.actor(seen.append, broker=broker, actor_name="other", queue_name="other")
    start_worker(broker)
    broker.pause_queue("default")
    note.send(1)
    other.send(1)

    eventually(lambda: seen == [1])
    assert [] == note.seen
