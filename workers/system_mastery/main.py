"""The process of this pool: `python -m workers.system_mastery.main`."""

from contracts.queues import Queue
from workers.pool import run_pool
from workers.system_mastery.actors import declare_actors

if __name__ == "__main__":
    run_pool(Queue.SYSTEM_MASTERY, declare_actors)
