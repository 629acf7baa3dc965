"""What an agent wants changed, and how it becomes rows.

An agent thinks with no transaction open and hands back changes; `run_step` applies them in the transaction that records
the step's result. Ids are derived from the step, so that a step that runs twice creates once. Whatever is written names
the request, so that it can be undone (store/undo.py).
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from contracts.entities import EntityType
from core.errors import NotFound
from core.ids import prefixed
from store.database import Transaction
from store.entities import EntityChanges, State, create_entity, delete_entity, update_entity
from store.entity_values import Secret
from store.periods import Period
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
    tags: Sequence[str] = ()
    secret: Secret | None = None


@dataclass(frozen=True, slots=True)
class ChangedEntity:
    """A change to an entity that was read as `version`; None changes it whatever its version is."""

    id: UUID
    type: EntityType
    changes: EntityChanges
    version: int | None = None


@dataclass(frozen=True, slots=True)
class DeletedEntity:
    """An entity to be deleted that was read as `version`; its versions stay."""

    id: UUID
    type: EntityType
    version: int


@dataclass(frozen=True, slots=True)
class NewRelationship:
    """A relationship to be written or added to, between entities new or stored; see store.relations.relate."""

    source_id: UUID
    target_id: UUID
    kind: str
    attributes: dict[str, Any] = field(default_factory=dict)
    period: Period | None = None
    secret: bool | None = None


Change = NewEntity | ChangedEntity | DeletedEntity | NewRelationship
"""Everything an agent can ask for."""


def apply_changes(
    tx: Transaction, changes: Sequence[Change], *, campaign_id: UUID, principal: str, request_id: UUID
) -> list[str]:
    """Write the changes in their order; applying new entities and relationships again changes nothing.

    A relation to what has been deleted since the agent looked is left out: the rest of its work is still good.

    Returns:
        The public ids of the new entities, such as `npc_` and 32 hex digits.

    Raises:
        NotFound, PermissionDenied: The principal may not write to this campaign (any more).
        VersionConflict: An entity was changed since the agent read it.
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
            case DeletedEntity():
                delete_entity(
                    tx,
                    change.id,
                    principal,
                    type=change.type,
                    expected_version=change.version,
                    request_id=request_id,
                )
            case NewRelationship():
                with suppress(NotFound):
                    _relate(tx, change, principal=principal, request_id=request_id)
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
        tags=new.tags,
        secret=new.secret,
        principal=principal,
        entity_id=new.id,
        request_id=request_id,
    )


def _relate(tx: Transaction, new: NewRelationship, *, principal: str, request_id: UUID) -> None:
    relate(
        tx,
        source_id=new.source_id,
        target_id=new.target_id,
        kind=new.kind,
        attributes=new.attributes,
        period=new.period,
        secret=new.secret,
        principal=principal,
        request_id=request_id,
    )
