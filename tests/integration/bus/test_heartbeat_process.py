"""Beats from a process of their own: while no thread of the worker runs, and never for a worker that is gone."""

import contextlib
import logging
import os
import signal
import threading
import time
import warnings

import dramatiq
import psutil
import pytest
import redis
from redis.credentials import UsernamePasswordCredentialProvider
from redis.sentinel import Sentinel

from bus import StreamsBroker
from tests.integration.bus.cluster import Cluster
from tests.integration.bus.conftest import FAST
from tests.integration.bus.sentinels import SentinelGroup
from tests.integration.bus.waiting import eventually
from tests.integration.bus.worker_process import keep_the_interpreter
from tests.support.processes import has_ended
from tests.support.stopwatch import Stopwatch

LEASE = FAST["lease_seconds"]


def hearts_of(pid):
    """The processes that beat for a process."""
    children = psutil.Process(pid).children()
    return [each for each in children if is_heart(each)]


def is_heart(process):
    try:
        return "bus.heart" in process.cmdline()
    except psutil.NoSuchProcess:
        return False  # or a zombie


def beats(process):
    """True when it has talked to the server."""
    return bool(process.net_connections())


def heart_of(pid):
    """The process that beats for a process, once it does."""
    found = []

    def is_alone():
        found[:] = hearts_of(pid)
        return len(found) == 1 and beats(found[0])

    eventually(is_alone, within=20)
    return found[0]


@pytest.fixture
def consumer(make_broker):
    """A consumer of queue `default`, beside which a process beats."""
    broker = make_broker(heartbeat="process")
    broker.declare_queue("default")
    consumer = broker.consume("default", timeout=10)
    consumer.broker = broker
    yield consumer
    consumer.close()


@pytest.fixture
def heart(consumer):
    return heart_of(os.getpid())


def silence(broker, monkeypatch):
    """Keep the thread of this process from beating, as a C extension would."""
    monkeypatch.setattr(broker.session._maintenance, "_beat", lambda queues: None)


def age_of_beat(broker):
    """Seconds since the last beat of this process; None without a lease."""
    return dict(broker.live_consumers("default")).get(broker.session.consumer)


def kept_alive_by_the_process(client, queues, monkeypatch):
    """The queues this process still has a lease for when its own thread has long been silent."""
    with contextlib.closing(StreamsBroker(client=client, heartbeat="process", **FAST)) as broker:
        for queue in queues:
            broker.declare_queue(queue)
        with contextlib.ExitStack() as consumers:
            for queue in queues:
                consumers.enter_context(contextlib.closing(broker.consume(queue, timeout=10)))
            heart_of(os.getpid())
            silence(broker, monkeypatch)
            time.sleep(2 * LEASE)
            return {queue for queue in queues if broker.session.consumer in dict(broker.live_consumers(queue))}


def test_no_thread_runs_while_the_actor_of_these_tests_works():
    ticks = []

    def tick():
        while not ticks or ticks[-1] is not None:
            ticks.append(time.monotonic())
            time.sleep(0.01)

    thread = threading.Thread(target=tick)
    thread.start()
    time.sleep(0.1)
    started = time.monotonic()
    keep_the_interpreter(1.0)
    ended = time.monotonic()
    ticks.append(None)
    thread.join()

    assert ended - started >= 1.0
    assert [] == [tick for tick in ticks if tick is not None and started + 0.05 < tick < ended - 0.05]


@pytest.mark.parametrize(("heartbeat", "starts"), [("process", 1), ("thread", 2)])
def test_worker_whose_threads_do_not_run_keeps_its_message_only_with_a_process_that_beats(
    broker, actors, raw, start_process, heartbeat, starts
):
    workers = [start_process(threads=1, options=f"fast {heartbeat}") for _ in range(2)]
    eventually(lambda: len(broker.live_consumers("work")) == 2, within=30)  # two interpreters start
    if heartbeat == "process":
        for worker in workers:
            heart_of(worker.pid)
    actors["hold_interpreter"].send("long", 3 * LEASE)  # the other would run it if it could get it

    eventually(lambda: raw.llen("notes") >= 1, within=20)
    time.sleep(0.5)

    assert ["long"] * starts == raw.lrange("started", 0, -1)


