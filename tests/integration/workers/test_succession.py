"""A pool that follows one that died takes up at once what that one held."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from bus import StreamsBroker
from bus.session import names_of
from contracts.queues import Queue
from core.settings import Settings
from core.tokens import TokenSigner
from orchestrator.broker import build_broker
from store.database import Database
from tests.support.jobs import accepted, claimed
from workers.leases import LeaseKeeper
from workers.pool import Pool, succeed, worker_name
from workers.runner import StepRunner


@pytest.fixture
def broker(redis_url: str) -> Iterator[StreamsBroker]:
    made = build_broker(redis_url)
    yield made
    made.close()


@pytest.fixture
def pid() -> int:
    """The id of a process that has ended."""
    ended = subprocess.run(
        [sys.executable, "-S", "-c", "import os; print(os.getpid())"], capture_output=True, check=True
    )
    return int(ended.stdout)


def pool_on(database: Database, broker: StreamsBroker) -> Pool:
    signer = TokenSigner("s" * 40)
    leases = LeaseKeeper(database)
    runner = StepRunner(database=database, broker=broker, signer=signer, leases=leases, worker=worker_name())
    return Pool(Settings(_env_file=None), database, broker, signer, runner)


def test_what_the_predecessor_held_waits_for_no_lease(database: Database, broker: StreamsBroker, pid: int) -> None:
    request = accepted(database)
    claimed(database, request, worker=f"{names_of(pid)}abc", lease=3600)
    scribe = broker.layout.of(Queue.SCRIBE.value)
    members = {scribe.member(f"{names_of(each)}abc"): 2**42 for each in (pid, 10 * pid)}
    broker.client.zadd(scribe.live, members)

    succeed(pool_on(database, broker), pid)

    assert 2 == claimed(database, request).lease_epoch
    assert [f"{names_of(10 * pid)}abc"] == [name for name, _ in broker.live_consumers(Queue.SCRIBE.value)]


def test_leases_run_out_by_themselves_where_nobody_can_be_told(
    database: Database, broker: StreamsBroker, pid: int, caplog: pytest.LogCaptureFixture
) -> None:
    request = accepted(database)
    claimed(database, request, worker=f"{names_of(pid)}abc", lease=3600)
    no_postgres = Database("postgresql://dma@127.0.0.1:1/dma", application_name="dma-tests", wait_seconds=0.1)
    no_redis = build_broker("redis://127.0.0.1:1/0")

    no_postgres.open()
    succeed(pool_on(no_postgres, broker), pid)
    succeed(pool_on(database, no_redis), pid)
    no_postgres.close()
    no_redis.close()

    assert 2 == claimed(database, request).lease_epoch
