"""Relationships between entities: typed, directed, with attributes, a period if they have one, and every version.

There is one relationship of a kind from one entity to another. Writing it again merges what is new into it; one that
was deleted comes back with what it is given then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from psycopg.errors import UniqueViolation
from psycopg.sql import SQL
from psycopg.types.json import Jsonb

from core.errors import PermissionDenied
from core.ids import new_uuid
from store.campaigns import Role, require_member
from store.database import Transaction
from store.entity_rows import no_such_entity
from store.errors import IdAlreadyUsed, VersionConflict
from store.periods import Period, check_period
from store.relation_rows import COLUMNS, ENDS, RECORD, SEEN, Relationship, no_such_relationship, relationship_of
from store.values import MAX_JSON_BYTES, check_json_object, check_text, invalid, json_bytes
from store.walks import MAX_DEPTH, Direction, Related, related_entities

__all__ = [
    "MAX_DEPTH",
    "Direction",
    "Related",
    "Relationship",
    "RelationshipPage",
    "change_relationship",
    "delete_relationship",
    "get_relationship",
    "list_relationships",
    "relate",
    "related_entities",
    "unrelate",
]

MAX_KIND: Final = 100


@dataclass(frozen=True, slots=True)
class RelationshipPage:
    """Some relationships, the oldest first; `total` counts all that match."""

    items: list[Relationship]
    total: int


_ENDS: Final = """
SELECT e.id, e.campaign_id, m.role
FROM entities e JOIN memberships m ON m.campaign_id = e.campaign_id AND m.principal = %(principal)s
WHERE e.id IN (%(source_id)s, %(target_id)s) AND e.deleted_at IS NULL AND (e.state = 'approved' OR m.role <> 'reader')
"""

_WRITTEN: Final = SQL("""
SELECT {columns} FROM written r
JOIN entities s ON s.id = r.source_id JOIN entities t ON t.id = r.target_id
""").format(columns=COLUMNS)

_RELATE: Final = SQL("""
WITH written AS (
    INSERT INTO relationships AS r (id, campaign_id, source_id, target_id, kind, attributes, secret, begins,
                                    begins_order, ends, ends_order, created_by)
    VALUES (%(id)s, %(campaign_id)s, %(source_id)s, %(target_id)s, %(kind)s, %(attributes)s,
            coalesce(%(secret)s, false), %(begins)s, %(begins_order)s, %(ends)s, %(ends_order)s, %(principal)s)
    ON CONFLICT (source_id, target_id, kind) DO UPDATE
    SET attributes = CASE WHEN r.deleted_at IS NULL THEN r.attributes ELSE '{{}}' END || excluded.attributes,
        secret = coalesce(%(secret)s, r.secret AND r.deleted_at IS NULL),
        begins = CASE WHEN {keeps} THEN r.begins ELSE excluded.begins END,
        begins_order = CASE WHEN {keeps} THEN r.begins_order ELSE excluded.begins_order END,
        ends = CASE WHEN {keeps} THEN r.ends ELSE excluded.ends END,
        ends_order = CASE WHEN {keeps} THEN r.ends_order ELSE excluded.ends_order END,
        version = r.version + 1, updated_at = clock_timestamp(), deleted_at = NULL
    WHERE r.deleted_at IS NOT NULL
       OR r.attributes || excluded.attributes <> r.attributes
       OR r.secret <> coalesce(%(secret)s, r.secret)
       OR (%(has_period)s AND (r.begins, r.begins_order, r.ends, r.ends_order)
           IS DISTINCT FROM (excluded.begins, excluded.begins_order, excluded.ends, excluded.ends_order))
    RETURNING *
), recorded AS ({record})
{written}
""").format(keeps=SQL("r.deleted_at IS NULL AND NOT %(has_period)s"), record=RECORD, written=_WRITTEN)

_GET_TRIPLE: Final = SQL("""
SELECT {columns} FROM relationships r {ends}
WHERE r.source_id = %(source_id)s AND r.target_id = %(target_id)s AND r.kind = %(kind)s
""").format(columns=COLUMNS, ends=ENDS)

_GET: Final = SQL("""
SELECT {columns}, m.role
FROM relationships r JOIN memberships m ON m.campaign_id = r.campaign_id AND m.principal = %(principal)s {ends}
WHERE r.id = %(id)s AND {seen}
""").format(columns=COLUMNS, ends=ENDS, seen=SEEN)

_CHANGE: Final = SQL("""
WITH written AS (
    UPDATE relationships r SET {changes}, version = r.version + 1, updated_at = clock_timestamp()
    WHERE r.id = %(id)s AND r.deleted_at IS NULL AND (%(expected)s::integer IS NULL OR r.version = %(expected)s)
    RETURNING *
), recorded AS ({record})
{written}
""")
_UPDATE: Final = _CHANGE.format(
    changes=SQL("""
        attributes = %(attributes)s, secret = %(secret)s, begins = %(begins)s, begins_order = %(begins_order)s,
        ends = %(ends)s, ends_order = %(ends_order)s
    """),
    record=RECORD,
    written=_WRITTEN,
)
_DELETE: Final = _CHANGE.format(changes=SQL("deleted_at = clock_timestamp()"), record=RECORD, written=_WRITTEN)

_MATCHING: Final = SQL("""
FROM relationships r JOIN memberships m ON m.campaign_id = r.campaign_id AND m.principal = %(principal)s {ends}
WHERE r.campaign_id = %(campaign_id)s AND {seen}
  AND (%(entity_id)s::uuid IS NULL OR (r.source_id = %(entity_id)s AND %(direction)s IN ('outgoing', 'both'))
                                   OR (r.target_id = %(entity_id)s AND %(direction)s IN ('incoming', 'both')))
  AND (%(kinds)s::text[] IS NULL OR r.kind = ANY(%(kinds)s))
