"""Our broker behind Sentinel: a failover may lose the last writes, but all that the new primary has is done."""

import contextlib
import itertools
import signal
import threading
import time

import dramatiq
import pytest
import redis

from bus import StreamsBroker
from tests.integration.bus.conftest import FAST
from tests.integration.bus.sentinels import SentinelGroup
from tests.integration.bus.waiting import eventually
from tests.support.stopwatch import Stopwatch


@pytest.fixture
def group(tmp_path):
    made = SentinelGroup(tmp_path)
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture
def broker(group):
    broker = StreamsBroker(client=group.client(), **FAST)
    yield broker
    broker.close()


class Load:
    """Sends numbers until it is told to stop; `confirmed` says which number was taken, and when."""

    def __init__(self, actor):
        self._actor, self._stop = actor, threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.confirmed = []
        self._thread.start()

    def _run(self):
        for number in itertools.count():
            with contextlib.suppress(dramatiq.ConnectionClosed):
                self._actor.send(number)
                self.confirmed.append((number, time.monotonic()))
            if self._stop.wait(0.01):
                return

    def count_since(self, moment):
        return sum(when > moment for _, when in self.confirmed)

    def stop(self):
        self._stop.set()
        self._thread.join()


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "frozen"])
def test_work_goes_on_after_the_primary_is_lost_and_what_the_new_one_has_is_done(group, broker, start_worker, sign):
    seen = []
    group.settle()
    note = dramatiq.actor(seen.append, broker=broker, actor_name="note")
    worker = start_worker(broker, threads=4)
    for number in range(20):  # these lie on the server while it is lost
        note.send_with_options(args=(-1 - number,), delay=4_000)
    load = Load(note)
    try:
        eventually(lambda: len(load.confirmed) > 50)
        first_identity = broker.server_identity()
        with redis.Redis(port=group.primary.port) as primary:
            assert 1 == primary.wait(1, 10_000)

        group.primary.signal(sign)
        eventually(group.has_failed_over, within=30)
        eventually(lambda: _identity(broker) not in (None, first_identity), within=30)
        moment = time.monotonic()
        eventually(lambda: load.count_since(moment) > 50, within=30)
    finally:
        load.stop()
        if sign == signal.SIGSTOP:
            group.primary.signal(signal.SIGCONT)
    broker.join("default", timeout=30_000)
    worker.stop()

    after = {number for number, when in load.confirmed if when > moment}
    assert set() == after - set(seen)
    assert set(range(-20, 0)) <= set(seen)
    assert [] == broker.dead_letters("default")


def test_dead_sentinel_does_not_delay_the_others(group):
    client = group.client()
    group.sentinels[0].kill()
    broker = StreamsBroker(client=client, **FAST)
    note = dramatiq.actor(lambda: None, broker=broker, actor_name="note")
    with Stopwatch() as took:
        note.send()
    broker.close()

    assert took.seconds < 3  # with redis-py's own settings about five seconds, and a minute when it hangs


def _identity(broker):
    with contextlib.suppress(dramatiq.ConnectionClosed):
        return broker.server_identity()
    return None
