"""Idempotency keys: the first reply to a key is every later reply to it.

All in one transaction, the one that makes the effect:

    claim -> a reply: send it, do nothing else
          -> None:    make the effect, save the reply, commit

`claim` inserts the key, so a second request with the same key waits there until the first has committed and then gets
its reply, or, when the first rolled back (nothing happened), becomes the first itself. It does not wait for ever: after
5 seconds it is told that the first is still under way. A caller that claimed must save
before it commits. Keys are kept 24 hours (C11) and belong to one principal and route.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from psycopg.errors import LockNotAvailable
from psycopg.types.json import Jsonb

from store.database import Transaction
from store.errors import IdempotencyKeyInUse, IdempotencyKeyReused
from store.values import check_text


@dataclass(frozen=True, slots=True)
class StoredReply:
    """What the first request was answered: HTTP status, headers and JSON body."""

    status: int
    headers: dict[str, str]
    body: Any


# A claim that was committed without a reply is a caller's mistake: it is claimed again, not answered with nothing.
_CLAIM: Final = """
INSERT INTO idempotency_keys AS k (principal, route, key, fingerprint)
SELECT %(principal)s, %(route)s, %(key)s, %(fingerprint)s
FROM (SELECT set_config('lock_timeout', %(patience)s, true)) AS patience
ON CONFLICT (principal, route, key) DO UPDATE
SET fingerprint = excluded.fingerprint, status = NULL, headers = '{}', body = NULL, campaign_id = NULL,
    created_at = excluded.created_at, expires_at = excluded.expires_at
WHERE k.expires_at <= clock_timestamp() OR k.status IS NULL
RETURNING key
"""
PATIENCE_SECONDS: Final = 5.0
"""How long a call waits for another with the same key."""
_STORED: Final = """
SELECT fingerprint, status, headers, body FROM idempotency_keys
WHERE principal = %(principal)s AND route = %(route)s AND key = %(key)s
"""
_SAVE: Final = """
UPDATE idempotency_keys SET status = %(status)s, headers = %(headers)s, body = %(body)s, campaign_id = %(campaign_id)s
WHERE principal = %(principal)s AND route = %(route)s AND key = %(key)s AND status IS NULL
"""
_FORGET: Final = """
DELETE FROM idempotency_keys WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM idempotency_keys WHERE expires_at <= clock_timestamp() LIMIT %s FOR UPDATE SKIP LOCKED))
"""


def fingerprint_of(body: Any) -> bytes:
    """SHA-256 of the canonical JSON of a body: key order and white space make no difference."""
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).digest()


def claim(
    tx: Transaction,
    principal: str,
    route: str,
    key: str,
    fingerprint: bytes,
    *,
    patience_seconds: float = PATIENCE_SECONDS,
) -> StoredReply | None:
    """Take the key for this transaction, or learn what was answered under it.

    Args:
        tx: The transaction that will make the effect.
        principal: Whose key it is.
        route: Method and route template, such as `POST /v1/prompts`.
        key: 1 to 255 characters.
        fingerprint: See fingerprint_of.
        patience_seconds: How long to wait for the first call with this key.

    Returns:
        None for the first; the stored reply for every later one.

    Raises:
        IdempotencyKeyReused: The key was used for another body.
        IdempotencyKeyInUse: The first call is still under way.
        InvalidInput: The key is empty, too long, or holds characters that cannot be stored.
    """
    check_text("Idempotency-Key", key, shortest=1, longest=255)
    patience = f"{round(patience_seconds * 1000)}ms"
    given = {"principal": principal, "route": route, "key": key, "fingerprint": fingerprint, "patience": patience}
    try:
        if tx.execute(_CLAIM, given).fetchone() is not None:
            return None
    except LockNotAvailable as error:
        raise IdempotencyKeyInUse from error
    row = tx.execute(_STORED, given).fetchone()
    if row is None or row["status"] is None:  # removed between the two statements: it had expired
        return claim(tx, principal, route, key, fingerprint, patience_seconds=patience_seconds)
    if row["fingerprint"] != fingerprint:
        raise IdempotencyKeyReused("this idempotency key was used for another body")
    return StoredReply(row["status"], row["headers"], row["body"])


def save(
    tx: Transaction,
    principal: str,
    route: str,
    key: str,
    *,
    status: int,
    headers: Mapping[str, str] | None = None,
    body: Any,
    campaign_id: UUID | None = None,
) -> None:
    """Keep the reply under the key this transaction has claimed; it goes with the campaign that it speaks of."""
    given = {
        "principal": principal,
        "route": route,
        "key": key,
        "status": status,
        "headers": Jsonb(dict(headers or {})),
        "body": Jsonb(body),
        "campaign_id": campaign_id,
    }
    if tx.execute(_SAVE, given).rowcount != 1:
        raise RuntimeError("save() needs a claim() of the same key in the same transaction")


def forget_expired(tx: Transaction, limit: int = 1000) -> int:
    """Remove keys whose time is over; returns how many."""
    return tx.execute(_FORGET, (limit,)).rowcount
