"""Entities of a campaign: create, read, list, change with optimistic locking, delete softly (R25-R30, C16-C18)."""

# ruff: noqa: FAST003 - {type} and {id} are read by the dependencies of api/deps.py
from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime
from starlette.concurrency import run_in_threadpool

from api.conflicts import conflicts, expected_version, require_match
from api.cursors import MAX_CURSOR, CursorSigner
from api.deps import (
    Entities,
    EntityId,
    EntityKind,
    EntityReader,
    EntityWriter,
    NeededIfMatch,
    OptionalIfMatch,
    Services,
)
from api.entity_answers import entity_answer, unknown_campaign, version_json, wrong_values_are_400
from api.entity_bodies import changes_of, completed, entity_json, new_attributes, reaches_inside
from api.entity_reads import Sight
from api.models import EntityBulk, EntityCreate, EntityItem, EntityList, EntityState, EntityUpdate, EntityView, View
from api.once import Once
from api.parsing import DIGITS, Id, QueryFlag
from api.refusals import InvalidFields
from api.responses import json_response
from api.routes import ScopedRoute
from contracts.entities import EntityType
from core.errors import FieldError, NotFound
from core.ids import new_uuid
from store.database import Database, Transaction
from store.entities import Entity, create_entity, delete_entity, get_entity, update_entity
from store.entity_batches import NewRow, create_entities
from store.entity_lists import Filter, Order, list_entities
from store.entity_rows import no_such_entity
from store.entity_versions import get_entity_version

router = APIRouter(prefix="/v1/entities", tags=["entities"], route_class=ScopedRoute)

Limit = Annotated[int, Query(ge=1, le=1000), DIGITS]
Offset = Annotated[int, Query(ge=0, le=1_000_000, description="For more, follow next_cursor."), DIGITS]
Cursor = Annotated[
    str | None, Query(min_length=1, max_length=MAX_CURSOR, description="next_cursor of the page before.")
]
WithDeleted = Annotated[QueryFlag, Query(description="Deleted ones too; for owners of the campaign.")]
Seen = Annotated[View, Query(description="player: what readers get, nothing secret and no drafts.")]
Number = Annotated[int | None, Query(ge=1, le=2**31 - 1, description="As it was in this version."), DIGITS]


@router.get("/{type}", response_model=EntityList)
def list_page(
    kind: EntityKind,
    campaign_id: Annotated[Id, Query()],
    request: Request,
    caller: EntityReader,
    services: Services,
    limit: Limit = 100,
    offset: Offset = 0,
    cursor: Cursor = None,
    include_deleted: WithDeleted = False,  # noqa: FBT002 - a query field
    tag: Annotated[str | None, Query(min_length=1, max_length=50)] = None,
    state: Annotated[EntityState | None, Query()] = None,
    name_prefix: Annotated[str | None, Query(min_length=1, max_length=200)] = None,
    updated_since: Annotated[AwareDatetime | None, Query(description="A time with its zone.")] = None,
    sort: Annotated[Order, Query(description="With a minus: the last first.")] = Order.CREATED,
    view: Seen = "full",
) -> Response:
    """One page of a campaign's entities of one type, oldest first unless sorted otherwise."""
    cursors, listed = CursorSigner(services.settings), _listed(request, kind, campaign_id)
    with services.database.transaction() as tx, wrong_values_are_400():
        page = list_entities(
            tx,
            caller.principal,
            campaign_id,
            kind,
            limit,
            offset,
            which=Filter(tag, state, name_prefix, updated_since),
            order=sort,
            after=cursors.read(cursor, listed) if cursor is not None else None,
            include_deleted=include_deleted,
            as_player=view == "player",
        )
    next_cursor = cursors.sign(page.end, listed) if page.end else None
    items = [entity_json(entity) for entity in page.items]
    body = {"items": items, "total": page.total, "limit": limit, "offset": offset, "next_cursor": next_cursor}
    return json_response(body, headers=_link(request, next_cursor))


@router.get("/{type}/{id}", response_model=EntityView)
async def read_one(
    kind: EntityKind,
    entity_id: EntityId,
    caller: EntityReader,
    services: Services,
    entities: Entities,
    include_deleted: WithDeleted = False,  # noqa: FBT002 - a query field
    version: Number = None,
    view: Seen = "full",
) -> Response:
    """One entity, its version is the ETag; with `version` as it was then, and without an ETag."""
    seen = Sight(caller.principal, include_deleted=include_deleted, as_player=view == "player")
    entity = await entities.load(seen, entity_id)
    if entity is None or entity.type != kind:
        raise no_such_entity()
    if version is None:
        return entity_answer(entity)
    return await run_in_threadpool(_version_answer, services.database, entity, version, seen)


