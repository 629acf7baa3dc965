"""Bodies of requests and responses, as pydantic models; contracts/v1/ has the same shapes as JSON Schemas.

Requests are strict: no unknown names (but for entities, whose types have attributes of their own), no text where a
number belongs.
"""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema

from api.parsing import WHOLE, Id, NotBlank, OptionalId
from contracts.entities import EntityType, LocationType
from contracts.generators import MAX_SEED, Form

LooseEntityType = Annotated[EntityType, Field(strict=False)]
"""An enum given by its value; strict mode would want the member itself."""

EntityState = Literal["draft", "approved"]

View = Literal["full", "player"]
"""`player` is what readers of a campaign get: nothing secret, and no drafts."""

Tags = Annotated[list[Annotated[NotBlank, Field(min_length=1, max_length=50)]], Field(max_length=50)]
SecretPart = Annotated[NotBlank, Field(min_length=1, max_length=20_000)] | dict[str, Any]
"""Markdown or an object, for owners and editors alone."""


def stays_when_left_out(schema: dict[str, Any]) -> None:
    """For models of a change: a field that is left out stays as it is stored, so none has a default to tell."""
    for field in schema["properties"].values():
        field.pop("default", None)


class StrictModel(BaseModel):
    """A request body, or a part of one."""

    model_config = ConfigDict(strict=True, extra="forbid")


class PromptContext(StrictModel):
    """Where a prompt belongs."""

    campaign_id: Id
    location_id: OptionalId = None
    session_id: OptionalId = None


def _without_default(schema: dict[str, Any]) -> None:
    """What may be left out has no default that anybody could send."""
    schema.pop("default", None)


class PromptOptions(StrictModel):
    """How a prompt is to be treated."""

    timeout_ms: Annotated[int, Field(strict=True, ge=1000, le=60_000), WHOLE] = 30_000
    """Milliseconds from acceptance until the request is given up."""
    include_stats: bool = False
    webhook_url: Annotated[str, Field(min_length=1, max_length=2000, json_schema_extra=_without_default)] = None  # type: ignore[assignment]  # absent, never null
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
    brief: dict[str, Any] = {}
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


class EntityItem(BaseModel):
    """A new entity of a type and campaign that are named elsewhere; what is not a field here is an attribute."""

    model_config = ConfigDict(strict=True, extra="allow")

    name: Annotated[NotBlank, Field(min_length=1, max_length=200)]
    description: Annotated[str, Field(max_length=20_000)] = ""
    state: EntityState = "approved"
    location_type: Annotated[LocationType, Field(strict=False)] = None  # type: ignore[assignment]  # absent, never null
    attributes: dict[str, Any] = {}
    tags: Tags = []
    secret: SecretPart = None  # type: ignore[assignment]  # absent, never null


class EntityCreate(EntityItem):
    """Body of POST /v1/entities/{type} (R27): what is not a field here is an attribute of that type."""

    campaign_id: Id


class EntityBulk(StrictModel):
    """Body of POST /v1/entities/{type}/bulk: all of them are written, or none."""

    campaign_id: Id
    items: Annotated[list[EntityItem], Field(min_length=1, max_length=1000)]


class EntityUpdate(BaseModel):
    """Body of PUT and PATCH /v1/entities/{type}/{id} (R28, C18): merged over the stored; null removes an attribute."""

    model_config = ConfigDict(strict=True, extra="allow", json_schema_extra=stays_when_left_out)

    name: Annotated[NotBlank, Field(min_length=1, max_length=200)] = ""
    description: Annotated[str, Field(max_length=20_000)] = ""
    state: EntityState = "approved"
    location_type: Annotated[LocationType | None, Field(strict=False)] = None
    attributes: dict[str, Any] = {}
    tags: Tags = []
    secret: SecretPart | None = None


class EntityView(BaseModel):
    """One entity; its attributes stand under `attributes` and, as they were sent, beside the other fields."""

    model_config = ConfigDict(extra="allow")

    id: str
    uuid: str
    type: EntityType
    campaign_id: str
    name: str
    description: str
    attributes: dict[str, Any]
    version: int
    state: EntityState
    tags: list[str]
    secret: str | dict[str, Any] | None = None
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None = None


class EntityList(BaseModel):
    """One page of entities; `total` counts all pages."""

    items: list[EntityView]
    total: int
    limit: int
    offset: int
    next_cursor: str | None = None


class SearchRequest(StrictModel):
    """Body of POST /v1/search (R32)."""

    query: Annotated[NotBlank, Field(min_length=1, max_length=500)]
    entity_types: Annotated[list[LooseEntityType], Field(max_length=len(EntityType))] = []
    campaign_id: Id
    limit: Annotated[int, Field(strict=True, ge=1, le=100), WHOLE] = 20
    tags: Annotated[Tags, Field(description="Only entities with all of these.")] = []
    state: EntityState | None = None
    view: View = "full"
    highlight: Annotated[bool, Field(description="Say where in the texts the words of the query stand.")] = False
    explain: Annotated[bool, Field(description="Say what of the score comes from where.")] = False


