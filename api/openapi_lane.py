"""The operations of the fast lane in the OpenAPI document: one address each, with its own parameters and answer.

The router has one route for all of them, so FastAPI knows only that there are some.
"""

import json
from copy import deepcopy
from typing import Any, Final

from fastlane import describe
from fastlane.answers import REF, answer_schemas

TEMPLATE: Final = "/v1/fast/{operation}"


def add_operations(document: dict[str, Any]) -> None:
    """Put an address for each operation, and each other name of one, in the place of the template."""
    template = document["paths"].pop(TEMPLATE)
    schemas = document["components"]["schemas"]
    schemas |= _answers()
    added = {}
    for operation in describe()["operations"]:
        schemas[f"fast_{operation['name']}"] = _schema_of(operation)
        for name in (operation["name"], *operation["aliases"]):
            added[TEMPLATE.format(operation=name)] = {
                "get": _get(template["get"], operation, name),
                "post": _post(template["post"], operation, name),
            }
    document["paths"] = added | document["paths"]


def operation_schemas() -> dict[str, dict[str, Any]]:
    """The shape of each operation's body, by the operation's name."""
    return {operation["name"]: _schema_of(operation) for operation in describe()["operations"]}


def _get(template: dict[str, Any], operation: dict[str, Any], name: str) -> dict[str, Any]:
    made = _common(template, operation, f"fast_{name}_by_query")
    made["parameters"] = [_parameter(one, operation) for one in operation["parameters"]]
    return made


def _post(template: dict[str, Any], operation: dict[str, Any], name: str) -> dict[str, Any]:
    made = _common(template, operation, f"fast_{name}_by_body")
    made["parameters"] = []
    made["requestBody"]["content"]["application/json"]["schema"] = {
        "$ref": f"#/components/schemas/fast_{operation['name']}"
    }
    return made


def _common(template: dict[str, Any], operation: dict[str, Any], operation_id: str) -> dict[str, Any]:
    made = deepcopy(template)
    made |= {"summary": operation["title"], "operationId": operation_id}
    content: dict[str, Any] = {"schema": {"$ref": f"#/components/schemas/fast_{operation['name']}_answer"}}
    if operation["example"]["answer"] is not None:
        content["example"] = operation["example"]["answer"]
    made["responses"]["200"]["content"]["application/json"] = content
    return made


def _parameter(one: dict[str, Any], operation: dict[str, Any]) -> dict[str, Any]:
    shown = {
        "name": one["name"],
        "in": "query",
        "required": one["required"],
        "description": _description(one),
        "schema": one["schema"],
    }
    if one["schema"].get("type") == "array":
        shown |= {"style": "form", "explode": False}
    if one["name"] in operation["example"]["params"]:
        shown["example"] = operation["example"]["params"][one["name"]]
    return shown


def _description(one: dict[str, Any]) -> str:
    names = f" One of: {', '.join(one['one_of'])}." if "one_of" in one else ""
    return f"{one['description']}{names}"


def _schema_of(operation: dict[str, Any]) -> dict[str, Any]:
    """The body of an operation, with its example."""
    properties = {}
    for one in operation["parameters"]:
        properties[one["name"]] = _nullable(one) | {"description": _description(one)}
        if one.get("default") is not None:
            properties[one["name"]]["default"] = one["default"]
    return {
        "title": operation["title"],
        "type": "object",
        "additionalProperties": False,
        "required": [one["name"] for one in operation["parameters"] if one["required"]],
        "properties": properties,
        "examples": [operation["example"]["params"]],
    }


def _nullable(one: dict[str, Any]) -> dict[str, Any]:
    """In a body, null is a way to leave out what need not be there and has no default."""
    if one["required"] or one.get("default") is not None:
        return dict(one["schema"])
    options = one["schema"]["anyOf"] if set(one["schema"]) == {"anyOf"} else [one["schema"]]
    return {"anyOf": [*options, {"type": "null"}]}


def _answers() -> dict[str, Any]:
    """The shape of each operation's answer, and what those share, under names that are theirs alone."""
    answers, shared = answer_schemas()
    named = {f"fast_{name}_answer": schema for name, schema in answers.items()}
    named |= {f"fast_{name}": schema for name, schema in shared.items()}
    text = json.dumps(named).replace(REF.format(model=""), "#/components/schemas/fast_")
    renamed: dict[str, Any] = json.loads(text)
    return renamed
