"""Acknowledgements that hand nothing over are gathered and written together."""

from collections import Counter
from threading import Event

import dramatiq
import pytest

from bus.streams import Streams
from tests.integration.bus.waiting import eventually
from tests.support.stopwatch import Stopwatch


@pytest.fixture
def note(broker):
    return dramatiq.actor(lambda: None, broker=broker, actor_name="note")


def test_many_are_written_in_few_scripts(broker, note, start_worker, monkeypatch):
    sizes, acknowledge = [], Streams.acknowledge

    def counted(self, entries):
        sizes.append(len(entries))
        return acknowledge(self, entries)

    monkeypatch.setattr(Streams, "acknowledge", counted)
    broker.enqueue_many([note.message() for _ in range(300)])
    start_worker(broker, threads=4)
    broker.join("default", timeout=10_000)

    assert 300 == sum(sizes)
    assert len(sizes) < 150


def test_place_is_free_before_the_server_has_heard(broker, note, monkeypatch):
    may_write, acknowledge = Event(), Streams.acknowledge

    def held_back(self, entries):
        may_write.wait(timeout=30)
        return acknowledge(self, entries)

    monkeypatch.setattr(Streams, "acknowledge", held_back)
    broker.enqueue_many([note.message() for _ in range(3)])
    consumer = broker.consume("default", prefetch=1, timeout=200)
    for _ in range(3):
        consumer.ack(next(consumer))

    assert 3 == broker.queue_stats("default").in_flight
    may_write.set()
    consumer.close()
    assert 0 == broker.unfinished("default")


def test_each_is_written_before_the_worker_goes_on_when_asked(make_broker):
    broker = make_broker(ack_flush_seconds=0)
    note = dramatiq.actor(lambda: None, broker=broker, actor_name="note")
    note.send()
    consumer = broker.consume("default", timeout=200)
    consumer.ack(next(consumer))

    assert 0 == broker.unfinished("default")
    consumer.close()


def test_late_one_does_not_end_the_run_of_the_new_owner(broker, note, raw, caplog):
    note.send()
    consumer = broker.consume("default", timeout=200)
    message = next(consumer)
    lane = message.entry.lane
    raw.xclaim(lane, "workers", "somebody-else", 0, [message.entry.id])
    consumer.ack(message)
    eventually(lambda: "had been taken from this process" in caplog.text)

    assert 1 == broker.unfinished("default")
    assert ["somebody-else"] == [each["name"] for each in raw.xinfo_consumers(lane, "workers") if each["pending"]]
    consumer.close()


def test_process_that_is_killed_before_it_was_written_runs_the_message_again(broker, actors, raw, start_process):
    """The price: a second run of what had finished."""
    process = start_process(threads=1, options="never acknowledges")
    for number in range(3):
        actors["note"].send(f"note-{number}")
    eventually(lambda: raw.llen("notes") == 3)
    process.kill()
    process.wait()
    start_process(threads=1)
    eventually(lambda: broker.unfinished("work") == 0, within=20)

    assert {"note-0": 2, "note-1": 2, "note-2": 2} == Counter(raw.lrange("notes", 0, -1))


def test_stopping_process_writes_all_it_has(make_broker, start_worker):
    broker = make_broker(ack_flush_seconds=1.0)
    ran = []
    note = dramatiq.actor(ran.append, broker=broker, actor_name="note")
    worker = start_worker(broker)
    for number in range(5):
        note.send(number)
    eventually(lambda: len(ran) == 5)
    with Stopwatch() as took:
        worker.stop()

    assert 0 == broker.unfinished("default")
    assert took.seconds < 5
