"""What the Scribe reads from the campaign; what it writes goes through the step's own transaction."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from contracts.entities import EntityType
from store import search
from store.database import Database
from store.secrets import read_secrets


class ScribeRepository:
    """Campaign memory as the Scribe sees it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(
        self,
        principal: str,
        campaign_id: UUID,
        query: str,
        *,
        types: Sequence[EntityType] | None = None,
        limit: int = 10,
    ) -> search.SearchResult:
        """Entities of the campaign that match by name or text, best first, with the secrets that the principal keeps."""
        with self._database.transaction() as tx:
            found = search.search_entities(tx, principal, campaign_id, query, types, limit)
            secrets = read_secrets(tx, principal, [hit.uuid for hit in found.results])
        return replace(found, results=[_with(hit, secrets.get(hit.uuid)) for hit in found.results])


def _with(hit: search.Hit, secret: Any) -> search.Hit:
    return replace(hit, attributes=hit.attributes | {"secret": secret}) if secret else hit
