"""Processes that are killed, and those that are only slow."""

import threading
import time

import dramatiq
import pytest

from bus import StreamsBroker, Verdict
from tests.integration.bus.waiting import eventually
from tests.integration.bus.worker_process import OPTIONS, declare_actors
from tests.support.stopwatch import Stopwatch


def test_messages_of_a_killed_process_run_elsewhere_and_none_is_lost(broker, actors, raw, start_process, start_worker):
    doomed = start_process()
    broker.enqueue_many([actors["hold"].message(f"hold-{number}", 0.5) for number in range(8)])
    eventually(lambda: raw.llen("started") >= 2)
    doomed.kill()
    doomed.wait()
    done_before = set(raw.lrange("notes", 0, -1))
    recovered = []
    broker.on_recovered = lambda queue, messages: recovered.append((queue, messages))

    start_worker(broker)
    broker.join("work", timeout=20_000)

    assert {"work"} == {queue for queue, _ in recovered}
    assert 2 <= sum(messages for _, messages in recovered) <= 8
    assert {f"hold-{number}" for number in range(8)} == set(raw.lrange("notes", 0, -1))
    assert len(done_before) < 8
    assert [] == broker.dead_letters("work")


def test_process_that_is_known_to_be_dead_is_not_waited_for(make_broker, bus_url, raw, start_process):
    """Its leases would last five minutes."""
    heir = make_broker(**OPTIONS["patient"])
    hold = declare_actors(heir, bus_url)["hold"]
    doomed, neighbour = start_process(options="patient", threads=1), start_process(options="patient", threads=1)
    heir.enqueue_many([hold.message(f"hold-{number}", 0.5) for number in range(8)])
    eventually(lambda: raw.llen("started") >= 2)
    doomed.kill()
    doomed.wait()

    assert 1 == heir.declare_dead(doomed.pid)
    eventually(lambda: heir.unfinished("work") == 0, within=60)
    assert {f"hold-{number}" for number in range(8)} == set(raw.lrange("notes", 0, -1))
    assert [f":{neighbour.pid}:"] == [
        f":{name.split(':')[1]}:" for name, _ in heir.live_consumers("work") if name != heir.session.consumer
    ]
    assert 0 == heir.declare_dead(doomed.pid)


def test_killed_process_is_forgotten_once_it_holds_nothing(broker, actors, raw, start_process, start_worker):
    doomed = start_process()
    actors["hold"].send("held", 0.3)
    eventually(lambda: raw.llen("started") == 1)
    assert 1 == len(broker.live_consumers("work"))
    [name] = [consumer["name"] for consumer in raw.xinfo_consumers("{dramatiq:work}:p2", "workers")]
    doomed.kill()
    doomed.wait()

    start_worker(broker)
    broker.join("work", timeout=20_000)
    eventually(lambda: name not in dict(broker.live_consumers("work")))

    names = {consumer["name"] for consumer in raw.xinfo_consumers("{dramatiq:work}:p2", "workers")}
    assert name not in names


def test_default_options_start_a_dead_workers_message_elsewhere_within_fifteen_seconds(bus_url, raw, start_process):
    broker = StreamsBroker(bus_url)
    hold = declare_actors(broker, bus_url)["hold"]
    doomed = start_process(options="default")
    hold.send("held", 60)
    eventually(lambda: raw.llen("started") == 1)
    start_process(options="default")
    eventually(lambda: len(broker.live_consumers("work")) == 2)

    doomed.kill()
    with Stopwatch() as took:
        eventually(lambda: raw.llen("started") == 2, within=20)
    broker.close()

    assert took.seconds <= 15


def test_long_job_of_a_living_worker_is_never_taken(broker, actors, raw, start_process, make_broker, start_worker):
    start_process(threads=1)
    actors["hold"].send("long", 5)
    eventually(lambda: raw.llen("started") == 1)

    start_worker(broker)  # would run it again if it could get it
    eventually(lambda: raw.llen("notes") == 1, within=20)

    assert ["long"] == raw.lrange("started", 0, -1)
    assert ["long"] == raw.lrange("notes", 0, -1)


