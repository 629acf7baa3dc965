"""The metrics (R65-R69, C23, C24): exact names, labels and buckets the user fixed, and ours beside them.

`method` is a route template of the API or the message_type of a message, never a raw path; every other label comes from
a list in the code too, so that the number of series stays bounded.

Three kinds, which telemetry/sharing.py puts together for all processes:

counters and histograms   counted where things happen, added up over all processes, also those that have ended
`OF_EACH_PROCESS`         gauges of one process; what a dead process said last is forgotten with it
`READ_WHEN_ASKED`         gauges that are true of the whole installation; whoever answers /metrics reads them
"""

from functools import lru_cache
from typing import Final, Literal

from prometheus_client import Counter, Gauge, Histogram, disable_created_metrics

# A moment of creation per series doubles their number and says nothing: counts go on over restarts.
disable_created_metrics()  # type: ignore[no-untyped-call]

_QUEUE: Final = ["stream", "consumer_group"]

# What the user fixed

REQUEST_SECONDS = Histogram(
    "dma_request_duration_seconds",
    "Request duration",
    ["service", "method", "status"],
    buckets=[0.1, 0.5, 1.0, 2.0, 5.0, 10.0],
)
REQUESTS = Counter("dma_requests_total", "Total requests", ["service", "method", "status"])
ERRORS = Counter("dma_errors_total", "Errors by category", ["service", "method", "error_type"])
LLM_TOKENS = Counter("dma_llm_tokens_total", "LLM tokens used", ["service", "model", "operation"])
QUEUE_DEPTH = Gauge("dma_queue_depth", "Current queue depth: ready, in flight and delayed", _QUEUE)

# Histograms that the promises on latency (R81-R84) can be measured with

FAST_LANE_SECONDS = Histogram(
    "dma_fast_lane_duration_seconds",
    "Fast lane answer time",
    ["operation"],
    buckets=[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5],
)
JOB_SECONDS = Histogram(
    "dma_job_duration_seconds",
    "From acceptance of a prompt to its end",
    ["intent", "status"],
    buckets=[0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 60.0],
)
STEP_SECONDS = Histogram(
    "dma_step_duration_seconds",
    "One delivery of a message to an actor, from its start to its end",
    ["service", "actor", "status"],
    buckets=[0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 15.0, 60.0],
)
QUEUE_WAIT_SECONDS = Histogram(
    "dma_queue_wait_seconds",
    "From the enqueueing of a message to its start",
    _QUEUE,
    buckets=[0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 15.0, 60.0],
)

# What else is counted where it happens

REFUSED_PUBLISHES = Counter("dma_refused_publishes_total", "Prompts refused because a queue was full", _QUEUE)
RECOVERIES = Counter("dma_recovered_messages_total", "Messages taken from dead workers", _QUEUE)
DEAD_LETTERED = Counter("dma_dead_letters_total", "Messages that became dead letters", _QUEUE)
SWEPT = Counter("dma_swept_total", "What the sweeper repaired, by kind", ["kind"])
BREAKER_CHANGES = Counter("dma_breaker_transitions_total", "Changes of circuit breakers", ["breaker", "to"])
CACHE_HITS = Counter("dma_cache_hits_total", "Answers from memory", ["cache"])
CACHE_MISSES = Counter("dma_cache_misses_total", "Answers that had to be worked out", ["cache"])
PROGRESS_EVENTS = Counter("dma_progress_events_total", "Events that running steps told of (result.partial)")
INTENT_MODEL_FALLBACKS = Counter(
    "dma_intent_model_fallbacks_total", "Times DMA_INTENT_MODEL could not be used and the shipped classifier serves"
)

# Gauges of each process

BUILD_INFO = Gauge("dma_build_info", "1 for what runs", ["service", "version", "environment"])
PROCESSES = Gauge("dma_processes", "Processes that live", ["service"])
THREADS = Gauge("dma_pool_threads", "Threads that work on messages", ["service"])
THREADS_BUSY = Gauge("dma_pool_threads_busy", "Threads that are working on a message", ["service"])
BREAKER_STATE = Gauge("dma_breaker_state", "The worst state in any process: 0 closed, 1 half open, 2 open", ["breaker"])