""").format(ends=ENDS, seen=SEEN)
_LIST: Final = SQL("""
SELECT {columns} {matching} ORDER BY r.created_at, r.id LIMIT %(limit)s OFFSET %(offset)s
""").format(columns=COLUMNS, matching=_MATCHING)
_COUNT: Final = SQL("SELECT count(*) AS total {matching}").format(matching=_MATCHING)


def relate(
    tx: Transaction,
    *,
    source_id: UUID,
    target_id: UUID,
    kind: str,
    principal: str,
    attributes: Mapping[str, Any] | None = None,
    period: Period | None = None,
    secret: bool | None = None,
    relationship_id: UUID | None = None,
    request_id: UUID | None = None,
) -> Relationship:
    """Write a relationship; the same one again merges its attributes, and changes nothing when nothing is new.

    Args:
        tx: The open transaction.
        source_id: Who or what stands in the relation.
        target_id: To whom or what; another entity of the same campaign.
        kind: 1 to 100 characters without a comma, such as `lives in`.
        principal: Must be an editor of the campaign.
        attributes: JSON about the relationship itself.
        period: From when to when it holds; None leaves it as it is.
        secret: Whether owners and editors alone know of it; None leaves it as it is, at first False.
        relationship_id: For a new one; a fresh one by default.
        request_id: The request it came from.

    Raises:
        NotFound: One of the entities is unknown, deleted or someone else's.
        PermissionDenied: A reader.
        InvalidInput: Both are the same, or of different campaigns, or a value is not allowed.
    """
    check_kind(kind)
    check_json_object("attributes", dict(attributes or {}))
    given = {
        "id": relationship_id or new_uuid(),
        "source_id": source_id,
        "target_id": target_id,
        "kind": kind,
        "principal": principal,
        "attributes": Jsonb(dict(attributes or {})),
        "secret": secret,
        "has_period": period is not None,
        "request_id": request_id,
        **check_period(period or Period()).columns(),
    }
    given["campaign_id"] = _common_campaign(tx, given)
    try:
        row = tx.execute(_RELATE, given).fetchone() or tx.execute(_GET_TRIPLE, given).fetchone()
    except UniqueViolation as error:
        raise IdAlreadyUsed("this relationship id is already in use") from error
    assert row is not None  # noqa: S101 - written just now, or there unchanged
    if json_bytes(row["attributes"]) > MAX_JSON_BYTES:
        raise invalid("attributes", f"Must not grow beyond {MAX_JSON_BYTES} bytes")
    return relationship_of(row)


def unrelate(
    tx: Transaction, *, source_id: UUID, target_id: UUID, kind: str, principal: str, request_id: UUID | None = None
) -> bool:
    """Delete a relationship; True when there was one. Raises as `relate` does."""
    given = {"source_id": source_id, "target_id": target_id, "kind": kind, "principal": principal}
    _common_campaign(tx, given)
    found = tx.execute(_GET_TRIPLE + SQL("AND r.deleted_at IS NULL"), given).fetchone()
    if found is None:
        return False
    delete_relationship(tx, found["id"], principal, request_id=request_id)
    return True


def get_relationship(
    tx: Transaction,
    id: UUID,  # noqa: A002 - the word the API and the tables use
    principal: str,
    *,
    as_player: bool = False,
) -> Relationship:
    """One relationship. Raises NotFound: unknown, deleted, someone else's, or not for this reader."""
    row = tx.execute(_GET, {"id": id, "principal": principal, "as_player": as_player}).fetchone()
    if row is None:
        raise no_such_relationship()
    return relationship_of(row)


