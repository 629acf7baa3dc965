"""What every endpoint for entities answers alike: the entity with its ETag, a version of it, and wrong values."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from fastapi import Response

from api.entity_bodies import entity_json
from api.refusals import InvalidFields
from api.responses import json_response
from core.errors import FieldError, InvalidInput
from core.ids import REQUEST_PREFIX, prefixed
from store.entity_rows import Entity
from store.entity_versions import EntityVersion


def entity_answer(entity: Entity, status: int = 200) -> Response:
    """The entity; its version is the ETag."""
    return json_response(entity_json(entity), status, {"ETag": f'"{entity.version}"'})


def version_json(entity: Entity, was: EntityVersion) -> dict[str, Any]:
    """The entity as it was in one version; `updated_at` is when it became so."""
    then = replace(
        entity,
        name=was.name,
        description=was.description,
        attributes=was.attributes,
        state=was.state,
        tags=was.tags,
        secret=was.secret,
        version=was.version,
        updated_at=was.changed_at,
        deleted_at=was.changed_at if was.deleted else None,
    )
    return entity_json(then)


def history_json(was: EntityVersion) -> dict[str, Any]:
    """One version as a history lists it."""
    shown: dict[str, Any] = {
        "version": was.version,
        "name": was.name,
        "description": was.description,
        "attributes": was.attributes,
        "state": was.state,
        "tags": was.tags,
        "deleted": was.deleted,
        "changed_by": was.changed_by,
        "changed_at": was.changed_at,
    }
    shown |= {"secret": was.secret} if was.secret is not None else {}
    # The prompt that it came from, else the exchange that wrote it: both are what X-Request-ID said then (C14).
    request_id = prefixed(REQUEST_PREFIX, was.request_id) if was.request_id else was.exchange_id
    return shown | ({"request_id": request_id} if request_id else {})


def unknown_campaign(field: str) -> InvalidInput:
    """The address is right; it is the body that names a campaign the caller does not have (C15: 422)."""
    allowed = FieldError(field, "Must be the id of a campaign you are a member of")
    return InvalidInput(f"The {field} names no campaign of yours", fields=[allowed])


@contextmanager
def wrong_values_are_400() -> Iterator[None]:
    """What the store says of a value's shape is a 400, like the models' own findings (R62's own example)."""
    try:
        yield
    except InvalidInput as error:
        if any(item.field == "campaign_id" for item in error.fields):
            raise
        raise InvalidFields(str(error), fields=error.fields) from error
