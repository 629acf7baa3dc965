"""Requests as lists: all of a campaign, newest first; and the one line that polling is answered from."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from core.errors import NotFound
from core.ids import REQUEST_PREFIX, prefixed
from store.campaigns import Role, require_member
from store.database import Transaction
from store.values import invalid


@dataclass(frozen=True, slots=True)
class Marker:
    """How far a request is, without what it made.

    Attributes:
        change: Number of its newest line of history; every change of what callers see writes one.
        age_seconds: Since acceptance, by the database's clock.
        seconds_left: Until the deadline, by the same.
    """

    status: str
    change: int
    age_seconds: float
    seconds_left: float


@dataclass(frozen=True, slots=True)
class RequestSummary:
    """A request in a list; what it made is read at its own address."""

    id: UUID
    status: str
    intent: str
    prompt: str
    session_id: UUID | None
    created_at: datetime
    started_at: datetime | None
    deadline_at: datetime
    completed_at: datetime | None
    error_type: str | None

    @property
    def public_id(self) -> str:
        """The id as callers write it, `req_` and 32 hex digits."""
        return prefixed(REQUEST_PREFIX, self.id)


@dataclass(frozen=True, slots=True)
class RequestPage:
    """Some requests, newest first; `next_cursor` leads to older ones, None at the end."""

    items: list[RequestSummary]
    next_cursor: str | None


# Both parts of the answer come from indexes; the columns that may be large are not touched.
_MARKER: Final = """
SELECT r.status, coalesce((SELECT max(t.id) FROM transitions t WHERE t.request_id = r.id), 0) AS change,
       extract(epoch FROM clock_timestamp() - r.created_at)::float8 AS age_seconds,
       extract(epoch FROM r.deadline_at - clock_timestamp())::float8 AS seconds_left
FROM requests r JOIN memberships m ON m.campaign_id = r.campaign_id
WHERE r.id = %(id)s AND m.principal = %(principal)s AND (r.principal = %(principal)s OR m.role IN ('owner', 'editor'))
"""
_MARKERS: Final = """
SELECT r.id, m.principal, r.status,
       coalesce((SELECT max(t.id) FROM transitions t WHERE t.request_id = r.id), 0) AS change,
       extract(epoch FROM clock_timestamp() - r.created_at)::float8 AS age_seconds,
       extract(epoch FROM r.deadline_at - clock_timestamp())::float8 AS seconds_left
FROM (SELECT DISTINCT id, principal FROM unnest(%s::uuid[], %s::text[]) AS given(id, principal)) asked
JOIN requests r ON r.id = asked.id
JOIN memberships m ON m.campaign_id = r.campaign_id AND m.principal = asked.principal
WHERE r.principal = asked.principal OR m.role IN ('owner', 'editor')
"""
_LIST: Final = """
SELECT id, status, intent, prompt, session_id, created_at, started_at, deadline_at, completed_at,
       error ->> 'error_type' AS error_type
FROM requests
WHERE campaign_id = %(campaign_id)s AND (%(everybody)s OR principal = %(principal)s)
  AND (%(status)s::text IS NULL OR status = %(status)s)
  AND (created_at < %(before_time)s::timestamptz OR (created_at = %(before_time)s AND id > %(before_id)s::uuid))
ORDER BY created_at DESC, id LIMIT %(limit)s
"""
_FROM_THE_NEWEST: Final = ("infinity", UUID(int=0))


def read_marker(tx: Transaction, request_id: UUID, principal: str) -> Marker:
    """How far a request is.

    Raises:
        NotFound: There is none, or it belongs to a campaign of somebody else.
    """
    row = tx.execute(_MARKER, {"id": request_id, "principal": principal}).fetchone()
    if row is None:
        raise NotFound("there is no such request")
    return Marker(**row)


def read_markers(tx: Transaction, asked: Sequence[tuple[UUID, str]]) -> dict[tuple[UUID, str], Marker]:
    """How far requests are, by request and who asks, in one query; what is not theirs to see is left out."""
    rows = tx.execute(_MARKERS, ([one for one, _ in asked], [who for _, who in asked])).fetchall()
    return {(row.pop("id"), row.pop("principal")): Marker(**row) for row in rows}


def list_requests(
    tx: Transaction,
    principal: str,
    campaign_id: UUID,
    *,
    status: str | None = None,
    limit: int = 100,
    cursor: str | None = None,
) -> RequestPage:
    """Requests of a campaign, newest first, all or of one status; `cursor` is `next_cursor` of the page before.

    Answers tell what is for the Dungeon Master alone, so a reader gets the reader's own.

    Raises:
        NotFound: No such campaign, or someone else's.
        InvalidInput: The cursor is not one of ours.
    """
    role = require_member(tx, campaign_id, principal)
    before_time: datetime | str
    before_time, before_id = _read_cursor(cursor) if cursor is not None else _FROM_THE_NEWEST
    given = {
        "campaign_id": campaign_id,
        "principal": principal,
        "everybody": role.includes(Role.EDITOR),
        "status": status,
        "before_time": before_time,
        "before_id": before_id,
        "limit": limit + 1,
    }
    rows = tx.execute(_LIST, given).fetchall()
    items = [RequestSummary(**row) for row in rows[:limit]]
    return RequestPage(items, _cursor(items[-1]) if len(rows) > limit else None)


def _cursor(last: RequestSummary) -> str:
    """Opaque to callers: where in the order the next page begins. It opens no door: every page checks membership."""
    return base64.urlsafe_b64encode(f"{last.created_at.isoformat()} {last.id.hex}".encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> tuple[datetime, UUID]:
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        time, _, request_id = base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii").partition(" ")
        when = datetime.fromisoformat(time)
        if when.tzinfo is None or when.isoformat() != time:
            raise invalid("cursor", "Is not a cursor of this list")
        return when.astimezone(UTC), UUID(request_id)
    except (ValueError, OverflowError, binascii.Error) as error:
        raise invalid("cursor", "Is not a cursor of this list") from error
