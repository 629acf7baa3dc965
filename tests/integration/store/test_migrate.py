"""An empty database, an old one, a newer one, and several processes at once."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg.rows import dict_row

from core.ids import new_uuid
from store import migrate as migrations
from store.database import Transaction
from store.errors import (
    DatabaseUnavailable,
    ForeignDatabase,
    MissingExtension,
    SchemaOutdated,
    SchemaTooNew,
    UnsupportedServer,
)
from store.migrate import Migration, SchemaSource, migrate, read_schema, require_current, schema_version
from tests.integration.store.catalogue import describe

NEWEST = read_schema().version


@contextmanager
def connected(url: str) -> Iterator[Transaction]:
    with psycopg.connect(url, autocommit=True, row_factory=dict_row) as connection:
        yield connection


def versions(url: str) -> list[int]:
    with connected(url) as tx:
        return [row["version"] for row in tx.execute("SELECT version FROM schema_versions ORDER BY version")]


def grown(*scripts: str) -> SchemaSource:
    """This code's schema as it might look after some more migrations."""
    today = read_schema()
    added = [Migration(NEWEST + number, script.encode()) for number, script in enumerate(scripts, start=1)]
    return SchemaSource(today.whole + "\n".join(scripts).encode(), [*today.migrations, *added])


def test_an_empty_database_gets_the_whole_schema_and_every_version_on_record(empty_database_url: str) -> None:
    assert NEWEST == migrate(empty_database_url)

    assert list(range(1, NEWEST + 1)) == versions(empty_database_url)
    with connected(empty_database_url) as tx:
        require_current(tx)


def test_migrating_again_changes_nothing(database_url: str) -> None:
    with connected(database_url) as tx:
        before = describe(tx)
        assert NEWEST == migrate(database_url)
        assert before == describe(tx)


def test_schema_sql_and_the_migrations_one_by_one_end_alike(empty_database_url: str, database_url: str) -> None:
    first, *rest = read_schema().migrations
    migrate(empty_database_url, source=SchemaSource(first.script, [first]))
    for count in range(1, len(rest) + 1):
        migrate(empty_database_url, source=SchemaSource(b"", [first, *rest[:count]]))

    with connected(empty_database_url) as stepwise, connected(database_url) as whole:
        assert describe(whole) == describe(stepwise)


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE entities ALTER description DROP DEFAULT",
        "ALTER TABLE entities ALTER request_id SET NOT NULL",
        "ALTER TABLE requests DROP CONSTRAINT requests_end",
        "DROP INDEX entities_fts",
        "COMMENT ON COLUMN steps.attempt IS 'Something else.'",
        "ALTER TEXT SEARCH CONFIGURATION campaign_text DROP MAPPING FOR word",
        "ALTER TABLE entities DROP plain_name",
        "ALTER FUNCTION unaccented(text) STABLE",
        "DROP POLICY own_keys ON idempotency_keys",
        "ALTER TABLE events DISABLE ROW LEVEL SECURITY",
    ],
)
def test_the_comparison_sees_every_kind_of_difference(database_url: str, change: str) -> None:
    with connected(database_url) as tx:
        before = describe(tx)
        tx.execute(change.encode())
        assert before != describe(tx)


def test_a_populated_old_database_is_raised_step_by_step_and_keeps_its_rows(database_url: str) -> None:
    with connected(database_url) as tx:
        tx.execute("INSERT INTO campaigns (id, name) VALUES (%s, 'The Sunken Vale')", (new_uuid(),))

    raised = grown("ALTER TABLE campaigns ADD motto text", "UPDATE campaigns SET motto = 'Never dig at night.'")
    assert NEWEST + 2 == migrate(database_url, source=raised)

    assert list(range(1, NEWEST + 3)) == versions(database_url)
    with connected(database_url) as tx:
        row = tx.execute("SELECT name, motto FROM campaigns").fetchone()
        assert {"name": "The Sunken Vale", "motto": "Never dig at night."} == row


def test_a_migration_that_fails_leaves_the_version_before_it(database_url: str) -> None:
    broken = grown("ALTER TABLE campaigns ADD motto text", "ALTER TABLE campaigns ADD colour text; SELECT 1 / 0")

    with pytest.raises(psycopg.errors.DivisionByZero):
        migrate(database_url, source=broken)

    with connected(database_url) as tx:
        assert NEWEST + 1 == schema_version(tx)
        names = {row["column_name"] for row in tx.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'campaigns'"
        )}  # fmt: skip
    assert ("motto" in names, "colour" in names) == (True, False)


def test_several_processes_may_migrate_an_empty_database_at_once(empty_database_url: str) -> None:
    with ThreadPoolExecutor(6) as threads:
        results = list(threads.map(lambda _: migrate(empty_database_url), range(6)))

    assert [NEWEST] * 6 == results
    assert list(range(1, NEWEST + 1)) == versions(empty_database_url)


def test_several_processes_may_raise_a_populated_database_at_once(database_url: str) -> None:
    raised = grown(*(f"CREATE TABLE extra_{number} (id integer)" for number in range(5)))

    with ThreadPoolExecutor(4) as threads:
        results = list(threads.map(lambda _: migrate(database_url, source=raised), range(4)))

    assert [NEWEST + 5] * 4 == results
    assert list(range(1, NEWEST + 6)) == versions(database_url)


