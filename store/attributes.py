"""What each type of entity may carry in its JSON attributes, and how that changes over the years (R7, R30).

`contracts/v1/entities/<type>.json` names the attributes that have a meaning and the shape of each; any other may be
stored beside them. The shape of a type has a version of its own, kept with every row (`schema_version`). A field is
added without a new version. When a shape changes, a function here raises attributes by one version; old rows are raised
when they are read and written back in the new shape with their next change. No migration rewrites a table of JSON.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Final

import jsonschema_rs

from contracts.entities import EntityType
from contracts.entity_schemas import attribute_schema
from core.errors import FieldError, InvalidInput
from store.values import check_json_object

Attributes = dict[str, Any]
Raise = Callable[[Attributes], Attributes]
"""From one version of a type's shape to the next; must not change its argument."""

MAX_FAULTS: Final = 20

RAISES: Final[Mapping[EntityType, Sequence[Raise]]] = dict.fromkeys(EntityType, ())
"""Per type, the functions from version 1 to 2, from 2 to 3, and so on."""


def newest_shape(kind: EntityType, raises: Mapping[EntityType, Sequence[Raise]] = RAISES) -> int:
    """The version that attributes of this type are written under today."""
    return 1 + len(raises[kind])


def raise_attributes(
    kind: EntityType,
    attributes: Attributes,
    schema_version: int,
    raises: Mapping[EntityType, Sequence[Raise]] = RAISES,
) -> Attributes:
    """Attributes written under `schema_version`, in today's shape."""
    for raise_once in raises[kind][schema_version - 1 :]:
        attributes = raise_once(attributes)
    return attributes


def check_attributes(kind: EntityType, attributes: Attributes) -> Attributes:
    """Return the attributes unchanged; null stands for "remove" in a change.

    Raises:
        InvalidInput: An attribute is not as the type's schema has it (worded as in R62), or not storable JSON.
    """
    check_json_object("attributes", attributes)
    given = {name: value for name, value in attributes.items() if value is not None}
    faults = list(_validator(kind).iter_errors(given))[:MAX_FAULTS]
    if faults:
        raise InvalidInput(_detail(faults), fields=[FieldError(_path(fault), _allowed(fault)) for fault in faults])
    return attributes


@cache
def _validator(kind: EntityType) -> jsonschema_rs.Draft7Validator:
    return jsonschema_rs.Draft7Validator(attribute_schema(kind))


def _detail(faults: Sequence[jsonschema_rs.ValidationError]) -> str:
    if len(faults) > 1:
        return f"{len(faults)} attributes are not valid: {', '.join(dict.fromkeys(map(_path, faults)))[:200]}"
    return f"The {_path(faults[0])} '{_shown(faults[0].instance)}' is not valid"


def _path(fault: jsonschema_rs.ValidationError) -> str:
    return ".".join(str(part)[:80] for part in fault.instance_path[:10]) or "attributes"


_ARTICLES: Final = {"integer": "an integer", "object": "an object", "array": "a list", "string": "a text"}
_BOUNDS: Final = {
    "minimum": "at least {limit}",
    "maximum": "at most {limit}",
    "maxLength": "at most {limit} characters long",
    "maxItems": "a list of at most {limit} items",
    "pattern": "a text that matches {pattern}",
}


def _allowed(fault: jsonschema_rs.ValidationError) -> str:
    """What the schema allows there, never what was sent."""
    facts = fault.kind.as_dict()
    match fault.kind.name:
        case "enum":
            return f"Must be one of: {', '.join(map(str, facts['options']))}"
        case "type":
            return f"Must be {' or '.join(_ARTICLES.get(name, f'a {name}') for name in facts['types'])}"
        case bound:
            return f"Must be {_BOUNDS.get(bound, 'as the schema of the type says').format(**facts)}"


def _shown(value: object) -> str:
    """What was sent, short enough for an error message."""
    text = value if isinstance(value, str) else type(value).__name__
    return text if len(text) <= 50 else f"{text[:50]}..."
