"""Write a campaign as a file, row by row, as it is at one moment.

Both forms are written in the order in which things were made, so that the same campaign gives the same bytes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, Final
from uuid import UUID

import orjson
from psycopg.sql import SQL

from store.campaigns import Campaign, get_campaign
from store.database import Transaction
from store.entity_rows import SEEN, VISIBLE, Entity, entity_of
from store.periods import Period
from store.relation_rows import COLUMNS, ENDS, Relationship, relationship_of
from store.relation_rows import SEEN as RELATION_SEEN
from store.transfer.file import FORMAT, FORMAT_VERSION, View

ROWS_AT_ONCE: Final = 1000

_ENTITIES: Final = SQL("""
SELECT {columns}
FROM entities e JOIN memberships m ON m.campaign_id = e.campaign_id AND m.principal = %(principal)s
WHERE e.campaign_id = %(campaign_id)s AND e.deleted_at IS NULL AND {visible}
ORDER BY e.created_at, e.id
""").format(columns=SEEN, visible=VISIBLE)

# By what stays the same wherever the file is loaded, not by when a relationship was written there.
_RELATIONS: Final = SQL("""
SELECT {columns}
FROM relationships r JOIN memberships m ON m.campaign_id = r.campaign_id AND m.principal = %(principal)s {ends}
WHERE r.campaign_id = %(campaign_id)s AND {seen}
ORDER BY s.created_at, s.id, t.created_at, t.id, r.kind COLLATE "C"
""").format(columns=COLUMNS, ends=ENDS, seen=RELATION_SEEN)


@dataclass(frozen=True, slots=True)
class Source:
    """The campaign that is written, as one member may see it."""

    tx: Transaction
    campaign: Campaign
    principal: str
    view: View

    def entities(self) -> Iterator[Entity]:
        """The entities in the order in which they were made, some at a time."""
        return map(entity_of, self._rows("export_entities", _ENTITIES))

    def relations(self) -> Iterator[Relationship]:
        """The relationships, by the order of their entities, some at a time."""
        return map(relationship_of, self._rows("export_relations", _RELATIONS))

    def _rows(self, name: str, statement: Any) -> Iterator[Mapping[str, Any]]:
        given = {
            "campaign_id": self.campaign.id,
            "principal": self.principal,
            "as_player": self.view == "player",
        }
        with self.tx.cursor(name) as cursor:
            cursor.itersize = ROWS_AT_ONCE
            cursor.execute(statement, given)
            yield from cursor


def open_source(tx: Transaction, campaign_id: UUID, principal: str, *, view: View) -> Source:
    """The campaign at this moment: what others write meanwhile is not in it. First thing in its transaction.

    Readers get the players' view whatever they ask for.

    Raises:
        NotFound: No such campaign, or someone else's.
    """
    tx.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    campaign = get_campaign(tx, campaign_id, principal)
    return Source(tx, campaign, principal, "player" if campaign.role == "reader" else view)


def write_json(source: Source, out: BinaryIO) -> None:
    """Write one JSON document, a line for each entity and relationship."""
    head = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "view": source.view,
        "campaign": campaign_record(source),
    }
    out.write(orjson.dumps(head)[:-1] + b',\n"entities":[')
    _write_lines(out, (entity_record(entity) for entity in source.entities()))
    out.write(b'],\n"relations":[')
    _write_lines(out, (relation_record(relation) for relation in source.relations()))
    out.write(b"]}\n")


def _write_lines(out: BinaryIO, records: Iterator[dict[str, Any]]) -> None:
    separator = b"\n"
    for record in records:
        out.write(separator + orjson.dumps(record, option=orjson.OPT_UTC_Z))
        separator = b",\n"


def campaign_record(source: Source) -> dict[str, Any]:
    """The campaign itself; players are not told its settings."""
    shown = {"id": str(source.campaign.id), "name": source.campaign.name}
    return shown | ({"settings": source.campaign.settings} if source.view == "full" else {})


def entity_record(entity: Entity) -> dict[str, Any]:
    """An entity as the file has it; what is empty is left out."""
    record = {
        "id": entity.public_id,
        "type": entity.type.value,
        "name": entity.name,
        "description": entity.description,
        "attributes": entity.attributes,
        "state": entity.state,
        "tags": entity.tags,
        "secret": entity.secret,
        "created_at": entity.created_at,
    }
    return {name: value for name, value in record.items() if value not in ("", {}, [], None)}


def relation_record(relation: Relationship) -> dict[str, Any]:
    """A relationship as the file has it; what is empty is left out."""
    record: dict[str, Any] = {
        "id": relation.public_id,
        "source": relation.source.public_id,
        "target": relation.target.public_id,
        "kind": relation.kind,
        "attributes": relation.attributes,
        "period": period_record(relation.period),
        "secret": relation.secret,
    }
    return {name: value for name, value in record.items() if value not in ({}, False)}


def period_record(period: Period) -> dict[str, Any]:
    """A period as the file has it."""
    moments = {
        "from": {"text": period.begins, "order": period.begins_order},
        "to": {"text": period.ends, "order": period.ends_order},
    }
    known = {name: {part: one for part, one in moment.items() if one is not None} for name, moment in moments.items()}
    return {name: moment for name, moment in known.items() if moment}
