"""What the orchestrator promises holds while a server hangs, a row is locked, or one request is broken."""

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread
from uuid import UUID

import psycopg
import pytest

from contracts.queues import Queue
from core.errors import InvalidInput
from core.ids import new_uuid
from core.tokens import TokenSigner
from orchestrator.broker import build_broker
from orchestrator.finish import Finisher
from orchestrator.intake import IdempotencyClaim, Intake, Submission
from orchestrator.publish import Publisher
from orchestrator.sweep import Sweeper
from store import campaigns
from store.database import Database
from store.history import read_history
from store.requests import RequestView, read_request
from store.steps import Claim, claim_step, finish_step
from tests.support.classifier import shipped_classifier
from tests.support.installation import wait_until
from tests.support.stopwatch import Stopwatch

PRINCIPAL = "user:dm"
QUESTION = "What is the THAC0 of a 5th level fighter?"
CREATE = "Create a dwarven blacksmith named Borin"


class Orchestrator:
    """Intake and sweeper over real servers, without workers."""

    def __init__(self, database: Database, redis_url: str) -> None:
        self.database = database
        self.broker = build_broker(redis_url)
        self.publisher = Publisher(self.broker, TokenSigner("x" * 32))
        self.intake = Intake(database, self.broker, shipped_classifier(), self.publisher)
        self.finisher = Finisher(database)
        self.sweeper = Sweeper(database, self.broker, self.publisher, self.finisher)
        self.campaign = new_uuid()
        with database.transaction() as tx:
            campaigns.ensure_campaign(tx, self.campaign, "A campaign", PRINCIPAL)

    def submit(self, prompt: str = QUESTION, **changes: object) -> UUID:
        facts = {"request_id": new_uuid(), "principal": PRINCIPAL, "prompt": prompt, "campaign_id": self.campaign}
        request = self.intake.submit(Submission(**(facts | changes))).request_id
        self.intake.close()
        return request

    def view(self, request: UUID) -> RequestView:
        with self.database.transaction() as tx:
            return read_request(tx, request, PRINCIPAL)

    def execute(self, sql: str, *values: object) -> None:
        with self.database.transaction() as tx:
            tx.execute(sql, values)

    def expire(self, *requests: UUID) -> None:
        self.execute("UPDATE requests SET deadline_at = clock_timestamp() WHERE id = ANY(%s)", list(requests))

    def finish_first_step(self, request: UUID, result: dict) -> None:
        with self.database.transaction() as tx:
            claim = claim_step(tx, request, 1, worker="w", lease_seconds=10)
            assert isinstance(claim, Claim)
            finish_step(tx, claim, result)

    def history(self, request: UUID) -> list[tuple[int | None, str]]:
        with self.database.transaction() as tx:
            return [(row.step_no, row.state) for row in read_history(tx, request)]

    def age(self, seconds: int) -> None:
        """Let everything in the database have happened so much earlier."""
        self.execute("UPDATE requests SET created_at = created_at - %s * interval '1 second'", seconds)
        self.execute(
            "UPDATE steps SET published_at = published_at - %(s)s * interval '1 second', "
            "finished_at = finished_at - %(s)s * interval '1 second'".replace("%(s)s", str(seconds))
        )
        self.execute("UPDATE transitions SET at = at - %s * interval '1 second'", seconds)


@pytest.fixture
def orchestrator(database: Database, redis_url: str) -> Iterator[Orchestrator]:
    orchestrator = Orchestrator(database, redis_url)
    orchestrator.sweeper.sweep()
    yield orchestrator
    orchestrator.broker.close()


