"""The server goes away with hundreds of messages on it, while senders and workers go on."""

import os
import signal
import time

import pytest
import redis

from bus import StreamsBroker
from tests.integration.bus.conftest import FAST
from tests.integration.bus.consistency.load import Load, usual_middleware, wait_for_the_replica
from tests.integration.bus.sentinels import SentinelGroup
from tests.integration.bus.waiting import eventually

pytestmark = pytest.mark.skipif("DMA_CONSISTENCY" not in os.environ, reason="takes its time: `make prove-bus`")

WAITING = 300
THREADS = 6


@pytest.fixture
def load_on(make_broker, start_worker):
    """Makes two brokers on a server, a worker on each, and a load that fills the queue first."""
    made = []

    def load_on(url: str) -> Load:
        brokers = [make_broker(url, middleware=usual_middleware()) for _ in range(2)]
        load = Load(brokers)
        made.append(load)
        load.broker = brokers[0]
        load.send_many(WAITING)
        load.workers = [start_worker(broker, threads=THREADS) for broker in brokers]
        load.start()
        return load

    yield load_on
    for load in made:
        load.stop()


def finish(load: Load) -> None:
    load.stop()
    load.broker.join("default", timeout=60_000)
    for worker in load.workers:
        worker.stop()


def what_is_pending(port: int, broker: StreamsBroker) -> list[object]:
    keys = broker.layout.of("default")
    with redis.Redis(port=port) as raw:
        return [row for lane in keys.lanes for row in raw.xpending_range(lane, keys.group, "-", "+", 10)]


@pytest.mark.parametrize("restarts", [1, 3])
def test_restart_with_its_data_loses_and_doubles_nothing(own_server, load_on, restarts):
    with redis.Redis(port=own_server.port) as client:
        client.config_set("appendfsync", "always")
    load = load_on(own_server.url())
    for _ in range(restarts):
        before = len(load.ran)
        eventually(lambda before=before: len(load.ran) > before + 50, within=30)
        own_server.kill()
        own_server.start()
    moment = time.monotonic()
    eventually(lambda: len(load.since(moment)) > 50, within=30)
    finish(load)

    assert [] == load.missing(load.accepted)
    assert {} == load.repeated()  # living workers keep what they have
    assert [] == load.broker.dead_letters("default")
    assert [] == what_is_pending(own_server.port, load.broker)


def test_server_that_does_not_answer_for_a_while_loses_and_doubles_nothing(own_server, load_on):
    load = load_on(own_server.url())
    eventually(lambda: len(load.ran) > 50, within=30)
    own_server.signal(signal.SIGSTOP)
    time.sleep(FAST["lease_seconds"] + 0.5)
    own_server.signal(signal.SIGCONT)
    moment = time.monotonic()
    eventually(lambda: len(load.since(moment)) > 50, within=30)
    finish(load)

    assert [] == load.missing(load.accepted)
    assert {} == load.repeated()
    assert [] == what_is_pending(own_server.port, load.broker)


def test_after_a_wipe_everything_that_is_sent_is_done(own_server, load_on, caplog):
    load = load_on(own_server.url())
    eventually(lambda: len(load.ran) > 50, within=30)
    with redis.Redis(port=own_server.port) as client:
        assert client.xlen(load.broker.layout.of("default").lane(2)) > 100
        client.flushall()
    moment = time.monotonic()
    eventually(lambda: len(load.since(moment)) > 100, within=30)
    finish(load)

    assert [] == load.missing(load.since(moment))
    assert {} == load.repeated()
    assert [] == what_is_pending(own_server.port, load.broker)
    assert "is gone from the server and is made anew" in caplog.text


@pytest.fixture
def sentinels(tmp_path):
    group = SentinelGroup(tmp_path)
    try:
        group.start()
        group.settle()
        yield group
    finally:
        group.stop()


@pytest.fixture
def load_behind_sentinels(sentinels, start_worker):
    brokers = [StreamsBroker(client=sentinels.client(), middleware=usual_middleware(), **FAST) for _ in range(2)]
    load = Load(brokers)
    load.broker = brokers[0]
    load.send_many(WAITING)
    load.workers = [start_worker(broker, threads=THREADS) for broker in brokers]
    load.start()
    yield load
    load.stop()
    for broker in brokers:
        broker.close()


def test_failover_by_sentinel_loses_nothing_that_was_replicated(sentinels, load_behind_sentinels):
    load = load_behind_sentinels
    eventually(lambda: len(load.ran) > 50, within=30)
    replicated = list(load.accepted)
    wait_for_the_replica(sentinels.primary.port)
    sentinels.primary.kill()
    eventually(sentinels.has_failed_over, within=30)
    moment = time.monotonic()
    eventually(lambda: len(load.since(moment)) > 100, within=30)
    finish(load)

    assert [] == load.missing(replicated)
    assert [] == load.missing(load.since(moment))
    assert [] == what_is_pending(sentinels.replica.port, load.broker)
