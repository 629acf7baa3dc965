"""An entity as it leaves the store, and how a row becomes one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from psycopg.sql import SQL

from contracts.entities import EntityType
from core.errors import NotFound
from core.ids import prefixed
from store.attributes import raise_attributes
from store.entity_values import Secret

State = Literal["draft", "approved"]
"""A draft waits for a person's approval."""


@dataclass(frozen=True, slots=True)
class Entity:
    """One entity as it is now; `attributes` are in today's shape of their type."""

    id: UUID
    campaign_id: UUID
    type: EntityType
    name: str
    description: str
    attributes: dict[str, Any]
    state: State
    version: int
    created_by: str
    request_id: UUID | None
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None
    tags: list[str] = field(default_factory=list)
    secret: Secret | None = None
    """None also for those who may not see it."""

    @property
    def public_id(self) -> str:
        """The id as callers write it, such as `loc_` and 32 hex digits (C13)."""
        return prefixed(self.type.prefix, self.id)


_OPEN: Final = SQL(
    "e.id, e.campaign_id, e.type, e.name, e.description, e.attributes, e.state, e.schema_version, e.version,"
    " e.created_by, e.request_id, e.created_at, e.updated_at, e.deleted_at, e.tags"
)

COLUMNS: Final = SQL("{open}, e.secret").format(open=_OPEN)
"""What entity_of reads from `entities e`; not `*`, for the search vector is larger than all the rest."""

SEEN: Final = SQL("{open}, CASE WHEN m.role <> 'reader' AND NOT %(as_player)s THEN e.secret END AS secret").format(
    open=_OPEN
)
"""The same as the member `m` may see it: no secrets for readers, nor for who asks for the players' view."""

VISIBLE: Final = SQL("(e.state = 'approved' OR (m.role <> 'reader' AND NOT %(as_player)s))")
"""Players learn of drafts when they are approved."""


def entity_of(row: Mapping[str, Any]) -> Entity:
    """The entity in a row of COLUMNS, its attributes raised to today's shape (R7)."""
    kind = EntityType(row["type"])
    return Entity(
        id=row["id"],
        campaign_id=row["campaign_id"],
        type=kind,
        name=row["name"],
        description=row["description"],
        attributes=raise_attributes(kind, row["attributes"], row["schema_version"]),
        state=row["state"],
        version=row["version"],
        created_by=row["created_by"],
        request_id=row["request_id"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        deleted_at=row["deleted_at"],
        tags=row["tags"],
        secret=row["secret"],
    )


def no_such_entity() -> NotFound:
    """The one answer for unknown, foreign and deleted entities."""
    return NotFound("no such entity")
