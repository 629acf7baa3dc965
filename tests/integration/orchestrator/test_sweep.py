"""What messages missed is repaired by the sweeper (DESIGN.md, rules 6 and 8)."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import dramatiq
import pytest
import redis

from bus import QueueFull, StreamsBroker
from contracts.queues import Queue
from core.errors import DependencyUnavailable, InvalidInput
from core.ids import new_uuid
from core.tokens import TokenSigner
from orchestrator.broker import build_broker
from orchestrator.finish import Finisher
from orchestrator.intake import IdempotencyClaim, Intake, Submission
from orchestrator.publish import Publisher
from orchestrator.sweep import Sweeper
from store import campaigns
from store.database import Database
from store.idempotency import IdempotencyKeyReused
from store.requests import RequestView, mark_dispatched, read_request
from store.steps import Claim, claim_step, finish_step
from tests.support.classifier import shipped_classifier

PRINCIPAL = "user:dm"
QUESTION = "What is the THAC0 of a 5th level fighter?"


class Path:
    """The orchestrator over real servers, without workers."""

    def __init__(self, database: Database, redis_url: str) -> None:
        self.database = database
        self.redis_url = redis_url
        self.broker: StreamsBroker = build_broker(redis_url)
        publisher = Publisher(self.broker, TokenSigner("x" * 32))
        self.intake = Intake(database, self.broker, shipped_classifier(), publisher)
        self.sweeper = Sweeper(database, self.broker, publisher, Finisher(database))
        self.campaign = new_uuid()
        with database.transaction() as tx:
            campaigns.ensure_campaign(tx, self.campaign, "A campaign", PRINCIPAL)

    def submit(self, **changes: object) -> UUID:
        facts = {"request_id": new_uuid(), "principal": PRINCIPAL, "prompt": QUESTION, "campaign_id": self.campaign}
        request = self.intake.submit(Submission(**(facts | changes))).request_id
        self.intake.close()
        return request

    def view(self, request: UUID) -> RequestView:
        with self.database.transaction() as tx:
            return read_request(tx, request, PRINCIPAL)

    def waiting(self, queue: Queue) -> int:
        return self.broker.queue_stats(queue.value).ready

    def execute(self, sql: str, *values: object) -> None:
        with self.database.transaction() as tx:
            tx.execute(sql, values)

    def rows(self, sql: str) -> list[dict[str, Any]]:
        with self.database.transaction() as tx:
            return tx.execute(sql).fetchall()

    def claim(self, request: UUID, *, lease: float = 10) -> Claim:
        with self.database.transaction() as tx:
            found = claim_step(tx, request, 1, worker="w", lease_seconds=lease)
        assert isinstance(found, Claim)
        return found


@pytest.fixture
def path(database: Database, redis_url: str) -> Iterator[Path]:
    path = Path(database, redis_url)
    path.sweeper.sweep()
    yield path
    path.broker.close()


def test_an_accepted_prompt_is_published_at_once(path: Path) -> None:
    request = path.submit()

    assert 1 == path.waiting(Queue.SYSTEM_MASTERY)
    assert "queued" == path.view(request).stage


def test_what_was_accepted_while_redis_was_away_is_published_by_the_sweeper(path: Path) -> None:
    away = Path(path.database, "redis://127.0.0.1:1/0")
    request = away.submit(campaign_id=path.campaign)
    assert 0 == path.waiting(Queue.SYSTEM_MASTERY)

    path.execute("UPDATE requests SET created_at = created_at - interval '3 seconds' WHERE id = %s", request)
    path.sweeper.sweep()
    path.sweeper.sweep()

    assert 1 == path.waiting(Queue.SYSTEM_MASTERY)


def test_everything_unfinished_is_published_again_after_redis_was_wiped(path: Path) -> None:
    for _ in range(3):
        path.submit()
    path.execute("UPDATE requests SET created_at = created_at - interval '3 seconds'")
    with redis.Redis.from_url(path.redis_url) as client:
        client.flushdb()

    path.sweeper.sweep()

    assert 3 == path.waiting(Queue.SYSTEM_MASTERY)


def test_a_mark_that_comes_after_the_wipe_does_not_hide_that_the_message_is_lost(path: Path) -> None:
    request = path.submit()
    path.execute("UPDATE requests SET created_at = created_at - interval '3 seconds'")
    with redis.Redis.from_url(path.redis_url) as client:
        client.flushdb()
    path.sweeper.sweep()
    path.execute("UPDATE requests SET dispatched_at = NULL")

    with path.database.transaction() as tx:
        mark_dispatched(tx, [request], accepted_since_bus_began=True)

    assert [(None,)] == [tuple(row.values()) for row in path.rows("SELECT dispatched_at FROM requests")]


def test_a_step_whose_worker_died_is_published_again_once_per_while(path: Path) -> None:
    request = path.submit()
    path.claim(request, lease=0)
    path.execute("UPDATE steps SET published_at = published_at - interval '11 seconds'")

    path.sweeper.sweep()
    path.sweeper.sweep()

    assert 2 == path.waiting(Queue.SYSTEM_MASTERY)


def test_a_request_past_its_deadline_fails_with_a_timeout(path: Path) -> None:
    request = path.submit()
    path.execute("UPDATE requests SET deadline_at = clock_timestamp() WHERE id = %s", request)

    path.sweeper.sweep()

    view = path.view(request)
    assert ("failed", "timeout") == (view.status, view.error["error_type"])
    assert ["cancelled"] == [step.state for step in view.plan]


def test_a_request_whose_steps_are_done_is_completed_even_past_its_deadline(path: Path) -> None:
    request = path.submit()
    held = path.claim(request)
    with path.database.transaction() as tx:
        finish_step(tx, held, {"content": "16"})
    path.execute("UPDATE requests SET deadline_at = clock_timestamp() WHERE id = %s", request)
    path.execute("UPDATE steps SET finished_at = finished_at - interval '2 seconds'")

    path.sweeper.sweep()

    assert ("completed", "16") == (path.view(request).status, path.view(request).result["content"])


def test_one_part_that_fails_does_not_stop_the_others(path: Path) -> None:
    request = path.submit()
    path.execute("UPDATE requests SET deadline_at = clock_timestamp() WHERE id = %s", request)
    away = Path(path.database, "redis://127.0.0.1:1/0")

    away.sweeper.sweep()

    assert "failed" == path.view(request).status


def test_what_has_run_out_is_removed(path: Path) -> None:
    path.submit(idempotency=IdempotencyClaim("POST /v1/prompts", "key-1", b"f" * 32))
    path.execute("UPDATE idempotency_keys SET expires_at = clock_timestamp() - interval '1 second'")
    path.sweeper._sweeps = 0

    path.sweeper._remove_expired()

    with path.database.transaction() as tx:
        assert {"n": 0} == tx.execute("SELECT count(*) AS n FROM idempotency_keys").fetchone()


def test_the_same_key_and_body_give_the_same_request(path: Path) -> None:
    claim = IdempotencyClaim("POST /v1/prompts", "key-1", b"f" * 32)

    first = path.submit(idempotency=claim)
    second = path.submit(idempotency=claim)

    assert first == second
    assert 1 == path.waiting(Queue.SYSTEM_MASTERY)


def test_the_same_key_with_another_body_is_refused(path: Path) -> None:
    path.submit(idempotency=IdempotencyClaim("POST /v1/prompts", "key-1", b"f" * 32))

    with pytest.raises(IdempotencyKeyReused):
        path.submit(idempotency=IdempotencyClaim("POST /v1/prompts", "key-1", b"g" * 32))


def test_a_foreign_campaign_is_refused_by_the_name_of_its_field(path: Path) -> None:
    with pytest.raises(InvalidInput) as refused:
        path.submit(principal="user:stranger")

    assert ["context.campaign_id"] == [field.field for field in refused.value.fields]


def test_an_unknown_location_is_refused_by_the_name_of_its_field(path: Path) -> None:
    with pytest.raises(InvalidInput) as refused:
        path.submit(location_id=new_uuid())

    assert ["context.location_id"] == [field.field for field in refused.value.fields]


def test_nothing_is_accepted_when_the_queue_is_full(path: Path) -> None:
    def message(number: int) -> dramatiq.Message:
        return dramatiq.Message(
            queue_name=Queue.SYSTEM_MASTERY.value, actor_name="x", args=(number,), kwargs={}, options={}
        )

    path.broker.enqueue_many([message(number) for number in range(Queue.SYSTEM_MASTERY.max_length)])

    with pytest.raises(QueueFull):
        path.submit()
    with path.database.transaction() as tx:
        assert {"n": 0} == tx.execute("SELECT count(*) AS n FROM requests").fetchone()


def test_postgres_away_is_told_as_unavailable(path: Path) -> None:
    away = Database("postgresql://dma:x@127.0.0.1:1/dma", application_name="away", wait_seconds=0.3)
    away.open()
    intake = Intake(away, path.broker, shipped_classifier(), Publisher(path.broker, TokenSigner("x" * 32)))

    with pytest.raises(DependencyUnavailable):
        intake.submit(Submission(new_uuid(), PRINCIPAL, QUESTION, path.campaign))
    away.close()
