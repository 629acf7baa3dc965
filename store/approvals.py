"""Approving drafts: many at once, all or none."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from psycopg.sql import SQL

from core.errors import FieldError, InvalidInput
from store.campaigns import Role, require_member
from store.database import Transaction
from store.entity_rows import COLUMNS, Entity, entity_of
from store.entity_writes import RECORD

_KNOWN: Final = """
SELECT id FROM entities WHERE campaign_id = %(campaign_id)s AND id = ANY(%(ids)s) AND deleted_at IS NULL
ORDER BY id FOR UPDATE
"""
_APPROVE: Final = SQL("""
WITH written AS (
    UPDATE entities e SET state = 'approved', version = e.version + 1, updated_at = clock_timestamp()
    WHERE e.campaign_id = %(campaign_id)s AND e.id = ANY(%(ids)s) AND e.deleted_at IS NULL AND e.state = 'draft'
    RETURNING {columns}
), recorded AS ({record})
SELECT * FROM written
""").format(columns=COLUMNS, record=RECORD)


def approve_entities(
    tx: Transaction, campaign_id: UUID, principal: str, ids: Sequence[UUID], *, request_id: UUID | None = None
) -> list[Entity]:
    """Approve drafts of a campaign, of any type; each becomes its next version.

    Returns:
        What was a draft until now, in the order of `ids`; what was approved before stays as it is.

    Raises:
        NotFound, PermissionDenied: See require_member.
        InvalidInput: Some ids name no entity of the campaign; each is named by its place, and nothing was approved.
    """
    require_member(tx, campaign_id, principal, role=Role.EDITOR)
    given: dict[str, Any] = {
        "campaign_id": campaign_id,
        "ids": list(ids),
        "principal": principal,
        "request_id": request_id,
    }
    known = {row["id"] for row in tx.execute(_KNOWN, given).fetchall()}
    unknown = [
        FieldError(f"ids.{index}", "Must be the id of an entity of this campaign")
        for index, one in enumerate(ids)
        if one not in known
    ]
    if unknown:
        raise InvalidInput(f"{len(unknown)} of the ids name no entity of this campaign", fields=unknown)
    approved = {row["id"]: entity_of(row) for row in tx.execute(_APPROVE, given).fetchall()}
    return [approved[one] for one in dict.fromkeys(ids) if one in approved]
