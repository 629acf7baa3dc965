"""The fast lane's repeats: the same question, byte by byte, gets the bytes that the first answer made.

This ring is the outermost: it stands before everything that takes longer than the answer, which is the framework with
all its layers, the time limit, the router and the reading of parameters. It answers only where the long way would
answer the same, and knows so at once. Whatever is new, wrong or in doubt goes the long way, which alone says what is
wrong; `Exchange` (api/middleware.py) is the first on it, and shares with this ring what every response carries.
"""

import hashlib
import logging
from collections.abc import Awaitable, Sequence
from typing import Any, Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.addresses import Network, address_of
from api.auth import AccessScope, Authenticator, Recognised
from api.limits import TIMEOUT_SECONDS, TimeLimit, check_head
from api.middleware import SERVICE, request_id_of, standard_headers
from api.rate_costs import ADDRESS_COST, cost_of
from api.rates import RateLimiter, RateScope, Standing
from api.refusals import ApiError, RequestTimedOut
from core.clock import Clock
from core.memo import Memo
from fastlane import MAX_PREPARED, FastLane
from telemetry.logs import get_logger
from telemetry.metrics import fast_lane_seconds, note_cache, series_of_requests

log = get_logger(__name__)
_stdlib_log = logging.getLogger(__name__)

PREFIX: Final = "/v1/fast/"
TEMPLATE: Final = PREFIX + "{operation}"
"""What the metrics call the address, as the long way's route does."""
REMEMBERED_HEADS: Final = 1_024

_CONTENT_TYPE: Final = (b"content-type", b"application/json")
_HEADERS_OF_A_BODY: Final = frozenset({b"content-length", b"content-encoding", b"transfer-encoding"})


class Express:
    """Answers what was answered before.

    Args:
        app: The long way.
        lane: Keeps what was answered.
        authenticator: Who calls, as far as that can be said at once.
        limiter: Counts what is answered here; when it has to ask Redis, the long way does.
        clock: For the metrics and the response time.
        hosts: As in `Limits`.
        timeout_seconds: Until a body must have come.
        trusted: As in `Exchange`.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        lane: FastLane,
        authenticator: Authenticator,
        limiter: RateLimiter,
        clock: Clock,
        hosts: frozenset[str] | None,
        timeout_seconds: float = TIMEOUT_SECONDS,
        trusted: Sequence[Network] = (),
    ) -> None:
        self._app = app
        self._limiter, self._trusted = limiter, tuple(trusted)
        self._lane, self._authenticator, self._clock = lane, authenticator, clock
        self._hosts, self._timeout_seconds = hosts, timeout_seconds
        self._heads: Memo[Recognised] = Memo(REMEMBERED_HEADS)

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        # Not a coroutine of its own: each that stands around an exchange is gone through at its every pause.
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX) or not (known := self._caller(scope)):
            return self._app(scope, receive, send)
        return self._answer(scope, receive, send, known)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, known: Recognised) -> None:
        started, content = self._clock.monotonic(), None
        operation: str = scope["path"][len(PREFIX) :]
        if scope["method"] == "GET":
            content = self._lane.prepared(operation, scope["query_string"])
        elif scope["method"] == "POST" and not scope["query_string"]:
            receive, body = await self._first_part(receive)
            content = None if body is None else self._lane.prepared(operation, body, source="body")
        standings = None if content is None else self._count(scope, known)
        if content is None or standings is None:
            await self._app(scope, receive, send)
            return
        await self._send(scope, send, content, started, standings)
        seconds = self._clock.monotonic() - started
        fast_lane_seconds(operation).observe(seconds)
        note_cache("fast_lane", is_hit=True)
        self._record(scope, seconds)

    def _count(self, scope: Scope, known: Recognised) -> list[Standing] | None:
        address = (RateScope.ADDRESS, address_of(scope, self._trusted), ADDRESS_COST)
        caller = (RateScope.PRINCIPAL, known.caller.principal, cost_of(scope["method"], TEMPLATE))
        return self._limiter.spend_leased((address, caller))

    def _caller(self, scope: Scope) -> Recognised | None:
        """Who asks, if the head is in order and they may ask.

        A client sends the same headers again and again, so good ones are remembered; by their hash, because they hold a
        token. What time can change is looked at on every call. Path and query need no memory of their own: what was
        prepared had a good address.
        """
        # No header can hold a line break, so that different headers never look the same.
        parts = [part for header in scope["headers"] for part in header]
        digest = hashlib.sha256(b"\n".join((scope["method"].encode(), *parts))).digest()
        known = self._heads.get(digest)
        if known is None:
            known = self._recognise(scope)
            if known is None:
                return None
            self._heads.put(digest, known)
        return known if self._authenticator.still_holds(known) else None

    def _recognise(self, scope: Scope) -> Recognised | None:
        headers = dict(scope["headers"])
        if not (_is_bare(headers) if scope["method"] == "GET" else _announces_short_json(headers)):
            return None
        try:
            check_head(scope, self._hosts)
        except ApiError:
            return None
        known = self._authenticator.recognise(headers.get(b"authorization"))
        return known if known is not None and AccessScope.RULES in known.caller.scopes else None

    async def _first_part(self, receive: Receive) -> tuple[Receive, bytes | None]:
        """The body if it comes whole, and a `receive` that gives again what was taken."""
        try:
            with TimeLimit(self._timeout_seconds):
                message = await receive()
        except RequestTimedOut:
            return _out_of_time, None
        is_whole = message["type"] == "http.request" and not message.get("more_body")
        return _once_more(message, receive), message.get("body", b"") if is_whole else None

    async def _send(
        self, scope: Scope, send: Send, content: bytes, started: float, standings: Sequence[Standing]
    ) -> None:
        request_id = request_id_of(scope)[0]
        scope["dma.request_id"] = request_id
        length = (b"content-length", b"%d" % len(content))
        ours = standard_headers(request_id, self._clock.monotonic() - started, standings)
        headers = [length, _CONTENT_TYPE, (b"cache-control", b"no-store"), *ours]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    def _record(self, scope: Scope, seconds: float) -> None:
        method = f"{scope['method']} {TEMPLATE}"
        requests, durations = series_of_requests(SERVICE, method, "success")
        requests.inc()
        durations.observe(seconds)
        if _stdlib_log.isEnabledFor(logging.DEBUG):
            facts: dict[str, Any] = {"method": method, "status": 200, "duration_ms": round(seconds * 1000, 1)}
            log.debug("request_finished", request_id=scope["dma.request_id"], **facts)


def _is_bare(headers: dict[bytes, bytes]) -> bool:
    """Whether no body is announced."""
    return _HEADERS_OF_A_BODY.isdisjoint(headers)


def _announces_short_json(headers: dict[bytes, bytes]) -> bool:
    """Whether a body is announced that may have been prepared: plain JSON, at once, and not long."""
    length = headers.get(b"content-length", b"")
    return (
        headers.get(b"content-type") == b"application/json"
        and len(length) < 4
        and length.isdigit()
        and 0 < int(length) <= MAX_PREPARED
        and b"content-encoding" not in headers
        and b"transfer-encoding" not in headers
    )


def _once_more(message: Message, receive: Receive) -> Receive:
    """Gives the message that was taken, then what comes after it."""
    messages = [message]

    async def receive_again() -> Message:
        return messages.pop() if messages else await receive()

    return receive_again


async def _out_of_time() -> Message:
    raise RequestTimedOut
