"""Entities as bodies: flat on the wire (R27), columns and attributes in the store."""

from collections.abc import Mapping
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


def changes_of(body: EntityUpdate, current: Entity) -> EntityChanges:
    """What a PUT or PATCH changes: what it names; objects are merged over the stored ones, null removes (RFC 7396).

    Raises:
        InvalidFields: See new_attributes.
    """
    patch = _attributes(body, _READ_ONLY | {"campaign_id"})
    columns = body.model_dump(include=set(body.model_fields_set & _COLUMNS))
    return EntityChanges(**columns, attributes=merged(current.attributes, patch), **_secret(body, current))


def _secret(body: EntityUpdate, current: Entity) -> dict[str, Any]:
    """Null takes the secret away; an object is merged over a stored one."""
    if "secret" not in body.model_fields_set:
        return {}
    if body.secret is None:
        return {"drop_secret": True}  # nosec B105 - a switch
    merge = isinstance(body.secret, dict) and isinstance(current.secret, dict)
    return {"secret": _merge_patch(current.secret, body.secret) if merge else body.secret}


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
