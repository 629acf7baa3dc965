"""What the World Designer reads from the campaign: who and what is there to be used. It writes nothing.

Secrets are not read at all, so that none can get into what is made. Drafts are used only where the order means them.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from contracts.entities import EntityType
from core.ids import prefixed
from store.attributes import raise_attributes
from store.campaigns import Role, require_member
from store.database import Database
from workers.world_designer.content.campaign import Campaign, Known

MOST_KNOWN: Final = 60
"""Entities looked at: enough to name people and places, few enough to read in a moment."""
_USED: Final = ("location", "dungeon", "npc", "pc", "faction")

_KNOWN: Final = """
SELECT e.id, e.type, e.name, e.description, e.attributes, e.schema_version
FROM entities e
CROSS JOIN LATERAL (SELECT regexp_replace(lower(e.name), '^(the|an?) ', '') AS plain) AS n
CROSS JOIN LATERAL (SELECT plain, ' ' || trim(regexp_replace(plain, '[^[:alnum:]]+', ' ', 'g')) || ' ' AS words) AS p
CROSS JOIN LATERAL (SELECT e.id IS NOT DISTINCT FROM %(location_id)s AS is_here,
                           p.plain = ANY(%(names)s) OR strpos(%(text)s, p.words) > 0 AS is_meant
) AS q
WHERE e.campaign_id = %(campaign_id)s AND e.deleted_at IS NULL
  AND (e.type = ANY(%(types)s) OR is_here)
  AND (e.state = 'approved' OR (%(drafts)s AND (is_here OR is_meant)))
ORDER BY is_here DESC, is_meant DESC, e.updated_at DESC, e.id
LIMIT %(limit)s
"""
_WORD: Final = re.compile(r"[^\W_]+")
_TOLD: Final = """
SELECT data -> 'cast' AS told FROM events
WHERE request_id = %s AND step_no = %s AND index = 0 AND kind = 'layout'
"""


class DesignerRepository:
    """The campaign as generators see it.

    Args:
        database: Where it is.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def campaign(
        self,
        principal: str,
        campaign_id: UUID,
        *,
        names: Iterable[str] = (),
        text: str = "",
        location_id: UUID | None = None,
    ) -> Campaign:
        """Where the party is, the entities of these names or named in the text, and what was worked on last.

        Everything is approved, but that a draft is found by its name or place by those who may see drafts.

        Raises:
            NotFound: The campaign is unknown or not the principal's.
        """
        given: dict[str, Any] = {
            "campaign_id": campaign_id,
            "types": list(_USED),
            "location_id": location_id,
            "names": [_plain(name) for name in names],
            "text": _in_words(text),
            "limit": MOST_KNOWN,
        }
        with self._database.transaction() as tx:
            given["drafts"] = require_member(tx, campaign_id, principal) is not Role.READER
            rows = tx.execute(_KNOWN, given).fetchall()
        return Campaign([_known(row) for row in rows])

    def told_cast(self, request_id: UUID, step_no: int) -> dict[str, Any] | None:
        """The cast that this step has told with its layout when it ran before; None when it has told none."""
        with self._database.transaction() as tx:
            row = tx.execute(_TOLD, (request_id, step_no)).fetchone()
        return None if row is None else row["told"]


def _in_words(text: str) -> str:
    """The words of a text with a blank around each; empty when it has none."""
    words = _WORD.findall(text.lower())
    return f" {' '.join(words)} " if words else ""


def _plain(name: str) -> str:
    lowered = name.lower()
    return next((lowered.removeprefix(one) for one in ("the ", "an ", "a ") if lowered.startswith(one)), lowered)


def _known(row: Mapping[str, Any]) -> Known:
    kind = EntityType(row["type"])
    return Known(
        id=prefixed(kind.prefix, row["id"]),
        type=kind.value,
        name=row["name"],
        description=row["description"],
        attributes=raise_attributes(kind, row["attributes"], row["schema_version"]),
    )