def test_process_that_beats_is_gone_within_a_second_of_its_worker_and_the_message_is_recovered(
    broker, actors, raw, start_process, start_worker
):
    doomed = start_process(options="fast process")
    heart = heart_of(doomed.pid)
    actors["hold"].send("held", 1.0)
    eventually(lambda: raw.llen("started") == 1)

    with Stopwatch() as took:
        doomed.kill()
        doomed.wait()
        eventually(lambda: has_ended(heart), within=1)
        start_worker(broker)
        eventually(lambda: raw.llen("started") == 2, within=10)

    assert took.seconds <= LEASE + 2 * FAST["heartbeat_seconds"] + 1


def test_worker_that_stops_as_usual_leaves_no_process(make_broker, start_worker):
    broker = make_broker(heartbeat="process")
    dramatiq.actor(lambda: None, broker=broker, actor_name="note")
    worker = start_worker(broker)
    heart = heart_of(os.getpid())

    worker.stop()
    assert [] == broker.live_consumers("default")
    broker.close()

    assert has_ended(heart)
    assert [] == hearts_of(os.getpid())


def test_lease_that_is_given_up_is_not_brought_back(make_broker):
    broker = make_broker(heartbeat="process", lease_seconds=1.0, heartbeat_seconds=0.001)
    for queue in ("default", "other"):
        broker.declare_queue(queue)
    other = broker.consume("other", timeout=10)
    for _ in range(20):
        consumer = broker.consume("default", timeout=10)
        consumer.close()
        assert [] == broker.live_consumers("default")
        time.sleep(0.01)
        assert [] == broker.live_consumers("default")
    assert [broker.session.consumer] == [name for name, _ in broker.live_consumers("other")]
    other.close()


def test_beats_go_on_and_another_is_started_when_the_process_that_beats_is_killed(consumer, heart, caplog):
    heart.kill()
    eventually(lambda: hearts_of(os.getpid()) not in ([], [heart]))

    [another] = hearts_of(os.getpid())
    assert another.pid != heart.pid
    for _ in range(10):
        assert age_of_beat(consumer.broker) < LEASE
        time.sleep(0.05)
    assert ["the process that beats for this one is gone"] == [
        record.getMessage().partition(":")[0] for record in caplog.records if record.name == "bus.heartbeat"
    ]


def test_process_that_ends_again_and_again_is_started_less_and_less_often(consumer, heart, caplog):
    caplog.set_level(logging.WARNING, "bus.heartbeat")
    heart.kill()
    eventually(lambda: hearts_of(os.getpid()) not in ([], [heart]))
    [another] = hearts_of(os.getpid())
    another.kill()
    time.sleep(1.5)

    assert [] == hearts_of(os.getpid())
    eventually(lambda: hearts_of(os.getpid()), within=3)
    assert age_of_beat(consumer.broker) < LEASE


def test_another_process_beats_for_what_the_first_did(consumer, heart, monkeypatch):
    heart.kill()
    eventually(lambda: hearts_of(os.getpid()) not in ([], [heart]))
    heart_of(os.getpid())
    silence(consumer.broker, monkeypatch)
    time.sleep(2 * LEASE)

    assert age_of_beat(consumer.broker) < LEASE


def test_process_that_does_not_answer_is_ended(consumer, heart):
    heart.suspend()
    consumer.close()

    assert [] == consumer.broker.live_consumers("default")
    assert has_ended(heart)


def test_stopped_worker_is_not_beaten_for(broker, start_process):
    worker = start_process(options="fast process")
    heart_of(worker.pid)
    os.kill(worker.pid, signal.SIGSTOP)
    eventually(lambda: not broker.live_consumers("work"), within=LEASE + 1)

    os.kill(worker.pid, signal.SIGCONT)
    eventually(lambda: broker.live_consumers("work"))


def test_nothing_is_printed_by_it(consumer, capfd):
    heart_of(os.getpid())
    consumer.close()
    consumer.broker.close()

    assert ("", "") == capfd.readouterr()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signals_for_the_whole_group_do_not_end_it(heart, number):
    heart.send_signal(number)
    time.sleep(0.2)

    assert not has_ended(heart)
    assert os.getpgid(heart.pid) != os.getpgrp()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_nor_do_they_while_it_starts(consumer, number):
    eventually(lambda: hearts_of(os.getpid()))
    [heart] = hearts_of(os.getpid())
    heart.send_signal(number)

    assert heart == heart_of(os.getpid())


