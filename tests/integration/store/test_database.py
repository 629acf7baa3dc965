"""Transactions commit or roll back as a whole, and a server that is not there is said to be unavailable."""

import time
from contextlib import ExitStack

import psycopg
import pytest

from core.errors import DependencyUnavailable
from core.ids import new_uuid
from dma_shared_resilience import CircuitOpen
from store.database import Database, Transaction, connection_breaker
from store.errors import DatabaseUnavailable


def count(database: Database) -> int:
    with database.transaction() as tx:
        return len(tx.execute("SELECT FROM campaigns").fetchall())


def test_a_block_that_ends_commits_and_one_that_raises_does_not(database: Database) -> None:
    def write(error: Exception | None = None) -> None:
        with database.transaction() as tx:
            tx.execute("INSERT INTO campaigns (id, name) VALUES (%s, 'x')", (new_uuid(),))
            if error:
                raise error

    write()
    with pytest.raises(KeyError):
        write(KeyError("the block failed"))
    assert 1 == count(database)


def test_times_come_back_in_utc(database: Database) -> None:
    with database.transaction() as tx:
        row = tx.execute("SELECT clock_timestamp() AS now").fetchone()
    assert row is not None
    assert 0 == row["now"].utcoffset().total_seconds()


def test_a_server_that_is_not_there_is_unavailable_soon_and_retryable() -> None:
    absent = Database("postgresql://dma@127.0.0.1:1/dma", application_name="dma-tests", wait_seconds=0.3)
    absent.open()
    before = time.monotonic()
    with pytest.raises(DatabaseUnavailable) as caught:
        absent.ping()
    absent.close()
    assert time.monotonic() - before < 10
    assert (True, True) == (caught.value.retryable, isinstance(caught.value, DependencyUnavailable))


def test_nobody_waits_any_more_after_some_have_in_vain_but_one_tries_again_later() -> None:
    breaker = connection_breaker(failures=2, seconds=60)
    absent = Database("postgresql://dma@127.0.0.1:1/d", application_name="t", wait_seconds=0.1, breaker=breaker)
    absent.open()
    for _ in range(2):
        with pytest.raises(DatabaseUnavailable):
            absent.ping()

    with pytest.raises(DatabaseUnavailable) as refused:
        absent.ping()
    assert isinstance(refused.value.__cause__, CircuitOpen)
    breaker._waiting_since -= 60
    with pytest.raises(DatabaseUnavailable) as tried:
        absent.ping()
    assert not isinstance(tried.value.__cause__, CircuitOpen)
    absent.close()


def test_what_is_done_with_a_connection_says_nothing_about_the_server(database_url: str) -> None:
    breaker = connection_breaker(failures=1)
    guarded = Database(database_url, application_name="dma-tests", breaker=breaker, statement_timeout_seconds=0.2)
    guarded.open()
    with pytest.raises(DatabaseUnavailable), guarded.transaction() as tx:
        tx.execute("SELECT pg_sleep(5)")
    with pytest.raises(ZeroDivisionError), guarded.transaction():
        _ = 1 / 0

    guarded.ping()
    assert 0 == breaker.failure_count
    guarded.close()


def test_a_statement_that_takes_too_long_is_given_up(database_url: str) -> None:
    impatient = Database(database_url, application_name="dma-tests", statement_timeout_seconds=0.2)
    impatient.open()
    with pytest.raises(DatabaseUnavailable), impatient.transaction() as tx:
        tx.execute("SELECT pg_sleep(10)")
    impatient.ping()
    impatient.close()


def test_a_connection_that_was_cut_heals(database: Database, database_url: str) -> None:
    database.ping()
    with psycopg.connect(database_url, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'dma-tests'"
            " AND datname = current_database()"
        )
    assert 0 == count(database)


def run(database: Database, *statements: str, pause_seconds: float = 0) -> None:
    """Run the statements in one transaction, with a pause before the last."""
    with database.transaction() as tx:
        for statement in statements[:-1]:
            tx.execute(statement)
        time.sleep(pause_seconds)
        tx.execute(statements[-1])


