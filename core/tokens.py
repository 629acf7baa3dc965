"""Signed tokens: access tokens for people's requests, work tokens for one step of one request (R57-R61, C31, C32).

Each kind has its own key, derived from SECRET_KEY, and its own `typ` header, so that no token opens another kind's
door (RFC 8725). HS256 only; every claim below is required and checked.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import jwt

from core.clock import Clock, SystemClock
from core.errors import AuthenticationError
from core.ids import new_uuid
from core.memo import Memo

ISSUER: Final = "dma-auth"
ACCESS_TOKEN_SECONDS: Final = 3600
WORK_TOKEN_SECONDS: Final = 300
LEEWAY_SECONDS: Final = 30
REMEMBERED_TOKENS: Final = 1_024
"""Access tokens whose signature and claims were found good; their times are compared with the clock at every use."""


class TokenKind(StrEnum):
    """What a token may be used for; the value is its `typ` header."""

    ACCESS = "at+jwt"
    WORK = "work+jwt"


_AUDIENCE: Final = {TokenKind.ACCESS: "dma-api", TokenKind.WORK: "dma-agents"}


class InvalidToken(AuthenticationError):
    """The token is not one of ours, or not of the kind this door takes."""

    code = "invalid_token"
    default_message = "Invalid token"


class ExpiredToken(AuthenticationError):
    """The token was good once."""

    code = "token_expired"
    default_message = "Token expired"


@dataclass(frozen=True, slots=True)
class AccessClaims:
    """Who an access token speaks for, and from when to when it holds, in seconds of Unix time."""

    subject: str
    scopes: frozenset[str]
    session: str | None
    issued_at: int
    expires_at: int


@dataclass(frozen=True, slots=True)
class WorkClaims:
    """The one step a work token is good for."""

    task_id: str
    agent: str
    campaign_id: UUID


class TokenSigner:
    """Makes and checks tokens of every kind.

    Args:
        secret_key: The installation's SECRET_KEY.
        clock: Source of `iat` and of the comparison with `exp`.
    """

    def __init__(self, secret_key: str, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._keys = {kind: _derive(secret_key, kind) for kind in TokenKind}
        self._good: Memo[AccessClaims] = Memo(REMEMBERED_TOKENS)

    def create_access_token(
        self,
        subject: str,
        scopes: frozenset[str],
        *,
        session: str | None = None,
        ttl_seconds: int = ACCESS_TOKEN_SECONDS,
    ) -> str:
        """An access token for the public API, one hour by default (R57)."""
        claims: dict[str, Any] = {"sub": subject, "scope": " ".join(sorted(scopes))}
        return self._sign(
            TokenKind.ACCESS, claims | ({"sid": session} if session else {}), timedelta(seconds=ttl_seconds)
        )

    def create_work_token(
        self,
        task_id: str,
        agent: str,
        campaign_id: UUID,
        *,
        deadline_at: datetime,
        ttl_seconds: int = WORK_TOKEN_SECONDS,
    ) -> str:
        """A token for one step, good until the later of `ttl_seconds` and the deadline + 30 s (R61, C32)."""
        left = deadline_at + timedelta(seconds=30) - self._clock.now()
        claims = {"sub": agent, "task_id": task_id, "agent": agent, "campaign_id": str(campaign_id)}
        return self._sign(TokenKind.WORK, claims, max(left, timedelta(seconds=ttl_seconds)))

    def read_access_token(self, token: str) -> AccessClaims:
        """Check an access token. Raises ExpiredToken or InvalidToken.

        What a good signature says never changes, so its claims are remembered by the hash of the token. Time does
        change: it is compared on every call.
        """
        digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
        claims = self._good.get(digest)
        if claims is None:
            claims = self._read_access_token(token)
            self._good.put(digest, claims)
        self._check_times(claims.issued_at, claims.expires_at)
        return claims

    def read_work_token(self, token: str) -> WorkClaims:
        """Check a work token. Raises ExpiredToken or InvalidToken."""
        claims = self._verify(TokenKind.WORK, token)
        self._check_times(claims["iat"], claims["exp"])
        try:
            return WorkClaims(str(claims["task_id"]), str(claims["agent"]), UUID(claims["campaign_id"]))
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise InvalidToken from error

    def _read_access_token(self, token: str) -> AccessClaims:
        claims = self._verify(TokenKind.ACCESS, token)
        scope, session = claims.get("scope"), claims.get("sid")
        if not isinstance(scope, str) or claims["exp"] - claims["iat"] > ACCESS_TOKEN_SECONDS:
            raise InvalidToken
        return AccessClaims(
            subject=claims["sub"],
            scopes=frozenset(scope.split()),
            session=session if isinstance(session, str) else None,
            issued_at=claims["iat"],
            expires_at=claims["exp"],
        )

    def _sign(self, kind: TokenKind, claims: dict[str, Any], ttl: timedelta) -> str:
        now = self._clock.now()
        standard = {"iss": ISSUER, "aud": _AUDIENCE[kind], "iat": now, "exp": now + ttl, "jti": new_uuid().hex}
        return jwt.encode(standard | claims, self._keys[kind], algorithm="HS256", headers={"typ": kind.value})

    def _verify(self, kind: TokenKind, token: str) -> dict[str, Any]:
        """The claims of a token of this kind that we signed; whether its time has come or gone is another question."""
        try:
            decoded = jwt.decode_complete(
                token,
                self._keys[kind],
                algorithms=["HS256"],
                audience=_AUDIENCE[kind],
                issuer=ISSUER,
                options={
                    "require": ["exp", "iat", "iss", "aud", "sub", "jti"],
                    "verify_exp": False,
                    "verify_iat": False,
                },
            )
        except (jwt.InvalidTokenError, RecursionError, ValueError) as error:
            raise InvalidToken from error
        claims: dict[str, Any] = decoded["payload"]
        if decoded["header"].get("typ") != kind.value:
            raise InvalidToken
        if not all(type(claims[name]) is int for name in ("exp", "iat")):
            raise InvalidToken
        return claims

    def holds(self, claims: AccessClaims) -> bool:
        """Whether the time of an access token that was read before has come and not gone."""
        # PyJWT reads the machine's clock; ours is the one the constructor was given.
        now = self._clock.now().timestamp()
        return claims.issued_at <= now + LEEWAY_SECONDS and claims.expires_at > now

    def _check_times(self, issued_at: int, expires_at: int) -> None:
        now = self._clock.now().timestamp()
        if issued_at > now + LEEWAY_SECONDS:
            raise InvalidToken
        if expires_at <= now:
            raise ExpiredToken


def _derive(secret_key: str, kind: TokenKind) -> bytes:
    """One HKDF-Expand block (RFC 5869) with the kind as its label: 32 bytes."""
    pseudo_random = hmac.digest(b"dma", secret_key.encode(), hashlib.sha256)
    return hmac.digest(pseudo_random, kind.value.encode() + b"\x01", hashlib.sha256)
