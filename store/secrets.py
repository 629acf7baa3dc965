"""The secrets of entities, for those who keep them: they are in no index, and no search brings them along."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from store.database import Transaction
from store.entity_values import Secret

_READ: Final = """
SELECT e.id, e.secret
FROM entities e JOIN memberships m ON m.campaign_id = e.campaign_id AND m.principal = %(principal)s
WHERE e.id = ANY(%(ids)s) AND e.deleted_at IS NULL AND e.secret IS NOT NULL AND m.role IN ('owner', 'editor')
"""


def read_secrets(tx: Transaction, principal: str, ids: Sequence[UUID]) -> Mapping[UUID, Secret]:
    """The secrets among these entities, as far as the principal is an editor of their campaigns."""
    rows = tx.execute(_READ, {"principal": principal, "ids": list(ids)}).fetchall()
    return {row["id"]: row["secret"] for row in rows}
