"""The outer rings, around applications of three lines: limits, time-outs, headers, the last resort."""

import asyncio
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import redis
from starlette.concurrency import run_in_threadpool
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from api.limits import MAX_BODY_BYTES, Limits
from api.middleware import Exchange
from api.rates import RateLimiter
from core.buckets import BucketSize
from core.clock import SystemClock
from tests.support.asgi_client import AsgiClient, in_chunks
from tests.support.openapi_document import app_without_servers

ClientOf = Callable[..., AsgiClient]
NAMES = frozenset({"localhost", "dma.example"})


def no_redis() -> None:
    raise redis.ConnectionError


@pytest.fixture
def client_of() -> Iterator[ClientOf]:
    """Puts both rings around an application; what was opened is closed with the test."""
    with ExitStack() as opened:

        def make(app: ASGIApp, *, timeout_seconds: float = 5.0) -> AsgiClient:
            clock, much = SystemClock(), BucketSize(1_000_000)
            limiter = RateLimiter(no_redis, clock, principal=much, address=much)
            inner = Limits(app, hosts=NAMES, timeout_seconds=timeout_seconds)
            rings = Exchange(inner, clock=clock, limiter=limiter)
            return opened.enter_context(AsgiClient(rings))

        yield make


async def echo_size(scope: Scope, receive: Receive, send: Send) -> None:
    body = await Request(scope, receive).body()
    await PlainTextResponse(str(len(body)))(scope, receive, send)


async def hello(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("hello")(scope, receive, send)


async def crash(scope: Scope, receive: Receive, send: Send) -> None:
    raise RuntimeError("password=hunter2")


def test_body_of_exactly_10_mb_is_read(client_of: ClientOf) -> None:
    assert str(MAX_BODY_BYTES) == client_of(echo_size).post("/", content=in_chunks(MAX_BODY_BYTES)).text


@pytest.mark.parametrize(
    "content", [b"x" * (MAX_BODY_BYTES + 1), in_chunks(MAX_BODY_BYTES + 1)], ids=["with length", "chunked"]
)
def test_body_of_one_byte_more_is_413_with_and_without_content_length(client_of: ClientOf, content: Any) -> None:
    response = client_of(echo_size).post("/", content=content)
    assert (413, "close") == (response.status_code, response.headers["connection"])


def test_lie_in_content_length_does_not_get_a_large_body_through(client_of: ClientOf) -> None:
    response = client_of(echo_size).post("/", content=in_chunks(MAX_BODY_BYTES + 1), headers={"Content-Length": "5"})
    assert 413 == response.status_code


@pytest.mark.parametrize("headers", [{"X-Long": "x" * 20_000}, {f"X-{number}": "1" for number in range(120)}])
def test_too_many_or_too_long_headers_are_431(client_of: ClientOf, headers: dict[str, str]) -> None:
    assert 431 == client_of(hello).get("/", headers=headers).status_code


@pytest.mark.parametrize("name", ["Host", "Authorization", "Content-Type", "Idempotency-Key"])
def test_a_header_that_says_who_or_what_is_taken_once_only(client_of: ClientOf, name: str) -> None:
    response = client_of(hello).get("/", headers=[("Host", "localhost")] * (name != "Host") + [(name, "localhost")] * 2)

    assert (400, "invalid_request") == (response.status_code, response.json()["code"])


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8000", "DMA.example:1", "127.0.0.1:8000", "[::1]:8000", "192.168.1.5"]
)
def test_own_names_and_addresses_are_answered(client_of: ClientOf, host: str) -> None:
    assert 200 == client_of(hello).get("/", headers={"Host": host}).status_code


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "localhost.evil.example", "127.0.0.1.evil.example", ""]
)
def test_name_that_somebody_bound_to_this_machine_is_refused(client_of: ClientOf, host: str) -> None:
    assert 421 == client_of(hello).get("/", headers={"Host": host}).status_code


async def sleep_in_thread() -> None:
    await run_in_threadpool(time.sleep, 0.2)


async def sleep_on_loop() -> None:
    await asyncio.sleep(60)


@pytest.mark.parametrize("sleep", [sleep_in_thread, sleep_on_loop])
def test_answer_that_does_not_begin_in_time_is_504(client_of: ClientOf, sleep) -> None:
    async def sleepy(scope: Scope, receive: Receive, send: Send) -> None:
        await sleep()

    started = time.monotonic()
    response = client_of(sleepy, timeout_seconds=0.05).get("/")
    assert (504, "request_timeout") == (response.status_code, response.json()["code"])
    assert time.monotonic() - started < 5


