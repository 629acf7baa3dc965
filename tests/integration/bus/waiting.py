"""Waiting for what happens on other threads and in other processes."""

import time
from collections.abc import Callable

import redis

from tests.support.stopwatch import Stopwatch


def eventually(happens: Callable[[], object], *, within: float = 30.0) -> None:
    """Return as soon as `happens()` is true; fail when it is not in time (seconds)."""
    if happens():
        return
    with Stopwatch() as took:
        while not happens():
            assert took.seconds < within, "it did not happen in time"
            time.sleep(0.01)


def waiting_reads(raw: redis.Redis) -> list[dict[str, str]]:
    """The connections that wait on the server for something to read."""
    return [client for client in raw.client_list() if "b" in client["flags"]]
