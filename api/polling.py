"""Polls of those who have seen the newest state: one line of two indexes, for many callers in one query.

This ring stands before the framework, as the fast lane's does (api/express.py). It answers 304 and nothing else; what
is new, wrong or in doubt goes the long way, which alone says what it is. Polls that come while others are looked up are
looked up together, so that five hundred clients cost a few queries and not five hundred.
"""

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Final, TypeAlias
from uuid import UUID

from starlette.types import ASGIApp, Receive, Scope, Send

from api.addresses import Network, address_of
from api.auth import AccessScope, Authenticator
from api.batch_loader import BatchLoader
from api.limits import check_head
from api.middleware import SERVICE, request_id_of, standard_headers
from api.rate_costs import ADDRESS_COST, cost_of
from api.rates import RateLimiter, RateScope, Standing
from api.refusals import ApiError
from api.routers.prompts import is_known, pause_of, tag_of
from core.clock import Clock
from core.errors import DependencyUnavailable
from core.ids import REQUEST_PREFIX, parse_id
from store.database import Database
from store.request_lists import Marker, read_markers
from telemetry.metrics import series_of_requests

PREFIX: Final = "/v1/prompts/"
TEMPLATE: Final = PREFIX + "{request_id}"
METHOD: Final = f"GET {TEMPLATE}"
"""What the metrics call it, as the long way's route does."""
PATIENCE_SECONDS: Final = 2.0
"""Then the long way is gone, which says what keeps the answer."""
_NOT_BARE: Final = frozenset({b"prefer", b"content-length", b"content-encoding", b"transfer-encoding"})
Asked = tuple[UUID, str]
"""A request, and who asks."""


Markers: TypeAlias = BatchLoader[None, Asked, Marker]
"""How far requests are, all of them in one query at a time; None where there is no such request for who asks."""


def markers_of(database: Database) -> Markers:
    """Markers as they stand in this database. Nobody speaks here yet: the query itself sees to who asks."""

    def look_up(_: None, asked: Sequence[Asked]) -> dict[Asked, Marker]:
        with database.reading() as tx:
            return read_markers(tx, asked)

    return BatchLoader(look_up, threads=1)


class SparedPolls:
    """Answers polls of what the caller knows already.

    Args:
        app: The long way.
        markers: Says how far requests are.
        authenticator: Who calls, as far as that can be said at once.
        limiter: Counts what is answered here; when it has to ask Redis, the long way does.
        clock: For the metrics and the response time.
        hosts: As in `Limits`.
        trusted: As in `Exchange`.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        markers: Markers,
        authenticator: Authenticator,
        limiter: RateLimiter,
        clock: Clock,
        hosts: frozenset[str] | None,
        trusted: Sequence[Network] = (),
    ) -> None:
        self._app = app
        self._limiter, self._trusted = limiter, tuple(trusted)
        self._markers, self._authenticator, self._clock, self._hosts = markers, authenticator, clock, hosts

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].startswith(PREFIX):
            return self._app(scope, receive, send)
        asked = self._asked(scope)
        return self._app(scope, receive, send) if asked is None else self._answer(scope, receive, send, *asked)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, asked: Asked, known: str) -> None:
        started = self._clock.monotonic()
        headers = await self._unchanged(asked, known)
        standings = None if headers is None else self._count(scope, asked[1])
        if headers is None or standings is None:
            await self._app(scope, receive, send)
            return
        seconds = self._clock.monotonic() - started
        ours = standard_headers(request_id_of(scope)[0], seconds, standings)
        await send({"type": "http.response.start", "status": 304, "headers": [*headers, *ours]})
        await send({"type": "http.response.body", "body": b""})
        requests, durations = series_of_requests(SERVICE, METHOD, "success")
        requests.inc()
        durations.observe(seconds)

    def _count(self, scope: Scope, principal: str) -> list[Standing] | None:
        address = (RateScope.ADDRESS, address_of(scope, self._trusted), ADDRESS_COST)
        return self._limiter.spend_leased((address, (RateScope.PRINCIPAL, principal, cost_of("GET", TEMPLATE))))

    async def _unchanged(self, asked: Asked, known: str) -> list[tuple[bytes, bytes]] | None:
        """The headers of a 304, or None when that is not the answer, or not surely."""
        request_id = asked[0]
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                marker = await self._markers.load(None, asked)
        except (TimeoutError, DependencyUnavailable):
            return None
        tag = tag_of(request_id, marker) if marker else ""
        if marker is None or not is_known(known, tag):
            return None
        pause = [(b"retry-after", b"%d" % pause_of(marker))] if marker.status == "processing" else []
        return [(b"etag", tag.encode()), *pause, (b"cache-control", b"no-store")]

    def _asked(self, scope: Scope) -> tuple[Asked, str] | None:
        """Who asks after what, and which state they know; None for what is not plainly a poll with a tag."""
        tags = [value for name, value in scope["headers"] if name == b"if-none-match"]
        if len(tags) != 1 or scope["query_string"] or not _NOT_BARE.isdisjoint(headers := dict(scope["headers"])):
            return None
        request_id = parse_id(scope["path"][len(PREFIX) :], prefix=REQUEST_PREFIX)
        known = self._authenticator.recognise(headers.get(b"authorization")) if request_id else None
        if request_id is None or known is None or AccessScope.PROMPTS not in known.caller.scopes:
            return None
        try:
            check_head(scope, self._hosts)
        except ApiError:
            return None
        is_good = self._authenticator.still_holds(known)
        return ((request_id, known.caller.principal), tags[0].decode("latin-1")) if is_good else None
