"""Failpoints are there when a local process is told so, do once what they are armed with, and are nowhere else."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from core import failpoints
from core.failpoints import POINTS, POISONED, install_failpoints

ROOT = Path(__file__).parents[3]
WORK = """
import sys
from pathlib import Path
from core import failpoints
from core.failpoints import Point, install_failpoints

def work():
    print("worked", flush=True)

sys.modules["work"] = sys.modules["__main__"]
failpoints.POINTS = {"%s": Point("work", "work", "%s")}
failpoints.POISONED = {}
install_failpoints(is_local=True, variable=sys.argv[1])
for _ in range(2):
    try:
        work()
    except RuntimeError as error:
        print(error, flush=True)
"""


def run(folder: Path, when: str = "before") -> tuple[int, list[str]]:
    ended = subprocess.run(
        [sys.executable, "-c", WORK % ("here", when), str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return ended.returncode, ended.stdout.splitlines()


@pytest.mark.parametrize(("when", "said"), [("before", []), ("after", ["worked"])])
def test_an_armed_point_kills_the_process_where_it_lies(tmp_path: Path, when: str, said: list[str]) -> None:
    (tmp_path / "here").write_text("kill")

    assert (-9, said) == run(tmp_path, when)


IN_A_THREAD = """
import signal, threading
threading.Thread(target=work, daemon=True).start()
signal.sigwait({signal.SIGTERM})
"""


@pytest.mark.parametrize("action", ["segfault", "kill"])
def test_the_thread_that_comes_to_a_point_goes_no_further(tmp_path: Path, action: str) -> None:
    """A pool's main thread waits for signals meanwhile; sent to the process, one fault in four let the thread go on."""
    for _ in range(10):
        (tmp_path / "here").write_text(action)
        script = WORK.partition("for _ in")[0] % ("here", "before") + IN_A_THREAD
        ended = subprocess.run(
            [sys.executable, "-S", "-c", script, str(tmp_path)], cwd=ROOT, capture_output=True, check=False
        )
        assert b"" == ended.stdout
        assert ended.returncode < 0


def test_an_armed_point_raises_once(tmp_path: Path) -> None:
    (tmp_path / "here").write_text("raise")

    assert (0, ["failpoint here", "worked"]) == run(tmp_path)


def test_a_point_that_nobody_armed_does_nothing(tmp_path: Path) -> None:
    assert (0, ["worked", "worked"]) == run(tmp_path)


def test_without_the_variable_or_away_from_home_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(failpoints.VARIABLE, raising=False)

    assert 0 == install_failpoints(is_local=False, variable="failpoints")
    assert [0, 0] == [install_failpoints(is_local=True, variable=variable) for variable in ("", None)]


POISON = """
import sys
from types import SimpleNamespace
from core import failpoints
from core.failpoints import Point, install_failpoints

def task_of(prompt):
    return SimpleNamespace(prompt=prompt)

sys.modules["work"] = sys.modules["__main__"]
failpoints.POINTS, failpoints.POISONED = {}, {"here": Point("work", "task_of", "after")}
install_failpoints(is_local=True, variable=sys.argv[1])
for prompt in ("a good one", "a venomous one", "a good one", "a venomous one"):
    try:
        print(task_of(prompt).prompt, flush=True)
    except (RuntimeError, MemoryError) as error:
        print(type(error).__name__, flush=True)
"""


@pytest.mark.parametrize(
    ("action", "status", "said"),
    [
        ("raise", 0, ["a good one", "RuntimeError"] * 2),
        ("fill", 0, ["a good one", "MemoryError"] * 2),
        ("exit", 1, ["a good one"]),
        ("segfault", -11, ["a good one"]),
    ],
)
def test_a_poisoned_task_misbehaves_each_time_and_no_other_does(
    tmp_path: Path, action: str, status: int, said: list[str]
) -> None:
    (tmp_path / "here").write_text(f"{action} venomous")
    ended = subprocess.run(
        [sys.executable, "-c", POISON, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (status, said) == (ended.returncode, ended.stdout.splitlines())


@pytest.mark.parametrize("name", [*POINTS, *POISONED])
def test_every_point_lies_at_a_function_that_is_there(name: str) -> None:
    point = (POINTS | POISONED)[name]
    owner = importlib.import_module(point.module)
    for part in point.function.split("."):
        owner = getattr(owner, part)

    assert callable(owner)
