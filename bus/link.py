"""Short commands over a few connections, without what redis-py does around each command.

redis-py spends about as long around a command (pool, repetition, hooks, parsing by command name) as on it. Here a
thread takes one of a few connections of redis-py's, writes, reads, and puts it back. Nothing is ever repeated.
"""

import contextlib
import time
from collections.abc import Callable, Sequence
from threading import BoundedSemaphore
from typing import Any

from redis.exceptions import ResponseError

CONNECTIONS = 4
FRESH_SECONDS = 1.0
"""A connection that rested for longer is looked at before it is used: the server may have closed it meanwhile."""


class Link:
    """Runs commands on one server; safe to use from any thread. Answers come as the server sent them."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool
        self._places = BoundedSemaphore(CONNECTIONS)
        self._idle: list[tuple[Any, float]] = []

    def execute_command(self, *command: Any) -> Any:
        """Run one command.

        Raises:
            RedisError: What the server says, or that it is not known whether it heard.
        """
        return self._exchange(lambda connection: _one(connection, command))

    def _exchange(self, talk: Callable[[Any], Any]) -> Any:
        with self._places:
            connection = self._connection()
            try:
                answer = talk(connection)
            except ResponseError:
                self._idle.append((connection, time.monotonic()))
                raise
            except BaseException:
                # An answer that is still under way must not be taken for that of the next command. The other
                # connections may be as dead; to find that out one by one takes a time-out each.
                self._give_up(connection)
                self._give_up_idle()
                raise
            self._idle.append((connection, time.monotonic()))
            return answer

    def close(self) -> None:
        """Close the connections that are not in use."""
        self._give_up_idle()

    def _give_up_idle(self) -> None:
        while self._idle:
            with contextlib.suppress(IndexError):  # taken by another thread meanwhile
                self._give_up(self._idle.pop()[0])

    def _give_up(self, connection: Any) -> None:
        connection.disconnect()
        self._pool.release(connection)

    def _connection(self) -> Any:
        try:
            connection, used_at = self._idle.pop()
        except IndexError:
            return self._pool.get_connection()
        if time.monotonic() - used_at > FRESH_SECONDS:
            self._pool.release(connection)
            return self._pool.get_connection()  # looks whether it is alive
        return connection


def _one(connection: Any, command: Sequence[Any]) -> Any:
    connection.send_command(*command, check_health=False)
    return connection.read_response()
