"""Errors on the wire: which HTTP status each error has, and the one renderer of problem+json (RFC 9457, R62, R63).

Every layer ends here: the router's 404 and 405, parsing, validation, authentication, limits, timeouts, the store, the
bus, and what nobody foresaw. C15: 400 is what cannot be read or has the wrong shape, type or enum value; 422 is well
formed but not allowed.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from dramatiq.errors import BrokerError
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import Scope

from api.explaining import explain
from api.rates import TooManyRequests
from api.refusals import (
    ApiError,
    BodyTooLarge,
    HeadersTooLarge,
    InvalidFields,
    MalformedRequest,
    PreconditionFailed,
    PreconditionRequired,
    RequestTimedOut,
    UnsupportedMediaType,
    WrongHost,
)
from bus.errors import DeadLetterNotFound, MessageInFlight, MessageNotFound, QueueFull
from core.errors import (
    AuthenticationError,
    Conflict,
    DependencyUnavailable,
    DmaError,
    ErrorCategory,
    FieldError,
    InvalidInput,
    NotFound,
    PermissionDenied,
)
from fastlane import InvalidParameters, ParametersOutsideRules
from rules.errors import MalformedValue, RuleError, TableUnavailable, UnknownName
from rules.suggestions import nearest_first
from store.errors import IdempotencyKeyInUse, IdempotencyKeyReused
from telemetry.logs import get_logger

log = get_logger(__name__)

ERROR_BASE: Final = "https://api.dma.com/errors/"
MAX_ERRORS: Final = 20
MAX_MESSAGE: Final = 200
RETRY_AFTER_SECONDS: Final = 2


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: the last part of its `type`, its title, its status."""

    slug: str
    title: str
    status: int


MALFORMED: Final = Kind("invalid-request", "Invalid request format", 400)
VALIDATION: Final = Kind("validation", "Validation Error", 400)
NOT_ALLOWED: Final = Kind("not-allowed", "Validation failed", 422)
INTERNAL: Final = Kind("internal", "Internal server error", 500)

KINDS: Final[dict[type[BaseException], Kind]] = {
    MalformedRequest: MALFORMED,
    InvalidFields: VALIDATION,
    ClientDisconnect: MALFORMED,
    AuthenticationError: Kind("authentication", "Authentication required", 401),
    PermissionDenied: Kind("permission", "Insufficient permissions", 403),
    NotFound: Kind("not-found", "Resource not found", 404),
    Conflict: Kind("conflict", "Resource version conflict", 409),
    PreconditionFailed: Kind("precondition-failed", "Precondition failed", 412),
    BodyTooLarge: Kind("body-too-large", "Request body too large", 413),
    UnsupportedMediaType: Kind("unsupported-media-type", "Unsupported media type", 415),
    WrongHost: Kind("wrong-host", "Misdirected request", 421),
    InvalidInput: NOT_ALLOWED,
    InvalidParameters: VALIDATION,
    ParametersOutsideRules: NOT_ALLOWED,
    RuleError: NOT_ALLOWED,
    MalformedValue: VALIDATION,
    UnknownName: VALIDATION,
    IdempotencyKeyReused: Kind("idempotency-key-reused", "Validation failed", 422),
    IdempotencyKeyInUse: Kind("idempotency-key-in-use", "Resource version conflict", 409),
    PreconditionRequired: Kind("precondition-required", "Precondition required", 428),
    HeadersTooLarge: Kind("headers-too-large", "Request header fields too large", 431),
    TooManyRequests: Kind("rate-limit", "Rate limit exceeded", 429),
    DmaError: INTERNAL,
    DependencyUnavailable: Kind("unavailable", "Service temporarily unavailable", 503),
    TableUnavailable: Kind("unavailable", "Service temporarily unavailable", 503),
    BrokerError: Kind("unavailable", "Service temporarily unavailable", 503),
    DeadLetterNotFound: Kind("not-found", "Resource not found", 404),
    MessageNotFound: Kind("not-found", "Resource not found", 404),
    MessageInFlight: Kind("conflict", "Resource version conflict", 409),
    QueueFull: Kind("overloaded", "Service temporarily unavailable", 503),
    RequestTimedOut: Kind("timeout", "Request timeout", 504),
}
"""Error class -> kind; a class that is not listed has the kind of its nearest base."""

