"""The versions of an entity: all of them, one of them, one of them put back, and what was deleted brought back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from psycopg.sql import SQL
from psycopg.types.json import Jsonb

from contracts.entities import EntityType
from core.errors import NotFound
from store.attributes import newest_shape, raise_attributes
from store.database import Transaction
from store.entity_rows import SEEN, VISIBLE, Entity, State, entity_of, no_such_entity
from store.entity_values import Secret
from store.entity_writes import changing, explain, written


@dataclass(frozen=True, slots=True)
class EntityVersion:
    """An entity as it was in one version; `attributes` are in today's shape of their type."""

    version: int
    name: str
    description: str
    attributes: dict[str, Any]
    state: State
    deleted: bool
    changed_by: str
    request_id: UUID | None
    exchange_id: str | None
    changed_at: datetime
    tags: list[str] = field(default_factory=list)
    secret: Secret | None = None


# Whoever may not see an entity as it is may not see how it was; and of what it was, players see what was approved.
_VERSIONS: Final = SQL("""
SELECT e.type, v.version, v.name, v.description, v.attributes, v.schema_version, v.state, v.deleted, v.changed_by,
       v.request_id, v.exchange_id, v.changed_at, v.tags,
       CASE WHEN m.role <> 'reader' AND NOT %(as_player)s THEN v.secret END AS secret
FROM entities e
JOIN memberships m ON m.campaign_id = e.campaign_id AND m.principal = %(principal)s
JOIN entity_versions v ON v.entity_id = e.id
WHERE e.id = %(id)s AND (%(type)s::text IS NULL OR e.type = %(type)s)
  AND (e.deleted_at IS NULL OR (m.role = 'owner' AND NOT %(as_player)s)) AND {visible}
  AND (v.state = 'approved' OR (m.role <> 'reader' AND NOT %(as_player)s))
  AND (%(version)s::integer IS NULL OR v.version = %(version)s)
ORDER BY v.version
""").format(visible=VISIBLE)

_RESTORE: Final = changing(
    SQL("""
        name = %(name)s, description = %(description)s, attributes = %(attributes)s, state = %(state)s,
        tags = %(tags)s, secret = %(secret)s, schema_version = %(schema_version)s
    """)
)

_UNDELETE: Final = changing(SQL("deleted_at = NULL"), which=SQL("e.deleted_at IS NOT NULL"))

_GET_ANY: Final = SQL("""
SELECT {columns}
FROM entities e JOIN memberships m ON m.campaign_id = e.campaign_id AND m.principal = %(principal)s
WHERE e.id = %(id)s AND e.type = %(type)s AND e.deleted_at IS NULL AND m.role <> 'reader'
""").format(columns=SEEN)


def entity_history(
    tx: Transaction,
    id: UUID,  # noqa: A002 - the word the API and the tables use
    principal: str,
    type: EntityType | None = None,  # noqa: A002
    *,
    as_player: bool = False,
) -> list[EntityVersion]:
    """Every version of an entity, the first one first; of a deleted one for owners only.

    Readers, and who asks for the players' view, get the versions that were approved, without secrets.

    Raises:
        NotFound: Unknown, someone else's, of another type, or deleted.
    """
    found = _versions(tx, id, principal, type, version=None, as_player=as_player)
    if not found:
        raise no_such_entity()
    return found


def get_entity_version(
    tx: Transaction,
    id: UUID,  # noqa: A002
    principal: str,
    type: EntityType,  # noqa: A002
    version: int,
    *,
    as_player: bool = False,
) -> EntityVersion:
    """An entity as it was in one version. Raises NotFound as entity_history does, or when there is no such version."""
    found = _versions(tx, id, principal, type, version=version, as_player=as_player)
    if not found:
        raise NotFound("no such entity, or no such version of it")
    return found[0]


def restore_version(
    tx: Transaction,
    id: UUID,  # noqa: A002
    principal: str,
    *,
    type: EntityType,  # noqa: A002
    version: int,
    expected_version: int | None = None,
    request_id: UUID | None = None,
) -> Entity:
    """Make an entity what it was in one version; the result is its next version.

    Raises:
        NotFound: Unknown, someone else's, deleted, of another type, or without this version.
        PermissionDenied: A reader.
        VersionConflict: It has another version than expected.
    """
    given = _given(id, principal, type, expected_version, request_id)
    was = next(iter(_versions(tx, id, principal, type, version=version)), None)
    if was is None:
        explain(tx, given)
        raise NotFound("no such version of this entity")
    restored = written(tx, _RESTORE, given | _content(was, type))
    if restored is None:
        explain(tx, given)
        raise no_such_entity()
    return restored


def undelete_entity(
    tx: Transaction,
    id: UUID,  # noqa: A002
    principal: str,
    *,
    type: EntityType,  # noqa: A002
    expected_version: int | None = None,
    request_id: UUID | None = None,
) -> Entity:
    """Bring a deleted entity back as its next version; one that is not deleted stays as it is.

    Raises:
        NotFound: Unknown, someone else's, of another type, or the principal is a reader.
        VersionConflict: It has another version than expected.
    """
    given = _given(id, principal, type, expected_version, request_id)
    brought_back = written(tx, _UNDELETE, given)
    if brought_back is not None:
        return brought_back
    explain(tx, given, deleted=True)
    row = tx.execute(_GET_ANY, given | {"as_player": False}).fetchone()
    if row is None:
        raise no_such_entity()
    return entity_of(row)


def _versions(
    tx: Transaction,
    entity_id: UUID,
    principal: str,
    kind: EntityType | None,
    *,
    version: int | None,
    as_player: bool = False,
) -> list[EntityVersion]:
    given = {
        "id": entity_id,
        "principal": principal,
        "type": kind.value if kind else None,
        "version": version,
        "as_player": as_player,
    }
    return [version_of(row) for row in tx.execute(_VERSIONS, given).fetchall()]


def version_of(row: Mapping[str, Any]) -> EntityVersion:
    """The version in a row of entity_versions and its entity's `type`, its attributes raised to today's shape (R7)."""
    facts = {name: row[name] for name in EntityVersion.__dataclass_fields__}
    raised = raise_attributes(EntityType(row["type"]), row["attributes"], row["schema_version"])
    return EntityVersion(**facts | {"attributes": raised})


def _given(
    entity_id: UUID, principal: str, kind: EntityType, expected_version: int | None, request_id: UUID | None
) -> dict[str, Any]:
    return {
        "id": entity_id,
        "principal": principal,
        "type": kind.value,
        "expected": expected_version,
        "request_id": request_id,
    }


def _content(was: EntityVersion, kind: EntityType) -> dict[str, Any]:
    return {
        "name": was.name,
        "description": was.description,
        "attributes": Jsonb(was.attributes),
        "state": was.state,
        "tags": was.tags,
        "secret": Jsonb(was.secret) if was.secret is not None else None,
        "schema_version": newest_shape(kind),
    }