OF_EACH_PROCESS: Final[dict[Gauge, Literal["sum", "max"]]] = {
    BUILD_INFO: "max",
    PROCESSES: "sum",
    THREADS: "sum",
    THREADS_BUSY: "sum",
    BREAKER_STATE: "max",
}
"""Each with what is shown of several processes that say the same labels."""

# Gauges that are read when asked for: kept by several processes they would be wrong in all of them

QUEUE_READY = Gauge("dma_queue_ready", "Messages that wait for a worker", _QUEUE)
QUEUE_IN_FLIGHT = Gauge("dma_queue_in_flight", "Messages that workers hold", _QUEUE)
QUEUE_DELAYED = Gauge("dma_queue_delayed", "Messages that wait for their time", _QUEUE)
QUEUE_OLDEST_SECONDS = Gauge("dma_queue_oldest_age_seconds", "Age of the oldest message that waits", _QUEUE)
QUEUE_CONSUMERS = Gauge("dma_queue_consumers", "Worker processes with a lease on the queue", _QUEUE)
QUEUE_PAUSED = Gauge("dma_queue_paused", "1 while nobody takes anything of the queue", _QUEUE)
DEAD_LETTERS = Gauge("dma_dlq_depth", "Dead letters kept", _QUEUE)
UNFINISHED_REQUESTS = Gauge("dma_unfinished_requests", "Prompts accepted and not ended")
UNPUBLISHED_REQUESTS = Gauge("dma_unpublished_requests", "Prompts accepted and not yet with the bus")
EMBEDDING_BACKLOG = Gauge("dma_embedding_backlog", "Entities that wait for their vector")
IS_COMPLETE = Gauge("dma_metrics_complete", "1 when the counts of all processes could be read; 0: of this one only")

READ_WHEN_ASKED: Final = (
    QUEUE_DEPTH,
    QUEUE_READY,
    QUEUE_IN_FLIGHT,
    QUEUE_DELAYED,
    QUEUE_OLDEST_SECONDS,
    QUEUE_CONSUMERS,
    QUEUE_PAUSED,
    DEAD_LETTERS,
    UNFINISHED_REQUESTS,
    UNPUBLISHED_REQUESTS,
    EMBEDDING_BACKLOG,
    IS_COMPLETE,
)


def introduce(*, service: str, version: str, environment: str) -> None:
    """Say what this process is, in the gauges of each process (R65, C24)."""
    BUILD_INFO.labels(service, version, environment).set(1)
    PROCESSES.labels(service).set(1)


BREAKER_STATES: Final = {"closed": 0, "half_open": 1, "open": 2}


def note_breaker(name: str, state: str) -> None:
    """Tell the state of a circuit breaker: closed, half_open or open. Made for its listeners.

    Raises:
        KeyError: There is no such state.
    """
    BREAKER_STATE.labels(name).set(BREAKER_STATES[state])
    BREAKER_CHANGES.labels(name, state).inc()


def note_cache(cache: str, *, is_hit: bool) -> None:
    """Count a question to a cache."""
    hits, misses = _series_of_cache(cache)
    (hits if is_hit else misses).inc()


# To find a series by its labels costs more than to count in it, so the busiest places keep what they found.


@lru_cache(maxsize=512)
def series_of_requests(service: str, method: str, status: str) -> tuple[Counter, Histogram]:
    """The counter and the durations of one route's requests, or one type's messages, with one outcome."""
    return REQUESTS.labels(service, method, status), REQUEST_SECONDS.labels(service, method, status)


@lru_cache(maxsize=64)
def fast_lane_seconds(operation: str) -> Histogram:
    """The answer times of one operation."""
    return FAST_LANE_SECONDS.labels(operation)


@lru_cache(maxsize=128)
def step_seconds(service: str, actor: str, status: str) -> Histogram:
    """The durations of one actor's deliveries with one outcome."""
    return STEP_SECONDS.labels(service, actor, status)


@lru_cache(maxsize=16)
def _series_of_cache(cache: str) -> tuple[Counter, Counter]:
    return CACHE_HITS.labels(cache), CACHE_MISSES.labels(cache)
