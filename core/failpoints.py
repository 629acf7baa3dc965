"""Failpoints: named places where a test can have a process die, stop or fail.

They exist in processes of a local installation that were started with DMA_FAILPOINTS naming a folder. Everywhere else
there are none: nothing in the code asks for them, they are put around functions at the start of the process. A file in
the folder with the name of a point arms it once, for whichever process comes there first; its text says what happens:

    kill      the process dies like by `kill -9`, which is also what the system does to one that eats its memory
    stop      it stops like by `kill -STOP`, until somebody sends it SIGCONT
    raise     the function fails with an error that nobody foresees
    exit      the process ends without a word
    segfault  it dies as by a fault of a C extension
    fill      the function asks for more memory than there is
    hang      it never ends

A point that poisons stays armed, for every step whose prompt holds the second word of the text.
"""

import functools
import importlib
import os
import signal
import sys
from collections.abc import Callable
from functools import partial
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
POISONED: Final = {"worker.thinks": Point("workers.runner", "task_of", "after")}
"""The function's result is the task, with its prompt."""


def install_failpoints(*, is_local: bool, variable: str | None = None) -> int:
    """Put the points around their functions, if this process is to have any; returns how many."""
    folder = variable if variable is not None else os.environ.get(VARIABLE)
    if not folder or not is_local:
        return 0
    once = {name: (point, partial(_once, Path(folder) / name)) for name, point in POINTS.items()}
    always = {name: (point, partial(_if_poisoned, Path(folder) / name)) for name, point in POISONED.items()}
    return sum(_install(point, reached) for point, reached in (once | always).values())


Reached = Callable[[Any], None]
"""Takes the function's result, None before it."""


def _install(point: Point, reached: Reached) -> bool:
    try:
        owner: Any = importlib.import_module(point.module)
    except ImportError:
        return False  # this process has no such part
    *path, last = point.function.split(".")
    for part in path:
        owner = getattr(owner, part)
    setattr(owner, last, _wrapped(getattr(owner, last), reached, point.when))
    return True


def _wrapped(function: Callable[..., Any], reached: Reached, when: str) -> Callable[..., Any]:
    @functools.wraps(function)
    def wrapped(*given: Any, **named: Any) -> Any:
        if when == "before":
            reached(None)
        result = function(*given, **named)
        if when == "after":
            reached(result)
        return result

    return wrapped


def _once(mark: Path, _result: Any) -> None:
    """Do what the mark says; of several processes that come here at once, the one that takes it away does it."""
    taken = mark.with_suffix(f".{os.getpid()}")
    try:
        mark.rename(taken)
    except FileNotFoundError:
        return
    _misbehave(taken.read_text().strip(), mark.name)


def _if_poisoned(mark: Path, task: Any) -> None:
    """Do what the mark says if the task's prompt holds the mark's word."""
    try:
        action, word = mark.read_text().split()
    except FileNotFoundError:
        return
    if word in task.prompt:
        _misbehave(action, mark.name)


def _misbehave(action: str, point: str) -> None:
    match action:
        case "raise":
            raise RuntimeError(f"failpoint {point}")
        case "exit":
            os._exit(1)
        case "fill":
            bytearray(sys.maxsize)
        case "hang":
            while True:
                pass
        case _:
            signal.raise_signal(_SIGNALS[action])  # to this thread: by os.kill it goes on until another one has died


_SIGNALS: Final = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP, "segfault": signal.SIGSEGV}
