"""Rate limits: the headers of every answer, what is refused, and who counts when Redis is away (R34, C35, C36)."""

import re
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest
import redis

from api.app import all_routes, create_app
from api.deps import AppServices
from api.rate_costs import COSTS
from api.rates import Policy, RateScope, TooManyRequests
from api.streams import AT_END
from bus import StreamsBroker
from bus.rates import draw_tokens
from core.buckets import Bucket, BucketSize
from core.tokens import TokenSigner
from orchestrator.broker import build_broker
from tests.integration.api.conftest import CAMPAIGN, DEV_TOKEN, Connect
from tests.support.asgi_client import AsgiClient
from tests.support.stopwatch import Stopwatch

DOOR = "/v1/fast/thac0?level=5&class=fighter"
ONE = r'"(principal|address)"'
LEFT = re.compile(rf"{ONE};r=\d+;t=\d+(, {ONE};r=\d+;t=\d+)?")
POLICY = re.compile(rf"{ONE};q=\d+;w=60(, {ONE};q=\d+;w=60)?")


@pytest.fixture
def limited(services: AppServices, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connect]:
    """Clients of applications whose buckets hold so much, and fill in a day: nothing comes back during a test."""
    monkeypatch.setattr("api.rates.PATIENCE_SECONDS", 60)  # a slow machine is not a server that is away
    with ExitStack() as opened:

        def make(
            *,
            principal: int = 10**6,
            of_address: int = 10**6,
            token: str = DEV_TOKEN,
            address: str = "127.0.0.1",
            broker: StreamsBroker | None = None,
        ) -> AsgiClient:
            app = create_app(replace(services, broker=broker or services.broker))
            sizes = {RateScope.PRINCIPAL: principal, RateScope.ADDRESS: of_address}
            app.state.limiter._policies = {
                scope: Policy(scope, BucketSize(tokens, 86_400)) for scope, tokens in sizes.items()
            }
            headers = {"Authorization": f"Bearer {token}"}
            return opened.enter_context(AsgiClient(app, headers=headers, address=address))

        yield make


def left(response) -> int:
    return int(response.headers["x-ratelimit-remaining"])


def test_every_answer_tells_the_limits(connect: Connect) -> None:
    started = time.time()
    answers = [
        connect().request(method, path, **more)
        for method, path, more in [
            ("GET", DOOR, {}),
            ("HEAD", "/healthz", {}),
            ("GET", "/nothing", {}),
            ("PUT", "/v1/search", {}),
            ("GET", "/healthz", {"headers": {"Host": "evil.example"}}),
            ("GET", "/healthz", {"headers": {"X-Large": "x" * 20_000}}),
            ("POST", "/v1/prompts", {"content": b"x" * 11_000_000}),
            ("POST", "/v1/prompts", {"json": {"prompt": 5}}),
            ("GET", "/v1/prompts/req_" + "0" * 32, {}),
            ("GET", "/v1/campaigns", {"headers": {"Authorization": "Bearer no"}}),
            ("GET", "/openapi.json", {}),
        ]
    ]
    client = connect()
    answers += [client.get(DOOR) for _ in range(3)]  # the express way
    assert {200, 400, 401, 404, 405, 413, 421, 431} == {answer.status_code for answer in answers}
    for answer in answers:
        limit, remaining, reset = (
            int(answer.headers[f"x-ratelimit-{name}"]) for name in ("limit", "remaining", "reset")
        )
        assert 0 <= remaining <= limit
        assert started - 1 <= reset <= time.time() + 61
        assert LEFT.fullmatch(answer.headers["ratelimit"])
        assert POLICY.fullmatch(answer.headers["ratelimit-policy"])
        assert len(answer.headers.get_list("x-ratelimit-limit")) == 1


def test_a_principal_gets_what_is_allowed_and_then_429_with_the_time_to_wait(
    limited: Connect, signer: TokenSigner
) -> None:
    client = limited(principal=12)
    answers = [client.get(DOOR) for _ in range(14)]
    assert [200] * 12 + [429] * 2 == [answer.status_code for answer in answers]
    assert list(range(11, -1, -1)) == [left(answer) for answer in answers[:12]]
    refused, problem = answers[-1], answers[-1].json()
    assert "application/problem+json" == refused.headers["content-type"]
    assert (429, "Rate limit exceeded", "rate_limited", "rate_limit", True) == tuple(
        problem[name] for name in ("status", "title", "code", "error_type", "retryable")
    )
    assert 7_000 < int(refused.headers["retry-after"]) <= 7_200  # a twelfth of a day
    assert (0, "12") == (left(refused), refused.headers["x-ratelimit-limit"])
    # Others are served, from the same address too.
    other = limited(principal=12, token=signer.create_access_token("user:anna", frozenset({"rules"})))
    assert 200 == other.get(DOOR).status_code


def test_a_call_costs_what_its_route_costs(limited: Connect) -> None:
    client, spent, before = limited(principal=100), [], 100
    for method, path, body in [
        ("GET", "/v1/campaigns", None),
        ("POST", "/v1/entities/npc", {"name": "Borin", "campaign_id": CAMPAIGN}),
        ("POST", "/v1/search", {"query": "Borin", "campaign_id": CAMPAIGN}),
        ("POST", "/v1/prompts", {}),  # a refused one costs as much
    ]:
        after = left(client.request(method, path, json=body))
        spent.append(before - after)
        before = after
    assert [1, 2, 5, 10] == spent


