"""Locks that end with their holder: flock on a small file that also says who holds it.

The kernel lets go of a lock when its process dies, however it dies, so a lock is never stale. The file's content counts
only while the lock is held.
"""

import fcntl
import json
import os
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from core.errors import DmaError

PROBE_SECONDS = 1.0
"""`is_held` takes a shared lock for an instant; whoever wants the lock itself tries again for this long."""


class AlreadyRunning(DmaError):
    """Another process holds this lock."""

    code = "already_running"

    def __init__(self, what: str, *, lock: Path, pid: int | None) -> None:
        holder = f"process {pid}" if pid else "another process"
        super().__init__(f"{what} is already in use by {holder} (lock file {lock})")
        self.what, self.lock, self.pid = what, lock, pid


class HeldLock:
    """An exclusive lock, held until `release` or the end of the process.

    Args:
        path: The lock file; made (0600, its folder 0700) when absent, never removed.
        what: What the lock protects, for the error's text.
        facts: More to write into the file beside the holder's `pid`.

    Raises:
        AlreadyRunning: Another process kept it for `wait_seconds`.
    """

    def __init__(
        self, path: Path, *, what: str, facts: dict[str, str] | None = None, wait_seconds: float = PROBE_SECONDS
    ) -> None:
        self.path = path
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            self._acquire(what, wait_seconds)
        except BaseException:
            os.close(self._fd)
            raise
        self._describe({"pid": os.getpid(), **(facts or {})})

    def release(self) -> None:
        """Let go; harmless when done twice."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def keep_across_exec(self) -> None:
        """Let the program that this process becomes (and what that one forks) go on holding the lock."""
        os.set_inheritable(self._fd, True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def _acquire(self, what: str, wait_seconds: float) -> None:
        deadline = time.monotonic() + wait_seconds
        while True:
            try:
                fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                if time.monotonic() >= deadline:
                    raise AlreadyRunning(what, lock=self.path, pid=lock_holder(self.path)) from error
                time.sleep(0.05)
            else:
                return

    def _describe(self, facts: dict[str, object]) -> None:
        text = json.dumps(facts).encode() + b"\n"
        os.pwrite(self._fd, text, 0)
        os.ftruncate(self._fd, len(text))


def is_held(lock: Path) -> bool:
    """True while a process holds this lock file. Takes it shared for an instant, which its takers allow for."""
    try:
        with lock.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def lock_facts(lock: Path) -> dict[str, Any]:
    """What the holder wrote into its lock file, such as its `pid`; empty when there is nothing legible."""
    try:
        facts = json.loads(lock.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return facts if isinstance(facts, dict) else {}


def lock_holder(lock: Path) -> int | None:
    """The process id that the holder wrote into its lock file; means something only while the lock is held."""
    pid = lock_facts(lock).get("pid")
    return pid if isinstance(pid, int) else None
