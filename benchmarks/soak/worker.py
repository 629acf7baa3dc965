"""A worker process of the soak; started by `soaking.py`, it ends when its standard input does."""

import logging
import sys
from pathlib import Path

from dramatiq import Worker

from benchmarks.children import Parent
from benchmarks.soak.record import Record
from benchmarks.soak.work import Work


def main() -> None:
    """Work until the parent wants no more."""
    # One in fifty messages fails on purpose; dramatiq writes each down with its traceback.
    logging.getLogger("dramatiq").setLevel(logging.CRITICAL)
    parent = Parent(sys.stdin, sys.stdout)
    order = parent.order()
    with Record(Path(order["record"])) as record:
        broker = Work(order["url"], record.done).broker
        worker = Worker(broker, worker_threads=order["threads"])
        worker.start()
        parent.tell(ready=True)
        parent.wait_for_end()
        worker.stop()
        broker.close()


if __name__ == "__main__":
    main()