@pytest.fixture
def hanging_redis() -> Iterator[str]:
    """The URL of a server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        yield f"redis://127.0.0.1:{listener.getsockname()[1]}/0"


def test_a_request_that_cannot_be_completed_fails_and_holds_up_nobody(orchestrator: Orchestrator) -> None:
    broken, good = orchestrator.submit(), orchestrator.submit()
    orchestrator.finish_first_step(broken, {"tokens_used": "many"})
    orchestrator.finish_first_step(good, {"content": "16"})
    orchestrator.age(3)
    orchestrator.expire(broken)

    orchestrator.sweeper.sweep()

    assert "completed" == orchestrator.view(good).status
    assert "failed" == orchestrator.view(broken).status


def test_a_request_whose_row_is_locked_holds_up_nobody(orchestrator: Orchestrator) -> None:
    """A worker that was stopped in the middle of its commit keeps the row until Postgres ends its session."""
    held, late = orchestrator.submit(), orchestrator.submit()
    orchestrator.expire(held)
    orchestrator.expire(late)
    with psycopg.connect(orchestrator.database.url) as zombie:
        zombie.execute("SELECT 1 FROM requests WHERE id = %s FOR UPDATE", (held,))
        with Stopwatch() as took:
            orchestrator.sweeper.sweep()

    assert "failed" == orchestrator.view(late).status
    assert took.seconds < 4


@pytest.mark.parametrize("table", ["requests", "steps"])
def test_many_that_are_late_end_in_one_sweep_each_as_if_alone(orchestrator: Orchestrator, table: str) -> None:
    """But for one that somebody keeps: its turn comes when it is free."""
    alone, held, *late = [orchestrator.submit() for _ in range(103)]
    made = [f"npc_{'0' * 31}{number}" for number in (1, 2)]
    for request in (alone, late[0]):
        orchestrator.finish_first_step(request, {"content": "half of it", "entities_created": made})
        orchestrator.execute(
            "INSERT INTO steps (request_id, step_no, actor, title) "
            "VALUES (%s, 2, 'scribe.store_entities', 'Store it'), (%s, 3, 'scribe.store_entities', 'Again')",
            *[request] * 2,
        )
    orchestrator.finish_first_step(late[1], {"entities_created": "none that can be read"})
    orchestrator.execute(
        "INSERT INTO steps (request_id, step_no, actor, title) VALUES (%s, 2, 'scribe.store_entities', 'Store it')",
        late[1],
    )
    orchestrator.expire(alone, held, *late)
    assert orchestrator.finisher.expire(alone)

    with psycopg.connect(orchestrator.database.url) as zombie:
        key = "id" if table == "requests" else "request_id"
        zombie.execute(f"SELECT 1 FROM {table} WHERE {key} = %s FOR UPDATE", (held,))
        orchestrator.sweeper.sweep()
        orchestrator.sweeper.sweep()
        assert {"failed"} == {orchestrator.view(request).status for request in late}
        assert "processing" == orchestrator.view(held).status
    orchestrator.sweeper.sweep()

    assert "failed" == orchestrator.view(held).status
    told = [orchestrator.view(request).error for request in (alone, late[0], late[1])]
    assert told[0] == told[1]
    assert [made, None] == [error.get("entities_created") for error in told[1:]]
    histories = [orchestrator.history(request) for request in (alone, late[0])]
    assert histories[0] == histories[1]
    assert [(2, "cancelled"), (3, "cancelled"), (None, "failed")] == histories[0][-3:]


def test_deadlines_are_kept_while_redis_hangs(orchestrator: Orchestrator, hanging_redis: str) -> None:
    hung = Orchestrator(orchestrator.database, hanging_redis)
    stop = Event()
    sweeper = Thread(target=hung.sweeper.run, args=(stop,), daemon=True)
    sweeper.start()
    try:
        time.sleep(3)  # it is waiting for Redis now
        for _ in range(3):
            request = orchestrator.submit()
            orchestrator.expire(request)
            wait_until(lambda request=request: orchestrator.view(request).status == "failed", 4)
    finally:
        stop.set()
        sweeper.join(15)


def test_a_sweeper_that_is_stopped_in_its_tracks_does_not_keep_the_others_out(
    orchestrator: Orchestrator, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck, frozen, stop = Event(), Event(), Event()
    other = Orchestrator(orchestrator.database, "redis://127.0.0.1:1/0")

    def freeze(_requests: list[UUID]) -> int:
        stuck.set()
        return frozen.wait(30)

    monkeypatch.setattr(orchestrator.finisher, "expire_all", freeze)
    request = orchestrator.submit()
    orchestrator.expire(request)
    threads = [Thread(target=orchestrator.sweeper.run, args=(stop,), daemon=True)]
    threads[0].start()
    assert stuck.wait(5)
    threads.append(Thread(target=other.sweeper.run, args=(stop,), daemon=True))
    threads[1].start()
    try:
        wait_until(lambda: orchestrator.view(request).status == "failed", 5)
    finally:
        frozen.set()
        stop.set()
        for thread in threads:
            thread.join(10)


def test_sweeping_goes_on_after_an_unforeseen_error(
    orchestrator: Orchestrator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orchestrator.broker, "server_identity", lambda: {}["run_id"])
    monkeypatch.setattr(orchestrator.finisher, "complete", lambda _request: {}["none"])
    done, late = orchestrator.submit(), orchestrator.submit()
    orchestrator.finish_first_step(done, {})
    orchestrator.age(3)
    orchestrator.expire(late)
    stop = Event()
    sweeper = Thread(target=orchestrator.sweeper.run, args=(stop,), daemon=True)
    sweeper.start()
    try:
        wait_until(lambda: orchestrator.view(late).status == "failed", 4)
    finally:
        stop.set()
        sweeper.join(10)


def test_a_step_whose_message_was_lost_on_the_way_is_published_again(orchestrator: Orchestrator) -> None:
    """Its worker was taken for dead by the bus, not by Postgres: the copy was skipped, the hand-over refused."""
    request = orchestrator.submit(CREATE)
    orchestrator.finish_first_step(request, {"content": "Borin"})
    scribe = Queue.SCRIBE.value

    orchestrator.sweeper.sweep()
    assert 0 == orchestrator.broker.queue_stats(scribe).ready
    orchestrator.age(11)
    orchestrator.sweeper.sweep()
    orchestrator.sweeper.sweep()

    assert 1 == orchestrator.broker.queue_stats(scribe).ready


def test_what_waits_in_a_long_queue_is_not_published_again(orchestrator: Orchestrator) -> None:
    orchestrator.submit()
    orchestrator.age(25)

    orchestrator.sweeper.sweep()

    assert 1 == orchestrator.broker.queue_stats(Queue.SYSTEM_MASTERY.value).ready


def test_a_prompt_is_accepted_in_seconds_while_redis_hangs(orchestrator: Orchestrator, hanging_redis: str) -> None:
    hung = Orchestrator(orchestrator.database, hanging_redis)
    with Stopwatch() as took:
        request = hung.submit()

    assert "processing" == orchestrator.view(request).status or "failed" == orchestrator.view(request).status
    assert took.seconds < 8


def test_what_was_accepted_stays_accepted_whatever_publishing_raises(
    orchestrator: Orchestrator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orchestrator.publisher, "publish", lambda _plan: {}["none"])

    assert "queued" == orchestrator.view(orchestrator.submit()).stage


def test_a_campaign_that_goes_while_its_prompt_is_accepted_is_named(
    orchestrator: Orchestrator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(campaigns, "require_member", lambda *_args, **_more: None)

    with pytest.raises(InvalidInput) as refused:
        orchestrator.submit(campaign_id=new_uuid())

    assert ["context.campaign_id"] == [field.field for field in refused.value.fields]


def test_fifty_at_once_with_one_key_make_one_request(orchestrator: Orchestrator) -> None:
    claim = IdempotencyClaim("POST /v1/prompts", "key-1", b"f" * 32)
    with ThreadPoolExecutor(50) as threads:
        found = set(threads.map(lambda _: orchestrator.submit(idempotency=claim), range(50)))

    assert 1 == len(found)
    assert 1 == orchestrator.broker.queue_stats(Queue.SYSTEM_MASTERY.value).ready


def test_the_first_answer_to_a_key_is_given_even_when_the_context_is_gone(orchestrator: Orchestrator) -> None:
    claim = IdempotencyClaim("POST /v1/prompts", "key-1", b"f" * 32)
    first = orchestrator.submit(idempotency=claim)
    orchestrator.execute("DELETE FROM memberships WHERE principal = %s", PRINCIPAL)

    assert first == orchestrator.submit(idempotency=claim)