class SearchEvidence(BaseModel):
    """What each kind of evidence gave; the score is 1 - (1 - name)(1 - word)(1 - text)(1 - meaning)."""

    name: float
    word: float
    text: float
    meaning: float


Positions = Annotated[
    tuple[int, int], WithJsonSchema({"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2})
]


class SearchHighlight(BaseModel):
    """A piece of a text; `matches` are pairs of positions in it, in characters, the end not included."""

    field: Literal["name", "description"]
    text: str
    matches: list[Positions]


class SearchHit(BaseModel):
    """One entity found; `score` is 0 to 1."""

    entity_id: str
    entity_type: EntityType
    name: str
    score: float
    evidence: Annotated[SearchEvidence | None, Field(description="With `explain`.")] = None
    highlights: Annotated[list[SearchHighlight] | None, Field(description="With `highlight`.")] = None


class SearchAnswer(BaseModel):
    """What was found, best first; `total` counts the matches before the limit (C37)."""

    results: list[SearchHit]
    total: int


class AskRequest(StrictModel):
    """Body of POST /v1/rules/ask."""

    question: Annotated[NotBlank, Field(min_length=1, max_length=1000)]


class RulePart(BaseModel):
    """One line of a calculation."""

    label: str
    value: int | str
    source: str


class RuleAnswer(BaseModel):
    """Answer to POST /v1/rules/ask; `headline` has the main values in the order of the sentence."""

    answer: str
    values: dict[str, Any]
    headline: list[str]
    breakdown: list[RulePart]
    source: list[str]
    confidence: Annotated[float, Field(ge=0, le=1)]
    topic: str | None
    missing: list[str]
    assumptions: list[str]
    warnings: list[str]


class RuleTableFacts(BaseModel):
    """What a table is about; `status` is `single_source` when one reference only was found for its numbers."""

    id: str
    title: str
    source: str
    kind: Literal["lookup", "banded", "formula"]
    keys: list[str]
    columns: list[str]
    lines: int
    aliases: list[str]
    status: Literal["single_source"] | None


class RuleTableList(BaseModel):
    """Answer to GET /v1/rules/tables."""

    tables: list[RuleTableFacts]
    rules_version: str


class RuleTableLines(BaseModel):
    """Answer to GET /v1/rules/tables/{table_id}: the lines that the keys pick, or all.

    A key that is a band of numbers is a pair, lowest first, null for no end; where a number picked the line, that
    number.
    """

    table: str
    title: str
    keys: dict[str, Any]
    rows: list[dict[str, Any]]
    breakdown: list[RulePart]
    source: list[str]
    assumptions: list[str]
    warnings: list[str]
    rules_version: str


MAX_SENTENCE = 1000


def _subject(value: Any) -> Any:
    if isinstance(value, dict) or (isinstance(value, str) and 0 < len(value.strip()) <= len(value) <= MAX_SENTENCE):
        return value
    raise ValueError(f"Must be an object, or a sentence of at most {MAX_SENTENCE} characters")


class ValidateRequest(StrictModel):
    """Body of POST /v1/rules/validate: a character, as an object or a sentence, and the campaign's own rules."""

    subject: Annotated[
        Any,
        AfterValidator(_subject),
        WithJsonSchema(
            {"anyOf": [{"type": "string", "pattern": "\\S", "maxLength": MAX_SENTENCE}, {"type": "object"}]}
        ),
    ]
    house_rules: dict[str, Any] = {}


class RuleFinding(BaseModel):
    """A rule that is broken, or would be without a house rule; `alternatives` are what would be allowed."""

    rule: str
    field: str
    message: str
    alternatives: list[str]
    source: str
    is_violation: bool
    by_house_rule: bool


class ValidationView(BaseModel):
    """Answer to POST /v1/rules/validate; `not_checked` says of each rule what would have to be known."""

    valid: bool
    subject: dict[str, Any]
    violations: list[RuleFinding]
    house_rules: list[RuleFinding]
    checked: list[str]
    not_checked: dict[str, str]
    source: list[str]
    assumptions: list[str]
    warnings: list[str]
    rules_version: str


class TokenRequest(StrictModel):
    """Body of POST /v1/auth/token: the one-time code of the ready line; leave it out with the DEV_TOKEN as Bearer."""

    login_code: Annotated[str, Field(min_length=1, max_length=4096)] | None = None


class RefreshRequest(StrictModel):
    """Body of POST /v1/auth/refresh and /v1/auth/revoke; browsers leave it out and send the cookie."""

    refresh_token: Annotated[str, Field(min_length=1, max_length=4096)] | None = None


class TokenAnswer(BaseModel):
    """A fresh pair of tokens; `expires_in` is in seconds. The console gets the refresh token as a cookie only."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the name of a scheme
    expires_in: int
    refresh_token: str | None = None