def test_fork_of_a_worker_that_lives_on_does_not_keep_it_alive(start_process):
    worker = start_process(options="fast forks")
    heart = heart_of(worker.pid)
    eventually(lambda: len(psutil.Process(worker.pid).children()) == 2)
    [fork] = [each for each in psutil.Process(worker.pid).children() if each.pid != heart.pid]

    worker.kill()
    worker.wait()
    try:
        assert not has_ended(fork)
        eventually(lambda: has_ended(heart), within=1)
    finally:
        fork.kill()


def test_forked_child_leaves_the_process_to_its_parent(consumer, heart):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # forking with threads is what is tested
        child = os.fork()
    if child == 0:
        try:
            consumer.broker.close()
        finally:
            os._exit(0)
    os.waitpid(child, 0)

    assert not has_ended(heart)
    assert [heart.pid] == [each.pid for each in hearts_of(os.getpid())]


def test_nothing_is_started_by_those_who_only_send(make_broker):
    broker = make_broker(heartbeat="process")
    note = dramatiq.actor(lambda: None, broker=broker, actor_name="note")
    note.send()

    assert [] == hearts_of(os.getpid())


def test_client_that_was_given_is_copied_to_the_process(shared_server, make_broker, monkeypatch):
    given = redis.Redis(
        port=shared_server.port, db=63, credential_provider=UsernamePasswordCredentialProvider("default", None)
    )
    given.flushdb()
    given.acl_setuser("beating", enabled=True, passwords=["+secret"], keys=["*"], commands=["+@all"])
    given = redis.Redis(
        port=shared_server.port, db=63, credential_provider=UsernamePasswordCredentialProvider("beating", "secret")
    )
    assert {"default"} == kept_alive_by_the_process(given, ["default"], monkeypatch)


def test_queues_on_all_nodes_of_a_cluster_are_beaten_for(tmp_path, monkeypatch):
    cluster = Cluster(tmp_path)
    queues = [f"q{number}" for number in range(6)]
    try:
        cluster.start()
        with contextlib.closing(cluster.client()) as client:
            assert 3 == len({client.get_node_from_key(f"{{dramatiq:{queue}}}:live").name for queue in queues})
            assert set(queues) == kept_alive_by_the_process(client, queues, monkeypatch)
    finally:
        cluster.stop()


def test_server_is_found_through_sentinel(tmp_path, monkeypatch):
    group = SentinelGroup(tmp_path)
    try:
        group.start()
        assert {"default"} == kept_alive_by_the_process(group.client(), ["default"], monkeypatch)
    finally:
        group.stop()


@pytest.mark.parametrize(
    "client",
    [
        redis.Redis(redis_connect_func=lambda connection: None),
        Sentinel([("127.0.0.1", 1)], redis_connect_func=lambda connection: None).master_for("bus"),
        redis.Redis(credential_provider=type("Provider", (UsernamePasswordCredentialProvider,), {})()),
    ],
)
def test_client_that_cannot_be_copied_to_a_process_is_refused(client):
    with pytest.raises(ValueError, match="cannot be given to another process"):
        StreamsBroker(client=client, heartbeat="process")

    StreamsBroker(client=client)


def test_word_that_is_no_kind_of_heartbeat_is_refused():
    with pytest.raises(ValueError, match="heartbeat must be"):
        StreamsBroker(heartbeat="thraed")


def test_idle_worker_asks_little_more_than_without(make_broker, raw, start_worker):
    """At most 6 commands a second with 3 queues and the default options, those inside scripts included."""
    broker = make_broker(heartbeat="process", lease_seconds=10.0, heartbeat_seconds=3.0)
    for queue in ("a", "b", "c"):
        dramatiq.actor(lambda: None, broker=broker, queue_name=queue, actor_name=queue)
    start_worker(broker)
    heart_of(os.getpid())
    time.sleep(1)
    before, started = raw.info("stats")["total_commands_processed"], time.monotonic()
    time.sleep(6.5)
    asked = raw.info("stats")["total_commands_processed"] - before - 1  # ours

    assert asked / (time.monotonic() - started) <= 6
