"""What is read from clients, and what is refused before anything can stumble over it (research: input hardening)."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.parsing import MAX_DEPTH, check_media_type, check_target, read_json
from api.refusals import InvalidFields, MalformedRequest, UnsupportedMediaType

# NUL and lone surrogates are refused on purpose; everything else that JSON can say must come through.
TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=20)
JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63) + 1, 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(TEXTS, inside, max_size=4),
    max_leaves=20,
)


@given(JSON_VALUES)
def test_every_storable_json_value_is_read_as_it_was_written(value: object) -> None:
    assert value == read_json(json.dumps(value).encode())
    assert value == read_json(json.dumps(value, ensure_ascii=False).encode())


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"not json", id="no JSON"),
        pytest.param(b'{"a": NaN}', id="NaN"),
        pytest.param(b"[Infinity]", id="Infinity"),
        pytest.param(b"[-Infinity]", id="minus Infinity"),
        pytest.param(b"[1e999]", id="a number beyond doubles"),
        pytest.param(b"[9223372036854775808]", id="an integer of 65 bits"),
        pytest.param(b"[" + b"9" * 5000 + b"]", id="5000 digits"),
        pytest.param(b'{"a": 1, "a": 2}', id="a name twice"),
        pytest.param(b'["\\ud800"]', id="half a surrogate pair"),
        pytest.param(b'{"\\udfff": 1}', id="half a surrogate pair as a name"),
        pytest.param(b'["a\\u0000b"]', id="NUL"),
        pytest.param(b'{"a\\u0000": 1}', id="NUL as a name"),
        pytest.param(b"\xef\xbb\xbf{}", id="byte order mark"),
        pytest.param('{"a": 1}'.encode("utf-16"), id="UTF-16"),
        pytest.param(b'["\xff"]', id="broken UTF-8"),
        pytest.param(b"[" * 100_000, id="100,000 open brackets"),
        pytest.param(b"[" * 100_000 + b"]" * 100_000, id="100,000 nested arrays"),
        pytest.param(b'{"a":' * 5000 + b"1" + b"}" * 5000, id="5,000 nested objects"),
        pytest.param(b"[" + b"1," * 200_000 + b"1]", id="200,000 values"),
    ],
)
def test_body_that_a_later_layer_would_stumble_over_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedRequest):
        read_json(body)


def test_nesting_is_taken_up_to_64_levels_and_not_one_more() -> None:
    read_json(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)
    with pytest.raises(MalformedRequest, match="deeper than 64 levels"):
        read_json(b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1))


@pytest.mark.parametrize(
    "media_type", ["application/json", "Application/JSON; charset=UTF-8", 'application/json;charset="utf-8"']
)
def test_json_in_utf_8_is_an_accepted_media_type(media_type: str) -> None:
    check_media_type({"content-type": media_type})


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content-type": "text/plain"},
        {"content-type": "application/jsonp"},
        {"content-type": "application/merge-patch+json"},
        {"content-type": "application/json; charset=utf-16"},
        {"content-type": "application/json", "content-encoding": "gzip"},
    ],
)
def test_any_other_media_type_or_encoding_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(UnsupportedMediaType):
        check_media_type(headers)


def test_merge_patch_is_a_media_type_of_patches_only() -> None:
    check_media_type({"content-type": "application/merge-patch+json"}, merge_patch=True)


def target(path: bytes = b"/", query: bytes = b"") -> dict[str, object]:
    return {"path": "/", "raw_path": path, "query_string": query}


@pytest.mark.parametrize(
    "scope",
    [
        target(b"/v1/%00"),
        target(b"/v1/%ff"),
        target(b"/v1/%ed%a0%80"),
        target(query=b"a=%00"),
        target(query=b"a=%ff"),
        target(query=b"&".join(b"x%d=1" % number for number in range(51))),
    ],
)
def test_path_or_query_that_is_no_text_is_refused(scope: dict[str, object]) -> None:
    with pytest.raises(MalformedRequest):
        check_target(scope)


def test_query_field_given_twice_is_refused_by_name() -> None:
    with pytest.raises(InvalidFields) as caught:
        check_target(target(query=b"limit=1&limit=999"))
    assert ["limit"] == [item.field for item in caught.value.fields]
