"""Sign-in codes and refresh tokens: only their SHA-256 is stored (T7).

    login code -> refresh token 1 -> refresh token 2 -> ...      one family, 30 days from its first token

A refresh token is good once. Two tabs may use the same one at the same moment, so for `grace_seconds` a repeat gets the
same successor again: successor = HMAC(successor_key, token), where the key is random and kept in the token's row. The
database alone does not give it, nor does a stolen token. A repeat after that is theft and revokes the family.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from core.ids import new_uuid
from store.database import Transaction
from store.errors import InvalidRefreshToken, RefreshTokenReused
from store.service_tokens import (
    ServiceIdentity,
    create_service_token,
    revoke_service_token,
    rotate_service_token,
    verify_service_token,
)

__all__ = [
    "Rotation",
    "ServiceIdentity",
    "create_login_code",
    "create_service_token",
    "family_revoked",
    "forget_expired",
    "issue_refresh_token",
    "redeem_login_code",
    "revoke_family",
    "revoke_service_token",
    "rotate_refresh_token",
    "rotate_service_token",
    "verify_service_token",
]

REFRESH_TTL_SECONDS: Final = 30 * 24 * 3600
GRACE_SECONDS: Final = 20
LOGIN_CODE_TTL_SECONDS: Final = 600


@dataclass(frozen=True, slots=True)
class Rotation:
    """What a refresh token was worth: who it speaks for, and the token to use next time."""

    subject: str
    scopes: frozenset[str]
    family: UUID
    token: str


_NEW_CODE: Final = """
INSERT INTO login_codes (code_hash, subject, expires_at)
VALUES (%(hash)s, %(subject)s, clock_timestamp() + %(ttl)s * interval '1 second')
"""
_REDEEM: Final = """
UPDATE login_codes SET used_at = clock_timestamp()
WHERE code_hash = %(hash)s AND used_at IS NULL AND expires_at > clock_timestamp()
RETURNING subject
"""
_ISSUE: Final = """
INSERT INTO refresh_tokens (token_hash, family, subject, scopes, expires_at)
VALUES (%(hash)s, %(family)s, %(subject)s, %(scopes)s, clock_timestamp() + %(ttl)s * interval '1 second')
"""
_LOCK: Final = """
SELECT token_hash, family, subject, scopes, successor_key, used_at IS NOT NULL AS used,
       used_at > clock_timestamp() - %(grace)s * interval '1 second' AS forgiven,
       expires_at <= clock_timestamp() AS expired