def list_relationships(
    tx: Transaction,
    principal: str,
    campaign_id: UUID,
    limit: int = 100,
    offset: int = 0,
    *,
    entity_id: UUID | None = None,
    direction: Direction = "both",
    kinds: Sequence[str] | None = None,
    as_player: bool = False,
) -> RelationshipPage:
    """The relationships of a campaign, or of one of its entities, the oldest first.

    Raises:
        NotFound: No such campaign, or someone else's.
    """
    require_member(tx, campaign_id, principal)
    given = {
        "principal": principal,
        "campaign_id": campaign_id,
        "entity_id": entity_id,
        "direction": direction,
        "kinds": list(kinds) if kinds else None,
        "as_player": as_player,
        "limit": limit,
        "offset": offset,
    }
    rows = tx.execute(_LIST, given).fetchall()
    counted = tx.execute(_COUNT, given).fetchone()
    return RelationshipPage([relationship_of(row) for row in rows], int(counted["total"]) if counted else 0)


def change_relationship(
    tx: Transaction,
    id: UUID,  # noqa: A002
    principal: str,
    *,
    expected_version: int,
    attributes: Mapping[str, Any],
    secret: bool,
    period: Period,
    request_id: UUID | None = None,
) -> Relationship:
    """Replace what a relationship says of itself, in one compare-and-set.

    Raises:
        NotFound, PermissionDenied: See get_relationship; a reader.
        VersionConflict: It has another version by now.
        InvalidInput: A value is not allowed.
    """
    check_json_object("attributes", dict(attributes))
    new = {"attributes": Jsonb(dict(attributes)), "secret": secret, **check_period(period).columns()}
    return _write(tx, _UPDATE, new | _given(id, principal, expected_version, request_id))


def delete_relationship(
    tx: Transaction,
    id: UUID,  # noqa: A002
    principal: str,
    *,
    expected_version: int | None = None,
    request_id: UUID | None = None,
) -> Relationship:
    """Hide a relationship from every list and walk; its versions stay. Raises as change_relationship does."""
    return _write(tx, _DELETE, _given(id, principal, expected_version, request_id))


def check_kind(kind: str) -> str:
    """Return the kind unchanged. Raises InvalidInput when it is empty, too long, or holds a comma."""
    if "," in kind:
        raise invalid("kind", "Must not contain a comma")
    return check_text("kind", kind, shortest=1, longest=MAX_KIND)


def _given(relationship_id: UUID, principal: str, expected: int | None, request_id: UUID | None) -> dict[str, Any]:
    return {
        "id": relationship_id,
        "principal": principal,
        "expected": expected,
        "request_id": request_id,
        "as_player": False,
    }


def _write(tx: Transaction, statement: Any, given: Mapping[str, Any]) -> Relationship:
    """Who may write is looked up first, what is written is compared in the statement itself."""
    seen = tx.execute(_GET, given).fetchone()
    if seen is None:
        raise no_such_relationship()
    if not Role(seen["role"]).includes(Role.EDITOR):
        raise PermissionDenied("this needs the role editor in the campaign")
    row = tx.execute(statement, given).fetchone()
    if row is not None:
        return relationship_of(row)
    current = tx.execute(_GET, given).fetchone()
    if current is None:
        raise no_such_relationship()
    raise VersionConflict(expected=given["expected"] or 0, current_version=current["version"])


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
