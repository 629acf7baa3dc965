"""Entities as bodies: flat on the wire (R27), columns and attributes in the store."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from api.models import EntityItem, EntityUpdate
from api.refusals import InvalidFields
from core.errors import FieldError
from store.entities import EntityChanges
from store.entity_rows import Entity

_COLUMNS: Final = frozenset({"name", "description", "state", "tags"})
_OWN: Final = _COLUMNS | {"secret", "campaign_id", "attributes"}
_READ_ONLY: Final = frozenset({"id", "uuid", "type", "version", "created_at", "updated_at", "deleted_at", "created_by"})


def entity_json(entity: Entity) -> dict[str, Any]:
    """An entity as it is answered; its own fields win over attributes of the same name."""
    shown: dict[str, Any] = {
        **entity.attributes,
        "id": entity.public_id,
        "uuid": entity.id,
        "type": entity.type,
        "campaign_id": entity.campaign_id,
        "name": entity.name,
        "description": entity.description,
        "attributes": entity.attributes,
        "version": entity.version,
        "state": entity.state,
        "tags": entity.tags,
        "created_at": entity.created_at,
        "updated_at": entity.updated_at,
    }
    shown.pop("secret", None)  # an attribute of that name is not the secret
    shown |= {"secret": entity.secret} if entity.secret is not None else {}
    return shown | ({"deleted_at": entity.deleted_at} if entity.deleted_at else {})


def new_attributes(body: EntityItem) -> dict[str, Any]:
    """The attributes of a new entity; null is the same as leaving one out.

    Raises:
        InvalidFields: A field is read-only, or stands both flat and under `attributes`.
    """
    given = _attributes(body, _READ_ONLY | {"campaign_id"})
    return {name: value for name, value in given.items() if value is not None}


def changes_of(body: EntityUpdate) -> EntityChanges:
    """What a PUT or PATCH changes: what it names, and null removes (RFC 7396). See `completed`.

    Raises:
        InvalidFields: See new_attributes.
    """
    columns = body.model_dump(include=set(body.model_fields_set & _COLUMNS))
    secret: dict[str, Any] = {}
    if "secret" in body.model_fields_set:
        secret = {"drop_secret": True} if body.secret is None else {"secret": body.secret}  # nosec B105 - a switch
    return EntityChanges(**columns, attributes=_attributes(body, _READ_ONLY | {"campaign_id"}), **secret)


def reaches_inside(changes: EntityChanges) -> bool:
    """Whether objects of the changes belong over stored ones: the store merges the top level of attributes alone."""
    given = (changes.secret, *(changes.attributes or {}).values())
    return any(isinstance(value, dict) for value in given)


def completed(changes: EntityChanges, current: Entity) -> EntityChanges:
    """The changes with objects that are whole, each merged over the stored one."""
    secret = changes.secret
    if isinstance(secret, dict) and isinstance(current.secret, dict):
        secret = _merge_patch(current.secret, secret)
    return replace(changes, attributes=merged(current.attributes, changes.attributes or {}), secret=secret)


def _attributes(body: EntityItem | EntityUpdate, read_only: frozenset[str]) -> dict[str, Any]:
    flat = dict(body.model_extra or {})
    if "location_type" in body.model_fields_set:
        flat["location_type"] = body.location_type.value if body.location_type else None
    nested = body.attributes
    wrong = [FieldError(name, "Is set by the server") for name in sorted(flat.keys() & read_only)]
    wrong += [
        FieldError(f"attributes.{name}", "Is a field of its own, not an attribute")
        for name in sorted(nested.keys() & (_READ_ONLY | _OWN))
    ]
    wrong += [FieldError(name, "Stands twice, also under attributes") for name in sorted(nested.keys() & flat.keys())]
    if wrong:
        raise InvalidFields(f"The {wrong[0].field[:80]} is not valid", fields=wrong)
    return nested | flat


def merged(stored: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """A patch whose objects are whole: the store merges the top level, what lies below is merged here."""
    return {
        name: _merge_patch(stored.get(name), value) if isinstance(value, dict) else value
        for name, value in patch.items()
    }


def _merge_patch(target: Any, patch: Any) -> Any:
    if not isinstance(patch, dict):
        return patch
    kept = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            kept.pop(name, None)
        else:
            kept[name] = _merge_patch(kept.get(name), value)
    return kept
