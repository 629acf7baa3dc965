"""A pool's process: one dramatiq worker on one queue, stopped gently by SIGTERM."""

import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import dramatiq
from dramatiq.errors import BrokerError
from dramatiq.middleware import ShutdownNotifications

from bus import StreamsBroker
from bus.session import names_of
from contracts.actors import Actor
from contracts.queues import Queue
from core.errors import EXIT_CONFIGURATION, ConfigurationError, DependencyUnavailable
from core.failpoints import install_failpoints
from core.ids import new_uuid
from core.locate import service_urls
from core.readiness import tell_ready
from core.settings import VERSION, Settings, load_settings
from core.tokens import TokenSigner
from orchestrator.broker import build_broker
from orchestrator.clock import DatabaseClock
from store.database import Database
from store.steps import end_leases
from telemetry import metrics
from telemetry.logs import get_logger
from telemetry.setup import configure_telemetry
from telemetry.sharing import MetricSharing, sharing_beside
from telemetry.tracing import stop_traces
from workers.burial import Undertaker
from workers.leases import LeaseKeeper
from workers.observing import Observed, note_recovered
from workers.presence import Presence, Running, declare_health_check
from workers.runner import StepExhausted, StepRunner
from workers.step import Agent

log = get_logger(__name__)

STOP_SIGNALS = frozenset({signal.SIGTERM, signal.SIGINT})
"""Blocked in every thread, so that the main thread takes them when it waits for one, and no handler runs anywhere."""
FINISH_SECONDS = 2.0
"""How long jobs in hand may finish after SIGTERM before they are interrupted and handed back."""
STOP_SECONDS = 3.5
"""When the process ends at the latest; honcho kills after 5 s."""


@dataclass(frozen=True, slots=True)
class Pool:
    """What a pool's `main.py` gets to declare its actors with."""

    settings: Settings
    database: Database
    broker: StreamsBroker
    signer: TokenSigner
    runner: StepRunner

    def declare_step(self, name: Actor, agent: Agent) -> None:
        """Declare an actor that runs this agent on steps."""

        def run_step(request_id: str, step_no: int) -> None:
            self.runner.run(agent, request_id, step_no)

        self.declare(name, run_step, throws=(StepExhausted,), notify_shutdown=True)

    def declare(self, name: Actor, function: Callable[..., None], **options: Any) -> None:
        """Declare an actor by its contract name."""
        declare = dramatiq.actor(actor_name=name.value, queue_name=name.queue.value, broker=self.broker, **options)
        declare(function)


def run_pool(
    queue: Queue,
    declare_actors: Callable[[Pool], None],
    *,
    threads_times: int = 1,
    beside: Callable[[Pool], None] | None = None,
) -> None:
    """Run one pool until SIGTERM or SIGINT; ends the process.

    Args:
        queue: The queue it reads.
        declare_actors: Declares the pool's actors.
        threads_times: How many times as many threads it has as a pool has by its settings.
        beside: Something more to run in a thread of its own as long as the process lives.
    """
    try:
        settings = load_settings()
        configure_telemetry(settings, service=queue.value)
        install_failpoints(is_local=settings.is_local)
        urls = service_urls(settings)
        threads = settings.pool_threads * threads_times
        pool, leases, presence = _build(queue, settings, threads, urls.database_url, urls.redis_url)
        declare_actors(pool)
        declare_health_check(pool.broker, pool.signer, queue, presence)
    except ConfigurationError as error:
        print(f"{queue.value}: {error}", file=sys.stderr)  # noqa: T201 - logs may not be set up yet
        sys.exit(EXIT_CONFIGURATION)
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
    pool.database.open()
    leases.start()
    if beside is not None:
        threading.Thread(target=beside, args=(pool,), name="beside", daemon=True).start()
    _introduce(pool, queue, threads)
    if predecessor := os.environ.get("DMA_PREDECESSOR"):
        succeed(pool, int(predecessor))
    with sharing_beside(MetricSharing(lambda: pool.broker.client, namespace=pool.broker.namespace)):
        _work(pool, queue, threads, presence)
    pool.broker.close()
    leases.stop()
    pool.database.close()
    stop_traces()


def _introduce(pool: Pool, queue: Queue, threads: int) -> None:
    metrics.introduce(service=queue.value, version=VERSION, environment=pool.settings.environment.value)
    metrics.THREADS.labels(queue.value).set(threads)


def _build(
    queue: Queue, settings: Settings, threads: int, database_url: str, redis_url: str
) -> tuple[Pool, LeaseKeeper, Presence]:
    assert settings.secret_key is not None  # noqa: S101 - load_settings sees to it
    database = Database(database_url, application_name=f"dma-{queue.value}", max_size=threads + 2)
    signer = TokenSigner(settings.secret_key.get_secret_value(), DatabaseClock(database))
    running = Running()
    broker = build_broker(redis_url, middleware=[Observed(queue), HandBack(), running])
    broker.on_buried = Undertaker(database, broker)
    broker.on_recovered = note_recovered
    leases = LeaseKeeper(database)
    runner = StepRunner(database=database, broker=broker, signer=signer, leases=leases, worker=worker_name())
    presence = Presence(broker, agent=queue.value, threads=threads, running=running)
    return Pool(settings, database, broker, signer, runner), leases, presence


def _work(pool: Pool, queue: Queue, threads: int, presence: Presence) -> None:
    worker = dramatiq.Worker(pool.broker, queues={queue.value}, worker_threads=threads, worker_timeout=1000)
    pool.broker.emit_after("process_boot")
    worker.start()
    tell_ready()
    stopping = threading.Event()
    threading.Thread(target=presence.run, args=(stopping,), name="presence", daemon=True).start()
    signal.sigwait(STOP_SIGNALS)
    stopping.set()
    log.info("pool_stopping", queue=queue.value)
    worker.stop(timeout=int(STOP_SECONDS * 1000))


def succeed(pool: Pool, predecessor: int) -> None:
    """Have what the process before this one held taken up at once; its supervisor has seen its end (DESIGN.md, rule 2).

    Where that is not possible, its leases run out by themselves.
    """
    try:
        with pool.database.transaction() as tx:
            steps = end_leases(tx, names_of(predecessor))
        messages = pool.broker.declare_dead(predecessor)
    except (DependencyUnavailable, BrokerError) as error:
        log.warning("predecessor_left_to_its_leases", predecessor=predecessor, error_message=str(error))
        return
    log.info("predecessor_succeeded", predecessor=predecessor, steps=steps, leases=messages)


def worker_name() -> str:
    """A name for this incarnation of the process, for leases and history."""
    return f"{names_of(os.getpid())}{new_uuid().hex[-8:]}"


class HandBack(ShutdownNotifications):
    """Lets jobs in hand finish for a moment before it interrupts them, so that few are handed back."""

    def before_worker_shutdown(self, broker: dramatiq.Broker, worker: dramatiq.Worker) -> None:
        timer = threading.Timer(FINISH_SECONDS, self.manager.shutdown)
        timer.daemon = True
        timer.start()
