"""What an entity was, how it comes back, how a draft is approved, and what it is related to."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from api.conflicts import conflicts, expected_version
from api.deps import EntityId, EntityKind, EntityReader, EntityWriter, OptionalIfMatch, Services
from api.entity_answers import entity_answer, history_json, wrong_values_are_400
from api.memory_models import EntityHistory, RelatedList, RestoreRequest
from api.models import EntityView
from api.parsing import DIGITS, NUMBER
from api.responses import json_response
from api.routers.entities import Seen
from api.routes import ScopedRoute
from store.campaigns import Role, require_member
from store.entities import EntityChanges, entity_history, get_entity, update_entity
from store.entity_versions import restore_version, undelete_entity
from store.walks import Related, related_entities

router = APIRouter(prefix="/v1/entities/{type}/{id}", tags=["entities"], route_class=ScopedRoute)

Kinds = Annotated[str | None, Query(min_length=1, max_length=2000, description="Kinds of relationship, with commas.")]
Direction = Annotated[Literal["outgoing", "incoming", "both"], Query()]
At = Annotated[float | None, Query(description="Only what holds at this place of the campaign's time line."), NUMBER]


@router.get("/history", response_model=EntityHistory)
def list_versions(
    kind: EntityKind, entity_id: EntityId, caller: EntityReader, services: Services, view: Seen = "full"
) -> Response:
    """Every version: what it was, who made it so, when, and which request if one did."""
    with services.database.transaction() as tx:
        versions = entity_history(tx, entity_id, caller.principal, kind, as_player=view == "player")
    return json_response({"items": [history_json(was) for was in versions], "total": len(versions)})


@router.post("/restore", response_model=EntityView)
def restore_one(
    kind: EntityKind,
    entity_id: EntityId,
    body: RestoreRequest,
    condition: OptionalIfMatch,
    caller: EntityWriter,
    services: Services,
) -> Response:
    """Make the entity what it was in a version; that becomes its next version."""
    with services.database.transaction() as tx, conflicts(services):
        entity = restore_version(
            tx,
            entity_id,
            caller.principal,
            type=kind,
            version=body.version,
            expected_version=expected_version(condition),
        )
    return entity_answer(entity)


@router.post("/undelete", response_model=EntityView)
def undelete_one(
    kind: EntityKind, entity_id: EntityId, condition: OptionalIfMatch, caller: EntityWriter, services: Services
) -> Response:
    """Bring a deleted entity back; one that is not deleted stays as it is."""
    with services.database.transaction() as tx, conflicts(services):
        entity = undelete_entity(
            tx, entity_id, caller.principal, type=kind, expected_version=expected_version(condition)
        )
    return entity_answer(entity)


@router.post("/approve", response_model=EntityView)
def approve_one(
    kind: EntityKind, entity_id: EntityId, condition: OptionalIfMatch, caller: EntityWriter, services: Services
) -> Response:
    """Approve a draft; what is approved already stays as it is."""
    with services.database.transaction() as tx, conflicts(services):
        entity = get_entity(tx, entity_id, caller.principal, kind)
        require_member(tx, entity.campaign_id, caller.principal, role=Role.EDITOR)
        wanted = expected_version(condition)
        if entity.state == "draft" or wanted not in {None, entity.version}:
            entity = update_entity(
                tx,
                entity_id,
                caller.principal,
                type=kind,
                expected_version=wanted,
                changes=EntityChanges(state="approved"),
            )
    return entity_answer(entity)


@router.get("/related", response_model=RelatedList)
def list_related(
    kind: EntityKind,
    entity_id: EntityId,
    caller: EntityReader,
    services: Services,
    depth: Annotated[int, Query(ge=1, le=5), DIGITS] = 1,
    kinds: Kinds = None,
    direction: Direction = "both",
    at: At = None,
    view: Seen = "full",
) -> Response:
    """What is reached over relationships, nearest first, each once; cycles do no harm (R5, C38)."""
    with services.database.transaction() as tx, wrong_values_are_400():
        found = related_entities(
            tx,
            entity_id,
            caller.principal,
            depth,
            split_kinds(kinds),
            type=kind,
            direction=direction,
            at=at,
            as_player=view == "player",
        )
    return json_response({"items": [_view(one) for one in found], "total": len(found)})


def split_kinds(kinds: str | None) -> list[str] | None:
    """The kinds of a query field; None for all."""
    return [kind.strip() for kind in kinds.split(",") if kind.strip()] if kinds else None


def _view(one: Related) -> dict[str, object]:
    return {
        "id": one.public_id,
        "uuid": one.id,
        "type": one.type,
        "name": one.name,
        "depth": one.depth,
        "kinds": list(one.kinds),
    }
