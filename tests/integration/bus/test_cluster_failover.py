"""A primary of a cluster is lost for good and its replica takes over, while senders and workers go on."""

import contextlib
import itertools
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from bus import StreamsBroker
from tests.integration.bus.cluster import Cluster, _cluster_port
from tests.integration.bus.conftest import FAST
from tests.integration.bus.consistency.load import Load, usual_middleware, wait_for_the_replica
from tests.integration.bus.server import Server
from tests.integration.bus.waiting import eventually
from tests.support.servers import temporary_home

pytestmark = [
    pytest.mark.skipif("DMA_CONSISTENCY" not in os.environ, reason="takes its time: `make prove-bus`"),
]

WAITING = 240
THREADS = 6


class ClusterWithReplica(Cluster):
    """The first of the three primaries, `lost`, has a `replica`, which takes over when it is killed."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        home = directory / "replica"
        home.mkdir()
        self.lost = self.servers[0]
        self.replica = Server(
            home,
            *("--cluster-enabled", "yes", "--cluster-node-timeout", "1000"),
            *("--cluster-require-full-coverage", "no", "--cluster-replica-validity-factor", "0"),
            port=_cluster_port(),
        )

    def start(self) -> None:
        super().start()
        self.replica.start()
        with redis.Redis(port=self.lost.port, decode_responses=True) as node:
            lost_id = node.execute_command("CLUSTER MYID")
        with redis.Redis(port=self.replica.port, decode_responses=True) as node:
            node.execute_command("CLUSTER", "MEET", "127.0.0.1", self.lost.port)
            eventually(lambda: lost_id in node.execute_command("CLUSTER", "NODES"), within=30)
            eventually(lambda: _replicates(node, lost_id), within=30)
        eventually(lambda: self._replication()["master_link_status"] == "up", within=30)

    def stop(self) -> None:
        super().stop()
        self.replica.stop()

    def has_failed_over(self) -> bool:
        return self._replication()["role"] == "master"

    def _replication(self) -> dict[str, object]:
        with redis.Redis(port=self.replica.port) as node:
            return node.info("replication")


def _replicates(node: redis.Redis, primary_id: str) -> bool:
    with contextlib.suppress(redis.ResponseError):  # it does not know the other one well enough yet
        return bool(node.execute_command("CLUSTER", "REPLICATE", primary_id))
    return False


@pytest.fixture
def cluster() -> Iterator[ClusterWithReplica]:
    with temporary_home() as directory:
        made = ClusterWithReplica(directory)
        try:
            made.start()
            yield made
        finally:
            made.stop()


@pytest.fixture
def make_broker(cluster):
    made = []

    def make(slot: str) -> StreamsBroker:
        with contextlib.closing(cluster.client()) as client:
            options = {"client": client, "slot": slot, "middleware": usual_middleware()}
            made.append(StreamsBroker(**(FAST | options)))
            made[-1].client  # noqa: B018 - it learns the nodes while all are there
        return made[-1]

    yield make
    for broker in made:
        broker.close()


def queues_on(cluster, broker) -> list[str]:
    """Two names of queues: one on the node that will be lost, one on another."""
    homes = {}
    for number in itertools.takewhile(lambda _: len(homes) < 2, itertools.count()):
        queue = f"q{number}"
        node = cluster.node_of(broker.layout.of(queue).lane(2))
        homes.setdefault(node is cluster.lost, queue)
    return [homes[True], homes[False]]


def test_promoted_replica_goes_on_with_everything_it_had(cluster, make_broker, start_worker):
    brokers = [make_broker("queue") for _ in range(2)]
    lost, kept = queues_on(cluster, brokers[0])
    load = Load(brokers, queues=(lost, kept))
    load.send_many(WAITING)
    for broker in brokers:
        start_worker(broker, threads=THREADS)
    load.start()
    try:
        eventually(lambda: len(load.ran) > 50, within=30)
        replicated = list(load.accepted)
        wait_for_the_replica(cluster.lost.port, key=f"{brokers[0].layout.of(lost).prefix}:written-last")
        cluster.lost.kill()
        killed = time.monotonic()
        eventually(lambda: len([each for each in load.since(killed) if each.queue == kept]) > 50, within=30)
        eventually(cluster.has_failed_over, within=30)
        moment = time.monotonic()
        eventually(lambda: len([each for each in load.since(moment) if each.queue == lost]) > 50, within=30)
    finally:
        load.stop()
    for queue in (lost, kept):
        brokers[0].join(queue, timeout=60_000)

    assert [] == load.missing(replicated)
    assert [] == load.missing(load.since(moment))
    assert [] == load.missing(each for each in load.accepted if each.queue == kept)
    assert {} == {run: count for run, count in load.repeated().items() if run in runs_of(load, kept)}
    assert [[], []] == [brokers[0].dead_letters(queue) for queue in (lost, kept)]


def runs_of(load: Load, queue: str) -> set[tuple[str, int]]:
    return {run for each in load.accepted if each.queue == queue for run in each.runs}
