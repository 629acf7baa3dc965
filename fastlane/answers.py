"""The shape of each operation's answer as JSON Schema (draft-07), made from the types that its code answers with.

`ask` says which result the rules give, and `body` what of it is told: fields of that result (`fields_of`, `by_result`),
or a TypedDict where the answer is put together by hand. Both are what mypy checks, so the shapes are nobody's second
account of them.
"""

import json
from typing import Any, Final, get_args, get_type_hints

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaValue

from fastlane.operation import ByResult, FieldsOf, Operation
from fastlane.operations import OPERATIONS
from rules import Result

REF: Final = "#/definitions/{model}"
_COMMON: Final = ("breakdown", "source", "assumptions", "warnings")
_VERSION: Final = {"type": "string", "description": "Of the rule base."}


def answer_schemas() -> tuple[dict[str, Any], dict[str, Any]]:
    """The schema of each operation's answer by the operation's name, and the definitions that they refer to."""
    shared: dict[str, Any] = {}
    named = {one.name: one for one in OPERATIONS.values()}  # without aliases
    found = {name: _of_operation(one, shared) for name, one in named.items()}
    return found, _referred_to(found, shared)


def _referred_to(found: dict[str, Any], shared: dict[str, Any]) -> dict[str, Any]:
    """The definitions that some answer needs: results have fields that are never told."""
    needed: dict[str, Any] = {}
    size = -1
    while size < len(needed):
        size, text = len(needed), json.dumps([found, needed])
        needed = {name: one for name, one in shared.items() if f'"{REF.format(model=name)}"' in text}
    return dict(sorted(needed.items()))


def _of_operation(operation: Operation[Any, Any], shared: dict[str, Any]) -> dict[str, Any]:
    """One object, or one of several; what only `verbose` tells is never required."""
    options = [
        _object(told, required, _told_with_verbose(operation, result, shared))
        for result in _results(operation)
        for told, required in _bodies(operation, result, shared)
    ]
    return {"title": f"{operation.title} (answer)", **(options[0] if len(options) == 1 else {"anyOf": options})}


def _results(operation: Operation[Any, Any]) -> tuple[type[Result], ...]:
    answered = get_type_hints(operation.ask)["return"]
    return get_args(answered) or (answered,)


def _bodies(
    operation: Operation[Any, Any], result: type[Result], shared: dict[str, Any]
) -> list[tuple[dict[str, Any], list[str]]]:
    """The properties of each body that this result may become, with those that are always there."""
    body = operation.body
    if isinstance(body, ByResult):
        body = body.bodies[result]
    if isinstance(body, FieldsOf):
        fields = _schema_of(result, shared)["properties"]
        return [({name: fields[name] for name in body.names}, list(body.names))]
    answered = get_type_hints(body)["return"]
    schemas = [_schema_of(option, shared) for option in get_args(answered) or (answered,)]
    return [(schema["properties"], schema["required"]) for schema in schemas]


def _told_with_verbose(
    operation: Operation[Any, Any], result: type[Result], shared: dict[str, Any]
) -> dict[str, JsonSchemaValue]:
    fields = _schema_of(result, shared)["properties"]
    told = {name: fields[name] for name in (*operation.more, *_COMMON) if name in fields}
    return told | {"rules_version": _VERSION}


def _object(told: dict[str, Any], required: list[str], verbose: dict[str, Any]) -> dict[str, Any]:
    # What may be left out of the body stands there with `verbose` as the rules have it.
    both = {name: {"anyOf": [told[name], verbose[name]]} for name in told if name in verbose and name not in required}
    return {"type": "object", "required": required, "properties": verbose | told | both}


def _schema_of(shape: Any, shared: dict[str, Any]) -> dict[str, Any]:
    """The schema of a type; what it refers to is added to the shared definitions."""
    schema = TypeAdapter(shape).json_schema(mode="serialization", ref_template=REF)
    shared |= {name: _plain(one) for name, one in schema.pop("$defs", {}).items()}
    plain: dict[str, Any] = _plain(schema)
    return plain


def _plain(schema: Any) -> Any:
    """Without titles and defaults that repeat the name, and with pairs in words that every draft knows."""
    if isinstance(schema, list):
        return [_plain(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: _plain(value) for name, value in schema.items() if not _is_noise(name, value)}
    if (pair := made.pop("prefixItems", None)) is not None:
        made["items"] = pair[0] if all(one == pair[0] for one in pair) else {"anyOf": pair}
    return made


def _is_noise(name: str, value: Any) -> bool:
    return (name == "title" and isinstance(value, str)) or name == "default"
