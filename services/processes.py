"""Ending server processes, also those that outlived whoever started them, and reading the end of their logs."""

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import psutil  # type: ignore[import-untyped]


def processes_in(directory: Path, name: str) -> list[psutil.Process]:
    """The processes called `name` whose working directory is `directory`: a server's own, and nobody's shell."""
    wanted = str(directory.resolve())
    return [
        process
        for process in psutil.process_iter(["name", "cwd"])
        if process.info["name"] == name and process.info["cwd"] == wanted
    ]


def end_leftovers(directory: Path, name: str, *, first: signal.Signals, grace_seconds: float = 2.0) -> int:
    """End a server's processes that outlived the one who started them; call it only while holding the data's lock.

    Args:
        directory: The data directory, in which such servers work.
        name: Name of the executable.
        first: The signal that asks for a clean end.
        grace_seconds: What is left after this long is killed.

    Returns:
        How many processes there were.
    """
    found = processes_in(directory, name)
    _send(found, first)
    _await_end(found, grace_seconds)
    _send(found, signal.SIGKILL)
    _await_end(found, 5.0)
    return len(found)


def end(process: subprocess.Popen[bytes], steps: Sequence[tuple[signal.Signals, float]]) -> None:
    """Ask a child to end, more firmly at each step (signal, seconds to wait), and at last kill it."""
    for wanted, seconds in steps:
        process.send_signal(wanted)
        try:
            process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            continue
        return
    process.kill()
    process.wait()


def last_lines(path: Path, *, since: int = 0, count: int = 12) -> str:
    """The last lines of a log written after the byte `since`."""
    try:
        with path.open("rb") as log:
            log.seek(max(since, log.seek(0, os.SEEK_END) - 16_384))
            text = log.read().decode(errors="replace")
    except FileNotFoundError:
        return ""
    return "\n".join(text.splitlines()[-count:])


def _await_end(processes: Sequence[psutil.Process], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while any(_is_alive(process) for process in processes) and time.monotonic() < deadline:
        time.sleep(0.02)


def _is_alive(process: psutil.Process) -> bool:
    """False also for what has ended and waits for its parent to notice: in a container that may be never."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _send(processes: Sequence[psutil.Process], wanted: signal.Signals) -> None:
    for process in processes:
        try:
            process.send_signal(wanted)
        except psutil.NoSuchProcess:
            continue
