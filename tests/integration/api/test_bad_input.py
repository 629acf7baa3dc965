"""Bad input to every endpoint: the right 4xx as a valid problem, and never a 500 (C15, C40)."""

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator, FormatChecker

from api.app import all_routes, create_app
from api.deps import AppServices
from core.tokens import TokenSigner
from tests.integration.api.conftest import CAMPAIGN, Connect
from tests.support.asgi_client import AsgiClient, in_chunks
from tests.support.clock import FakeClock
from tests.support.openapi_document import openapi_document

MAX_BODY = 10 * 1024 * 1024
PROBLEM = Draft7Validator(
    json.loads((Path(__file__).parents[3] / "contracts/v1/responses/error.json").read_text()),
    format_checker=FormatChecker(),
)
ENTITY = f"/v1/entities/location/loc_{'0' * 32}"
RELATION = f"/v1/relations/rel_{'0' * 32}"
BODIES: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", "/v1/prompts", {"prompt": "x", "context": {"campaign_id": CAMPAIGN}}),
    ("POST", "/v1/classify", {"prompt": "x"}),
    ("POST", "/v1/generate/hex", {"brief": {}, "context": {"campaign_id": CAMPAIGN}}),
    ("POST", "/v1/generate/dungeon", {"campaign_id": CAMPAIGN}),
    ("POST", "/v1/entities/location", {"name": "x", "campaign_id": CAMPAIGN}),
    ("PUT", ENTITY, {"name": "x"}),
    ("PATCH", ENTITY, {"name": "x"}),
    ("POST", "/v1/search", {"query": "x", "campaign_id": CAMPAIGN}),
    ("POST", "/v1/entities/location/bulk", {"items": [{"name": "x"}], "campaign_id": CAMPAIGN}),
    ("POST", f"{ENTITY}/restore", {"version": 1}),
    ("POST", "/v1/relations", {"source_id": CAMPAIGN, "target_id": CAMPAIGN, "kind": "x"}),
    ("PUT", RELATION, {"attributes": {}}),
    ("PATCH", RELATION, {"secret": False}),
    ("POST", "/v1/campaigns", {"name": "x"}),
    ("PUT", f"/v1/campaigns/{CAMPAIGN}", {"settings": {}}),
    ("PATCH", f"/v1/campaigns/{CAMPAIGN}", {"name": "x"}),
    ("POST", f"/v1/campaigns/{CAMPAIGN}/approve", {"ids": [CAMPAIGN]}),
    ("PUT", f"/v1/campaigns/{CAMPAIGN}/members/user:anna", {"role": "reader"}),
    ("POST", "/v1/rules/ask", {"question": "x"}),
    ("POST", "/v1/rules/validate", {"subject": "a mage", "house_rules": {}}),
    ("POST", "/v1/fast/ac", {"base_ac": 10}),
    ("POST", "/v1/admin/dead-letters", {"action": "replay", "queue": "scribe"}),
    ("POST", "/v1/auth/token", {"login_code": "x"}),
    ("POST", "/v1/auth/refresh", {"refresh_token": "x"}),
    ("POST", "/v1/auth/revoke", {"refresh_token": "x"}),
]
JSON_HEADERS = {"Content-Type": "application/json", "If-Match": "1"}
BROKEN: dict[str, bytes] = {
    "not JSON": b"prompt=x",
    "half of it": b'{"prompt": "x"',
    "NaN": b'{"x": NaN}',
    "a number beyond doubles": b'{"x": 1e999}',
    "5,000 digits": b'{"x": ' + b"9" * 5000 + b"}",
    "half a surrogate pair": b'{"x": "\\ud800"}',
    "NUL": b'{"x": "a\\u0000b"}',
    "NUL in a name": b'{"a\\u0000b": 1}',
    "a name twice": b'{"x": 1, "x": 2}',
    "100,000 levels": b"[" * 100_000 + b"]" * 100_000,
    "UTF-16": '{"x": 1}'.encode("utf-16"),
    "byte order mark": b"\xef\xbb\xbf{}",
    "an array": b"[]",
    "a text": b'"x"',
    "a number": b"1",
}


