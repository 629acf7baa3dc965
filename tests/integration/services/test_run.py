"""`make run` and `honcho start`, over a Procfile of the same shape as ours."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import EXIT_CONFIGURATION
from core.locate import read_announcement
from core.locks import is_held, lock_holder
from services.processes import processes_in
from tests.support.processes import REPOSITORY, environment, is_gone, run_module, running, wait_until
from tests.support.servers import temporary_home
from tests.support.stopwatch import Stopwatch

SLEEPER = "import os, sys, time; open(sys.argv[1], 'a').write(f'{os.getpid()}\\n'); time.sleep(600)"
HONCHO = [sys.executable, "-m", "honcho", "start", "--no-prefix"]


@pytest.fixture
def home() -> Iterator[Path]:
    with temporary_home() as made:
        yield made


@pytest.fixture
def checkout(home: Path) -> Path:
    """A folder with the services line of our Procfile, and one process beside it."""
    place = home / "checkout"
    place.mkdir()
    (home / "sleeper.py").write_text(SLEEPER)
    services = next(line for line in (REPOSITORY / "Procfile").read_text().splitlines() if line.startswith("services:"))
    pool = f"pool: exec python -m services.supervise pool -- python {home}/sleeper.py {home}/pids"
    (place / "Procfile").write_text(f"{services}\n{pool}\n")
    return place


def everything(home: Path) -> list[int]:
    """Process ids of the pool's child, the services process and both servers."""
    announced = read_announcement(home)
    assert announced is not None
    servers = [process.pid for process in processes_in(home / "valkey" / "data", "valkey-server")]
    database = Path(f"/proc/{announced.pid}/task/{announced.pid}/children")
    servers += [int(pid) for pid in database.read_text().split()] if database.exists() else []
    return sorted({announced.pid, int((home / "pids").read_text().split()[-1]), *servers})


def await_all(home: Path) -> list[int]:
    wait_until(lambda: read_announcement(home) is not None, seconds=60, what="services")
    wait_until(lambda: (home / "pids").exists() and (home / "pids").read_text().strip(), what="the pool")
    return everything(home)


def test_ctrl_c_ends_everything_within_honchos_patience(home: Path, checkout: Path) -> None:
    with running(HONCHO, env=environment(home), output=home / "output", cwd=checkout) as honcho:
        pids = await_all(home)
        with Stopwatch() as took:
            honcho.send_signal(signal.SIGINT)
            honcho.wait(timeout=15)
    assert all(is_gone(pid) for pid in pids)
    assert took.seconds < 5
    assert "SIGKILL" not in (home / "output").read_text()
    assert "database system is shut down" in (home / "logs" / "postgres.log").read_text()


def test_nothing_is_left_ten_seconds_after_honcho_is_killed(home: Path, checkout: Path) -> None:
    with running(HONCHO, env=environment(home), output=home / "output", cwd=checkout) as honcho:
        pids = await_all(home)
        honcho.kill()
        honcho.wait()
        took = wait_until(lambda: all(is_gone(pid) for pid in pids), seconds=10, what="everything gone")
    wait_until(lambda: not is_held(home / "run" / "services.1.lock"), seconds=3)
    assert took < 10
    assert "database system is shut down" in (home / "logs" / "postgres.log").read_text()


def test_a_second_honcho_over_the_same_home_ends_and_leaves_the_first_alone(home: Path, checkout: Path) -> None:
    with running(HONCHO, env=environment(home), output=home / "output", cwd=checkout):
        pids = await_all(home)
        second = subprocess.run(
            HONCHO, env=environment(home), cwd=checkout, capture_output=True, text=True, timeout=30, check=False
        )
        assert EXIT_CONFIGURATION == second.returncode
        assert f"another DMA runs over {home}" in second.stdout
        assert pids == everything(home)
        assert not any(is_gone(pid) for pid in pids)


