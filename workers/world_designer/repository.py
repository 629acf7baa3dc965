"""What the World Designer reads from the campaign: who and what is there to be used. It writes nothing."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from psycopg.sql import SQL

from core.ids import prefixed
from store.campaigns import Role, require_member
from store.database import Database
from store.entity_rows import COLUMNS, Entity, entity_of
from workers.world_designer.content.campaign import Campaign, Known

MOST_KNOWN: Final = 60
"""Entities looked at: enough to name people and places, few enough to read in a moment."""
_USED: Final = ("location", "dungeon", "npc", "pc", "faction")

_KNOWN: Final = SQL("""
SELECT {columns}
FROM entities e
WHERE e.campaign_id = %(campaign_id)s AND e.deleted_at IS NULL
  AND (e.type = ANY(%(types)s) OR e.id = %(location_id)s)
ORDER BY e.id IS NOT DISTINCT FROM %(location_id)s DESC,
         regexp_replace(lower(e.name), '^(the|an?) ', '') = ANY(%(names)s) DESC,
         e.updated_at DESC, e.id
LIMIT %(limit)s
""")


class DesignerRepository:
    """The campaign as generators see it.

    Args:
        database: Where it is.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def campaign(
        self, principal: str, campaign_id: UUID, *, names: Iterable[str] = (), location_id: UUID | None = None
    ) -> Campaign:
        """Where the party is, the entities of these names, and what was worked on last, in this order.

        Raises:
            NotFound: The campaign is unknown or not the principal's.
        """
        given = {
            "campaign_id": campaign_id,
            "types": list(_USED),
            "location_id": location_id,
            "names": [_plain(name) for name in names],
            "limit": MOST_KNOWN,
        }
        with self._database.transaction() as tx:
            require_member(tx, campaign_id, principal, role=Role.READER)
            rows = tx.execute(_KNOWN.format(columns=COLUMNS), given).fetchall()
        return Campaign([_known(entity_of(row)) for row in rows])


def _plain(name: str) -> str:
    lowered = name.lower()
    return next((lowered.removeprefix(one) for one in ("the ", "an ", "a ") if lowered.startswith(one)), lowered)


def _known(entity: Entity) -> Known:
    return Known(
        id=prefixed(entity.type.prefix, entity.id),
        type=entity.type.value,
        name=entity.name,
        description=entity.description,
        attributes=entity.attributes,
    )
