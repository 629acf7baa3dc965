"""The process of this pool: `python -m workers.world_designer.main`."""

import gc
from typing import Final

from contracts.dungeons import DungeonBrief
from contracts.queues import Queue
from workers.pool import Pool, run_pool
from workers.world_designer.actors import declare_actors
from workers.world_designer.dungeon.generate import generate_dungeon

THREADS_TIMES: Final = 2
"""A dungeon keeps its thread until its last room: eight threads make the maps of eight before anybody's rooms."""


def warm_up(_pool: Pool | None = None) -> None:
    """Make a dungeon for nobody: all tables and words are read before the first who waits for one.

    They stay, so that no full collection walks through them again.
    """
    generate_dungeon(DungeonBrief(rooms=20), seed=0)
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    run_pool(Queue.WORLD_DESIGNER, declare_actors, threads_times=THREADS_TIMES, beside=warm_up)
