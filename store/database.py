"""One pool of Postgres connections, and transactions on it.

All functions of the store take an open transaction (`tx`), so that the caller decides what commits together. The API
calls them in worker threads, the pools call them directly: one flavour of code serves both (docs/decisions/).
"""

import select
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from typing import Any

import psycopg
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool, PoolTimeout

from dma_shared_resilience import CircuitBreaker, CircuitListener, CircuitOpen
from store.errors import DatabaseUnavailable
from store.speaking import Speaker, current_speaker
from store.statements import traced_cursors
from store.wall import HOW_TO_RAISE, SETTINGS, opening, settings_of, wall_stands
from telemetry.logs import get_logger

log = get_logger(__name__)

_UNAVAILABLE = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    PoolTimeout,
    # Not operational errors to psycopg, but the server's doing all the same: a failover, and a session that it gave up.
    psycopg.errors.ReadOnlySqlTransaction,
    psycopg.errors.IdleInTransactionSessionTimeout,
    psycopg.errors.TransactionTimeout,
)

IDLE_SECONDS = 5.0
"""A transaction whose client does not go on is ended by the server after so long, and its locks are free again."""
_HAS_TRANSACTION_TIMEOUT = 170_000
_TRANSACTION_LIMIT = "set_config('transaction_timeout', %(limit)s, true)"
_LOCK_LIMIT = "set_config('lock_timeout', %(lock_limit)s, true)"
_NOT_LASTING = "set_config('synchronous_commit', 'off', true)"

SILENT_SECONDS = 5.0
"""An idle connection is asked whether it is alive when it was not used for so long."""

Transaction = psycopg.Connection[DictRow]
"""An open transaction; rows come as dicts."""


