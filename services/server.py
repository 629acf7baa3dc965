"""What both embedded servers share: lock, port, log, start, readiness, stop.

Order of a start: take the lock of the data, end what an earlier run left behind, make the data when there are none,
choose the port, start, connect until it answers. A server is the child of the process that starts it and goes when that
one goes, however it goes; a start therefore belongs in the main thread (see `tie_to_parent`).
"""

import os
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Final

from core.locks import HeldLock
from core.settings import kept_secret
from services.accounts import Account
from services.errors import ServerDidNotStart
from services.parents import tie_to_parent
from services.ports import choose_port
from services.processes import end, end_leftovers, last_lines

_LOG_BYTES: Final = 4_000_000
_PORT_ATTEMPTS: Final = 3
_PORT_TAKEN: Final = "Address already in use"
_TURNED_AWAY_SECONDS: Final = 2.0
"""In which a server that found its port taken has ended."""


class EmbeddedServer(ABC):
    """One server from a wheel, on loopback, with a password, its data kept between runs.

    Args:
        home: DMA_HOME; holds password, port and log, and the data unless these must live elsewhere.
        port: None for the port of the last start when it is free, else any free one.
        password: None for the one kept in `home`, made on the first start.
        settings: Server settings on top of ours, by the server's own names.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    executable: ClassVar[str]
    death_signal: ClassVar[signal.Signals]
    """Sent by the kernel when the starting process dies; also the polite request to leftovers."""
    stop_steps: ClassVar[Sequence[tuple[signal.Signals, float]]]

    def __init__(
        self,
        home: Path,
        *,
        port: int | None = None,
        password: str | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.home = home.absolute()
        self.password = password or kept_secret(self.home / f"{self.name}_password")
        self.settings = dict(settings or {})
        self.log = self.home / "logs" / f"{self.name}.log"
        self._port = port
        self._lock: HeldLock | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    @abstractmethod
    def directory(self) -> Path:
        """Where the lock and the data are."""

    @property
    def data(self) -> Path:
        """The data directory, in which the running server works."""
        return self.directory / "data"

    @property
    def port(self) -> int:
        """The port; known after the first start, and the same at every later start of this object."""
        if self._port is None:
            raise RuntimeError(f"{self.title} was not started yet")
        return self._port

    @property
    def pid(self) -> int | None:
        """Process id of the server while it runs."""
        return self._process.pid if self._process is not None and self.is_running else None

    @property
    def is_running(self) -> bool:
        """True while the process lives; it answers by then, for `start` waits for that."""
        return self._process is not None and self._process.poll() is None

    def start(self, *, wait_seconds: float = 60.0) -> None:
        """Start the server and wait until it answers; nothing happens when it runs already.

        Raises:
            AlreadyRunning: Another process has these data open.
            NoServerAccount: Postgres, as root, without an account for it.
            ServerDidNotStart: It ended or did not answer in time; carries the end of its log.
        """
        if self.is_running:
            return
        self._make_directory()
        self._lock = self._lock or HeldLock(self.directory / "lock", what=f"the {self.title} of {self.home}")
        try:
            end_leftovers(self.data, self.executable, first=self.death_signal)
            self._prepare()
            self._start_on_a_port(time.monotonic() + wait_seconds)
        except BaseException:
            self.kill()
            end_leftovers(self.data, self.executable, first=self.death_signal)
            self._let_go()
            raise

    def stop(self) -> None:
        """Stop cleanly, within seconds, and let go of the data; harmless when it does not run."""
        if self._process is not None:
            if self.is_running:
                end(self._process, self.stop_steps)
            end_leftovers(self.data, self.executable, first=self.death_signal)
        self._process = None
        self._let_go()

    def kill(self) -> None:
        """Kill the server's main process (SIGKILL) and wait for its end; its helpers may linger until a next start."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    @abstractmethod
    def describe(self) -> str:
        """One line for the person at the terminal: what runs, where, as whom, over which data."""

    @abstractmethod
    def _make_directory(self) -> None:
        """Make `directory` when it is absent."""

    @abstractmethod
    def _prepare(self) -> None:
        """Make everything that must be there before the process starts; the lock is held."""

    @abstractmethod
    def _command(self, port: int) -> Sequence[str]:
        """The command line; no secrets in it."""

    @abstractmethod
    def _input(self, port: int) -> bytes:
        """What to write to the server's standard input."""

    @abstractmethod
    def _answers(self) -> bool:
        """True when it takes a connection with our password. Raises PermissionError when it refuses that."""

    def _account(self) -> Account | None:
        """Whom to run as; None for the user we are."""
        return None

    def _start_on_a_port(self, deadline: float) -> None:
        for attempt in range(1, _PORT_ATTEMPTS + 1):
            fixed = self._port
            self._port = fixed or choose_port(self.home / f"{self.name}.port")
            try:
                self._start_process(self._port, deadline)
            except ServerDidNotStart as error:
                # Somebody took the port between our look and its bind: look again, unless the port was announced.
                if fixed or attempt == _PORT_ATTEMPTS or _PORT_TAKEN not in error.last_lines:
                    self._port = fixed
                    raise
                self._port = None
            else:
                return

    def _start_process(self, port: int, deadline: float) -> None:
        log_start = self._rotate_log()
        account = self._account()
        identity = {"user": account.uid, "group": account.gid, "extra_groups": []} if account else {}
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # type: ignore[call-overload]  # mypy cannot see through **identity
                self._command(port),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=clean_environment(),
                start_new_session=True,  # a signal to our group must not stop the server before its clients
                preexec_fn=tie_to_parent(self.death_signal),  # noqa: PLW1509 - one system call, looked up before
                **identity,
            )
        self._send_input(port)
        self._await_answer(deadline, log_start)

    def _send_input(self, port: int) -> None:
        assert self._process is not None and self._process.stdin is not None  # noqa: S101, PT018 - started with a pipe
        try:
            with self._process.stdin as stdin:
                stdin.write(self._input(port))
        except BrokenPipeError:
            pass  # it ended at once; `_await_answer` says why

    def _await_answer(self, deadline: float, log_start: int) -> None:
        pause = 0.02
        try:
            while not self._answers():
                if not self.is_running:
                    raise self._failure("it ended at once", log_start)
                if time.monotonic() >= deadline:
                    raise self._failure("it does not answer", log_start)
                time.sleep(pause)
                pause = min(pause * 1.5, 0.25)
        except PermissionError as error:
            if self._ends_within(_TURNED_AWAY_SECONDS):  # it was not ours that refused us, but who has the port
                raise self._failure("it ended at once", log_start) from error
            secret = self.home / f"{self.name}_password"
            raise self._failure(f"it refuses the password in {secret}", log_start) from error
        if not self.is_running:  # then somebody else answered on that port
            raise self._failure("it ended at once", log_start)

    def _ends_within(self, seconds: float) -> bool:
        assert self._process is not None  # noqa: S101 - started a moment ago
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def _failure(self, reason: str, log_start: int) -> ServerDidNotStart:
        return ServerDidNotStart(
            self.title, reason=reason, log=self.log, last_lines=last_lines(self.log, since=log_start)
        )

    def _rotate_log(self) -> int:
        """Make the log (0600), setting a big one aside; returns its size."""
        self.log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > _LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        self.log.touch(mode=0o600)
        return self.log.stat().st_size

    def _let_go(self) -> None:
        if self._lock is not None:
            self._lock.release()
            self._lock = None


def clean_environment() -> dict[str, str]:
    """An environment without anything that would change a server's mind (PGPORT, LC_ALL ...)."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
