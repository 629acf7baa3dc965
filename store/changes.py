"""What an agent wants changed, and how it becomes rows.

An agent thinks with no transaction open and hands back changes; `run_step` applies them in the transaction that records
the step's result. Ids are derived from the step, so that a step that runs twice creates once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from contracts.entities import EntityType
from core.ids import prefixed
from store.database import Transaction
from store.entities import EntityChanges, State, create_entity, update_entity


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
class ChangedEntity:
    """A change to an entity that was read as `version`; None changes it whatever its version is."""

    id: UUID
    type: EntityType
    changes: EntityChanges
    version: int | None = None


Change = NewEntity | ChangedEntity
"""Everything an agent can ask for."""


def apply_changes(
    tx: Transaction, changes: Sequence[Change], *, campaign_id: UUID, principal: str, request_id: UUID
) -> list[str]:
    """Write the changes in their order; applying new ones again changes nothing.

    Returns:
        The public ids of the new entities, such as `npc_` and 32 hex digits.

    Raises:
        NotFound, PermissionDenied: The principal may not write to this campaign (any more).
        InvalidInput: A value is not allowed.
    """
    created = []
    for change in changes:
        match change:
            case NewEntity():
                _create(tx, change, campaign_id=campaign_id, principal=principal, request_id=request_id)
                created.append(prefixed(change.type.prefix, change.id))
            case ChangedEntity():
                update_entity(
                    tx,
                    change.id,
                    principal,
                    type=change.type,
                    expected_version=change.version,
                    changes=change.changes,
                    request_id=request_id,
                )
    return created


def _create(tx: Transaction, new: NewEntity, *, campaign_id: UUID, principal: str, request_id: UUID) -> None:
    create_entity(
        tx,
        campaign_id=campaign_id,
        type=new.type,
        name=new.name,
        description=new.description,
        attributes=new.attributes,
        state=new.state,
        principal=principal,
        entity_id=new.id,
        request_id=request_id,
    )
