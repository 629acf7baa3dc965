"""Circuit breaker, bulkhead and retry with backoff for sync and async Python; usable alone.

The three compose as decorators. From the outside in: retry, circuit breaker, bulkhead, so that a retry asks the
breaker again, and a call that found no free slot never counts as a failure of the dependency unless you say so.
"""

from dma_shared_resilience.bulkhead import Bulkhead, BulkheadFull
from dma_shared_resilience.circuit_breaker import CircuitBreaker, CircuitListener, CircuitOpen, CircuitState
from dma_shared_resilience.errors import ResilienceError
from dma_shared_resilience.retry import RetryAttempt, RetryWithBackoff
from dma_shared_resilience.shared import RedisCircuits, SharedCircuits, SharedState

__all__ = [
    "Bulkhead",
    "BulkheadFull",
    "CircuitBreaker",
    "CircuitListener",
    "CircuitOpen",
    "CircuitState",
    "RedisCircuits",
    "ResilienceError",
    "RetryAttempt",
    "RetryWithBackoff",
    "SharedCircuits",
    "SharedState",
]
