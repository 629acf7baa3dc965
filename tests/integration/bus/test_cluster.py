"""Our broker on a cluster of three primaries: each queue on its own shard, or all on one."""

import contextlib
import itertools
import threading
from collections.abc import Iterator

import dramatiq
import pytest
import redis

from bus import StreamsBroker, scripts
from tests.integration.bus.cluster import Cluster
from tests.integration.bus.conftest import FAST
from tests.integration.bus.waiting import eventually
from tests.suites.broker_suite import BrokerSuite
from tests.support.servers import temporary_home

_namespaces = (f"test{number}" for number in itertools.count())


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with temporary_home() as directory:
        made = Cluster(directory)
        try:
            made.start()
            yield made
        finally:
            made.stop()


@pytest.fixture(scope="module")
def cluster_client(cluster):
    with contextlib.closing(cluster.client()) as client:
        yield client


@pytest.fixture
def make_broker(cluster_client):
    """Brokers with keys of their own, unless a namespace is given."""
    made = []

    def make(**options):
        options = FAST | {"client": cluster_client, "namespace": next(_namespaces)} | options
        made.append(StreamsBroker(**options))
        return made[-1]

    yield make
    for broker in made:
        broker.close()


@pytest.fixture(params=["queue", "namespace"])
def broker(request, make_broker):
    return make_broker(slot=request.param)


def queues_on_all_nodes(broker, cluster_client):
    """Three queue names, each on another node."""
    by_node = {}
    for number in itertools.takewhile(lambda _: len(by_node) < 3, itertools.count()):
        queue = f"q{number}"
        by_node.setdefault(cluster_client.get_node_from_key(broker.layout.of(queue).live).name, queue)
    return list(by_node.values())


@pytest.fixture
def spread(make_broker, cluster_client):
    """A broker with actors `first`, `second`, `third` on three nodes: `spread.three`, `spread.seen`."""
    broker = make_broker(slot="queue")
    broker.seen = []
    broker.three = {
        name: dramatiq.actor(broker.seen.append, broker=broker, actor_name=name, queue_name=queue)
        for name, queue in zip(("first", "second", "third"), queues_on_all_nodes(broker, cluster_client), strict=True)
    }
    return broker


@pytest.fixture
def steps(spread):
    """The messages of a pipeline over three nodes."""
    return [actor.message_with_options(args=(name,), pipe_ignore=True) for name, actor in spread.three.items()]


def join_all(broker):
    for _ in range(2):  # what one queue hands over may land in one that was empty before
        for queue in broker.get_declared_queues():
            broker.join(queue, timeout=20_000)


class TestStreamsBrokerOnACluster(BrokerSuite):
    """With a hash tag for each queue, and with one for all."""


def test_our_connections_never_repeat_and_leave_the_given_client_alone(cluster_client, broker):
    assert broker.client is not cluster_client
    assert (0, 10) == (broker.client.retry.get_retries(), cluster_client.retry.get_retries())
    assert 5.0 == broker.client.nodes_manager.connection_kwargs["socket_timeout"]


def test_queues_lie_on_different_nodes_and_work_side_by_side(spread, start_worker):
    worker = start_worker(spread)
    spread.enqueue_many([actor.message(n) for n in range(20) for actor in spread.three.values()])
    for actor in spread.three.values():
        actor.send_with_options(args=("later",), delay=100)
    join_all(spread)
    consumers = [spread.live_consumers(actor.queue_name) for actor in spread.three.values()]
    worker.stop()

    assert sorted(map(str, [*range(20), "later"] * 3)) == sorted(map(str, spread.seen))
    assert [1, 1, 1] == [len(each) for each in consumers]


def test_pipeline_runs_over_three_nodes(spread, steps, start_worker):
    start_worker(spread)
    dramatiq.pipeline(steps, broker=spread).run()
    eventually(lambda: len(spread.seen) == 3)
    join_all(spread)

    assert ["first", "second", "third"] == spread.seen


def test_what_looks_at_the_server_looks_at_every_node(spread, cluster):
    run_ids = set()
    for server in cluster.servers:
        with redis.Redis(port=server.port) as node:
            run_ids.add(node.info("server")["run_id"])

    assert run_ids == set(spread.server_identity().split(","))
    assert [] == spread.check_server()
    with redis.Redis(port=cluster.servers[1].port) as node:
        node.config_set("maxmemory-policy", "allkeys-lru")
        warnings = spread.check_server()
        node.config_set("maxmemory-policy", "noeviction")
    assert ["maxmemory-policy"] == [warning.split()[0] for warning in warnings]
    assert spread.data_epoch() is None
    spread.set_data_epoch("seven")
    assert "seven" == spread.data_epoch()


