"""What an agent wants changed, and how it becomes rows.

An agent thinks with no transaction open and hands back changes; `run_step` applies them in the transaction that records
the step's result. Ids are derived from the step, so that a step that runs twice creates once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from contracts.entities import EntityType
from store.database import Transaction
from store.entities import State, create_entity


@dataclass(frozen=True, slots=True)
class NewEntity:
    """An entity to be written; see store.entities.create_entity for what is allowed."""

    id: UUID
    type: EntityType
    name: str
    description: str = ""
    attributes: dict[str, Any] = field(default_factory=dict)
    state: State = "approved"


Change = NewEntity
"""Everything an agent can ask for."""


def apply_changes(
    tx: Transaction, changes: Sequence[Change], *, campaign_id: UUID, principal: str, request_id: UUID
) -> list[str]:
    """Write the changes in their order; applying them again changes nothing.

    Returns:
        The public ids of the entities, such as `npc_` and 32 hex digits.

    Raises:
        NotFound, PermissionDenied: The principal may not write to this campaign (any more).
        InvalidInput: A value is not allowed.
    """
    created = [
        create_entity(
            tx,
            campaign_id=campaign_id,
            type=change.type,
            name=change.name,
            description=change.description,
            attributes=change.attributes,
            state=change.state,
            principal=principal,
            entity_id=change.id,
            request_id=request_id,
        )
        for change in changes
    ]
    return [entity.public_id for entity in created]
