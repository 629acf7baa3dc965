"""Steps whose worker is told to stop, or loses a server, at an awkward moment."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import Any
from uuid import UUID

import dramatiq
import psycopg
import pytest
from dramatiq.errors import Retry
from dramatiq.middleware import Shutdown, SkipMessage
from psycopg.rows import dict_row

from bus import StreamsBroker
from contracts.actors import Actor
from contracts.queues import Queue
from core.errors import DmaError, ErrorCategory, InvalidInput
from core.ids import new_uuid
from core.settings import Settings
from core.tokens import TokenSigner, WorkClaims
from orchestrator.broker import build_broker
from orchestrator.clock import DatabaseClock
from orchestrator.finish import Finisher
from orchestrator.publish import Publisher, task_id
from orchestrator.sweep import Sweeper
from store import campaigns
from store.database import Database
from store.requests import NewRequest, NewStep, RequestView, accept_request, mark_dispatched, read_request
from store.steps import Claim, claim_step, renew_leases
from store.sweeps import Unpublished
from tests.support.clock import FakeClock
from tests.support.installation import wait_until
from tests.support.stopwatch import Stopwatch
from workers.burial import Undertaker
from workers.leases import LeaseKeeper
from workers.pool import HandBack, Pool
from workers.runner import StepExhausted, StepRunner
from workers.step import Outcome, StepTask

PRINCIPAL = "user:dm"
NOWHERE = "redis://127.0.0.1:1/0"


class Broken(DmaError):
    """The model does not answer."""

    category = ErrorCategory.LLM_ERROR


class Trusting(TokenSigner):
    """Reads every token as one for the first step of the request, unless it is told to raise."""

    def __init__(self, request: UUID, campaign: UUID, raises: BaseException | None = None) -> None:
        super().__init__("s" * 40)
        self._claims = WorkClaims(task_id(request, 1), Queue.SCRIBE.value, campaign)
        self._raises = raises

    def read_work_token(self, token: str) -> WorkClaims:
        if self._raises is not None:
            raise self._raises
        return self._claims


class Thinking:
    """An agent that is a function."""

    def __init__(self, think: Callable[[StepTask], Outcome]) -> None:
        self.think = think


class Bench:
    """One accepted request with two steps, and a runner that is called by hand."""

    def __init__(self, database: Database, redis_url: str, *, timeout_ms: int = 30_000) -> None:
        self.database = database
        self.broker: StreamsBroker = build_broker(redis_url, middleware=[HandBack()])
        self.campaign, self.request = new_uuid(), new_uuid()
        self.leases = LeaseKeeper(database)
        with database.transaction() as tx:
            campaigns.ensure_campaign(tx, self.campaign, "A campaign", PRINCIPAL)
            accept_request(
                tx,
                NewRequest(
                    id=self.request,
                    campaign_id=self.campaign,
                    principal=PRINCIPAL,
                    prompt="Who is Borin?",
                    intent="retrieve_entity",
                    intent_confidence=1,
                    alternatives=[],
                    steps=[NewStep(Actor.RECALL_ENTITIES, "Recall"), NewStep(Actor.STORE_ENTITIES, "Store")],
                    timeout_ms=timeout_ms,
                ),
            )

    def run(
        self,
        think: Callable[[StepTask], Outcome],
        *,
        token: BaseException | None = None,
        broker: StreamsBroker | None = None,
        jitter: Callable[[float], float] = lambda _bound: 0.05,
    ) -> None:
        StepRunner(
            database=self.database,
            broker=broker or self.broker,
            signer=Trusting(self.request, self.campaign, token),
            leases=self.leases,
            worker="test",
            jitter=jitter,
        ).run(Thinking(think), self.request.hex, 1)

    def step(self, number: int = 1) -> dict[str, Any]:
        with self.database.transaction() as tx:
            row = tx.execute(
                "SELECT * FROM steps WHERE request_id = %s AND step_no = %s", (self.request, number)
            ).fetchone()
        assert row is not None
        return row

    def view(self) -> RequestView:
        with self.database.transaction() as tx:
            return read_request(tx, self.request, PRINCIPAL)

    def claim(self, *, lease_seconds: float = 10) -> Claim:
        with self.database.transaction() as tx:
            found = claim_step(tx, self.request, 1, worker="w", lease_seconds=lease_seconds)
        assert isinstance(found, Claim)
        return found


@pytest.fixture
def bench(database: Database, redis_url: str) -> Iterator[Bench]:
    bench = Bench(database, redis_url)
    yield bench
    bench.broker.close()


def raising(error: BaseException) -> Callable[[StepTask], Outcome]:
    def think(task: StepTask) -> Outcome:
        raise error

    return think


def test_a_stop_between_claim_and_thinking_gives_the_step_back_at_once(bench: Bench) -> None:
    with pytest.raises(Retry) as told:
        bench.run(raising(AssertionError("must not think")), token=Shutdown())

    assert 0 == told.value.delay
    assert ("waiting", 0) == (bench.step()["state"], bench.step()["crashes"])


def test_a_stop_while_a_failure_is_recorded_repeats_the_message_at_once(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.runner.steps.fail_step", lambda *_args, **_more: (_ for _ in ()).throw(Shutdown()))

    with pytest.raises(Retry) as told:
        bench.run(raising(Broken()))

    assert 0 == told.value.delay
    assert ("waiting", 1) == (bench.step()["state"], bench.step()["attempt"])


def test_a_stop_after_the_commit_lets_the_repeat_go_on_at_once(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_args: object) -> None:
        raise Shutdown

    monkeypatch.setattr(StepRunner, "_log_completed", stop)

    with pytest.raises(Retry) as told:
        bench.run(lambda task: Outcome({"content": "done"}))

    assert 0 == told.value.delay
    assert "done" == bench.step()["state"]


@pytest.mark.parametrize(("error", "heard"), [(InvalidInput("no"), SkipMessage), (Broken("no"), StepExhausted)])
def test_a_failure_is_final_even_when_the_bus_cannot_be_told(
    bench: Bench, error: DmaError, heard: type[Exception]
) -> None:
    with bench.database.transaction() as tx:
        tx.execute("UPDATE steps SET attempt = 4")

    with pytest.raises(heard):
        bench.run(raising(error), broker=build_broker(NOWHERE))
    assert "failed" == bench.step()["state"]

    with pytest.raises(SkipMessage):
        bench.run(raising(AssertionError("must not think")), broker=build_broker(NOWHERE))


def test_a_retry_that_would_come_after_the_deadline_is_not_made(database: Database, redis_url: str) -> None:
    bench = Bench(database, redis_url, timeout_ms=2000)

    with pytest.raises(StepExhausted):
        bench.run(raising(Broken("the model is away")), jitter=lambda _bound: 2.0)

    assert ("failed", "llm_error") == (bench.step()["state"], bench.step()["error"]["error_type"])


@pytest.mark.parametrize("wrong_by", [timedelta(minutes=10), timedelta(minutes=-10)])
def test_a_token_holds_on_a_host_whose_clock_is_wrong(bench: Bench, wrong_by: timedelta) -> None:
    wrong = DatabaseClock(bench.database, host=FakeClock(datetime.now(UTC) + wrong_by))
    here, elsewhere = TokenSigner("s" * 40), TokenSigner("s" * 40, wrong)
    facts = {"task_id": "t", "agent": Queue.SCRIBE.value, "campaign_id": bench.campaign}
    deadline_at = bench.view().deadline_at

    assert "t" == elsewhere.read_work_token(here.create_work_token(**facts, deadline_at=deadline_at)).task_id
    assert "t" == here.read_work_token(elsewhere.create_work_token(**facts, deadline_at=deadline_at)).task_id


def test_a_wrong_clock_goes_on_with_what_it_knows_while_the_database_is_away(bench: Bench) -> None:
    host = FakeClock(datetime.now(UTC) - timedelta(minutes=10))
    away = Database("postgresql://dma:x@127.0.0.1:1/dma", application_name="away", wait_seconds=0.2)
    clock = DatabaseClock(bench.database, host=host)
    before = clock.now()
    clock._database = away
    host.advance(seconds=120)

    assert before + timedelta(seconds=120) == clock.now()


def test_a_commit_that_is_still_under_way_when_it_is_repeated_counts_as_done(bench: Bench) -> None:
    """The connection broke during COMMIT; the server is still at it when the worker looks again."""
    under_way, repeated = Event(), Event()

    def think(task: StepTask) -> Outcome:
        def commit_slowly() -> None:
            with psycopg.connect(bench.database.url) as connection:
                connection.execute("SELECT 1 FROM requests FOR UPDATE")
                connection.execute(
                    "UPDATE steps SET state = 'done', result = '{}', lease_until = NULL, "
                    "finished_at = clock_timestamp() WHERE step_no = 1"
                )
                under_way.set()
                repeated.wait(5)

        Thread(target=commit_slowly, daemon=True).start()
        under_way.wait(5)
        Thread(target=lambda: time.sleep(0.5) or repeated.set(), daemon=True).start()
        return Outcome({})

    bench.run(think)  # raises SkipMessage, and nothing hands the second step over, when it is taken for fenced


def test_work_under_a_claim_that_postgres_forgot_in_a_crash_is_refused_and_done_again(bench: Bench) -> None:
    """A claim does not wait for the disk; a result waits, so it never stands without its claim."""

    def think_while_it_is_forgotten(task: StepTask) -> Outcome:
        with bench.database.transaction() as tx:
            tx.execute("UPDATE steps SET state = 'waiting', lease_epoch = lease_epoch - 1, worker = NULL")
        return Outcome({"content": "lost"})

    with pytest.raises(Retry):
        bench.run(think_while_it_is_forgotten)
    bench.run(lambda task: Outcome({"content": "kept"}))

    assert ("done", {"content": "kept"}) == (bench.step()["state"], bench.step()["result"])


def test_an_epoch_that_was_given_away_twice_is_good_for_one_worker(bench: Bench) -> None:
    def think_while_another_gets_the_same_epoch(task: StepTask) -> Outcome:
        with bench.database.transaction() as tx:
            tx.execute("UPDATE steps SET worker = 'another'")
        return Outcome({})

    with pytest.raises(SkipMessage):
        bench.run(think_while_another_gets_the_same_epoch)

    assert ("running", None) == (bench.step()["state"], bench.step()["result"])


def test_giving_a_step_back_does_not_cross_the_end_of_its_request(bench: Bench) -> None:
    """Request before steps is the order of locks; the other way round the two wait for each other."""
    thinking, locked = Event(), Event()

    def end_request() -> None:
        thinking.wait(5)
        with psycopg.connect(bench.database.url) as connection:
            connection.execute("SELECT 1 FROM requests FOR UPDATE")
            locked.set()
            time.sleep(0.7)
            connection.execute("SET LOCAL deadlock_timeout = '10s'")  # the other side would be the victim
            connection.execute("UPDATE steps SET title = title")

    def think(task: StepTask) -> Outcome:
        thinking.set()
        locked.wait(5)
        raise Shutdown

    ending = Thread(target=end_request)
    ending.start()
    with pytest.raises(Retry):
        bench.run(think)
    ending.join(10)

    assert "waiting" == bench.step()["state"]


def test_noting_a_publication_does_not_cross_the_renewal_of_leases(bench: Bench) -> None:
    other = Bench(bench.database, NOWHERE)
    last, first = other.claim(), bench.claim()  # rows now lie the other way round than their ids
    assert first.request_id < last.request_id
    marked = Thread(target=_mark, args=(bench.database, [first.request_id, last.request_id]))
    with psycopg.connect(bench.database.url, row_factory=dict_row) as renewing:
        renew_leases(renewing, [first], lease_seconds=10)
        marked.start()
        time.sleep(0.5)
        renewing.execute("SET LOCAL lock_timeout = '300ms'")
        assert renew_leases(renewing, [last], lease_seconds=10)
    marked.join(5)


def _mark(database: Database, requests: list[UUID]) -> None:
    with database.transaction() as tx:
        mark_dispatched(tx, requests)


def test_one_locked_step_does_not_keep_the_other_leases_from_being_renewed(bench: Bench) -> None:
    other = Bench(bench.database, NOWHERE)
    claims = [bench.claim(), other.claim()]
    with psycopg.connect(bench.database.url) as holding:
        holding.execute("SELECT 1 FROM steps WHERE request_id = %s FOR UPDATE", (bench.request,))
        with Stopwatch() as took, bench.database.transaction() as tx:
            held = renew_leases(tx, claims, lease_seconds=10)

    assert {(other.request, 1)} == held
    assert took.seconds < 3


@pytest.mark.parametrize("text", ["a \0 in it", "half a \ud83d pair"])
def test_a_failure_whose_text_cannot_be_stored_is_recorded_all_the_same(bench: Bench, text: str) -> None:
    with pytest.raises(SkipMessage):
        bench.run(raising(InvalidInput(text)))

    assert "failed" == bench.step()["state"]


def test_renewing_goes_on_after_an_unforeseen_error(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    leases = LeaseKeeper(database, renew_seconds=0.05)
    rounds: list[int] = []

    def break_once() -> None:
        rounds.append(1)
        if len(rounds) == 1:
            raise psycopg.errors.IdleInTransactionSessionTimeout

    monkeypatch.setattr(leases, "renew", break_once)
    leases.start()

    wait_until(lambda: len(rounds) > 1, 30)
    leases.stop()


def test_garbage_that_crashed_workers_can_be_buried(bench: Bench) -> None:
    def message(*args: object) -> dramatiq.Message[Any]:
        return dramatiq.Message(
            queue_name=Queue.SCRIBE.value, actor_name=Actor.STORE_ENTITIES.value, args=args, kwargs={}, options={}
        )

    undertaker = Undertaker(bench.database, bench.broker)
    for args in ((), ("not an id", 1), (bench.request.hex, "x"), (7, 1)):
        undertaker(message(*args), "crashed")


def enqueue_as_crashed(broker: StreamsBroker, bench: Bench) -> None:
    """Publish the first step's message, and let the bus count three processes that died after they started it."""
    token = TokenSigner("s" * 40).create_work_token(
        task_id(bench.request, 1), Queue.SCRIBE.value, bench.campaign, deadline_at=bench.view().deadline_at
    )
    message = dramatiq.Message(
        queue_name=Queue.SCRIBE.value,
        actor_name=Actor.STORE_ENTITIES.value,
        args=(bench.request.hex, 1),
        kwargs={},
        options={"work_token": token, "correlation_id": f"req_{bench.request.hex}"},
    )
    broker.enqueue(message)
    keys = broker.layout.of(Queue.SCRIBE.value)
    lane = keys.lane(2)
    broker.session.streams.ensure_groups(keys)
    broker.client.xreadgroup(keys.group, "dead", {lane: ">"})
    [pending] = broker.client.xpending_range(lane, keys.group, "-", "+", 9)
    broker.client.xclaim(lane, keys.group, "dead", 0, [pending["message_id"]], retrycount=3)
    broker.client.zadd(keys.live, {keys.member("dead"): 1})
    broker.session.streams.beat([keys])
    broker.client.delete(keys.resumed)  # nobody has to wait until all have been heard again


