"""docs/requirements.md names every requirement once, and only files and tests that exist."""

import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
TABLE = (ROOT / "docs" / "requirements.md").read_text("utf-8")
ROWS = [line.strip("|").split("|") for line in TABLE.splitlines() if re.match(r"\| [RC][0-9]", line)]


@cache
def source(path: str) -> str:
    return (ROOT / path).read_text("utf-8")


def named() -> list[str]:
    return [number.strip() for row in ROWS for number in row[0].split(",")]


def test_every_requirement_and_every_contradiction_has_its_place() -> None:
    expected = {f"R{number}" for number in range(1, 101)} | {f"C{number}" for number in range(1, 46)}
    assert expected == set(named())
    assert len(named()) == len(set(named()))


def test_every_test_that_is_named_exists() -> None:
    tests = re.findall(r"`([\w/.]+\.py)::(\w+)`", TABLE)
    assert len(tests) > 80
    missing = [
        f"{path}::{name}"
        for path, name in tests
        if not (ROOT / path).is_file() or not re.search(rf"def {name}\(", source(path))
    ]
    assert [] == missing


def test_every_file_that_is_named_exists() -> None:
    files = {one for row in ROWS for one in re.findall(r"`([\w./-]+/[\w./-]*|\w+\.\w+|Dockerfile)`", row[2])}
    assert [] == sorted(path for path in files if not (ROOT / path).exists())
    assert len(files) > 50


def test_what_is_built_nowhere_says_so() -> None:
    silent = [row[0] for row in ROWS if row[2].strip() == "-" and "not built" not in row[1] and "C41" not in row[0]]
    assert [] == silent