def test_queues_of_all_nodes_are_counted_emptied_and_their_dead_letters_kept_apart(spread, start_worker):
    for number, actor in enumerate(spread.three.values(), start=1):
        for _ in range(number):
            actor.send("text")
        actor.send_with_options(args=("text",), delay=60_000)
    counted = [spread.queue_stats(actor.queue_name) for actor in spread.three.values()]
    spread.flush_all()

    assert [(1, 1), (2, 1), (3, 1)] == [(stats.ready, stats.delayed) for stats in counted]
    assert [0, 0, 0] == [spread.unfinished(actor.queue_name) for actor in spread.three.values()]


def test_rejected_message_is_replayed_on_its_node(spread, start_worker):
    failing = []

    @dramatiq.actor(broker=spread, queue_name=spread.three["third"].queue_name, max_retries=0)
    def fail_once():
        failing.append(1)
        if len(failing) == 1:
            raise RuntimeError("no")

    start_worker(spread)
    fail_once.send()
    eventually(lambda: spread.dead_letters(fail_once.queue_name))
    [letter] = spread.dead_letters(fail_once.queue_name)
    spread.replay_dead_letter(fail_once.queue_name, letter.id)
    spread.join(fail_once.queue_name, timeout=10_000)

    assert [1, 1] == failing
    assert [] == spread.dead_letters(fail_once.queue_name)


# Handing over


def cut_at_the_acknowledgement(monkeypatch, lane, *, times=1, before=True):
    """Let the connection break at scripts that finish an entry of a lane; returns what broke."""
    run, cuts = scripts.run, []

    def breaking(client, name, keys, args):
        is_acknowledgement = name == "settle" and keys[0] == lane and args[2] != ""
        if not is_acknowledgement or len(cuts) >= times:
            return run(client, name, keys, args)
        cuts.append(keys)
        if not before:
            run(client, name, keys, args)
        raise redis.ConnectionError("cut")

    monkeypatch.setattr(scripts, "run", breaking)
    return cuts


def process(broker, consumer, *, error=None):
    """What a worker does with a message, up to the acknowledgement."""
    message = next(consumer)
    broker.emit_before("process_message", message)
    outcome = {"exception": error} if error else {"result": None}
    broker.emit_after("process_message", message, **outcome)
    return message


@pytest.mark.parametrize("before", [True, False], ids=["request lost", "answer lost"])
def test_acknowledgement_that_is_tried_again_does_not_repeat_the_hand_over_to_another_node(
    spread, steps, monkeypatch, start_worker, before
):
    lane = spread.layout.of(steps[0].queue_name).lane(2)
    cuts = cut_at_the_acknowledgement(monkeypatch, lane, times=3, before=before)
    start_worker(spread)
    dramatiq.pipeline(steps, broker=spread).run()
    eventually(lambda: len(cuts) == 3 and len(spread.seen) >= 3)
    join_all(spread)

    assert ["first", "second", "third"] == spread.seen


def test_process_that_dies_between_hand_over_and_acknowledgement_does_not_fork_the_pipeline(
    spread, steps, monkeypatch, start_worker
):
    dramatiq.pipeline(steps, broker=spread).run()
    keys = spread.layout.of(steps[0].queue_name)
    consumer = spread.consume(steps[0].queue_name, timeout=500)
    message = process(spread, consumer)
    with monkeypatch.context() as dying:
        cut_at_the_acknowledgement(dying, keys.lane(2), times=99)
        with pytest.raises(dramatiq.ConnectionClosed):
            consumer.ack(message)
    assert 1 == spread.unfinished(steps[1].queue_name)  # handed over, not acknowledged

    spread.session.streams.release(keys, [message.entry])  # as recovery does when the process is dead
    consumer.close()
    start_worker(spread)
    eventually(lambda: len(spread.seen) >= 3)
    join_all(spread)

    assert 3 == len(spread.seen)
    assert {"first", "second", "third"} == set(spread.seen)