@pytest.mark.parametrize(("deaths", "state", "dead_letters"), [(0, "done", 0), (1, "done", 0), (3, "failed", 1)])
def test_a_step_that_was_only_beside_three_deaths_runs_and_one_that_was_at_work_is_buried(
    bench: Bench, pool: Pool, deaths: int, state: str, dead_letters: int
) -> None:
    """F13: waiting for its turn beside one that ends its process is no crime (the bus cannot tell)."""
    pool.broker.on_buried = Undertaker(pool.database, pool.broker)
    pool.declare_step(Actor.STORE_ENTITIES, Thinking(lambda task: Outcome({"content": "kept"})))
    for _ in range(deaths):
        bench.claim(lease_seconds=0)
    enqueue_as_crashed(pool.broker, bench)
    worker = run_worker(pool.broker)
    try:
        wait_until(lambda: bench.step()["state"] == state, 20)
        wait_until(lambda: pool.broker.queue_stats(Queue.SCRIBE.value).dead == dead_letters, 20)
    finally:
        worker.stop(timeout=3000)


@pytest.fixture
def pool(bench: Bench) -> Pool:
    signer = TokenSigner("s" * 40)
    runner = StepRunner(database=bench.database, broker=bench.broker, signer=signer, leases=bench.leases, worker="test")
    return Pool(Settings(_env_file=None), bench.database, bench.broker, signer, runner)