def test_who_cancels_an_exchange_from_outside_is_not_told_of_a_time_out() -> None:
    begun = asyncio.Event()

    async def sleepy(scope: Scope, receive: Receive, send: Send) -> None:
        begun.set()
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.02)  # the wait ends meanwhile

    async def cancelled_from_outside() -> bool:
        scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""}
        exchange = asyncio.ensure_future(Limits(sleepy, hosts=None, timeout_seconds=0.01)(scope, None, None))
        await begun.wait()
        exchange.cancel()
        await asyncio.wait({exchange})
        return exchange.cancelled()

    assert asyncio.run(cancelled_from_outside())


def test_stream_that_has_begun_is_not_cut_off(client_of: ClientOf) -> None:
    async def stream(scope: Scope, receive: Receive, send: Send) -> None:
        async def parts():
            for part in "abc":
                yield part
                await asyncio.sleep(0.03)

        await StreamingResponse(parts())(scope, receive, send)

    assert "abc" == client_of(stream, timeout_seconds=0.05).get("/").text


def test_crash_is_a_problem_with_all_headers_that_tells_nothing(client_of: ClientOf) -> None:
    response = client_of(crash).get("/v1/x")
    assert (500, "application/problem+json") == (response.status_code, response.headers["content-type"])
    assert "hunter2" not in response.text
    assert {"x-request-id", "x-response-time", "content-security-policy"} <= set(response.headers)


def test_head_is_answered_like_get_without_the_body(client_of: ClientOf) -> None:
    got, head = client_of(hello).get("/"), client_of(hello).head("/")
    assert (200, "5", b"") == (head.status_code, head.headers["content-length"], head.content)
    assert set(got.headers) == set(head.headers)


@pytest.mark.parametrize("sent", ["abc-1.2_3", "x" * 128])
def test_valid_request_id_of_the_client_comes_back(client_of: ClientOf, sent: str) -> None:
    assert sent == client_of(hello).get("/", headers={"X-Request-ID": sent}).headers["x-request-id"]


@pytest.mark.parametrize("sent", ["", "a b", "x" * 129, "a/b", "<script>"])
def test_any_other_request_id_is_replaced_by_a_fresh_one(client_of: ClientOf, sent: str) -> None:
    answered = client_of(hello).get("/", headers={"X-Request-ID": sent}).headers["x-request-id"]
    assert (answered[:4], 36) == ("req_", len(answered))


MOST_CALLS = 100
"""Of Python functions, for both rings around one exchange; they took 81 when this was written."""


def calls_of(exchange: Callable[[], Any]) -> int:
    """How many Python functions are called, or gone on with; steadier than any time."""
    counted = 0

    def count(_frame: Any, event: str, _: Any) -> None:
        nonlocal counted
        counted += event == "call"

    async def run() -> None:
        await exchange()  # what only the first one does
        sys.setprofile(count)
        try:
            await exchange()
        finally:
            sys.setprofile(None)

    asyncio.run(run())
    return counted


def test_no_middleware_is_a_decorator_of_starlette() -> None:
    assert [Exchange, Limits] == [one.cls for one in app_without_servers().user_middleware]
    assert not issubclass(Exchange, BaseHTTPMiddleware)
    assert not issubclass(Limits, BaseHTTPMiddleware)


def test_the_rings_take_few_steps() -> None:
    clock, much = SystemClock(), BucketSize(1_000_000)
    limiter = RateLimiter(no_redis, clock, principal=much, address=much)
    rings = Exchange(Limits(hello, hosts=NAMES), clock=clock, limiter=limiter)

    async def sent(_: Any) -> None:
        pass

    def ask(app: ASGIApp) -> Callable[[], Any]:
        async def exchange() -> None:
            headers = [(b"host", b"localhost"), (b"authorization", b"Bearer x"), (b"accept", b"*/*")]
            path = {"path": "/v1/x", "raw_path": b"/v1/x", "query_string": b"a=1"}
            await app({"type": "http", "method": "GET", "headers": headers, **path}, sent, sent)

        return exchange

    assert calls_of(ask(rings)) - calls_of(ask(hello)) <= MOST_CALLS


def test_response_time_is_whole_milliseconds(client_of: ClientOf) -> None:
    answered = client_of(hello).get("/").headers["x-response-time"]
    assert answered.removesuffix("ms").isdigit()
