"""Signing in, staying signed in, signing out (R57; RFC 9700 for the refresh tokens).

The console gives its one-time code and keeps the access token in memory; its refresh token lives in a cookie that
scripts cannot read, and cookies count only with the header `X-DMA-Console: 1`, which another site's page cannot send.
"""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Body, Request, Response
from starlette.concurrency import run_in_threadpool

from api.auth import ALL_SCOPES, DEV_PRINCIPAL, Authenticator
from api.deps import NEEDS_TOKEN, AppServices, Services
from api.models import RefreshRequest, TokenAnswer, TokenRequest
from api.responses import json_response
from api.routes import PublicRoute, ScopedRoute
from core.errors import AuthenticationError
from core.ids import new_uuid
from core.tokens import ACCESS_TOKEN_SECONDS
from store.auth_tokens import (
    REFRESH_TTL_SECONDS,
    issue_refresh_token,
    redeem_login_code,
    revoke_family,
    rotate_refresh_token,
)
from store.errors import RefreshTokenReused
from store.speaking import beyond_the_wall

router = APIRouter(prefix="/v1/auth", tags=["auth"], route_class=PublicRoute)
scoped = APIRouter(prefix="/v1/auth", tags=["auth"], route_class=ScopedRoute)

COOKIE: Final = "dma_refresh"
COOKIE_PATH: Final = "/v1/auth"
CONSOLE_HEADER: Final = "X-DMA-Console"


class InvalidLoginCode(AuthenticationError):
    """The login code is unknown, expired or used."""

    code = "invalid_login_code"
    default_message = "Invalid login code"


@router.post("/token", response_model=TokenAnswer)
async def sign_in(
    request: Request, services: Services, body: Annotated[TokenRequest | None, Body()] = None
) -> Response:
    """Trade a one-time login code, or on a local start the DEV_TOKEN as Bearer, for a pair of tokens."""
    code = body.login_code if body else None
    if code is None and not _authenticator(request).is_dev(request.headers.get("authorization")):
        raise AuthenticationError("Authentication required")
    return await run_in_threadpool(_sign_in, request, services, code)


@router.post("/refresh", response_model=TokenAnswer)
def refresh(request: Request, services: Services, body: Annotated[RefreshRequest | None, Body()] = None) -> Response:
    """Trade a refresh token for the next pair; each is good once."""
    try:
        with services.database.transaction() as tx:
            rotation = rotate_refresh_token(tx, _refresh_token(request, body))
    except RefreshTokenReused:
        _authenticator(request).sessions.forget()
        raise
    return _answer(request, services, rotation.subject, rotation.scopes, rotation.family, rotation.token)


@scoped.post("/revoke", status_code=204, dependencies=[NEEDS_TOKEN])
def sign_out(request: Request, services: Services, body: Annotated[RefreshRequest | None, Body()] = None) -> Response:
    """Revoke a sign-in: its refresh token and every one before and after it, and the access tokens they brought."""
    # The tokens of all are kept where no principal looks.
    with beyond_the_wall(), services.database.transaction() as tx:
        revoke_family(tx, _refresh_token(request, body))
    _authenticator(request).sessions.forget()
    response = Response(status_code=204)
    response.delete_cookie(COOKIE, path=COOKIE_PATH)
    return response


def _sign_in(request: Request, services: AppServices, code: str | None) -> Response:
    family = new_uuid()
    with services.database.transaction() as tx:
        subject = DEV_PRINCIPAL if code is None else redeem_login_code(tx, code)
        if subject is None:
            raise InvalidLoginCode
        token = issue_refresh_token(tx, subject, ALL_SCOPES, family)
    return _answer(request, services, subject, ALL_SCOPES, family, token)


def _refresh_token(request: Request, body: RefreshRequest | None) -> str:
    if body is not None and body.refresh_token is not None:
        return body.refresh_token
    cookie = request.cookies.get(COOKIE)
    if not cookie or not _is_console(request):
        raise AuthenticationError("Authentication required")
    return cookie


def _answer(
    request: Request, services: AppServices, subject: str, scopes: frozenset[str], family: UUID, refresh_token: str
) -> Response:
    body: dict[str, Any] = {
        "access_token": services.signer.create_access_token(subject, scopes, session=family.hex),
        "token_type": "Bearer",  # nosec B105 - the name of a scheme
        "expires_in": ACCESS_TOKEN_SECONDS,
    }
    if not _is_console(request):
        body["refresh_token"] = refresh_token
    response = json_response(body)
    response.set_cookie(
        COOKIE,
        refresh_token,
        max_age=REFRESH_TTL_SECONDS,
        path=COOKIE_PATH,
        secure=not services.settings.is_local,
        httponly=True,
        samesite="strict",
    )
    return response


def _authenticator(request: Request) -> Authenticator:
    authenticator: Authenticator = request.app.state.authenticator
    return authenticator


def _is_console(request: Request) -> bool:
    return request.headers.get(CONSOLE_HEADER) == "1"