def run_worker(broker: StreamsBroker) -> dramatiq.Worker:
    broker.emit_after("process_boot")
    worker = dramatiq.Worker(broker, queues={Queue.SCRIBE.value}, worker_threads=1, worker_timeout=100)
    worker.start()
    return worker


def test_a_message_that_makes_no_sense_becomes_a_dead_letter(pool: Pool) -> None:
    pool.declare_step(Actor.STORE_ENTITIES, Thinking(raising(AssertionError("must not think"))))
    pool.broker.enqueue(
        dramatiq.Message(
            queue_name=Queue.SCRIBE.value,
            actor_name=Actor.STORE_ENTITIES.value,
            args=("not an id", 1),
            kwargs={},
            options={},
        )
    )
    worker = run_worker(pool.broker)
    try:
        wait_until(lambda: pool.broker.queue_stats(Queue.SCRIBE.value).dead == 1, 20)
    finally:
        worker.stop(timeout=3000)


def test_a_step_does_not_think_longer_than_its_request_lives(database: Database, redis_url: str, pool: Pool) -> None:
    bench = Bench(database, redis_url, timeout_ms=1000)
    ended = Event()

    def think_for_long(task: StepTask) -> Outcome:
        try:
            for _ in range(200):
                time.sleep(0.05)
        finally:
            ended.set()
        return Outcome({})

    pool.declare_step(Actor.RECALL_ENTITIES, Thinking(think_for_long))
    plan = Unpublished(bench.request, bench.campaign, bench.view().deadline_at, [(1, Actor.RECALL_ENTITIES)])
    Publisher(pool.broker, pool.signer).publish(plan)
    worker = run_worker(pool.broker)
    try:
        assert ended.wait(5)
    finally:
        worker.stop(timeout=3000)
        bench.broker.close()


