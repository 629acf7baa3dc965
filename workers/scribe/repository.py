"""What the Scribe reads from the campaign; what it writes goes through the step's own transaction."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from contracts.entities import EntityType
from core.errors import NotFound
from store import search
from store.database import Database
from store.entities import Entity, get_entities, get_entity
from store.finder import Finder
from store.relation_rows import Relationship
from store.relations import list_relationships
from store.search import Filters
from store.secrets import read_secrets

_SAME_NAME: Final = """
SELECT e.id FROM entities e JOIN memberships m ON m.campaign_id = e.campaign_id AND m.principal = %(principal)s
WHERE e.campaign_id = %(campaign_id)s AND e.deleted_at IS NULL
  AND (%(type)s::text IS NULL OR e.type = %(type)s)
  AND e.plain_name %% unaccented(%(name)s) AND lower(e.plain_name) = lower(unaccented(%(name)s))
  AND (e.state = 'approved' OR m.role <> 'reader')
ORDER BY e.type = 'session_note', e.state = 'draft', e.created_at, e.id LIMIT 1
"""

_SESSION: Final = """
SELECT r.prompt FROM requests r, requests this
WHERE this.id = %(request_id)s AND r.session_id = this.session_id AND r.campaign_id = this.campaign_id
  AND r.principal = this.principal AND r.id <> this.id AND r.created_at <= this.created_at
ORDER BY r.created_at DESC, r.id LIMIT %(limit)s
"""
_SESSION_NOTE: Final = """
SELECT e.name, e.description FROM entities e JOIN requests r ON r.session_id = e.id AND r.campaign_id = e.campaign_id
WHERE r.id = %(request_id)s AND e.type = 'session_note' AND e.deleted_at IS NULL
"""

_DRAFTS_OF: Final = """
SELECT e.id FROM entities e
JOIN memberships m ON m.campaign_id = e.campaign_id AND m.principal = %(principal)s AND m.role <> 'reader'
JOIN entity_versions v ON v.entity_id = e.id AND v.version = e.version
WHERE e.campaign_id = %(campaign_id)s AND e.id = ANY(%(ids)s) AND e.state = 'draft' AND e.deleted_at IS NULL
  AND v.request_id = %(written_by)s
ORDER BY array_position(%(ids)s, e.id)
"""

_COUNTS: Final = """
SELECT e.type, count(*) AS number
FROM entities e JOIN memberships m ON m.campaign_id = e.campaign_id AND m.principal = %(principal)s
WHERE e.campaign_id = %(campaign_id)s AND e.deleted_at IS NULL AND (e.state = 'approved' OR m.role <> 'reader')
GROUP BY e.type ORDER BY number DESC, e.type
"""
_LATEST: Final = """
SELECT e.id FROM entities e JOIN memberships m ON m.campaign_id = e.campaign_id AND m.principal = %(principal)s
WHERE e.campaign_id = %(campaign_id)s AND e.deleted_at IS NULL AND e.type = ANY(%(types)s)
  AND (e.state = 'approved' OR m.role <> 'reader')
ORDER BY e.created_at DESC, e.id LIMIT %(limit)s
"""


class ScribeRepository:
    """Campaign memory as the Scribe sees it, always with the rights of the person who asks."""

    def __init__(self, database: Database, finder: Finder) -> None:
        self._database = database
        self._finder = finder

    def find(
        self,
        principal: str,
        campaign_id: UUID,
        query: str,
        *,
        types: Sequence[EntityType] | None = None,
        limit: int = 10,
    ) -> search.SearchResult:
        """Entities that match by name, text or meaning, best first, with the secrets that the principal keeps."""
        found = self._finder.find(principal, campaign_id, query, filters=Filters(types=types or ()), limit=limit)
        with self._database.transaction() as tx:
            secrets = read_secrets(tx, principal, [hit.uuid for hit in found.results])
        return replace(found, results=[_with(hit, secrets.get(hit.uuid)) for hit in found.results])

    def get(self, principal: str, campaign_id: UUID, entity_id: UUID) -> Entity | None:
        """One entity of the campaign; None when there is no such one, or not for this principal."""
        with self._database.transaction() as tx:
            try:
                entity = get_entity(tx, entity_id, principal)
            except NotFound:
                return None
        return entity if entity.campaign_id == campaign_id else None

    def named(self, principal: str, campaign_id: UUID, name: str, *, kind: EntityType | None = None) -> Entity | None:
        """The entity of exactly this name, whatever its accents and capitals; rather a thing than a note about it."""
        given = {
            "principal": principal,
            "campaign_id": campaign_id,
            "name": name,
            "type": kind.value if kind else None,
        }
        with self._database.transaction() as tx:
            row = tx.execute(_SAME_NAME, given).fetchone()
            return get_entity(tx, row["id"], principal) if row else None

    def drafts_of(self, principal: str, campaign_id: UUID, ids: Sequence[UUID], written_by: UUID) -> list[Entity]:
        """Those of the entities that are drafts and as this request left them, in the order of the ids."""
        given = {"principal": principal, "campaign_id": campaign_id, "ids": list(ids), "written_by": written_by}
        with self._database.transaction() as tx:
            rows = tx.execute(_DRAFTS_OF, given).fetchall()
            return list(get_entities(tx, [row["id"] for row in rows], principal).values())

    def ties(self, principal: str, campaign_id: UUID, entity_id: UUID, *, limit: int = 12) -> list[Relationship]:
        """The relationships of an entity, either way."""
        with self._database.transaction() as tx:
            return list(list_relationships(tx, principal, campaign_id, limit, entity_id=entity_id).items)

    def session(self, request_id: UUID, *, limit: int = 5) -> list[str]:
        """The note of the request's session and the prompts before it there, the latest first; none without one."""
        given = {"request_id": request_id, "limit": limit}
        with self._database.transaction() as tx:
            notes = tx.execute(_SESSION_NOTE, given).fetchall()
            prompts = tx.execute(_SESSION, given).fetchall()
        return [f"{row['name']}: {row['description']}" for row in notes] + [row["prompt"] for row in prompts]

    def counts(self, principal: str, campaign_id: UUID) -> dict[str, int]:
        """How many entities of each type the campaign has, the most frequent first."""
        with self._database.transaction() as tx:
            rows = tx.execute(_COUNTS, {"principal": principal, "campaign_id": campaign_id}).fetchall()
        return {row["type"]: row["number"] for row in rows}

    def latest(self, principal: str, campaign_id: UUID, types: Sequence[EntityType], *, limit: int = 5) -> list[Entity]:
        """The newest entities of these types."""
        given: dict[str, Any] = {"principal": principal, "campaign_id": campaign_id, "limit": limit}
        with self._database.transaction() as tx:
            rows = tx.execute(_LATEST, given | {"types": [kind.value for kind in types]}).fetchall()
            return list(get_entities(tx, [row["id"] for row in rows], principal).values())


def _with(hit: search.Hit, secret: Any) -> search.Hit:
    return replace(hit, attributes=hit.attributes | {"secret": secret}) if secret else hit
