"""A worker process that tests may kill; its actors write down what they did.

worker_process.py <url> <threads> fast|default|lazy
"""

import os
import sys
import time

import dramatiq
import redis
from dramatiq import Worker

from bus import StreamsBroker
from tests.integration.bus.conftest import FAST


def declare_actors(broker: StreamsBroker, url: str) -> dict[str, dramatiq.Actor]:
    """The actors; tests declare them too, so that they can send to them and run them."""
    notes = redis.Redis.from_url(url)

    @dramatiq.actor(broker=broker, queue_name="work")
    def note(text: str) -> None:
        notes.rpush("notes", text)

    @dramatiq.actor(broker=broker, queue_name="work")
    def hold(text: str, seconds: float) -> None:
        notes.rpush("started", text)
        time.sleep(seconds)
        notes.rpush("notes", text)

    @dramatiq.actor(broker=broker, queue_name="work")
    def end_process() -> None:
        notes.rpush("started", "end_process")
        os._exit(1)

    return {"note": note, "hold": hold, "end_process": end_process}


def main() -> None:
    url, threads = sys.argv[1], int(sys.argv[2])
    options = {"fast": FAST, "default": {}, "lazy": FAST | {"ack_flush_seconds": 1.0}}[sys.argv[3]]
    broker = StreamsBroker(url, **options)
    declare_actors(broker, url)
    Worker(broker, worker_timeout=100, worker_threads=threads).start()
    while True:
        time.sleep(1)


if __name__ == "__main__":
    main()
