"""What about real servers keeps a start from happening, and what it is told to be."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
import redis

from api.start_checks import require_safe_servers, server_faults
from bus import StreamsBroker
from core.clock import SystemClock
from core.errors import ConfigurationError
from orchestrator.broker import build_broker
from services.postgres import EmbeddedPostgres
from store.database import Database
from tests.support.clock import FakeClock


@pytest.fixture
def broker(redis_url: str) -> Iterator[StreamsBroker]:
    made = build_broker(redis_url)
    yield made
    made.close()


def test_each_fault_of_a_server_is_told_with_what_to_do(
    database: Database, broker: StreamsBroker, redis_url: str, postgres_server: EmbeddedPostgres
) -> None:
    assert ["Postgres runs with fsync=off"] == [fault[:28] for fault in server_faults(database, broker, SystemClock())]
    late = FakeClock(datetime.now(UTC) - timedelta(minutes=2))
    with (
        redis.Redis.from_url(redis_url) as raw,
        psycopg.connect(postgres_server.url("postgres"), autocommit=True) as admin,
    ):
        raw.config_set("maxmemory-policy", "allkeys-lru")
        admin.execute("ALTER ROLE dma_api RENAME TO set_aside")
        try:
            faults = list(server_faults(database, broker, late))
        finally:
            admin.execute("ALTER ROLE set_aside RENAME TO dma_api")
            raw.config_set("maxmemory-policy", "noeviction")
    assert [True] * 4 == [
        word in fault
        for word, fault in zip(("set fsync=on", "differ by", "CREATE ROLE dma_api", "noeviction"), faults, strict=True)
    ]


def test_a_server_that_does_not_answer_is_no_reason_to_stay_away() -> None:
    database = Database("postgresql://127.0.0.1:1/dma", application_name="dma-tests", wait_seconds=0.1)
    database.open()
    require_safe_servers(database, build_broker("redis://127.0.0.1:1/0"), SystemClock())
    database.close()


def test_faults_of_servers_refuse_the_start(database: Database, broker: StreamsBroker) -> None:
    with pytest.raises(ConfigurationError, match="fsync=off"):
        require_safe_servers(database, broker, SystemClock())
