"""The two rings around every exchange, in plain ASGI (a decorator middleware would cost two thirds of the throughput).

`Exchange` is the outer: it gives each exchange its id, its headers, its line in the log and its place in the metrics,
counts it for the address it comes from, answers HEAD as GET without the body, and turns what escapes into a problem.
`Limits` (api/limits.py) stands inside it and refuses what is too large, too slow, or addressed to somebody else.
"""

import logging
import re
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, Final
from uuid import UUID

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.addresses import Network, address_of
from api.errors import answer_error
from api.rate_costs import FAILED_SIGN_IN_COST, address_cost_of
from api.rates import RATE_HEADERS, RateLimiter, RateScope, Standing, rate_headers
from api.streams import AT_END
from core.clock import Clock
from core.errors import ErrorCategory
from core.ids import REQUEST_PREFIX, new_uuid, prefixed
from store.speaking import Speaker, speaking
from telemetry.logs import bind, get_logger
from telemetry.metrics import ERRORS, series_of_requests
from telemetry.tracing import Kind, Span, is_recording, span

log = get_logger(__name__)
_stdlib_log = logging.getLogger(__name__)
"""Knows whether a line will be told at all, for the price of a dictionary; `log` would find out much later."""

SERVICE: Final = "orchestrator"
"""What R65 calls the process behind the API."""

