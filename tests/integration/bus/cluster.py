"""A cluster of three primaries and no replicas, each with a third of the slots."""

import contextlib
from pathlib import Path

import redis
from redis.cluster import ClusterNode, RedisCluster

from services.ports import free_port, is_free
from tests.integration.bus.server import Server
from tests.integration.bus.waiting import eventually

BUS_OFFSET = 10_000
SLOTS = 16_384


class Cluster:
    """Three servers; `.client()` is a client of the test's own, `.node_of(key)` the server that has a key."""

    def __init__(self, directory: Path) -> None:
        self.servers: list[Server] = []
        for number in range(3):
            home = directory / f"node-{number}"
            home.mkdir()
            self.servers.append(
                Server(
                    home,
                    *("--cluster-enabled", "yes", "--cluster-node-timeout", "1000"),
                    *("--cluster-require-full-coverage", "no", "--appendfsync", "always"),
                    port=_cluster_port(),
                )
            )

    def start(self) -> None:
        for server in self.servers:
            server.start()
        first = self.servers[0].port
        for number, server in enumerate(self.servers):
            with redis.Redis(port=server.port) as node:
                start, end = SLOTS * number // 3, SLOTS * (number + 1) // 3 - 1
                node.execute_command("CLUSTER", "ADDSLOTSRANGE", start, end)
                node.execute_command("CLUSTER", "MEET", "127.0.0.1", first)
        eventually(self.is_complete, within=30)

    def stop(self) -> None:
        for server in self.servers:
            server.stop()

    def client(self) -> RedisCluster:
        return RedisCluster(startup_nodes=[ClusterNode("127.0.0.1", server.port) for server in self.servers])

    def node_of(self, key: str) -> Server:
        with contextlib.closing(self.client()) as client:
            port = client.get_node_from_key(key).port
        return next(server for server in self.servers if server.port == port)

    def is_complete(self) -> bool:
        """True when every node sees that all nodes are well."""
        with contextlib.suppress(redis.ConnectionError):
            return all(
                ("ok", "3", str(SLOTS)) == (info["cluster_state"], info["cluster_size"], info["cluster_slots_ok"])
                for info in map(_info, self.servers)
            )
        return False

    def has_noticed(self, lost: Server) -> bool:
        """True when the other nodes have agreed that this one is away."""
        return all(_info(server)["cluster_slots_fail"] != "0" for server in self.servers if server is not lost)


def _info(server: Server) -> dict[str, str]:
    with redis.Redis(port=server.port, decode_responses=True, socket_timeout=5) as node:
        return node.execute_command("CLUSTER INFO")


def _cluster_port() -> int:
    """A free port with a free port for the cluster's own talk above it; below what may be connected from."""
    while not is_free((port := free_port()) + BUS_OFFSET):
        pass
    return port
