"""Search by meaning too: the query's vector is made first, with no transaction open, then the memory is asked."""

from collections.abc import Hashable
from typing import Final
from uuid import UUID

from core.memo import Memo
from store.database import Database
from store.embedding import Embedder
from store.search import Filters, QueryVector, SearchResult, search_entities
from telemetry.logs import get_logger

log = get_logger(__name__)

_REMEMBERED: Final = 1000
_MOST_CHARACTERS: Final = 500
"""Of longer queries the beginning is embedded: it names what they are about, and the rest only costs time."""


class Finder:
    """Finds entities by name, text and meaning.

    Args:
        database: Campaign memory.
        embedder: Makes the queries' vectors; those of the last thousand queries are remembered.
    """

    def __init__(self, database: Database, embedder: Embedder) -> None:
        self._database = database
        self._embedder = embedder
        self._vectors: Memo[QueryVector] = Memo(_REMEMBERED)

    def find(
        self,
        principal: str,
        campaign_id: UUID,
        query: str,
        *,
        filters: Filters | None = None,
        limit: int = 20,
        highlight: bool = False,
    ) -> SearchResult:
        """See store.search.search_entities. When the model fails, names and texts are searched alone."""
        vector = self.vector_of(query)
        with self._database.transaction() as tx:
            return search_entities(
                tx,
                principal,
                campaign_id,
                query,
                limit=limit,
                filters=filters or Filters(),
                vector=vector,
                highlight=highlight,
            )

    def vector_of(self, query: str) -> QueryVector | None:
        """The query's vector; None when the model does not work."""
        text = " ".join(query.split())[:_MOST_CHARACTERS]
        key: Hashable = text
        try:
            return self._vectors.get_or_compute(key, lambda: self._embed(text))[0]
        except Exception:
            log.exception("query_not_embedded")
            return None

    def _embed(self, text: str) -> QueryVector:
        return QueryVector(self._embedder.model, self._embedder.embed([text])[0].tolist())
