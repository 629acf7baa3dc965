"""Relationships between entities: typed, directed, and walked by the recursive query of R5, made right as in C38.

The user's query repeats nodes of cycles and sees deleted rows and other campaigns. Here the recursion's UNION keeps
each (entity, depth) once, so that a walk is at most `depth` rounds over the campaign however dense it is, and the
answer has each entity once, at its smallest depth.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from psycopg.types.json import Jsonb

from contracts.entities import EntityType
from core.errors import PermissionDenied
from core.ids import new_uuid, prefixed
from store.campaigns import Role
from store.database import Transaction
from store.entity_rows import no_such_entity
from store.values import check_json_object, check_text, invalid

Direction = Literal["outgoing", "incoming", "both"]
MAX_DEPTH: Final = 5


@dataclass(frozen=True, slots=True)
class Relationship:
    """`source_id` stands in the relation `kind` to `target_id`, such as "lives in"."""

    id: UUID
    campaign_id: UUID
    source_id: UUID
    target_id: UUID
    kind: str
    attributes: dict[str, Any]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Related:
    """An entity reached by a walk; direct neighbours have depth 1."""

    id: UUID
    type: EntityType
    name: str
    depth: int

    @property
    def public_id(self) -> str:
        """The id as callers write it."""
        return prefixed(self.type.prefix, self.id)


_ENDS: Final = """
SELECT e.id, e.campaign_id, m.role
FROM entities e JOIN memberships m ON m.campaign_id = e.campaign_id AND m.principal = %(principal)s
WHERE e.id IN (%(source_id)s, %(target_id)s) AND e.deleted_at IS NULL
"""

# DO UPDATE with nothing new, because DO NOTHING would return no row for what is already there.
_RELATE: Final = """
INSERT INTO relationships AS r (id, campaign_id, source_id, target_id, kind, attributes)
VALUES (%(id)s, %(campaign_id)s, %(source_id)s, %(target_id)s, %(kind)s, %(attributes)s)
ON CONFLICT (source_id, target_id, kind) DO UPDATE SET attributes = r.attributes || excluded.attributes
RETURNING id, campaign_id, source_id, target_id, kind, attributes, created_at
"""

_UNRELATE: Final = """
DELETE FROM relationships
WHERE source_id = %(source_id)s AND target_id = %(target_id)s AND kind = %(kind)s
"""

_RELATED: Final = """
WITH RECURSIVE start AS (
    SELECT e.id, e.campaign_id
    FROM entities e JOIN memberships m ON m.campaign_id = e.campaign_id AND m.principal = %(principal)s
    WHERE e.id = %(id)s AND e.deleted_at IS NULL
), edges AS (
    SELECT r.campaign_id, r.source_id AS here, r.target_id AS there, r.kind
    FROM relationships r WHERE %(direction)s IN ('outgoing', 'both')
    UNION ALL
    SELECT r.campaign_id, r.target_id, r.source_id, r.kind
    FROM relationships r WHERE %(direction)s IN ('incoming', 'both')
), related_entities (id, depth) AS (
    SELECT id, 0 FROM start
    UNION
    SELECT e.id, re.depth + 1
    FROM related_entities re
    JOIN edges x ON x.here = re.id
    JOIN start s ON s.campaign_id = x.campaign_id
    JOIN entities e ON e.id = x.there AND e.campaign_id = s.campaign_id AND e.deleted_at IS NULL
    WHERE re.depth < %(depth)s AND (%(kinds)s::text[] IS NULL OR x.kind = ANY(%(kinds)s))
)
SELECT e.id, e.type, e.name, min(re.depth) AS depth
FROM related_entities re JOIN entities e USING (id)
GROUP BY e.id
ORDER BY depth, e.name, e.id
"""


def relate(
    tx: Transaction,
    *,
    source_id: UUID,
    target_id: UUID,
    kind: str,
    principal: str,
    attributes: Mapping[str, Any] | None = None,
) -> Relationship:
    """Write a relationship; the same one again changes nothing but merges its attributes.

    Args:
        tx: The open transaction.
        source_id: Who or what stands in the relation.
        target_id: To whom or what; another entity of the same campaign.
        kind: 1 to 100 characters, such as `lives in`.
        principal: Must be an editor of the campaign.
        attributes: JSON about the relationship itself.

    Raises:
        NotFound: One of the entities is unknown, deleted or someone else's.
        PermissionDenied: A reader.
        InvalidInput: Both are the same, or of different campaigns, or a value is not allowed.
    """
    check_text("kind", kind, shortest=1, longest=100)
    check_json_object("attributes", dict(attributes or {}))
    given = {
        "id": new_uuid(),
        "source_id": source_id,
        "target_id": target_id,
        "kind": kind,
        "principal": principal,
        "attributes": Jsonb(dict(attributes or {})),
    }
    given["campaign_id"] = _common_campaign(tx, given)
    [row] = tx.execute(_RELATE, given).fetchall()
    return Relationship(**row)


def unrelate(tx: Transaction, *, source_id: UUID, target_id: UUID, kind: str, principal: str) -> bool:
    """Remove a relationship; True when there was one. Raises as `relate` does."""
    given = {"source_id": source_id, "target_id": target_id, "kind": kind, "principal": principal}
    _common_campaign(tx, given)
    return tx.execute(_UNRELATE, given).rowcount == 1


def related_entities(
    tx: Transaction,
    id: UUID,  # noqa: A002 - the word the API and the tables use
    principal: str,
    depth: int = 3,
    kinds: Sequence[str] | None = None,
    *,
    direction: Direction = "outgoing",
) -> list[Related]:
    """Everything reached from an entity, nearest first, each once; the entity itself is left out.

    Args:
        tx: The open transaction.
        id: Where the walk begins.
        principal: Who asks.
        depth: Relationships to follow at most, 1 to 5.
        kinds: Only relationships of these kinds; None or none for all.
        direction: Along the relationships, against them, or either way.

    Raises:
        NotFound: The first entity is unknown, deleted or someone else's.
        InvalidInput: The depth is not allowed.
    """
    if not 1 <= depth <= MAX_DEPTH:
        raise invalid("depth", f"Must be between 1 and {MAX_DEPTH}")
    given = {
        "id": id,
        "principal": principal,
        "depth": depth,
        "kinds": list(kinds) if kinds else None,
        "direction": direction,
    }
    rows = tx.execute(_RELATED, given).fetchall()
    if not rows:
        raise no_such_entity()
    return [Related(row["id"], EntityType(row["type"]), row["name"], row["depth"]) for row in rows if row["depth"]]


def _common_campaign(tx: Transaction, given: Mapping[str, Any]) -> UUID:
    """The campaign of both ends, where the principal is an editor."""
    if given["source_id"] == given["target_id"]:
        raise invalid("target_id", "Must be another entity than source_id")
    ends = tx.execute(_ENDS, given).fetchall()
    if len(ends) != 2:
        raise no_such_entity()
    if not all(Role(end["role"]).includes(Role.EDITOR) for end in ends):
        raise PermissionDenied("this needs the role editor in the campaign")
    campaigns: set[UUID] = {end["campaign_id"] for end in ends}
    if len(campaigns) != 1:
        raise invalid("target_id", "Must belong to the same campaign")
    return campaigns.pop()
