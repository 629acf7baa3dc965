"""Bodies of what entities have beside themselves: history, approval, relationships, undo and files."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.models import EntityState, EntityView, StrictModel, stays_when_left_out
from api.parsing import WHOLE, Id, NotBlank
from contracts.entities import EntityType


class EntityVersionView(BaseModel):
    """An entity as it was in one version: what it was, who made it so, when, and which request if one did."""

    version: int
    name: str
    description: str
    attributes: dict[str, Any]
    state: EntityState
    tags: list[str]
    secret: str | dict[str, Any] | None = None
    deleted: bool
    changed_by: str
    changed_at: datetime
    request_id: str | None = None
    """The prompt that it came from, or the X-Request-ID of the call that wrote it."""


class EntityHistory(BaseModel):
    """Every version of an entity, the first one first."""

    items: list[EntityVersionView]
    total: int


class RestoreRequest(StrictModel):
    """Body of POST /v1/entities/{type}/{id}/restore."""

    version: Annotated[int, Field(strict=True, ge=1, le=2**31 - 1), WHOLE]


class ApproveRequest(StrictModel):
    """Body of POST /v1/campaigns/{id}/approve: entities of any type; all of them are approved, or none."""

    ids: Annotated[list[Id], Field(min_length=1, max_length=1000)]


class Approved(BaseModel):
    """What was a draft until now; what had been approved before is not told again."""

    items: list[EntityView]
    total: int


class RelatedView(BaseModel):
    """An entity reached from another; `kinds` are those of the last step to it."""

    id: str
    uuid: str
    type: EntityType
    name: str
    depth: int
    kinds: list[str]


class RelatedList(BaseModel):
    """Answer to GET /v1/entities/{type}/{id}/related, nearest first, each once."""

    items: list[RelatedView]
    total: int


class Moment(StrictModel):
    """A moment of the game: in words, and as a number on the campaign's own time line."""

    text: Annotated[NotBlank, Field(min_length=1, max_length=200)] | None = None
    order: Annotated[float, Field(allow_inf_nan=False)] | None = None


class PeriodView(StrictModel):
    """From when to when something holds; what is left out is open or unknown."""

    model_config = ConfigDict(strict=True, extra="forbid", populate_by_name=True)

    begins: Annotated[Moment | None, Field(alias="from")] = None
    ends: Annotated[Moment | None, Field(alias="to")] = None


class RelationCreate(StrictModel):
    """Body of POST /v1/relations; a relationship of this kind that is there already is added to."""

    source_id: Id
    target_id: Id
    kind: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^,]*[^,\s][^,]*$")]
    attributes: dict[str, Any] = Field(default_factory=dict)
    period: PeriodView | None = None
    secret: bool | None = None


class RelationUpdate(StrictModel):
    """Body of PUT and PATCH /v1/relations/{id}: merged over the stored; null removes an attribute, and the period."""

    model_config = ConfigDict(strict=True, extra="forbid", json_schema_extra=stays_when_left_out)

    attributes: dict[str, Any] = Field(default_factory=dict)
    period: PeriodView | None = None
    secret: bool = False


class RelationEnd(BaseModel):
    """One of the two entities of a relationship."""

    id: str
    uuid: str
    type: EntityType
    name: str


class RelationView(BaseModel):
    """A relationship: `source` stands in the relation `kind` to `target`."""

    id: str
    uuid: str
    campaign_id: str
    source: RelationEnd
    target: RelationEnd
    kind: str
    attributes: dict[str, Any]
    period: dict[str, Any] | None = None
    secret: bool
    version: int
    created_by: str
    created_at: datetime
    updated_at: datetime


class RelationList(BaseModel):
    """One page of relationships; `total` counts all pages."""

    items: list[RelationView]
    total: int
    limit: int
    offset: int


class UndoneEntity(BaseModel):
    """An entity that an undo took back: `deleted` when the request had made it, `restored` when it had changed it."""

    id: str
    type: EntityType
    name: str
    action: Literal["deleted", "restored"]
    version: int


class UndoneRelation(BaseModel):
    """A relationship that an undo took back."""

    id: str
    kind: str
    action: Literal["deleted", "restored"]
    version: int


class UndoAnswer(BaseModel):
    """Answer to POST /v1/prompts/{request_id}/undo; the same again answers the same."""

    request_id: str
    undone_by: str
    undone_at: datetime
    entities: list[UndoneEntity]
    relations: list[UndoneRelation]


class ImportAnswer(BaseModel):
    """What an import wrote; importing the same file again writes nothing."""

    entities: dict[str, int]
    relations: dict[str, int]
