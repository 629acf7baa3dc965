"""What an agent wants changed, and how it becomes rows.

An agent thinks with no transaction open and hands back changes; `run_step` applies them in the transaction that records
the step's result. Ids are derived from the step, so that a step that runs twice creates once.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from contracts.entities import EntityType
from core.errors import NotFound
from store.database import Transaction
from store.entities import State, create_entity
from store.relations import relate


@dataclass(frozen=True, slots=True)
class NewEntity:
    """An entity to be written; see store.entities.create_entity for what is allowed."""

    id: UUID
    type: EntityType
    name: str
    description: str = ""
    attributes: dict[str, Any] = field(default_factory=dict)
    state: State = "approved"


@dataclass(frozen=True, slots=True)
class NewRelationship:
    """A relationship to be written between two entities, new or stored; see store.relations.relate."""

    source_id: UUID
    target_id: UUID
    kind: str
    attributes: dict[str, Any] = field(default_factory=dict)


Change = NewEntity | NewRelationship
"""Everything an agent can ask for."""


def apply_changes(
    tx: Transaction, changes: Sequence[Change], *, campaign_id: UUID, principal: str, request_id: UUID
) -> list[str]:
    """Write the entities and then the relations, each in their order; applying them again changes nothing.

    A relation to what has been deleted since the agent looked is left out: the rest of its work is still good.

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
        if isinstance(change, NewEntity)
    ]
    for change in changes:
        if isinstance(change, NewRelationship):
            _relate(tx, change, principal)
    return [entity.public_id for entity in created]


def _relate(tx: Transaction, change: NewRelationship, principal: str) -> None:
    with suppress(NotFound):
        relate(
            tx,
            source_id=change.source_id,
            target_id=change.target_id,
            kind=change.kind,
            principal=principal,
            attributes=change.attributes,
        )
