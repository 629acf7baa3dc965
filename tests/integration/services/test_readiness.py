"""Every process tells its supervisor when it has come to work."""

import os
import sys
from pathlib import Path

import pytest

from core.readiness import VARIABLE, readiness_pipe, tell_ready
from tests.support.processes import REPOSITORY, environment, running, wait_until

MODULES = [line.split()[-1] for line in (REPOSITORY / "Procfile").read_text().splitlines()]


@pytest.mark.parametrize("module", MODULES)
def test_every_process_of_the_procfile_tells(tmp_path: Path, database_url: str, redis_url: str, module: str) -> None:
    env = environment(tmp_path, DATABASE_URL=database_url, REDIS_URL=redis_url, DMA_PORT="0")
    with (
        readiness_pipe() as pipe,
        running(
            [sys.executable, "-m", module],
            env=env | pipe.environment,
            output=tmp_path / "output",
            pass_fds=[pipe.child_end],
        ),
    ):
        wait_until(pipe.was_told, seconds=40, what=module)


def test_who_told_has_told_and_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    with readiness_pipe() as pipe:
        monkeypatch.setenv(VARIABLE, str(os.dup(pipe.child_end)))
        assert not pipe.was_told()
        tell_ready()
        assert VARIABLE not in os.environ  # what it starts itself has nothing to tell
        assert pipe.was_told()


def test_without_a_supervisor_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    tell_ready()
    monkeypatch.setenv(VARIABLE, "99999")  # an end that is not open
    tell_ready()
