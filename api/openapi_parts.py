"""Shapes that many operations of the OpenAPI document share: problems, headers, ids, and what it says of itself."""

from typing import Any, Final

from contracts.entities import EntityType
from contracts.generators import BRIEFS
from contracts.queues import Queue
from core.errors import ErrorCategory

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
        "error_type": {"type": "string", "enum": [category.value for category in ErrorCategory]},
        "request_id": {"type": "string"},
        "retryable": {"type": "boolean"},
    },
}

ABOUT: Final[dict[str, Any]] = {
    "contact": {"name": "The operator of this installation"},
    "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
}
SERVERS: Final = [{"url": "/", "description": "The installation that serves this document"}]
TAGS: Final[dict[str, str]] = {
    "rules": "Rules of the game, answered from memory: the fast lane, tables, questions, characters.",
    "prompts": "Prompts and what becomes of them.",
    "generate": "Content by typed orders.",
    "maps": "Maps and print sheets of dungeons.",
    "entities": "What a campaign remembers, with versions and history.",
    "relations": "How entities stand to each other.",
    "campaigns": "Campaigns, their members, and files of them.",
    "auth": "Signing in and out.",
    "admin": "Queues, messages, dead letters and workers, for operators.",
    "health": "For machines that look after this one.",
}

TITLES: Final[dict[str, str]] = {
    "400": "Invalid request format",
    "401": "Authentication required",
    "403": "Insufficient permissions",
    "404": "Resource not found",
    "409": "Resource version conflict",
    "412": "Precondition failed (with STRICT_HTTP_PRECONDITIONS)",
    "413": "Request body too large",
    "415": "Unsupported media type",
    "421": "Misdirected request",
    "422": "Validation failed",
    "428": "Precondition required",
    "429": "Rate limit exceeded",
    "431": "Request header fields too large",
    "500": "Internal server error",
    "503": "Service temporarily unavailable",
    "504": "Request timeout",
}
"""Of the problems, by status (R63)."""

_HEX32: Final = "[0-9a-f]{32}"
_BARE_ID: Final = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9a-fA-F]{32}"


def id_schema(prefix: str = "[a-z]{2,5}") -> dict[str, Any]:
    """An id in a path: prefixed, or bare (C13)."""
    return {"type": "string", "pattern": f"^({prefix}_{_HEX32}|{_BARE_ID})$"}


PATH_SCHEMAS: Final[dict[str, dict[str, Any]]] = {
    "type": {"type": "string", "enum": list(EntityType)},
    "kind": {"type": "string", "enum": list(BRIEFS)},
    "request_id": id_schema("req"),
    "id": id_schema(),
    "queue": {"type": "string", "enum": [queue.value for queue in Queue]},
    "principal": {"type": "string", "pattern": "^[a-z]{1,20}:[!-~]{1,150}$", "example": "user:anna"},
    "table_id": {"type": "string", "pattern": "^[a-z0-9_]+$", "example": "thac0"},
}
"""What the parts of a path may be, by their names."""

_EVENT_ID: Final = {"type": "string", "pattern": "^(end|[1-9]\\.(begin|end|0|[1-9][0-9]{0,3}))$"}


def event_id_schema() -> dict[str, Any]:
    """The id of a server-sent event."""
    return dict(_EVENT_ID)


HEADERS_SENT: Final[dict[str, tuple[dict[str, Any], str]]] = {
    "Idempotency-Key": (
        {"type": "string", "pattern": "^[!#-~]{1,255}$"},
        "The same call with the same key is done once; kept for 24 hours.",
    ),
    "If-Match": (
        {"type": "string", "pattern": '^([0-9]{1,9}|"[0-9]{1,9}"|\\*|W/"[!#-~]*")$'},
        "The version that the change is based on, or * for any.",
    ),
    "If-None-Match": ({"type": "string"}, "The ETag of an earlier answer; 304 when nothing changed."),
    "Last-Event-ID": (_EVENT_ID, "Go on behind this event."),
    "Prefer": ({"type": "string"}, "wait=N: the answer may come up to N (25) seconds later, with the end."),
}
"""Headers that callers may send: shape and meaning."""

STREAM_EVENT: Final[dict[str, Any]] = {
    "type": "object",
    "title": "StreamEvent",
    "description": "One server-sent event; `data` is JSON: contracts/v1/responses/stream_event.json.",
    "required": ["id", "event", "data"],
    "properties": {
        "id": _EVENT_ID,
        "event": {"type": "string", "pattern": "^[a-z][a-z0-9_.]{0,63}$"},
        "data": {"type": "string", "contentMediaType": "application/json"},
    },
}

HEADERS_ANSWERED: Final[dict[str, dict[str, Any]]] = {
    "X-Request-ID": {
        "description": "The id of this exchange: the caller's own, or a new one.",
        "required": True,
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9_.-]{1,128}$"},
    },
    "X-Response-Time": {
        "description": "How long it took.",
        "required": True,
        "schema": {"type": "string", "pattern": "^[0-9]+ms$"},
    },
    **{
        f"X-RateLimit-{name}": {"description": text, "schema": {"type": "integer", "minimum": 0}}
        for name, text in {
            "Limit": "Calls in a minute, by the cost of their routes.",
            "Remaining": "What is left of them.",
            "Reset": "When all are there again, as seconds of Unix time.",
        }.items()
    },
}
"""Headers of every answer."""
