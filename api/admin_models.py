"""Bodies of the operator's routes; contracts/v1/ has the same shapes as JSON Schemas."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, model_validator

from api.models import StrictModel
from api.parsing import WHOLE
from bus import Reason
from contracts.queues import Queue

MAX_LETTERS = 100
"""Dead letters that one call replays or discards."""


class LaneView(BaseModel):
    """One priority of a queue, 1 to 3."""

    priority: int
    ready: int
    in_flight: int
    oldest_age_seconds: float


class QueueView(BaseModel):
    """One queue; `depth` is ready, in flight and delayed together."""

    queue: str
    stream: str
    consumer_group: str
    depth: int
    max_length: int
    ready: int
    in_flight: int
    delayed: int
    dead: int
    oldest_age_seconds: float
    is_paused: bool
    consumers: int
    lanes: list[LaneView]


class QueueList(BaseModel):
    """Answer to GET /v1/admin/queues."""

    items: list[QueueView]


class MessageView(BaseModel):
    """A message without its work token; null where it cannot be decoded. `correlation_id` names the request."""

    message_id: str
    actor: str
    args: list[Any]
    correlation_id: str | None = None
    attempt: int


class QueuedMessageView(BaseModel):
    """An unfinished message; `at` is when it came to its lane, or when a delayed one will be due."""

    id: str
    queue: str
    priority: int
    state: Literal["ready", "in_flight", "delayed"]
    consumer: str | None = None
    deliveries: int
    at: datetime
    message: MessageView | None = None


class QueuedMessageList(BaseModel):
    """One page of a queue's messages."""

    items: list[QueuedMessageView]
    limit: int
    next_cursor: str | None = None


class DeadLetterView(BaseModel):
    """A dead letter: what it was, and why it is dead."""

    id: str
    queue: str
    priority: int
    reason: str
    error: str
    worker: str
    attempts: int
    starts: int
    first_sent_at: datetime
    failed_at: datetime
    message: MessageView | None = None
    traceback: str | None = None
    payload: str | None = None


class DeadLetterList(BaseModel):
    """One page of a queue's dead letters, the newest first."""

    items: list[DeadLetterView]
    limit: int
    next_cursor: str | None = None


LetterIds = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=64)]], Field(min_length=1, max_length=MAX_LETTERS)
]


class DeadLetterOrder(StrictModel):
    """Body of POST /v1/admin/dead-letters: `ids`, or all of the queue (with this reason), the oldest first."""

    action: Literal["replay", "discard"]
    queue: Annotated[Queue, Field(strict=False)]
    ids: LetterIds = None  # type: ignore[assignment]  # absent, never null
    reason: Annotated[Reason, Field(strict=False)] = None  # type: ignore[assignment]  # absent, never null
    limit: Annotated[int, Field(strict=True, ge=1, le=MAX_LETTERS), WHOLE] = MAX_LETTERS

    @model_validator(mode="after")
    def _one_way(self) -> "DeadLetterOrder":
        if {"ids", "reason"} <= self.model_fields_set:
            raise ValueError("Give ids or a reason, not both")
        return self


class LetterOutcome(BaseModel):
    """What became of one letter; `request_id` is that of the request that was submitted anew."""

    id: str
    outcome: Literal["requeued", "resubmitted", "discarded", "not_found", "request_gone"]
    request_id: str | None = None


class DeadLetterOutcomes(BaseModel):
    """Answer to POST /v1/admin/dead-letters; `remaining` are the queue's letters afterwards."""

    items: list[LetterOutcome]
    remaining: int


class AgentView(BaseModel):
    """A living process of a pool: what it said last, and when it was last heard on the bus."""

    name: str
    agent: str
    state: Literal["ready", "busy", "unknown"]
    threads: int | None = None
    last_beat_seconds: float
    announced_at: datetime | None = None
    checked_at: datetime | None = None
    check_ms: int | None = None


class AgentList(BaseModel):
    """Answer to GET /v1/admin/agents."""

    items: list[AgentView]


class HealthCheckSent(BaseModel):
    """Answer to POST /v1/admin/agents/health-check: whom it was sent to."""

    asked: list[str]
