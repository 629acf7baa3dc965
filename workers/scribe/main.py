"""The process of this pool: `python -m workers.scribe.main`."""

import threading

from contracts.queues import Queue
from store.embedding import make_embedder
from workers.pool import Pool, run_pool
from workers.scribe.actors import declare_actors
from workers.scribe.upkeep import Upkeep


def keep_up(pool: Pool) -> None:
    """Run the upkeep beside the actors; it ends with the process."""
    Upkeep(pool, make_embedder(pool.settings.embedding_model)).run(threading.Event())


if __name__ == "__main__":
    run_pool(Queue.SCRIBE, declare_actors, beside=keep_up)
