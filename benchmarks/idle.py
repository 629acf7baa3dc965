"""What a whole local installation costs while nobody asks it anything."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

import psutil

from tests.end_to_end.conftest import free_port
from tests.support.installation import Installation, installed
from tests.support.servers import temporary_home

SETTLE_SECONDS = 15
WATCH_SECONDS = 30
MEGABYTE = 2**20


def measure() -> Iterator[tuple[str, ...]]:
    """Proportional set size in MB and percent of one core, per process and together."""
    with temporary_home() as place, installed(place / "home", free_port()) as installation:
        time.sleep(SETTLE_SECONDS)
        before = cpu_seconds(installation)
        started = time.monotonic()
        time.sleep(WATCH_SECONDS)
        watched = time.monotonic() - started
        after = cpu_seconds(installation)
        memory = memory_bytes(installation)
        installation.interrupt()
    yield ("process", "PSS MB", "% of one core")
    for name, used in sorted(memory.items(), key=lambda item: -item[1]):
        yield (name, f"{used / MEGABYTE:.0f}", f"{100 * (after[name] - before[name]) / watched:.2f}")
    percent = 100 * (sum(after.values()) - sum(before.values())) / watched
    yield ("together", f"{sum(memory.values()) / MEGABYTE:.0f}", f"{percent:.2f}")


def cpu_seconds(installation: Installation) -> Counter[str]:
    """Processor time so far of all its processes, by what they are."""
    sums: Counter[str] = Counter()
    for process in installation.family():
        with suppress(psutil.NoSuchProcess):
            sums[label(process)] += sum(process.cpu_times()[:2])
    return sums


def memory_bytes(installation: Installation) -> Counter[str]:
    """Proportional set size of all its processes, by what they are: shared pages count once."""
    sums: Counter[str] = Counter()
    for process in installation.family():
        with suppress(psutil.NoSuchProcess):
            sums[label(process)] += process.memory_full_info().pss
    return sums


def label(process: psutil.Process) -> str:
    """The module a Python process runs, else the executable."""
    command = process.cmdline()
    return command[command.index("-m") + 1] if "-m" in command else process.name()
