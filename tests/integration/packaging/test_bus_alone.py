"""The broker is a distribution of its own: installed beside dramatiq and redis-py alone, it runs a message."""

import importlib.metadata
import os
import re
import subprocess
import sys
import textwrap
import venv
import zipfile
from pathlib import Path

import pytest

from tests.integration.bus.server import Server
from tests.support.installation import ROOT
from tests.support.servers import temporary_home

SOURCE = ROOT / "bus"

PROGRAM = """
import importlib.util
import json
import sys
import threading

import dramatiq
from dramatiq import Worker

import bus
from bus import StreamsBroker

broker = StreamsBroker(sys.argv[1], heartbeat="process")
dramatiq.set_broker(broker)
ran = threading.Event()


@dramatiq.actor
def greet(name):
    assert name == "you"
    ran.set()


greet.send("you")
worker = Worker(broker, worker_threads=1)
worker.start()
broker.join("default", timeout=20_000)
worker.stop()
ours = ["api", "contracts", "core", "dma_shared_resilience", "orchestrator", "rules", "services", "store", "telemetry"]
print(json.dumps({
    "ran": ran.is_set(),
    "where": bus.__file__,
    "importable": [name for name in ours if importlib.util.find_spec(name)],
    "heart": broker.session._heart is not None,
}))
broker.close()
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=SOURCE, capture_output=True, text=True, timeout=120, check=False)
    assert 0 == done.returncode, done.stderr
    [built] = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def environment(wheel, tmp_path_factory):
    """A new environment with the wheel, and with what it requires as it is installed here; nothing is downloaded."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    [packages] = (folder / "lib").glob("python*/site-packages")
    for distribution in required_by("dramatiq", "redis"):
        for name in top_levels(distribution):
            (packages / name).symlink_to(distribution.locate_file(name))
    command = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
    command += ["--no-index", "--no-deps", "--disable-pip-version-check", str(wheel)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert 0 == done.returncode, done.stderr
    return python


def required_by(*names):
    """These distributions and what they need without extras, as they are installed here."""
    found = {}
    wanted = list(names)
    while wanted:
        name = wanted.pop()
        if name in found:
            continue
        try:
            found[name] = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # for another version of Python
        lines = [line for line in found[name].requires or () if "extra ==" not in line]
        wanted += [re.match(r"[\w.-]+", line)[0] for line in lines]
    return found.values()


def top_levels(distribution):
    """The folders and modules of a distribution in site-packages."""
    return {file.parts[0] for file in distribution.files if file.parts[0] not in ("..", "__pycache__")}


def run(python, *arguments, cwd):
    # Without the variables of this run, which may name the repository.
    return subprocess.run(
        [str(python), *arguments],
        cwd=cwd,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_wheel_has_every_module_script_and_the_licence(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    parts = [*SOURCE.glob("*.py"), *SOURCE.glob("lua/*.lua"), SOURCE / "py.typed"]
    information = "dma_bus-1.0.0.dist-info"

    assert {path.relative_to(ROOT).as_posix() for path in parts} == {n for n in names if n.startswith("bus/")}
    assert f"{information}/licenses/LICENSE" in names
    assert {"bus", information} == {name.partition("/")[0] for name in names}


def test_licence_is_that_of_the_whole():
    assert (ROOT / "LICENSE").read_text() == (SOURCE / "LICENSE").read_text()


def test_it_requires_dramatiq_and_redis_py_and_nothing_else(environment, tmp_path):
    script = "import importlib.metadata as m; print(*sorted(m.requires('dma-bus')), sep='\\n')"
    done = run(environment, "-c", script, cwd=tmp_path)

    assert ["dramatiq[redis]<3,>=2.2", "hiredis>=3.2; extra == 'hiredis'", "redis<9,>=8"] == done.stdout.splitlines()


def test_message_runs_with_nothing_else_of_the_repository_importable(environment, tmp_path):
    program = tmp_path / "program.py"
    program.write_text(textwrap.dedent(PROGRAM))
    with temporary_home() as home:
        server = Server(Path(home))
        server.start()
        try:
            done = run(environment, str(program), server.url(), cwd=tmp_path)
        finally:
            server.stop()

    assert 0 == done.returncode, done.stderr
    where = str(environment.parents[1])
    assert f'{{"ran": true, "where": "{where}/lib/' in done.stdout
    assert '"importable": [], "heart": true}' in done.stdout
    assert "bus.heartbeat" not in done.stderr  # whatever ends the process that beats is logged there
