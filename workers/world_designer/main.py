"""The process of this pool: `python -m workers.world_designer.main`."""

from contracts.queues import Queue
from workers.pool import run_pool
from workers.world_designer.actors import declare_actors

if __name__ == "__main__":
    run_pool(Queue.WORLD_DESIGNER, declare_actors)
