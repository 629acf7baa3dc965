"""Steps run by real pools over real servers: what they do when all is well, and when it is not."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import dramatiq
import pytest

from contracts.actors import Actor
from contracts.entities import EntityType
from contracts.queues import Queue
from core.errors import DependencyUnavailable, DmaError, ErrorCategory, InvalidInput
from core.ids import derived_uuid, new_uuid
from core.settings import Settings
from core.tokens import TokenSigner
from orchestrator.broker import build_broker
from orchestrator.finish import Finisher
from orchestrator.publish import Publisher
from store import campaigns
from store.changes import NewEntity
from store.database import Database
from store.requests import NewRequest, NewStep, RequestView, accept_request, read_request
from store.sweeps import Unpublished
from tests.support.installation import wait_until
from workers.leases import LeaseKeeper
from workers.observing import Observed
from workers.orchestrator.actors import declare_actors
from workers.pool import HandBack, Pool
from workers.runner import StepRunner
from workers.step import Outcome, StepTask

PRINCIPAL = "user:dm"
SECRET = "s" * 40
ACTIONS = (Actor.RECALL_ENTITIES, Actor.DESCRIBE_LOCATION, Actor.STORE_ENTITIES)


class Broken(DmaError):
    """The model does not answer."""

    category = ErrorCategory.LLM_ERROR


class Scripted:
    """An agent that does what the test says."""

    def __init__(self, act: Callable[[StepTask], Outcome]) -> None:
        self._act = act
        self.calls: list[StepTask] = []

    def think(self, task: StepTask) -> Outcome:
        self.calls.append(task)
        return self._act(task)


class Pools:
    """All four pools in this process, with one scripted agent for every step."""

    def __init__(self, database: Database, redis_url: str, *, signer: TokenSigner | None = None) -> None:
        self.database = database
        self.broker = build_broker(redis_url, middleware=[Observed(Queue.SCRIBE), HandBack()])
        self.signer = signer or TokenSigner(SECRET)
        self.leases = LeaseKeeper(database, lease_seconds=2, renew_seconds=0.3)
        self.agent = Scripted(lambda task: Outcome({"content": f"step {task.step_no}"}))
        runner = StepRunner(
            database=database,
            broker=self.broker,
            signer=TokenSigner(SECRET),
            leases=self.leases,
            worker="test",
            jitter=lambda _bound: 0.05,
        )
        pool = Pool(Settings(_env_file=None), database, self.broker, self.signer, runner)
        for action in ACTIONS:
            pool.declare_step(action, self.agent)
        declare_actors(pool)
        self.leases.start()
        self.worker = dramatiq.Worker(self.broker, worker_threads=4, worker_timeout=100)
        self.worker.start()
        self.campaign = new_uuid()
        with database.transaction() as tx:
            campaigns.ensure_campaign(tx, self.campaign, "A campaign", PRINCIPAL)

    def act(self, act: Callable[[StepTask], Outcome]) -> None:
        self.agent._act = act

    def submit(self, *, steps: int = 1, timeout_ms: int = 30_000, publish: bool = True) -> UUID:
        request = new_uuid()
        with self.database.transaction() as tx:
            deadline = accept_request(
                tx,
                NewRequest(
                    id=request,
                    campaign_id=self.campaign,
                    principal=PRINCIPAL,
                    prompt="Describe the hall",
                    intent="generate_location_description",
                    intent_confidence=1,
                    alternatives=[],
                    steps=[NewStep(action, "Do it") for action in ACTIONS[:steps]],
                    timeout_ms=timeout_ms,
                    include_stats=True,
                ),
            )
        numbered = list(enumerate(ACTIONS[:steps], start=1))
        self.plan = Unpublished(request, self.campaign, deadline, numbered)
        if publish:
            self.publish()
        return request

    def publish(self) -> None:
        Publisher(self.broker, self.signer).publish(self.plan)

    def view(self, request: UUID) -> RequestView:
        with contextlib.suppress(DependencyUnavailable):  # who breaks all connections breaks this one too
            return self._view(request)
        return self._view(request)

    def _view(self, request: UUID) -> RequestView:
        with self.database.transaction() as tx:
            return read_request(tx, request, PRINCIPAL)

    def end_of(self, request: UUID, *, within_seconds: float = 30) -> RequestView:
        wait_until(
            lambda: self.view(request).status != "processing", within_seconds, describe=lambda: str(self.view(request))
        )
        return self.view(request)

    def count(self, table: str) -> int:
        with self.database.transaction() as tx:
            row: Any = tx.execute(f"SELECT count(*) AS n FROM {table}").fetchone()
        return int(row["n"])

    def stop(self) -> None:
        self.worker.stop(timeout=3000)
        self.leases.stop()
        self.broker.close()


@pytest.fixture
def pools(database: Database, redis_url: str) -> Iterator[Pools]:
    pools = Pools(database, redis_url)
    yield pools
    pools.stop()


def one_npc(task: StepTask) -> Outcome:
    entity = NewEntity(derived_uuid(task.request_id, task.step_no, 0), EntityType.NPC, "Borin", "A smith.", {}, "draft")
    return Outcome({"content": "Borin"}, (entity,))


def test_three_steps_run_in_order_and_the_request_completes_with_the_last_content(pools: Pools) -> None:
    view = pools.end_of(pools.submit(steps=3))

    assert ("completed", "step 3") == (view.status, view.result["content"])
    assert [1, 2, 3] == [task.step_no for task in pools.agent.calls]
    assert [1, 2, 3] == [step["step_no"] for step in view.result["stats"]["steps"]]


def test_a_step_sees_the_results_of_the_steps_before(pools: Pools) -> None:
    pools.end_of(pools.submit(steps=2))

    assert {1: {"content": "step 1"}} == pools.agent.calls[1].prior


def test_five_deliveries_of_one_pipeline_have_the_effects_of_one(pools: Pools) -> None:
    pools.act(one_npc)
    request = pools.submit(publish=False)
    for _ in range(5):
        pools.publish()

    assert "completed" == pools.end_of(request).status
    pools.broker.join(Queue.SCRIBE.value, timeout=10_000)
    assert 1 == pools.count("entities")
    assert 1 == len(pools.agent.calls)


def test_a_transient_failure_is_tried_again(pools: Pools) -> None:
    def fail_twice(task: StepTask) -> Outcome:
        if len(pools.agent.calls) < 3:
            raise Broken
        return Outcome({"content": "at last"})

    pools.act(fail_twice)
    view = pools.end_of(pools.submit())

    assert ("completed", "at last", 3) == (view.status, view.result["content"], view.attempts)


def test_a_failure_that_goes_on_ends_the_request_after_four_attempts_and_leaves_a_dead_letter(pools: Pools) -> None:
    def fail(task: StepTask) -> Outcome:
        raise Broken

    pools.act(fail)
    view = pools.end_of(pools.submit())

    assert ("failed", "llm_error", 4) == (view.status, view.error["error_type"], len(pools.agent.calls))
    wait_until(lambda: pools.broker.queue_stats(Queue.SCRIBE.value).dead == 1, 30)


def test_a_persistent_failure_ends_the_request_at_once_without_a_dead_letter(pools: Pools) -> None:
    def refuse(task: StepTask) -> Outcome:
        raise InvalidInput("level 99 is outside the table")

    pools.act(refuse)
    view = pools.end_of(pools.submit(steps=2))

    assert ("failed", "validation_error", 1) == (view.status, view.error["error_type"], len(pools.agent.calls))
    assert ["failed", "cancelled"] == [step.state for step in view.plan]
    assert 0 == pools.broker.queue_stats(Queue.SCRIBE.value).dead


def test_an_unforeseen_error_shows_nothing_of_its_inside(pools: Pools) -> None:
    def crash(task: StepTask) -> Outcome:
        raise RuntimeError("password=hunter2")

    pools.act(crash)
    view = pools.end_of(pools.submit())

    assert ("failed", "internal_error") == (view.status, view.error["code"])
    assert "hunter2" not in str(view.error)


def test_a_lease_is_renewed_while_a_slow_step_runs(pools: Pools) -> None:
    pools.act(lambda task: time.sleep(3) or Outcome({"content": "slow"}))
    request = pools.submit(publish=False)
    pools.publish()
    time.sleep(2.4)
    pools.publish()

    assert ("completed", "slow") == (pools.end_of(request).status, pools.view(request).result["content"])
    assert 1 == len(pools.agent.calls)


def test_what_finishes_after_the_deadline_writes_nothing(pools: Pools) -> None:
    def late(task: StepTask) -> Outcome:
        time.sleep(1.2)
        return one_npc(task)

    pools.act(late)
    request = pools.submit(timeout_ms=1000)
    wait_until(lambda: len(pools.agent.calls) == 1, 30)
    time.sleep(1.5)
    pools.broker.join(Queue.SCRIBE.value, timeout=10_000)
    Finisher(pools.database).expire(request)

    assert 0 == pools.count("entities")
    assert ("failed", "timeout") == (pools.view(request).status, pools.view(request).error["error_type"])


def test_a_work_token_of_another_installation_is_refused(database: Database, redis_url: str) -> None:
    pools = Pools(database, redis_url, signer=TokenSigner("forged" * 8))
    try:
        view = pools.end_of(pools.submit())
    finally:
        pools.stop()

    assert ("failed", "auth_error", []) == (view.status, view.error["error_type"], pools.agent.calls)


def test_a_commit_is_offered_again_when_the_connection_breaks_in_it(pools: Pools) -> None:
    broke = threading.Event()

    def break_connections(task: StepTask) -> Outcome:
        if not broke.is_set():
            broke.set()
            with pools.database.transaction() as tx:
                tx.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
        return one_npc(task)

    pools.act(break_connections)

    assert "completed" == pools.end_of(pools.submit()).status
    assert 1 == pools.count("entities")


def test_a_worker_that_stops_hands_a_long_step_back_at_once(database: Database, redis_url: str) -> None:
    first = Pools(database, redis_url)
    first.act(lambda task: [time.sleep(0.05) for _ in range(400)] and Outcome({}))
    request = first.submit()
    wait_until(lambda: len(first.agent.calls) == 1, 30)
    first.stop()

    second = Pools(database, redis_url)
    try:
        view = second.end_of(request, within_seconds=3)
    finally:
        second.stop()

    assert ("completed", 1) == (view.status, view.attempts)


def test_postgres_away_at_the_claim_costs_no_attempt(database: Database) -> None:
    away = Database("postgresql://dma:x@127.0.0.1:1/dma", application_name="away", wait_seconds=0.2)
    away.open()
    runner = StepRunner(
        database=away,
        broker=build_broker("redis://127.0.0.1:1/0"),
        signer=TokenSigner(SECRET),
        leases=LeaseKeeper(away),
        worker="test",
    )

    with pytest.raises(dramatiq.errors.Retry):
        runner.run(Scripted(lambda task: Outcome({})), new_uuid().hex, 1)
    with pytest.raises(DependencyUnavailable):
        away.ping()
    away.close()


def test_a_campaign_deleted_under_a_running_step_leaves_nothing_behind(pools: Pools) -> None:
    def delete_meanwhile(task: StepTask) -> Outcome:
        with pools.database.transaction() as tx:
            campaigns.delete_campaign(tx, pools.campaign, PRINCIPAL)
        return one_npc(task)

    pools.act(delete_meanwhile)
    pools.submit(steps=2)
    wait_until(lambda: pools.agent.calls, 30)
    for queue in {action.queue for action in ACTIONS} | {Queue.ORCHESTRATOR}:
        pools.broker.join(queue.value, timeout=10_000)

    assert 1 == len(pools.agent.calls)
    assert [0] * 4 == [pools.count(table) for table in ("requests", "steps", "entities", "entity_versions")]
    assert [0] * len(ACTIONS) == [pools.broker.queue_stats(action.queue.value).dead for action in ACTIONS]