class Database:
    """Postgres as this process sees it.

    Args:
        url: `postgresql://user:password@host:port/name`.
        application_name: Shown in pg_stat_activity, such as `dma-scribe`.
        max_size: Connections at most; `wait_seconds` is how long a caller waits for a free one.
        breaker: Counts callers that got no connection, one of `connection_breaker`; None: everyone waits their turn,
            which is right for who has nothing else to do.
    """

    def __init__(
        self,
        url: str,
        *,
        application_name: str,
        max_size: int = 8,
        wait_seconds: float = 5.0,
        statement_timeout_seconds: float = 15.0,
        breaker: CircuitBreaker | None = None,
    ) -> None:
        options = (
            f"-c statement_timeout={int(statement_timeout_seconds * 1000)}"
            f" -c idle_in_transaction_session_timeout={round(IDLE_SECONDS * 1000)} -c timezone=UTC"
        )
        self.url = url
        self._breaker = breaker
        self._has_wall: bool | None = None
        self._pool = _WarmFirst(
            url,
            connection_class=_Watched,
            min_size=1,
            max_size=max_size,
            timeout=wait_seconds,
            open=False,
            name=application_name,
            check=_check,
            reconnect_timeout=5.0,
            kwargs={
                "application_name": application_name,
                "row_factory": dict_row,
                **traced_cursors(),
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

        It speaks for whoever `store.speaking` says, and sees what is theirs.

        Raises:
            DatabaseUnavailable: The server was not reached, went away, or no connection came free in time. Whether the
                transaction committed is then unknown: callers make repeats harmless.
        """
        with self._connection() as connection:
            speaker = current_speaker()
            if speaker is None:
                yield connection
                return
            _begin(connection, opening(connection, speaker, behind_wall=self._stands(connection, speaker)))
            yield connection

    @contextmanager
    def pipeline(self, *, is_lasting: bool = True, lock_seconds: float | None = None) -> Iterator[Transaction]:
        """A transaction whose statements go to the server together, up to the next one whose rows are fetched.

        BEGIN goes with the first of them and COMMIT with the last. So nothing of what a statement did is known before a
        fetch or the end of the block: not its `rowcount`, and not its errors, which end the block like any other.

        The server does not call a session idle in the middle of a pipeline, so what ends a transaction whose client
        stands still is another of its timeouts; servers that do not have it (before 17) get a plain transaction.

        Args:
            is_lasting: Whether the end waits until the disk has it. Otherwise a Postgres that crashes may have
                forgotten it, as a whole: for what is found out again, and only delays when it is lost.
            lock_seconds: How long it waits for a row that others have locked; then it ends in `LockNotAvailable`.

        Raises:
            DatabaseUnavailable: As `transaction` does.
        """
        with self._connection() as connection:
            speaker, is_old = current_speaker(), connection.info.server_version < _HAS_TRANSACTION_TIMEOUT
            if not is_old:
                settings = [_TRANSACTION_LIMIT]
                settings += [_LOCK_LIMIT] if lock_seconds is not None else []
                settings += [_NOT_LASTING] if not is_lasting else []
                settings += [SETTINGS] if speaker else []
                given = {"limit": _milliseconds(IDLE_SECONDS), "lock_limit": _milliseconds(lock_seconds or 0)}
                given |= self._settings(connection, speaker) if speaker else {}
                with _each_alone(connection), connection.pipeline():
                    connection.execute("BEGIN")
                    connection.execute(f"SELECT {', '.join(settings)}", given)
                    yield connection
                    connection.execute("COMMIT")
                return
        with self.transaction() as tx:
            if lock_seconds is not None:
                limit_locks(tx, lock_seconds)
            yield tx

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """A connection for reading: every statement is a transaction of its own, which saves BEGIN and COMMIT.

        What it needs to know of the speaker is whose rows are to be seen, and nothing beyond the wall.

        Raises:
            DatabaseUnavailable: As `transaction` does.
        """
        with self._connection() as connection, _each_alone(connection):
            speaker = current_speaker()
            if speaker is None or speaker.principal is None:
                yield connection
                return
            # What a pipeline holds is one transaction without BEGIN and COMMIT.
            given = self._settings(connection, speaker)
            with connection.pipeline():
                connection.execute(f"SELECT {SETTINGS}", given)
                yield connection

    def one_statement(self) -> AbstractContextManager[Transaction]:
        """A connection for one statement, of whatever kind, that is a transaction by itself; as `reading`."""
        return self.reading()

    @contextmanager
    def _connection(self) -> Iterator[Transaction]:
        try:
            with ExitStack() as connected:
                with self._breaker or nullcontext():  # getting a connection, not what is done with it
                    connection = connected.enter_context(self._pool.connection())
                yield connection
        except (*_UNAVAILABLE, CircuitOpen) as error:
            raise DatabaseUnavailable(f"Postgres did not answer: {_first_line(error)}") from error

    def _settings(self, connection: Transaction, speaker: Speaker) -> dict[str, str]:
        return settings_of(speaker, behind_wall=self._stands(connection, speaker))

    def _stands(self, connection: Transaction, speaker: Speaker) -> bool:
        """Whether there is a wall to step behind; asked once, when the first principal speaks."""
        if speaker.principal is None:
            return False
        if self._has_wall is None:
            self._has_wall = wall_stands(connection)
            if connection.info.transaction_status is not TransactionStatus.IDLE:
                connection.rollback()
            if not self._has_wall:
                log.warning("no_row_level_security", what_to_do=HOW_TO_RAISE)
        return self._has_wall

    def ping(self) -> None:
        """Raise DatabaseUnavailable unless the server answers a query."""
        with self.transaction() as tx:
            tx.execute("SELECT 1")


def connection_breaker(
    listeners: Sequence[CircuitListener] = (), *, failures: int = 5, seconds: float = 1.0
) -> CircuitBreaker:
    """A breaker for a process that answers others: after so many failed waits in a row nobody waits for a connection.

    One caller a second tries all the same, so service is back within a second of the server.
    """
    return CircuitBreaker(failures, seconds, _UNAVAILABLE, name="postgres", listeners=listeners)


def limit_locks(tx: Transaction, seconds: float) -> None:
    """Give up on rows that others have locked, in this transaction: `LockNotAvailable` instead of a long wait."""
    tx.execute(f"SELECT {_LOCK_LIMIT}", {"lock_limit": _milliseconds(seconds)})


def _milliseconds(seconds: float) -> str:
    """A time as Postgres takes it in a setting; 0 is no limit."""
    return f"{round(seconds * 1000)}ms"


@contextmanager
def _each_alone(tx: Transaction) -> Iterator[None]:
    """No BEGIN before the first statement and no COMMIT after the last, unless the block sends its own."""
    tx.autocommit = True
    try:
        yield
    finally:
        if not tx.closed:
            if tx.info.transaction_status is not TransactionStatus.IDLE:
                tx.rollback()  # the block was left in the middle of something
            tx.autocommit = False


def _begin(connection: Transaction, statements: bytes) -> None:
    """Send what begins with BEGIN as one message; psycopg then finds the transaction open, and ends it as its own.

    By libpq itself: a cursor for it would take the API as long as the statement that follows.
    """
    server = connection.pgconn
    result = server.exec_(statements)
    if server.status != ConnStatus.OK:
        raise psycopg.OperationalError("the server closed the connection")
    if result.status != ExecStatus.COMMAND_OK:
        raise error_from_result(result)


class _Watched(psycopg.Connection[DictRow]):
    """A connection that knows when it was last found to be alive."""

    alive_at = 0.0


class _WarmFirst(ConnectionPool[_Watched]):
    """Gives out the connection that came back last.

    psycopg's gives out the one that has rested longest, which takes all of them in turn: each then has its own prepared
    statements and a server process whose caches have gone cold. A prompt costs a tenth less of the processor this way.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._pool = _Stack()


class _Stack(deque[_Watched]):
    """What psycopg's pool keeps free connections in; it takes from the left and gives back on the right."""

    def popleft(self) -> _Watched:
        """The last that was given back."""
        return self.pop()


def _check(connection: _Watched) -> None:
    """Raise when the server has left this idle connection.

    A server that ends a session, or its host, says so on the socket: there is something to read. Only a connection that
    was silent for long is asked, because between the two somebody may have forgotten it without a word.
    """
    now = time.monotonic()
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    if poll.poll(0) or now - connection.alive_at > SILENT_SECONDS:
        ConnectionPool.check_connection(connection)
    connection.alive_at = now


def _first_line(error: BaseException) -> Any:
    return next(iter(str(error).splitlines()), type(error).__name__)
