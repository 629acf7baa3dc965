"""The process of this pool: `python -m workers.world_designer.main`."""

from typing import Final

from contracts.queues import Queue
from workers.pool import run_pool
from workers.world_designer.actors import declare_actors

THREADS_TIMES: Final = 2
"""A dungeon keeps its thread until its last room: eight threads make the maps of eight before anybody's rooms."""

if __name__ == "__main__":
    run_pool(Queue.WORLD_DESIGNER, declare_actors, threads_times=THREADS_TIMES)
