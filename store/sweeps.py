"""What the sweeper asks the store every second: who is done, who is late, who was never published or was lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from store.database import Transaction

BATCH = 100
"""Requests that are ended in one go; the sweeper goes on at once when there may be more."""
UNPUBLISHED_SECONDS = 2.0
"""A request that stays undispatched this long is published by the sweeper."""
REPUBLISH_SECONDS = 10.0
"""A step whose lease has ended is not published again sooner than this after the last time.

A started request on which nobody works is taken for lost after as long: longer than the longest pause before a retry.
"""


@dataclass(frozen=True, slots=True)
class Unpublished:
    """A request to publish: its plan from the first unfinished step on."""

    request_id: UUID
    campaign_id: UUID
    deadline_at: datetime
    steps: Sequence[tuple[int, str]]
    traceparent: str | None = None
    """The trace that the request belongs to, when it is traced."""


def all_done(tx: Transaction, *, limit: int = BATCH) -> list[UUID]:
    """Requests still processing whose steps are all done: the message that ends them was lost or is on its way."""
    rows = tx.execute(
        """
        SELECT r.id FROM requests r
        WHERE r.status = 'processing'
          AND NOT EXISTS (SELECT 1 FROM steps s WHERE s.request_id = r.id AND
                          (s.state <> 'done' OR s.finished_at > clock_timestamp() - interval '1 second'))
        ORDER BY r.deadline_at LIMIT %s
        """,
        (limit,),
    ).fetchall()
    return [row["id"] for row in rows]


def with_failed_step(tx: Transaction, *, limit: int = BATCH) -> list[tuple[UUID, int]]:
    """(request, step) of requests still processing that have a failed step."""
    rows = tx.execute(
        """
        SELECT s.request_id, min(s.step_no) AS step_no FROM steps s JOIN requests r ON r.id = s.request_id
        WHERE r.status = 'processing' AND s.state = 'failed'
          AND s.finished_at < clock_timestamp() - interval '1 second'
        GROUP BY s.request_id LIMIT %s
        """,
        (limit,),
    ).fetchall()
    return [(row["request_id"], row["step_no"]) for row in rows]


def overdue(tx: Transaction, *, limit: int = BATCH) -> list[UUID]:
    """Requests still processing after their deadline, and not all done."""
    rows = tx.execute(
        """
        SELECT r.id FROM requests r
        WHERE r.status = 'processing' AND r.deadline_at <= clock_timestamp()
          AND EXISTS (SELECT 1 FROM steps s WHERE s.request_id = r.id AND s.state <> 'done')
        ORDER BY r.deadline_at LIMIT %s
        """,
        (limit,),
    ).fetchall()
    return [row["id"] for row in rows]


def unpublished(tx: Transaction, *, limit: int = 200) -> list[Unpublished]:
    """Requests that were accepted and never published, and those that were started and stand still.

    Those have a step whose lease has ended, or only steps that wait and a message that went astray. What was never
    started may wait in a long queue and is not published twice.
    """
    rows = tx.execute(
        """
        SELECT id FROM requests
        WHERE status = 'processing' AND dispatched_at IS NULL
          AND created_at < clock_timestamp() - %s * interval '1 second'
        UNION
        SELECT s.request_id FROM steps s JOIN requests r ON r.id = s.request_id
        WHERE r.status = 'processing' AND s.state = 'running' AND s.lease_until < clock_timestamp()
          AND (s.published_at IS NULL OR s.published_at < clock_timestamp() - %s * interval '1 second')
        UNION
        SELECT r.id FROM requests r
        WHERE r.status = 'processing' AND r.started_at IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM steps s WHERE s.request_id = r.id AND
                          (s.state IN ('running', 'failed') OR
                           s.state = 'waiting' AND s.published_at > clock_timestamp() - %s * interval '1 second'))
          AND NOT EXISTS (SELECT 1 FROM transitions t WHERE t.request_id = r.id AND
                          t.at > clock_timestamp() - %s * interval '1 second')
        LIMIT %s
        """,
        (UNPUBLISHED_SECONDS, REPUBLISH_SECONDS, REPUBLISH_SECONDS, REPUBLISH_SECONDS, limit),
    ).fetchall()
    return [found for row in rows if (found := read_unpublished(tx, row["id"]))]


def read_unpublished(tx: Transaction, request_id: UUID) -> Unpublished | None:
    """The unfinished part of a request's plan, or None when the request has ended or all steps are done."""
    request = tx.execute(
        "SELECT campaign_id, deadline_at, traceparent FROM requests WHERE id = %s AND status = 'processing'",
        (request_id,),
    ).fetchone()
    steps = tx.execute(
        "SELECT step_no, actor FROM steps WHERE request_id = %s AND state IN ('waiting', 'running') ORDER BY step_no",
        (request_id,),
    ).fetchall()
    if request is None or not steps:
        return None
    plan = [(row["step_no"], row["actor"]) for row in steps]
    return Unpublished(request_id, request["campaign_id"], request["deadline_at"], plan, request["traceparent"])


def has_unfinished(session: psycopg.Connection[Any]) -> bool:
    """Whether a request is processing, or a vector or a caller waits; an idle installation is asked no more."""
    row = session.execute(
        "SELECT EXISTS (SELECT FROM requests WHERE status = 'processing') OR EXISTS (SELECT FROM entities_to_embed) "
        "OR EXISTS (SELECT FROM webhooks WHERE state = 'waiting')"
    ).fetchone()
    return bool(row and row[0])


def known_bus(tx: Transaction) -> tuple[UUID | None, str | None]:
    """(epoch, run_id) of the Redis server that everything in flight was published to."""
    tx.execute("INSERT INTO installation DEFAULT VALUES ON CONFLICT DO NOTHING")
    row = tx.execute("SELECT bus_epoch, bus_run_id FROM installation").fetchone()
    return (row["bus_epoch"], row["bus_run_id"]) if row else (None, None)


def begin_bus_epoch(tx: Transaction, epoch: UUID, run_id: str) -> int:
    """Remember the server as it is now, and mark everything unfinished as not published; returns how many."""
    tx.execute(
        "UPDATE installation SET bus_epoch = %s, bus_run_id = %s, bus_began_at = clock_timestamp()", (epoch, run_id)
    )
    marked = tx.execute(
        "UPDATE requests SET dispatched_at = NULL WHERE status = 'processing' AND dispatched_at IS NOT NULL"
    )
    return marked.rowcount
