"""The broker as this application sets it up: the user's stream and group names, and dramatiq's middleware in order."""

from collections.abc import Sequence

import dramatiq
from dramatiq.errors import Retry
from dramatiq.middleware import Callbacks, CurrentMessage, Interrupt, Middleware, Pipelines, Retries, TimeLimit

from bus import StreamsBroker
from contracts.queues import Queue
from orchestrator.envelope import AgentMessageEncoder, entry_fields

MAX_SURPRISES = 3
"""Retries of a message that raised what no actor foresees; then it is a dead letter."""


def build_broker(redis_url: str, *, middleware: Sequence[Middleware] = ()) -> StreamsBroker:
    """Build the broker; opens no connection. All four queues are declared.

    From here on all dramatiq messages of this process are written as AgentMessages: dramatiq knows one encoder only.

    Args:
        redis_url: `redis://:password@host:port/0`, also `rediss://`.
        middleware: Of the caller's own, run around everything else (logs, metrics, graceful hand-back).
    """
    dramatiq.set_encoder(AgentMessageEncoder())
    broker = StreamsBroker(
        url=redis_url,
        namespace="dma",
        streams={queue.value: f"{queue.logical_stream}:{queue.value}" for queue in Queue},
        groups={queue.value: queue.consumer_group for queue in Queue},
        max_length={queue.value: queue.max_length for queue in Queue},
        entry_fields=entry_fields,
        middleware=[
            *middleware,
            CurrentMessage(),
            TimeLimit(),
            Callbacks(),
            Pipelines(),
            # How often a step is retried is counted in Postgres (store.steps), where a lost message cannot lose it.
            Retries(retry_when=_is_worth_repeating, min_backoff=1_000, max_backoff=8_000),
        ],
    )
    for queue in Queue:
        broker.declare_queue(queue.value)
    return broker


def _is_worth_repeating(retries: int, error: BaseException) -> bool:
    """What an actor asks for always is; what nobody foresaw only a few times: it may never do better."""
    return isinstance(error, Retry | Interrupt) or retries < MAX_SURPRISES
