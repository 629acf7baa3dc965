"""What the Scribe reads from the campaign; what it writes goes through the step's own transaction."""

from collections.abc import Sequence
from uuid import UUID

from contracts.entities import EntityType
from store import search
from store.database import Database


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
        """Entities of the campaign that match by name or text, best first."""
        with self._database.transaction() as tx:
            return search.search_entities(tx, principal, campaign_id, query, types, limit)