_NO_BODY: Final = frozenset({"GET", "HEAD", "DELETE"})
_ROUTER: Final = {
    400: (MALFORMED, "invalid_request", ErrorCategory.VALIDATION_ERROR),
    404: (Kind("not-found", "Resource not found", 404), "not_found", ErrorCategory.NOT_FOUND),
    405: (Kind("method-not-allowed", "Method not allowed", 405), "method_not_allowed", ErrorCategory.VALIDATION_ERROR),
}
_ROUTER_DETAILS: Final = {404: "There is nothing at this address", 405: "This address does not take that method"}

STATUS_OF_CATEGORY: Final = {
    ErrorCategory.NETWORK_ERROR: 502,
    ErrorCategory.TIMEOUT: 504,
    ErrorCategory.RATE_LIMIT: 429,
    ErrorCategory.SERVICE_UNAVAILABLE: 503,
    ErrorCategory.VALIDATION_ERROR: 422,
    ErrorCategory.AUTH_ERROR: 401,
    ErrorCategory.PERMISSION_ERROR: 403,
    ErrorCategory.NOT_FOUND: 404,
    ErrorCategory.LLM_ERROR: 502,
    ErrorCategory.CONTENT_FILTER: 502,
    ErrorCategory.TOKEN_LIMIT: 502,
}
"""The status of a failure that was stored with a request (C34), as if it had been answered directly."""