def test_a_server_that_has_become_read_only_is_unavailable(database: Database) -> None:
    with pytest.raises(DatabaseUnavailable):
        run(database, "SET TRANSACTION READ ONLY", "INSERT INTO campaigns (id, name) VALUES (gen_random_uuid(), 'x')")


def test_a_session_that_the_server_gave_up_is_unavailable(database: Database) -> None:
    with pytest.raises(DatabaseUnavailable):
        run(database, "SET idle_in_transaction_session_timeout = 50", "SELECT 1", pause_seconds=0.3)
    database.ping()


def test_a_pipeline_commits_at_its_end_and_not_before(database: Database, database_url: str) -> None:
    with psycopg.connect(database_url) as other:
        with database.pipeline() as tx:
            tx.execute("INSERT INTO campaigns (id, name) VALUES (gen_random_uuid(), 'A')")
            found = tx.execute("SELECT count(*) AS n FROM campaigns").fetchone()
            assert (1, 0) == (found["n"], _campaigns(other))
        assert 1 == _campaigns(other)


def _write_badly(database: Database, *, is_fetched: bool) -> None:
    with database.pipeline() as tx:
        tx.execute("INSERT INTO campaigns (id, name) VALUES (gen_random_uuid(), 'A')")
        bad = tx.execute("INSERT INTO campaigns (id, name) VALUES (gen_random_uuid(), '') RETURNING id")
        if is_fetched:
            bad.fetchone()


def _write_and_raise(database: Database) -> None:
    with database.pipeline() as tx:
        tx.execute("INSERT INTO campaigns (id, name) VALUES (gen_random_uuid(), 'A')")
        raise ZeroDivisionError


def test_a_pipeline_that_fails_anywhere_leaves_nothing_and_the_connection_is_good_again(
    database: Database, database_url: str
) -> None:
    for is_fetched in (True, False):
        with pytest.raises(psycopg.errors.CheckViolation):
            _write_badly(database, is_fetched=is_fetched)
    with pytest.raises(ZeroDivisionError):
        _write_and_raise(database)
    with database.transaction() as tx:
        tx.execute("INSERT INTO campaigns (id, name) VALUES (gen_random_uuid(), 'A')")
        tx.rollback()

    with psycopg.connect(database_url) as other:
        assert 0 == _campaigns(other)


def test_connections_that_the_server_ended_are_noticed_before_they_are_used(
    database: Database, database_url: str
) -> None:
    database.ping()
    with psycopg.connect(database_url, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    database.ping()
    with database.reading() as tx:
        assert {"one": 1} == tx.execute("SELECT 1 AS one").fetchone()


def _campaigns(connection: psycopg.Connection) -> int:
    row = connection.execute("SELECT count(*) FROM campaigns").fetchone()
    connection.rollback()
    assert row is not None
    return int(row[0])


def test_a_client_that_stands_still_in_a_pipeline_does_not_keep_its_locks(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.database.IDLE_SECONDS", 0.2)
    with pytest.raises(DatabaseUnavailable), database.pipeline() as tx:  # noqa: PT012 - the end of the block raises
        tx.execute("INSERT INTO campaigns (id, name) VALUES (gen_random_uuid(), 'A')")
        tx.execute("SELECT pg_advisory_xact_lock(7)")
        with psycopg.connect(database_url) as other:
            other.execute("SET lock_timeout = '5s'")
            other.execute("SELECT pg_advisory_xact_lock(7)")

    assert 0 == count(database)


def test_the_connection_that_came_back_last_goes_out_first(database: Database) -> None:
    def process(tx: Transaction) -> int:
        return tx.info.backend_pid

    with ExitStack() as held:
        all_three = [process(held.enter_context(database.transaction())) for _ in range(3)]
    with database.transaction() as tx:
        last = process(tx)
    again = []
    for _ in range(5):
        with database.transaction() as tx:
            again.append(process(tx))

    assert (3, [last] * 5) == (len(set(all_three)), again)
