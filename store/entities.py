"""Entities: what the campaign remembers, with every version it ever had (R25-R30).

    create -> version 1 -> update -> version 2 ... -> delete (soft) -> the last version

Changes are one statement that compares the version, so that of two writers who read the same version one wins and the
other gets VersionConflict. Each statement joins the principal's membership: what is someone else's is not found.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from psycopg.sql import SQL
from psycopg.types.json import Jsonb

from contracts.entities import EntityType
from core.ids import new_uuid
from store.attributes import newest_shape, raise_attributes
from store.campaigns import Role, require_member
from store.database import Transaction
from store.entity_lists import Page, list_entities
from store.entity_rows import COLUMNS, SEEN, VISIBLE, Entity, State, entity_of, no_such_entity
from store.entity_values import Secret, check_fields, normal_tags, part_secret
from store.entity_versions import EntityVersion, entity_history
from store.entity_writes import RECORD, changing, explain, written
from store.errors import IdAlreadyUsed
from store.values import MAX_JSON_BYTES, invalid

__all__ = [
    "Entity",
    "EntityChanges",
    "EntityVersion",
    "Page",
    "State",
    "create_entity",
    "delete_entity",
    "entity_history",
    "get_entities",
    "get_entity",
    "list_entities",
    "update_entity",
]


@dataclass(frozen=True, slots=True)
class EntityChanges:
    """What to change; None leaves a field as it is.

    `attributes` is merged over the stored ones, top level only; a null removes its key (RFC 7396, one level).
    `tags` replaces all of them.
    """

    name: str | None = None
    description: str | None = None
    attributes: Mapping[str, Any] | None = None
    state: State | None = None
    tags: Sequence[str] | None = None
    secret: Secret | None = None
    drop_secret: bool = False


_CREATE: Final = SQL("""
WITH written AS (
    INSERT INTO entities AS e (id, campaign_id, type, name, description, attributes, state, schema_version, created_by,
                               request_id, tags, secret)
    SELECT %(id)s, m.campaign_id, %(type)s, %(name)s, %(description)s, %(attributes)s, %(state)s,
           %(schema_version)s, %(principal)s, %(request_id)s, %(tags)s, %(secret)s
    FROM memberships m
    WHERE m.campaign_id = %(campaign_id)s AND m.principal = %(principal)s AND m.role IN ('owner', 'editor')
    ON CONFLICT (id) DO NOTHING
    RETURNING {columns}
), recorded AS ({record})
SELECT * FROM written
""").format(columns=COLUMNS, record=RECORD)

_GET: Final = SQL("""
SELECT {columns}
FROM entities e JOIN memberships m ON m.campaign_id = e.campaign_id AND m.principal = %(principal)s
WHERE e.id {which}
  AND (e.deleted_at IS NULL OR (%(include_deleted)s AND m.role = 'owner'))
  AND {visible}
""")
# A plan for one id is made once; one for any number of them with every query, which takes as long as all the rest.
_GET_ONE: Final = _GET.format(columns=SEEN, visible=VISIBLE, which=SQL("= %(id)s"))
_GET_MANY: Final = _GET.format(columns=SEEN, visible=VISIBLE, which=SQL("= ANY(%(ids)s)"))

_GET_CREATED: Final = SQL("""
SELECT {columns} FROM entities e WHERE e.id = %(id)s AND e.campaign_id = %(campaign_id)s AND e.type = %(type)s
""").format(columns=COLUMNS)

_MERGED: Final = "((e.attributes || %(merged)s) - %(removed)s::text[])"
_UPDATE: Final = changing(
    SQL(f"""
        name = coalesce(%(name)s, e.name),
        description = coalesce(%(description)s, e.description),
        attributes = {_MERGED},
        state = coalesce(%(state)s, e.state),
        tags = coalesce(%(tags)s::text[], e.tags),
        secret = CASE WHEN %(drop_secret)s THEN NULL ELSE coalesce(%(secret)s::jsonb, e.secret) END
    """),
    which=SQL(f"e.deleted_at IS NULL AND octet_length({_MERGED}::text) <= %(max_bytes)s"),
)

_DELETE: Final = changing(SQL("deleted_at = clock_timestamp()"))

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
    tags: Sequence[str] = (),
    secret: Secret | None = None,
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
        attributes: JSON of the type's own, such as `location_type`; up to 64 levels and 100 kB. A `secret` among
            them is kept apart, as if it had been given as such.
        state: `draft` until a person has approved it.
        tags: Up to 50, kept in small letters.
        secret: For owners and editors alone.
        principal: Who makes it.
        entity_id: A derived id: a second call with it creates nothing and returns what is stored, deleted or not.
        request_id: The request it came from.

    Raises:
        NotFound, PermissionDenied: See require_member.
        InvalidInput: A value is not allowed.
        IdAlreadyUsed: `entity_id` belongs to something else.
    """
    open_attributes, secret = part_secret(attributes or {}, secret)
    check_fields(type, name=name, description=description, attributes=open_attributes, secret=secret)
    given = {
        "id": entity_id or new_uuid(),
        "campaign_id": campaign_id,
        "type": type.value,
        "name": name,
        "description": description,
        "attributes": Jsonb(open_attributes),
        "state": state,
        "tags": normal_tags(tags),
        "secret": Jsonb(secret) if secret is not None else None,
        "schema_version": newest_shape(type),
        "principal": principal,
        "request_id": request_id,
    }
    row = tx.execute(_CREATE, given).fetchone()
    if row is None:
        require_member(tx, campaign_id, principal, role=Role.EDITOR)
        row = tx.execute(_GET_CREATED, given).fetchone()
    if row is None:
        raise IdAlreadyUsed("this entity id is already in use")
    return entity_of(row)