def problem_faults(response: httpx.Response, statuses: set[int]) -> list[str]:
    """What is wrong with a response that should be a problem of one of these statuses."""
    faults = [] if response.status_code in statuses else [f"status {response.status_code}"]
    if response.headers.get("content-type") != "application/problem+json":
        return [*faults, f"content type {response.headers.get('content-type')}"]
    body = response.json()
    faults += [error.message for error in PROBLEM.iter_errors(body)]
    if body.get("status") != response.status_code:
        faults.append("another status in the body")
    return faults + [name for name in ("x-request-id", "x-response-time") if name not in response.headers]


def test_table_has_every_route_that_takes_a_body(services: AppServices) -> None:
    templates = {
        (method, route.path)
        for route in all_routes(create_app(services))
        if route.body_field
        for method in route.methods
    }
    covered = {
        (method, route.path)
        for method, path, _ in BODIES
        for route in all_routes(create_app(services))
        if method in route.methods and route.path_regex.match(path)
    }
    assert templates == covered


@pytest.mark.parametrize("broken", BROKEN)
def test_body_that_cannot_be_read_is_400_everywhere(client: AsgiClient, broken: str) -> None:
    found = {}
    for method, path, _ in BODIES:
        response = client.request(method, path, content=BROKEN[broken], headers=JSON_HEADERS)
        if faults := problem_faults(response, {400}):
            found[f"{method} {path}"] = faults
    assert {} == found


def test_wrong_missing_and_unknown_fields_are_named(client: AsgiClient) -> None:
    found = {}
    for method, path, body in BODIES:
        for name in body:
            wrong = {**body, name: 17} if name not in {"base_ac", "version"} else {**body, name: "ten"}
            response = client.request(method, path, json=wrong, headers=JSON_HEADERS)
            named = [item["field"] for item in response.json().get("errors", [])]
            if faults := problem_faults(response, {400}) + ([] if name in named else [f"named {named}"]):
                found[f"{method} {path} {name}"] = faults
    assert {} == found


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "prompt"),
        ({"prompt": "", "context": {"campaign_id": CAMPAIGN}}, "prompt"),
        ({"prompt": "  \n", "context": {"campaign_id": CAMPAIGN}}, "prompt"),
        ({"prompt": "x" * 5001, "context": {"campaign_id": CAMPAIGN}}, "prompt"),
        ({"prompt": None, "context": {"campaign_id": CAMPAIGN}}, "prompt"),
        ({"prompt": "x", "context": {}}, "context.campaign_id"),
        ({"prompt": "x", "context": {"campaign_id": "castle"}}, "context.campaign_id"),
        ({"prompt": "x", "context": {"campaign_id": 1}}, "context.campaign_id"),
        ({"prompt": "x", "context": {"campaign_id": CAMPAIGN, "location_id": "loc_1"}}, "context.location_id"),
        ({"prompt": "x", "context": {"campaign_id": CAMPAIGN}, "promt": 1}, "promt"),
        ({"prompt": "x", "context": {"campaign_id": CAMPAIGN}, "options": {"timeout": 1}}, "options.timeout"),
        ({"prompt": "x", "context": {"campaign_id": CAMPAIGN}, "options": {"timeout_ms": 999}}, "options.timeout_ms"),
        ({"prompt": "x", "context": {"campaign_id": CAMPAIGN}, "options": {"timeout_ms": 60001}}, "options.timeout_ms"),
        (
            {"prompt": "x", "context": {"campaign_id": CAMPAIGN}, "options": {"timeout_ms": "5000"}},
            "options.timeout_ms",
        ),
        ({"prompt": "x", "context": {"campaign_id": CAMPAIGN}, "options": {"timeout_ms": True}}, "options.timeout_ms"),
        (
            {"prompt": "x", "context": {"campaign_id": CAMPAIGN}, "options": {"include_stats": 1}},
            "options.include_stats",
        ),
    ],
)
def test_wrong_field_of_a_prompt_is_400_and_named(client: AsgiClient, body: dict[str, Any], field: str) -> None:
    response = client.post("/v1/prompts", json=body)
    assert [] == problem_faults(response, {400})
    assert field in [item["field"] for item in response.json()["errors"]]
    assert "/" + field.replace(".", "/") in [item["pointer"] for item in response.json()["errors"]]


