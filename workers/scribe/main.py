"""The process of this pool: `python -m workers.scribe.main`."""

from contracts.queues import Queue
from workers.pool import run_pool
from workers.scribe.actors import declare_actors

if __name__ == "__main__":
    run_pool(Queue.SCRIBE, declare_actors)
