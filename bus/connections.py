"""Connections with settings of our own, whatever the caller's client is set to.

redis-py repeats a command whose answer was late: one `xadd()` can store two entries. Our connections never repeat;
a caller that hears `ConnectionClosed` decides. A blocking read gets a longer socket time-out than the block itself.

Where a server is behind Sentinel or is a cluster, the client knows how to find it; here stands what else differs.
"""

import pickle  # nosec B403 - between processes of ours, over a pipe that nobody else reads
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.cluster import ClusterNode, RedisCluster
from redis.connection import ConnectionPool, SSLConnection
from redis.retry import Retry
from redis.sentinel import Sentinel, SentinelConnectionPool

DEFAULT_URL = "redis://127.0.0.1:6379/0"

_NOT_OURS_TO_COPY = (
    "connection_pool",
    "event_dispatcher",
    "himport_registry",
    "maint_notifications_config",
    "maint_notifications_pool_handler",
    "oss_cluster_maint_notifications_handler",
    "orig_host_address",
    "orig_socket_connect_timeout",
    "orig_socket_timeout",
    "retry",
    "retry_on_error",
    "retry_on_timeout",
)
"""Parts of a pool's settings that belong to that pool object, or that are always set by us."""

_NOT_PORTABLE = "these connection settings cannot be given to another process"


@dataclass(frozen=True, slots=True)
class Server:
    """The way to one server: everything that redis-py needs, but no connection. It can be given to another process.

    Attributes:
        connection_class: redis-py's, for plain, encrypted or Unix sockets.
        settings: Its arguments, as they were given.
    """

    connection_class: Any
    settings: dict[str, Any]

    def connect(self, socket_timeout_seconds: float) -> Any:
        """A client with connections of its own, which it opens when it is used."""
        pool = ConnectionPool(connection_class=self.connection_class, **_ours(self.settings, socket_timeout_seconds))
        return redis.Redis(connection_pool=pool)


@dataclass(frozen=True, slots=True)
class SentinelService:
    """The way to a server that Sentinel knows where to find."""

    name: str
    sentinels: Sequence[Server]
    min_other_sentinels: int
    force_master_ip: str | None
    is_master: bool
    check_connection: bool
    connection_class: Any
    settings: dict[str, Any]

    def connect(self, socket_timeout_seconds: float) -> Any:
        """As for a server. Each sentinel is asked once: redis-py tries a dead one eleven times before the next."""
        manager: Any = Sentinel([], min_other_sentinels=self.min_other_sentinels, force_master_ip=self.force_master_ip)  # type: ignore[no-untyped-call]
        manager.sentinels = [each.connect(socket_timeout_seconds) for each in self.sentinels]
        pool = SentinelConnectionPool(  # type: ignore[no-untyped-call]
            self.name,
            manager,
            is_master=self.is_master,
            check_connection=self.check_connection,
            connection_class=self.connection_class,
            **_ours(self.settings, socket_timeout_seconds),
        )
        return redis.Redis(connection_pool=pool)


@dataclass(frozen=True, slots=True)
class Cluster:
    """The way to a cluster: the nodes that were known, any of which tells of the others."""

    nodes: Sequence[tuple[str, int]]
    address_remap: Any
    dynamic_startup_nodes: bool
    settings: dict[str, Any]

    def connect(self, socket_timeout_seconds: float) -> Any:
        """A client with connections of its own; it asks a node for the others at once.

        Raises:
            RedisError: The cluster does not say which of its nodes has what.
        """
        settings = _ours(self.settings, socket_timeout_seconds)
        del settings["retry_on_error"]
        return RedisCluster(
            startup_nodes=[ClusterNode(host, port) for host, port in self.nodes],  # type: ignore[no-untyped-call]
            require_full_coverage=False,
            reinitialize_steps=1,
            address_remap=self.address_remap,
            dynamic_startup_nodes=self.dynamic_startup_nodes,
            **settings,
        )


Way = Server | SentinelService | Cluster


def way_to(url: str | None, client: Any | None) -> Way:
    """The way to the server of a URL, or to the server, the Sentinel service or the cluster of a redis-py client."""
    if isinstance(client, RedisCluster):
        return _way_to_cluster(client)
    if client is None:
        return _way_of(ConnectionPool.from_url(url or DEFAULT_URL))
    pool = client.connection_pool
    return _way_through_sentinel(pool) if isinstance(pool, SentinelConnectionPool) else _way_of(pool)