def test_message_that_ends_its_process_is_buried_and_its_neighbours_finish(broker, actors, raw, start_process):
    actors["end_process"].send()
    broker.enqueue_many([actors["hold"].message(f"hold-{number}", 0.2) for number in range(3)])
    onlooker = broker.consume("work", timeout=10)  # keeps a process that scans alive, and takes nothing

    for _ in range(12):
        process = start_process(threads=4)
        eventually(lambda p=process: p.poll() is not None or broker.dead_letters("work"), within=20)
        if broker.dead_letters("work"):
            break
    eventually(lambda: broker.unfinished("work") == 0, within=20)

    [letter] = broker.dead_letters("work")
    assert ("crashed", "end_process", 3) == (letter.reason, letter.message.actor_name, letter.starts)
    assert {f"hold-{number}" for number in range(3)} == set(raw.lrange("notes", 0, -1))
    assert 3 == raw.lrange("started", 0, -1).count("end_process")
    onlooker.close()


def a_crashed_entry(broker, raw, *, starts):
    """An entry pending for a process that died a long time ago, as often started as said."""
    broker.declare_queue("default")
    broker.enqueue(dramatiq.Message("default", "note", (), {}, {}))
    lane = "{dramatiq:default}:p2"
    broker.session.streams.ensure_groups(broker.layout.of("default"))
    [[_, [[entry_id, _]]]] = raw.xreadgroup("workers", "dead-process", {lane: ">"})
    raw.xclaim(lane, "workers", "dead-process", 0, [entry_id], retrycount=starts)
    raw.zadd("{dramatiq}:live", {"default/dead-process": 1})
    broker.session.streams.beat([broker.layout.of("default")])
    raw.delete("{dramatiq}:resumed")


def test_message_stays_until_the_application_took_the_news(make_broker, raw):
    calls = []

    def refuse_once(message, reason):
        calls.append(reason)
        if len(calls) == 1:
            raise ConnectionError("the database is away")

    broker = make_broker(on_buried=refuse_once)
    a_crashed_entry(broker, raw, starts=3)
    consumer = broker.consume("default", timeout=10)

    eventually(lambda: len(calls) == 1)
    assert [] == broker.dead_letters("default")
    assert 1 == broker.unfinished("default")
    eventually(lambda: broker.dead_letters("default"))

    assert ["crashed", "crashed"] == calls
    assert 0 == broker.unfinished("default")
    consumer.close()


def test_message_that_the_application_spares_runs_and_has_its_starts_counted_anew(make_broker, raw, start_worker):
    asked, starts = [], []

    def spare(message, reason):
        asked.append(reason)
        return Verdict.SPARE

    def note():
        [pending] = raw.xpending_range("{dramatiq:default}:p2", "workers", "-", "+", 9)
        starts.append(pending["times_delivered"])

    broker = make_broker(on_buried=spare)
    dramatiq.actor(note, broker=broker)
    a_crashed_entry(broker, raw, starts=3)
    start_worker(broker)
    eventually(lambda: broker.unfinished("default") == 0)

    assert (["crashed"], [1]) == (asked, starts)
    assert [] == broker.dead_letters("default")


def test_message_that_crashed_during_another_burial_is_buried_after_it(make_broker, raw):
    """The server would give it out again after a lease, which is longer than this test waits."""
    gate, calls = threading.Event(), []

    def wait(message, reason):
        calls.append(message.message_id)
        gate.wait(10)

    broker = make_broker(on_buried=wait, lease_seconds=60.0)
    a_crashed_entry(broker, raw, starts=3)
    consumer = broker.consume("default", timeout=10)
    eventually(lambda: calls)
    a_crashed_entry(broker, raw, starts=3)
    eventually(lambda: 2 == len(raw.xpending_range("{dramatiq:default}:p2", "workers", "-", "+", 9, "undertaker")))
    time.sleep(1)  # it is looked for again and again meanwhile
    gate.set()

    eventually(lambda: 2 == len(broker.dead_letters("default")))
    assert 2 == len(calls)
    consumer.close()


