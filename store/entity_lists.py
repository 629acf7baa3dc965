"""Lists of entities, and the versions of one."""

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from psycopg.sql import SQL

from contracts.entities import EntityType
from store.campaigns import Role, require_member
from store.database import Transaction
from store.entity_rows import COLUMNS, Entity, State, entity_of, no_such_entity
from store.values import invalid


@dataclass(frozen=True, slots=True)
class Page:
    """Some entities in the order they were made.

    `total` counts all that match, `next_cursor` leads to the page after this one, None at the end.
    """

    items: list[Entity]
    total: int
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class EntityVersion:
    """An entity as it was in one version; `attributes` are in the shape they had then."""

    version: int
    name: str
    description: str
    attributes: dict[str, Any]
    state: State
    deleted: bool
    changed_by: str
    request_id: UUID | None
    changed_at: datetime


_LIVE: Final = SQL("AND e.deleted_at IS NULL")

_LIST: Final = SQL("""
SELECT {columns}
FROM entities e JOIN memberships m ON m.campaign_id = e.campaign_id AND m.principal = %(principal)s
WHERE e.campaign_id = %(campaign_id)s AND e.type = %(type)s {live}
  AND (e.created_at, e.id) > (%(after_time)s::timestamptz, %(after_id)s::uuid)
ORDER BY e.created_at, e.id LIMIT %(limit)s OFFSET %(offset)s
""")

_COUNT: Final = SQL("""
SELECT count(*) AS total
FROM entities e JOIN memberships m ON m.campaign_id = e.campaign_id AND m.principal = %(principal)s
WHERE e.campaign_id = %(campaign_id)s AND e.type = %(type)s {live}
""")

_HISTORY: Final = """
SELECT v.version, v.name, v.description, v.attributes, v.state, v.deleted, v.changed_by, v.request_id, v.changed_at
FROM entities e
JOIN memberships m ON m.campaign_id = e.campaign_id AND m.principal = %(principal)s
JOIN entity_versions v ON v.entity_id = e.id
WHERE e.id = %(id)s AND (e.deleted_at IS NULL OR m.role = 'owner')
ORDER BY v.version
"""

_FROM_THE_START: Final = ("-infinity", UUID(int=0))


def list_entities(
    tx: Transaction,
    principal: str,
    campaign_id: UUID,
    type: EntityType,  # noqa: A002 - the word the API and the tables use
    limit: int = 100,
    offset: int = 0,
    cursor: str | None = None,
    *,
    include_deleted: bool = False,
) -> Page:
    """Entities of one type, oldest first.

    Args:
        tx: The open transaction.
        principal: Who asks.
        campaign_id: Where.
        type: Of which type.
        limit: How many at most.
        offset: How many to skip, counted from the cursor.
        cursor: `next_cursor` of the page before; costs the same at any depth, where an offset costs its length.
        include_deleted: Deleted ones too, for owners of the campaign.

    Raises:
        NotFound: No such campaign, or someone else's.
        PermissionDenied: Deleted ones were asked for by someone who is not an owner.
        InvalidInput: The cursor is not one of ours.
    """
    require_member(tx, campaign_id, principal, role=Role.OWNER if include_deleted else Role.READER)
    after_time: datetime | str
    after_time, after_id = _read_cursor(cursor) if cursor is not None else _FROM_THE_START
    given = {
        "principal": principal,
        "campaign_id": campaign_id,
        "type": type.value,
        "after_time": after_time,
        "after_id": after_id,
        "limit": limit + 1,
        "offset": offset,
    }
    live = SQL("") if include_deleted else _LIVE
    rows = tx.execute(_LIST.format(columns=COLUMNS, live=live), given).fetchall()
    counted = tx.execute(_COUNT.format(live=live), given).fetchone()
    items = [entity_of(row) for row in rows[:limit]]
    has_more = bool(items) and len(rows) > limit
    return Page(items, int(counted["total"]) if counted else 0, _cursor(items[-1]) if has_more else None)


def entity_history(
    tx: Transaction,
    id: UUID,  # noqa: A002 - the word the API and the tables use
    principal: str,
) -> list[EntityVersion]:
    """Every version of an entity, the first one first; of a deleted one for owners only.

    Raises:
        NotFound: Unknown, someone else's or deleted.
    """
    rows = tx.execute(_HISTORY, {"id": id, "principal": principal}).fetchall()
    if not rows:
        raise no_such_entity()
    return [EntityVersion(**row) for row in rows]


def _cursor(last: Entity) -> str:
    """Opaque to callers: where in the order the next page begins. It opens no door: every page checks membership."""
    return base64.urlsafe_b64encode(f"{last.created_at.isoformat()} {last.id.hex}".encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> tuple[datetime, UUID]:
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        time, _, entity_id = base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii").partition(" ")
        when = datetime.fromisoformat(time)
        if when.tzinfo is None or when.isoformat() != time:
            raise invalid("cursor", "Is not a cursor of this list")
        return when.astimezone(UTC), UUID(entity_id)
    except (ValueError, OverflowError, binascii.Error) as error:
        raise invalid("cursor", "Is not a cursor of this list") from error
