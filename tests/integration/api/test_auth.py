"""Who gets in, and with what (R57-R60, C31; research: token rules T1-T10)."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import jwt
import pytest

from api.app import all_routes, create_app
from api.deps import AppServices
from api.routes import PublicRoute, ScopedRoute, needed_scopes
from core.settings import Environment
from core.tokens import TokenKind, TokenSigner, _derive
from store.auth_tokens import create_login_code
from store.service_tokens import create_service_token, revoke_service_token
from tests.integration.api.conftest import CAMPAIGN, DEV_TOKEN, SECRET_KEY, Connect
from tests.support.asgi_client import AsgiClient
from tests.support.clock import FakeClock

DOOR = "/v1/fast/thac0?level=5&class=fighter"
ACCESS_KEY = _derive(SECRET_KEY, TokenKind.ACCESS)
PUBLIC = {
    ("POST", "/v1/auth/token"),
    ("POST", "/v1/auth/refresh"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/metrics"),
    ("GET", "/v1/status"),
    ("GET", "/docs"),
    ("GET", "/docs/style.css"),
    ("GET", "/errors/{name}"),
}


def test_every_route_is_public_on_purpose_or_names_a_scope(services: AppServices) -> None:
    public = set()
    for route in all_routes(create_app(services)):
        assert isinstance(route, PublicRoute)
        if isinstance(route, ScopedRoute):
            assert [] != needed_scopes(route.dependant), route.path
        else:
            public |= {(method, route.path) for method in route.methods}
    assert PUBLIC == public


def test_every_other_route_answers_401_without_a_token(connect: Connect, services: AppServices) -> None:
    client = connect(token=None)
    for route in all_routes(create_app(services)):
        for method in route.methods:
            response = client.request(
                method,
                route.path.format(
                    type="npc",
                    id="x",
                    request_id="x",
                    operation="thac0",
                    table_id="x",
                    principal="x",
                    queue="scribe",
                    format="svg",
                    kind="hex",
                    name="validation",
                ),
            )
            if (method, route.path) not in PUBLIC:
                assert (401, "Bearer") == (response.status_code, response.headers.get("www-authenticate")), route.path
                assert "Authentication required" == response.json()["detail"]


@pytest.mark.parametrize(
    ("header", "detail"),
    [
        ("", "Authentication required"),
        ("Basic ZG06ZG0=", "Authentication required"),
        (DEV_TOKEN, "Authentication required"),
        ("Bearer ", "Invalid token"),
        ("Bearer a b", "Invalid token"),
        ("Bearer nonsense", "Invalid token"),
        ("Bearer svc_unknown_" + "0" * 64, "Invalid service token"),
        ("Bearer svc_", "Invalid service token"),
        ("Bearer " + "x" * 5000, "Invalid token"),
    ],
)
def test_header_that_is_no_token_is_401_in_the_words_of_r59(connect: Connect, header: str, detail: str) -> None:
    response = connect(token=None).get(DOOR, headers={"Authorization": header})
    assert (401, detail) == (response.status_code, response.json()["detail"])
    assert response.headers["www-authenticate"].startswith("Bearer")


def test_access_token_opens_what_its_scopes_name_and_nothing_else(connect: Connect, signer: TokenSigner) -> None:
    client = connect(token=signer.create_access_token("user:dm", frozenset({"rules"})))
    assert [200, 403, 403] == [
        client.get(DOOR).status_code,
        client.get(f"/v1/entities/npc?campaign_id={CAMPAIGN}").status_code,
        client.get("/v1/prompts/req_" + "0" * 32).status_code,
    ]


def test_access_token_ends_with_its_hour(connect: Connect, signer: TokenSigner, clock: FakeClock) -> None:
    client = connect(token=signer.create_access_token("user:dm", frozenset({"rules"})))
    clock.advance(seconds=3599)
    assert 200 == client.get(DOOR).status_code
    clock.advance(seconds=2)
    response = client.get(DOOR)
    assert (401, "Token expired") == (response.status_code, response.json()["detail"])


def claims(clock: FakeClock, **changes: Any) -> dict[str, Any]:
    now = int(clock.now().timestamp())
    good = {
        "iss": "dma-auth",
        "aud": "dma-api",
        "sub": "user:dm",
        "jti": "1",
        "iat": now,
        "exp": now + 3600,
        "scope": "rules",
    }
    return {name: value for name, value in (good | changes).items() if value is not ...}


def signed(body: dict[str, Any], *, key: bytes = ACCESS_KEY, algorithm: str = "HS256", typ: str = "at+jwt") -> str:
    return jwt.encode(body, key, algorithm=algorithm, headers={"typ": typ})


def test_token_made_by_hand_with_all_the_right_claims_is_good(connect: Connect, clock: FakeClock) -> None:
    assert 200 == connect(token=signed(claims(clock))).get(DOOR).status_code


WRONG: list[Any] = [..., None, [], 1.5, {"a": 1}, True, "wrong", 10**12]
ANY_TEXT = {"sub", "jti", "scope"}


def test_claim_that_is_absent_or_of_another_kind_is_401(connect: Connect, clock: FakeClock) -> None:
    client, opened = connect(token=None), []
    for name in ("iss", "aud", "sub", "jti", "iat", "exp", "scope"):
        for value in WRONG:
            token = by_hand({"alg": "HS256", "typ": "at+jwt"}, claims(clock, **{name: value}))
            status = client.get(DOOR, headers={"Authorization": f"Bearer {token}"}).status_code
            # Any text is a subject, an id or a scope; one without the scope is let in and no further.
            expected = (
                {403}
                if (name, value) == ("scope", "wrong")
                else {200}
                if name in ANY_TEXT and value == "wrong"
                else {401}
            )
            opened += [] if status in expected else [(name, value, status)]
    assert [] == opened


def by_hand(header: dict[str, Any], body: dict[str, Any], *, signature: bytes | None = None) -> str:
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, body)]
    made = hmac.digest(ACCESS_KEY, b".".join(parts), hashlib.sha256) if signature is None else signature
    return b".".join([*parts, base64.urlsafe_b64encode(made).rstrip(b"=")]).decode()


@pytest.mark.parametrize("algorithm", ["none", "None", "nOnE", "HS512", "RS256", "", None])
def test_algorithm_of_the_header_is_never_believed(connect: Connect, clock: FakeClock, algorithm: str | None) -> None:
    # HS256 itself with the right signature is the positive case above; here the header names something else.
    for signature in (None, b""):
        token = by_hand({"alg": algorithm, "typ": "at+jwt"}, claims(clock), signature=signature)
        assert 401 == connect(token=token).get(DOOR).status_code


def test_header_nested_a_thousand_deep_is_401(connect: Connect, clock: FakeClock) -> None:
    nested = base64.urlsafe_b64encode(b'{"alg":"HS256","typ":"at+jwt","x":' + b"[" * 1000 + b"]" * 1000 + b"}").decode()
    assert 401 == connect(token=f"{nested}.e30.AA").get(DOOR).status_code


def test_work_token_does_not_open_the_api(connect: Connect, signer: TokenSigner, clock: FakeClock) -> None:
    deadline = clock.now() + timedelta(seconds=30)
    token = signer.create_work_token("req/1", "scribe", UUID(CAMPAIGN), deadline_at=deadline)
    response = connect(token=token).get(DOOR)
    assert (401, "Invalid token") == (response.status_code, response.json()["detail"])


def test_access_token_signed_with_the_master_secret_or_typed_as_work_is_401(connect: Connect, clock: FakeClock) -> None:
    for token in (signed(claims(clock), key=SECRET_KEY.encode()), signed(claims(clock), typ="work+jwt")):
        assert 401 == connect(token=token).get(DOOR).status_code


def test_dev_token_is_a_local_thing(connect: Connect) -> None:
    assert 200 == connect().get(DOOR).status_code
    assert 401 == connect(environment=Environment.STAGING).get(DOOR).status_code


def test_authentication_can_be_switched_off_locally_and_nowhere_else(connect: Connect) -> None:
    assert 200 == connect(token=None, auth_enabled=False).get(DOOR).status_code
    assert 401 == connect(token=None, auth_enabled=False, environment=Environment.PRODUCTION).get(DOOR).status_code


def test_service_token_opens_its_scopes_until_it_is_revoked(connect: Connect, services: AppServices) -> None:
    with services.database.transaction() as tx:
        token = create_service_token(tx, "discord-bot", ["rules"])
    client = connect(token=token)
    assert [200, 403] == [client.get(DOOR).status_code, client.get("/v1/campaigns").status_code]
    with services.database.transaction() as tx:
        revoke_service_token(tx, "discord-bot")
    response = client.get(DOOR)
    assert (401, "Invalid service token") == (response.status_code, response.json()["detail"])


def test_login_code_signs_in_once(connect: Connect, services: AppServices) -> None:
    with services.database.transaction() as tx:
        code = create_login_code(tx, "user:dm")
    client = connect(token=None)
    answer = client.post("/v1/auth/token", json={"login_code": code})
    assert (200, "Bearer", 3600) == (answer.status_code, answer.json()["token_type"], answer.json()["expires_in"])
    assert 200 == connect(token=answer.json()["access_token"]).get("/v1/campaigns").status_code
    again = client.post("/v1/auth/token", json={"login_code": code})
    assert (401, "invalid_login_code") == (again.status_code, again.json()["code"])


def test_dev_token_signs_in_but_an_access_token_does_not_prolong_itself(connect: Connect) -> None:
    answer = connect().post("/v1/auth/token")
    assert 200 == answer.status_code
    assert 401 == connect(token=answer.json()["access_token"]).post("/v1/auth/token").status_code
    assert 401 == connect(token=None).post("/v1/auth/token", json={}).status_code


def test_refresh_token_is_traded_for_the_next_and_ends_with_the_sign_out(connect: Connect) -> None:
    first = connect().post("/v1/auth/token").json()
    client = connect(token=None)
    second = client.post("/v1/auth/refresh", json={"refresh_token": first["refresh_token"]})
    assert 200 == second.status_code
    assert first["refresh_token"] != second.json()["refresh_token"]
    signed_in = connect(token=second.json()["access_token"])
    assert 204 == signed_in.post("/v1/auth/revoke", json={"refresh_token": second.json()["refresh_token"]}).status_code
    assert 401 == client.post("/v1/auth/refresh", json={"refresh_token": second.json()["refresh_token"]}).status_code


def test_console_gets_its_refresh_token_as_a_cookie_that_scripts_cannot_read(connect: Connect) -> None:
    client = connect()
    answer = client.post("/v1/auth/token", headers={"X-DMA-Console": "1"})
    cookie = answer.headers["set-cookie"].lower()
    assert "refresh_token" not in answer.json()
    assert all(part in cookie for part in ("dma_refresh=", "httponly", "samesite=strict", "path=/v1/auth"))
    refreshed = client.post("/v1/auth/refresh", headers={"X-DMA-Console": "1"})
    assert (200, False) == (refreshed.status_code, "refresh_token" in refreshed.json())


def test_cookie_without_the_console_header_is_worth_nothing(connect: Connect) -> None:
    client = connect()
    client.post("/v1/auth/token", headers={"X-DMA-Console": "1"})
    assert 401 == client.post("/v1/auth/refresh").status_code


def test_cookie_is_for_encrypted_connections_only_outside_a_local_start(
    connect: Connect, services: AppServices
) -> None:
    with services.database.transaction() as tx:
        code = create_login_code(tx, "user:dm")
    answer = connect(token=None, environment=Environment.STAGING).post("/v1/auth/token", json={"login_code": code})
    assert "secure" in answer.headers["set-cookie"].lower()


def test_metrics_are_open_to_this_machine_and_else_for_admins(connect: Connect, signer: TokenSigner) -> None:
    away = "192.168.1.9"
    admin, reader = (signer.create_access_token("user:dm", frozenset({scope})) for scope in ("admin", "rules"))
    assert [200, 401, 403, 200] == [
        connect(token=None).get("/metrics").status_code,
        connect(token=None, address=away).get("/metrics").status_code,
        connect(token=reader, address=away).get("/metrics").status_code,
        connect(token=admin, address=away).get("/metrics").status_code,
    ]
    assert 401 == connect(token=None, environment=Environment.PRODUCTION).get("/metrics").status_code


def test_status_is_open_to_this_machine_and_else_for_any_token(connect: Connect, signer: TokenSigner) -> None:
    away = "192.0.2.1"
    reader = signer.create_access_token("user:dm", frozenset({"rules"}))

    assert [200, 401, 200] == [
        connect(token=None).get("/v1/status").status_code,
        connect(token=None, address=away).get("/v1/status").status_code,
        connect(token=reader, address=away).get("/v1/status").status_code,
    ]


def test_token_never_comes_back_in_a_problem_or_a_log(
    connect: Connect, clock: FakeClock, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    token = signed(claims(clock, aud="wrong"))
    response = connect(token=token).get(DOOR)
    assert token not in response.text + capsys.readouterr().out + caplog.text


def test_a_write_tells_who_when_and_in_which_exchange(client: AsgiClient) -> None:
    body = {"name": "Borin", "campaign_id": CAMPAIGN}
    made = client.post("/v1/entities/npc", json=body, headers={"X-Request-ID": "my-own.id_1"}).json()
    path = f"/v1/entities/npc/{made['id']}"
    changed = client.put(path, json={"name": "Borin II"}, headers={"If-Match": "1"})
    client.delete(path)
    client.post(f"{path}/undelete", headers={"X-Request-ID": "back'; SELECT"})
    lines = client.get(f"{path}/history").json()["items"]
    assert ["user:dm"] * 4 == [line["changed_by"] for line in lines]
    assert all(line["changed_at"].endswith("Z") for line in lines)
    assert ["my-own.id_1", changed.headers["x-request-id"]] == [line["request_id"] for line in lines[:2]]
    assert 4 == len({line["request_id"] for line in lines})


def test_client_fixture_is_the_dm(client: AsgiClient) -> None:
    assert [CAMPAIGN] == [item["id"] for item in client.get("/v1/campaigns").json()["items"]]
