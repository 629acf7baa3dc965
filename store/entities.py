"""Entities: what the campaign remembers, with every version it ever had (R25-R30).

    create -> version 1 -> update -> version 2 ... -> delete (soft) -> the last version

Changes are one statement that compares the version, so that of two writers who read the same version one wins and the
other gets VersionConflict. Each statement joins the principal's membership: what is someone else's is not found.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from psycopg.sql import SQL
from psycopg.types.json import Jsonb

from contracts.entities import EntityType
from core.errors import PermissionDenied
from core.ids import new_uuid
from store.attributes import check_attributes, newest_shape, raise_attributes
from store.campaigns import Role, require_member
from store.database import Transaction
from store.entity_lists import EntityVersion, Page, entity_history, list_entities
from store.entity_rows import COLUMNS, Entity, State, entity_of, no_such_entity
from store.errors import IdAlreadyUsed, VersionConflict
from store.values import MAX_JSON_BYTES, check_text, invalid

__all__ = [
    "Entity",
    "EntityChanges",
    "EntityVersion",
    "Page",
    "State",
    "create_entity",
    "delete_entity",
    "entity_history",
    "get_entity",
    "list_entities",
    "update_entity",
]

MAX_NAME: Final = 200
MAX_DESCRIPTION: Final = 20_000


@dataclass(frozen=True, slots=True)
class EntityChanges:
    """What to change; None leaves a field as it is.

    `attributes` is merged over the stored ones, top level only; a null removes its key (RFC 7396, one level).
    """

    name: str | None = None
    description: str | None = None
    attributes: Mapping[str, Any] | None = None
    state: State | None = None


_CREATE: Final = SQL("""
WITH created AS (
    INSERT INTO entities AS e (id, campaign_id, type, name, description, attributes, state, schema_version, created_by,
                               request_id)
    VALUES (%(id)s, %(campaign_id)s, %(type)s, %(name)s, %(description)s, %(attributes)s, %(state)s,
            %(schema_version)s, %(principal)s, %(request_id)s)
    ON CONFLICT (id) DO NOTHING
    RETURNING {columns}
), recorded AS (
    INSERT INTO entity_versions (entity_id, version, name, description, attributes, state, changed_by, request_id)
    SELECT id, version, name, description, attributes, state, created_by, request_id FROM created
)
SELECT * FROM created
""").format(columns=COLUMNS)

_GET: Final = SQL("""
SELECT {columns}
FROM entities e JOIN memberships m ON m.campaign_id = e.campaign_id AND m.principal = %(principal)s
WHERE e.id = %(id)s
  AND (%(type)s::text IS NULL OR e.type = %(type)s)
  AND (e.deleted_at IS NULL OR (%(include_deleted)s AND m.role = 'owner'))
