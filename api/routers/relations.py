"""Relationships between entities: typed, directed, with attributes and a period if they have one."""

# ruff: noqa: FAST003 - {id} is read by a dependency of api/deps.py
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.conflicts import conflicts, expected_version, require_match
from api.deps import EntityReader, EntityWriter, NeededIfMatch, OptionalIfMatch, RelationId, Services
from api.entity_answers import wrong_values_are_400
from api.entity_bodies import merged
from api.memory_models import Moment, PeriodView, RelationCreate, RelationList, RelationUpdate, RelationView
from api.once import Once
from api.parsing import DIGITS, Id, OptionalId
from api.responses import json_response
from api.routers.entities import Seen
from api.routers.entity_versions import Direction, Kinds, split_kinds
from api.routes import ScopedRoute
from core.errors import FieldError, InvalidInput, NotFound
from core.ids import new_uuid
from store.database import Transaction
from store.periods import Period
from store.relation_rows import End, Relationship
from store.relations import (
    change_relationship,
    delete_relationship,
    get_relationship,
    list_relationships,
    relate,
)

router = APIRouter(prefix="/v1/relations", tags=["relations"], route_class=ScopedRoute)


@router.post("", status_code=201, response_model=RelationView)
def create_one(body: RelationCreate, caller: EntityWriter, services: Services, once: Once) -> Response:
    """Relate two entities of a campaign (201); the same kind between them again is added to (200)."""

    def make() -> Response:
        fresh = new_uuid()
        try:
            relation = _relate(tx, body, caller.principal, fresh)
        except NotFound as error:
            raise _unknown_ends() from error
        is_new = relation.id == fresh
        return _answer(relation, 201 if is_new else 200, {"Location": f"/v1/relations/{relation.public_id}"})

    with services.database.transaction() as tx:
        return once.answer(tx, make)


@router.get("", response_model=RelationList)
def list_page(
    campaign_id: Annotated[Id, Query()],
    caller: EntityReader,
    services: Services,
    entity_id: Annotated[OptionalId, Query(description="Only those of this entity.")] = None,
    direction: Direction = "both",
    kinds: Kinds = None,
    limit: Annotated[int, Query(ge=1, le=1000), DIGITS] = 100,
    offset: Annotated[int, Query(ge=0, le=1_000_000), DIGITS] = 0,
    view: Seen = "full",
) -> Response:
    """The relationships of a campaign, or of one of its entities, oldest first."""
    with services.database.transaction() as tx:
        page = list_relationships(
            tx,
            caller.principal,
            campaign_id,
            limit,
            offset,
            entity_id=entity_id,
            direction=direction,
            kinds=split_kinds(kinds),
            as_player=view == "player",
        )
    items = [relation_json(relation) for relation in page.items]
    return json_response({"items": items, "total": page.total, "limit": limit, "offset": offset})


@router.get("/{id}", response_model=RelationView)
def read_one(relation_id: RelationId, caller: EntityReader, services: Services, view: Seen = "full") -> Response:
    """One relationship; its version is the ETag."""
    with services.database.transaction() as tx:
        return _answer(get_relationship(tx, relation_id, caller.principal, as_player=view == "player"))


def change_one(
    relation_id: RelationId, body: RelationUpdate, condition: NeededIfMatch, caller: EntityWriter, services: Services
) -> Response:
    """Merge the body over the relationship, if it still has the version in If-Match; its ends and kind stay."""
    given = body.model_fields_set
    with services.database.transaction() as tx, wrong_values_are_400(), conflicts(services):
        current = get_relationship(tx, relation_id, caller.principal)
        require_match(condition, current.version)
        attributes = current.attributes | merged(current.attributes, body.attributes)
        relation = change_relationship(
            tx,
            relation_id,
            caller.principal,
            expected_version=current.version,
            attributes={name: value for name, value in attributes.items() if value is not None},
            secret=body.secret if "secret" in given else current.secret,
            period=_period(body.period) if "period" in given else current.period,
        )
    return _answer(relation)


router.put("/{id}", response_model=RelationView, name="change_one")(change_one)
router.patch("/{id}", response_model=RelationView, name="patch_one")(change_one)


@router.delete("/{id}", status_code=204)
def delete_one(
    relation_id: RelationId, condition: OptionalIfMatch, caller: EntityWriter, services: Services
) -> Response:
    """Hide a relationship from every list and walk; relating the two again brings it back."""
    with services.database.transaction() as tx, conflicts(services):
        delete_relationship(tx, relation_id, caller.principal, expected_version=expected_version(condition))
    return Response(status_code=204)


def _relate(tx: Transaction, body: RelationCreate, principal: str, relationship_id: UUID) -> Relationship:
    with wrong_values_are_400():
        return relate(
            tx,
            source_id=body.source_id,
            target_id=body.target_id,
            kind=body.kind,
            attributes=body.attributes,
            period=_period(body.period) if body.period else None,
            secret=body.secret,
            principal=principal,
            relationship_id=relationship_id,
        )


def relation_json(relation: Relationship) -> dict[str, Any]:
    """A relationship as it is answered."""
    return {
        "id": relation.public_id,
        "uuid": relation.id,
        "campaign_id": relation.campaign_id,
        "source": _end(relation.source),
        "target": _end(relation.target),
        "kind": relation.kind,
        "attributes": relation.attributes,
        "period": _period_json(relation.period),
        "secret": relation.secret,
        "version": relation.version,
        "created_by": relation.created_by,
        "created_at": relation.created_at,
        "updated_at": relation.updated_at,
    }


def _answer(relation: Relationship, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return json_response(relation_json(relation), status, {"ETag": f'"{relation.version}"'} | (headers or {}))


def _end(end: End) -> dict[str, Any]:
    return {"id": end.public_id, "uuid": end.id, "type": end.type, "name": end.name}


def _period(given: PeriodView | None) -> Period:
    period = given or PeriodView()
    begins, ends = period.begins or Moment(), period.ends or Moment()
    return Period(begins.text, begins.order, ends.text, ends.order)


def _period_json(period: Period) -> dict[str, Any] | None:
    ends = {
        "from": {"text": period.begins, "order": period.begins_order},
        "to": {"text": period.ends, "order": period.ends_order},
    }
    known = {
        name: {part: value for part, value in moment.items() if value is not None} for name, moment in ends.items()
    }
    return {name: moment for name, moment in known.items() if moment} or None


def _unknown_ends() -> InvalidInput:
    """The address is right; it is the body that names an entity the caller does not have (C15: 422)."""
    allowed = "Must be the id of an entity of a campaign of yours"
    fields = [FieldError("source_id", allowed), FieldError("target_id", allowed)]
    return InvalidInput("The source_id or the target_id names no entity of yours", fields=fields)
