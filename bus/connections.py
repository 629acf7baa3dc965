"""Connections with settings of our own, whatever the caller's client is set to.

redis-py repeats a command whose answer was late: one `xadd()` can store two entries. Our connections never repeat;
a caller that hears `ConnectionClosed` decides. A blocking read gets a longer socket time-out than the block itself.

Where a server is behind Sentinel or is a cluster, the client knows how to find it; here stands what else differs.
"""

import copy
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
    "orig_host_address",
    "orig_socket_connect_timeout",
    "orig_socket_timeout",
    "retry_on_timeout",
)
"""Parts of a pool's settings that belong to that pool object."""


def dedicated_client(url: str | None, client: Any | None, *, socket_timeout_seconds: float) -> Any:
    """A client with its own connections, to the server, the Sentinel service or the cluster of `client` or `url`.

    Raises:
        RedisError: A cluster does not say which of its nodes has what.
    """
    if isinstance(client, RedisCluster):
        return _cluster_like(client, socket_timeout_seconds)
    pool: Any = ConnectionPool.from_url(url or DEFAULT_URL) if client is None else client.connection_pool
    return redis.Redis(connection_pool=_pool_like(pool, socket_timeout_seconds))


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


def _pool_like(pool: Any, socket_timeout_seconds: float) -> Any:
    settings = _settings_like(pool.connection_kwargs, socket_timeout_seconds)
    settings |= {"retry": _never(), "retry_on_error": []}
    if isinstance(pool, SentinelConnectionPool):
        return SentinelConnectionPool(  # type: ignore[no-untyped-call]
            pool.service_name,
            _sentinel_like(pool.sentinel_manager, socket_timeout_seconds),
            is_master=pool.is_master,
            check_connection=pool.check_connection,
            connection_class=pool.connection_class,
            **settings,
        )
    return ConnectionPool(connection_class=pool.connection_class, **settings)


def _sentinel_like(manager: Sentinel, socket_timeout_seconds: float) -> Sentinel:
    """The same sentinels, each asked once: redis-py tries a dead one eleven times before it asks the next."""
    ours = copy.copy(manager)
    ours.sentinels = [
        redis.Redis(connection_pool=_pool_like(each.connection_pool, socket_timeout_seconds))
        for each in manager.sentinels
    ]
    return ours


def _cluster_like(client: Any, socket_timeout_seconds: float) -> Any:
    manager = client.nodes_manager
    settings = _settings_like(manager.connection_kwargs, socket_timeout_seconds)
    settings["redis_connect_func"] = client.user_on_connect_func  # the copied one is the other client's own
    if issubclass(settings.pop("connection_class", object), SSLConnection):  # from a URL
        settings["ssl"] = True
    # All nodes we know: the one that the caller named first may be gone by the time of a fork or a reconnect.
    known = {node.name: node for node in (*client.get_nodes(), *manager.startup_nodes.values())}
    return RedisCluster(
        startup_nodes=[ClusterNode(node.host, node.port) for node in known.values()],  # type: ignore[no-untyped-call]
        retry=_never(),
        require_full_coverage=False,
        reinitialize_steps=1,
        address_remap=manager.address_remap,
        dynamic_startup_nodes=manager._dynamic_startup_nodes,  # noqa: SLF001 - kept nowhere else
        **settings,
    )


def _settings_like(kept: dict[str, Any], socket_timeout_seconds: float) -> dict[str, Any]:
    settings = {name: value for name, value in kept.items() if name not in _NOT_OURS_TO_COPY}
    settings |= {"socket_timeout": socket_timeout_seconds, "decode_responses": False, "protocol": 2}
    settings.setdefault("socket_connect_timeout", min(5.0, socket_timeout_seconds))
    return settings


def _never() -> Retry:
    return Retry(NoBackoff(), 0)