def test_buried_message_is_announced_as_rejected(make_broker, raw):
    rejected = []

    class Watch(dramatiq.Middleware):
        def after_nack(self, broker, message):
            rejected.append((message.actor_name, type(message.exception).__name__))

    broker = make_broker()
    broker.add_middleware(Watch())
    a_crashed_entry(broker, raw, starts=3)
    consumer = broker.consume("default", timeout=10)

    eventually(lambda: rejected)
    assert [("note", "MessageCrashed")] == rejected
    assert "dead-process" == broker.dead_letters("default")[0].worker
    consumer.close()


def test_messages_on_their_last_chance_are_taken_one_at_a_time(broker, raw):
    keys = broker.layout.of("default")
    for _ in range(3):
        a_crashed_entry(broker, raw, starts=2)
    streams = broker.session.streams
    streams.recover(keys)

    first = streams.take(keys, 10, may_take_last_chance=True).entries
    while_it_runs = streams.take(keys, 10, may_take_last_chance=False)

    assert [(2, False, True)] == [(entry.deliveries, entry.counted, entry.is_last_chance) for entry in first]
    assert ([], True) == (while_it_runs.entries, while_it_runs.is_left)


def test_message_that_was_only_prefetched_by_a_crashed_process_is_not_blamed(broker, raw):
    keys = broker.layout.of("default")
    a_crashed_entry(broker, raw, starts=1)
    streams = broker.session.streams
    streams.recover(keys)

    for _ in range(5):  # taken and lost without a start
        [entry] = streams.take(keys, 10, may_take_last_chance=True).entries
        assert 1 == entry.deliveries
        raw.xclaim(entry.lane, "workers", "orphans", 0, [entry.id], justid=True)


def test_nobody_is_declared_dead_right_after_an_outage(make_broker, raw):
    broker = make_broker(lease_seconds=3.0, heartbeat_seconds=0.5)
    a_crashed_entry(broker, raw, starts=1)
    keys = broker.layout.of("default")
    long_ago = int(raw.time()[0] * 1000) - 60_000
    raw.zadd(keys.live, {keys.member(name): long_ago for name in (broker.session.consumer, "dead-process")})

    streams = broker.session.streams
    streams.beat([keys])  # the first to be heard after the outage

    assert (0, [], True) == streams.recover(keys)
    eventually(lambda: streams.beat([keys]) and streams.recover(keys)[0] == 1)


def test_reader_that_is_served_after_it_was_forgotten_gets_a_lease_first(broker, raw):
    keys = broker.layout.of("default")
    a_crashed_entry(broker, raw, starts=1)
    raw.zrem(keys.live, keys.member("dead-process"))
    streams = broker.session.streams

    assert (0, []) == streams.recover(keys)[:2]
    eventually(lambda: streams.beat([keys]) and streams.recover(keys)[0] == 1)


def test_message_taken_from_a_process_while_it_waited_there_is_not_started(broker, raw, start_worker):
    ran = []

    @dramatiq.actor(broker=broker)
    def note():
        ran.append("note")

    a_message = note.send()
    consumer = broker.consume("default", timeout=200)
    message = next(consumer)
    assert a_message.message_id == message.message_id
    raw.xclaim(message.entry.lane, "workers", "somebody-else", 0, [message.entry.id])
    message.entry.counted = False

    with pytest.raises(dramatiq.middleware.SkipMessage):
        broker.emit_before("process_message", message)
    consumer.ack(message)

    assert 1 == broker.unfinished("default")
    consumer.close()
