"""Bodies of prompts and orders, and of what becomes of them."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.models.base import (
    StrictModel,
    without_default,
)
from api.parsing import WHOLE, Id, NotBlank, OptionalId
from contracts.generators import MAX_SEED, Form


class PromptContext(StrictModel):
    """Where a prompt belongs."""

    campaign_id: Id
    location_id: OptionalId = None
    session_id: OptionalId = None


class PromptOptions(StrictModel):
    """How a prompt is to be treated."""

    timeout_ms: Annotated[int, Field(strict=True, ge=1000, le=60_000), WHOLE] = 30_000
    """Milliseconds from acceptance until the request is given up."""
    include_stats: bool = False
    webhook_url: Annotated[str, Field(min_length=1, max_length=2000, json_schema_extra=without_default)] = None  # type: ignore[assignment]  # absent, never null
    """Who is told of the end, by a signed POST; must begin as the operator allows (DMA_WEBHOOK_ALLOW)."""


class PromptRequest(StrictModel):
    """Body of POST /v1/prompts (R22)."""

    prompt: Annotated[NotBlank, Field(min_length=1, max_length=5000)]
    context: PromptContext
    options: PromptOptions = PromptOptions()


PromptStatus = Literal["processing", "completed", "failed", "cancelled"]


class GenerateRequest(StrictModel):
    """Body of POST /v1/generate/{kind}: what is wanted, and a seed that makes the same thing again."""

    context: PromptContext
    brief: dict[str, Any] = Field(default={})
    seed: Annotated[int, Field(strict=True, ge=0, le=MAX_SEED), WHOLE] = None  # type: ignore[assignment]  # absent, never null
    form: Form = "short"
    options: PromptOptions = PromptOptions()


class GeneratorFacts(BaseModel):
    """One kind of content: `parameters` is the JSON Schema of its brief, `example` a brief as it may be sent."""

    kind: str
    title: str
    parameters: dict[str, Any]
    example: dict[str, Any]


class GeneratorList(BaseModel):
    """Answer to GET /v1/generate."""

    kinds: list[GeneratorFacts]


class PromptAccepted(BaseModel):
    """Answer to POST /v1/prompts and /v1/generate/{kind} (R23); with `Prefer: wait`, the whole request."""

    model_config = ConfigDict(extra="allow")

    request_id: str
    status: PromptStatus = "processing"
    poll_url: str


class IntentView(BaseModel):
    """What a prompt was taken for; `confidence` is 0 to 1."""

    type: str
    confidence: float


class EntityNamed(BaseModel):
    """An entity by id and name."""

    id: str
    name: str


class DifferenceView(BaseModel):
    """One thing that is different now; as it is told, empty for nothing."""

    field: str
    was: str
    now: str


class ReferenceView(BaseModel):
    """What a prompt's "that" was taken for: its words, the earlier request, the entities, and what is different."""

    words: str
    request_id: str
    entities: list[EntityNamed]
    change: str | None = None
    changed: list[DifferenceView] | None = None


class StepSummary(BaseModel):
    """One step of a plan."""

    step_no: int
    agent: str
    action: str
    title: str
    state: str
    attempts: int


class PromptResult(BaseModel):
    """What a completed request made."""

    model_config = ConfigDict(extra="allow")

    content: str = ""
    entities_created: list[str] = []
    tokens_used: int = 0


class PromptView(BaseModel):
    """Answer to GET /v1/prompts/{request_id} (R24, C34): `result` xor `error` once it has ended."""

    request_id: str
    status: PromptStatus
    campaign_id: str
    stage: str | None = None
    intent: IntentView
    alternatives: list[IntentView]
    refers_to: ReferenceView | None = None
    plan: list[StepSummary]
    result: PromptResult | None = None
    error: dict[str, Any] | None = None
    attempts: int
    created_at: datetime
    started_at: datetime | None = None
    deadline_at: datetime
    completed_at: datetime | None = None


class PromptSummary(BaseModel):
    """One request in a list; what it made is read at `poll_url`."""

    request_id: str
    status: PromptStatus
    poll_url: str
    intent: str
    prompt: str
    session_id: str | None = None
    created_at: datetime
    started_at: datetime | None = None
    deadline_at: datetime
    completed_at: datetime | None = None
    error_type: str | None = None


class PromptList(BaseModel):
    """One page of a campaign's requests, newest first."""

    items: list[PromptSummary]
    limit: int
    next_cursor: str | None = None


class TransitionView(BaseModel):
    """One change of state; without `step_no` of the request itself.

    `attempt` counts failures from 1, `lease_epoch` counts claims of the step, crashed ones included.
    """

    at: datetime
    state: str
    step_no: int | None = None
    attempt: int | None = None
    lease_epoch: int | None = None
    worker: str | None = None
    error: dict[str, Any] | None = None


class PromptHistory(BaseModel):
    """Everything that ever happened to a request, oldest first."""

    request_id: str
    items: list[TransitionView]


class ClassifyRequest(StrictModel):
    """Body of POST /v1/classify."""

    prompt: Annotated[NotBlank, Field(min_length=1, max_length=5000)]


class ClassifyAnswer(BaseModel):
    """What a prompt would be taken for; nothing was written."""

    intent: IntentView
    alternatives: list[IntentView]
