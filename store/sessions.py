"""What a session was last about: sessions begin on first use and have no row of their own, only their requests."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from contracts.actors import Actor
from contracts.entities import EntityType
from core.ids import parse_id, prefixed
from store.database import Transaction

LOOKED_BACK = 20
"""Requests of the session that are looked through; what was longer ago is not meant by "that"."""

_ABOUT_ONE = [one.value for one in (Actor.UPDATE_ENTITY, Actor.RETRIEVE_ENTITY, Actor.SUMMARIZE)]
"""Steps that are about one entity, which words like "her" mean afterwards."""


@dataclass(frozen=True, slots=True)
class Referent:
    """An entity that words like "her" may stand for."""

    id: UUID
    type: EntityType
    name: str
    is_draft: bool = True
    written_by: UUID | None = None
    """The request that wrote its latest version; None when a person did."""

    @property
    def public_id(self) -> str:
        """Prefix and 32 hex digits."""
        return prefixed(self.type.prefix, self.id)


@dataclass(frozen=True, slots=True)
class Making:
    """A step that generated something, so that it can be made again: its actor and what it was given."""

    actor: str
    params: dict[str, Any]


@dataclass(frozen=True, slots=True)
class LatestResult:
    """A completed request of a session.

    Attributes:
        made: The step that generated it, when one did.
        entities: What it created, or changed, or what it was asked about; never deleted ones.
    """

    request_id: UUID
    intent: str
    made: Making | None
    entities: tuple[Referent, ...]


def latest_results(tx: Transaction, session_id: UUID, campaign_id: UUID, principal: str) -> list[LatestResult]:
    """The completed requests of a session, the latest first; of this campaign and this principal only."""
    rows = tx.execute(
        """
        SELECT r.id, r.intent, r.result -> 'entities_created' AS created,
               r.result -> 'entities_changed' AS changed,
               (SELECT jsonb_build_object('actor', s.actor, 'params', s.params) FROM steps s
                WHERE s.request_id = r.id AND starts_with(s.actor, 'world_designer.')
                  AND NOT coalesce(s.result ? 'unchanged', false)
                ORDER BY s.step_no LIMIT 1) AS made,
               (SELECT coalesce(s.result -> 'entities_changed' ->> 0, s.result -> 'entity' ->> 'id',
                                s.result ->> 'summary_of', s.result -> 'matches' -> 0 ->> 'id') FROM steps s
                WHERE s.request_id = r.id AND (s.params ->> 'answer' = 'matches' OR s.actor = ANY(%s))
                ORDER BY s.step_no LIMIT 1) AS found
        FROM requests r JOIN memberships m USING (campaign_id, principal)
        WHERE r.campaign_id = %s AND r.principal = %s AND r.session_id = %s AND r.status = 'completed'
        ORDER BY r.created_at DESC, r.id DESC LIMIT %s
        """,
        (_ABOUT_ONE, campaign_id, principal, session_id, LOOKED_BACK),
    ).fetchall()
    meant = [_ids(row) for row in rows]
    known = _referents(tx, campaign_id, [one for ids in meant for one in ids])
    return [
        LatestResult(row["id"], row["intent"], _making(row["made"]), tuple(known[one] for one in ids if one in known))
        for row, ids in zip(rows, meant, strict=True)
    ]


def _making(step: dict[str, Any] | None) -> Making | None:
    return Making(step["actor"], step["params"]) if step else None


def _ids(row: dict[str, Any]) -> list[UUID]:
    """What the request created, what it changed, or else the first that it found."""
    written = [*(row["changed"] or ()), *(row["created"] or ())] or ([row["found"]] if row["found"] else [])
    return [uuid for text in written if (uuid := parse_id(text)) is not None]


def _referents(tx: Transaction, campaign_id: UUID, ids: Sequence[UUID]) -> dict[UUID, Referent]:
    rows = tx.execute(
        """
        SELECT e.id, e.type, e.name, e.state = 'draft' AS is_draft, v.request_id AS written_by
        FROM entities e JOIN entity_versions v ON v.entity_id = e.id AND v.version = e.version
        WHERE e.campaign_id = %s AND e.id = ANY(%s) AND e.deleted_at IS NULL
        """,
        (campaign_id, list(ids)),
    ).fetchall()
    return {
        row["id"]: Referent(row["id"], EntityType(row["type"]), row["name"], row["is_draft"], row["written_by"])
        for row in rows
    }
