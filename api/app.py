"""The application: routers, the rings of middleware, the one error renderer, the console and the documentation."""

from collections.abc import Awaitable
from typing import Any, Final

from anyio import CapacityLimiter
from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api.auth import Authenticator
from api.console import console_router
from api.deps import AppServices
from api.docs import docs_router, errors_router
from api.entity_reads import entity_reads
from api.errors import answer_error
from api.exposition import Exposition
from api.express import Express
from api.limits import TIMEOUT_SECONDS, Limits
from api.middleware import Exchange
from api.openapi import describe_everything
from api.polling import SparedPolls, markers_of
from api.rates import RateLimiter
from api.routers import (
    admin_agents,
    admin_letters,
    admin_queues,
    auth,
    campaigns,
    content,
    entities,
    entity_versions,
    fast,
    generate,
    health,
    maps,
    members,
    progress,
    prompts,
    relations,
    rules,
    search,
    transfers,
    undo,
)
from api.streams import Streams
from api.watching import Watcher
from core.buckets import BucketSize
from core.errors import DmaError
from core.settings import VERSION, Environment

# The most frequent first: routes are tried in this order.
_ROUTERS: Final = (
    prompts.router,
    entities.router,
    search.router,
    fast.router,  # what was not asked before
    progress.router,
    generate.router,  # /v1/generate/dungeon, before the generators of any kind
    content.router,
    maps.router,
    entity_versions.router,
    relations.router,
    rules.router,
    campaigns.router,
    members.router,
    transfers.router,
    undo.router,
    auth.router,
    auth.scoped,
    health.router,
    admin_queues.router,
    admin_letters.router,
    admin_agents.router,
)

_API: Final = APIRouter()
"""Made once a process: what FastAPI works out about a route on its first use is kept for every application."""
for _router in _ROUTERS:
    _API.include_router(_router)


SEARCHES_AT_ONCE: Final = 4
"""A search takes ten times as long as anything else: half of the connections to Postgres are for the others."""


class Application(FastAPI):
    """FastAPI, and the express way before all that it does."""

    express: Express

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one exchange."""
        await self.express(scope, receive, send)

    def long_way(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Answer one exchange as FastAPI does."""
        return super().__call__(scope, receive, send)


def create_app(services: AppServices, *, timeout_seconds: float = TIMEOUT_SECONDS) -> FastAPI:
    """Put the application together; opens nothing and starts nothing.

    Args:
        services: The collaborators; they stay the caller's to open and close.
        timeout_seconds: Until a response must have begun.
    """
    settings, hosts = services.settings, _host_names(services)
    authenticator = Authenticator(settings, services.signer, services.database, services.clock)
    limiter = _limiter(services)
    is_documented = settings.environment is not Environment.PRODUCTION
    app = Application(
        title="DMA",
        version=VERSION,
        description="Dungeon Master Assistant for AD&D 2nd edition: exact rules, campaign memory, usable content.",
        openapi_url="/openapi.json" if is_documented else None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        # Our own spans and logs (telemetry/) say it once; FastAPI's would say it twice, bodies included.
        telemetry={"tracing": False, "metrics": False, "logs": False, "operation_spans": False},
        exception_handlers=dict.fromkeys((HTTPException, RequestValidationError, DmaError), _render_error),
        middleware=[
            Middleware(Exchange, clock=services.clock, limiter=limiter, trusted=settings.proxies),
            Middleware(Limits, hosts=hosts, timeout_seconds=timeout_seconds),
        ],
    )
    app.express = Express(
        SparedPolls(
            app.long_way,
            markers=markers_of(services.database),
            authenticator=authenticator,
            limiter=limiter,
            clock=services.clock,
            hosts=hosts,
            trusted=settings.proxies,
        ),
        lane=services.fast_lane,
        authenticator=authenticator,
        limiter=limiter,
        clock=services.clock,
        hosts=hosts,
        timeout_seconds=timeout_seconds,
        trusted=settings.proxies,
    )
    app.state.services = services
    app.state.authenticator = authenticator
    app.state.limiter = limiter
    app.state.streams = Streams(settings.streams_allowed)
    app.state.searches = CapacityLimiter(SEARCHES_AT_ONCE)
    app.state.entity_reads = entity_reads(services.database)
    app.state.watcher = Watcher(services.database)
    app.router.routes.extend(_API.routes)
    documents = [docs_router()] if is_documented else []
    pages = [console_router(services.web_root), errors_router(), *documents]
    for router in pages:
        app.include_router(router)
    app.state.routes = [route for router in (*_ROUTERS, *pages) for route in router.routes]
    describe_everything(app)
    app.state.exposition = Exposition(services)
    return app


def all_routes(app: FastAPI) -> list[Any]:
    """Every route of ours, for the 405's Allow header and for tests that walk them."""
    routes: list[Any] = app.state.routes
    return routes


def allowed_methods(app: FastAPI, path: str) -> list[str]:
    """All methods that some route takes at this path; a HEAD wherever there is a GET."""
    methods = {method for route in all_routes(app) if route.path_regex.match(path) for method in route.methods}
    return sorted(methods | ({"HEAD"} if "GET" in methods else set()))


async def _render_error(request: Request, error: Exception) -> Response:
    response = answer_error(error, request.scope)
    if response.status_code == 405:
        # The router names the methods of one route; an address may have several.
        response.headers["Allow"] = ", ".join(allowed_methods(request.app, request.scope["path"]))
    return response


def _limiter(services: AppServices) -> RateLimiter:
    settings = services.settings
    return RateLimiter(
        lambda: services.broker.client,
        services.clock,
        principal=BucketSize(settings.calls_per_minute),
        address=BucketSize(settings.calls_per_minute_of_address),
    )


def _host_names(services: AppServices) -> frozenset[str] | None:
    """The names this server answers to, against DNS rebinding; elsewhere than locally the proxy in front may decide."""
    settings = services.settings
    if not settings.is_local:
        return frozenset(settings.host_names) or None
    return frozenset({"localhost", settings.host.lower(), *settings.host_names})


__all__ = ["AppServices", "all_routes", "allowed_methods", "create_app"]
