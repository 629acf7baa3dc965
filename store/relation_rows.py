"""A relationship as it leaves the store, and the statements' common parts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from psycopg.sql import SQL

from contracts.entities import EntityType
from core.errors import NotFound
from core.ids import prefixed
from store.periods import Period

RELATION_PREFIX: Final = "rel"


@dataclass(frozen=True, slots=True)
class End:
    """One of the two entities of a relationship."""

    id: UUID
    type: EntityType
    name: str

    @property
    def public_id(self) -> str:
        """The id as callers write it."""
        return prefixed(self.type.prefix, self.id)


@dataclass(frozen=True, slots=True)
class Relationship:
    """`source` stands in the relation `kind` to `target`, such as "lives in"."""

    id: UUID
    campaign_id: UUID
    source: End
    target: End
    kind: str
    attributes: dict[str, Any]
    secret: bool
    """Known to owners and editors alone."""
    period: Period
    version: int
    created_by: str
    created_at: datetime
    updated_at: datetime

    @property
    def public_id(self) -> str:
        """The id as callers write it, `rel_` and 32 hex digits."""
        return prefixed(RELATION_PREFIX, self.id)

    @property
    def source_id(self) -> UUID:
        """The id of the entity that stands in the relation."""
        return self.source.id

    @property
    def target_id(self) -> UUID:
        """The id of the entity that it stands in the relation to."""
        return self.target.id


COLUMNS: Final = SQL(
    "r.id, r.campaign_id, r.kind, r.attributes, r.secret, r.begins, r.begins_order, r.ends, r.ends_order, r.version,"
    " r.created_by, r.created_at, r.updated_at,"
    " s.id AS source_id, s.type AS source_type, s.name AS source_name,"
    " t.id AS target_id, t.type AS target_type, t.name AS target_name"
)
"""What relationship_of reads from `relationships r` and its entities `s` and `t`."""

ENDS: Final = SQL("""
JOIN entities s ON s.id = r.source_id AND s.deleted_at IS NULL
JOIN entities t ON t.id = r.target_id AND t.deleted_at IS NULL
""")

SEEN: Final = SQL("""
r.deleted_at IS NULL AND ((m.role <> 'reader' AND NOT %(as_player)s)
                          OR (NOT r.secret AND s.state = 'approved' AND t.state = 'approved'))
""")
"""Players know a relationship when it is no secret and they know both ends."""

RECORD: Final = SQL("""
    INSERT INTO relationship_versions (relationship_id, version, attributes, secret, begins, begins_order, ends,
                                       ends_order, deleted, changed_by, request_id)
    SELECT id, version, attributes, secret, begins, begins_order, ends, ends_order, deleted_at IS NOT NULL,
           %(principal)s, %(request_id)s
    FROM written
""")
"""Keep what the statement `written` left behind as a version."""


def relationship_of(row: Mapping[str, Any]) -> Relationship:
    """The relationship in a row of COLUMNS."""
    return Relationship(
        id=row["id"],
        campaign_id=row["campaign_id"],
        source=End(row["source_id"], EntityType(row["source_type"]), row["source_name"]),
        target=End(row["target_id"], EntityType(row["target_type"]), row["target_name"]),
        kind=row["kind"],
        attributes=row["attributes"],
        secret=row["secret"],
        period=Period(row["begins"], row["begins_order"], row["ends"], row["ends_order"]),
        version=row["version"],
        created_by=row["created_by"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


def no_such_relationship() -> NotFound:
    """The one answer for unknown, foreign and deleted relationships."""
    return NotFound("no such relationship")
