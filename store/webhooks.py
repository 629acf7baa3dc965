"""Who is to be told that a request has ended, and whether they were.

waiting -> claimed for one attempt after the other -> delivered, or given up after the last
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from store.database import Transaction

CLAIM_SECONDS = 30.0
"""For how long nobody else delivers what one worker is delivering; longer than an attempt may take."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt to tell of an end; `attempt` counts from 1."""

    request_id: UUID
    campaign_id: UUID
    url: str
    status: str
    completed_at: datetime
    attempt: int


def note_webhook(tx: Transaction, request_id: UUID, url: str) -> None:
    """Write down, in the transaction of the acceptance, whom to tell of the request's end."""
    tx.execute("INSERT INTO webhooks (request_id, url) VALUES (%s, %s)", (request_id, url))


def due_webhooks(tx: Transaction, *, limit: int = 100) -> Sequence[UUID]:
    """Requests that have ended and whose ends are still to be told, the longest due first."""
    rows = tx.execute(
        """
        SELECT w.request_id FROM webhooks w JOIN requests r ON r.id = w.request_id
        WHERE w.state = 'waiting' AND w.due_at <= clock_timestamp() AND r.status <> 'processing'
        ORDER BY w.due_at LIMIT %s
        """,
        (limit,),
    ).fetchall()
    return [row["request_id"] for row in rows]


def claim_delivery(tx: Transaction, request_id: UUID) -> Delivery | None:
    """Take the delivery for one attempt; None when it is done, not due, given up, or its request has not ended."""
    row = tx.execute(
        """
        UPDATE webhooks w SET attempts = attempts + 1, due_at = clock_timestamp() + %s * interval '1 second'
        FROM requests r
        WHERE w.request_id = %s AND r.id = w.request_id AND r.status <> 'processing'
          AND w.state = 'waiting' AND w.due_at <= clock_timestamp()
        RETURNING w.request_id, r.campaign_id, w.url, r.status, r.completed_at, w.attempts AS attempt
        """,
        (CLAIM_SECONDS, request_id),
    ).fetchone()
    return Delivery(**row) if row else None


def mark_delivered(tx: Transaction, request_id: UUID) -> None:
    """Somebody said that they heard it."""
    tx.execute(
        """
        UPDATE webhooks SET state = 'delivered', delivered_at = clock_timestamp(), last_error = NULL
        WHERE request_id = %s
        """,
        (request_id,),
    )


def mark_undelivered(tx: Transaction, request_id: UUID, error: str, *, again_in_seconds: float | None) -> None:
    """Nobody heard it; None gives it up."""
    tx.execute(
        """
        UPDATE webhooks SET last_error = %s, state = CASE WHEN %s THEN 'given_up' ELSE 'waiting' END,
                            due_at = clock_timestamp() + %s * interval '1 second'
        WHERE request_id = %s AND state = 'waiting'
        """,
        (error[:500], again_in_seconds is None, again_in_seconds or 0.0, request_id),
    )
