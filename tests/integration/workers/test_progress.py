"""Progress told by running steps: in order, once, and the way a step learns that nobody wants it any more."""

import threading
import time
from uuid import UUID

from prometheus_client import REGISTRY

from core.errors import ErrorCategory
from core.problems import problem
from orchestrator.broker import build_broker
from orchestrator.nudges import Hint, Nudges
from store.database import Database
from store.endings import cancel_request, fail_request
from store.events import read_events
from store.steps import Fenced
from tests.integration.workers.test_runner import Broken, Pools, pools
from tests.support.installation import wait_until
from tests.support.jobs import accepted, claimed
from workers.progress import SILENCE, StepProgress
from workers.step import Outcome, StepTask

__all__ = ["pools"]


def kinds_of(pools: Pools, request: object) -> list[str]:
    with pools.database.transaction() as tx:
        return [event.kind for event in read_events(tx, request)]  # type: ignore[arg-type]


def partials() -> float:
    return REGISTRY.get_sample_value("dma_progress_events_total") or 0.0


def test_what_a_step_tells_is_in_the_stream_and_its_ids_on_the_bus(pools: Pools) -> None:
    before = partials()
    hinted: list[Hint] = []

    def build(task: StepTask) -> Outcome:
        assert 0 == task.progress.emit("layout", {"n": 1})
        task.progress.emit_all([])
        task.progress.emit_all([("room", {"n": number}) for number in range(3)])
        assert 4 == task.progress.emit("summary", {})
        return Outcome({"content": "built"})

    pools.act(build)
    with Nudges(pools.broker).heard(hinted.append):
        wait_until(lambda: _is_heard(pools, hinted), 30)
        request = pools.submit()
        assert "completed" == pools.end_of(request).status
        ours = [Hint(request, has_ended=False)] * 3 + [Hint(request, has_ended=True)]
        wait_until(
            lambda: ours == [hint for hint in hinted if hint.request_id == request],
            5,
            describe=lambda: f"three tales and the end: {hinted}",
        )

    told = ["layout", "room", "room", "room", "summary"]
    assert ["step.started", *told, "step.finished", "request.ended"] == kinds_of(pools, request)
    wait_until(lambda: partials() == before + 5, 30)


def _is_heard(pools: Pools, hinted: list[Hint]) -> bool:
    Nudges(pools.broker).tell(UUID(int=1))
    return bool(hinted)


def test_a_step_that_runs_again_tells_the_same_once(pools: Pools) -> None:
    def fail_once(task: StepTask) -> Outcome:
        for room in range(len(pools.agent.calls)):
            task.progress.emit("room", {"room": room})
        if len(pools.agent.calls) < 2:
            raise Broken
        return Outcome({"content": "built"})

    pools.act(fail_once)
    request = pools.submit()

    assert "completed" == pools.end_of(request).status
    assert ["room", "room"] == kinds_of(pools, request)[1:-2]


def test_a_step_that_runs_again_may_tell_in_other_handfuls(pools: Pools) -> None:
    before = partials()

    def fail_once(task: StepTask) -> Outcome:
        if len(pools.agent.calls) < 2:
            task.progress.emit("room", {"room": 0})
            raise Broken
        task.progress.emit_all([("room", {"room": number}) for number in range(3)])
        return Outcome({"content": "built"})

    pools.act(fail_once)
    request = pools.submit()

    assert "completed" == pools.end_of(request).status
    assert ["room"] * 3 == kinds_of(pools, request)[1:-2]
    wait_until(lambda: partials() == before + 3, 30)


def test_a_cancelled_request_stops_a_long_step_at_its_next_look(pools: Pools) -> None:
    stopped = threading.Event()

    def build_for_ever(task: StepTask) -> Outcome:
        try:
            while True:
                task.progress.check()
                time.sleep(0.02)
        except Fenced:
            stopped.set()
            raise

    pools.act(build_for_ever)
    request = pools.submit()
    wait_until(lambda: len(pools.agent.calls) == 1, 30)
    with pools.database.transaction() as tx:
        assert cancel_request(tx, request)

    assert stopped.wait(timeout=5)
    assert "cancelled" == pools.view(request).status


def test_telling_stops_a_step_whose_request_has_ended(pools: Pools) -> None:
    stopped = threading.Event()

    def tell_late(task: StepTask) -> Outcome:
        with pools.database.transaction() as tx:
            fail_request(tx, task.request_id, problem(ErrorCategory.TIMEOUT, "too late"))
        try:
            task.progress.emit("room", {})
        except Fenced:
            stopped.set()
            raise
        return Outcome({})

    pools.act(tell_late)
    request = pools.submit()

    assert stopped.wait(timeout=5)
    assert "room" not in kinds_of(pools, request)


def test_an_event_is_offered_again_when_the_connection_breaks(pools: Pools) -> None:
    def cut_then_tell(task: StepTask) -> Outcome:
        with pools.database.transaction() as tx:
            tx.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        task.progress.emit("room", {})
        return Outcome({"content": "built"})

    pools.act(cut_then_tell)
    request = pools.submit()

    assert "completed" == pools.end_of(request).status
    assert 1 == kinds_of(pools, request).count("room")


def test_a_step_goes_on_while_nobody_can_be_asked(database: Database) -> None:
    claim = claimed(database, accepted(database))
    away = Database("postgresql://dma:x@127.0.0.1:1/dma", application_name="away", wait_seconds=0.05)
    away.open()
    seconds = iter((0.0, 9.0, 9.0))
    progress = StepProgress(away, build_broker("redis://127.0.0.1:1/0"), claim, monotonic=lambda: next(seconds))

    progress.check()

    assert [] == list(seconds)
    away.close()


def test_outside_a_pool_nobody_listens() -> None:
    SILENCE.check()

    SILENCE.emit_all([("room", {})])
    assert 0 == SILENCE.emit("room", {})
