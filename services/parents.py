"""Ties between a process and its parent, so that none outlives the one who started it."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

_PR_SET_PDEATHSIG: Final = 1


def tie_to_parent(death_signal: signal.Signals) -> Callable[[], None] | None:
    """A `preexec_fn` after which the child is sent `death_signal` when the starting *thread* ends.

    So call it, and start the child, in the main thread. Linux only: None elsewhere, where the next start ends what was
    left behind (`end_leftovers`).
    """
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl  # looked up before the fork: nothing may be loaded after it
    parent = os.getpid()

    def in_child() -> None:
        prctl(_PR_SET_PDEATHSIG, int(death_signal))
        if os.getppid() != parent:  # it died in between, and nobody would ever tell
            os._exit(1)

    return in_child


def follow_parent(death_signal: signal.Signals) -> None:
    """Have this process sent `death_signal` when its parent ends (Linux; elsewhere nothing happens)."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(death_signal))


def ancestors() -> tuple[int, ...]:
    """Whoever must live for this process to be wanted: its parent and, under honcho, honcho itself.

    honcho starts each line of the Procfile from a process between, which outlives a honcho that is killed. What changes
    then is that process's own parent.
    """
    parent = os.getppid()
    if "HONCHO_PROCESS_NAME" not in os.environ or parent == 1:
        return (parent,)
    return (parent, _parent_of(parent))


def _parent_of(pid: int) -> int:
    """The parent of another process; 0 when that process is gone."""
    if sys.platform == "linux":
        try:
            stat = Path(f"/proc/{pid}/stat").read_text()
        except (FileNotFoundError, ProcessLookupError):
            return 0
        return int(stat.rpartition(")")[2].split()[1])  # the name before it, in parentheses, may hold anything
    else:  # noqa: RET505 - mypy follows only this form
        # 4 MB in each supervisor, spared where the kernel has a file that says it.
        import psutil  # noqa: PLC0415

        try:
            return int(psutil.Process(pid).ppid())
        except psutil.NoSuchProcess:
            return 0
