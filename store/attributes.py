"""What each type of entity may carry in its JSON attributes, and how that changes over the years (R7, R30).

The shape of a type's attributes has a version of its own, kept with every row (`entities.schema_version`). When a
shape changes, a function here raises attributes by one version; old rows are raised when they are read and written
back in the new shape with their next change. No migration has to rewrite a table of JSON.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from contracts.entities import EntityType, LocationType
from core.errors import FieldError, InvalidInput
from store.values import check_json_object

Attributes = dict[str, Any]
Raise = Callable[[Attributes], Attributes]
"""From one version of a type's shape to the next; must not change its argument."""

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
        InvalidInput: A location_type that is none (R30, worded as in R62), or not storable JSON.
    """
    check_json_object("attributes", attributes)
    location_type = attributes.get("location_type")
    if kind is EntityType.LOCATION and location_type is not None and location_type not in list(LocationType):
        raise InvalidInput(
            f"The location_type '{_shown(location_type)}' is not valid",
            fields=[FieldError("location_type", f"Must be one of: {', '.join(LocationType)}")],
        )
    return attributes


def _shown(value: object) -> str:
    """What was sent, short enough for an error message."""
    text = value if isinstance(value, str) else type(value).__name__
    return text if len(text) <= 50 else f"{text[:50]}..."
