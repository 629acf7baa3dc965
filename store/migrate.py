"""Bring a database to the schema this code needs: `python -m store.migrate`.

An empty database gets `schema.sql` whole. A populated one gets the numbered files of `store/migrations/` it lacks, in
order. Each step is one transaction that first takes an advisory lock, so any number of processes may start at once:
one does each step, the others find it done. A database newer than this code is refused and left alone.
"""

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg
from psycopg.rows import dict_row

from core.errors import EXIT_CONFIGURATION, DmaError
from store.database import Transaction
from store.errors import (
    DatabaseUnavailable,
    ForeignDatabase,
    MissingExtension,
    SchemaOutdated,
    SchemaTooNew,
    UnsupportedServer,
)
from store.wall import raise_wall

OLDEST_POSTGRES: Final = 15
OLDEST_PGVECTOR: Final = (0, 7)
"""The first release with halfvec."""
EXTENSIONS: Final = ("vector", "pg_trgm", "unaccent", "btree_gin")

_PACKAGE: Final = Path(__file__).parent
_LOCK: Final = 0x444D4101
"""Key of the advisory lock: "DMA" and a one."""

_AVAILABLE_EXTENSIONS = """
SELECT name, coalesce(installed_version, default_version) AS version
FROM pg_available_extensions WHERE name = ANY(%s)
"""
_VERSION = "SELECT coalesce(max(version), 0) AS version FROM schema_versions"
_RECORD = "INSERT INTO schema_versions (version) SELECT unnest(%s::integer[])"


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered file, from `version - 1` to `version`."""

    version: int
    script: bytes


@dataclass(frozen=True, slots=True)
class SchemaSource:
    """The newest schema whole, and the steps that lead to it; the steps are numbered 1, 2, 3 ... without a gap."""

    whole: bytes
    migrations: Sequence[Migration]

    @property
    def version(self) -> int:
        """The version this code needs."""
        return self.migrations[-1].version


def read_schema() -> SchemaSource:
    """The schema that belongs to this code, from the repository or from the installed wheel."""
    installed = _PACKAGE / "schema.sql"
    whole = installed if installed.exists() else _PACKAGE.parent / "schema.sql"
    files = sorted((_PACKAGE / "migrations").glob("[0-9][0-9][0-9][0-9]_*.sql"))
    migrations = [Migration(int(file.name[:4]), file.read_bytes()) for file in files]
    return SchemaSource(whole.read_bytes(), migrations)


def schema_version(tx: Transaction) -> int:
    """The version of the database's schema; 0 when DMA never made one there."""
    row = tx.execute("SELECT to_regclass('schema_versions') IS NOT NULL AS made").fetchone()
    if row is None or not row["made"]:
        return 0
    found = tx.execute(_VERSION).fetchone()
    return int(found["version"]) if found else 0


def require_current(tx: Transaction) -> None:
    """Refuse to work on a schema that is not the one this code was written for.

    Raises:
        SchemaOutdated: It is older, or absent.
        SchemaTooNew: It is newer.
    """
    found, known = schema_version(tx), read_schema().version
    if found > known:
        raise SchemaTooNew(found=found, known=known)
    if found < known:
        raise SchemaOutdated(found=found, needed=known)


def migrate(database_url: str, *, wait_seconds: float = 30, source: SchemaSource | None = None) -> int:
    """Make or raise the schema; does nothing when it is current.

    Args:
        database_url: Its role must be allowed to create tables and, unless they exist, the three extensions.
        wait_seconds: For the server to answer, and then for another process that is migrating.
        source: Another schema than this code's own.

    Returns:
        The version now in force.

    Raises:
        DatabaseUnavailable: The server did not answer, or the other process did not finish, in time.
        UnsupportedServer, MissingExtension, SchemaTooNew, ForeignDatabase: Nothing was changed.
    """
    source = source or read_schema()
    connection = _connect(database_url, wait_seconds)
    try:
        _require_server(connection)
        while _advance(connection, source, wait_seconds) < source.version:
            pass
        with connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
            raise_wall(connection)
    except psycopg.OperationalError as error:
        raise DatabaseUnavailable(f"the schema could not be made: {error}") from error
    finally:
        connection.close()
    return source.version


def _connect(database_url: str, wait_seconds: float) -> Transaction:
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            return psycopg.connect(
                database_url, autocommit=True, row_factory=dict_row, connect_timeout=3, application_name="dma-migrate"
            )
        except psycopg.OperationalError as error:
            if time.monotonic() >= deadline:
                raise DatabaseUnavailable(f"Postgres did not answer within {wait_seconds:g} s: {error}") from error
            time.sleep(0.2)


def _require_server(connection: Transaction) -> None:
    """Check what can be checked before anything is changed (C28)."""
    major = connection.info.server_version // 10_000
    if major < OLDEST_POSTGRES:
        raise UnsupportedServer(found=major, needed=OLDEST_POSTGRES)
    rows = connection.execute(_AVAILABLE_EXTENSIONS, (list(EXTENSIONS),)).fetchall()
    versions = {row["name"]: row["version"] for row in rows}
    missing = [name for name in EXTENSIONS if name not in versions]
    if "vector" in versions and _numbers(versions["vector"]) < OLDEST_PGVECTOR:
        missing.append(f"vector {'.'.join(map(str, OLDEST_PGVECTOR))} or newer (it has {versions['vector']})")
    if missing:
        raise MissingExtension(missing)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())


def _advance(connection: Transaction, source: SchemaSource, wait_seconds: float) -> int:
    """Take one step towards the newest schema; returns the version then in force."""
    with connection.transaction():
        connection.execute("SELECT set_config('lock_timeout', %s, true)", (f"{max(1, int(wait_seconds * 1000))}ms",))
        # Held to the end of the transaction, not of the session: that also works behind a transaction pooler.
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        found = schema_version(connection)
        if found > source.version:
            raise SchemaTooNew(found=found, known=source.version)
        if found == source.version:
            return found
        if found == 0:
            _create(connection, source)
            return source.version
        following = next(step for step in source.migrations if step.version == found + 1)
        connection.execute(following.script)
        connection.execute(_RECORD, ([following.version],))
        return following.version


def _create(connection: Transaction, source: SchemaSource) -> None:
    try:
        connection.execute(source.whole)
    except (psycopg.errors.DuplicateTable, psycopg.errors.DuplicateObject, psycopg.errors.DuplicateFunction) as error:
        raise ForeignDatabase(f"the database is in use by something else than DMA: {error}") from error
    connection.execute(_RECORD, ([step.version for step in source.migrations],))


def main() -> int:
    """Migrate the database of the settings; the exit status is 78 when trying again cannot help."""
    # Not at the top: the API and the workers import this module for require_current alone.
    from core.locate import service_urls  # noqa: PLC0415
    from core.settings import load_settings  # noqa: PLC0415

    try:
        version = migrate(service_urls(load_settings()).database_url)
    except DmaError as error:
        sys.stderr.write(f"{error}\n")
        return 1 if error.retryable else EXIT_CONFIGURATION
    sys.stdout.write(f"The database is at schema version {version}.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
