"""Load a campaign's file: what is new is written, what differs becomes a next version, what is the same stays.

Nothing is removed: what the campaign has beside the file stays too. So loading a file twice is loading it once.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from uuid import UUID

from psycopg.errors import UniqueViolation
from psycopg.sql import SQL
from psycopg.types.json import Jsonb

from store.campaigns import Role, get_campaign, require_member, update_campaign
from store.database import Transaction
from store.entity_batches import BATCH, RECORDS, NewRow, create_entities, record_of
from store.entity_rows import COLUMNS, Entity, entity_of
from store.entity_writes import RECORD
from store.errors import IdAlreadyUsed
from store.relation_rows import RECORD as RECORD_RELATION
from store.transfer.file import CampaignFile, FileRelation
from store.values import invalid

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many were new, how many differed, how many were the same."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading a file did."""

    entities: Counts
    relations: Counts


# Two loads into one campaign take turns: each must see what the other wrote.
_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
_STORED: Final = SQL("SELECT {columns} FROM entities e WHERE e.id = ANY(%s) ORDER BY e.id FOR UPDATE").format(
    columns=COLUMNS
)
_CHANGE: Final = SQL("""
WITH written AS (
    UPDATE entities e
    SET name = n.name, description = n.description, attributes = n.attributes, state = n.state, tags = n.tags,
        secret = CASE WHEN %(keep_secrets)s THEN e.secret ELSE n.secret END, schema_version = n.schema_version,
        deleted_at = NULL, version = e.version + 1, updated_at = clock_timestamp()
    FROM {records}
    WHERE e.id = n.id
    RETURNING {columns}
), recorded AS ({record})
SELECT count(*) FROM written
""").format(columns=COLUMNS, record=RECORD, records=RECORDS)

_RELATE: Final = SQL("""
WITH written AS (
    INSERT INTO relationships AS r (id, campaign_id, source_id, target_id, kind, attributes, secret, begins,
                                    begins_order, ends, ends_order, created_by)
    SELECT n.id, %(campaign_id)s, n.source_id, n.target_id, n.kind, n.attributes, n.secret, n.begins, n.begins_order,
           n.ends, n.ends_order, %(principal)s
    FROM jsonb_to_recordset(%(rows)s) AS n (
        id uuid, source_id uuid, target_id uuid, kind text, attributes jsonb, secret boolean, begins text,
        begins_order float8, ends text, ends_order float8)
    ON CONFLICT (source_id, target_id, kind) DO UPDATE
    SET attributes = excluded.attributes, secret = excluded.secret, begins = excluded.begins,
        begins_order = excluded.begins_order, ends = excluded.ends, ends_order = excluded.ends_order,
        version = r.version + 1, updated_at = clock_timestamp(), deleted_at = NULL
    WHERE r.deleted_at IS NOT NULL
       OR (r.attributes, r.secret, r.begins, r.begins_order, r.ends, r.ends_order)
          IS DISTINCT FROM (excluded.attributes, excluded.secret, excluded.begins, excluded.begins_order,
                            excluded.ends, excluded.ends_order)
    RETURNING *
), recorded AS ({record})
SELECT count(*) FILTER (WHERE version = 1) AS created, count(*) FILTER (WHERE version > 1) AS changed FROM written
""").format(record=RECORD_RELATION)


def load_campaign(
    tx: Transaction,
    campaign_id: UUID,
    principal: str,
    file: CampaignFile,
    *,
    settings: Mapping[str, Any] | None = None,
) -> Loaded:
    """Write what the file has into a campaign.

    Args:
        tx: The open transaction.
        campaign_id: Where to; the same that the file was read for.
        principal: Must be an editor.
        file: As store.transfer.file or store.transfer.notes read it.
        settings: The file's settings, checked; taken when the campaign has none and the principal owns it.

    Raises:
        NotFound, PermissionDenied: See require_member.
        InvalidInput: An entity of the campaign has another type than in the file.
        IdAlreadyUsed: An id of the file belongs to another campaign.
    """
    role = require_member(tx, campaign_id, principal, role=Role.EDITOR)
    tx.execute(_LOCK, (campaign_id.hex,))
    given = {"campaign_id": campaign_id, "principal": principal, "request_id": None}
    entities = _load_entities(tx, file, given)
    relations = _load_relations(tx, file.relations, given)
    if settings and role is Role.OWNER and not get_campaign(tx, campaign_id, principal).settings:
        update_campaign(tx, campaign_id, principal, expected_version=None, settings=settings)
    return Loaded(entities, relations)


def _load_entities(tx: Transaction, file: CampaignFile, given: Mapping[str, Any]) -> Counts:
    stored = _stored(tx, [row.id for row in file.entities])
    _require_own(stored.values(), file.entities, given["campaign_id"])
    new = [row for row in file.entities if row.id not in stored]
    keep_secrets = file.view == "player"
    changed = [
        row for row in file.entities if row.id in stored and _differs(stored[row.id], row, keep_secrets=keep_secrets)
    ]
    create_entities(tx, given["campaign_id"], given["principal"], new, path="entities")
    for rows in _batches(changed):
        records = Jsonb([record_of(place, row) for place, row in enumerate(rows)])
        tx.execute(_CHANGE, {**given, "rows": records, "keep_secrets": keep_secrets})
    return Counts(len(new), len(changed), len(file.entities) - len(new) - len(changed))


def _stored(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, Entity]:
    return {entity.id: entity for entity in map(entity_of, tx.execute(_STORED, (list(ids),)).fetchall())}


def _require_own(stored: Iterable[Entity], rows: Sequence[NewRow], campaign_id: UUID) -> None:
    """Whatever has an id of the file must be of this campaign and of the file's type."""
    types = {entity.id: entity.type for entity in stored}
    if any(entity.campaign_id != campaign_id for entity in stored):
        raise IdAlreadyUsed("an entity id of the file is already in use")
    for place, row in enumerate(rows):
        if types.get(row.id, row.type) is not row.type:
            raise invalid(f"entities.{place}.type", f"Must stay {types[row.id]}")


def _differs(stored: Entity, row: NewRow, *, keep_secrets: bool) -> bool:
    was = (stored.name, stored.description, stored.attributes, stored.state, stored.tags)
    is_same = was == (row.name, row.description, row.attributes, row.state, list(row.tags))
    return stored.deleted_at is not None or not is_same or (stored.secret != row.secret and not keep_secrets)


def _load_relations(tx: Transaction, relations: Sequence[FileRelation], given: Mapping[str, Any]) -> Counts:
    created = changed = 0
    for edges in _batches(relations):
        records = Jsonb([_record(edge) for edge in edges])
        try:
            [row] = tx.execute(_RELATE, {**given, "rows": records}).fetchall()
        except UniqueViolation as error:
            raise IdAlreadyUsed("a relationship id of the file is already in use") from error
        created, changed = created + row["created"], changed + row["changed"]
    return Counts(created, changed, len(relations) - created - changed)


def _record(edge: FileRelation) -> dict[str, Any]:
    return {
        "id": str(edge.id),
        "source_id": str(edge.source_id),
        "target_id": str(edge.target_id),
        "kind": edge.kind,
        "attributes": edge.attributes,
        "secret": edge.secret,
        **edge.period.columns(),
    }


def _batches(items: Sequence[_Item]) -> Iterable[Sequence[_Item]]:
    return (items[start : start + BATCH] for start in range(0, len(items), BATCH))
