"""The orchestrator's pool: ends requests, and sweeps up what messages missed."""

import threading

from contracts.queues import Queue
from orchestrator.finish import Finisher
from orchestrator.nudges import Nudges
from orchestrator.publish import Publisher
from orchestrator.sweep import Sweeper
from workers.orchestrator.actors import declare_actors
from workers.pool import Pool, run_pool


def sweep_forever(pool: Pool) -> None:
    """Run the sweeper beside the actors; it ends with the process."""
    publisher = Publisher(pool.broker, pool.signer)
    finisher = Finisher(pool.database, Nudges(pool.broker).tell_end)
    Sweeper(pool.database, pool.broker, publisher, finisher).run(threading.Event())


if __name__ == "__main__":
    run_pool(Queue.ORCHESTRATOR, declare_actors, beside=sweep_forever)
