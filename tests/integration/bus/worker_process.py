"""A worker process that tests may kill; its actors write down what they did.

worker_process.py <url> <threads> <one of OPTIONS>
"""

import ctypes
import os
import sys
import time

import dramatiq
import redis
from dramatiq import Worker

from bus import StreamsBroker
from bus.streams import Streams
from tests.integration.bus.conftest import FAST

FAST_PROCESS = FAST | {"heartbeat": "process"}
OPTIONS = {
    "fast": FAST,
    "default": {},
    "patient": {"lease_seconds": 300.0, "heartbeat_seconds": 1.0},
    "never acknowledges": FAST,
    "fast thread": FAST | {"heartbeat": "thread"},
    "fast process": FAST_PROCESS,
    "fast forks": FAST_PROCESS,
}


def keep_the_interpreter(seconds: float) -> None:
    """Sleep as a C extension that never lets another thread run: functions of a PyDLL keep the interpreter lock."""
    ctypes.PyDLL(None).usleep(round(seconds * 1_000_000))


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

    @dramatiq.actor(broker=broker, queue_name="work")
    def hold_interpreter(text: str, seconds: float) -> None:
        notes.rpush("started", text)
        keep_the_interpreter(seconds)
        notes.rpush("notes", text)

    return {"note": note, "hold": hold, "end_process": end_process, "hold_interpreter": hold_interpreter}


def main() -> None:
    url, threads = sys.argv[1], int(sys.argv[2])
    broker = StreamsBroker(url, **OPTIONS[sys.argv[3]])
    declare_actors(broker, url)
    if sys.argv[3] == "never acknowledges":
        Streams.acknowledge = lambda self, entries: time.sleep(3600)
    Worker(broker, worker_timeout=100, worker_threads=threads).start()
    if sys.argv[3] == "fast forks":
        while broker.session._heart.pid is None:
            time.sleep(0.01)
        os.fork()
    while True:
        time.sleep(1)


if __name__ == "__main__":
    main()
