"""What the server and the workers use once they have come to rest."""

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import psutil
import redis

LOOKS = 5
PAUSE_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Usage:
    """Of a worker and the processes that it keeps: proportional set size in bytes, threads."""

    memory: int
    threads: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the server has in use, in bytes, and what each worker uses."""

    server_memory: int
    workers: tuple[Usage, ...]


def settled(server: Any, pids: Sequence[int]) -> Snapshot:
    """The least of several looks at each: what is in use for a moment only is no growth."""
    looks: list[Snapshot] = []
    while len(looks) < LOOKS:
        time.sleep(PAUSE_SECONDS)
        if not server.info("persistence")["aof_rewrite_in_progress"]:
            looks.append(_look(server, pids))
    workers = zip(*(look.workers for look in looks), strict=True)
    return Snapshot(
        min(look.server_memory for look in looks),
        tuple(Usage(min(look.memory for look in those), min(look.threads for look in those)) for those in workers),
    )


def _look(server: redis.Redis, pids: Sequence[int]) -> Snapshot:
    memory: Any = server.info("memory")
    return Snapshot(int(memory["used_memory"]), tuple(usage_of(pid) for pid in pids))


def usage_of(pid: int) -> Usage:
    """What a worker uses, the processes that it keeps included."""
    memory = threads = 0
    for process in _family(pid):
        with suppress(psutil.NoSuchProcess):
            memory += process.memory_full_info().pss
            threads += process.num_threads()
    return Usage(memory, threads)


def connections_of(pid: int, server_port: int) -> int:
    """Open connections of a worker to the server."""
    count = 0
    for process in _family(pid):
        with suppress(psutil.NoSuchProcess):
            count += sum(
                connection.status == psutil.CONN_ESTABLISHED and connection.raddr.port == server_port
                for connection in process.net_connections("tcp")
            )
    return count


def _family(pid: int) -> list[psutil.Process]:
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    return []
