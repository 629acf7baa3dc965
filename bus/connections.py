"""Connections with settings of our own, whatever the caller's client is set to.

redis-py repeats a command whose answer was late: one `xadd()` can store two entries. Our connections never repeat;
a caller that hears `ConnectionClosed` decides. A blocking read gets a longer socket time-out than the block itself.
"""

from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.connection import ConnectionPool
from redis.retry import Retry
from redis.sentinel import SentinelConnectionPool

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
    """A client with its own pool, to the server that `client` or `url` names.

    A plain or Sentinel client is copied with our settings. Any other (a cluster client) is used as it is: build it
    with `retry=Retry(NoBackoff(), 0)` and a `socket_timeout` above one second.
    """
    if client is None:
        pool: Any = ConnectionPool.from_url(url or DEFAULT_URL)
    elif isinstance(client, redis.Redis):
        pool = client.connection_pool
    else:
        return client
    return redis.Redis(connection_pool=_pool_like(pool, socket_timeout_seconds))


def _pool_like(pool: Any, socket_timeout_seconds: float) -> Any:
    settings = {name: value for name, value in pool.connection_kwargs.items() if name not in _NOT_OURS_TO_COPY}
    settings |= {
        "retry": Retry(NoBackoff(), 0),
        "retry_on_error": [],
        "socket_timeout": socket_timeout_seconds,
        "decode_responses": False,
        "protocol": 2,
    }
    settings.setdefault("socket_connect_timeout", min(5.0, socket_timeout_seconds))
    if isinstance(pool, SentinelConnectionPool):
        return SentinelConnectionPool(  # type: ignore[no-untyped-call]
            pool.service_name,
            pool.sentinel_manager,
            is_master=pool.is_master,
            check_connection=pool.check_connection,
            connection_class=pool.connection_class,
            **settings,
        )
    return ConnectionPool(connection_class=pool.connection_class, **settings)
