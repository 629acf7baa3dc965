"""What the generated OpenAPI document lacks: the errors every operation can answer, as one shared shape."""

from typing import Any, Final

from fastapi import FastAPI

from api.deps import needed_if_match, read_if_match
from fastlane import describe

PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "title": "Problem",
    "description": "Every error, from every layer (RFC 9457).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "errors": {
            "type": "array",
            "maxItems": 20,
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {
                    "field": {"type": "string"},
                    "pointer": {"type": "string"},
                    "message": {"type": "string", "maxLength": 200},
                },
            },
        },
        "code": {"type": "string"},
        "error_type": {"type": "string"},
        "request_id": {"type": "string"},
        "retryable": {"type": "boolean"},
    },
}
_ALWAYS: Final = {
    "400": "Invalid request format",
    "429": "Rate limit exceeded",
    "500": "Internal server error",
    "504": "Request timeout",
}
_WITH_TOKEN: Final = {"401": "Authentication required", "403": "Insufficient permissions"}
_WITH_BODY: Final = {"413": "Request body too large", "415": "Unsupported media type", "422": "Validation failed"}
_OF_DATABASE: Final = {"503": "Service temporarily unavailable"}
_OF_RESOURCE: Final = {"404": "Resource not found"}
_OF_VERSION: Final = {"409": "Resource version conflict"}
_OF_NEEDED_VERSION: Final = _OF_VERSION | {"428": "Precondition required"}
_OTHER_CONFLICTS: Final = frozenset(
    {
        ("/v1/campaigns", "post"),
        ("/v1/campaigns/{id}/import", "post"),
        ("/v1/campaigns/{id}/members/{principal}", "put"),
        ("/v1/campaigns/{id}/members/{principal}", "delete"),
        ("/v1/prompts/{request_id}/undo", "post"),
        ("/v1/admin/queues/{queue}/messages/{id}", "delete"),
    }
)
"""What can be refused for what others did meanwhile, without a version of its own."""
_OPTIONAL_HEADERS: Final = {
    ("/v1/prompts", "post"): ("Prefer",),
    ("/v1/prompts/{request_id}", "get"): ("Prefer", "If-None-Match"),
    ("/v1/prompts/{request_id}/events", "get"): ("Last-Event-ID",),
}
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
    """Have `app.openapi()` list the problems of each operation; made once, when first asked for."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = generate()
            schemas = document.setdefault("components", {}).setdefault("schemas", {})
            for name in ("HTTPValidationError", "ValidationError"):
                schemas.pop(name, None)
            schemas["Problem"] = PROBLEM
            _add_operations(document)
            _describe_files(document)
            needs_version = _versions_by_operation(app)
            for path, operations in document["paths"].items():
                for method, operation in operations.items():
                    _add_version(operation, needs_version.get((path, method)))
                    _add_problems(path, method, operation)
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _add_problems(path: str, method: str, operation: dict[str, Any]) -> None:
    problems = dict(_ALWAYS)
    if path.startswith("/v1/"):
        problems |= _OF_DATABASE
    if "security" in operation:
        problems |= _WITH_TOKEN
    if "requestBody" in operation:
        problems |= _WITH_BODY
    if "{" in path:
        problems |= _OF_RESOURCE
    if (path, method) in _OTHER_CONFLICTS:
        problems |= _OF_VERSION
    if method == "post" and path in TAKE_A_KEY:
        problems |= {"409": "Resource version conflict", "422": "Validation failed"}
        operation["parameters"] = [*operation.get("parameters", []), _header("Idempotency-Key", required=False)]
    for name in _OPTIONAL_HEADERS.get((path, method), ()):
        operation["parameters"] = [*operation.get("parameters", []), _header(name, required=False)]
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    # FastAPI's own 422 has a shape that this API never answers.
    operation["responses"].pop("422", None)
    for status, title in sorted(problems.items()):
        operation["responses"].setdefault(status, {"description": title, "content": content})


def _versions_by_operation(app: FastAPI) -> dict[tuple[str, str], bool]:
    """Which operations read If-Match, and whether they must be sent one."""
    found: dict[tuple[str, str], bool] = {}
    for route in app.state.routes:
        read = {dependency.call for dependency in route.dependant.dependencies}
        if read & {needed_if_match, read_if_match}:
            found |= {(route.path, method.lower()): needed_if_match in read for method in route.methods}
    return found


def _add_version(operation: dict[str, Any], is_needed: bool | None) -> None:  # noqa: FBT001 - a fact or its absence
    if is_needed is None:
        return
    operation["parameters"] = [*operation.get("parameters", []), _header("If-Match", required=is_needed)]
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for status, title in (_OF_NEEDED_VERSION if is_needed else _OF_VERSION).items():
        operation["responses"].setdefault(status, {"description": title, "content": content})


def _describe_files(document: dict[str, Any]) -> None:
    """The two operations whose bodies are files; contracts/v1/campaign_file.json has the JSON one's shape."""
    files = {"application/json": {"schema": {"type": "object"}}, "application/zip": {"schema": {"type": "string"}}}
    document["paths"]["/v1/campaigns/{id}/export"]["get"]["responses"]["200"]["content"] = files
    document["paths"]["/v1/campaigns/{id}/import"]["post"]["requestBody"] = {"required": True, "content": files}


def _add_operations(document: dict[str, Any]) -> None:
    """Say which parameters each operation of the fast lane takes; its two routes only know that there are some."""
    operations = describe()["operations"]
    names = [name for one in operations for name in (one["name"], *one["aliases"])]
    document["components"]["schemas"] |= {f"fast_{one['name']}": _schema_of(one) for one in operations}
    any_of = {"anyOf": [{"$ref": f"#/components/schemas/fast_{one['name']}"} for one in operations]}
    get, post = (document["paths"]["/v1/fast/{operation}"][method] for method in ("get", "post"))
    for operation in (get, post):
        operation["parameters"][0]["schema"]["enum"] = names
    get["parameters"].append(
        {"name": "parameters", "in": "query", "required": False, "style": "form", "explode": True, "schema": any_of}
    )
    post["requestBody"]["content"]["application/json"]["schema"] = any_of


def _schema_of(operation: dict[str, Any]) -> dict[str, Any]:
    """The body of an operation, with its example and the answer to it."""
    properties = {}
    for one in operation["parameters"]:
        names = f" One of: {', '.join(one['one_of'])}." if "one_of" in one else ""
        properties[one["name"]] = one["schema"] | {"description": f"{one['description']}{names}"}
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


def _header(name: str, *, required: bool) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": required, "schema": {"type": "string", "maxLength": 257}}