@router.post("/{type}", status_code=201, response_model=EntityView)
def create_one(kind: EntityKind, body: EntityCreate, caller: EntityWriter, services: Services, once: Once) -> Response:
    """Write a new entity."""

    def make() -> Response:
        entity = _create(tx, kind, body, caller.principal)
        response = entity_answer(entity, status=201)
        response.headers["Location"] = f"/v1/entities/{kind}/{entity.public_id}"
        return response

    with services.database.transaction() as tx, wrong_values_are_400():
        return once.answer(tx, make)


@router.post("/{type}/bulk", status_code=201, response_model=EntityList)
def create_many(kind: EntityKind, body: EntityBulk, caller: EntityWriter, services: Services, once: Once) -> Response:
    """Write up to 1000 new entities of one type: all of them, or none; what is wrong is named by its place."""

    def make() -> Response:
        rows = [_row(kind, item, place) for place, item in enumerate(body.items)]
        try:
            made = create_entities(tx, body.campaign_id, caller.principal, rows, path="items")
        except NotFound as error:
            raise unknown_campaign("campaign_id") from error
        items = [entity_json(entity) for entity in made]
        return json_response({"items": items, "total": len(items), "limit": len(items), "offset": 0}, 201)

    with services.database.transaction() as tx, wrong_values_are_400():
        return once.answer(tx, make)


def change_one(
    kind: EntityKind,
    entity_id: EntityId,
    body: EntityUpdate,
    condition: NeededIfMatch,
    caller: EntityWriter,
    services: Services,
) -> Response:
    """Merge the body over the entity, if it still has the version in If-Match."""
    changes, expected = changes_of(body), expected_version(condition)
    with services.database.transaction() as tx, wrong_values_are_400(), conflicts(services):
        if reaches_inside(changes):
            # What is merged here was read here, so it holds for that version only, also under `If-Match: *`.
            current = get_entity(tx, entity_id, caller.principal, kind)
            require_match(condition, current.version)
            changes, expected = completed(changes, current), current.version
        entity = update_entity(tx, entity_id, caller.principal, type=kind, expected_version=expected, changes=changes)
    return entity_answer(entity)


router.put("/{type}/{id}", response_model=EntityView, name="change_one")(change_one)
router.patch("/{type}/{id}", response_model=EntityView, name="patch_one")(change_one)


@router.delete("/{type}/{id}", status_code=204)
def delete_one(
    kind: EntityKind, entity_id: EntityId, condition: OptionalIfMatch, caller: EntityWriter, services: Services
) -> Response:
    """Hide an entity from every list and search; its history stays, and it can be brought back."""
    with services.database.transaction() as tx, conflicts(services):
        delete_entity(tx, entity_id, caller.principal, type=kind, expected_version=expected_version(condition))
    return Response(status_code=204)


def _create(tx: Transaction, kind: EntityType, body: EntityCreate, principal: str) -> Entity:
    try:
        return create_entity(
            tx,
            campaign_id=body.campaign_id,
            type=kind,
            name=body.name,
            description=body.description,
            attributes=new_attributes(body),
            state=body.state,
            tags=body.tags,
            secret=body.secret,
            principal=principal,
        )
    except NotFound as error:
        raise unknown_campaign("campaign_id") from error


def _version_answer(database: Database, entity: Entity, version: int, seen: Sight) -> Response:
    with database.transaction() as tx:
        was = get_entity_version(tx, entity.id, seen.principal, entity.type, version, as_player=seen.as_player)
    return json_response(version_json(entity, was))


def _row(kind: EntityType, item: EntityItem, place: int) -> NewRow:
    try:
        attributes = new_attributes(item)
    except InvalidFields as error:
        error.fields = tuple(FieldError(f"items.{place}.{one.field}", one.message) for one in error.fields)
        raise
    return NewRow(
        id=new_uuid(),
        type=kind,
        name=item.name,
        description=item.description,
        attributes=attributes,
        state=item.state,
        tags=item.tags,
        secret=item.secret,
    )


_PAGING = frozenset({"limit", "offset", "cursor"})


def _listed(request: Request, kind: EntityType, campaign_id: UUID) -> Mapping[str, Any]:
    """What a cursor is bound to: everything that says which list this is, and nothing that says which page."""
    fields = {name: value for name, value in request.query_params.items() if name not in _PAGING}
    return fields | {"type": kind.value, "campaign_id": campaign_id.hex}


def _link(request: Request, next_cursor: str | None) -> dict[str, str]:
    """The next page as a Link header (RFC 8288), by cursor, so that it costs the same however far it is."""
    if next_cursor is None:
        return {}
    query = {name: value for name, value in request.query_params.items() if name != "offset"}
    return {"Link": f'<{request.url.path}?{urlencode(query | {"cursor": next_cursor})}>; rel="next"'}