def test_second_run_that_ends_otherwise_hands_over_all_the_same(spread, monkeypatch):
    first, second = spread.three["first"], spread.three["second"]
    first.send_with_options(args=("x",), max_retries=0, on_failure=second.actor_name, on_success=second.actor_name)
    keys = spread.layout.of(first.queue_name)
    consumer = spread.consume(first.queue_name, timeout=500)
    message = process(spread, consumer, error=RuntimeError("first run"))
    with monkeypatch.context() as dying:
        cut_at_the_acknowledgement(dying, keys.lane(2), times=99)
        with pytest.raises(dramatiq.ConnectionClosed):
            consumer.nack(message)
    spread.session.streams.release(keys, [message.entry])
    spread.session.in_flight.remove(message.entry)
    consumer.ack(process(spread, consumer))
    consumer.close()

    assert 2 == spread.unfinished(second.queue_name)
    assert 0 == spread.unfinished(first.queue_name)


@pytest.mark.parametrize(("slot", "handed_over"), [("queue", 1), ("namespace", 0)])
def test_within_one_slot_nothing_is_handed_over_without_the_acknowledgement(
    make_broker, cluster_client, monkeypatch, slot, handed_over
):
    broker = make_broker(slot=slot)
    names = queues_on_all_nodes(make_broker(slot="queue", namespace=broker.namespace), cluster_client)[:2]
    steps = [
        dramatiq.actor(lambda: None, broker=broker, actor_name=name, queue_name=name).message_with_options(
            pipe_ignore=True
        )
        for name in names
    ]
    dramatiq.pipeline(steps, broker=broker).run()
    consumer = broker.consume(names[0], timeout=500)
    message = process(broker, consumer)
    with monkeypatch.context() as dying:
        cut_at_the_acknowledgement(dying, broker.layout.of(names[0]).lane(2), times=99)
        with pytest.raises(dramatiq.ConnectionClosed):
            consumer.ack(message)

    assert [1, handed_over] == [broker.unfinished(name) for name in names]
    consumer.ack(message)
    assert [0, 1] == [broker.unfinished(name) for name in names]
    consumer.close()


# Failing


def test_messages_of_a_dead_process_are_recovered_on_every_node(spread, make_broker, start_worker):
    for actor in spread.three.values():
        actor.send(actor.actor_name)
    doomed = make_broker(namespace=spread.namespace)
    for actor in spread.three.values():
        doomed.declare_queue(actor.queue_name)
        assert next(doomed.consume(actor.queue_name, timeout=1_000)) is not None
    doomed.session._maintenance.stop()  # and nobody hears of it any more

    start_worker(spread)
    eventually(lambda: len(spread.seen) == 3, within=20)
    join_all(spread)

    assert ["first", "second", "third"] == sorted(spread.seen)


def test_node_that_goes_away_stops_its_own_queues_only(spread, cluster, start_worker):
    first, second = spread.three["first"], spread.three["second"]
    lost = cluster.node_of(spread.layout.of(first.queue_name).live)
    stop, held, confirmed = threading.Event(), threading.Event(), []

    @dramatiq.actor(broker=spread, queue_name=first.queue_name)
    def hold():  # so that this process keeps looking after the queue that is away
        held.set()
        stop.wait(60)

    hold.send()
    start_worker(spread, threads=4)
    assert held.wait(10)

    def load():
        for number in itertools.count():
            for actor in spread.three.values():
                with contextlib.suppress(dramatiq.ConnectionClosed):
                    actor.send([actor.actor_name, number])
                    confirmed.append([actor.actor_name, number])
            if stop.wait(0.01):
                return

    def processed(actor):
        return sum(name == actor.actor_name for name, _ in spread.seen)

    sender = threading.Thread(target=load)
    sender.start()
    try:
        eventually(lambda: processed(first) > 10)
        lost.kill()
        eventually(lambda: cluster.has_noticed(lost), within=20)
        before = processed(second)
        eventually(lambda: processed(second) > before + 20)
        second.send_with_options(args=(["delayed", 0],), delay=200)
        eventually(lambda: ["delayed", 0] in spread.seen)  # the upkeep of the other queues goes on
        beat = spread.live_consumers(second.queue_name)
        with pytest.raises(dramatiq.ConnectionClosed):
            spread.unfinished(first.queue_name)
        lost.start()
        eventually(cluster.is_complete, within=20)
        before = processed(first)
        eventually(lambda: processed(first) > before + 20, within=20)
    finally:
        stop.set()
        sender.join()
        if not cluster.is_complete():
            lost.start()
    join_all(spread)

    assert 1 == len(beat)
    assert [] == [each for each in confirmed if each not in spread.seen]
