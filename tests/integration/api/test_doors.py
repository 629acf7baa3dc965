"""Every kind of token at every door, and sign-ins that end (T5, T7; R57-R61)."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from api.deps import AppServices
from core.errors import AuthenticationError
from core.tokens import TokenSigner
from store.auth_tokens import create_login_code, issue_refresh_token
from store.service_tokens import create_service_token
from tests.integration.api.conftest import CAMPAIGN, DEV_TOKEN, Connect
from tests.support.clock import FakeClock

API = "/v1/campaigns"
SCOPES = frozenset({"prompts", "entities:read", "entities:write", "rules", "admin"})


def read_work(signer: TokenSigner, token: str) -> int:
    try:
        signer.read_work_token(token)
    except AuthenticationError:
        return 401
    return 200


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_every_kind_of_token_opens_its_own_door_and_no_other(
    connect: Connect, services: AppServices, signer: TokenSigner, clock: FakeClock
) -> None:
    deadline = clock.now() + timedelta(seconds=30)
    with services.database.transaction() as tx:
        tokens = {
            "access": signer.create_access_token("user:dm", SCOPES),
            "dev": DEV_TOKEN,
            "service": create_service_token(tx, "bot", SCOPES),
            "work": signer.create_work_token("req/1", "scribe", UUID(CAMPAIGN), deadline_at=deadline),
            "refresh": issue_refresh_token(tx, "user:dm", SCOPES),
            "login": create_login_code(tx, "user:dm"),
        }
    client, console = connect(token=None), {"X-DMA-Console": "1"}
    doors: dict[str, tuple[set[str], Callable[[str], int]]] = {
        "api": ({"access", "dev", "service"}, lambda token: client.get(API, headers=bearer(token)).status_code),
        "fast": (
            {"access", "dev", "service"},
            lambda token: client.get("/v1/fast/thac0?level=1&class=fighter", headers=bearer(token)).status_code,
        ),
        "work": ({"work"}, lambda token: read_work(signer, token)),
        "sign in": ({"dev"}, lambda token: client.post("/v1/auth/token", headers=bearer(token)).status_code),
        "code": ({"login"}, lambda token: client.post("/v1/auth/token", json={"login_code": token}).status_code),
        "cookie": (
            set(),  # the refresh token's too; it is spent at the next door
            lambda token: (
                client.post("/v1/auth/refresh", headers=console | {"Cookie": f"dma_refresh=x{token}"}).status_code
            ),
        ),
        "refresh": (
            {"refresh"},
            lambda token: client.post("/v1/auth/refresh", json={"refresh_token": token}).status_code,
        ),
    }
    wrong = [
        (door, kind, status)
        for door, (opened_by, knock) in doors.items()
        for kind, token in tokens.items()
        if (status := knock(token)) != (200 if kind in opened_by else 401)
    ]
    assert [] == wrong


def test_an_access_token_ends_with_its_sign_in(connect: Connect) -> None:
    client = connect()
    pair = client.post("/v1/auth/token").json()
    signed_in = bearer(pair["access_token"])
    fast = "/v1/fast/thac0?level=5&class=fighter"
    assert [200, 200, 200] == [client.get(path, headers=signed_in).status_code for path in (API, fast, fast)]
    body = {"refresh_token": pair["refresh_token"]}
    assert 204 == client.post("/v1/auth/revoke", json=body, headers=signed_in).status_code
    assert [401, 401] == [client.get(path, headers=signed_in).status_code for path in (API, fast)]


def test_a_sign_in_revoked_by_another_process_ends_within_five_seconds(
    connect: Connect, services: AppServices, clock: FakeClock
) -> None:
    here, elsewhere = (connect(parts={"clock": clock}) for _ in range(2))
    pair = here.post("/v1/auth/token").json()
    signed_in = bearer(pair["access_token"])
    assert 200 == here.get(API, headers=signed_in).status_code
    elsewhere.post("/v1/auth/revoke", json={"refresh_token": pair["refresh_token"]}, headers=signed_in)
    clock.advance(seconds=5)
    assert 401 == here.get(API, headers=signed_in).status_code


def test_a_sign_in_that_cannot_be_looked_up_is_good_for_what_needs_no_database(
    connect: Connect, services: AppServices
) -> None:
    client = connect()
    signed_in = bearer(client.post("/v1/auth/token").json()["access_token"])
    services.database.close()
    assert [200, 503] == [
        client.get(path, headers=signed_in).status_code for path in ("/v1/fast/thac0?level=5&class=thief", API)
    ]