def test_a_pipeline_goes_on_after_the_bus_took_a_message_from_a_living_worker(bench: Bench, pool: Pool) -> None:
    """Cut off from Redis alone, it keeps its lease in Postgres: the other delivery is skipped, its own is refused."""
    scribe = pool.broker.layout.of(Queue.SCRIBE.value)

    def lose_message(task: StepTask) -> Outcome:
        if task.step_no == 1:
            for row in pool.broker.client.xpending_range(scribe.lane(2), scribe.group, "-", "+", 10):
                pool.broker.client.xack(scribe.lane(2), scribe.group, row["message_id"])
                pool.broker.client.xdel(scribe.lane(2), row["message_id"])
        return Outcome({"content": f"step {task.step_no}"})

    pool.declare_step(Actor.RECALL_ENTITIES, Thinking(lose_message))
    pool.declare_step(Actor.STORE_ENTITIES, Thinking(lose_message))
    plan = [(1, Actor.RECALL_ENTITIES), (2, Actor.STORE_ENTITIES)]
    publisher = Publisher(pool.broker, pool.signer)
    sweeper = Sweeper(bench.database, pool.broker, publisher, Finisher(bench.database))
    sweeper.sweep()
    publisher.publish(Unpublished(bench.request, bench.campaign, bench.view().deadline_at, plan))
    with bench.database.transaction() as tx:
        mark_dispatched(tx, [bench.request])
    worker = run_worker(pool.broker)
    try:
        wait_until(lambda: bench.step(1)["state"] == "done", 30)
        time.sleep(0.5)
        assert "waiting" == bench.step(2)["state"]
        with bench.database.transaction() as tx:
            tx.execute("UPDATE transitions SET at = at - interval '11 seconds'")
            tx.execute("UPDATE steps SET published_at = published_at - interval '11 seconds'")
        sweeper.sweep()
        wait_until(lambda: bench.step(2)["state"] == "done", 30)
    finally:
        worker.stop(timeout=3000)
