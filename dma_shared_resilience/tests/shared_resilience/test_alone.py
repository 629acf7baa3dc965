"""The wheel, built once and installed without a network beside pybreaker alone, is all that is needed."""

import importlib.metadata
import os
import pathlib
import subprocess
import sys
import venv
import zipfile

import pytest

PROJECT = pathlib.Path(__file__).parents[2]
PROGRAM = """
import importlib.util, sys
from dma_shared_resilience import Bulkhead, CircuitBreaker, RedisCircuits, RetryWithBackoff
from dma_shared_resilience.testing import no_sleep
import dma_shared_resilience

failures = iter([OSError(), None])

@RetryWithBackoff(attempts=2)
@CircuitBreaker()
@Bulkhead(1)
def call():
    if error := next(failures):
        raise error
    return "answer"

with no_sleep():
    print(call(), dma_shared_resilience.__file__, importlib.util.find_spec("redis"))
"""


def run(command, **options):
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, **options)
    assert 0 == done.returncode, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], cwd=PROJECT)
    [built] = folder.glob("*.whl")
    return built


def test_wheel_holds_the_modules_the_types_and_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    source = PROJECT / "src"
    files = [*source.rglob("*.py"), *source.rglob("py.typed")]

    assert {file.relative_to(source).as_posix() for file in files} == names


def test_installed_alone_it_works_and_finds_no_redis_and_needs_none(wheel, tmp_path):
    venv.create(tmp_path / "new", with_pip=False)
    python = tmp_path / "new" / "bin" / "python"
    [packages] = (tmp_path / "new" / "lib").glob("python*/site-packages")
    pybreaker = importlib.metadata.distribution("pybreaker")
    for name in {file.parts[0] for file in pybreaker.files if file.parts[0] not in ("..", "__pycache__")}:
        (packages / name).symlink_to(pybreaker.locate_file(name))
    install = [sys.executable, "-m", "uv", "--no-cache", "pip", "install", "--quiet", "--python", str(python)]
    run([*install, "--no-index", "--no-deps", str(wheel)])

    told = run([str(python), "-c", PROGRAM], cwd=tmp_path, env={"PATH": os.environ["PATH"]})

    answer, where, found = told.split()
    assert ("answer", "None") == (answer, found)
    assert pathlib.Path(where).is_relative_to(packages)