FROM refresh_tokens WHERE token_hash = %(hash)s FOR UPDATE
"""
_SPEND: Final = """
UPDATE refresh_tokens SET used_at = clock_timestamp(), successor_key = %(successor_key)s WHERE token_hash = %(hash)s
"""
# The family ends when it was to end: a successor does not live longer than the first token would have.
_SUCCEED: Final = """
INSERT INTO refresh_tokens (token_hash, family, subject, scopes, expires_at)
SELECT %(successor)s, family, subject, scopes, expires_at FROM refresh_tokens WHERE token_hash = %(hash)s
"""
# One row is enough to revoke all, and touching one row only cannot deadlock with another call in the same family.
_REVOKE: Final = """
UPDATE refresh_tokens SET revoked_at = coalesce(revoked_at, clock_timestamp()), successor_key = NULL
WHERE token_hash = %(hash)s RETURNING family
"""
_REVOKED: Final = """
SELECT coalesce(bool_or(revoked_at IS NOT NULL), true) AS revoked FROM refresh_tokens WHERE family = %(family)s
"""
_FORGET_TOKENS: Final = "DELETE FROM refresh_tokens WHERE expires_at <= clock_timestamp() - interval '1 day'"
_FORGET_CODES: Final = "DELETE FROM login_codes WHERE expires_at <= clock_timestamp()"
# A successor's key has done its work once repeats are no longer forgiven.
_FORGET_KEYS: Final = """
UPDATE refresh_tokens SET successor_key = NULL
WHERE successor_key IS NOT NULL AND used_at <= clock_timestamp() - interval '1 hour'
"""


def create_login_code(tx: Transaction, subject: str, ttl_seconds: float = LOGIN_CODE_TTL_SECONDS) -> str:
    """A random code that signs `subject` in once, within `ttl_seconds`."""
    code = secrets.token_urlsafe(32)
    tx.execute(_NEW_CODE, {"hash": _hash(code), "subject": subject, "ttl": ttl_seconds})
    return code


def redeem_login_code(tx: Transaction, code: str) -> str | None:
    """The subject the code signs in; None when it is unknown, expired or used, also by a call at the same moment."""
    row = tx.execute(_REDEEM, {"hash": _hash(code)}).fetchone()
    return str(row["subject"]) if row else None


def issue_refresh_token(
    tx: Transaction,
    subject: str,
    scopes: Iterable[str],
    family: UUID | None = None,
    ttl_seconds: float = REFRESH_TTL_SECONDS,
) -> str:
    """The first refresh token of a sign-in.

    Args:
        tx: The open transaction.
        subject: Who signed in.
        scopes: What the sign-in may do.
        family: Id of the sign-in, for callers that put it into the access token (`sid`); a fresh one by default.
        ttl_seconds: Life of the whole family.
    """
    token = secrets.token_urlsafe(32)
    given = {
        "hash": _hash(token),
        "family": family or new_uuid(),
        "subject": subject,
        "scopes": sorted(scopes),
        "ttl": ttl_seconds,
    }
    tx.execute(_ISSUE, given)
    return token


def rotate_refresh_token(tx: Transaction, token: str, *, grace_seconds: float = GRACE_SECONDS) -> Rotation:
    """Spend a refresh token for its successor.

    A family that is revoked here stays revoked: the transaction is committed before RefreshTokenReused leaves, because
    the caller's rollback would undo it. Call this in a transaction of its own.

    Raises:
        RefreshTokenReused: The token was spent longer ago than the grace; its family is revoked now.
        InvalidRefreshToken: Unknown, expired or revoked.
    """
    spent = _hash(token)
    row = tx.execute(_LOCK, {"hash": spent, "grace": grace_seconds}).fetchone()
    if row is None or row["expired"] or family_revoked(tx, row["family"]):
        raise InvalidRefreshToken
    if row["used"] and not (row["forgiven"] and row["successor_key"]):
        tx.execute(_REVOKE, {"hash": spent})
        tx.commit()
        raise RefreshTokenReused
    successor_key = row["successor_key"] or secrets.token_bytes(32)
    successor = _successor(successor_key, token)
    if not row["used"]:
        tx.execute(_SPEND, {"hash": spent, "successor_key": successor_key})
        tx.execute(_SUCCEED, {"hash": spent, "successor": _hash(successor)})
    return Rotation(row["subject"], frozenset(row["scopes"]), row["family"], successor)


def revoke_family(tx: Transaction, token: str) -> bool:
    """Sign out: revoke the token's whole family, spent tokens included; False when the token is unknown."""
    return tx.execute(_REVOKE, {"hash": _hash(token)}).fetchone() is not None


def family_revoked(tx: Transaction, family: UUID) -> bool:
    """True when any token of the family was revoked, or the family is unknown."""
    row = tx.execute(_REVOKED, {"family": family}).fetchone()
    return row is None or bool(row["revoked"])


def forget_expired(tx: Transaction) -> int:
    """Remove expired tokens and codes, and keys of successors that are no longer needed; returns how many rows went."""
    tx.execute(_FORGET_KEYS)
    return tx.execute(_FORGET_TOKENS).rowcount + tx.execute(_FORGET_CODES).rowcount


def _hash(secret: str) -> bytes:
    # Anything a client sends may come here; "surrogatepass" gives odd text a hash that no row has.
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def _successor(key: bytes, token: str) -> str:
    return base64.urlsafe_b64encode(hmac.digest(key, token.encode(), hashlib.sha256)).decode().rstrip("=")
