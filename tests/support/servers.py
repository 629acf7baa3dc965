"""Throw-away servers: each process of the test run has its own, and none outlives it."""

import contextlib
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.locks import AlreadyRunning, HeldLock
from services.accounts import STATE_DIRECTORY

PREFIX = "dma-tests-"
OLD_SECONDS = 600
FAST_POSTGRES = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "32MB"}


@contextmanager
def temporary_home() -> Iterator[Path]:
    """An empty DMA_HOME outside pytest's own folders, which are kept after the run; gone afterwards."""
    _remove_what_crashed_runs_left()
    home = Path(tempfile.mkdtemp(prefix=PREFIX))
    with HeldLock(home / "tests.lock", what="this home"):
        try:
            yield home
        finally:
            shutil.rmtree(home, ignore_errors=True)
            remove_instances_of(home)


def remove_instances_of(home: Path) -> None:
    """Remove what Postgres, when run by root, keeps outside this home. For homes of tests only."""
    assert home.name.startswith(PREFIX)
    for instance, belongs_to in _instances():
        if belongs_to.is_relative_to(home):
            shutil.rmtree(instance, ignore_errors=True)


def _remove_what_crashed_runs_left() -> None:
    for home in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            if time.time() - home.stat().st_mtime < OLD_SECONDS:
                continue  # somebody may just be making it
            lock = HeldLock(home / "tests.lock", what="this home", wait_seconds=0)
        except (AlreadyRunning, OSError):
            continue
        with lock:
            shutil.rmtree(home, ignore_errors=True)
    for instance, home in _instances():
        if home.is_relative_to(tempfile.gettempdir()) and not home.exists():
            shutil.rmtree(instance, ignore_errors=True)


def _instances() -> Iterator[tuple[Path, Path]]:
    """What root's Postgres servers keep outside their homes, each with its home."""
    for mark in STATE_DIRECTORY.glob("instances/*/home"):
        with contextlib.suppress(FileNotFoundError):  # another process of the test run was faster
            yield mark.parent, Path(mark.read_text().strip())