def get_entity(
    tx: Transaction,
    id: UUID,  # noqa: A002 - the word the API and the tables use
    principal: str,
    type: EntityType | None = None,  # noqa: A002
    include_deleted: bool = False,  # noqa: FBT001, FBT002 - a plain filter
    *,
    as_player: bool = False,
) -> Entity:
    """One entity.

    Args:
        tx: The open transaction.
        id: Which.
        principal: Who asks.
        type: What it must be; None takes any.
        include_deleted: Deleted ones too, for owners of the campaign.
        as_player: What a reader would get: no drafts and no secrets.

    Raises:
        NotFound: Unknown, someone else's, deleted, of another type, or a draft: callers cannot tell which.
    """
    found = get_entities(tx, [id], principal, include_deleted, as_player=as_player)
    if id not in found or type not in {None, found[id].type}:
        raise no_such_entity()
    return found[id]


def get_entities(
    tx: Transaction,
    ids: Sequence[UUID],
    principal: str,
    include_deleted: bool = False,  # noqa: FBT001, FBT002 - a plain filter
    *,
    as_player: bool = False,
) -> dict[UUID, Entity]:
    """Several entities, of whatever types and campaigns, in the order of the ids; what is not found is left out."""
    given = {"principal": principal, "include_deleted": include_deleted, "as_player": as_player}
    statement, which = (_GET_ONE, {"id": ids[0]}) if len(ids) == 1 else (_GET_MANY, {"ids": list(ids)})
    found = {row["id"]: row for row in tx.execute(statement, given | which)}
    return {id: entity_of(found[id]) for id in ids if id in found}  # noqa: A001


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
    patch, secret = part_secret(changes.attributes or {}, changes.secret)
    check_fields(type, name=changes.name, description=changes.description, attributes=patch, secret=secret)
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
        "tags": normal_tags(changes.tags) if changes.tags is not None else None,
        "secret": Jsonb(secret) if secret is not None else None,
        "drop_secret": changes.drop_secret,
        "request_id": request_id,
        "max_bytes": MAX_JSON_BYTES,
    }
    _raise_stored_shape(tx, id, type)
    entity = written(tx, _UPDATE, given)
    if entity is None:
        explain(tx, given)
        raise invalid("attributes", f"Must not grow beyond {MAX_JSON_BYTES} bytes")
    return entity


def delete_entity(
    tx: Transaction,
    id: UUID,  # noqa: A002 - the word the API and the tables use
    principal: str,
    *,
    type: EntityType,  # noqa: A002
    expected_version: int | None = None,
    request_id: UUID | None = None,
) -> Entity:
    """Hide an entity from every list, search and walk; its versions stay.

    Returns:
        The entity as its last version.

    Raises:
        NotFound: Unknown, someone else's, of another type, or deleted before.
        PermissionDenied: A reader.
        VersionConflict: It has another version by now.
    """
    given = {
        "id": id,
        "type": type.value,
        "principal": principal,
        "expected": expected_version,
        "request_id": request_id,
    }
    entity = written(tx, _DELETE, given)
    if entity is None:
        explain(tx, given)
        raise no_such_entity()
    return entity


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
