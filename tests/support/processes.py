"""Processes that tests start, watch and end."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.support.stopwatch import Stopwatch

REPOSITORY = Path(__file__).parents[2]


def wait_until(claim: Callable[[], object], *, seconds: float = 30.0, what: str = "") -> float:
    """Wait until the claim holds; returns the seconds it took. Fails the test when it does not hold in time.

    Seconds in which the machine stood still do not count, see `tests.support.stopwatch`.
    """
    with Stopwatch() as took:
        while not claim():
            assert took.seconds < seconds, f"not within {seconds:g} s: {what or claim}"
            time.sleep(0.02)
    return took.seconds


def is_gone(pid: int) -> bool:
    """True when there is no process of this number that runs; see has_ended."""
    try:
        return has_ended(psutil.Process(pid))
    except psutil.NoSuchProcess:
        return True


def has_ended(process: psutil.Process) -> bool:
    """True when the process has ended, reaped or not (an orphan's new parent may take its time)."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:  # in between
        return True


def environment(home: Path, **more: str) -> dict[str, str]:
    """The environment for a process over this home, free of what the person running the tests has set."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DMA_", "HONCHO", "PYTEST"))}
    for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DEV_TOKEN", "AUTH_ENABLED"):
        kept.pop(name, None)
    path = f"{Path(sys.executable).parent}{os.pathsep}{kept.get('PATH', os.defpath)}"
    # One import path for all, also where the repository is not installed into the environment.
    python_path = os.pathsep.join([str(REPOSITORY), str(REPOSITORY / "dma_shared_resilience" / "src")])
    return {**kept, "PATH": path, "PYTHONPATH": python_path, "PYTHONUNBUFFERED": "1", "DMA_HOME": str(home), **more}


@contextmanager
def running(
    command: Sequence[str],
    *,
    env: dict[str, str],
    output: Path,
    cwd: Path = REPOSITORY,
    seconds: float = 10.0,
    pass_fds: Sequence[int] = (),
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command until the block ends, its output in a file; then SIGTERM, and SIGKILL when it does not listen."""
    with output.open("ab") as file:
        process = subprocess.Popen(command, env=env, cwd=cwd, stdout=file, stderr=subprocess.STDOUT, pass_fds=pass_fds)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def run_module(*arguments: str, env: dict[str, str], seconds: float = 30.0) -> subprocess.CompletedProcess[str]:
    """Run `python -m ...` to its end; output and errors together in `.stdout`."""
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        env=env,
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        timeout=seconds,
        check=False,
    )
