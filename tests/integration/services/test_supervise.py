"""The supervisor, with real processes: what it starts again, what it ends, and when it ends itself."""

import itertools
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.errors import EXIT_CONFIGURATION
from core.locks import HeldLock, is_held
from tests.support.processes import environment, is_gone, run_module, running, wait_until
from tests.support.stopwatch import Stopwatch

# Each start of the child appends {"pid", "at"} to the journal; each SIGTERM appends {"pid", "term"}.
CHILD = """
import json, os, signal, subprocess, sys, time
journal, behaviour = sys.argv[1], sys.argv[2]
def note(**facts):
    with open(journal, "a") as file:
        file.write(json.dumps({"pid": os.getpid(), **facts}) + "\\n")
def on_term(*_):
    note(term=True)
    if behaviour != "deaf":
        time.sleep(0.3)
        sys.exit(0)
signal.signal(signal.SIGTERM, on_term)
helper = None
if behaviour == "helper":
    helper = subprocess.Popen(["sleep", "300"]).pid
note(at=time.time(), helper=helper, predecessor=os.environ.get("DMA_PREDECESSOR"))
if behaviour == "fall":
    os.write(int(os.environ["DMA_READY_FD"]), b"\\n")
    sys.exit(1)
if behaviour.startswith("exit"):
    sys.exit(int(behaviour.removeprefix("exit")))
while True:
    time.sleep(0.05)
"""


class Journal:
    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> list[dict]:
        return [json.loads(line) for line in self.path.read_text().splitlines()] if self.path.exists() else []

    def starts(self) -> list[dict]:
        return [entry for entry in self.read() if "at" in entry]

    def terms(self) -> list[int]:
        return [entry["pid"] for entry in self.read() if "term" in entry]

    def await_starts(self, count: int, seconds: float = 15) -> list[dict]:
        wait_until(lambda: len(self.starts()) >= count, seconds=seconds, what=f"{count} starts")
        return self.starts()


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal")


def command(journal: Journal, behaviour: str, *options: str, name: str = "pool") -> list[str]:
    child = [sys.executable, "-S", "-c", CHILD, str(journal.path), behaviour]
    return [sys.executable, "-m", "services.supervise", *options, name, "--", *child]


