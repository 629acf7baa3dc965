"""What may not reach SQL."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidInput
from store.values import MAX_JSON_BYTES, check_json_object, check_text, json_bytes


def nested(levels: int) -> dict:
    return {} if levels == 1 else {"deeper": nested(levels - 1)}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Must not be empty"),
        (" \t\n", "Must not be empty"),
        ("a\0b", "Must not contain NUL characters or unpaired surrogates"),
        ("a\ud800b", "Must not contain NUL characters or unpaired surrogates"),
        ("x" * 11, "Must have at most 10 characters"),
    ],
    ids=["empty", "blank", "NUL", "half a surrogate pair", "too long"],
)
def test_text_that_cannot_be_stored_is_refused_with_its_field(text: str, message: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_text("name", text, shortest=1, longest=10)
    assert [("name", message)] == [(item.field, item.message) for item in caught.value.fields]


def test_length_counts_characters_as_postgres_does() -> None:
    assert "\U0001f409" * 10 == check_text("name", "\U0001f409" * 10, longest=10)


@pytest.mark.parametrize(
    "value",
    [
        {"a": float("nan")},
        {"a": [float("inf")]},
        {"a": {"b": "x\0"}},
        {"a\0": 1},
        {"a": "\udfff"},
        {1: "a number as key"},
        {"a": 2**63},
        {"a": object()},
        {"a": {1, 2}},
        nested(65),
        {"a": "x" * MAX_JSON_BYTES},
    ],
    ids=[
        "NaN", "infinity", "NUL", "NUL in a key", "half a pair", "number as key", "65 bits", "object", "set",
        "65 levels", "too large",
    ],
)  # fmt: skip
def test_json_that_cannot_be_stored_is_refused(value: dict) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_json_object("attributes", value)
    assert ["attributes"] == [item.field for item in caught.value.fields]


def test_64_levels_and_exactly_100_kilobytes_are_allowed() -> None:
    deepest, largest = nested(64), {"a": "x" * (MAX_JSON_BYTES - len('{"a": ""}'))}
    assert MAX_JSON_BYTES == json_bytes(largest)
    assert deepest is check_json_object("attributes", deepest)
    assert largest is check_json_object("attributes", largest)


ordinary = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(st.characters(codec="utf-8", exclude_characters="\0")),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8", exclude_characters="\0")), inner)
    ),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from(["a", "b"]), ordinary))
def test_ordinary_json_passes_unchanged(value: dict) -> None:
    assert value is check_json_object("attributes", value)
