"""What the generated OpenAPI document lacks: exact parameters, the problems of each operation, headers, and names."""

from typing import Any, Final

from fastapi import FastAPI

from api.deps import needed_if_match, read_if_match
from api.openapi_lane import add_operations
from api.openapi_parts import (
    ABOUT,
    HEADERS_ANSWERED,
    HEADERS_SENT,
    PATH_SCHEMAS,
    PROBLEM,
    SERVERS,
    STREAM_EVENT,
    TAGS,
    TITLES,
)

_ALWAYS: Final = ("400", "421", "429", "431", "500", "504")
_IN_V1: Final = ("503",)
_WITH_TOKEN: Final = ("401", "403")
_WITH_BODY: Final = ("413", "415", "422")
_OF_VERSION: Final = ("409", "412")
_MORE_PROBLEMS: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    ("/v1/prompts", "get"): ("404",),
    ("/v1/relations", "get"): ("404",),
    ("/v1/rules/tables/{table_id}", "get"): ("422",),
    ("/v1/entities/dungeon/{id}/map.{format}", "get"): ("422",),
    ("/v1/campaigns", "post"): ("409",),
    ("/v1/campaigns/{id}/import", "post"): ("409",),
    ("/v1/campaigns/{id}/members/{principal}", "put"): ("409",),
    ("/v1/campaigns/{id}/members/{principal}", "delete"): ("409",),
    ("/v1/prompts/{request_id}/undo", "post"): ("409",),
    ("/v1/admin/queues/{queue}/messages/{id}", "delete"): ("409",),
    ("/v1/fast/{operation}", "get"): ("422",),
    ("/v1/auth/token", "post"): ("401",),
    ("/v1/auth/refresh", "post"): ("401",),
    ("/v1/status", "get"): ("401",),
    ("/metrics", "get"): ("401", "403"),
    ("/readyz", "get"): ("503",),
}
"""What an operation can answer that its shape does not show."""
_OPTIONAL_HEADERS: Final = {
    ("/v1/prompts", "post"): ("Prefer",),
    ("/v1/prompts/{request_id}", "get"): ("Prefer", "If-None-Match"),
    ("/v1/prompts/{request_id}/events", "get"): ("Last-Event-ID",),
}
_OTHER_ANSWERS: Final[dict[tuple[str, str], dict[str, dict[str, Any]]]] = {
    ("/v1/prompts/{request_id}", "get"): {"304": {"description": "Nothing has changed since the ETag sent"}},
    ("/v1/relations", "post"): {
        "200": {
            "description": "There was one of this kind, which was added to",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/RelationView"}}},
        }
    },
}
_FILES: Final = {
    "application/json": {"schema": {"type": "object"}},
    "application/zip": {"schema": {"type": "string", "format": "binary"}},
}
"""A campaign as a file; contracts/v1/campaign_file.json has the JSON one's shape."""
_MEDIA: Final[dict[tuple[str, str], dict[str, Any]]] = {
    ("/v1/campaigns/{id}/export", "get"): _FILES,
    ("/v1/entities/dungeon/{id}/map.{format}", "get"): {
        "image/svg+xml": {"schema": {"type": "string"}},
        "image/png": {"schema": {"type": "string", "format": "binary"}},
        "application/json": {"schema": {"type": "object"}},
    },
    ("/v1/entities/dungeon/{id}/key.{format}", "get"): {
        "text/markdown; charset=utf-8": {"schema": {"type": "string"}},
        "application/pdf": {"schema": {"type": "string", "format": "binary"}},
    },
    ("/metrics", "get"): {"text/plain; version=1.0.0; charset=utf-8": {"schema": {"type": "string"}}},
}
"""Operations whose answer is a file or a text."""
TAKE_A_KEY: Final = frozenset(
    {
        "/v1/prompts",
        "/v1/generate/dungeon",
        "/v1/generate/{kind}",
        "/v1/prompts/{request_id}/cancel",
        "/v1/prompts/{request_id}/undo",
        "/v1/entities/{type}",
        "/v1/entities/{type}/bulk",
        "/v1/entities/{type}/{id}/approve",
        "/v1/entities/{type}/{id}/restore",
        "/v1/entities/{type}/{id}/undelete",
        "/v1/relations",
        "/v1/campaigns",
        "/v1/campaigns/{id}/approve",
        "/v1/campaigns/{id}/import",
    }
)
"""Where an Idempotency-Key counts: everything that creates or changes, but auth and administration. A test compares."""


