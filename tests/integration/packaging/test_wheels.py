"""The two distributions build, and carry what they read at run time."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.support.installation import ROOT


def build(project: Path, into: Path) -> set[str]:
    """Build a wheel with the pinned backend, offline, and return the names in it."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(into)]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=120, check=False)
    assert 0 == done.returncode, done.stderr
    (wheel,) = into.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.mark.parametrize(
    "pattern",
    [
        "store/schema.sql",
        "store/migrations/*.sql",
        "store/minilm/*",
        "orchestrator/*.txt",
        "orchestrator/intents/*",
        "web/index.html",
        "web/js/*.js",
        "rules/tables/*.json",
        "bus/lua/*.lua",
        "contracts/v1/**/*.json",
        "workers/world_designer/vocabulary/**/*",
        "api/main.py",
        "services/run.py",
    ],
)
def test_the_application_carries_its_files(pattern: str, application: set[str]) -> None:
    expected = {
        path.relative_to(ROOT).as_posix() for path in ROOT.glob(pattern) if path.suffix != ".pyc" and path.is_file()
    }
    expected = expected or {pattern}  # schema.sql stands at the top of the repository
    assert expected <= application


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    return build(ROOT, tmp_path_factory.mktemp("dma"))


def test_the_application_carries_nothing_else(application: set[str]) -> None:
    tops = {name.partition("/")[0] for name in application}

    assert tops == {
        "api",
        "bus",
        "contracts",
        "core",
        "dma-2.0.0.dist-info",
        "fastlane",
        "maps",
        "orchestrator",
        "rules",
        "services",
        "store",
        "telemetry",
        "web",
        "workers",
    }
