"""The second wall: what a statement without its campaign filter shows and changes, by principal and by login."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege
from psycopg.rows import dict_row

from core.ids import new_uuid
from services.postgres import EmbeddedPostgres
from store.database import Database
from store.idempotency import claim, save
from store.migrate import migrate
from store.relations import relate
from store.requests import NewRequest, NewStep, accept_request
from store.speaking import Speaker, beyond_the_wall, speaking
from store.wall import raise_wall, wall_stands
from tests.integration.store.conftest import DM, STRANGER, make_campaign, remembering

PRIVATE = {"installation", "llm_tokens", "login_codes", "refresh_tokens", "schema_versions", "service_tokens"}
OPEN = {"agents"}
"""What holds nothing of a campaign, and is shown to operators."""
WALLED = {
    "campaigns": "id", "memberships": "campaign_id", "requests": "campaign_id", "entities": "campaign_id",
    "relationships": "campaign_id", "entity_embeddings": "campaign_id", "entities_to_embed": "campaign_id",
    "idempotency_keys": "campaign_id", "steps": "request_id", "transitions": "request_id", "events": "request_id",
    "webhooks": "request_id",
    "entity_versions": "entity_id", "relationship_versions": "relationship_id",
}  # fmt: skip
"""Table -> a column to be touched by a change that forgets its filter."""


@pytest.fixture(scope="module")
def campaign(module_database: Database) -> UUID:
    """A campaign of the DM's with a row in every table; the stranger has an empty one."""
    made = make_campaign(module_database)
    remember = remembering(module_database, made)
    smith, forge = remember("Borin"), remember("The Deep Forge")
    request = NewRequest(
        id=new_uuid(), campaign_id=made, principal=DM, prompt="x", intent="other", intent_confidence=1.0,
        alternatives=[], steps=[NewStep("scribe.answer", "Answer")], timeout_ms=30_000,
    )  # fmt: skip
    with module_database.transaction() as tx:
        relate(tx, source_id=smith.id, target_id=forge.id, kind="works at", principal=DM)
        accept_request(tx, request)
        tx.execute(
            "INSERT INTO events (request_id, step_no, index, kind, data) VALUES (%s, 1, 0, 'x', '{}')", (request.id,)
        )
        tx.execute("INSERT INTO webhooks (request_id, url) VALUES (%s, 'https://example.org')", (request.id,))
        claim(tx, DM, "POST /x", "key", b"x")
        save(tx, DM, "POST /x", "key", status=200, body={}, campaign_id=made)
        tx.execute(
            "INSERT INTO entity_embeddings SELECT id, campaign_id, 'm', 'x', array_fill(0, '{384}')::halfvec(384)"
            " FROM entities"
        )
    return made


Opened = Callable[[], Any]


def counted(opened: Opened) -> dict[str, int]:
    """Rows of each table, as a statement sees them that says nothing of campaigns."""
    found = {}
    for table in WALLED:
        with opened() as tx:
            found[table] = tx.execute(f"SELECT count(*) AS rows FROM {table}").fetchone()["rows"]
    return found


