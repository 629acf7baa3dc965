"""A primary, a replica of it and three sentinels that watch both."""

from pathlib import Path

import redis
from redis.sentinel import Sentinel

from tests.integration.bus.server import Server
from tests.integration.bus.waiting import eventually

SERVICE = "bus"


class SentinelGroup:
    """`.primary` and `.replica` are servers; `.client()` is what an application gives to the broker."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.primary = Server(self._home("primary"), "--repl-diskless-sync-delay", "0")
        self.replica = Server(self._home("replica"), "--replicaof", "127.0.0.1", str(self.primary.port))
        self.sentinels: list[Server] = []

    def start(self) -> None:
        self.primary.start()
        self.replica.start()
        eventually(lambda: self._replication()["master_link_status"] == "up", within=30)
        for number in range(3):
            home = self._home(f"sentinel-{number}")
            settings = home / "sentinel.conf"  # it writes down there what it learns
            settings.write_text(
                f"sentinel monitor {SERVICE} 127.0.0.1 {self.primary.port} 2\n"
                f"sentinel down-after-milliseconds {SERVICE} 1000\n"
                f"sentinel failover-timeout {SERVICE} 6000\n"
            )
            self.sentinels.append(Server(home, "--sentinel", config=settings))
            self.sentinels[-1].start()

    def settle(self) -> None:
        """Wait until the sentinels know each other and the replica, so that they can agree on a failover."""
        eventually(lambda: all(self._knows_all(server) for server in self.sentinels), within=30)

    def stop(self) -> None:
        for server in (*self.sentinels, self.replica, self.primary):
            server.stop()

    def client(self) -> redis.Redis:
        return Sentinel([("127.0.0.1", server.port) for server in self.sentinels]).master_for(SERVICE)

    def has_failed_over(self) -> bool:
        return self._replication()["role"] == "master"

    def _replication(self) -> dict[str, object]:
        with redis.Redis(port=self.replica.port) as client:
            return client.info("replication")

    def _home(self, name: str) -> Path:
        home = self._directory / name
        home.mkdir()
        return home

    @staticmethod
    def _knows_all(sentinel: Server) -> bool:
        with redis.Redis(port=sentinel.port) as client:
            state = client.sentinel_masters()[SERVICE]
        return (1, 2, False) == (state["num-slaves"], state["num-other-sentinels"], state["is_sdown"])