def test_a_database_newer_than_the_code_is_refused_and_left_alone(database_url: str) -> None:
    migrate(database_url, source=grown("ALTER TABLE campaigns ADD motto text"))

    with connected(database_url) as tx:
        before = describe(tx)
        with pytest.raises(SchemaTooNew) as caught:
            migrate(database_url)
        assert (NEWEST + 1, NEWEST) == (caught.value.found, caught.value.known)
        with pytest.raises(SchemaTooNew):
            require_current(tx)
        assert before == describe(tx)


def test_a_database_without_the_schema_is_outdated(empty_database_url: str) -> None:
    with connected(empty_database_url) as tx, pytest.raises(SchemaOutdated) as caught:
        require_current(tx)
    assert (0, NEWEST) == (caught.value.found, caught.value.needed)


def test_a_missing_extension_is_named_before_anything_is_changed(
    empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "EXTENSIONS", ("vector", "no_such_extension"))
    with connected(empty_database_url) as tx:
        before = describe(tx)
        with pytest.raises(MissingExtension, match="no_such_extension") as caught:
            migrate(empty_database_url)
        assert ["no_such_extension"] == caught.value.names
        assert before == describe(tx)


def test_an_old_pgvector_is_named_with_the_version_that_is_needed(
    empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "OLDEST_PGVECTOR", (99, 1))
    with pytest.raises(MissingExtension, match=r"vector 99\.1 or newer"):
        migrate(empty_database_url)


def test_an_old_server_is_refused(empty_database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrations, "OLDEST_POSTGRES", 99)
    with pytest.raises(UnsupportedServer, match="needs 99 or newer"):
        migrate(empty_database_url)


def test_a_database_of_something_else_is_refused_and_left_alone(empty_database_url: str) -> None:
    with connected(empty_database_url) as tx:
        tx.execute("CREATE TABLE campaigns (clicks integer)")
        before = describe(tx)
        with pytest.raises(ForeignDatabase):
            migrate(empty_database_url)
        assert before == describe(tx)


def test_waiting_for_another_migration_ends(empty_database_url: str) -> None:
    with connected(empty_database_url) as other, other.transaction():
        other.execute("SELECT pg_advisory_xact_lock(%s)", (migrations._LOCK,))
        with pytest.raises(DatabaseUnavailable):
            migrate(empty_database_url, wait_seconds=0.2)


def test_a_server_that_does_not_answer_is_waited_for_and_then_reported() -> None:
    before = time.monotonic()
    with pytest.raises(DatabaseUnavailable, match=r"within 0\.5 s"):
        migrate("postgresql://dma@127.0.0.1:1/dma", wait_seconds=0.5)
    assert 0.5 <= time.monotonic() - before < 20


def test_the_command_migrates_the_database_of_the_settings(empty_database_url: str, tmp_path: Path) -> None:
    environment = os.environ | {
        "DATABASE_URL": empty_database_url,
        "REDIS_URL": "redis://127.0.0.1:1",
        "DMA_HOME": str(tmp_path),
    }
    root = Path(migrations.__file__).parent.parent
    command = [sys.executable, "-m", "store.migrate"]
    ended = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, timeout=60, check=False)

    assert (0, "") == (ended.returncode, ended.stderr)
    assert f"The database is at schema version {NEWEST}.\n" == ended.stdout
    assert list(range(1, NEWEST + 1)) == versions(empty_database_url)


def test_secrets_kept_as_attributes_are_set_apart_and_relationships_get_a_history(empty_database_url: str) -> None:
    first = read_schema().migrations[0]
    migrate(empty_database_url, source=SchemaSource(first.script, [first]))
    campaign, spy, duke = new_uuid(), new_uuid(), new_uuid()
    with connected(empty_database_url) as tx:
        tx.execute("INSERT INTO campaigns (id, name) VALUES (%s, 'Vale')", (campaign,))
        for one, attributes in [(spy, '{"secret": "She serves Malachar.", "race": "human"}'), (duke, '{"secret": 7}')]:
            tx.execute(
                "INSERT INTO entities (id, campaign_id, type, name, attributes, created_by)"
                " VALUES (%s, %s, 'npc', 'Ilse', %s, 'user:dm')",
                (one, campaign, attributes),
            )
            tx.execute(
                "INSERT INTO entity_versions (entity_id, version, name, description, attributes, state, changed_by)"
                " VALUES (%s, 1, 'Ilse', '', %s, 'approved', 'user:dm')",
                (one, attributes),
            )
        tx.execute(
            "INSERT INTO relationships (id, campaign_id, source_id, target_id, kind) VALUES (%s, %s, %s, %s, 'serves')",
            (new_uuid(), campaign, spy, duke),
        )

    assert NEWEST == migrate(empty_database_url)

    apart = {"secret": "She serves Malachar.", "attributes": {"race": "human"}}
    with connected(empty_database_url) as tx:
        assert apart == tx.execute("SELECT secret, attributes FROM entities WHERE id = %s", (spy,)).fetchone()
        assert (
            apart
            == tx.execute("SELECT secret, attributes FROM entity_versions WHERE entity_id = %s", (spy,)).fetchone()
        )
        assert {"secret": None, "attributes": {"secret": 7}} == tx.execute(
            "SELECT secret, attributes FROM entities WHERE id = %s", (duke,)
        ).fetchone()
        found = tx.execute("SELECT count(*) AS rows FROM entities WHERE fts::text LIKE '%malachar%'").fetchone()
        assert {"rows": 0} == found
        assert {"version": 1, "deleted": False} == tx.execute(
            "SELECT version, deleted FROM relationship_versions"
        ).fetchone()