def describe_everything(app: FastAPI) -> None:
    """Have `app.openapi()` say all of it; made once, when first asked for."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _complete(app, generate())
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _complete(app: FastAPI, document: dict[str, Any]) -> dict[str, Any]:
    document["info"] |= ABOUT
    document |= {"servers": SERVERS, "tags": [{"name": name, "description": text} for name, text in TAGS.items()]}
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas |= {"Problem": PROBLEM, "StreamEvent": STREAM_EVENT}
    components["headers"] = HEADERS_ANSWERED
    components["responses"] = {f"Problem{status}": _problem_response(title) for status, title in TITLES.items()}
    needs_version = _versions_by_operation(app)
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            _complete_operation(path, method, operation, needs_version=needs_version.get((path, method)))
    add_operations(document)
    return document


def _complete_operation(path: str, method: str, operation: dict[str, Any], *, needs_version: bool | None) -> None:
    where = (path, method)
    operation["operationId"] = _operation_id(path, method)
    operation["parameters"] = [_exact(parameter, path) for parameter in operation.get("parameters", [])]
    operation["parameters"] += _headers_of(where, needs_version)
    _name_scopes(operation)
    _add_media(where, operation)
    _add_problems(where, operation, needs_version=needs_version)
    headers = {name: {"$ref": f"#/components/headers/{name}"} for name in HEADERS_ANSWERED}
    for answer in operation["responses"].values():
        if "$ref" not in answer:
            answer["headers"] = headers | answer.get("headers", {})


def _operation_id(path: str, method: str) -> str:
    """Such as `get_entities_type_id_history`: stable as long as the address is."""
    words = path.removeprefix("/v1").translate(str.maketrans("/.-", "___", "{}"))
    return f"{method}{words}"


def _exact(parameter: dict[str, Any], path: str) -> dict[str, Any]:
    """A parameter without what only a body can say (null), and with the form that our paths have."""
    schema = parameter["schema"]
    options = [option for option in schema.pop("anyOf", []) if option != {"type": "null"}]
    for option in options:
        schema |= option
    # Messages on the bus have ids of their own.
    is_ours = not path.startswith("/v1/admin/") or parameter["name"] != "id"
    if parameter["in"] == "path" and "enum" not in schema and is_ours:
        schema |= PATH_SCHEMAS.get(parameter["name"], {})
    return parameter


def _headers_of(where: tuple[str, str], needs_version: bool | None) -> list[dict[str, Any]]:  # noqa: FBT001 - a fact or its absence
    headers = [_header(name) for name in _OPTIONAL_HEADERS.get(where, ())]
    if where[1] == "post" and where[0] in TAKE_A_KEY:
        headers.append(_header("Idempotency-Key"))
    if needs_version is not None:
        headers.append(_header("If-Match", required=needs_version))
    return headers


def _header(name: str, *, required: bool = False) -> dict[str, Any]:
    schema, description = HEADERS_SENT[name]
    return {"name": name, "in": "header", "required": required, "description": description, "schema": schema}


def _name_scopes(operation: dict[str, Any]) -> None:
    """A bearer scheme has no list of scopes to name them in, so they stand beside it."""
    if "security" in operation:
        scopes = [scope for entry in operation["security"] for names in entry.values() for scope in names]
        operation["security"] = [{"bearer": []}]
        operation["x-scopes"] = scopes


def _add_media(where: tuple[str, str], operation: dict[str, Any]) -> None:
    for status, answer in _OTHER_ANSWERS.get(where, {}).items():
        operation["responses"].setdefault(status, {**answer})
    if where in _MEDIA:
        operation["responses"]["200"]["content"] = _MEDIA[where]
    if where == ("/v1/campaigns/{id}/import", "post"):
        operation["requestBody"] = {"required": True, "content": _FILES}
    if where[1] == "patch":
        content = operation["requestBody"]["content"]
        content["application/merge-patch+json"] = content["application/json"]


def _add_problems(where: tuple[str, str], operation: dict[str, Any], *, needs_version: bool | None) -> None:
    path, method = where
    statuses = {*_ALWAYS, *_MORE_PROBLEMS.get(where, ())}
    statuses |= set(_IN_V1) if path.startswith("/v1/") else set()
    statuses |= set(_WITH_TOKEN) if "security" in operation else set()
    statuses |= set(_WITH_BODY) if "requestBody" in operation else set()
    statuses |= {"404"} if "{" in path or "campaign_id" in str(operation["parameters"]) else set()
    statuses |= {"409", "422"} if method == "post" and path in TAKE_A_KEY else set()
    statuses |= set(_OF_VERSION) if needs_version is not None else set()
    statuses |= {"428"} if needs_version else set()
    # FastAPI's own 422 has a shape that this API never answers.
    operation["responses"].pop("422", None)
    for status in sorted(statuses):
        operation["responses"].setdefault(status, {"$ref": f"#/components/responses/Problem{status}"})


def _problem_response(title: str) -> dict[str, Any]:
    return {
        "description": title,
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in HEADERS_ANSWERED},
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _versions_by_operation(app: FastAPI) -> dict[tuple[str, str], bool]:
    """Which operations read If-Match, and whether they must be sent one."""
    found: dict[tuple[str, str], bool] = {}
    for route in app.state.routes:
        read = {dependency.call for dependency in route.dependant.dependencies}
        if read & {needed_if_match, read_if_match}:
            found |= {(route.path, method.lower()): needed_if_match in read for method in route.methods}
    return found
