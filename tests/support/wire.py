"""Holds every JSON answer of the application to its published schema, in every test that talks to it."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import jsonschema_rs

from api.openapi_lane import TEMPLATE
from api.published import BASE, BY_HAND, FROM_MODELS
from fastlane import OPERATIONS

_FOLDER = Path(__file__).parents[2] / "contracts" / "v1"
_NAMES = {model: name.rpartition("/")[2] for name, model in (BY_HAND | FROM_MODELS).items()}


def check_answer(app: Any, response: httpx.Response) -> None:
    """Raise AssertionError when the body is not what contracts/v1/ promises for this route and status."""
    if "json" not in response.headers.get("content-type", "") or not response.content:
        return
    name = schema_of_answer(app, response.request.method, response.request.url.path, response.status_code)
    if name is not None:
        check_body(name, response.json())


def check_body(name: str, body: Any) -> None:
    """Raise AssertionError when a body is not what the schema `name` of contracts/v1/ says, or a definition in it."""
    faults = [f"{error.instance_path}: {error.message}"[:300] for error in _validator(name).iter_errors(body)]
    assert [] == faults, f"this does not hold to {name}"


def schema_of_answer(app: Any, method: str, path: str, status: int) -> str | None:
    """The schema of an answer, or None where none is published (files, and what has no model)."""
    if status >= 400:
        return "error"
    for route in app.state.routes:
        if route.path_regex.match(path) and method in route.methods:
            if route.path == TEMPLATE:
                return f"fast_answer.json#/definitions/{OPERATIONS[path.rpartition('/')[2]].name}"
            return _NAMES.get(route.response_model)
    return None


@cache
def _validator(name: str) -> Any:
    schemas = [json.loads(path.read_text("utf-8")) for path in _FOLDER.rglob("*.json")]
    registry = jsonschema_rs.Registry([(schema["$id"], schema) for schema in schemas])
    mine = {"$ref": f"{BASE}{name if '#' in name else f'{name}.json'}"}
    return jsonschema_rs.Draft7Validator(mine, registry=registry, validate_formats=True)
