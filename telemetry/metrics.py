"""The metrics (R65-R69, C23, C24): exact names, labels and buckets the user fixed, and ours beside them.

`method` is always a route template or an actor name, never a raw path, so that the number of series stays bounded.
"""

from functools import lru_cache

from prometheus_client import Counter, Gauge, Histogram, Info

BUILD_INFO = Info("dma_build", "Version and environment of this process")
REQUEST_SECONDS = Histogram(
    "dma_request_duration_seconds",
    "Request duration",
    ["service", "method", "status"],
    buckets=[0.1, 0.5, 1.0, 2.0, 5.0, 10.0],
)
REQUESTS = Counter("dma_requests_total", "Total requests", ["service", "method", "status"])
ERRORS = Counter("dma_errors_total", "Errors by category", ["service", "method", "error_type"])
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
PROGRESS_EVENTS = Counter("dma_progress_events_total", "Events that running steps told of (result.partial)")
QUEUE_DEPTH = Gauge("dma_queue_depth", "Current queue depth", ["stream", "consumer_group"])
INTENT_MODEL_FALLBACKS = Counter(
    "dma_intent_model_fallbacks_total", "Times DMA_INTENT_MODEL could not be used and the shipped classifier serves"
)
DEAD_LETTERS = Gauge("dma_dlq_depth", "Dead letters kept", ["stream", "consumer_group"])


# To find a series by its labels costs more than to count in it, so the busiest places keep what they found.


@lru_cache(maxsize=512)
def series_of_requests(service: str, method: str, status: str) -> tuple[Counter, Histogram]:
    """The counter and the durations of one route's requests with one outcome."""
    return REQUESTS.labels(service, method, status), REQUEST_SECONDS.labels(service, method, status)


@lru_cache(maxsize=64)
def fast_lane_seconds(operation: str) -> Histogram:
    """The answer times of one operation."""
    return FAST_LANE_SECONDS.labels(operation)
