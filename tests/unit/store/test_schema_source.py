"""The schema is found beside the repository's packages and inside an installed one."""

import shutil
from pathlib import Path

import pytest

from store import migrate
from store.migrate import read_schema


def test_the_schema_inside_an_installed_wheel_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_repository = read_schema()
    installed = tmp_path / "site-packages" / "store"
    shutil.copytree(migrate._PACKAGE / "migrations", installed / "migrations")
    shutil.copy(migrate._PACKAGE.parent / "schema.sql", installed)

    monkeypatch.setattr(migrate, "_PACKAGE", installed)
    assert in_repository == read_schema()


def test_migrations_are_numbered_from_1_without_a_gap() -> None:
    versions = [step.version for step in read_schema().migrations]
    assert list(range(1, len(versions) + 1)) == versions


def test_no_migration_file_is_overlooked_for_its_name() -> None:
    files = [file for file in (migrate._PACKAGE / "migrations").iterdir() if file.suffix == ".sql"]
    assert len(files) == len(read_schema().migrations)
