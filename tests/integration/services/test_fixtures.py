"""The shared fixtures give every test fresh, empty stores."""

import psycopg
import redis

from store.database import Database


def test_each_test_gets_an_own_database_with_the_schema(database: Database) -> None:
    with database.transaction() as tx:
        tables = tx.execute("SELECT count(*) AS n FROM information_schema.tables WHERE table_name = 'steps'").fetchone()
        campaigns = tx.execute("SELECT count(*) AS n FROM campaigns").fetchone()
    assert {"n": 1} == tables
    assert {"n": 0} == campaigns


def test_two_databases_do_not_share_rows(database_url: str, postgres_server, template_database: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("INSERT INTO campaigns (id, name) VALUES (gen_random_uuid(), 'Mine')")
    with psycopg.connect(postgres_server.url(template_database)) as connection:
        assert (0,) == connection.execute("SELECT count(*) FROM campaigns").fetchone()


def test_the_redis_database_begins_empty(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert 0 == client.dbsize()
        client.set("left", "behind")