def dedicated_client(url: str | None, client: Any | None, *, socket_timeout_seconds: float) -> Any:
    """A client with its own connections, to the server, the Sentinel service or the cluster of `client` or `url`.

    Raises:
        RedisError: A cluster does not say which of its nodes has what.
    """
    return way_to(url, client).connect(socket_timeout_seconds)


def packed(way: Way) -> bytes:
    """A way in a form that a process of ours can be told it, over a pipe that nobody else reads.

    Raises:
        ValueError: Something in it only exists in this process.
    """
    try:
        data = pickle.dumps(way)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise ValueError(f"{_NOT_PORTABLE}: {error}") from error
    if b"__main__" in data:
        raise ValueError(f"{_NOT_PORTABLE}: something is defined in the main script, which it does not import")
    return data


def unpacked(data: bytes) -> Way:
    """What `packed` was given; only for what came from our own parent."""
    way: Way = pickle.loads(data)  # noqa: S301  # nosec B301 - the same
    return way


def close(client: Any) -> None:
    """Close a dedicated client and its connections."""
    client.close()
    if not is_cluster(client):
        client.connection_pool.disconnect()


def is_cluster(client: Any) -> bool:
    """True when keys of different slots cannot be used in one script."""
    return isinstance(client, RedisCluster)


def towards(client: Any, key: str) -> dict[str, Any]:
    """Options for `execute_command` that name the node of a key.

    For commands whose keys redis-py cannot see, it asks another node of the cluster before each call.
    """
    return {"target_nodes": client.get_node_from_key(key)} if is_cluster(client) else {}


def pool_towards(client: Any, key: str) -> Any:
    """The pool of connections to the node of a key, for a connection that is not shared."""
    if not is_cluster(client):
        return client.connection_pool
    return client.get_redis_connection(client.get_node_from_key(key)).connection_pool


def infos(client: Any, section: str) -> list[dict[str, Any]]:
    """A section of INFO, from the server or from each primary of a cluster, in the order of their addresses."""
    if not is_cluster(client):
        return [client.info(section)]
    nodes = sorted(client.get_primaries(), key=lambda node: str(node.name))
    return [client.info(section, target_nodes=node) for node in nodes]


def _way_of(pool: Any) -> Server:
    return Server(pool.connection_class, _portable(pool.connection_kwargs))


def _way_through_sentinel(pool: Any) -> SentinelService:
    manager = pool.sentinel_manager
    return SentinelService(
        name=pool.service_name,
        sentinels=[_way_of(each.connection_pool) for each in manager.sentinels],
        min_other_sentinels=manager.min_other_sentinels,
        force_master_ip=manager._force_master_ip,  # noqa: SLF001 - kept nowhere else
        is_master=pool.is_master,
        check_connection=pool.check_connection,
        connection_class=pool.connection_class,
        settings=_portable(pool.connection_kwargs),
    )


def _way_to_cluster(client: Any) -> Cluster:
    manager = client.nodes_manager
    settings = _portable(manager.connection_kwargs)
    settings["redis_connect_func"] = client.user_on_connect_func  # the copied one is the other client's own
    if issubclass(settings.pop("connection_class", object), SSLConnection):  # from a URL
        settings["ssl"] = True
    # All nodes we know: the one that the caller named first may be gone by the time of a fork or a reconnect.
    known = {node.name: node for node in (*client.get_nodes(), *manager.startup_nodes.values())}
    return Cluster(
        nodes=[(node.host, node.port) for node in known.values()],
        address_remap=manager.address_remap,
        dynamic_startup_nodes=manager._dynamic_startup_nodes,  # noqa: SLF001 - kept nowhere else
        settings=settings,
    )


def _portable(kept: dict[str, Any]) -> dict[str, Any]:
    """Settings without what belongs to one pool object, and without redis-py's bare objects for "the default"."""
    return {name: value for name, value in kept.items() if name not in _NOT_OURS_TO_COPY and type(value) is not object}


def _ours(settings: dict[str, Any], socket_timeout_seconds: float) -> dict[str, Any]:
    ours = {"socket_connect_timeout": min(5.0, socket_timeout_seconds)} | settings
    ours |= {"socket_timeout": socket_timeout_seconds, "decode_responses": False, "protocol": 2}
    return ours | {"retry": Retry(NoBackoff(), 0), "retry_on_error": []}
