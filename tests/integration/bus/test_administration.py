"""Counting, admission, flushing, joining, and what is asked of the server."""

import dramatiq
import pytest
import redis
from dramatiq.errors import QueueJoinTimeout, QueueNotFound

from bus import LaneStats, QueueFull, QueueStats
from tests.integration.bus.waiting import eventually


@pytest.fixture
def note(broker):
    return dramatiq.actor(lambda _=None: None, broker=broker, actor_name="note")


def test_stats_tell_ready_in_flight_and_delayed_apart(broker, note):
    for number in range(3):
        note.send(number)
    note.send_with_options(delay=60_000)
    consumer = broker.consume("default", prefetch=1, timeout=100)
    message = next(consumer)

    stats = broker.queue_stats("default")
    assert (2, 1, 1, 0, 1) == (stats.ready, stats.in_flight, stats.delayed, stats.dead, stats.consumers)
    assert 4 == stats.unfinished
    consumer.requeue([message])
    assert 3 == broker.queue_stats("default").ready
    consumer.close()


def test_stats_of_a_queue_nobody_ever_used_are_zero(broker):
    assert QueueStats("nothing", 0, 0, 0, False, dict.fromkeys((1, 2, 3), LaneStats(0, 0, 0.0))) == broker.queue_stats(
        "nothing"
    )


def test_oldest_age_grows_while_nobody_reads(broker, note):
    note.send()
    eventually(lambda: broker.queue_stats("default").oldest_age_seconds >= 0.2)
    consumer = broker.consume("default", timeout=100)
    message = next(consumer)

    assert 0.0 == broker.queue_stats("default").oldest_age_seconds
    consumer.requeue([message])
    assert broker.queue_stats("default").oldest_age_seconds >= 0.2
    consumer.close()


def test_live_consumers_are_named_with_the_age_of_their_last_beat(broker, note):
    assert [] == broker.live_consumers("default")
    consumer = broker.consume("default", timeout=10)

    [(name, age)] = broker.live_consumers("default")
    assert broker.session.consumer == name
    assert 0 <= age < 1
    consumer.close()


def test_admission_is_refused_above_the_limit_but_sending_is_not(make_broker):
    broker = make_broker(max_length={"default": 3}, retry_after_seconds=7)
    note = dramatiq.actor(lambda: None, broker=broker, actor_name="note")
    note.send()
    note.send_with_options(delay=60_000)

    broker.check_admission("default")
    with pytest.raises(QueueFull) as refused:
        broker.check_admission("default", incoming=2)
    assert (2, 3, 7) == (refused.value.depth, refused.value.limit, refused.value.retry_after_seconds)
    broker.check_admission("another queue has no limit".replace(" ", "_"), incoming=10**6)
    for _ in range(5):
        note.send()
    assert 7 == broker.unfinished("default")


def test_join_waits_for_delayed_messages_and_says_when_the_time_is_over(broker, note):
    note.send_with_options(delay=60_000)

    with pytest.raises(QueueJoinTimeout):
        broker.join("default", timeout=50, interval=10)


def test_undeclared_queue_cannot_be_consumed_joined_or_flushed(broker):
    for act in (broker.consume, broker.join, broker.flush):
        with pytest.raises(QueueNotFound):
            act("never-declared")


def test_flush_drops_everything_but_dead_letters_and_workers_go_on(broker, start_worker):
    seen = []

    @dramatiq.actor(broker=broker, max_retries=0)
    def work(text):
        seen.append(text)
        if text == "bad":
            raise RuntimeError

    work.send("bad")
    worker = start_worker(broker)
    broker.join("default", timeout=5_000)
    worker.stop()
    for _ in range(5):
        work.send("dropped")
    work.send_with_options(args=("dropped",), delay=60_000)
    consumer = broker.consume("default", timeout=100)
    held = next(consumer)

    broker.flush("default")
    assert (0, 1) == (broker.unfinished("default"), broker.queue_stats("default").dead)
    consumer.ack(held)
    consumer.close()

    start_worker(broker)
    work.send("after")
    broker.join("default", timeout=5_000)
    assert ["bad", "after"] == seen


def test_flush_all_drops_the_dead_letters_of_all_queues_too(broker, raw):
    dramatiq.actor(lambda: None, broker=broker, actor_name="note")
    raw.xadd("{dramatiq:default}:dlq", {"data": "x", "failed_at_ms": 1})
    assert 1 == broker.queue_stats("default").dead

    broker.flush_all()

    assert 0 == broker.queue_stats("default").dead


def test_epoch_is_kept_until_the_server_loses_its_data(broker, raw):
    assert broker.data_epoch() is None
    broker.set_data_epoch("7f")
    assert "7f" == broker.data_epoch()
    assert "7f" == raw.get("dramatiq:epoch")

    raw.flushdb()
    assert broker.data_epoch() is None


def test_server_identity_changes_with_a_restart(own_server, make_broker):
    broker = make_broker(own_server.url())
    before = broker.server_identity()
    assert before == broker.server_identity()

    own_server.kill()
    own_server.start()

    assert before != broker.server_identity()


def test_server_that_may_lose_messages_is_named(own_server, make_broker):
    broker = make_broker(own_server.url())
    assert [] == broker.check_server()

    with redis.Redis(port=own_server.port) as client:
        client.config_set("maxmemory-policy", "allkeys-lru")
        client.config_set("appendonly", "no")

    policy, persistence = broker.check_server()
    assert "allkeys-lru" in policy
    assert "appendonly" in persistence


def test_queues_in_one_slot_share_the_namespace_as_their_tag(make_broker, raw, start_worker):
    broker = make_broker(slot="namespace", namespace="dma")
    note = dramatiq.actor(lambda: None, broker=broker, actor_name="note", queue_name="scribe")
    note.send()

    assert 1 == raw.xlen("{dma}:scribe:p2")
    start_worker(broker)
    broker.join("scribe", timeout=5_000)
