"""Take back all that one request wrote, in one transaction; or nothing, when somebody has built on it since.

What the request created is deleted, what it changed becomes again what it was before, each as a next version, so that
the history stays whole. The request keeps what was taken back: undoing it again tells the same and changes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, Final
from uuid import UUID

from psycopg.sql import SQL, Composed
from psycopg.types.json import Jsonb

from contracts.entities import EntityType
from core.errors import NotFound
from core.ids import REQUEST_PREFIX, prefixed
from store.campaigns import Role, require_member
from store.database import Transaction
from store.errors import ChangedSince, NotEnded
from store.relation_rows import RELATION_PREFIX

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo took back: `entities` and `relations` as they are answered, by whom and when."""

    request_id: UUID
    undone_by: str
    undone_at: datetime
    entities: list[dict[str, Any]]
    relations: list[dict[str, Any]]

    @property
    def public_id(self) -> str:
        """The request's id as callers write it."""
        return prefixed(REQUEST_PREFIX, self.request_id)


# The request first, then what it wrote: the order in which steps lock them.
_LOCK: Final = """
SELECT r.campaign_id, r.status, r.undone, r.undone_by, r.undone_at
FROM requests r JOIN memberships m ON m.campaign_id = r.campaign_id AND m.principal = %(principal)s
WHERE r.id = %(id)s FOR UPDATE OF r
"""
_ENTITIES: Final = """
SELECT e.id, e.type, e.name, e.version AS current, e.deleted_at IS NOT NULL AS is_deleted
FROM entities e
WHERE e.id IN (SELECT entity_id FROM entity_versions WHERE request_id = %(id)s) AND e.campaign_id = %(campaign_id)s
ORDER BY e.id FOR UPDATE
"""
_ENTITY_VERSIONS: Final = """
SELECT entity_id AS id, version, request_id, deleted,
       jsonb_build_array(name, description, attributes, state, tags, secret, deleted) AS content
FROM entity_versions WHERE entity_id = ANY(%(ids)s) ORDER BY entity_id, version
"""
_RELATIONS: Final = """
SELECT r.id, r.kind AS name, r.kind, r.version AS current, r.deleted_at IS NOT NULL AS is_deleted
FROM relationships r
WHERE r.id IN (SELECT relationship_id FROM relationship_versions WHERE request_id = %(id)s)
  AND r.campaign_id = %(campaign_id)s
ORDER BY r.id FOR UPDATE
"""
_RELATION_VERSIONS: Final = """
SELECT relationship_id AS id, version, request_id, deleted,
       jsonb_build_array(attributes, secret, begins, begins_order, ends, ends_order, deleted) AS content
FROM relationship_versions WHERE relationship_id = ANY(%(ids)s) ORDER BY relationship_id, version
"""

_PUT_BACK: Final = SQL("""
WITH written AS (
    UPDATE {table} now
    SET {changes}, version = now.version + 1, updated_at = clock_timestamp(),
        deleted_at = CASE WHEN %(delete)s THEN clock_timestamp() END
    FROM {versions} was
    WHERE now.id = %(id)s AND was.{key} = now.id AND was.version = %(version)s
    RETURNING now.*
)
INSERT INTO {versions} ({key}, version, {columns}, deleted, changed_by)
SELECT id, version, {columns}, deleted_at IS NOT NULL, %(principal)s FROM written
RETURNING version
""")


def _putting_back(table: SQL, versions: SQL, key: SQL, names: Sequence[SQL]) -> Composed:
    changes = SQL(", ").join(SQL("{name} = was.{name}").format(name=name) for name in names)
    return _PUT_BACK.format(table=table, versions=versions, key=key, changes=changes, columns=SQL(", ").join(names))


_PUT_ENTITY_BACK: Final = _putting_back(
    SQL("entities"),
    SQL("entity_versions"),
    SQL("entity_id"),
    [SQL(name) for name in ("name", "description", "attributes", "state", "tags", "secret", "schema_version")],
)
_PUT_RELATION_BACK: Final = _putting_back(
    SQL("relationships"),
    SQL("relationship_versions"),
    SQL("relationship_id"),
    [SQL(name) for name in ("attributes", "secret", "begins", "begins_order", "ends", "ends_order")],
)

