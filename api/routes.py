"""The two kinds of route: public ones, and those that need a token with a scope.

Both read bodies strictly. Order of events: authenticate, count the call for its principal, read and parse the body,
then what FastAPI does: check the scope, fill in the parameters, call the endpoint.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response, Security
from fastapi.dependencies.models import Dependant
from fastapi.openapi.models import HTTPBearer as BearerScheme
from fastapi.routing import APIRoute
from fastapi.security import SecurityScopes
from fastapi.security.base import SecurityBase

from api.auth import AccessScope, Authenticator, Caller
from api.parsing import check_media_type, read_json
from api.rate_costs import cost_of
from api.rates import RateLimiter, RateScope
from store.speaking import current_speaker

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class PublicRoute(APIRoute):
    """A route that anyone may call."""

    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()
        has_body, takes_patch = self.body_field is not None, "PATCH" in (self.methods or ())

        async def handle_strictly(request: Request) -> Response:
            await self.admit(request)
            if has_body and (body := await request.body()):
                check_media_type(request.headers, merge_patch=takes_patch)
                # FastAPI asks the request for its JSON: it gets what was read strictly.
                request._json = read_json(body)  # noqa: SLF001
            return await handle(request)

        return handle_strictly

    async def admit(self, request: Request) -> None:
        """Let everyone in."""


class ScopedRoute(PublicRoute):
    """A route that needs a token; naming no scope is a mistake that stops the start."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        if not needed_scopes(self.dependant):
            raise TypeError(f"{path} names no scope: give its endpoint a caller from api/deps.py")

    async def admit(self, request: Request) -> None:
        """Find out who calls, before a byte of the body is read."""
        authenticator: Authenticator = request.app.state.authenticator
        caller = await authenticator.authenticate(request.headers.get("authorization"))
        request.scope["dma.caller"] = caller
        if speaker := current_speaker():
            speaker.principal = caller.principal
        limiter: RateLimiter = request.app.state.limiter
        standings, cost = request.scope["dma.rates"], cost_of(request.method, self.path_format)
        if not limiter.spend_at_once(RateScope.PRINCIPAL, caller.principal, cost, standings=standings):
            await limiter.spend(RateScope.PRINCIPAL, caller.principal, cost, standings=standings)


class CallerOfScope(SecurityBase):
    """The dependency behind every caller: checks the scope; the token was checked when the route was entered."""

    def __init__(self) -> None:
        self.model = BearerScheme(
            description="An access token, a service token (svc_...), or on a local start the DEV_TOKEN"
        )
        self.scheme_name = "bearer"

    async def __call__(self, request: Request, scopes: SecurityScopes) -> Caller:
        caller: Caller = request.scope["dma.caller"]
        for scope in scopes.scopes:
            caller.require(scope)
        return caller


_CALLER = CallerOfScope()


def requires(scope: AccessScope) -> Any:
    """The dependency that gives an endpoint its caller, who must hold this scope."""
    return Security(_CALLER, scopes=[scope.value])


def needed_scopes(dependant: Dependant) -> list[str]:
    """The scopes that a route declares."""
    return [
        scope
        for dependency in dependant.dependencies
        if dependency.call is _CALLER
        for scope in dependency.own_oauth_scopes or []
    ]
