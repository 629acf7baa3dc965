"""A request that has ended, asked for once more: the same words, the same plan, a new deadline (DESIGN.md, rule 8)."""

from uuid import UUID

from psycopg.rows import DictRow

from store.database import Transaction
from store.requests import NewRequest, NewStep


def request_status(tx: Transaction, request_id: UUID) -> str | None:
    """The status of a request, whosever it is, its row locked until the transaction ends; None for no such one."""
    row = tx.execute("SELECT status FROM requests WHERE id = %s FOR UPDATE", (request_id,)).fetchone()
    return str(row["status"]) if row else None


def repeat_of(tx: Transaction, request_id: UUID, *, new_id: UUID) -> NewRequest | None:
    """What to accept so that the request is done again; None when `new_id` was accepted before.

    The request must exist.
    """
    if tx.execute("SELECT FROM requests WHERE id = %s", (new_id,)).fetchone() is not None:
        return None
    row = tx.execute("SELECT * FROM requests WHERE id = %s", (request_id,)).fetchone()
    steps = tx.execute(
        "SELECT actor, title, params FROM steps WHERE request_id = %s ORDER BY step_no", (request_id,)
    ).fetchall()
    assert row is not None  # noqa: S101 - the caller has locked it
    return _repeat(row, [NewStep(step["actor"], step["title"], step["params"]) for step in steps], new_id)


def _repeat(row: DictRow, steps: list[NewStep], new_id: UUID) -> NewRequest:
    return NewRequest(
        id=new_id,
        campaign_id=row["campaign_id"],
        principal=row["principal"],
        prompt=row["prompt"],
        intent=row["intent"],
        intent_confidence=row["intent_confidence"],
        alternatives=row["alternatives"],
        steps=steps,
        timeout_ms=row["timeout_ms"],
        include_stats=row["include_stats"],
        location_id=row["location_id"],
        session_id=row["session_id"],
        replay_of=row["id"],
    )
