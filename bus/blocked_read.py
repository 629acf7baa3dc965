"""A read that waits on the server while this process goes on calling: sent once, looked for again and again.

dramatiq wants an answer from a consumer about once a second, to see whether it is paused or stopped. A read that is
sent anew each second costs the server a command for each second and queue; this one is left waiting instead.
"""

import logging
import time
from dataclasses import dataclass
from typing import Any

from redis.exceptions import TimeoutError as RedisTimeoutError

from bus.connections import pool_towards, towards
from bus.errors import SERVER_ERRORS
from bus.keys import QueueKeys

log = logging.getLogger(__name__)

CANCEL_SECONDS = 2.0
LATE_SECONDS = 5.0
"""An answer that is later than this after the end of its block is not waited for any more."""


@dataclass(slots=True)
class _Line:
    """A connection that is not shared, the pool it belongs to, and its number on the server."""

    connection: Any
    pool: Any
    client_id: int


class BlockedRead:
    """Reads the wake stream and the lanes of a queue, on a connection of its own.

    Args:
        client: The client whose server is read.
        commands: For the command that ends a waiting read from outside.
        block_seconds: How long the server lets a read wait.
    """

    def __init__(self, client: Any, commands: Any, keys: QueueKeys, consumer: str, *, block_seconds: float) -> None:
        self._client = client
        self._commands = commands
        self._keys = keys
        self._block_seconds = block_seconds
        streams = (keys.wake, *keys.lanes)
        self._command = (
            *("XREADGROUP", "GROUP", keys.group, consumer, "COUNT", 1, "BLOCK", max(1, round(block_seconds * 1000))),
            *("STREAMS", *streams, *(">" for _ in streams)),
        )
        self._line: _Line | None = None
        self._given_up_at: float | None = None

    @property
    def is_waiting(self) -> bool:
        """True from `start` until the answer is fetched."""
        return self._given_up_at is not None

    def start(self) -> None:
        """Send the read."""
        if self._line is None:
            self._line = self._connect()
        self._line.connection.send_command(*self._command, check_health=False)
        self._given_up_at = time.monotonic() + self._block_seconds + LATE_SECONDS

    def is_answered(self, timeout_seconds: float) -> bool:
        """Wait for the answer; False when it is not there in time.

        Raises:
            RedisError: The connection is lost, or the server is long past its time.
        """
        if self._line is None or self._given_up_at is None:
            return False
        if self._line.connection.can_read(timeout_seconds):
            return True
        if time.monotonic() > self._given_up_at:
            raise RedisTimeoutError("the server does not answer a read whose time is over")
        return False

    def answer(self) -> Any:
        """The answer as the server sent it: rows of stream and entries, or None when the time of the block was over.

        Raises:
            RedisError: What the server says is wrong.
        """
        line, self._given_up_at = self._line, None
        return line.connection.read_response() if line is not None else None

    def cancel(self) -> Any:
        """End a read that waits, and return what it brought in the last moment, as `answer` does."""
        if self._line is None or self._given_up_at is None:
            return None
        if not self._line.connection.can_read(0):
            self._commands.execute_command(
                "CLIENT UNBLOCK", self._line.client_id, **towards(self._commands, self._keys.wake)
            )
        if self._line.connection.can_read(CANCEL_SECONDS):
            return self.answer()
        raise RedisTimeoutError("a waiting read could not be ended")

    def close(self) -> None:
        """Give the connection up; an answer that was under way is lost."""
        line, self._line, self._given_up_at = self._line, None, None
        if line is None:
            return
        try:
            line.connection.disconnect()
            line.pool.release(line.connection)
        except SERVER_ERRORS as error:
            log.debug("connection of a waiting read: %s", error)

    def _connect(self) -> _Line:
        pool = pool_towards(self._client, self._keys.wake)
        connection = pool.get_connection()
        try:
            connection.send_command("CLIENT", "ID", check_health=False)
            return _Line(connection, pool, int(connection.read_response()))
        except BaseException:
            connection.disconnect()
            pool.release(connection)
            raise
