"""The statements that write an entity: each is one compare-and-set, and records the version that it made."""

from collections.abc import Mapping
from typing import Any, Final

from psycopg.sql import SQL, Composed

from core.errors import PermissionDenied
from store.campaigns import Role
from store.database import Transaction
from store.entity_rows import COLUMNS, Entity, entity_of, no_such_entity
from store.errors import VersionConflict

RECORD: Final = SQL("""
    INSERT INTO entity_versions (entity_id, version, name, description, attributes, state, tags, secret, schema_version,
                                 deleted, changed_by, request_id)
    SELECT id, version, name, description, attributes, state, tags, secret, schema_version,
           deleted_at IS NOT NULL, %(principal)s, %(request_id)s
    FROM written
""")
"""Keep what the statement `written` left behind as a version."""

_CHANGE: Final = SQL("""
WITH written AS (
    UPDATE entities e
    SET {changes}, version = e.version + 1, updated_at = clock_timestamp()
    FROM memberships m
    WHERE e.id = %(id)s AND (%(type)s::text IS NULL OR e.type = %(type)s) AND {which}
      AND m.campaign_id = e.campaign_id AND m.principal = %(principal)s AND m.role IN ('owner', 'editor')
      AND (%(expected)s::integer IS NULL OR e.version = %(expected)s)
    RETURNING {columns}
), recorded AS ({record})
SELECT * FROM written
""")

LIVE: Final = SQL("e.deleted_at IS NULL")

_WHY_NOT: Final = """
SELECT e.version, e.state, e.deleted_at IS NOT NULL AS deleted, m.role
FROM entities e JOIN memberships m ON m.campaign_id = e.campaign_id AND m.principal = %(principal)s
WHERE e.id = %(id)s AND (%(type)s::text IS NULL OR e.type = %(type)s)
"""


def changing(changes: SQL, *, which: SQL = LIVE) -> Composed:
    """The statement that makes these changes, and a version of them, when the expected version is the current one.

    It takes `id`, `type`, `principal`, `expected` and `request_id`, beside what the changes name.
    """
    return _CHANGE.format(changes=changes, which=which, columns=COLUMNS, record=RECORD)


def written(tx: Transaction, statement: Composed, given: Mapping[str, Any]) -> Entity | None:
    """Run a statement of `changing`; None when it matched no row."""
    row = tx.execute(statement, given).fetchone()
    return entity_of(row) if row else None


def explain(tx: Transaction, given: Mapping[str, Any], *, deleted: bool = False) -> None:
    """Raise what kept a change from matching its row, when the row, the role or the version did.

    Args:
        tx: The transaction of the change.
        given: What the change was given.
        deleted: Whether the change is for entities that are deleted, instead of for those that are not.
    """
    row = tx.execute(_WHY_NOT, given).fetchone()
    if row is None or (row["deleted"] and not deleted):
        raise no_such_entity()
    if not Role(row["role"]).includes(Role.EDITOR):
        is_hidden = deleted or row["state"] == "draft"
        raise no_such_entity() if is_hidden else PermissionDenied("this needs the role editor in the campaign")
    if given["expected"] is not None and given["expected"] != row["version"]:
        raise VersionConflict(expected=given["expected"], current_version=row["version"])
