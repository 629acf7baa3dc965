"""What types may carry, and how old shapes are raised (R7, R30, R62)."""

from typing import Any

import pytest

from contracts.entities import EntityType, LocationType
from core.errors import ErrorCategory, FieldError, InvalidInput
from store.attributes import RAISES, check_attributes, newest_shape, raise_attributes


def test_a_castle_is_refused_in_the_words_of_the_design() -> None:
    with pytest.raises(InvalidInput) as caught:
        check_attributes(EntityType.LOCATION, {"location_type": "castle"})

    error = caught.value
    assert "The location_type 'castle' is not valid" == str(error)
    allowed = "Must be one of: continent, kingdom, city, town, dungeon, building, room, wilderness"
    assert (FieldError("location_type", allowed),) == error.fields
    assert ("validation_failed", ErrorCategory.VALIDATION_ERROR) == (error.code, error.category)


@pytest.mark.parametrize("location_type", list(LocationType))
def test_every_location_type_of_the_design_is_allowed(location_type: LocationType) -> None:
    given = {"location_type": location_type.value}
    assert given == check_attributes(EntityType.LOCATION, given)


@pytest.mark.parametrize("value", [7, ["city"], {"city": True}, "City", "x" * 1000])
def test_a_location_type_of_another_shape_is_refused_without_echoing_it_whole(value: Any) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_attributes(EntityType.LOCATION, {"location_type": value})
    assert len(str(caught.value)) < 120


def test_other_types_may_use_the_word_freely() -> None:
    given = {"location_type": "castle"}
    assert given == check_attributes(EntityType.NPC, given)


def split_name(old: dict[str, Any]) -> dict[str, Any]:
    first, _, last = old["full_name"].partition(" ")
    return {key: value for key, value in old.items() if key != "full_name"} | {"first": first, "last": last}


def count_levels(old: dict[str, Any]) -> dict[str, Any]:
    return old | {"levels": [old["level"]]}


NPC_SHAPES = {EntityType.NPC: (split_name, count_levels)}


@pytest.mark.parametrize(
    ("schema_version", "stored"),
    [
        (1, {"full_name": "Borin Ironfist", "level": 3}),
        (2, {"first": "Borin", "last": "Ironfist", "level": 3}),
        (3, {"first": "Borin", "last": "Ironfist", "level": 3, "levels": [3]}),
    ],
)
def test_attributes_of_every_age_arrive_in_todays_shape(schema_version: int, stored: dict[str, Any]) -> None:
    today = {"first": "Borin", "last": "Ironfist", "level": 3, "levels": [3]}
    assert 3 == newest_shape(EntityType.NPC, NPC_SHAPES)
    assert today == raise_attributes(EntityType.NPC, stored, schema_version, NPC_SHAPES)


def test_every_type_has_a_shape() -> None:
    assert set(EntityType) == set(RAISES)
