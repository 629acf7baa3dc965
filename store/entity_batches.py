"""Many new entities at once: one statement for a thousand, each with its first version."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from psycopg.sql import SQL
from psycopg.types.json import Jsonb

from contracts.entities import EntityType
from core.errors import FieldError, InvalidInput
from store.attributes import newest_shape
from store.campaigns import Role, require_member
from store.database import Transaction
from store.entity_rows import COLUMNS, Entity, State, entity_of
from store.entity_values import Secret, check_fields, normal_tags, part_secret
from store.entity_writes import RECORD
from store.errors import IdAlreadyUsed

BATCH: Final = 1000
MAX_FAULTS: Final = 20


@dataclass(frozen=True, slots=True)
class NewRow:
    """A new entity; see store.entities.create_entity. `created_at` is set where it comes from elsewhere."""

    id: UUID
    type: EntityType
    name: str
    description: str = ""
    attributes: dict[str, Any] = field(default_factory=dict)
    state: State = "approved"
    tags: Sequence[str] = ()
    secret: Secret | None = None
    created_at: datetime | None = None


RECORDS: Final = SQL("""
    jsonb_to_recordset(%(rows)s) AS n (
        place integer, id uuid, type text, name text, description text, attributes jsonb, state text,
        schema_version integer, tags text[], secret jsonb, created_at timestamptz)
""")
"""The rows that record_of made, in a statement's FROM."""

_INSERT: Final = SQL("""
WITH written AS (
    INSERT INTO entities AS e (id, campaign_id, type, name, description, attributes, state, schema_version, created_by,
                               request_id, tags, secret, created_at)
    SELECT n.id, %(campaign_id)s, n.type, n.name, n.description, n.attributes, n.state, n.schema_version, %(principal)s,
           %(request_id)s, n.tags, n.secret, coalesce(n.created_at, clock_timestamp())
    FROM {records} ORDER BY n.place
    ON CONFLICT (id) DO NOTHING
    RETURNING {columns}
), recorded AS ({record})
SELECT * FROM written
""").format(columns=COLUMNS, record=RECORD, records=RECORDS)


def create_entities(
    tx: Transaction,
    campaign_id: UUID,
    principal: str,
    rows: Sequence[NewRow],
    *,
    path: str,
    request_id: UUID | None = None,
) -> list[Entity]:
    """Write new entities, all or none.

    Args:
        tx: The open transaction.
        campaign_id: Where they belong; the principal must be an editor there.
        principal: Who makes them.
        rows: What to write, with ids that are nobody's yet.
        path: What the list is called in the input; errors are named `path.3.name`.
        request_id: The request they came from.

    Returns:
        The entities, in the order of the rows.

    Raises:
        NotFound, PermissionDenied: See require_member.
        InvalidInput: Values are not allowed; up to 20 are named.
        IdAlreadyUsed: An id belongs to something else.
    """
    require_member(tx, campaign_id, principal, role=Role.EDITOR)
    checked = check_rows(rows, path=path)
    made: dict[UUID, Entity] = {}
    for start in range(0, len(checked), BATCH):
        given = {
            "campaign_id": campaign_id,
            "principal": principal,
            "request_id": request_id,
            "rows": Jsonb([record_of(place, row) for place, row in enumerate(checked[start : start + BATCH])]),
        }
        made |= {entity.id: entity for entity in map(entity_of, tx.execute(_INSERT, given).fetchall())}
    if len(made) != len(checked):
        raise IdAlreadyUsed("an entity id is already in use")
    return [made[row.id] for row in checked]


def check_rows(rows: Sequence[NewRow], *, path: str) -> list[NewRow]:
    """The rows as they are stored: tags normal, secrets apart.

    Raises:
        InvalidInput: Values are not allowed; up to 20 are named by their place.
    """
    checked, faults = [], list[FieldError]()
    for place, row in enumerate(rows):
        try:
            checked.append(_checked(row))
        except InvalidInput as error:
            fields = error.fields or (FieldError("", str(error)),)
            faults += [FieldError(f"{path}.{place}.{fault.field}".rstrip("."), fault.message) for fault in fields]
        if len(faults) >= MAX_FAULTS:
            break
    if faults:
        raise InvalidInput(f"{len(faults)} fields are not valid; nothing was written", fields=faults[:MAX_FAULTS])
    return checked


def _checked(row: NewRow) -> NewRow:
    attributes, secret = part_secret(row.attributes, row.secret)
    check_fields(row.type, name=row.name, description=row.description, attributes=attributes, secret=secret)
    return NewRow(
        id=row.id,
        type=row.type,
        name=row.name,
        description=row.description,
        attributes=attributes,
        state=row.state,
        tags=normal_tags(row.tags),
        secret=secret,
        created_at=row.created_at,
    )


def record_of(place: int, row: NewRow) -> dict[str, Any]:
    """A row as RECORDS reads it."""
    return {
        "place": place,
        "id": str(row.id),
        "type": row.type.value,
        "name": row.name,
        "description": row.description,
        "attributes": row.attributes,
        "state": row.state,
        "schema_version": newest_shape(row.type),
        "tags": list(row.tags),
        "secret": row.secret,
        "created_at": row.created_at.isoformat() if row.created_at else None,
    }
