"""Keep one process of the Procfile running: `python -m services.supervise NAME -- COMMAND ...`.

The command is the supervisor's child, in a session of its own. It is started again whenever it ends, killed or not,
except with status 78: a setting is wrong, and the supervisor ends with 78 too, upon which honcho stops everything.
Asked to stop, the supervisor asks its child alone (dramatiq and uvicorn pass the word on, and must hear it once),
waits a little less than honcho's 5 s, and kills what is left. It stops by itself when its honcho is gone.

This module imports little on purpose: there is one such process for each line of the Procfile.
"""

import argparse
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Final

from core.errors import EXIT_CONFIGURATION
from core.locks import AlreadyRunning, HeldLock
from core.readiness import ReadinessPipe, readiness_pipe
from services.backoff import Backoff
from services.output import open_shared_output
from services.parents import ancestors, follow_parent, tie_to_parent
from services.terminal import say

WATCH_SECONDS: Final = 1.0
"""How often it looks for its honcho. Signals, the child's end among them, wake it at once."""
GRACE_SECONDS: Final = 4.0
"""Between SIGTERM and SIGKILL; honcho itself kills after 5 s."""


class Supervisor:
    """Runs `command` until it is told to stop.

    Args:
        name: What the lines printed for people call it.
        command: Program and arguments.
        grace_seconds: How long the child may take to end after SIGTERM.
        backoff: How long to wait before each start but the first.
    """

    def __init__(
        self, name: str, command: Sequence[str], *, grace_seconds: float = GRACE_SECONDS, backoff: Backoff | None = None
    ) -> None:
        self._name = name
        self._command = list(command)
        self._grace_seconds = grace_seconds
        self._backoff = backoff or Backoff()
        self._stopping = False
        self._restarts = 0
        self._predecessor: int | None = None
        self._ancestors = ancestors()
        self._signalled, self._signals = socket.socketpair()

    def run(self) -> int:
        """Supervise; returns the exit status: 0 after a stop, 78 when the child ended with 78."""
        for end in (self._signalled, self._signals):
            end.setblocking(False)
        signal.set_wakeup_fd(self._signals.fileno(), warn_on_full_buffer=False)
        for wanted in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(wanted, self._note_stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # only to be woken: a default SIGCHLD wakes nobody
        follow_parent(signal.SIGTERM)
        while not self._should_stop():
            status = self._run_once()
            if status == EXIT_CONFIGURATION:
                return EXIT_CONFIGURATION
            if not self._should_stop():
                self._rest(status)
        return 0

    def _run_once(self) -> int:
        """Start the child, wait for its end or ours, and leave nothing of its group behind; returns its status."""
        self._backoff.started()
        with readiness_pipe() as readiness:
            child = self._start(readiness)
            while not has_ended(child) and not self._should_stop():
                self._pause(WATCH_SECONDS)
            if not has_ended(child):
                self._ask_to_end(child)
            kill_group(child)
            if readiness.was_told():
                self._backoff.worked()
        self._restarts += 1
        self._predecessor = child.pid
        return child.wait()

    def _start(self, readiness: ReadinessPipe) -> subprocess.Popen[bytes]:
        output = open_shared_output()
        told = {"DMA_RESTARTS": str(self._restarts), **readiness.environment}
        if self._predecessor is not None:  # it is gone for sure: its successor need not wait for its leases
            told["DMA_PREDECESSOR"] = str(self._predecessor)
        try:
            return subprocess.Popen(
                self._command,
                stdout=output,
                stderr=output,
                env=os.environ | told,
                pass_fds=[readiness.child_end],
                start_new_session=True,
                preexec_fn=tie_to_parent(signal.SIGTERM),  # noqa: PLW1509 - one system call, looked up before the fork
            )
        finally:
            if output is not None:
                os.close(output)

    def _ask_to_end(self, child: subprocess.Popen[bytes]) -> None:
        os.kill(child.pid, signal.SIGTERM)
        deadline = time.monotonic() + self._grace_seconds
        while not has_ended(child):
            if time.monotonic() >= deadline:
                say(f"{self._name} did not end within {self._grace_seconds:g} s and is killed")
                return
            self._pause(deadline - time.monotonic())

    def _rest(self, status: int) -> None:
        seconds = self._backoff.ended()
        how = f"was ended by signal {-status}" if status < 0 else f"ended with status {status}"
        say(f"{self._name} {how}; it is started again in {seconds:g} s")
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0 and not self._should_stop():
            self._pause(min(left, WATCH_SECONDS))

    def _pause(self, seconds: float) -> None:
        """Rest for so long, or until a signal comes."""
        ready, _, _ = select.select([self._signalled], [], [], max(0.0, seconds))
        if ready:
            self._signalled.recv(4096)

    def _should_stop(self) -> bool:
        return self._stopping or ancestors() != self._ancestors

    def _note_stop(self, _signal: int, _frame: FrameType | None) -> None:
        self._stopping = True


def has_ended(child: subprocess.Popen[bytes]) -> bool:
    """True when the child has ended. It is not reaped where the system allows: until then its group's id stays ours."""
    if child.returncode is not None or not hasattr(os, "waitid"):
        return child.poll() is not None
    return os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def kill_group(child: subprocess.Popen[bytes]) -> None:
    """Kill the child and whatever it left in its group, such as the workers of a killed dramatiq."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return  # nobody is left; macOS says so with EPERM when only the unreaped child is


def home_directory() -> Path:
    """DMA_HOME as `core.settings` finds it, without the weight of reading all settings."""
    home = os.environ.get("DMA_HOME")
    for file in (".env", ".env.local"):
        if home is None and Path(file).exists():
            from dotenv import dotenv_values  # noqa: PLC0415 - only those pay for it who have such a file

            home = dotenv_values(file).get("DMA_HOME")
    return Path(home or ".dma").expanduser().absolute()


def main(arguments: Sequence[str] | None = None) -> int:
    """Take the lock of this name in this home, then supervise."""
    parser = argparse.ArgumentParser(prog="python -m services.supervise")
    parser.add_argument("--grace-seconds", type=float, default=GRACE_SECONDS)
    parser.add_argument("name")
    parser.add_argument("command", nargs="+", help="after --")
    options = parser.parse_args(arguments)
    home = home_directory()
    lock = home / "run" / f"{os.environ.get('HONCHO_PROCESS_NAME', options.name)}.lock"
    try:
        with HeldLock(lock, what=f"{options.name} of {home}"):
            return Supervisor(options.name, options.command, grace_seconds=options.grace_seconds).run()
    except AlreadyRunning as error:
        say(f"another DMA runs over {home} (its {options.name} is process {error.pid}): stop it, or set DMA_HOME")
        return EXIT_CONFIGURATION


if __name__ == "__main__":
    sys.exit(main())
