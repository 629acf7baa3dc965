"""Bodies of entities."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from api.models.base import (
    EntityState,
    SecretPart,
    StrictModel,
    Tags,
    stays_when_left_out,
)
from api.parsing import Id, NotBlank
from contracts.entities import EntityType, LocationType


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
