"""The counts of several processes on one server, whatever happens to processes, server and answers."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import redis

from services.valkey import EmbeddedValkey
from telemetry.series import SEPARATOR, Values
from telemetry.sharing import MetricSharing
from tests.support.processes import environment, wait_until

PROMPTS = SEPARATOR.join(("dma_requests_total", "orchestrator", "POST /v1/prompts", "success"))
LIVING = SEPARATOR.join(("dma_processes", "scribe"))
BREAKER = SEPARATOR.join(("dma_breaker_state", "bus"))


class Process:
    """One process's counts, and its part in those of all."""

    def __init__(self, client: Any, *, breaker: float = 0.0, lifetime_seconds: float = 10.0) -> None:
        self.counts: Values = {}
        self.gauges: Values = {LIVING: 1.0, BREAKER: breaker}
        self.sharing = MetricSharing(
            lambda: client,
            counted=lambda: dict(self.counts),
            gauges=lambda: dict(self.gauges),
            lifetime_seconds=lifetime_seconds,
        )

    def count(self, times: int = 1) -> None:
        self.counts[PROMPTS] = self.counts.get(PROMPTS, 0.0) + times

    def shown(self, series: str = PROMPTS) -> float:
        return self.sharing.read()[0].get(series, 0.0)


@pytest.fixture
def client(redis_url: str) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(redis_url, socket_timeout=2) as client:
        yield client


def test_counts_add_up_and_gauges_are_those_of_living_processes(client: redis.Redis) -> None:
    first, second, reader = Process(client), Process(client, breaker=2.0), Process(client)
    first.count(3)
    second.count(4)
    for process in (first, second, first):
        process.sharing.share()
    before = reader.shown(), reader.shown(LIVING), reader.shown(BREAKER)
    second.sharing.share(is_last=True)

    assert (7.0, 3.0, 2.0) == before
    assert (7.0, 2.0, 0.0) == (reader.shown(), reader.shown(LIVING), reader.shown(BREAKER))


def test_a_new_series_is_told_before_anything_happened_to_it(client: redis.Redis) -> None:
    process, reader = Process(client), Process(client)
    process.count(0)
    process.sharing.share()

    assert 0.0 == reader.sharing.read()[0][PROMPTS]


class LosesAnswers:
    """A client whose commands arrive, and whose answers sometimes do not."""

    def __init__(self, client: redis.Redis) -> None:
        self._client = client
        self.loses = False

    def eval(self, *command: Any) -> Any:
        answer = self._client.eval(*command)
        if self.loses:
            raise redis.ConnectionError("the answer was lost")
        return answer


def test_counts_whose_answer_was_lost_are_added_once(client: redis.Redis) -> None:
    line = LosesAnswers(client)
    process, reader = Process(line), Process(client)
    process.count(5)
    line.loses = True
    with pytest.raises(redis.ConnectionError):
        process.sharing.share()
    process.count(2)
    line.loses = False
    process.sharing.share()

    assert 7.0 == reader.shown()


def test_counts_go_on_and_never_back_while_the_server_is_away(redis_url: str, valkey_server: EmbeddedValkey) -> None:
    with redis.Redis.from_url(redis_url, socket_timeout=2) as client:
        other, process = Process(client), Process(client)
        other.count(10)
        other.sharing.share()
        process.count()
        shown = [process.shown()]
        valkey_server.stop()
        try:
            for _ in range(2):
                process.count()
                values, is_complete = process.sharing.read()
                shown.append(values[PROMPTS])
                assert not is_complete
        finally:
            valkey_server.start()
        process.count()
        wait_until(lambda: process.sharing.read()[1])
        shown.append(process.shown())

    assert [11.0, 12.0, 13.0, 14.0] == shown


CHILD = """
import sys, time, redis
from telemetry import metrics
from telemetry.sharing import MetricSharing
metrics.introduce(service="scribe", version="2.0.0", environment="local")
metrics.REQUESTS.labels("orchestrator", "POST /v1/prompts", "success").inc(3)
with redis.Redis.from_url(sys.argv[1]) as client:
    MetricSharing(lambda: client, lifetime_seconds=0.3).share()
    print("shared", flush=True)
    time.sleep(60)
"""


def test_a_killed_process_leaves_its_counts_and_not_its_gauges(
    redis_url: str, client: redis.Redis, tmp_path_factory: pytest.TempPathFactory
) -> None:
    reader = Process(client)
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, redis_url],
        env=environment(tmp_path_factory.mktemp("home")),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    with child.stdout as said:
        assert "shared" == said.readline().strip()
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
    alone = 1.0  # the reader itself

    wait_until(lambda: reader.shown(LIVING) == alone, seconds=30)
    assert 3.0 == reader.shown()


def test_the_thread_beside_shares_what_is_new_and_says_goodbye(client: redis.Redis) -> None:
    from telemetry.sharing import sharing_beside

    process, reader = Process(client), Process(client)
    with sharing_beside(process.sharing):
        process.count(2)
    values = reader.sharing.read()[0]

    assert (2.0, 1.0) == (values[PROMPTS], values[LIVING])
