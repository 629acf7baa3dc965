"""The API process without its rings of middleware: what `benchmarks middleware` compares the real one with.

Authentication, routes, store and server are the same, row level security included: that belongs to the store, and
`benchmarks wall` measures it by itself. What is left out: the express way, ids that callers choose, headers, metrics,
spans, log lines, size and time limits, the check of the Host header, and rate limits.
"""

import sys

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send

import api.main
from api.app import Application, create_app
from api.deps import AppServices
from api.streams import AT_END
from core.ids import REQUEST_PREFIX, new_uuid, prefixed
from store.speaking import Speaker, speaking


class NoRings:
    """Puts into the scope what routes look for there, and nothing else."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        exchange = new_uuid()
        scope |= {"dma.is_head": False, "dma.request_id": prefixed(REQUEST_PREFIX, exchange)}
        scope |= {"dma.exchange_uuid": exchange, "dma.rates": [], AT_END: []}
        with speaking(Speaker(scope["dma.request_id"])):
            await self._app(scope, receive, send)


class NoLimits:
    """Counts nothing."""

    def spend_at_once(self, *_: object, **__: object) -> bool:
        """Let everybody go on."""
        return True


def bare_app(services: AppServices) -> FastAPI:
    """The application without its rings."""
    made = create_app(services)
    assert isinstance(made, Application)
    made.user_middleware = [Middleware(NoRings)]
    made.state.limiter = NoLimits()
    made.express = made.long_way  # type: ignore[assignment]
    return made


if __name__ == "__main__":
    api.main.create_app = bare_app  # type: ignore[attr-defined]
    sys.exit(api.main.main())