_KEEP: Final = """
UPDATE requests SET undone_at = clock_timestamp(), undone_by = %(principal)s, undone = %(undone)s
WHERE id = %(id)s RETURNING undone_at
"""


def undo_request(tx: Transaction, request_id: UUID, principal: str) -> Undone:
    """Take back what a request wrote; the same again tells what was taken back the first time.

    Raises:
        NotFound: No such request, or of somebody else's campaign.
        PermissionDenied: A reader.
        NotEnded: The request may still write.
        ChangedSince: Something was changed after the request; it is named, and nothing was undone.
    """
    given: dict[str, Any] = {"id": request_id, "principal": principal}
    request = tx.execute(_LOCK, given).fetchone()
    if request is None:
        raise NotFound("there is no such request")
    require_member(tx, request["campaign_id"], principal, role=Role.EDITOR)
    if request["undone"] is not None:
        return Undone(request_id, request["undone_by"], request["undone_at"], **request["undone"])
    if request["status"] == "processing":
        raise NotEnded
    given["campaign_id"] = request["campaign_id"]
    entities = _found(tx, _ENTITIES, _ENTITY_VERSIONS, given)
    relations = _found(tx, _RELATIONS, _RELATION_VERSIONS, given)
    _require_untouched([*entities, *relations])
    undone = {
        "entities": [_entity_json(one, _put_back(tx, _PUT_ENTITY_BACK, one, principal)) for one in entities],
        "relations": [_relation_json(one, _put_back(tx, _PUT_RELATION_BACK, one, principal)) for one in relations],
    }
    [kept] = tx.execute(_KEEP, given | {"undone": Jsonb(undone)}).fetchall()
    return Undone(request_id, principal, kept["undone_at"], **undone)


@dataclass(frozen=True, slots=True)
class _Written:
    """A row that the request wrote: as it is now, the version before the request's first, and whether to write."""

    row: Row
    before: int | None
    is_gone: bool
    """It was created by the request and somebody has deleted it: there is nothing left to take back."""
    is_touched: bool

    @property
    def is_new(self) -> bool:
        """The request created it, or brought it back from where it was deleted."""
        return self.before is None


def _found(tx: Transaction, rows: str, versions: str, given: Mapping[str, Any]) -> list[_Written]:
    found = tx.execute(rows.encode(), given).fetchall()
    history = tx.execute(versions.encode(), {"ids": [row["id"] for row in found]}).fetchall()
    by_id = {key: list(group) for key, group in groupby(history, itemgetter("id"))}
    return [_written(row, by_id[row["id"]], given["id"]) for row in found]


def _written(row: Row, history: Sequence[Row], request_id: UUID) -> _Written:
    own = [number for number, version in enumerate(history) if version["request_id"] == request_id]
    first, last = own[0], own[-1]
    is_whole = all(version["request_id"] == request_id for version in history[first : last + 1])
    is_new = first == 0 or history[first - 1]["deleted"]
    is_gone = is_new and row["is_deleted"]
    is_touched = not is_gone and not (is_whole and history[-1]["content"] == history[last]["content"])
    return _Written(row, None if is_new else history[first - 1]["version"], is_gone, is_touched)


def _require_untouched(found: Sequence[_Written]) -> None:
    touched = [str(one.row["name"]) for one in found if one.is_touched]
    if touched:
        raise ChangedSince(touched)


def _put_back(tx: Transaction, statement: Composed, one: _Written, principal: str) -> int:
    """Write the version that takes back what the request did; returns its number."""
    current = int(one.row["current"])
    if one.is_gone:
        return current
    version = current if one.before is None else one.before
    given = {"id": one.row["id"], "version": version, "delete": one.is_new, "principal": principal}
    [row] = tx.execute(statement, given).fetchall()
    return int(row["version"])


def _entity_json(one: _Written, version: int) -> dict[str, Any]:
    kind = EntityType(one.row["type"])
    return {
        "id": prefixed(kind.prefix, one.row["id"]),
        "type": kind.value,
        "name": one.row["name"],
        "action": "deleted" if one.is_new else "restored",
        "version": version,
    }


def _relation_json(one: _Written, version: int) -> dict[str, Any]:
    return {
        "id": prefixed(RELATION_PREFIX, one.row["id"]),
        "kind": one.row["kind"],
        "action": "deleted" if one.is_new else "restored",
        "version": version,
    }
