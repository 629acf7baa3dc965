"""The process of this pool: `python -m workers.scribe.main`."""

import time

from contracts.queues import Queue
from core.errors import DependencyUnavailable
from store.embedding import make_embedder
from telemetry.logs import get_logger
from workers.pool import Pool, run_pool
from workers.scribe.actors import declare_actors
from workers.scribe.embedding import EmbeddingKeeper

log = get_logger(__name__)

_TRY_AGAIN_SECONDS = 2.0


def note_outdated(pool: Pool) -> None:
    """Note what has no vector of today's model, once after the start and as soon as Postgres answers."""
    keeper = EmbeddingKeeper(pool.database, make_embedder(pool.settings.embedding_model))
    while True:
        try:
            log.info("entities_to_embed", entities=keeper.note_outdated())
        except DependencyUnavailable:
            time.sleep(_TRY_AGAIN_SECONDS)
        else:
            return


if __name__ == "__main__":
    run_pool(Queue.SCRIBE, declare_actors, beside=note_outdated)
