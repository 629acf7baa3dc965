"""Databases with the schema and nothing else, for one test each: cloned once, then emptied and lent again.

To clone and to drop one takes the server fifty times as long as to empty it.
"""

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier

from services.postgres import EmbeddedPostgres

IDLE = 6
"""So many rest while others are lent: what a test left running has no connection when its database is lent again."""

_SHAPE = """
SELECT md5(string_agg(line, ' ' ORDER BY line)) FROM (
    SELECT concat_ws(',', 'class', oid, relname, relowner, relacl, reloptions, relrowsecurity, relforcerowsecurity)
    FROM pg_class WHERE oid >= 16384
    UNION ALL SELECT concat_ws(',', 'column', attrelid, attname, atttypid, attnotnull, attacl)
    FROM pg_attribute WHERE attrelid >= 16384
    UNION ALL SELECT concat_ws(',', 'trigger', oid, tgenabled) FROM pg_trigger
    UNION ALL SELECT concat_ws(',', 'constraint', oid, convalidated) FROM pg_constraint WHERE oid >= 16384
    UNION ALL SELECT concat_ws(',', 'policy', oid, xmin) FROM pg_policy
    UNION ALL SELECT concat_ws(',', 'function', oid, xmin) FROM pg_proc WHERE oid >= 16384
    UNION ALL SELECT concat_ws(',', 'schema', oid, nspacl) FROM pg_namespace WHERE oid >= 16384 OR nspname = 'public'
    UNION ALL SELECT concat_ws(',', 'version', version) FROM schema_versions
    UNION ALL SELECT concat_ws(',', 'setting', setconfig) FROM pg_db_role_setting
    WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
) AS shape (line)
"""
_TABLES = """
SELECT relname FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'schema_versions'
"""
_SEQUENCES = "SELECT relname FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace"


class Databases:
    """Lends databases that are like the template.

    Args:
        server: Where they are.
        template: The name of a database that nobody is connected to.
    """

    def __init__(self, server: EmbeddedPostgres, template: str) -> None:
        self._server, self._template = server, template
        self._idle: deque[str] = deque()
        self._numbers = count(1)
        self._admin = psycopg.connect(server.url("postgres"), autocommit=True)
        with psycopg.connect(server.url(template)) as inside:
            self._shape = _shape(inside)
            self._emptying = _emptying(inside)

    def close(self) -> None:
        """Let go of the server; the databases stay."""
        self._admin.close()

    @contextmanager
    def lent(self) -> Iterator[str]:
        """The name of an empty one; afterwards nobody is connected to it, however a test left it."""
        name = self._idle.popleft() if len(self._idle) >= IDLE else self._clone()
        self._open_to_connections(name, is_open=True)
        yield name
        if self._emptied(name):
            self._idle.append(name)
        else:
            self._admin.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))

    def _clone(self) -> str:
        name = f"test_{next(self._numbers)}"
        self._admin.execute(
            SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                Identifier(name), Identifier(self._template)
            )
        )
        return name

    def _emptied(self, name: str) -> bool:
        """Whether it is as it was; a database whose schema a test has changed is of no more use."""
        self._disconnect_all(name)
        try:
            with psycopg.connect(self._server.url(name)) as inside:
                if _shape(inside) != self._shape:
                    return False
                inside.execute(self._emptying)
        except psycopg.Error:
            return False
        self._open_to_connections(name, is_open=False)
        self._disconnect_all(name)
        return True

    def _open_to_connections(self, name: str, *, is_open: bool) -> None:
        self._admin.execute(SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}").format(Identifier(name), is_open))

    def _disconnect_all(self, name: str) -> None:
        """End all sessions, and wait until they are gone; the server's own way to wait looks every 100 ms."""
        ending = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
        while self._admin.execute(ending, (name,)).fetchall():
            time.sleep(0.002)


def _shape(inside: psycopg.Connection[Any]) -> Any:
    return inside.execute(_SHAPE).fetchall()


def _emptying(inside: psycopg.Connection[Any]) -> SQL:
    """One text for all tables, without their triggers: the order does not matter."""
    tables, sequences = ([row[0] for row in inside.execute(query)] for query in (_TABLES, _SEQUENCES))
    deletes = [f'DELETE FROM "{table}"' for table in tables]
    restarts = [f"SELECT setval('\"{sequence}\"', 1, false)" for sequence in sequences]
    return SQL("; ".join(["SET LOCAL session_replication_role = replica", *deletes, *restarts]))  # type: ignore[arg-type]
