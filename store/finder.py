"""Search by meaning too: the query's vector is made first, with no transaction open, then the memory is asked."""

from collections.abc import Hashable
from dataclasses import replace
from typing import Final
from uuid import UUID

from core.memo import Memo
from store.database import Database
from store.embedding import Embedder
from store.search import Filters, QueryVector, SearchResult, search_entities
from store.speaking import beyond_the_wall, current_speaker
from telemetry.logs import get_logger

log = get_logger(__name__)

_REMEMBERED: Final = 1000
_IN_SIGHT: Final = "SELECT id FROM entities WHERE id = ANY(%s)"
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
        # Behind the wall no index on text or vectors may be used: who knows what its operators would tell. So the
        # search stays on this side, and only what it found is shown to the wall.
        with beyond_the_wall(), self._database.transaction() as tx:
            found = search_entities(
                tx,
                principal,
                campaign_id,
                query,
                limit=limit,
                filters=filters or Filters(),
                vector=vector,
                highlight=highlight,
            )
        return self._in_sight(found)

    def _in_sight(self, found: SearchResult) -> SearchResult:
        speaker = current_speaker()
        if speaker is None or speaker.principal is None or not found.results:
            return found
        with self._database.reading() as tx:
            rows = tx.execute(_IN_SIGHT, ([item.uuid for item in found.results],)).fetchall()
        seen = {row["id"] for row in rows}
        return replace(found, results=[item for item in found.results if item.uuid in seen])

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
