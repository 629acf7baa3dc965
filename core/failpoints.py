"""Failpoints: named places where a test can have a process die, stop or fail.

They exist in processes of a local installation that were started with DMA_FAILPOINTS naming a folder. Everywhere else
there are none: nothing in the code asks for them, they are put around functions at the start of the process. A file in
the folder with the name of a point arms it once, for whichever process comes there first; its text says what happens:

    kill    the process dies like by `kill -9`
    stop    it stops like by `kill -STOP`, until somebody sends it SIGCONT
    raise   the function fails with an error that nobody foresees
"""

import functools
import importlib
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

VARIABLE: Final = "DMA_FAILPOINTS"


class Point(NamedTuple):
    """Before or after which function a point lies; the module is one that the process has loaded."""

    module: str
    function: str
    when: Literal["before", "after"]


POINTS: Final = {
    "worker.claimed": Point("workers.runner", "StepRunner._claim", "after"),
    "worker.effects_written": Point("workers.runner", "apply_changes", "after"),
    "worker.committed": Point("workers.runner", "StepRunner._commit", "after"),
    "worker.acknowledged": Point("bus.consumer", "StreamsConsumer.ack", "after"),
    "api.committed": Point("orchestrator.intake", "Intake._publish", "before"),
    "api.published": Point("orchestrator.dispatched", "mark_dispatched", "before"),
    "sweeper.published": Point("orchestrator.sweep", "mark_dispatched", "before"),
}


def install_failpoints(*, is_local: bool, variable: str | None = None) -> int:
    """Put the points around their functions, if this process is to have any; returns how many."""
    folder = variable if variable is not None else os.environ.get(VARIABLE)
    if not folder or not is_local:
        return 0
    return sum(_install(name, point, Path(folder)) for name, point in POINTS.items())


def _install(name: str, point: Point, folder: Path) -> bool:
    try:
        owner: Any = importlib.import_module(point.module)
    except ImportError:
        return False  # this process has no such part
    *path, last = point.function.split(".")
    for part in path:
        owner = getattr(owner, part)
    setattr(owner, last, _wrapped(getattr(owner, last), folder / name, point.when))
    return True


def _wrapped(function: Callable[..., Any], mark: Path, when: str) -> Callable[..., Any]:
    @functools.wraps(function)
    def wrapped(*given: Any, **named: Any) -> Any:
        if when == "before":
            _reach(mark)
        result = function(*given, **named)
        if when == "after":
            _reach(mark)
        return result

    return wrapped


def _reach(mark: Path) -> None:
    """Do what the mark says; of several processes that come here at once, the one that takes it away does it."""
    taken = mark.with_suffix(f".{os.getpid()}")
    try:
        mark.rename(taken)
    except FileNotFoundError:
        return
    action = taken.read_text().strip()
    if action == "raise":
        raise RuntimeError(f"failpoint {mark.name}")
    os.kill(os.getpid(), {"kill": signal.SIGKILL, "stop": signal.SIGSTOP}[action])
