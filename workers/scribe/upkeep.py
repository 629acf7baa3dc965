"""What the Scribe sees to beside its messages: vectors of an older model, and indexes of very large campaigns."""

import threading

from core.errors import DependencyUnavailable
from store.embedding import Embedder
from store.vector_indexes import fit_indexes
from telemetry.logs import get_logger
from workers.pool import Pool
from workers.scribe.embedding import EmbeddingKeeper

log = get_logger(__name__)

INDEXES_EVERY_SECONDS = 600.0
_TRY_AGAIN_SECONDS = 2.0


class Upkeep:
    """Runs in a thread of its own as long as the process lives.

    Args:
        pool: Database and settings.
        embedder: Its model is the one that all entities are to have vectors of.
    """

    def __init__(self, pool: Pool, embedder: Embedder) -> None:
        self._database = pool.database
        self._index_above = pool.settings.vector_index_above
        self._keeper = EmbeddingKeeper(pool.database, embedder)
        self._has_noted = False

    def run(self, stop: threading.Event) -> None:
        """Do it once after the start and then every ten minutes; soon again while Postgres does not answer."""
        while True:
            is_done = self.do_once()
            if stop.wait(INDEXES_EVERY_SECONDS if is_done else _TRY_AGAIN_SECONDS):
                return

    def do_once(self) -> bool:
        """False when Postgres did not answer."""
        try:
            if not self._has_noted:
                log.info("entities_to_embed", entities=self._keeper.note_outdated())
                self._has_noted = True
            for done in fit_indexes(self._database, above=self._index_above):
                log.info("vector_index", done=done)
        except DependencyUnavailable as error:
            log.warning("upkeep_put_off", error_message=str(error))
            return False
        except Exception:
            log.exception("upkeep_failed")
        return True
