"""Every body of every route has a published schema; two engines agree on every example, and so do the models."""

import json
import re
from functools import cache
from typing import Any

import jsonschema_rs
import pytest
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError

from api.app import all_routes
from api.published import BY_HAND, FOLDER, FROM_MODELS, written_schemas
from tests.contract.test_api_contracts import BASE, load_schemas, validator_of
from tests.support.openapi_document import app_without_servers
from tests.support.wire import schema_of_answer

SCHEMAS = load_schemas()
CORPUS: dict[str, dict[str, list[Any]]] = json.loads((FOLDER / "examples" / "bodies.json").read_text("utf-8"))
MODELS = BY_HAND | FROM_MODELS
NO_BODY_OF_OURS = re.compile(r"/v1/(fast/.*|generate/dungeon|campaigns/\{id\}/(export|import)|.*\{format\}|.*/events)")
"""Files and streams, and what has a schema without a model."""


def is_uuid(text: str) -> bool:
    """Draft-07 does not know this format yet, so an engine may leave it unchecked."""
    return re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", text) is not None


@cache
def second_registry() -> Any:
    return jsonschema_rs.Registry([(key, schema) for key, schema in SCHEMAS.items()])


@cache
def second_engine(name: str) -> Any:
    registry = second_registry()
    schema = SCHEMAS.get(f"{BASE}{name}.json") or SCHEMAS[f"{BASE}{name.rpartition('/')[2]}.json"]
    return jsonschema_rs.Draft7Validator(schema, registry=registry, validate_formats=True, formats={"uuid": is_uuid})


def is_accepted(model: type[BaseModel], body: Any) -> bool:
    try:
        model.model_validate_json(json.dumps(body))
    except ValidationError:
        return False
    return True


def test_files_are_what_the_models_say_now() -> None:
    on_disk = {name: json.loads((FOLDER / "v1" / f"{name}.json").read_text("utf-8")) for name in written_schemas()}
    assert written_schemas() == on_disk, "run python -m api.published"


def test_every_body_of_every_route_is_published() -> None:
    published = set(MODELS.values())
    missing = [
        f"{sorted(route.methods)} {route.path}: {model.__name__}"
        for route in all_routes(app_without_servers())
        if isinstance(route, APIRoute) and route.path.startswith("/v1/") and not NO_BODY_OF_OURS.fullmatch(route.path)
        for model in _models_of(route)
        if model not in published
    ]
    assert [] == missing


def _models_of(route: APIRoute) -> list[type[BaseModel]]:
    found = []
    for field in (route.body_field, route.response_field):
        annotation = field.field_info.annotation if field is not None else None
        options = [annotation, *getattr(annotation, "__args__", ())]
        found += [one for one in options if isinstance(one, type) and issubclass(one, BaseModel)]
    return found


@pytest.mark.parametrize("name", sorted(CORPUS))
def test_both_engines_and_the_model_agree_on_every_example(name: str) -> None:
    short = name.rpartition("/")[2]
    first, second = validator_of(SCHEMAS, short), second_engine(name)
    valid = [*CORPUS[name]["valid"], *SCHEMAS[f"{BASE}{short}.json"]["examples"]]
    for body, expected in [*((one, True) for one in valid), *((one, False) for one in CORPUS[name]["invalid"])]:
        found = {"jsonschema": first.is_valid(body), "jsonschema-rs": second.is_valid(body)}
        if name.startswith("requests/") and name in MODELS:
            found["model"] = is_accepted(MODELS[name], body)
        assert dict.fromkeys(found, expected) == found, body


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_second_engine_takes_the_examples_of_every_schema(name: str) -> None:
    validator = second_engine(name.removeprefix(BASE).removesuffix(".json"))
    assert [] == [error.message for one in SCHEMAS[name]["examples"] for error in validator.iter_errors(one)]


def test_every_written_schema_has_valid_and_invalid_examples() -> None:
    assert set() == set(written_schemas()) - set(CORPUS)
    assert [] == [name for name in written_schemas() if len(CORPUS[name]["invalid"]) < 2]


def test_answers_on_the_wire_are_held_to_their_schemas() -> None:
    app = app_without_servers()
    assert "entity" == schema_of_answer(app, "GET", f"/v1/entities/npc/npc_{'0' * 32}", 200)
    assert "entity_list" == schema_of_answer(app, "GET", "/v1/entities/npc", 200)
    assert "prompt_accepted" == schema_of_answer(app, "POST", "/v1/prompts", 202)
    assert "fast_answer.json#/definitions/saves" == schema_of_answer(app, "GET", "/v1/fast/save", 200)
    assert "fast_operations" == schema_of_answer(app, "GET", "/v1/fast", 200)
    assert "error" == schema_of_answer(app, "GET", "/v1/nothing", 404)
    assert schema_of_answer(app, "GET", "/healthz", 200) is None