def test_every_route_of_the_table_of_costs_exists(services: AppServices) -> None:
    there_are = {(method, route.path_format) for route in all_routes(create_app(services)) for method in route.methods}
    assert set() == set(COSTS) - there_are


def test_two_processes_share_one_limit_and_leave_nothing_behind(limited: Connect, redis_url: str) -> None:
    first, second = limited(principal=10), limited(principal=10)
    statuses = [client.get(DOOR).status_code for _ in range(6) for client in (first, second)]
    assert [200] * 10 + [429] * 2 == statuses
    with redis.Redis.from_url(redis_url) as raw:
        expiries = {key.decode(): raw.pttl(key) for key in raw.keys("dma:rate:*")}
    assert {"dma:rate:principal:user:dm", "dma:rate:address:127.0.0.1"} == set(expiries)
    assert all(0 < expiry <= 86_400_000 for expiry in expiries.values())


def test_guessing_tokens_uses_up_the_addresses_limit_and_no_other_addresses(limited: Connect) -> None:
    guesser, other = (
        limited(of_address=50, token="svc_guess_" + "0" * 64, address=f"192.0.2.{number}") for number in (1, 2)
    )
    assert [401, 401, 401, 429] == [guesser.get("/v1/campaigns").status_code for _ in range(4)]
    assert [429, 200] == [guesser.post("/v1/auth/token").status_code, guesser.get("/healthz").status_code]
    assert 401 == other.get("/v1/campaigns").status_code


def test_limits_hold_while_redis_is_away_and_nobody_is_refused_for_that(
    limited: Connect,
) -> None:
    broker = build_broker("redis://127.0.0.1:1/0")
    client = limited(principal=4, broker=broker)
    assert [200] * 4 + [429] == [client.get(DOOR).status_code for _ in range(5)]
    broker.close()


def test_a_process_draws_ahead_and_gives_back_what_it_did_not_use(
    limited: Connect, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = limited(principal=1_000)
    limits = {"holds": 1_000, "fills_in_seconds": 86_400, "least": 0, "most": 0}
    shared = []
    with redis.Redis.from_url(redis_url) as raw:
        for lease_seconds in (60, -1):  # the last lease is over as soon as it begins
            monkeypatch.setattr("api.rates.LEASE_SECONDS", lease_seconds)
            answers = [client.get(DOOR) for _ in range(12)]
            shared.append(draw_tokens(raw, "dma:rate:principal:user:dm", **limits)[1])
    assert (988, 976) == (left(answers[0]) + 1, left(answers[-1]))
    # A lease of ten, renewed by nine when one was left; then all but the nine of the latest were given back.
    assert [981, 967] == shared


def test_who_spends_without_a_pause_does_not_wait_for_redis(
    limited: Connect, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.rates.LEASE_SECONDS", 60)
    client = limited(principal=1_000)
    with redis.Redis.from_url(redis_url) as raw:
        first = [client.get(DOOR) for _ in range(10)]  # a lease, renewed while one is left of it
        client.settle()
        raw.client_pause(60_000, all=False)  # nobody can draw
        with Stopwatch() as took:
            second = [client.get(DOOR) for _ in range(7)]
        raw.client_unpause()
    assert list(range(999, 982, -1)) == [left(answer) for answer in (*first, *second)]
    assert took.seconds < 5


def test_the_servers_bucket_gives_what_ours_gives(redis_url: str) -> None:
    size, ours = BucketSize(1_000, fills_in_seconds=100_000), Bucket()
    draws = [
        (1, 10, 0),
        (1, 10, 4),
        (500, 600, 0),
        (900, 900, 0),
        (1, 50, -300),
        (1, 1, 0),
        (1, 1, 100),
        (1, 999, 9_999),
    ]
    answers = []
    with redis.Redis.from_url(redis_url) as raw:
        for least, most, back in draws:
            limits = {"holds": size.tokens, "fills_in_seconds": size.fills_in_seconds}
            there = draw_tokens(raw, "bucket", **limits, least=least, most=most, give_back=back)
            here = ours.draw(size, 1_000_000.0, least=least, most=most, give_back=back)
            answers.append(((here.drawn, here.left), there[:2]))
            assert here.wait_seconds == pytest.approx(there[2], abs=60)
    assert [] == [answer for answer in answers if answer[0] != answer[1]]


def test_a_principal_has_so_many_streams_open_and_no_more(services: AppServices) -> None:
    app = create_app(replace(services, settings=services.settings.model_copy(update={"streams_per_principal": 1})))
    dungeon = {"campaign_id": CAMPAIGN, "rooms": 5}
    with AsgiClient(app, headers={"Authorization": f"Bearer {DEV_TOKEN}"}) as client:
        prompt = {"prompt": "What is THAC0?", "context": {"campaign_id": CAMPAIGN}}
        request_id = client.post("/v1/prompts", json=prompt).json()["request_id"]
        client.post(f"/v1/prompts/{request_id}/cancel")
        open_one = {AT_END: []}
        app.state.streams.take(open_one, "user:dm")
        for refused in (
            client.get(f"/v1/prompts/{request_id}/events"),
            client.post("/v1/generate/dungeon", json=dungeon),
        ):
            assert (429, "rate_limited", "5") == (
                refused.status_code,
                refused.json()["code"],
                refused.headers["retry-after"],
            )
        app.state.streams.take({AT_END: []}, "user:anna")
        for close in open_one[AT_END]:
            close()
        assert [200, 200] == [client.get(f"/v1/prompts/{request_id}/events").status_code for _ in range(2)]
        with pytest.raises(TooManyRequests):
            app.state.streams.take({AT_END: []}, "user:anna")
