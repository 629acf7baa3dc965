"""An idle process leaves a read waiting on the server (30 s here) and is woken by whatever there is to do."""

import threading
import time

import dramatiq
import pytest

from tests.integration.bus.waiting import eventually, waiting_reads
from tests.support.stopwatch import Stopwatch


@pytest.fixture
def note(broker):
    """An actor that remembers when it ran: `note.ran`."""
    ran = []

    @dramatiq.actor(broker=broker, actor_name="note")
    def note():
        ran.append(time.monotonic())

    note.ran = ran
    return note


def commands_of(raw):
    return raw.info("stats")["total_commands_processed"]


def wait_until_idle(broker, raw):
    """The consumer's read waits, and upkeep has looked at everything once."""
    eventually(lambda: waiting_reads(raw))
    time.sleep(0.2)


def test_new_message_is_started_at_once(broker, raw, note, start_worker):
    start_worker(broker)
    wait_until_idle(broker, raw)
    sent = time.monotonic()
    note.send()
    eventually(lambda: note.ran)

    assert note.ran[0] - sent < 0.5


def test_delayed_message_that_is_due_before_all_others_is_on_time(broker, raw, note, start_worker):
    note.send_with_options(delay=60_000)
    start_worker(broker)
    wait_until_idle(broker, raw)
    sent = time.monotonic()
    note.send_with_options(delay=400)
    eventually(lambda: note.ran)

    assert 0.4 <= note.ran[0] - sent < 0.7


def test_delayed_message_is_found_when_nobody_was_told(broker, raw, note, start_worker):
    """Whoever was told may be gone; the next beat tells another."""
    start_worker(broker)
    wait_until_idle(broker, raw)
    keys = broker.layout.of("default")
    raw.xtrim(keys.wake, maxlen=0)
    message = note.message().copy(options={"redis_message_id": "of-a-stranger"})
    put = "redis.call('HSET', KEYS[1], ARGV[1], cmsgpack.pack({2, {'data', ARGV[2]}}))"
    raw.eval(put, 1, keys.retry_bodies, "of-a-stranger", message.encode())
    raw.zadd(keys.retry, {"of-a-stranger": 1})

    eventually(lambda: note.ran, within=3)


def test_message_that_is_given_back_wakes_an_idle_process(broker, raw, note, start_worker, make_broker):
    other = make_broker()
    other.declare_queue("default")
    note.send()
    holder = other.consume("default", timeout=200)
    held = next(holder)
    start_worker(broker)
    wait_until_idle(broker, raw)

    given_back = time.monotonic()
    holder.requeue([held])
    eventually(lambda: note.ran)

    assert note.ran[0] - given_back < 0.5
    holder.close()


def test_process_that_stops_ends_its_waiting_read(broker, raw, note, start_worker):
    worker = start_worker(broker)
    wait_until_idle(broker, raw)
    with Stopwatch() as took:
        worker.stop()

    assert took.seconds < 3
    assert [] == waiting_reads(raw)
    assert [] == raw.xinfo_consumers(broker.layout.of("default").lane(2), "workers")
    assert [] == broker.live_consumers("default")


def test_what_arrives_while_a_read_is_ended_is_given_back(broker, raw, note):
    for _ in range(20):
        consumer = broker.consume("default", timeout=5)
        assert next(consumer) is None
        sender = threading.Thread(target=note.send)
        sender.start()
        consumer.close()
        sender.join()
        following = broker.consume("default", timeout=500)
        message = next(following)
        assert message is not None
        following.ack(message)
        following.close()

    eventually(lambda: broker.unfinished("default") == 0)


def test_paused_worker_holds_nothing_back(broker, raw, note, start_worker, make_broker):
    worker = start_worker(broker)
    wait_until_idle(broker, raw)
    worker.pause()
    eventually(lambda: not waiting_reads(raw))
    note.send()

    assert 1 == broker.queue_stats("default").ready
    worker.resume()
    eventually(lambda: note.ran)


def test_idle_process_asks_little(make_broker, raw, start_worker):
    """At most 4 commands a second with 3 queues and the default options, those inside scripts included."""
    broker = make_broker(lease_seconds=10.0, heartbeat_seconds=3.0)
    for queue in ("a", "b", "c"):
        dramatiq.actor(lambda: None, broker=broker, queue_name=queue, actor_name=queue)
    start_worker(broker)
    time.sleep(1.5)
    before, started = commands_of(raw), time.monotonic()
    time.sleep(6.5)
    asked = commands_of(raw) - before - 1  # ours

    assert asked / (time.monotonic() - started) <= 4
