"""What /metrics shows: the counts of all processes, and what is read of queues and tables at that moment (R65-R69)."""

from collections.abc import Iterator

from dramatiq.errors import BrokerError
from prometheus_client import REGISTRY, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from api.deps import AppServices
from bus.errors import SERVER_ERRORS
from bus.stats import QueueStats
from contracts.queues import Queue
from core.errors import DependencyUnavailable
from core.settings import VERSION
from store.backlog import read_backlog
from telemetry import metrics, series
from telemetry.logs import get_logger
from telemetry.sharing import MetricSharing

log = get_logger(__name__)

SHARED = frozenset(family.name for family in series.families({}))
"""Families that are shown for all processes together."""


class Exposition:
    """Puts /metrics together.

    Args:
        services: Of the application that is asked.

    Attributes:
        sharing: This process's part in the counts of all.
    """

    def __init__(self, services: AppServices) -> None:
        self._services = services
        self.sharing = MetricSharing(lambda: services.broker.client, namespace=services.broker.namespace)
        metrics.introduce(service="orchestrator", version=VERSION, environment=services.settings.environment.value)
        _begin_at_zero()

    def text(self) -> bytes:
        """The metrics in Prometheus' text format. A server that is away makes them fewer, never an error."""
        values, is_complete = self.sharing.read()
        metrics.IS_COMPLETE.set(is_complete)
        if is_complete:
            self._read_queues()
        self._read_backlog()
        return generate_latest(_Together(values))

    def _read_queues(self) -> None:
        for queue in Queue:
            try:
                stats = self._services.broker.queue_stats(queue.value)
                consumers = len(self._services.broker.live_consumers(queue.value))
            except (BrokerError, *SERVER_ERRORS) as error:
                log.info("queue_not_read", queue=queue.value, error_message=str(error))
                return
            _show_queue(queue, stats, consumers)

    def _read_backlog(self) -> None:
        try:
            with self._services.database.reading() as tx:
                backlog = read_backlog(tx)
        except DependencyUnavailable as error:
            log.info("backlog_not_read", error_message=str(error))
            return
        metrics.UNFINISHED_REQUESTS.set(backlog.unfinished)
        metrics.UNPUBLISHED_REQUESTS.set(backlog.unpublished)
        metrics.EMBEDDING_BACKLOG.set(backlog.to_embed)


class _Together(Collector):
    """The registry of this process, with the shared families in place of its own."""

    def __init__(self, values: series.Values) -> None:
        self._values = values

    def collect(self) -> Iterator[Metric]:
        """All families."""
        yield from series.families(self._values)
        yield from (family for family in REGISTRY.collect() if family.name not in SHARED)


def _show_queue(queue: Queue, stats: QueueStats, consumers: int) -> None:
    shown = {
        metrics.QUEUE_DEPTH: stats.unfinished,
        metrics.QUEUE_READY: stats.ready,
        metrics.QUEUE_IN_FLIGHT: stats.in_flight,
        metrics.QUEUE_DELAYED: stats.delayed,
        metrics.QUEUE_OLDEST_SECONDS: stats.oldest_age_seconds,
        metrics.QUEUE_CONSUMERS: consumers,
        metrics.QUEUE_PAUSED: stats.is_paused,
        metrics.DEAD_LETTERS: stats.dead,
    }
    for gauge, value in shown.items():
        gauge.labels(queue.logical_stream, queue.consumer_group).set(value)


def _begin_at_zero() -> None:
    """Series that mean trouble are there before the first: a rate of what appears out of nothing is none."""
    for queue in Queue:
        for counter in (metrics.REFUSED_PUBLISHES, metrics.RECOVERIES, metrics.DEAD_LETTERED):
            counter.labels(queue.logical_stream, queue.consumer_group)
    for breaker in ("bus", "postgres"):
        metrics.BREAKER_STATE.labels(breaker)
