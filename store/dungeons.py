"""A stored dungeon put together again: its map from the dungeon's secret, its rooms from their own entities.

Rooms are read with what the Dungeon Master has made of them: a changed name or description is what the key shows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from core.errors import NotFound
from store.campaigns import Role
from store.database import Transaction
from store.entity_rows import no_such_entity

_DUNGEON: Final = """
SELECT e.name, e.secret, e.campaign_id, m.role
FROM entities e JOIN memberships m ON m.campaign_id = e.campaign_id AND m.principal = %(principal)s
WHERE e.id = %(id)s AND e.type = 'dungeon' AND e.deleted_at IS NULL AND (e.state = 'approved' OR m.role <> 'reader')
"""
_ROOMS: Final = """
SELECT e.name, e.description, e.secret
FROM relationships r JOIN entities e ON e.id = r.source_id
WHERE r.target_id = %(id)s AND r.kind = 'part of' AND r.deleted_at IS NULL
  AND e.type = 'location' AND e.deleted_at IS NULL AND e.secret IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class StoredDungeon:
    """A dungeon's document, the campaign it is in, and what the one who asks is there."""

    document: dict[str, Any]
    campaign_id: UUID
    role: Role


def read_dungeon(tx: Transaction, dungeon_id: UUID, principal: str) -> StoredDungeon:
    """The document of a stored dungeon, secrets and all: the caller decides what of it may be shown.

    Raises:
        NotFound: Unknown, someone else's, deleted, a draft to a reader, or a dungeon that was written without a map.
    """
    given = {"id": dungeon_id, "principal": principal}
    row = tx.execute(_DUNGEON, given).fetchone()
    if row is None:
        raise no_such_entity()
    head = row["secret"].get("dungeon") if isinstance(row["secret"], dict) else None
    rooms = [room for room in map(_room, tx.execute(_ROOMS, given).fetchall()) if room is not None]
    if not isinstance(head, dict) or not rooms:
        raise NotFound("this dungeon has no map: only generated ones have")
    rooms.sort(key=lambda room: str(room.get("number")).zfill(4))
    return StoredDungeon({**head, "name": row["name"], "rooms": rooms}, row["campaign_id"], Role(row["role"]))


def _room(row: Mapping[str, Any]) -> dict[str, Any] | None:
    """A room as it was made, with the name and the description it has now."""
    kept = row["secret"].get("room") if isinstance(row["secret"], dict) else None
    if not isinstance(kept, dict):
        return None
    name = row["name"].removeprefix(f"{kept.get('number')}. ")
    return {**kept, "name": name, "read_aloud": row["description"] or kept.get("read_aloud", "")}