@contextmanager
def supervised(journal: Journal, behaviour: str, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    home = journal.path.parent
    with running(command(journal, behaviour, *options), env=environment(home), output=home / "output") as process:
        yield process


def output(journal: Journal) -> str:
    return (journal.path.parent / "output").read_text()


def test_a_killed_child_is_back_within_two_seconds(journal: Journal) -> None:
    with supervised(journal, "stay"):
        (first,) = journal.await_starts(1)
        with Stopwatch() as took:
            os.kill(first["pid"], signal.SIGKILL)
            _, second = journal.await_starts(2)
    assert took.seconds < 2
    assert first["pid"] != second["pid"]
    assert [None, str(first["pid"])] == [first["predecessor"], second["predecessor"]]
    assert "pool was ended by signal 9; it is started again in 0.25 s" in output(journal)


def test_a_child_that_ends_by_itself_is_started_again_ever_more_slowly(journal: Journal) -> None:
    with supervised(journal, "exit0"):
        begun = [entry["at"] for entry in journal.await_starts(4)]
    announced = [float(seconds) for seconds in re.findall(r"it is started again in ([\d.]+) s", output(journal))][:3]
    waited = [later - earlier for earlier, later in itertools.pairwise(begun)]
    assert [0.25, 0.5, 1.0] == announced
    assert all(actual >= planned for actual, planned in zip(waited, announced, strict=True))


def test_a_child_that_falls_at_its_work_is_started_again_soon_however_often_it_falls(journal: Journal) -> None:
    with supervised(journal, "fall"):
        journal.await_starts(6)
    announced = [float(seconds) for seconds in re.findall(r"it is started again in ([\d.]+) s", output(journal))][:5]
    assert [0.25, 0.5, 1.0, 2.0, 2.0] == announced


def test_status_78_is_final(journal: Journal) -> None:
    with supervised(journal, f"exit{EXIT_CONFIGURATION}") as supervisor:
        assert EXIT_CONFIGURATION == supervisor.wait(timeout=10)
    assert 1 == len(journal.starts())


def test_a_stop_asks_the_child_once_waits_for_it_and_ends_with_zero(journal: Journal) -> None:
    with supervised(journal, "stay") as supervisor:
        (child,) = journal.await_starts(1)
        supervisor.send_signal(signal.SIGTERM)
        supervisor.send_signal(signal.SIGINT)
        assert 0 == supervisor.wait(timeout=10)
    assert is_gone(child["pid"])
    assert [child["pid"]] == journal.terms()


def test_a_signal_to_the_supervisors_whole_group_reaches_the_child_once(journal: Journal) -> None:
    home = journal.path.parent
    with (home / "output").open("wb") as file:  # as honcho does it: a session of its own, killpg
        supervisor = subprocess.Popen(
            command(journal, "stay"), env=environment(home), stdout=file, stderr=file, start_new_session=True
        )
    (child,) = journal.await_starts(1)
    os.killpg(supervisor.pid, signal.SIGTERM)
    assert 0 == supervisor.wait(timeout=10)
    assert [child["pid"]] == journal.terms()


def test_a_child_that_does_not_listen_is_killed_after_the_grace(journal: Journal) -> None:
    with supervised(journal, "deaf", "--grace-seconds", "0.5") as supervisor:
        (child,) = journal.await_starts(1)
        begun = time.monotonic()
        with Stopwatch() as took:
            supervisor.send_signal(signal.SIGTERM)
            supervisor.wait(timeout=10)
        assert time.monotonic() - begun >= 0.5
    assert is_gone(child["pid"])
    assert took.seconds < 2
    assert "did not end within 0.5 s and is killed" in output(journal)


def test_what_a_killed_child_leaves_in_its_group_is_killed_before_the_next_start(journal: Journal) -> None:
    with supervised(journal, "helper"):
        (first,) = journal.await_starts(1)
        os.kill(first["pid"], signal.SIGKILL)
        journal.await_starts(2)
        assert is_gone(first["helper"])


def test_the_child_ends_when_the_supervisor_is_killed(journal: Journal) -> None:
    with supervised(journal, "stay") as supervisor:
        (child,) = journal.await_starts(1)
        supervisor.kill()
        wait_until(lambda: is_gone(child["pid"]), seconds=5, what="the child goes with its supervisor")
    assert [child["pid"]] == journal.terms()


def test_a_second_supervisor_of_the_same_name_in_the_same_home_is_refused(journal: Journal) -> None:
    home = journal.path.parent
    with supervised(journal, "stay") as supervisor:
        journal.await_starts(1)
        second = run_module(*command(journal, "stay")[2:], env=environment(home))
        assert EXIT_CONFIGURATION == second.returncode
        assert f"another DMA runs over {home} (its pool is process {supervisor.pid})" in second.stdout
        assert supervisor.poll() is None
    assert 1 == len(journal.starts())


def test_the_lock_is_named_after_honchos_process_so_that_several_of_one_pool_can_run(journal: Journal) -> None:
    home = journal.path.parent
    env = environment(home, HONCHO_PROCESS_NAME="pool.2")
    with (
        HeldLock(home / "run" / "pool.1.lock", what="the first"),
        running(command(journal, "stay"), env=env, output=home / "output"),
    ):
        journal.await_starts(1)
        assert is_held(home / "run" / "pool.2.lock")
    assert not is_held(home / "run" / "pool.2.lock")


def test_the_home_is_read_from_the_file_when_the_environment_has_none(journal: Journal, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("DMA_HOME=from-file\n")
    env = environment(tmp_path)
    del env["DMA_HOME"]
    with running(command(journal, "stay"), env=env, output=tmp_path / "output", cwd=tmp_path):
        journal.await_starts(1)
        assert is_held(tmp_path / "from-file" / "run" / "pool.lock")


# As honcho does: a process between, which ignores signals and outlives a honcho that is killed.
HONCHO_LIKE = """
import multiprocessing, signal, subprocess, sys
def between():
    child = subprocess.Popen(sys.argv[1:], start_new_session=True)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    child.wait()
process = multiprocessing.get_context("fork").Process(target=between)
process.start()
print(process.pid, flush=True)
process.join()
"""


def test_it_ends_when_its_honcho_is_killed_though_the_process_between_lives_on(journal: Journal) -> None:
    home = journal.path.parent
    env = environment(home, HONCHO_PROCESS_NAME="pool.1")
    line = [sys.executable, "-c", HONCHO_LIKE, *command(journal, "stay")]
    with running(line, env=env, output=home / "output") as honcho:
        (child,) = journal.await_starts(1)
        assert not is_gone(child["pid"])
        between = int((home / "output").read_text().split()[0])
        honcho.kill()
        honcho.wait()
        took = wait_until(lambda: is_gone(child["pid"]), seconds=10, what="the child goes with honcho")
        wait_until(lambda: is_gone(between), seconds=5, what="the process between goes too")
    assert took < 5
    assert [child["pid"]] == journal.terms()
    assert not is_held(home / "run" / "pool.1.lock")


def test_it_ends_when_its_parent_is_killed(journal: Journal) -> None:
    home = journal.path.parent
    parent = "import subprocess, sys; subprocess.run(sys.argv[1:])"
    line = [sys.executable, "-c", parent, *command(journal, "stay")]
    with running(line, env=environment(home), output=home / "output") as process:
        (child,) = journal.await_starts(1)
        process.kill()
        process.wait()
        wait_until(lambda: is_gone(child["pid"]), seconds=5, what="the child goes with the parent")
    wait_until(lambda: not is_held(home / "run" / "pool.lock"), seconds=5)
