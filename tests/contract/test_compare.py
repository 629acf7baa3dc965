"""The check for breaking changes finds those that break, and none that do not; the contracts of now break nothing."""

import json
from typing import Any

import pytest

from contracts.compare import RELEASED, breaking_changes, current

OBJECT: dict[str, Any] = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "maxLength": 200},
        "kind": {"enum": ["inn", "mill"]},
        "tags": {"type": "array", "items": {"type": "string"}},
    },
}


def changed(**properties: Any) -> dict[str, Any]:
    shown = json.loads(json.dumps(OBJECT))
    shown["properties"] |= properties
    return shown


def without(field: str) -> dict[str, Any]:
    shown = json.loads(json.dumps(OBJECT))
    del shown["properties"][field]
    return shown


@pytest.mark.parametrize("folder", ["requests", "responses", "messages", "content", "entities"])
def test_same_contract_breaks_nothing(folder: str) -> None:
    assert [] == breaking_changes({f"{folder}/x": OBJECT}, {f"{folder}/x": OBJECT, f"{folder}/new": OBJECT})


@pytest.mark.parametrize(
    ("name", "new", "said"),
    [
        ("requests/x", without("tags"), "requests/x/tags: is gone"),
        ("requests/x", OBJECT | {"required": ["name", "kind"]}, "requests/x/kind: is required now"),
        (
            "requests/x",
            OBJECT | {"additionalProperties": False},
            "requests/x as a whole: takes no other fields any more",
        ),
        (
            "requests/x",
            changed(name={"type": "string", "maxLength": 100}),
            "requests/x/name: maxLength was 200 and is 100",
        ),
        (
            "requests/x",
            changed(name={"type": "string", "maxLength": 200, "minLength": 1}),
            "requests/x/name: minLength was open and is 1",
        ),
        ("requests/x", changed(kind={"enum": ["inn"]}), "requests/x/kind: 'mill' is gone"),
        (
            "requests/x",
            changed(tags={"type": "array", "items": {"type": "integer"}}),
            "requests/x/tags/items: type was 'string' and is 'integer'",
        ),
        ("responses/x", without("tags"), "responses/x/tags: is gone"),
        ("responses/x", OBJECT | {"required": []}, "responses/x/name: is not promised any more"),
        ("responses/x", changed(kind={"enum": ["inn", "mill", "keep"]}), "responses/x/kind: 'keep' is new"),
        ("responses/x", changed(kind={}), "responses/x/kind: the words that are allowed have changed"),
        (
            "responses/x",
            changed(name={"type": ["string", "null"], "maxLength": 200}),
            "responses/x/name: type was 'string' and is ['string', 'null']",
        ),
    ],
)
def test_change_that_breaks_somebody_is_said(name: str, new: dict[str, Any], said: str) -> None:
    assert [said] == breaking_changes({name: OBJECT}, {name: new})


@pytest.mark.parametrize(
    ("name", "new"),
    [
        ("requests/x", changed(weight={"type": "integer"})),
        ("requests/x", OBJECT | {"required": []}),
        ("requests/x", changed(name={"type": "string", "maxLength": 300})),
        ("requests/x", changed(kind={"enum": ["inn", "mill", "keep"]})),
        ("responses/x", changed(weight={"type": "integer"})),
        ("responses/x", OBJECT | {"required": ["name", "kind"]}),
        ("responses/x", changed(kind={"enum": ["inn"]})),
    ],
)
def test_change_that_breaks_nobody_is_let_through(name: str, new: dict[str, Any]) -> None:
    assert [] == breaking_changes({name: OBJECT}, {name: new})


def test_contract_that_is_gone_is_said() -> None:
    assert ["responses/x: is gone"] == breaking_changes({"responses/x": OBJECT}, {})


def test_contracts_of_now_keep_what_was_released() -> None:
    assert [] == breaking_changes(json.loads(RELEASED.read_text("utf-8")), current())
