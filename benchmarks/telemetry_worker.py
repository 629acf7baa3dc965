"""A worker of the `telemetry` benchmark: System Mastery's pool and the orchestrator's, observed or in silence."""

import logging
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import dramatiq

from benchmarks.children import Parent
from contracts.queues import Queue
from core.ids import new_uuid
from core.settings import VERSION, Settings
from core.tokens import TokenSigner
from orchestrator.broker import build_broker
from orchestrator.publish import Publisher
from store.campaigns import ensure_campaign
from store.database import Database
from store.requests import NewRequest, NewStep, accept_request, mark_dispatched
from store.sweeps import Unpublished
from telemetry import metrics
from telemetry.logs import configure_logs
from telemetry.sharing import MetricSharing, sharing_beside
from workers.leases import LeaseKeeper
from workers.observing import Observed
from workers.orchestrator.actors import declare_actors as declare_results
from workers.pool import HandBack, Pool
from workers.runner import StepRunner
from workers.system_mastery.actors import declare_actors

QUESTION = "What is the THAC0 of a 5th level fighter with strength 18?"
SECRET = "of this benchmark and of nothing else"  # noqa: S105
PRINCIPAL = "user:dm"


def main() -> None:
    """Do one round at each word of the parent."""
    parent = Parent(sys.stdin, sys.stdout)
    order = parent.order()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        sys.stdout = stack.enter_context((folder / "stdout").open("w"))
        is_observed = order["mode"] == "observed"
        if is_observed:
            configure_logs(service="system_mastery", environment="local", version=VERSION, folder=folder)
        else:
            logging.disable(logging.CRITICAL)
        pool = stack.enter_context(_pool(order, is_observed=is_observed))
        campaign = new_uuid()
        with pool.database.transaction() as tx:
            ensure_campaign(tx, campaign, "A campaign", PRINCIPAL)
        while True:
            plans = [_accepted(pool, campaign) for _ in range(order["prompts"])]
            parent.ready()
            parent.tell(cpu_seconds=_round(pool, plans))


@contextmanager
def _pool(order: dict[str, Any], *, is_observed: bool) -> Iterator[Pool]:
    database = Database(order["database_url"], application_name="dma-benchmark")
    middleware = [Observed(Queue.SYSTEM_MASTERY), HandBack()] if is_observed else [HandBack()]
    broker, signer, leases = (
        build_broker(order["redis_url"], middleware=middleware),
        TokenSigner(SECRET),
        LeaseKeeper(database),
    )
    runner = StepRunner(database=database, broker=broker, signer=signer, leases=leases, worker="benchmark")
    pool = Pool(Settings(_env_file=None), database, broker, signer, runner)
    declare_actors(pool)
    declare_results(pool)
    database.open()
    leases.start()
    with ExitStack() as stack:
        if is_observed:
            metrics.introduce(service="system_mastery", version=VERSION, environment="local")
            stack.enter_context(sharing_beside(MetricSharing(lambda: broker.client)))
        worker = dramatiq.Worker(broker, worker_threads=4, worker_timeout=1000)
        worker.start()
        yield pool
        worker.stop()
    broker.close()
    leases.stop()
    database.close()


def _accepted(pool: Pool, campaign: UUID) -> Unpublished:
    request = new_uuid()
    step = NewStep("system_mastery.answer_question", "Look the rule up", {"question": QUESTION})
    with pool.database.transaction() as tx:
        new = NewRequest(request, campaign, PRINCIPAL, QUESTION, "rules_lookup", 1.0, [], [step], 60_000)
        deadline = accept_request(tx, new)
        mark_dispatched(tx, [request])
    return Unpublished(request, campaign, deadline, [(1, step.actor)])


def _round(pool: Pool, plans: list[Unpublished]) -> float:
    """CPU seconds of this process until all these have ended."""
    publisher, started = Publisher(pool.broker, pool.signer), time.process_time()
    for plan in plans:
        publisher.publish(plan)
    while _unfinished(pool):
        time.sleep(0.05)
    return time.process_time() - started


def _unfinished(pool: Pool) -> bool:
    with pool.database.reading() as tx:
        return tx.execute("SELECT 1 FROM requests WHERE status = 'processing' LIMIT 1").fetchone() is not None


if __name__ == "__main__":
    main()