_CLIENT_ID: Final = re.compile(rb"[A-Za-z0-9_.-]{1,128}")
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
SECURITY_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; object-src 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_SECURITY_HEADERS: Final = [(name.lower().encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]
_OURS: Final = RATE_HEADERS | {b"x-request-id", b"x-response-time", *(name for name, _ in _SECURITY_HEADERS)}
_NO_STORE: Final = (b"cache-control", b"no-store")


class Exchange:
    """One request and its response, from the first byte to the last.

    What it leaves in the scope: `dma.request_id` (text, in X-Request-ID and in problems), `dma.exchange_uuid` (the
    UUID of that id, or None when the client chose the id), `dma.rates` (the limits that counted, for who adds to them)
    and `dma.at_end` (what is called when all is over).

    Args:
        limiter: Counts what addresses use.
        trusted: Networks of proxies whose X-Forwarded-For is believed.
    """

    def __init__(self, app: ASGIApp, *, clock: Clock, limiter: RateLimiter, trusted: Sequence[Network] = ()) -> None:
        self._app = app
        self._clock = clock
        self._limiter = limiter
        self._trusted = tuple(trusted)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_head = scope["method"] == "HEAD"
        # A copy: the server reads its own to know that a HEAD response has no body.
        scope = dict(scope, method="GET" if is_head else scope["method"])
        scope["dma.is_head"] = is_head
        scope["dma.request_id"], scope["dma.exchange_uuid"] = request_id_of(scope)
        at_end: list[Callable[[], None]] = []
        scope["dma.rates"], scope[AT_END] = [], at_end
        address = address_of(scope, self._trusted)
        reply = _Reply(scope, send, self._clock, is_head=is_head)
        run = self._traced if is_recording() else self._run
        with bind(request_id=scope["dma.request_id"]), speaking(Speaker(scope["dma.request_id"])):
            try:
                await run(scope, receive, reply, address)
            finally:
                for call in at_end:
                    call()
            if reply.status == 401:
                self._limiter.charge(RateScope.ADDRESS, address, FAILED_SIGN_IN_COST)
            _record(scope, reply)

    async def _traced(self, scope: Scope, receive: Receive, reply: "_Reply", address: str) -> None:
        method = scope["method"]
        with span(method, Kind.SERVER, {"http.request.method": method}, parent=_parent(scope)) as server:
            await self._run(scope, receive, reply, address)
            _describe(server, scope, reply)

    async def _run(self, scope: Scope, receive: Receive, reply: "_Reply", address: str) -> None:
        standings, cost = scope["dma.rates"], address_cost_of(scope["path"])
        try:
            if not self._limiter.spend_at_once(RateScope.ADDRESS, address, cost, standings=standings):
                await self._limiter.spend(RateScope.ADDRESS, address, cost, standings=standings)
            await self._app(scope, receive, reply.send)
        except Exception as error:
            response = answer_error(error, scope)
            if reply.status:
                raise  # too late for a problem: the connection must break, so that the client sees it is incomplete
            await response(scope, receive, reply.send)


class _Reply:
    """The response as it leaves: adds the standard headers, drops the body of a HEAD."""

    def __init__(self, scope: Scope, send: Send, clock: Clock, *, is_head: bool) -> None:
        self._scope, self._send, self._clock, self._is_head = scope, send, clock, is_head
        self._started = clock.monotonic()
        self.status = 0

    @property
    def seconds(self) -> float:
        return self._clock.monotonic() - self._started

    def send(self, message: Message) -> Awaitable[None]:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message = {**message, "headers": self._headers(message.get("headers", ()))}
        elif self._is_head and message["type"] == "http.response.body":
            message = {**message, "body": b""}
        return self._send(message)

    def _headers(self, given: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        """The headers of the response with the standard ones, which replace those of the same name."""
        headers = [header for header in given if header[0] not in _OURS]
        if self._scope["path"].startswith("/v1/") and b"cache-control" not in dict(headers):
            headers.append(_NO_STORE)
        headers += standard_headers(self._scope["dma.request_id"], self.seconds, self._scope["dma.rates"])
        return headers


def standard_headers(request_id: str, seconds: float, rates: Sequence[Standing]) -> list[tuple[bytes, bytes]]:
    """What every response carries (R34)."""
    return [
        (b"x-request-id", request_id.encode()),
        (b"x-response-time", b"%dms" % round(seconds * 1000)),
        *rate_headers(rates, time.time()),
        *_SECURITY_HEADERS,
    ]


def request_id_of(scope: Scope) -> tuple[str, UUID | None]:
    """The id that the client chose, with None, or a new one with its UUID."""
    sent = [value for name, value in scope["headers"] if name == b"x-request-id"]
    if sent and _CLIENT_ID.fullmatch(sent[0]):
        return sent[0].decode(), None
    exchange = new_uuid()
    return prefixed(REQUEST_PREFIX, exchange), exchange


def _record(scope: Scope, reply: _Reply) -> None:
    method = f"{scope['method'] if scope['method'] in _METHODS else 'OTHER'} {route_template(scope)}"
    status = "success" if reply.status < 400 else "error"
    seconds = reply.seconds
    requests, durations = series_of_requests(SERVICE, method, status)
    requests.inc()
    durations.observe(seconds)
    if status == "error":
        ERRORS.labels(SERVICE, method, scope.get("dma.error_type", "service_unavailable")).inc()
    level = logging.INFO if status == "error" else logging.DEBUG
    if _stdlib_log.isEnabledFor(level):
        log.log(level, "request_finished", method=method, status=reply.status, duration_ms=round(seconds * 1000, 1))


def _parent(scope: Scope) -> str:
    """The trace that the caller began (W3C Trace Context); empty when it began none."""
    return next((value.decode("latin-1") for name, value in scope["headers"] if name == b"traceparent"), "")


def _describe(server: Span, scope: Scope, reply: _Reply) -> None:
    """As OpenTelemetry's conventions for HTTP have it; R65's names beside them."""
    route = route_template(scope)
    server.rename(f"{scope['method']} {route}")
    is_error = reply.status >= 400
    error_type = scope.get("dma.error_type", ErrorCategory.SERVICE_UNAVAILABLE.value) if is_error else None
    server.note(
        {
            "http.route": route,
            "http.response.status_code": reply.status,
            "url.scheme": scope["scheme"],
            "method": f"{scope['method']} {route}",
            "status": "error" if is_error else "success",
            "error_type": error_type,
            "request_id": scope["dma.request_id"],
        }
    )
    if reply.status >= 500:
        server.fail(str(error_type))


def route_template(scope: Scope) -> str:
    """The path as the route declares it; one word for everything that no route matched (C24)."""
    route: Any = scope.get("route")
    return str(getattr(route, "path_format", None) or getattr(route, "path", None) or "unmatched")
