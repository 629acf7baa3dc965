"""One pool of Postgres connections, and transactions on it.

All functions of the store take an open transaction (`tx`), so that the caller decides what commits together. The API
calls them in worker threads, the pools call them directly: one flavour of code serves both (docs/decisions/).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool, PoolTimeout

from store.errors import DatabaseUnavailable

_UNAVAILABLE = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    PoolTimeout,
    # Not operational errors to psycopg, but the server's doing all the same: a failover, and a session that it gave up.
    psycopg.errors.ReadOnlySqlTransaction,
    psycopg.errors.IdleInTransactionSessionTimeout,
    psycopg.errors.TransactionTimeout,
)

Transaction = psycopg.Connection[DictRow]
"""An open transaction; rows come as dicts."""


class Database:
    """Postgres as this process sees it.

    Args:
        url: `postgresql://user:password@host:port/name`.
        application_name: Shown in pg_stat_activity, such as `dma-scribe`.
        max_size: Connections at most; `wait_seconds` is how long a caller waits for a free one.
    """

    def __init__(
        self,
        url: str,
        *,
        application_name: str,
        max_size: int = 8,
        wait_seconds: float = 5.0,
        statement_timeout_seconds: float = 15.0,
    ) -> None:
        options = (
            f"-c statement_timeout={int(statement_timeout_seconds * 1000)}"
            " -c idle_in_transaction_session_timeout=5000 -c timezone=UTC"
        )
        self.url = url
        self._pool: ConnectionPool[psycopg.Connection[DictRow]] = ConnectionPool(
            url,
            min_size=1,
            max_size=max_size,
            timeout=wait_seconds,
            open=False,
            name=application_name,
            check=ConnectionPool.check_connection,
            reconnect_timeout=5.0,
            kwargs={
                "application_name": application_name,
                "row_factory": dict_row,
                "connect_timeout": 3,
                "options": options,
                "keepalives_idle": 10,
                "tcp_user_timeout": 20_000,
            },
        )

    def open(self) -> None:
        """Begin connecting in the background; does not wait for the server."""
        self._pool.open(wait=False)

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """A transaction that commits at the end of the block and rolls back when it raises.

        Raises:
            DatabaseUnavailable: The server was not reached, went away, or no connection came free in time. Whether the
                transaction committed is then unknown: callers make repeats harmless.
        """
        try:
            with self._pool.connection() as connection:
                yield connection
        except _UNAVAILABLE as error:
            raise DatabaseUnavailable(f"Postgres did not answer: {_first_line(error)}") from error

    def ping(self) -> None:
        """Raise DatabaseUnavailable unless the server answers a query."""
        with self.transaction() as tx:
            tx.execute("SELECT 1")


def _first_line(error: BaseException) -> Any:
    return next(iter(str(error).splitlines()), type(error).__name__)
