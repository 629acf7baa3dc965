"""Who is calling, and what they may do (R57-R60, C31).

Three kinds of Bearer token are taken: an access token (a JWT of ours), a service token (`svc_...`, looked up in
Postgres), and on a local start the DEV_TOKEN. A work token is none of them. Every route names the scope it needs; one
that names none does not start (api/routes.py).
"""

import hmac
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from starlette.concurrency import run_in_threadpool

from api.sessions import Sessions
from core.clock import Clock
from core.errors import AuthenticationError, PermissionDenied
from core.settings import Settings
from core.tokens import AccessClaims, InvalidToken, TokenSigner
from store.database import Database
from store.service_tokens import verify_service_token

DEV_PRINCIPAL: Final = "user:dm"
"""Who the DEV_TOKEN, and a local start without authentication, speaks for."""

SERVICE_PREFIX: Final = "svc_"
_BEARER: Final = re.compile(r"[Bb]earer ([A-Za-z0-9._~+/=-]{1,4096})", re.ASCII)


class AccessScope(StrEnum):
    """What a token may be good for. `SIGNED_IN` is what every valid token has."""

    SIGNED_IN = "signed-in"
    PROMPTS = "prompts"
    ENTITIES_READ = "entities:read"
    ENTITIES_WRITE = "entities:write"
    RULES = "rules"
    ADMIN = "admin"


ALL_SCOPES: Final = frozenset(scope.value for scope in AccessScope)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sent the request, as the token says."""

    principal: str
    scopes: frozenset[str]

    def require(self, scope: str) -> None:
        """Raise PermissionDenied unless the token carries this scope."""
        if scope != AccessScope.SIGNED_IN and scope not in self.scopes:
            raise PermissionDenied(f"the token does not carry the scope {scope}")


@dataclass(frozen=True, slots=True)
class Recognised:
    """A caller, and the claims of the access token that says so; None with the DEV_TOKEN, which has no end."""

    caller: Caller
    claims: AccessClaims | None = None


_DM: Final = Recognised(Caller(DEV_PRINCIPAL, ALL_SCOPES))


class Authenticator:
    """Reads the Authorization header.

    Args:
        settings: Whether authentication is on, the DEV_TOKEN, and whether this is a local start.
        signer: Checks access tokens.
        database: Where service tokens, and the sign-ins behind access tokens, are looked up.
        clock: Tells for how long a sign-in that was looked up holds.
    """

    def __init__(self, settings: Settings, signer: TokenSigner, database: Database, clock: Clock) -> None:
        self._signer = signer
        self._database = database
        self.sessions = Sessions(database, clock)
        self._is_open = settings.is_local and not settings.auth_enabled
        # Compared as bytes: the header may hold anything, the setting any text.
        secret = settings.dev_token if settings.is_local else None
        self._dev_token = secret.get_secret_value().encode() if secret else None

    async def authenticate(self, authorization: str | None) -> Caller:
        """Return the caller behind this header.

        Raises:
            AuthenticationError: There is no Bearer token.
            InvalidToken, ExpiredToken, InvalidServiceToken: There is one, and it does not hold.
            DatabaseUnavailable: A service token cannot be looked up now.
        """
        if (known := self._read(authorization)) is not None:
            if known.claims and known.claims.session:
                await self.sessions.require(known.claims.session)
            return known.caller
        return await run_in_threadpool(self._service, str(authorization)[len("Bearer ") :])

    def recognise(self, authorization: bytes | None) -> Recognised | None:
        """Who is behind this header, if that can be said at once: without a database, and without a doubt."""
        try:
            return self._read(authorization.decode("latin-1") if authorization is not None else None)
        except AuthenticationError:
            return None

    def still_holds(self, known: Recognised) -> bool:
        """Whether nothing that time can change has ended what was found before."""
        claims = known.claims
        return claims is None or (
            self._signer.holds(claims) and (claims.session is None or self.sessions.is_known(claims.session))
        )

    def _read(self, authorization: str | None) -> Recognised | None:
        """The caller, or None for a service token: who that is, and whether it still holds, only the database knows."""
        if self._is_open:
            return _DM
        if not authorization or authorization[:7].lower() != "bearer ":
            raise AuthenticationError("Authentication required")
        if not (match := _BEARER.fullmatch(authorization)):
            raise InvalidToken
        token = match[1]
        if self._is_dev_token(token):
            return _DM
        if token.startswith(SERVICE_PREFIX):
            return None
        claims = self._signer.read_access_token(token)
        return Recognised(Caller(claims.subject, claims.scopes), claims)

    def is_dev(self, authorization: str | None) -> bool:
        """Whether the header holds the DEV_TOKEN, or needs none because authentication is off."""
        if self._is_open:
            return True
        match = _BEARER.fullmatch(authorization or "")
        return match is not None and self._is_dev_token(match[1])

    def _is_dev_token(self, token: str) -> bool:
        return self._dev_token is not None and hmac.compare_digest(token.encode(), self._dev_token)

    def _service(self, token: str) -> Caller:
        with self._database.transaction() as tx:
            service = verify_service_token(tx, token)
        return Caller(f"service:{service.id}", frozenset(service.scopes))