""").format(columns=COLUMNS)

_GET_CREATED: Final = SQL("""
SELECT {columns}
FROM entities e JOIN memberships m ON m.campaign_id = e.campaign_id AND m.principal = %(principal)s
WHERE e.id = %(id)s AND e.campaign_id = %(campaign_id)s AND e.type = %(type)s
""").format(columns=COLUMNS)

_UPDATE: Final = SQL("""
WITH updated AS (
    UPDATE entities e
    SET name = coalesce(%(name)s, e.name),
        description = coalesce(%(description)s, e.description),
        attributes = (e.attributes || %(merged)s) - %(removed)s::text[],
        state = coalesce(%(state)s, e.state),
        version = e.version + 1,
        updated_at = clock_timestamp()
    FROM memberships m
    WHERE e.id = %(id)s AND e.type = %(type)s AND e.deleted_at IS NULL
      AND m.campaign_id = e.campaign_id AND m.principal = %(principal)s AND m.role IN ('owner', 'editor')
      AND (%(expected)s::integer IS NULL OR e.version = %(expected)s)
      AND octet_length(((e.attributes || %(merged)s) - %(removed)s::text[])::text) <= %(max_bytes)s
    RETURNING {columns}
), recorded AS (
    INSERT INTO entity_versions (entity_id, version, name, description, attributes, state, changed_by, request_id)
    SELECT id, version, name, description, attributes, state, %(principal)s, %(request_id)s FROM updated
)
SELECT * FROM updated
""").format(columns=COLUMNS)

_DELETE: Final = SQL("""
WITH deleted AS (
    UPDATE entities e
    SET deleted_at = clock_timestamp(), updated_at = clock_timestamp(), version = e.version + 1
    FROM memberships m
    WHERE e.id = %(id)s AND e.type = %(type)s AND e.deleted_at IS NULL
      AND m.campaign_id = e.campaign_id AND m.principal = %(principal)s AND m.role IN ('owner', 'editor')
      AND (%(expected)s::integer IS NULL OR e.version = %(expected)s)
    RETURNING {columns}
), recorded AS (
    INSERT INTO entity_versions (entity_id, version, name, description, attributes, state, deleted, changed_by)
    SELECT id, version, name, description, attributes, state, true, %(principal)s FROM deleted
)
SELECT * FROM deleted
""").format(columns=COLUMNS)

_WHY_NOT: Final = """
SELECT e.version, m.role
FROM entities e JOIN memberships m ON m.campaign_id = e.campaign_id AND m.principal = %(principal)s
WHERE e.id = %(id)s AND e.type = %(type)s AND e.deleted_at IS NULL
"""

_OLD_SHAPE: Final = """
SELECT attributes, schema_version FROM entities
WHERE id = %(id)s AND type = %(type)s AND schema_version < %(newest)s FOR UPDATE
"""
_RAISE_SHAPE: Final = "UPDATE entities SET attributes = %(raised)s, schema_version = %(newest)s WHERE id = %(id)s"


def create_entity(
    tx: Transaction,
    *,
    campaign_id: UUID,
    type: EntityType,  # noqa: A002 - the word the API and the tables use
    name: str,
    description: str = "",
    attributes: Mapping[str, Any] | None = None,
    state: State = "approved",
    principal: str,
    entity_id: UUID | None = None,
    request_id: UUID | None = None,
) -> Entity:
    """Write a new entity as version 1.

    Args:
        tx: The open transaction.
        campaign_id: Where it belongs; the principal must be an editor there.
        type: What it is.
        name: 1 to 200 characters.
        description: Up to 20,000 characters.
        attributes: JSON of the type's own, such as `location_type`; up to 64 levels and 100 kB.
        state: `draft` until a person has approved it.
        principal: Who makes it.
        entity_id: A derived id: a second call with it creates nothing and returns what is stored, deleted or not.
        request_id: The request it came from.

    Raises:
        NotFound, PermissionDenied: See require_member.
        InvalidInput: A value is not allowed.
        IdAlreadyUsed: `entity_id` belongs to something else.
    """
    require_member(tx, campaign_id, principal, role=Role.EDITOR)
    _check(type, name=name, description=description, attributes=attributes)
    given = {
        "id": entity_id or new_uuid(),
        "campaign_id": campaign_id,
        "type": type.value,
        "name": name,
        "description": description,
        "attributes": Jsonb(dict(attributes or {})),
        "state": state,
        "schema_version": newest_shape(type),
        "principal": principal,
        "request_id": request_id,
    }
    row = tx.execute(_CREATE, given).fetchone() or tx.execute(_GET_CREATED, given).fetchone()
    if row is None:
        raise IdAlreadyUsed("this entity id is already in use")
    return entity_of(row)


def get_entity(
    tx: Transaction,
    id: UUID,  # noqa: A002 - the word the API and the tables use
    principal: str,
    type: EntityType | None = None,  # noqa: A002
    include_deleted: bool = False,  # noqa: FBT001, FBT002 - a plain filter
) -> Entity:
    """One entity.

    Args:
        tx: The open transaction.
        id: Which.
        principal: Who asks.
        type: What it must be; None takes any.
        include_deleted: Deleted ones too, for owners of the campaign.

    Raises:
        NotFound: Unknown, someone else's, deleted, or of another type: callers cannot tell which.
    """
    given = {
        "id": id,
        "principal": principal,
        "type": type.value if type else None,
        "include_deleted": include_deleted,
    }
    row = tx.execute(_GET, given).fetchone()
    if row is None:
        raise no_such_entity()
    return entity_of(row)


def update_entity(
    tx: Transaction,
    id: UUID,  # noqa: A002 - the word the API and the tables use
    principal: str,
    *,
    type: EntityType,  # noqa: A002
    expected_version: int | None,
    changes: EntityChanges,
    request_id: UUID | None = None,
) -> Entity:
    """Change an entity in one compare-and-set; the result is its next version.

    Args:
        tx: The open transaction.
        id: Which.
        principal: Who changes it; must be an editor.
        type: What it must be.
        expected_version: The version the change is based on (If-Match); None for any (`*`).
        changes: What to change.
        request_id: The request the change came from.

    Raises:
        NotFound: Unknown, someone else's, deleted, or of another type.
        PermissionDenied: A reader.
        VersionConflict: It has another version by now.
        InvalidInput: A value is not allowed.
    """
    _check(type, name=changes.name, description=changes.description, attributes=changes.attributes)
    patch = dict(changes.attributes or {})
    given = {
        "id": id,
        "type": type.value,
        "principal": principal,
        "expected": expected_version,
        "name": changes.name,
        "description": changes.description,
        "merged": Jsonb({key: value for key, value in patch.items() if value is not None}),
        "removed": [key for key, value in patch.items() if value is None],
        "state": changes.state,
        "request_id": request_id,
        "max_bytes": MAX_JSON_BYTES,
    }
    _raise_stored_shape(tx, id, type)
    row = tx.execute(_UPDATE, given).fetchone()
    if row is None:
        _explain(tx, given)
        raise invalid("attributes", f"Must not grow beyond {MAX_JSON_BYTES} bytes")
    return entity_of(row)


def delete_entity(
    tx: Transaction,
    id: UUID,  # noqa: A002 - the word the API and the tables use
    principal: str,
    *,
    type: EntityType,  # noqa: A002
    expected_version: int | None = None,
) -> Entity:
    """Hide an entity from every list, search and walk; its versions stay.

    Returns:
        The entity as its last version.

    Raises:
        NotFound: Unknown, someone else's, of another type, or deleted before.
        PermissionDenied: A reader.
        VersionConflict: It has another version by now.
    """
    given = {"id": id, "type": type.value, "principal": principal, "expected": expected_version}
    row = tx.execute(_DELETE, given).fetchone()
    if row is None:
        _explain(tx, given)
        raise no_such_entity()
    return entity_of(row)


def _explain(tx: Transaction, given: Mapping[str, Any]) -> None:
    """Raise what kept a change from matching its row, when the row or the version did."""
    row = tx.execute(_WHY_NOT, given).fetchone()
    if row is None:
        raise no_such_entity()
    if not Role(row["role"]).includes(Role.EDITOR):
        raise PermissionDenied("this needs the role editor in the campaign")
    if given["expected"] is not None and given["expected"] != row["version"]:
        raise VersionConflict(expected=given["expected"], current_version=row["version"])


def _raise_stored_shape(tx: Transaction, entity_id: UUID, kind: EntityType) -> None:
    """Write old attributes back in today's shape before something is merged over them; not a version of its own."""
    newest = newest_shape(kind)
    if newest == 1:
        return
    given = {"id": entity_id, "type": kind.value, "newest": newest}
    row = tx.execute(_OLD_SHAPE, given).fetchone()
    if row is not None:
        raised = raise_attributes(kind, row["attributes"], row["schema_version"])
        tx.execute(_RAISE_SHAPE, given | {"raised": Jsonb(raised)})


def _check(
    kind: EntityType, *, name: str | None, description: str | None, attributes: Mapping[str, Any] | None
) -> None:
    if name is not None:
        check_text("name", name, shortest=1, longest=MAX_NAME)
    if description is not None:
        check_text("description", description, longest=MAX_DESCRIPTION)
    if attributes is not None:
        check_attributes(kind, dict(attributes))
