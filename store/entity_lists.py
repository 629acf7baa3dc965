"""Lists of entities: filtered, sorted, and paged by offset or by the place where a page ended."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from psycopg.errors import DatetimeFieldOverflow, InvalidDatetimeFormat
from psycopg.sql import SQL, Composed

from contracts.entities import EntityType
from store.campaigns import Role, require_member
from store.database import Transaction
from store.entity_rows import SEEN, VISIBLE, Entity, State, entity_of
from store.entity_values import normal_tags
from store.values import check_text, invalid


class Order(StrEnum):
    """What a list is sorted by; the entity's id decides between equals."""

    CREATED = "created_at"
    CREATED_LAST = "-created_at"
    UPDATED = "updated_at"
    UPDATED_LAST = "-updated_at"
    NAME = "name"
    NAME_LAST = "-name"


@dataclass(frozen=True, slots=True)
class Filter:
    """Which entities of a type are meant; None leaves all.

    `name_prefix` looks away from capitals and accents.
    """

    tag: str | None = None
    state: State | None = None
    name_prefix: str | None = None
    updated_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page ended: the value that the list is sorted by, as text, and the id of its last entity."""

    value: str
    id: UUID


@dataclass(frozen=True, slots=True)
class Page:
    """Some entities in the order that was asked for.

    `total` counts all that match, `end` is where the next page goes on, None when there is none.
    """

    items: list[Entity]
    total: int
    end: Position | None


_KEYS: Final = {
    "created_at": (SQL("e.created_at"), SQL("timestamptz")),
    "updated_at": (SQL("e.updated_at"), SQL("timestamptz")),
    "name": (SQL("lower(e.plain_name)"), SQL("text")),
}

_MATCHING: Final = SQL("""
FROM entities e JOIN memberships m ON m.campaign_id = e.campaign_id AND m.principal = %(principal)s
WHERE e.campaign_id = %(campaign_id)s AND e.type = %(type)s AND (%(include_deleted)s OR e.deleted_at IS NULL)
  AND {visible}
  AND (%(tag)s::text IS NULL OR %(tag)s = ANY(e.tags))
  AND (%(state)s::text IS NULL OR e.state = %(state)s)
  AND (%(prefix)s::text IS NULL OR starts_with(lower(e.plain_name), lower(unaccented(%(prefix)s))))
  AND (%(since)s::timestamptz IS NULL OR e.updated_at >= %(since)s)
""").format(visible=VISIBLE)

_LIST: Final = SQL("""
SELECT {columns}, {key}::text AS position {matching} {after}
ORDER BY {key} {direction}, e.id {direction} LIMIT %(limit)s OFFSET %(offset)s
""")
_AFTER: Final = SQL("AND ({key}, e.id) {beyond} (%(after)s::{type}, %(after_id)s::uuid)")

_COUNT: Final = SQL("SELECT count(*) AS total {matching}").format(matching=_MATCHING)


def list_entities(
    tx: Transaction,
    principal: str,
    campaign_id: UUID,
    type: EntityType,  # noqa: A002 - the word the API and the tables use
    limit: int = 100,
    offset: int = 0,
    *,
    which: Filter | None = None,
    order: Order = Order.CREATED,
    after: Position | None = None,
    include_deleted: bool = False,
    as_player: bool = False,
) -> Page:
    """Entities of one type.

    Args:
        tx: The open transaction.
        principal: Who asks; readers get what is approved, without secrets.
        campaign_id: Where.
        type: Of which type.
        limit: How many at most.
        offset: How many to skip, counted from `after`.
        which: Only these.
        order: Sorted by this.
        after: `end` of the page before; costs the same at any depth, where an offset costs its length.
        include_deleted: Deleted ones too, for owners of the campaign.
        as_player: What a reader would get.

    Raises:
        NotFound: No such campaign, or someone else's.
        PermissionDenied: Deleted ones were asked for by someone who is not an owner.
        InvalidInput: A filter or the position is not allowed.
    """
    require_member(tx, campaign_id, principal, role=Role.OWNER if include_deleted else Role.READER)
    given = {
        "principal": principal,
        "campaign_id": campaign_id,
        "type": type.value,
        "include_deleted": include_deleted,
        "as_player": as_player,
        "after": after.value if after else None,
        "after_id": after.id if after else None,
        "limit": limit + 1,
        "offset": offset,
    } | _filters(which or Filter())
    rows = _rows(tx, _statement(order, after), given)
    counted = tx.execute(_COUNT, given).fetchone()
    items = [entity_of(row) for row in rows[:limit]]
    has_more = bool(items) and len(rows) > limit
    end = Position(rows[limit - 1]["position"], items[-1].id) if has_more else None
    return Page(items, int(counted["total"]) if counted else 0, end)


def _rows(tx: Transaction, statement: Composed, given: dict[str, Any]) -> list[dict[str, Any]]:
    try:
        return tx.execute(statement, given).fetchall()
    except (InvalidDatetimeFormat, DatetimeFieldOverflow) as error:
        raise invalid("cursor", "Is not a cursor of this list") from error


def _statement(order: Order, after: Position | None) -> Composed:
    key, kind = _KEYS[order.removeprefix("-")]
    is_falling = order.startswith("-")
    beyond = _AFTER.format(key=key, type=kind, beyond=SQL("<" if is_falling else ">")) if after else SQL("")
    direction = SQL("DESC" if is_falling else "ASC")
    return _LIST.format(columns=SEEN, key=key, matching=_MATCHING, after=beyond, direction=direction)


def _filters(which: Filter) -> dict[str, Any]:
    if which.name_prefix is not None:
        check_text("name_prefix", which.name_prefix, longest=200)
    [tag] = normal_tags([which.tag]) if which.tag is not None else [None]
    return {"tag": tag, "state": which.state, "prefix": which.name_prefix, "since": which.updated_since}
