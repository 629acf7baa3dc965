"""Reads the table files: check each table, keep the good ones, name the bad ones, and fingerprint the whole.

A file or table that does not hold switches off that table and whatever needs it, never the process.
"""

import functools
import hashlib
import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from rules.checks import TableProblem, read_table
from rules.errors import TableUnavailable
from rules.table import Table

_LOG = logging.getLogger(__name__)
TABLES_FOLDER = Path(__file__).with_name("tables")


@dataclass(frozen=True, slots=True)
class Problem:
    """A table, or a whole file, that was left out, and why."""

    file: str
    table: str
    reason: str


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All loaded tables. `version` is a hash of the files' content: the same numbers have the same version."""

    tables: Mapping[str, Table]
    problems: tuple[Problem, ...]
    version: str

    def table(self, table_id: str) -> Table:
        """The table of this id.

        Raises:
            TableUnavailable: It was left out, or no file has it.
        """
        found = self.tables.get(table_id)
        if found is None:
            reasons = [problem.reason for problem in self.problems if problem.table in {table_id, "*"}]
            raise TableUnavailable(table_id, "; ".join(reasons) or "no file has it")
        return found


def load_tables(folder: Path = TABLES_FOLDER) -> Rulebook:
    """Read every `*.json` of the folder, in the order of their names.

    Returns:
        The tables that hold, the problems of those that do not, and the version. A folder without files gives a
        rulebook without tables.
    """
    tables: dict[str, Table] = {}
    problems: list[Problem] = []
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.json")):
        content = path.read_bytes()
        digest.update(path.name.encode() + b"\0" + content + b"\0")
        for table_id, outcome in _read_file(content):
            if isinstance(outcome, Table) and outcome.id not in tables:
                tables[outcome.id] = outcome
            else:
                reason = outcome if isinstance(outcome, str) else "a table of this id was read before"
                problems.append(Problem(path.name, table_id, reason))
                _LOG.warning("rule table left out: file=%s table=%s reason=%s", path.name, table_id, reason)
    return Rulebook(MappingProxyType(tables), tuple(problems), f"2e-{digest.hexdigest()[:12]}")


@functools.cache
def default_rulebook() -> Rulebook:
    """The tables that come with this package, read once per process."""
    return load_tables()


def _read_file(content: bytes) -> Iterator[tuple[str, Table | str]]:
    try:
        raw = json.loads(content)
    except (ValueError, RecursionError) as error:
        yield "*", f"not JSON: {error}"
        return
    if not isinstance(raw, dict) or not isinstance(raw.get("tables"), list):
        yield "*", 'the file must be {"tables": [...]}'
        return
    yield from _read_tables(raw["tables"])


def _read_tables(raw_tables: Iterable[Any]) -> Iterator[tuple[str, Table | str]]:
    for number, raw in enumerate(raw_tables, start=1):
        table_id = raw.get("id") if isinstance(raw, dict) else None
        name = table_id if isinstance(table_id, str) else f"number {number}"
        try:
            yield name, read_table(raw)
        except TableProblem as problem:
            yield name, str(problem)
