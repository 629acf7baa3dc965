"""The bare loop: a blocked read in one process, a write in another, with redis-py and nothing else."""

import os
import threading
import time
from collections.abc import Callable
from typing import Any

import redis

from benchmarks.bus.orders import Order

STREAM = "bench:bare"
GROUP = "bare"
BLOCK_MS = 1000


def sender(order: Order) -> Callable[[], None]:
    """What writes the time of sending, with the steps that are still to go."""
    client = redis.Redis.from_url(order.url)

    def send() -> None:
        client.xadd(STREAM, {"sent_ns": time.monotonic_ns(), "steps": order.steps})

    return send


def listen(order: Order, arrived: Callable[[int], None], *, ready: Callable[[], None]) -> None:
    """Read one entry after the other until standard input ends; each step but the last writes the next entry.

    Finishing an entry and writing what follows from it is one transaction, as in a broker that loses nothing.
    """
    threading.Thread(target=_end_with_parent, daemon=True).start()
    client = redis.Redis.from_url(order.url, socket_timeout=None)
    client.xgroup_create(STREAM, GROUP, id="0", mkstream=True)
    ready()
    while True:
        answer: Any = client.xreadgroup(GROUP, "only", {STREAM: ">"}, count=1, block=BLOCK_MS)
        for _, entries in answer:
            for entry_id, fields in entries:
                _step(client, entry_id, fields, arrived)


def _step(client: redis.Redis, entry_id: bytes, fields: dict[bytes, bytes], arrived: Callable[[int], None]) -> None:
    sent_ns, steps = int(fields[b"sent_ns"]), int(fields[b"steps"])
    if steps == 1:
        arrived(sent_ns)
    with client.pipeline(transaction=True) as transaction:
        transaction.xack(STREAM, GROUP, entry_id)
        transaction.xdel(STREAM, entry_id)
        if steps > 1:
            transaction.xadd(STREAM, {"sent_ns": sent_ns, "steps": steps - 1})
        transaction.execute()


def _end_with_parent() -> None:
    while os.read(0, 4096):
        pass
    os._exit(0)