def test_whole_number_may_be_written_with_a_point_as_json_schema_has_it(client: AsgiClient) -> None:
    content = json.dumps({"prompt": "x", "context": {"campaign_id": CAMPAIGN}, "options": {"timeout_ms": 5000.0}})
    assert 202 == client.post("/v1/prompts", content=content, headers=JSON_HEADERS).status_code


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "application/json; charset=utf-16"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
    ],
    ids=lambda headers: "; ".join(headers.values()),
)
def test_wrong_media_type_is_415_everywhere(client: AsgiClient, headers: dict[str, str]) -> None:
    found = {}
    for method, path, body in BODIES:
        response = client.request(method, path, content=json.dumps(body), headers={"If-Match": "1"} | headers)
        if faults := problem_faults(response, {415}):
            found[f"{method} {path}"] = faults
    assert {} == found


@pytest.mark.parametrize("is_chunked", [False, True], ids=["with Content-Length", "chunked"])
def test_11_mb_are_413_everywhere(client: AsgiClient, is_chunked: object) -> None:
    found = {}
    for method, path, _ in BODIES:
        content = in_chunks(MAX_BODY + 1_000_000) if is_chunked else b"x" * (MAX_BODY + 1_000_000)
        response = client.request(method, path, content=content, headers=JSON_HEADERS)
        if faults := problem_faults(response, {413}):
            found[f"{method} {path}"] = faults
    assert {} == found


def test_expired_token_is_401_everywhere_before_the_body_is_looked_at(
    connect: Connect, services: AppServices, signer: TokenSigner, clock: FakeClock
) -> None:
    client = connect(token=signer.create_access_token("user:dm", frozenset({"prompts"})))
    clock.advance(seconds=3601)
    found = {}
    for method, path, _ in BODIES:
        if not path.startswith("/v1/auth/") or path.endswith("revoke"):
            faults = problem_faults(client.request(method, path, content=b"{", headers=JSON_HEADERS), {401})
            found |= {f"{method} {path}": faults} if faults else {}
    assert {} == found


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/nothing", 404),
        ("GET", "/v1/prompts/", 404),
        ("POST", "/v1/prompts/", 404),
        ("GET", "/v1/entities/castle", 404),
        ("GET", "/v1/entities/location/loc_1", 404),
        ("GET", "/v1/entities/location/not-an-id", 404),
        ("GET", "/v1/prompts/not-an-id", 404),
        ("GET", "/v1/campaigns/not-an-id", 404),
        ("GET", "/v1/fast/fireball", 404),
        ("GET", "/v1/fast/thac0?level=5&level=6&class=fighter", 400),
        ("GET", "/v1/fast/thac0?level=five&class=fighter", 400),
        ("GET", "/v1/fast/thac0?class=fighter", 400),
        ("GET", "/v1/fast/thac0?level=99&class=fighter", 422),
        ("GET", "/v1/fast/thac0?level=5&class=jedi", 400),
        ("GET", "/v1/entities/location%00?campaign_id=x", 400),
        ("GET", "/v1/entities/%ff", 400),
        ("GET", "/v1/entities/location?campaign_id=%00", 400),
        ("GET", "/v1/entities/location?campaign_id=%ed%a0%80", 400),
        ("PROPFIND", "/v1/prompts", 405),
    ],
)
def test_wrong_address_or_query(client: AsgiClient, method: str, path: str, status: int) -> None:
    assert [] == problem_faults(client.request(method, path), {status})


def test_unknown_operation_is_answered_in_the_words_of_r36(client: AsgiClient) -> None:
    assert "Operation not in fast lane" == client.get("/v1/fast/fireball").json()["detail"]


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/v1/prompts", "GET, HEAD, POST"),
        (ENTITY, "DELETE, GET, HEAD, PATCH, PUT"),
        ("/v1/entities/location", "GET, HEAD, POST"),
        ("/healthz", "GET, HEAD"),
    ],
)
def test_method_that_is_not_taken_is_405_with_all_that_are(client: AsgiClient, path: str, allowed: str) -> None:
    response = client.request("OPTIONS", path)
    assert [] == problem_faults(response, {405})
    assert allowed == response.headers["allow"]


