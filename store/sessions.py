"""What a session was last about: sessions begin on first use and have no row of their own, only their requests."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from contracts.entities import EntityType
from core.ids import parse_id, prefixed
from store.database import Transaction

LOOKED_BACK = 20
"""Requests of the session that are looked through; what was longer ago is not meant by "that"."""


@dataclass(frozen=True, slots=True)
class Referent:
    """An entity that words like "her" may stand for."""

    id: UUID
    type: EntityType
    name: str

    @property
    def public_id(self) -> str:
        """Prefix and 32 hex digits."""
        return prefixed(self.type.prefix, self.id)


@dataclass(frozen=True, slots=True)
class LatestResult:
    """A completed request of a session.

    Attributes:
        brief: What it was made from, when it generated something.
        entities: What it created, or what it was asked about; never deleted ones.
    """

    request_id: UUID
    intent: str
    brief: str | None
    entities: tuple[Referent, ...]


def latest_results(tx: Transaction, session_id: UUID, campaign_id: UUID, principal: str) -> list[LatestResult]:
    """The completed requests of a session, the latest first; of this campaign and this principal only."""
    rows = tx.execute(
        """
        SELECT r.id, r.intent, r.result -> 'entities_created' AS created,
               (SELECT s.params ->> 'brief' FROM steps s WHERE s.request_id = r.id AND s.params ? 'brief'
                ORDER BY s.step_no LIMIT 1) AS brief,
               (SELECT s.result -> 'matches' -> 0 ->> 'id' FROM steps s
                WHERE s.request_id = r.id AND s.params ->> 'answer' = 'matches' ORDER BY s.step_no LIMIT 1) AS found
        FROM requests r JOIN memberships m USING (campaign_id, principal)
        WHERE r.campaign_id = %s AND r.principal = %s AND r.session_id = %s AND r.status = 'completed'
        ORDER BY r.created_at DESC, r.id DESC LIMIT %s
        """,
        (campaign_id, principal, session_id, LOOKED_BACK),
    ).fetchall()
    meant = [_ids(row) for row in rows]
    known = _referents(tx, campaign_id, [one for ids in meant for one in ids])
    return [
        LatestResult(row["id"], row["intent"], row["brief"], tuple(known[one] for one in ids if one in known))
        for row, ids in zip(rows, meant, strict=True)
    ]


def _ids(row: dict[str, Any]) -> list[UUID]:
    """What the request created, or else the first that it found."""
    written = row["created"] or ([row["found"]] if row["found"] else [])
    return [uuid for text in written if (uuid := parse_id(text)) is not None]


def _referents(tx: Transaction, campaign_id: UUID, ids: Sequence[UUID]) -> dict[UUID, Referent]:
    rows = tx.execute(
        "SELECT id, type, name FROM entities WHERE campaign_id = %s AND id = ANY(%s) AND deleted_at IS NULL",
        (campaign_id, list(ids)),
    ).fetchall()
    return {row["id"]: Referent(row["id"], EntityType(row["type"]), row["name"]) for row in rows}
