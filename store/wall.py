"""The second wall between principals: row level security, which the API's transactions step behind.

The first wall is the SQL itself, which joins `memberships` everywhere. This one holds where a statement forgets to: the
role `dma_api` sees the campaigns of one principal, whatever it asks for. The login role owns the tables, or is a
superuser, and sees all; the API gives that up at the beginning of each exchange's transaction, together with its BEGIN.
"""

from typing import Any, Final

import psycopg
from psycopg.pq import Escaping

from store.speaking import Speaker

ROLE: Final = "dma_api"
HOW_TO_RAISE: Final = (
    f"let a superuser run once: CREATE ROLE {ROLE} NOLOGIN; GRANT {ROLE} TO the user of DATABASE_URL; "
    "then run python -m store.migrate again"
)

_HAS_ROLE: Final = "SELECT FROM pg_roles WHERE rolname = %s"
_MAKE_ROLE: Final = """
DO $$ BEGIN
    CREATE ROLE dma_api NOLOGIN;
    -- Whoever makes a role may grant it, and does not belong to it by that alone.
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        GRANT dma_api TO CURRENT_USER;
    END IF;
EXCEPTION
    WHEN insufficient_privilege OR duplicate_object OR unique_violation THEN NULL;
END $$
"""
_GRANT: Final = """
DO $$ DECLARE
    open_table regclass;
BEGIN
    IF NOT has_schema_privilege('dma_api', current_schema(), 'USAGE') THEN
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO dma_api', current_schema());
    END IF;
    FOR open_table IN
        SELECT c.oid FROM pg_class c
        WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
          AND c.relname NOT IN ('installation', 'llm_tokens', 'login_codes', 'refresh_tokens', 'schema_versions',
                                'service_tokens')
          AND NOT has_table_privilege('dma_api', c.oid, 'SELECT')
    LOOP
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO dma_api', open_table);
    END LOOP;
END $$
"""
_STANDS: Final = """
SELECT pg_has_role(oid, %s) AND has_table_privilege(oid, 'entities', 'SELECT') AS stands
FROM pg_roles WHERE rolname = %s
"""
_KNOWS_SET = 160_000

SETTINGS: Final = (
    "set_config('role', %(role)s, true), set_config('dma.principal', %(principal)s, true),"
    " set_config('dma.exchange', %(exchange)s, true)"
)
"""What a transaction for a speaker begins with, where it can be sent with parameters."""


def raise_wall(connection: psycopg.Connection[Any]) -> None:
    """Make the role, as far as this login may, and let it use the tables; does nothing when that was done before."""
    if connection.execute(_HAS_ROLE, (ROLE,)).fetchone() is None:
        connection.execute(_MAKE_ROLE)
    if connection.execute(_HAS_ROLE, (ROLE,)).fetchone() is not None:
        connection.execute(_GRANT)


def wall_stands(connection: psycopg.Connection[Any]) -> bool:
    """Whether this login may step behind the wall, and finds the tables there."""
    needed = "SET" if connection.info.server_version >= _KNOWS_SET else "MEMBER"
    row = connection.execute(_STANDS, (needed, ROLE)).fetchone()
    return row is not None and bool(row["stands"])


def opening(connection: psycopg.Connection[Any], speaker: Speaker, *, behind_wall: bool) -> bytes:
    """BEGIN and the speaker's settings, as one text: it costs no more round trips than BEGIN alone."""
    quoted = Escaping(connection.pgconn).escape_literal
    settings = [b"BEGIN; SET LOCAL dma.exchange TO " + quoted(speaker.exchange_id.encode())]
    if behind_wall and speaker.principal is not None:
        settings += [
            b"SET LOCAL ROLE " + ROLE.encode(),
            b"SET LOCAL dma.principal TO " + quoted(speaker.principal.encode()),
        ]
    return b"; ".join(settings)


def settings_of(speaker: Speaker, *, behind_wall: bool) -> dict[str, str]:
    """The parameters of SETTINGS; the role `none` is the login's own."""
    is_walled = behind_wall and speaker.principal is not None
    return {
        "role": ROLE if is_walled else "none",
        "principal": (speaker.principal or "") if is_walled else "",
        "exchange": speaker.exchange_id,
    }
