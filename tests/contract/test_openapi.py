"""The OpenAPI document holds to the rules of Spectral's set for OpenAPI, as far as it can break them.

`make lint-api` runs Spectral itself, which needs npm; these are the same rules for every run of the tests.
"""

import re
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from jsonschema import Draft202012Validator

from tests.support.openapi_document import openapi_document

METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return openapi_document()


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert method in METHODS
            yield f"{method} {path}", operation


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def test_it_says_who_where_and_under_which_licence(document: dict[str, Any]) -> None:
    assert document["info"]["contact"]["name"]
    assert document["info"]["description"]
    assert document["info"]["license"]["identifier"]
    assert [server["url"] for server in document["servers"]] == ["/"]


def test_every_operation_has_an_id_a_text_and_a_tag_that_is_described(document: dict[str, Any]) -> None:
    described = {tag["name"] for tag in document["tags"] if tag["description"]}
    faulty = [
        name
        for name, operation in operations(document)
        if not (operation.get("operationId") and operation.get("description") and operation.get("summary"))
        or not set(operation["tags"]) <= described
    ]
    assert [] == faulty
    ids = [operation["operationId"] for _, operation in operations(document)]
    assert len(ids) == len(set(ids))
    assert [] == [name for name in ids if not re.fullmatch(r"[a-z0-9_]+", name)]


def test_every_part_of_a_path_is_described_once_and_no_other(document: dict[str, Any]) -> None:
    wrong = {}
    for name, operation in operations(document):
        declared = [one["name"] for one in operation["parameters"] if one["in"] == "path"]
        named = re.findall(r"\{(\w+)\}", name)
        if sorted(declared) != sorted(named) or not all(
            one["required"] for one in operation["parameters"] if one["in"] == "path"
        ):
            wrong[name] = declared
    assert {} == wrong


def test_every_parameter_can_be_sent_as_text_so_none_may_be_null(document: dict[str, Any]) -> None:
    assert [] == [
        f"{name} {one['name']}"
        for name, operation in operations(document)
        for one in operation["parameters"]
        if {"type": "null"} in [one["schema"], *one["schema"].get("anyOf", [])]
    ]


def test_every_operation_answers_well_and_badly_with_problems_and_the_headers_of_every_answer(
    document: dict[str, Any],
) -> None:
    shared = document["components"]["responses"]
    wrong = []
    for name, operation in operations(document):
        for status, answer in operation["responses"].items():
            shown = shared[answer["$ref"].rpartition("/")[2]] if "$ref" in answer else answer
            is_problem = set(shown.get("content", {})) == {"application/problem+json"}
            if (int(status) >= 400) != is_problem or set(shown["headers"]) < {"X-Request-ID", "X-Response-Time"}:
                wrong.append(f"{name} {status}")
        if not {"400", "500"} <= set(operation["responses"]) or min(operation["responses"]) >= "400":
            wrong.append(name)
    assert [] == wrong


def test_whoever_needs_a_token_is_told_so_and_with_which_scope(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        if "security" in operation:
            assert operation["x-scopes"], name
            assert {"401", "403"} <= set(operation["responses"]), name
    assert {"bearer"} == set(document["components"]["securitySchemes"])


def test_every_reference_leads_somewhere_and_every_shared_shape_is_used(document: dict[str, Any]) -> None:
    found = set(references(document))
    there = {
        f"#/components/{folder}/{name}"
        for folder in ("schemas", "responses", "headers")
        for name in document["components"][folder]
    }
    assert set() == found - there
    assert set() == there - found - {"#/components/schemas/EntityType"}


def test_every_shape_is_a_json_schema_and_its_examples_and_defaults_hold(document: dict[str, Any]) -> None:
    faults = []
    registry = jsonschema_rs.Registry([("urn:document", document)])

    def check(where: str, value: Any) -> None:
        shape = jsonschema_rs.Draft202012Validator(
            {"$ref": f"urn:document#/components/schemas/{where}"}, registry=registry
        )
        faults.extend(f"{where}: {error.message}" for error in shape.iter_errors(value))

    for name, schema in document["components"]["schemas"].items():
        Draft202012Validator.check_schema(schema)
        for example in schema.get("examples", []):
            check(name, example)
        for field, shape in schema.get("properties", {}).items():
            if shape.get("default") is not None:
                check(f"{name}/properties/{field}", shape["default"])
    assert [] == faults


def test_examples_of_parameters_hold(document: dict[str, Any]) -> None:
    seen = 0
    for name, operation in operations(document):
        for one in operation["parameters"]:
            if "example" in one:
                seen += 1
                assert jsonschema_rs.is_valid(one["schema"], one["example"]), f"{name} {one['name']}"
    assert seen > 30
