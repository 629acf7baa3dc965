"""Tokens of other programs: `svc_<id>_<secret>`, rotated every 24 hours (R58, T8).

Only the SHA-256 of the secret is stored. After a rotation the previous secret holds one hour more, so that a program
can be given the new one without a gap. Look-up is by id, comparison in constant time, also for ids that do not exist.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from store.database import Transaction
from store.errors import IdAlreadyUsed, InvalidServiceToken
from store.values import invalid

ROTATION_SECONDS: Final = 24 * 3600
OVERLAP_SECONDS: Final = 3600

_TOKEN: Final = re.compile(r"svc_(?P<id>[a-z0-9-]{1,64})_(?P<secret>[0-9a-f]{64})")
_ID: Final = re.compile(r"[a-z0-9-]{1,64}")
_NO_HASH: Final = bytes(32)


@dataclass(frozen=True, slots=True)
class ServiceIdentity:
    """The program a service token belongs to, and what it may do."""

    id: str
    scopes: frozenset[str]


_CREATE: Final = """
INSERT INTO service_tokens (id, secret_hash, scopes, expires_at)
VALUES (%(id)s, %(hash)s, %(scopes)s, clock_timestamp() + %(ttl)s * interval '1 second')
ON CONFLICT (id) DO NOTHING
"""
# A secret that has expired is not the previous one: rotating late must not bring it back.
_ROTATE: Final = """
UPDATE service_tokens
SET previous_hash = CASE WHEN expires_at > clock_timestamp() THEN secret_hash END,
    secret_hash = %(hash)s, rotated_at = clock_timestamp(),
    expires_at = clock_timestamp() + %(ttl)s * interval '1 second'
WHERE id = %(id)s AND revoked_at IS NULL
"""
_FIND: Final = """
SELECT secret_hash, previous_hash, scopes,
       revoked_at IS NULL AND expires_at > clock_timestamp() AS current_holds,
       revoked_at IS NULL AND rotated_at > clock_timestamp() - %(overlap)s * interval '1 second' AS previous_holds
FROM service_tokens WHERE id = %(id)s
"""
# Once a minute is enough, and never wait for another request that does the same.
_TOUCH: Final = """
UPDATE service_tokens SET last_used_at = clock_timestamp() WHERE id IN (
    SELECT id FROM service_tokens
    WHERE id = %(id)s AND (last_used_at IS NULL OR last_used_at < clock_timestamp() - interval '1 minute')
    FOR UPDATE SKIP LOCKED)
"""
_REVOKE: Final = "UPDATE service_tokens SET revoked_at = clock_timestamp() WHERE id = %(id)s AND revoked_at IS NULL"


def create_service_token(
    tx: Transaction, token_id: str, scopes: Iterable[str], *, ttl_seconds: float = ROTATION_SECONDS
) -> str:
    """A token for a new program; shown once, here.

    Raises:
        IdAlreadyUsed: There is a program with this id; rotate its token.
        InvalidInput: The id is not 1 to 64 small letters, digits and hyphens.
    """
    if _ID.fullmatch(token_id) is None:
        raise invalid("id", "Must be 1 to 64 small letters, digits and hyphens")
    secret = secrets.token_hex(32)
    given = {"id": token_id, "hash": _hash(secret), "scopes": sorted(scopes), "ttl": ttl_seconds}
    if tx.execute(_CREATE, given).rowcount != 1:
        raise IdAlreadyUsed("there is a service token with this id")
    return f"svc_{token_id}_{secret}"


def rotate_service_token(tx: Transaction, token_id: str, *, ttl_seconds: float = ROTATION_SECONDS) -> str:
    """The program's next token; the one before holds one hour more, older ones do not.

    Raises:
        InvalidServiceToken: No such program, or its token was revoked.
    """
    secret = secrets.token_hex(32)
    if tx.execute(_ROTATE, {"id": token_id, "hash": _hash(secret), "ttl": ttl_seconds}).rowcount != 1:
        raise InvalidServiceToken
    return f"svc_{token_id}_{secret}"


def verify_service_token(tx: Transaction, token: str) -> ServiceIdentity:
    """Who presents this token.

    Raises:
        InvalidServiceToken: Malformed, unknown, rotated away, expired or revoked.
    """
    match = _TOKEN.fullmatch(token)
    if match is None:
        raise InvalidServiceToken
    row = tx.execute(_FIND, {"id": match["id"], "overlap": OVERLAP_SECONDS}).fetchone()
    presented = _hash(match["secret"])
    is_current = hmac.compare_digest(presented, row["secret_hash"] if row else _NO_HASH)
    is_previous = hmac.compare_digest(presented, (row["previous_hash"] if row else None) or _NO_HASH)
    if row is None or not ((is_current and row["current_holds"]) or (is_previous and row["previous_holds"])):
        raise InvalidServiceToken
    tx.execute(_TOUCH, {"id": match["id"]})
    return ServiceIdentity(match["id"], frozenset(row["scopes"]))


def revoke_service_token(tx: Transaction, token_id: str) -> bool:
    """End the program's access at once; False when there was none."""
    return tx.execute(_REVOKE, {"id": token_id}).rowcount == 1


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
