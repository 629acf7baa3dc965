"""Run dramatiq's own tests, from its source archive, against StreamsBroker: `make dramatiq-suite`.

fetch     the source archive of the version that is installed, checked against the hashes in requirements/default.txt
prepare   its tests in a temporary directory, with fixtures that give our broker, and the edits in `edits.py`
run       pytest there, without the tests that `not_applicable.py` names, against a Valkey of their own

Arguments go to pytest: `make dramatiq-suite SUITE_ARGS="-k retries -x"`.
"""

import os
import re
import shutil
import subprocess
import sys
import tarfile
from importlib.metadata import version
from pathlib import Path

from services.valkey import EmbeddedValkey
from tests.dramatiq_suite.edits import EDITS
from tests.dramatiq_suite.not_applicable import NOT_APPLICABLE, NOT_APPLICABLE_FILES
from tests.support.servers import temporary_home

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
OURS = {"conftest.py": "suite_conftest.py", "common.py": "suite_common.py", "standins.py": "standins.py"}
"""Name in the prepared suite -> file of this folder. The archive has no conftest.py and no common.py."""

PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")


def main(arguments: list[str]) -> int:
    """Fetch, prepare, run; return pytest's exit code."""
    with temporary_home() as directory:
        sources = fetch_sources(directory)
        plugins = install_plugins(directory / "plugins")
        suite = prepare(sources / "tests", directory / "suite")
        server = EmbeddedValkey(directory / "server", settings={"databases": "16"})
        server.start()
        try:
            return run_pytest(suite, arguments, plugins=plugins, url=server.url)
        finally:
            server.stop()


def fetch_sources(directory: Path) -> Path:
    """Download and unpack the source archive; return its folder."""
    name = f"dramatiq=={version('dramatiq')}"
    pinned = directory / "dramatiq.txt"
    pinned.write_text(pinned_lines(name, (ROOT / "requirements" / "default.txt").read_text()))
    download = [*PIP, "download", "--no-deps", "--no-binary", ":all:", "--require-hashes", "-d", str(directory)]
    subprocess.run([*download, "-r", str(pinned)], check=True)
    [archive] = directory.glob("dramatiq-*.tar.gz")
    with tarfile.open(archive) as opened:
        opened.extractall(directory, filter="data")
    return archive.with_name(archive.name.removesuffix(".tar.gz"))


def pinned_lines(name: str, lock: str) -> str:
    """The lines of a lock file that pin one package, with its hashes."""
    found = re.search(rf"^{re.escape(name)} \\\n(?:    --hash=\S+(?: \\)?\n)+", lock, re.MULTILINE)
    assert found, f"requirements/default.txt does not pin {name}; install what it pins"
    return found.group().rstrip(" \\\n") + "\n"


def install_plugins(target: Path) -> Path:
    """Install what the suite needs and this environment lacks, for this run only."""
    lock = ROOT / "requirements" / "dramatiq-suite.txt"
    subprocess.run(
        [*PIP, "install", "--no-deps", "--require-hashes", "--target", str(target), "-r", str(lock)], check=True
    )
    return target


def prepare(tests: Path, suite: Path) -> Path:
    """Copy the tests into a package `tests`, beside our fixtures; return the folder to run in."""
    package = suite / "tests"
    shutil.copytree(tests, package)
    (suite / "scratch").mkdir()
    (package / "__init__.py").touch()
    for name, ours in OURS.items():
        shutil.copy(HERE / ours, package / name)
    for name, replacements in EDITS.items():
        path = package / name
        text = path.read_text()
        for old, new in replacements:
            assert old in text, f"{name} has no {old!r} any more; look at edits.py again"
            text = text.replace(old, new.replace("SCRATCH", str(suite / "scratch")))
        path.write_text(text)
    return suite


def run_pytest(suite: Path, arguments: list[str], *, plugins: Path, url: str) -> int:
    """Run what applies to our broker; return pytest's exit code."""
    print(f"{len(NOT_APPLICABLE)} tests and {len(NOT_APPLICABLE_FILES)} files do not apply to StreamsBroker:")
    for name, reason in (NOT_APPLICABLE_FILES | NOT_APPLICABLE).items():
        print(f"  {name}: {reason}")
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(suite), str(ROOT), str(plugins)]),
        # A reload starts `python` again, by that name.
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "DRAMATIQ_SUITE_URL": url,
        "DRAMATIQ_SUITE_NOT_APPLICABLE": "\n".join(NOT_APPLICABLE),
    }
    ignored = [f"--ignore={suite / 'tests' / name}" for name in NOT_APPLICABLE_FILES]
    options = ["-c", os.devnull, "--rootdir", str(suite), "-p", "no:cacheprovider", "-q", "-ra", "--timeout=120"]
    command = [sys.executable, "-m", "pytest", *options, *ignored, *arguments, "tests"]
    return subprocess.run(command, cwd=suite, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
