"""Which status an error has, and that a problem never says more than it may."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.errors import ERROR_BASE, describe, render, stored_problem
from api.refusals import (
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
from bus.errors import QueueFull
from core.errors import (
    AuthenticationError,
    Conflict,
    DependencyUnavailable,
    ErrorCategory,
    FieldError,
    InvalidInput,
    NotFound,
    PermissionDenied,
)
from core.problems import problem
from core.tokens import ExpiredToken, InvalidToken
from rules.errors import MalformedValue, OutOfTable, TableUnavailable, UnknownName
from store.errors import DatabaseUnavailable, IdempotencyKeyReused, InvalidServiceToken, SchemaOutdated, VersionConflict

SCOPE: dict[str, Any] = {"raw_path": b"/v1/entities/location", "dma.request_id": "req_1"}


def body_of(error: BaseException) -> dict[str, Any]:
    shown: dict[str, Any] = json.loads(render(describe(error), dict(SCOPE)).body)
    return shown


@pytest.mark.parametrize(
    ("error", "status", "title"),
    [
        (MalformedRequest(), 400, "Invalid request format"),
        (InvalidFields(), 400, "Validation Error"),
        (AuthenticationError(), 401, "Authentication required"),
        (PermissionDenied(), 403, "Insufficient permissions"),
        (NotFound(), 404, "Resource not found"),
        (Conflict(), 409, "Resource version conflict"),
        (VersionConflict(expected=1, current_version=2), 409, "Resource version conflict"),
        (PreconditionFailed(), 412, "Precondition failed"),
        (BodyTooLarge(), 413, "Request body too large"),
        (UnsupportedMediaType(), 415, "Unsupported media type"),
        (WrongHost(), 421, "Misdirected request"),
        (InvalidInput(), 422, "Validation failed"),
        (IdempotencyKeyReused(), 422, "Validation failed"),
        (PreconditionRequired(), 428, "Precondition required"),
        (HeadersTooLarge(), 431, "Request header fields too large"),
        (SchemaOutdated(found=1, needed=2), 500, "Internal server error"),
        (ZeroDivisionError("secret"), 500, "Internal server error"),
        (DependencyUnavailable(), 503, "Service temporarily unavailable"),
        (DatabaseUnavailable("host=10.0.0.7"), 503, "Service temporarily unavailable"),
        (QueueFull(queue="scribe", depth=2, limit=1, retry_after_seconds=7), 503, "Service temporarily unavailable"),
        (RequestTimedOut(), 504, "Request timeout"),
        (MalformedValue("strength", "abc", "a number"), 400, "Validation Error"),
        (UnknownName("class", "jedi", "a class"), 400, "Validation Error"),
        (OutOfTable("level", 99, "from 1 to 20"), 422, "Validation failed"),
        (TableUnavailable("thac0", "it is broken"), 503, "Service temporarily unavailable"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else None,
)
def test_error_has_its_status_and_title(error: BaseException, status: int, title: str) -> None:
    shown = body_of(error)
    assert (status, title) == (shown["status"], shown["title"])
    assert shown["type"].startswith(ERROR_BASE)


def test_problem_carries_what_a_client_needs_to_act_on_it() -> None:
    error = InvalidFields(
        "The location_type is not valid", fields=[FieldError("location_type", "Must be one of: a, b")]
    )
    assert {
        "type": "https://api.dma.com/errors/validation",
        "title": "Validation Error",
        "status": 400,
        "detail": "The location_type is not valid",
        "instance": "/v1/entities/location",
        "code": "validation_error",
        "error_type": "validation_error",
        "request_id": "req_1",
        "retryable": False,
        "errors": [{"field": "location_type", "message": "Must be one of: a, b", "pointer": "/location_type"}],
    } == body_of(error)


def test_unavailable_server_is_retryable_and_says_when_but_not_where_it_is() -> None:
    response = render(describe(DatabaseUnavailable("connection to 10.0.0.7 refused")), dict(SCOPE))
    shown = json.loads(response.body)
    assert (True, "2") == (shown["retryable"], response.headers["Retry-After"])
    assert "10.0.0.7" not in response.body.decode()


def test_full_queue_says_when_to_come_back() -> None:
    error = QueueFull(queue="scribe", depth=2, limit=1, retry_after_seconds=7.4)
    assert "7" == describe(error).headers["Retry-After"]


def test_crash_tells_nothing_of_its_inside() -> None:
    assert "hunter2" not in json.dumps(body_of(RuntimeError("password=hunter2")))


@pytest.mark.parametrize(
    ("error", "header", "detail"),
    [
        (AuthenticationError("Authentication required"), "Bearer", "Authentication required"),
        (InvalidToken(), 'Bearer error="invalid_token"', "Invalid token"),
        (ExpiredToken(), 'Bearer error="invalid_token"', "Token expired"),
        (InvalidServiceToken(), 'Bearer error="invalid_token"', "Invalid service token"),
    ],
)
def test_401_names_the_scheme_and_has_the_words_of_r59(error: AuthenticationError, header: str, detail: str) -> None:
    found = describe(error)
    assert (header, detail) == (found.headers["WWW-Authenticate"], found.detail)


@pytest.mark.parametrize(
    "error", [VersionConflict(expected=1, current_version=7), PreconditionFailed(current_version=7)]
)
def test_conflict_carries_the_current_version_as_etag(error: Exception) -> None:
    assert '"7"' == describe(error).headers["ETag"]


def test_rule_error_tells_what_is_allowed_and_not_what_was_sent() -> None:
    shown = body_of(OutOfTable("level", 99, "an integer from 1 to 20"))
    assert [{"field": "level", "message": "Must be an integer from 1 to 20", "pointer": "/level"}] == shown["errors"]
    assert "99" not in json.dumps(shown)


@given(st.lists(st.tuples(st.text(max_size=2000), st.text(max_size=2000)), max_size=40), st.text(max_size=2000))
def test_problem_stays_small_whatever_the_error_holds(fields: list[tuple[str, str]], message: str) -> None:
    shown = body_of(InvalidInput(message, fields=[FieldError(*item) for item in fields]))
    assert len(shown["detail"]) <= 500
    assert len(shown.get("errors", [])) <= 20
    assert all(len(item["message"]) <= 200 and len(item["field"]) <= 300 for item in shown.get("errors", []))


@pytest.mark.parametrize("category", ErrorCategory)
def test_stored_error_of_every_category_becomes_a_whole_problem(category: ErrorCategory) -> None:
    shown = stored_problem(problem(category, "it failed"), "/v1/prompts/req_1")
    assert {"type", "title", "status", "detail", "instance", "error_type"} <= shown.keys()
    assert 400 <= shown["status"] < 600