@dataclass(frozen=True, slots=True)
class Problem:
    """An error, ready to be sent."""

    kind: Kind
    detail: str
    code: str
    category: ErrorCategory
    retryable: bool = False
    fields: tuple[FieldError, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    has_body_fields: bool = True
    """Whether the fields are parts of the body, so that they have a JSON Pointer."""


def answer_error(error: BaseException, scope: Scope) -> Response:
    """The response to an exception, after the log has been told what the caller is not."""
    problem = describe(error)
    if problem.kind is INTERNAL:
        log.error("request_crashed", path=scope["path"][:200], error_type=type(error).__name__, exc_info=error)
    elif problem.kind.status >= 500:
        log.warning("request_not_served", error_type=type(error).__name__, error_message=str(error)[:500])
    return render(problem, scope)


def describe(error: BaseException) -> Problem:
    """Say what an exception is to the caller; what is not ours becomes a 500 that tells nothing of its inside."""
    if isinstance(error, RequestValidationError):
        return _describe_validation(error)
    if isinstance(error, HTTPException):
        return _describe_router(error)
    if isinstance(error, RuleError):
        return _describe_rule(error)
    kind = kind_of(type(error))
    is_told = kind.status < 500 or isinstance(error, ApiError | QueueFull)
    return Problem(
        kind=kind,
        detail=_one_line(str(error)) if is_told else _untold(error, kind),
        code=getattr(error, "code", "internal_error"),
        category=_category(error, kind),
        retryable=bool(getattr(error, "retryable", kind.status in {503, 504})),
        fields=tuple(getattr(error, "fields", ())),
        headers=_headers(error, kind),
    )


def kind_of(error: type[BaseException]) -> Kind:
    """The kind of an error class: its own, or that of its nearest base."""
    return next((KINDS[base] for base in error.__mro__ if base in KINDS), INTERNAL)


def render(problem: Problem, scope: Scope) -> Response:
    """The response of a problem; `instance` is the path as it was sent."""
    body: dict[str, Any] = {
        "type": ERROR_BASE + problem.kind.slug,
        "title": problem.kind.title,
        "status": problem.kind.status,
        "detail": problem.detail,
        "instance": (scope.get("raw_path") or b"/").decode("latin-1")[:500],
        "code": problem.code,
        "error_type": problem.category.value,
        "request_id": scope.get("dma.request_id", ""),
        "retryable": problem.retryable,
    }
    if problem.fields:
        # What cannot be read at all is a header or the address; and a GET has its fields in the query.
        in_body = problem.has_body_fields and problem.kind is not MALFORMED and scope.get("method") not in _NO_BODY
        body["errors"] = [_field_json(item, with_pointer=in_body) for item in problem.fields[:MAX_ERRORS]]
    scope["dma.error_type"] = problem.category.value
    content = json.dumps(body, allow_nan=False, ensure_ascii=True).encode()
    return Response(content, problem.kind.status, dict(problem.headers), "application/problem+json")


def stored_problem(stored: Mapping[str, Any], instance: str) -> dict[str, Any]:
    """A request's stored error as a whole problem object: with `status` and `instance` (C34)."""
    status = STATUS_OF_CATEGORY.get(stored.get("error_type", ""), 500)
    return {**stored, "status": stored.get("status", status), "instance": instance}


def _describe_router(error: HTTPException) -> Problem:
    unknown = (
        Kind("http-error", "Request refused", error.status_code),
        "http_error",
        ErrorCategory.VALIDATION_ERROR,
    )
    kind, code, category = _ROUTER.get(error.status_code, unknown)
    detail = _ROUTER_DETAILS.get(error.status_code, _one_line(str(error.detail)))
    return Problem(kind, detail, code, category, headers=dict(error.headers or {}))


def _describe_rule(error: RuleError) -> Problem:
    """Rule errors quote what was sent; here only what would have been right is told."""
    kind = KINDS[type(error)] if type(error) in KINDS else KINDS[RuleError]
    if kind.status == 503:
        return Problem(
            kind,
            _one_line(str(error)),
            error.code,
            ErrorCategory.SERVICE_UNAVAILABLE,
            retryable=False,
            headers={"Retry-After": "60"},
        )
    allowed = nearest_first(error, MAX_MESSAGE - len("Must be "))
    field = FieldError(error.field, f"Must be {allowed}")
    return Problem(
        kind, f"The {error.field} must be {allowed}", error.code, ErrorCategory.VALIDATION_ERROR, fields=(field,)
    )


def _describe_validation(error: RequestValidationError) -> Problem:
    found = explain(error)
    return Problem(
        VALIDATION,
        found.detail,
        "validation_error",
        ErrorCategory.VALIDATION_ERROR,
        fields=found.fields,
        has_body_fields=found.is_in_body,
    )


def _field_json(item: FieldError, *, with_pointer: bool) -> dict[str, str]:
    shown = {"field": item.field[:300], "message": _one_line(item.message)[:MAX_MESSAGE]}
    if not with_pointer:
        return shown
    path = "" if item.field == "body" else "/" + item.field.replace("~", "~0").replace("/", "~1").replace(".", "/")
    return shown | {"pointer": path[:300]}


def _untold(error: BaseException, kind: Kind) -> str:
    if isinstance(error, DependencyUnavailable):
        return _one_line(type(error).__doc__ or kind.title)
    if kind.status == 503:
        return "A part of the service does not answer; try again shortly"
    return "Something went wrong on our side; the log has more under this request_id"


def _category(error: BaseException, kind: Kind) -> ErrorCategory:
    if isinstance(error, DmaError):
        return error.category
    if kind.status == 404:
        return ErrorCategory.NOT_FOUND
    return ErrorCategory.VALIDATION_ERROR if kind.status < 500 else ErrorCategory.SERVICE_UNAVAILABLE


def _headers(error: BaseException, kind: Kind) -> dict[str, str]:
    headers = dict(getattr(error, "headers", {}))
    if kind.status == 401:
        has_token = getattr(error, "code", "") != AuthenticationError.code
        headers["WWW-Authenticate"] = 'Bearer error="invalid_token"' if has_token else "Bearer"
    if kind.status == 503 or hasattr(error, "retry_after_seconds"):
        headers["Retry-After"] = str(max(1, round(getattr(error, "retry_after_seconds", RETRY_AFTER_SECONDS))))
    if isinstance(version := getattr(error, "current_version", None), int):
        headers["ETag"] = f'"{version}"'
    return headers


def _one_line(text: str) -> str:
    return " ".join(text.split())[:500] or "The request was refused"