def test_a_wrong_setting_ends_make_run_with_78_and_names_the_setting(home: Path) -> None:
    ended = run_module("services.run", env=environment(home, DMA_PORT="70000"))
    assert EXIT_CONFIGURATION == ended.returncode
    assert "DMA_PORT" in ended.stdout.upper() or "port" in ended.stdout


@pytest.fixture
def installed(home: Path, checkout: Path) -> Path:
    """A checkout whose `services.run` finds that folder's Procfile: the sources, linked."""
    for name in ("services", "core", "store", "contracts", "telemetry", "schema.sql"):
        source = REPOSITORY / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, checkout / name)
    return checkout


def run_from(checkout: Path, home: Path) -> dict[str, str]:
    env = environment(home)
    return {**env, "PYTHONPATH": f"{checkout}{os.pathsep}{env['PYTHONPATH']}"}


RUN = [sys.executable, "-m", "services.run"]


def test_make_run_becomes_honcho_and_refuses_a_second_run_by_name_and_process(home: Path, installed: Path) -> None:
    env = run_from(installed, home)
    with running(RUN, env=env, output=home / "output", cwd=installed) as first:
        await_all(home)
        assert first.pid == lock_holder(home / "run.lock")
        second = subprocess.run(RUN, env=env, cwd=installed, capture_output=True, text=True, timeout=30, check=False)
        assert 1 == second.returncode
        assert f"DMA: already running over {home} (process {first.pid})" in second.stdout
        first.send_signal(signal.SIGINT)
        first.wait(timeout=15)
    assert not is_held(home / "run.lock")
    assert f"starts over {home}; Ctrl-C stops it" in (home / "output").read_text()


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="outputs have no path here")
def test_the_processes_of_a_run_write_to_its_own_output_and_over_nobodys_lines(home: Path, installed: Path) -> None:
    told = "print('the pool is here', flush=True); "
    (home / "sleeper.py").write_text(SLEEPER.replace("open(", f"{told}open(", 1))
    output = home / "output"
    with output.open("wb") as file:  # not "ab": as a shell does for `make run > output`
        run = subprocess.Popen(RUN, env=run_from(installed, home), cwd=installed, stdout=file, stderr=file)
    try:
        await_all(home)
        child = int((home / "pids").read_text())
        assert [output] * 2 == [Path(f"/proc/{child}/fd/{number}").readlink() for number in (1, 2)]
    finally:
        run.send_signal(signal.SIGINT)
        run.wait(timeout=30)
    lines = output.read_text().splitlines()
    assert 1 == lines.count("the pool is here")
    assert any("pool.1 started" in line for line in lines)
    assert any("sending SIGTERM to pool.1" in line for line in lines), lines


def test_an_output_that_cannot_be_opened_again_stays_honchos() -> None:
    ours, theirs = socket.socketpair()
    code = "import sys; from services.output import shared_output; print(shared_output(), file=sys.stderr)"
    with ours, theirs:
        asked = subprocess.run(
            [sys.executable, "-c", code], cwd=REPOSITORY, stdout=theirs, stderr=subprocess.PIPE, text=True, check=True
        )
    assert "{}" == asked.stderr.strip()


def test_a_run_right_after_a_killed_one_waits_for_its_rest_and_starts(home: Path, installed: Path) -> None:
    env = run_from(installed, home)
    with running(RUN, env=env, output=home / "output", cwd=installed) as first:
        old = await_all(home)
        before = read_announcement(home)
        first.kill()
        first.wait()
        with running(RUN, env=env, output=home / "output-2", cwd=installed):
            wait_until(lambda: read_announcement(home) not in (None, before), seconds=60, what="the second run")
            assert all(is_gone(pid) for pid in old)


def test_make_run_refuses_a_home_in_which_honcho_was_started_by_hand(home: Path, installed: Path) -> None:
    env = run_from(installed, home)
    with running(HONCHO, env=env, output=home / "output", cwd=installed):
        await_all(home)
        second = subprocess.run(RUN, env=env, cwd=installed, capture_output=True, text=True, timeout=30, check=False)
    assert 1 == second.returncode
    assert f"already running over {home}" in second.stdout
