"""A fresh server for every run, and what it says about itself."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import redis

from services.valkey import EmbeddedValkey

SETTINGS = {"auto-aof-rewrite-percentage": "0"}
"""A rewrite of the append-only file would come into one run and not into another."""


class WatchedServer:
    """A server's address and counters; every look is one command, which is not counted."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._client = redis.Redis.from_url(url, decode_responses=True)
        self._looks = 0

    def cpu_seconds(self) -> float:
        """Processor time of the server so far, user and system."""
        cpu = self._info("cpu")
        return float(cpu["used_cpu_user"]) + float(cpu["used_cpu_sys"])

    def used_memory(self) -> int:
        """Bytes that the server has in use, without what it is about to append to its file."""
        memory = self._info("memory")
        return int(memory["used_memory"]) - int(memory["mem_aof_buffer"])

    def commands(self) -> int:
        """Commands of everybody but us so far, those inside scripts included."""
        total = int(self._info("stats")["total_commands_processed"])
        return total - (self._looks - 1)  # a look counts itself only when it is over

    def close(self) -> None:
        """Close our connection."""
        self._client.close()

    def _info(self, section: str) -> dict[str, Any]:
        self._looks += 1
        found: dict[str, Any] = self._client.info(section)
        return found


@contextmanager
def fresh_server() -> Iterator[WatchedServer]:
    """An empty server with the settings of an installation: append-only file, synced every second."""
    with tempfile.TemporaryDirectory(prefix="dma-bench-") as home:
        valkey = EmbeddedValkey(Path(home), settings=SETTINGS)
        valkey.start()
        server = WatchedServer(valkey.url)
        try:
            yield server
        finally:
            server.close()
            valkey.stop()
