"""The append-only history of every request and step, the same data that proves "exactly once"."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from store.database import Transaction


@dataclass(frozen=True, slots=True)
class TransitionRow:
    """One change of state; `step_no` is None for the request itself."""

    step_no: int | None
    state: str
    attempt: int | None
    lease_epoch: int | None
    worker: str | None
    error: dict[str, Any] | None
    at: datetime


def record_transition(
    tx: Transaction,
    request_id: UUID,
    *,
    state: str,
    step_no: int | None = None,
    attempt: int | None = None,
    lease_epoch: int | None = None,
    worker: str | None = None,
    error: dict[str, Any] | None = None,
) -> None:
    """Append one line to the history, in the transaction that makes it true."""
    tx.execute(
        """
        INSERT INTO transitions (request_id, step_no, state, attempt, lease_epoch, worker, error)
        VALUES (%s, %s, %s, %s, %s, %s, %s)
        """,
        (request_id, step_no, state, attempt, lease_epoch, worker, Jsonb(error) if error is not None else None),
    )


def read_clock(tx: Transaction) -> datetime:
    """The time that the history is written in."""
    row = tx.execute("SELECT clock_timestamp() AS now").fetchone()
    assert row is not None  # noqa: S101 - a SELECT without FROM gives its row
    now: datetime = row["now"]
    return now


def read_history(tx: Transaction, request_id: UUID) -> list[TransitionRow]:
    """All transitions of a request, oldest first. The caller has checked that it may be seen."""
    rows = tx.execute(
        """
        SELECT step_no, state, attempt, lease_epoch, worker, error, at FROM transitions
        WHERE request_id = %s ORDER BY id
        """,
        (request_id,),
    ).fetchall()
    return [TransitionRow(**row) for row in rows]
