"""The walk over relationships: the recursive query of R5, made right as in C38.

The user's query repeats nodes of cycles and sees deleted rows and other campaigns. Here the recursion's UNION keeps
each (entity, depth) once, so that a walk is at most `depth` rounds over the campaign however dense it is, and the
answer has each entity once, at its smallest depth.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from contracts.entities import EntityType
from core.ids import prefixed
from store.database import Transaction
from store.entity_rows import no_such_entity
from store.values import invalid

Direction = Literal["outgoing", "incoming", "both"]
MAX_DEPTH: Final = 5


@dataclass(frozen=True, slots=True)
class Related:
    """An entity reached by a walk; direct neighbours have depth 1, `kinds` are those of the last step to it."""

    id: UUID
    type: EntityType
    name: str
    depth: int
    kinds: tuple[str, ...] = ()

    @property
    def public_id(self) -> str:
        """The id as callers write it."""
        return prefixed(self.type.prefix, self.id)


_RELATED: Final = """
WITH RECURSIVE start AS MATERIALIZED (
    SELECT e.id, e.campaign_id, m.role = 'reader' OR %(as_player)s AS as_player
    FROM entities e JOIN memberships m ON m.campaign_id = e.campaign_id AND m.principal = %(principal)s
    WHERE e.id = %(id)s AND e.deleted_at IS NULL AND (%(type)s::text IS NULL OR e.type = %(type)s)
      AND (e.state = 'approved' OR (m.role <> 'reader' AND NOT %(as_player)s))
), edges AS NOT MATERIALIZED (
    SELECT r.campaign_id, r.source_id AS here, r.target_id AS there, r.kind, r.secret, r.begins_order, r.ends_order
    FROM relationships r WHERE %(direction)s IN ('outgoing', 'both') AND r.deleted_at IS NULL
    UNION ALL
    SELECT r.campaign_id, r.target_id, r.source_id, r.kind, r.secret, r.begins_order, r.ends_order
    FROM relationships r WHERE %(direction)s IN ('incoming', 'both') AND r.deleted_at IS NULL
), steps AS NOT MATERIALIZED (
    SELECT x.here, x.there, x.kind
    FROM edges x JOIN start s ON s.campaign_id = x.campaign_id
    WHERE (%(kinds)s::text[] IS NULL OR x.kind = ANY(%(kinds)s)) AND NOT (x.secret AND s.as_player)
      AND (%(at)s::float8 IS NULL OR (coalesce(x.begins_order, '-infinity') <= %(at)s
                                      AND coalesce(x.ends_order, 'infinity') >= %(at)s))
), related_entities (id, depth) AS (
    SELECT id, 0 FROM start
    UNION
    SELECT e.id, re.depth + 1
    FROM related_entities re
    JOIN steps x ON x.here = re.id
    JOIN start s ON true
    JOIN entities e ON e.id = x.there AND e.campaign_id = s.campaign_id AND e.deleted_at IS NULL
                   AND (e.state = 'approved' OR NOT s.as_player)
    WHERE re.depth < %(depth)s
), nearest AS MATERIALIZED (
    SELECT id, min(depth) AS depth FROM related_entities GROUP BY id
), arrivals AS (
    SELECT n.id, array_agg(DISTINCT x.kind ORDER BY x.kind) AS kinds
    FROM nearest b JOIN steps x ON x.here = b.id JOIN nearest n ON n.id = x.there AND n.depth = b.depth + 1
    GROUP BY n.id
)
SELECT e.id, e.type, e.name, n.depth, a.kinds
FROM nearest n JOIN entities e USING (id) LEFT JOIN arrivals a USING (id)
ORDER BY n.depth, e.name, e.id
"""


def related_entities(
    tx: Transaction,
    id: UUID,  # noqa: A002 - the word the API and the tables use
    principal: str,
    depth: int = 3,
    kinds: Sequence[str] | None = None,
    *,
    type: EntityType | None = None,  # noqa: A002
    direction: Direction = "outgoing",
    at: float | None = None,
    as_player: bool = False,
) -> list[Related]:
    """Everything reached from an entity, nearest first, each once; the entity itself is left out.

    Args:
        tx: The open transaction.
        id: Where the walk begins.
        principal: Who asks; a reader walks over what is approved and no secret.
        depth: Relationships to follow at most, 1 to 5.
        kinds: Only relationships of these kinds; None or none for all.
        type: What the first entity must be; None takes any.
        direction: Along the relationships, against them, or either way.
        at: Only relationships that hold at this place of the campaign's time line.
        as_player: What a reader would get.

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
        "type": type.value if type else None,
        "direction": direction,
        "at": at,
        "as_player": as_player,
    }
    rows = tx.execute(_RELATED, given).fetchall()
    if not rows:
        raise no_such_entity()
    return [
        Related(row["id"], EntityType(row["type"]), row["name"], row["depth"], tuple(row["kinds"] or ()))
        for row in rows
        if row["depth"]
    ]
