"""Entities by their ids, for all who ask at the same time in one query for each who may see the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

from api.batch_loader import BatchLoader
from store.database import Database
from store.entities import get_entities
from store.entity_rows import Entity
from store.speaking import Speaker, speaking


@dataclass(frozen=True, slots=True)
class Sight:
    """Who looks, and how much they see of what they may."""

    principal: str
    include_deleted: bool
    as_player: bool


EntityReads: TypeAlias = BatchLoader[Sight, UUID, Entity]
"""Finds entities of any type; what a sight does not show is None."""


def entity_reads(database: Database) -> EntityReads:
    """Reads of this database, each transaction behind the wall of the principal who looks."""

    def look_up(seen: Sight, ids: Sequence[UUID]) -> dict[UUID, Entity]:
        with speaking(Speaker("", seen.principal)), database.transaction() as tx:
            return get_entities(tx, ids, seen.principal, seen.include_deleted, as_player=seen.as_player)

    return BatchLoader(look_up)
