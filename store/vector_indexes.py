"""HNSW indexes, one for each very large campaign.

Comparing a vector with 50,000 others takes some 35 ms; above that an index of the campaign's own pays. One index for
all campaigns would not do: it is searched before the filter, so most of what it finds belongs to others.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg.rows import dict_row
from psycopg.sql import SQL, Identifier, Literal

from store.database import Database, Transaction
from store.errors import DatabaseUnavailable

INDEX_ABOVE: Final = 50_000
"""Vectors in a campaign from which on it gets an index."""
_PREFIX: Final = "entity_embeddings_of_"
_LOCK: Final = 0x444D4102
"""Key of the advisory lock: one index is built at a time."""

_LARGE: Final = """
SELECT campaign_id FROM entity_embeddings GROUP BY campaign_id HAVING count(*) > %s ORDER BY count(*) DESC
"""
_INDEXES: Final = """
SELECT c.relname AS name, i.indisvalid AS is_valid
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid = 'entity_embeddings'::regclass AND starts_with(c.relname, %s)
"""
_CREATE: Final = SQL("""
CREATE INDEX CONCURRENTLY {name} ON entity_embeddings USING hnsw (embedding halfvec_cosine_ops)
WHERE campaign_id = {campaign_id}
""")
_DROP: Final = SQL("DROP INDEX CONCURRENTLY IF EXISTS {name}")


def index_name(campaign_id: UUID) -> str:
    """The name of a campaign's own index."""
    return f"{_PREFIX}{campaign_id.hex}"


def fit_indexes(database: Database, *, above: int = INDEX_ABOVE) -> list[str]:
    """Build the indexes that large campaigns lack, and drop those that no campaign needs any more.

    Runs for minutes when there is much to build; reading and writing go on meanwhile. Does nothing while another
    process is at it. An index stays until its campaign has shrunk to half of what it takes to get one.

    Returns:
        What was done, such as "built entity_embeddings_of_...".

    Raises:
        DatabaseUnavailable: Postgres does not answer; what was begun is done again next time.
    """
    try:
        with _session(database.url) as session:
            if not _is_alone(session):
                return []
            done = _fit(session, above)
            # By itself the server frees it a moment after the session is closed: who comes at once would find it taken.
            session.execute("SELECT pg_advisory_unlock(%s)", (_LOCK,))
            return done
    except psycopg.OperationalError as error:
        raise DatabaseUnavailable(f"an index could not be built: {error}") from error


def _fit(session: Transaction, above: int) -> list[str]:
    wanted = {index_name(campaign_id): campaign_id for campaign_id in _campaigns(session, above)}
    kept = {index_name(campaign_id) for campaign_id in _campaigns(session, above // 2)}
    found = {row["name"]: row["is_valid"] for row in session.execute(_INDEXES, (_PREFIX,)).fetchall()}
    done = []
    for name, is_valid in found.items():
        # One that is not valid is left of a process that ended while it built it.
        if not is_valid or name not in kept:
            session.execute(_DROP.format(name=Identifier(name)))
            done.append(f"dropped {name}")
    for name, campaign_id in wanted.items():
        if not found.get(name):
            session.execute(_CREATE.format(name=Identifier(name), campaign_id=Literal(campaign_id)))
            done.append(f"built {name}")
    return done


def _campaigns(session: Transaction, above: int) -> list[UUID]:
    return [row["campaign_id"] for row in session.execute(_LARGE, (above,)).fetchall()]


@contextmanager
def _session(url: str) -> Iterator[Transaction]:
    """A connection of its own: building concurrently is possible outside of transactions only, and takes its time."""
    connection: psycopg.Connection[dict[str, Any]] = psycopg.connect(
        url, autocommit=True, row_factory=dict_row, connect_timeout=3, application_name="dma-indexes"
    )
    with connection:
        connection.execute("SET statement_timeout = 0")
        yield connection


def _is_alone(session: Transaction) -> bool:
    row = session.execute("SELECT pg_try_advisory_lock(%s) AS is_alone", (_LOCK,)).fetchone()
    return bool(row and row["is_alone"])
