"""Entities of a campaign: create, read, list, change with optimistic locking, delete softly (R25-R30, C16-C18)."""

# ruff: noqa: FAST003 - {type} and {id} are read by the dependencies of api/deps.py
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from api.deps import (
    AppServices,
    EntityId,
    EntityKind,
    EntityReader,
    EntityWriter,
    IfMatch,
    NeededIfMatch,
    OptionalIfMatch,
    Services,
)
from api.entity_bodies import changes_of, entity_json, new_attributes
from api.models import EntityCreate, EntityList, EntityUpdate, EntityView
from api.once import Once
from api.parsing import DIGITS, Id, QueryFlag
from api.refusals import InvalidFields, PreconditionFailed
from api.responses import json_response
from api.routes import ScopedRoute
from contracts.entities import EntityType
from core.errors import FieldError, InvalidInput, NotFound
from store.database import Transaction
from store.entities import create_entity, delete_entity, get_entity, update_entity
from store.entity_lists import Page, list_entities
from store.entity_rows import Entity
from store.errors import VersionConflict

router = APIRouter(prefix="/v1/entities", tags=["entities"], route_class=ScopedRoute)

Limit = Annotated[int, Query(ge=1, le=1000), DIGITS]
Offset = Annotated[int, Query(ge=0, le=1_000_000, description="For more, follow next_cursor."), DIGITS]
Cursor = Annotated[str | None, Query(min_length=1, max_length=300)]
WithDeleted = Annotated[QueryFlag, Query(description="Deleted ones too; for owners of the campaign.")]

_NO_VERSION: Final = 0
"""What a weak tag is worth: versions begin at 1, so it never matches (C17)."""


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
) -> Response:
    """One page of a campaign's entities of one type, oldest first."""
    with services.database.transaction() as tx, _bad_values_are_400():
        page = list_entities(
            tx, caller.principal, campaign_id, kind, limit, offset, cursor, include_deleted=include_deleted
        )
    items = [entity_json(entity) for entity in page.items]
    body = {"items": items, "total": page.total, "limit": limit, "offset": offset, "next_cursor": page.next_cursor}
    return json_response(body, headers=_link(request, page))


@router.get("/{type}/{id}", response_model=EntityView)
def read_one(
    kind: EntityKind,
    entity_id: EntityId,
    caller: EntityReader,
    services: Services,
    include_deleted: WithDeleted = False,  # noqa: FBT002 - a query field
) -> Response:
    """One entity; its version is the ETag."""
    with services.database.transaction() as tx:
        return _answer(get_entity(tx, entity_id, caller.principal, kind, include_deleted))


@router.post("/{type}", status_code=201, response_model=EntityView)
def create_one(kind: EntityKind, body: EntityCreate, caller: EntityWriter, services: Services, once: Once) -> Response:
    """Write a new entity."""

    def make() -> Response:
        entity = _create(tx, kind, body, caller.principal)
        response = _answer(entity, status=201)
        response.headers["Location"] = f"/v1/entities/{kind}/{entity.public_id}"
        return response

    with services.database.transaction() as tx, _bad_values_are_400():
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
    with services.database.transaction() as tx, _bad_values_are_400(), _conflicts(services):
        # What is merged here was read here, so it holds for that version only, also under `If-Match: *`.
        current = get_entity(tx, entity_id, caller.principal, kind)
        _require_match(condition, current)
        entity = update_entity(
            tx,
            entity_id,
            caller.principal,
            type=kind,
            expected_version=current.version,
            changes=changes_of(body, current),
        )
    return _answer(entity)


router.put("/{type}/{id}", response_model=EntityView, name="change_one")(change_one)
router.patch("/{type}/{id}", response_model=EntityView, name="patch_one")(change_one)


@router.delete("/{type}/{id}", status_code=204)
def delete_one(
    kind: EntityKind, entity_id: EntityId, condition: OptionalIfMatch, caller: EntityWriter, services: Services
) -> Response:
    """Hide an entity from every list and search; its history stays."""
    with services.database.transaction() as tx, _conflicts(services):
        expected = _NO_VERSION if condition.is_weak else condition.version
        delete_entity(tx, entity_id, caller.principal, type=kind, expected_version=expected)
    return Response(status_code=204)


def _answer(entity: Entity, status: int = 200) -> Response:
    return json_response(entity_json(entity), status, {"ETag": f'"{entity.version}"'})


def _link(request: Request, page: Page) -> dict[str, str]:
    """The next page as a Link header (RFC 8288), by cursor, so that it costs the same however far it is."""
    if page.next_cursor is None:
        return {}
    query = {name: value for name, value in request.query_params.items() if name != "offset"}
    return {"Link": f'<{request.url.path}?{urlencode(query | {"cursor": page.next_cursor})}>; rel="next"'}


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
            principal=principal,
        )
    except NotFound as error:
        raise unknown_campaign("campaign_id") from error


def unknown_campaign(field: str) -> InvalidInput:
    """The address is right; it is the body that names a campaign the caller does not have (C15: 422)."""
    allowed = FieldError(field, "Must be the id of a campaign you are a member of")
    return InvalidInput(f"The {field} names no campaign of yours", fields=[allowed])


def _require_match(condition: IfMatch, current: Entity) -> None:
    wanted = _NO_VERSION if condition.is_weak else condition.version
    if wanted is not None and wanted != current.version:
        raise VersionConflict(expected=wanted, current_version=current.version)


@contextmanager
def _bad_values_are_400() -> Iterator[None]:
    """What the store says of a value's shape is a 400, like the models' own findings (R62's own example)."""
    try:
        yield
    except InvalidInput as error:
        if any(item.field == "campaign_id" for item in error.fields):
            raise
        raise InvalidFields(str(error), fields=error.fields) from error


@contextmanager
def _conflicts(services: AppServices) -> Iterator[None]:
    """409 by default, 412 when STRICT_HTTP_PRECONDITIONS is set (C16)."""
    try:
        yield
    except VersionConflict as error:
        if services.settings.strict_http_preconditions:
            raise PreconditionFailed(str(error), current_version=error.current_version) from error
        raise