def test_every_table_stands_behind_the_wall_or_holds_nothing_of_a_campaign(module_database: Database) -> None:
    with module_database.transaction() as tx:
        rows = tx.execute(
            "SELECT relname, relrowsecurity, has_table_privilege('dma_api', oid, 'SELECT') AS readable FROM pg_class"
            " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        ).fetchall()
    assert set(WALLED) == {row["relname"] for row in rows if row["relrowsecurity"] and row["readable"]}
    assert PRIVATE == {row["relname"] for row in rows if not row["relrowsecurity"] and not row["readable"]}
    assert OPEN == {row["relname"] for row in rows if not row["relrowsecurity"] and row["readable"]}


def test_a_query_without_its_filter_shows_a_principal_nothing_of_anothers(
    module_database: Database, campaign: UUID
) -> None:
    everything = counted(module_database.transaction)
    assert [] == [table for table, rows in everything.items() if not rows]
    for opened in (module_database.transaction, module_database.reading, module_database.pipeline):
        with speaking(Speaker("req_1", STRANGER)):
            assert {table: int(table in {"campaigns", "memberships"}) for table in WALLED} == counted(opened)
        with speaking(Speaker("req_2", DM)):
            seen = counted(opened)
        assert everything | {"campaigns": 1, "memberships": 3} == seen
        with speaking(Speaker("req_3", DM)), beyond_the_wall():
            assert everything == counted(opened)
    assert everything == counted(module_database.transaction)


def test_a_change_without_its_filter_changes_nothing_of_anothers(module_database: Database, campaign: UUID) -> None:
    before = counted(module_database.transaction)
    with speaking(Speaker("req_1", STRANGER)):
        for table in set(WALLED) - {"campaigns", "memberships"}:
            with module_database.transaction() as tx:
                column = WALLED[table]
                assert 0 == tx.execute(f"UPDATE {table} SET {column} = {column}").rowcount
                assert 0 == tx.execute(f"DELETE FROM {table}").rowcount
        with pytest.raises(InsufficientPrivilege), module_database.transaction() as tx:
            tx.execute(
                "INSERT INTO memberships (campaign_id, principal, role) VALUES (%s, %s, 'owner')", (campaign, STRANGER)
            )
        for table in PRIVATE:
            with pytest.raises(InsufficientPrivilege), module_database.transaction() as tx:
                tx.execute(f"SELECT FROM {table}")
    assert before == counted(module_database.transaction)


def test_what_a_principal_says_cannot_break_out_of_the_opening(module_database: Database, campaign: UUID) -> None:
    for name in ("user:o'brien", "user:'; SET LOCAL ROLE none; --", "user:\\'", 'user:"%s{}'):
        for opened in (module_database.transaction, module_database.reading, module_database.pipeline):
            with speaking(Speaker("req_'; ROLLBACK; --", name)), opened() as tx:
                row = tx.execute(
                    "SELECT current_setting('dma.principal') AS p, current_user AS u, count(*) AS n FROM campaigns"
                ).fetchone()
                assert {"p": name, "u": "dma_api", "n": 0} == row


def test_nothing_of_one_exchange_is_left_for_the_next_on_its_connection(database_url: str) -> None:
    database = Database(database_url, application_name="dma-tests", max_size=1)
    database.open()
    state = "SELECT current_user <> 'dma_api' AS own, coalesce(current_setting('dma.principal', true), '') AS principal"
    for opened in (database.transaction, database.reading, database.pipeline):
        with speaking(Speaker("req_1", DM)):
            with suppress(RuntimeError), opened() as tx:
                tx.execute("SELECT 1")
                raise RuntimeError
            with opened() as tx:
                tx.execute("SELECT 1")
        with database.transaction() as tx:
            assert {"own": True, "principal": ""} == tx.execute(state).fetchone()
    database.close()


@contextmanager
def owned_by_a_plain_role(server: EmbeddedPostgres, role: str, rights: str) -> Iterator[str]:
    """The URL of a database whose owner is no superuser; the extensions are there, as a provider has them."""
    with psycopg.connect(server.url("postgres"), autocommit=True) as admin:
        admin.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'x' {rights}")
        admin.execute(f"CREATE DATABASE {role} OWNER {role}")
        with psycopg.connect(server.url(role), autocommit=True) as inside:
            for extension in ("vector", "pg_trgm", "unaccent", "btree_gin"):
                inside.execute(f"CREATE EXTENSION {extension}")
        url = psycopg.conninfo.make_conninfo(server.url(role), user=role, password="x")
        try:
            yield url
        finally:
            admin.execute(f"DROP DATABASE {role} WITH (FORCE)")
            admin.execute(f"DROP ROLE {role}")


def stands(url: str) -> bool:
    with psycopg.connect(url, row_factory=dict_row) as connection:
        return wall_stands(connection)


def test_an_owner_without_rights_needs_two_lines_of_a_superuser(
    postgres_server: EmbeddedPostgres, template_database: str
) -> None:
    with owned_by_a_plain_role(postgres_server, "plain_owner", "") as url:
        migrate(url)
        assert not stands(url)
        with psycopg.connect(postgres_server.url("postgres"), autocommit=True) as admin:
            admin.execute("GRANT dma_api TO plain_owner")
        assert stands(url)
        database = Database(url, application_name="dma-tests", max_size=1)
        database.open()
        make_campaign(database)
        with speaking(Speaker("req_1", STRANGER)), database.transaction() as tx:
            assert [{"name": "Elsewhere"}] == tx.execute("SELECT name FROM campaigns").fetchall()
        database.close()


def test_an_owner_who_may_make_roles_needs_nobody(postgres_server: EmbeddedPostgres, template_database: str) -> None:
    with psycopg.connect(postgres_server.url("postgres"), autocommit=True) as admin:
        admin.execute("ALTER ROLE dma_api RENAME TO set_aside")
        try:
            with owned_by_a_plain_role(postgres_server, "making_owner", "CREATEROLE") as url:
                migrate(url)
                assert stands(url)
                with psycopg.connect(postgres_server.url("making_owner"), autocommit=True) as inside:
                    inside.execute("DROP OWNED BY dma_api; DROP ROLE dma_api")
        finally:
            admin.execute("ALTER ROLE set_aside RENAME TO dma_api")


def test_raising_the_wall_again_changes_nothing(database_url: str) -> None:
    with psycopg.connect(database_url, row_factory=dict_row) as connection:
        raise_wall(connection)
        assert connection.execute("SELECT pg_current_xact_id_if_assigned() IS NULL AS unchanged").fetchone()[
            "unchanged"
        ]