NASTY = (
    "%00",
    "%ff",
    "%ed%a0%80",
    "9223372036854775808",
    "1e999",
    "null",
    "x" * 3000,
    "..%2f..%2fetc%2fpasswd",
    "' OR 1=1--",
)
NASTY_HEADERS = {
    "Idempotency-Key": ("", " ", "é", "x" * 256, '"'),
    "If-Match": ("", "three", '"', "9" * 12, "W/x"),
    "If-None-Match": ("", "x" * 2000, "é"),
    "Last-Event-ID": ("0.0", "1.99999", "é", "end.end"),
    "Prefer": ("wait=-1", "wait=1e9", "wait=" + "9" * 400, "é;;=,"),
    "X-Request-ID": ("", "é", "x" * 129),
    "Cookie": ("dma_refresh=" + "x" * 3000, "=;=;", "é"),
    "Content-Length": ("-1", "x"),
    "Accept-Encoding": ("é",),
}
IDS = {"type": "location", "kind": "hex", "format": "svg", "table_id": "thac0", "principal": "user:anna"}


def address(path: str, **changes: str) -> str:
    """An address of a route, with good parts but for those that are changed."""
    return re.sub(r"\{(\w+)\}", lambda part: changes.get(part[1]) or IDS.get(part[1], CAMPAIGN), path)


def test_nasty_parts_of_every_path_query_and_header_are_answered_below_500(client: AsgiClient) -> None:
    calls = []
    for path, operations in openapi_document()["paths"].items():
        for method, operation in operations.items():
            for one in operation["parameters"]:
                match one["in"]:
                    case "path":
                        calls += [(method, address(path, **{one["name"]: bad}), {}) for bad in NASTY]
                    case "query":
                        # One operation of the fast lane reads its query as the others do.
                        is_repeat = path.startswith("/v1/fast/") and not path.endswith("/thac0")
                        bad_ones = NASTY[:1] if is_repeat else NASTY
                        calls += [(method, f"{address(path)}?{one['name']}={bad}", {}) for bad in bad_ones]
                    case _:
                        bad_headers = NASTY_HEADERS[one["name"]]
                        calls += [(method, address(path), {one["name"]: bad.encode()}) for bad in bad_headers]
    calls += [("get", "/v1/campaigns", {name: bad.encode()}) for name, bads in NASTY_HEADERS.items() for bad in bads]
    found = {}
    for method, target, headers in calls:
        content = b"{}" if method in {"post", "put", "patch"} else None
        response = client.request(
            method.upper(), target, content=content, headers={b"Content-Type": b"application/json"} | headers
        )
        if response.status_code >= 400 and (faults := problem_faults(response, set(range(400, 500)))):
            found[f"{method} {target[:120]} {headers}"] = faults
    assert {} == found
    assert len(calls) > 500


METHODS = st.sampled_from(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
PATHS = st.one_of(
    st.deferred(lambda: st.sampled_from([address(path) for path in openapi_document()["paths"]] + ["/", "/docs"])),
    st.binary(max_size=30).map(lambda raw: "/v1/" + "".join(f"%{byte:02x}" for byte in raw)),
    st.text(max_size=20).map(lambda text: "/v1/entities/" + text.encode("utf-8", "replace").hex()),
)
QUERIES = st.binary(max_size=30).map(
    lambda raw: "".join(f"%{byte:02x}" if byte not in b"=&" else chr(byte) for byte in raw)
)
JSONISH = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=10)
    | st.sampled_from([CAMPAIGN, "fighter"]),
    lambda inside: (
        st.lists(inside, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["prompt", "context", "campaign_id", "name", "attributes", "query", "limit", "level", "class", "x"]
            )
            | st.text(max_size=5),
            inside,
            max_size=5,
        )
    ),
    max_leaves=10,
)
CONTENT = st.one_of(st.binary(max_size=100), JSONISH.map(lambda value: json.dumps(value).encode()))
HEADER_VALUES = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30)


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    method=METHODS,
    path=PATHS,
    query=QUERIES,
    content=CONTENT,
    media_type=st.sampled_from(
        ["application/json", "application/merge-patch+json", "text/plain", "", "application/json;charset=x"]
    ),
    if_match=HEADER_VALUES,
    key=HEADER_VALUES,
)
def test_any_bytes_on_any_route_are_answered_below_500_and_refusals_are_problems(
    client: AsgiClient, method: str, path: str, query: str, content: bytes, media_type: str, if_match: str, key: str
) -> None:
    headers = {"Content-Type": media_type, "If-Match": if_match, "Idempotency-Key": key}
    response = client.request(method, f"{path}?{query}" if query else path, content=content, headers=headers)
    assert response.status_code < 500, response.text
    if response.status_code >= 400 and method != "HEAD":
        assert [] == problem_faults(response, {response.status_code})
