"""Steps: claimed under a lease, ended under a fence.

A claim adds one to `lease_epoch`. Effects commit only while that epoch is still the step's newest and the request is
processing and before its deadline (DESIGN.md, rule 3), so a worker that was thought dead and wakes up writes nothing.
A claim need not be on the disk before the work begins: a Postgres that crashes and forgets it refuses what was done
under it, and the step is claimed again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from core.errors import ErrorCategory
from core.problems import problem
from store.database import Transaction
from store.errors import StoreError
from store.history import record_transition
from store.requests import lock_unfinished, send_lock

MAX_CRASHES = 3
"""Claims of one step whose worker went away without a word; the third buries the step."""


class Fenced(StoreError):
    """The claim no longer holds: the step was taken over, or its request has ended."""

    code = "fenced"


class Refusal(Enum):
    """Why a delivery may not run."""

    DONE = "already done: let the pipeline go on"
    HELD = "a living worker has it"
    NOT_YET = "an earlier step is not done"
    ENDED = "the request has ended"
    FAILED = "the step has failed for good"
    UNKNOWN = "there is no such step"
    BURIED = "its workers crashed too often"
    SUSPECT = "its worker went away: it must run alone"


class Burial(Enum):
    """What became of a step whose message the bus gave up."""

    FAILED = "it has failed for good"
    SPARED = "the message is to be delivered again: to be run, or to find that there is nothing to do"
    NOTHING = "there is nothing to run: no such step, or its request has ended"


@dataclass(frozen=True, slots=True, eq=False)
class Claim:
    """A step that this worker may run now, and what it needs to know of the request. Compared by identity.

    Attributes:
        seconds_left: From the claim to the deadline, by the database's clock.
        prior: Results of the steps before, by their number.
    """

    request_id: UUID
    step_no: int
    lease_epoch: int
    worker: str
    attempt: int
    actor: str
    params: dict[str, Any]
    campaign_id: UUID
    principal: str
    prompt: str
    location_id: UUID | None
    deadline_at: datetime
    seconds_left: float
    prior: dict[int, dict[str, Any]]


_LOCK_STEPS = """
SELECT *, clock_timestamp() >= lease_until AS lease_ended FROM steps WHERE request_id = %s ORDER BY step_no FOR UPDATE
"""


def claim_step(
    tx: Transaction, request_id: UUID, step_no: int, *, worker: str, lease_seconds: float, is_alone: bool = True
) -> Claim | Refusal:
    """Take the step for this worker, unless somebody has it, it is done, or its request has ended.

    Args:
        tx: The open transaction.
        request_id: Whose.
        step_no: Which.
        worker: Takes it.
        lease_seconds: How long it is the worker's without a word.
        is_alone: Whether it would run alone in its process, as one must whose worker went away before.
    """
    locked = send_lock(tx, request_id)
    found = tx.execute(_LOCK_STEPS, (request_id,))
    request, steps = locked.fetchone(), found.fetchall()
    step = next((row for row in steps if row["step_no"] == step_no), None)
    if refusal := _refusal(request, steps, step):
        return refusal
    assert request is not None and step is not None  # noqa: S101, PT018 - _refusal returned None
    if step["state"] == "running" and step["crashes"] + 1 >= MAX_CRASHES:
        _bury(tx, step)
        return Refusal.BURIED
    if not is_alone and (step["state"] == "running" or step["crashes"]):
        return Refusal.SUSPECT
    epoch = _take(tx, step, worker=worker, lease_seconds=lease_seconds)
    return Claim(
        request_id=request_id,
        step_no=step_no,
        lease_epoch=epoch,
        worker=worker,
        attempt=step["attempt"],
        actor=step["actor"],
        params=step["params"],
        campaign_id=request["campaign_id"],
        principal=request["principal"],
        prompt=request["prompt"],
        location_id=request["location_id"],
        deadline_at=request["deadline_at"],
        seconds_left=request["seconds_left"],
        prior={row["step_no"]: row["result"] or {} for row in steps if row["step_no"] < step_no},
    )


def renew_leases(tx: Transaction, claims: Sequence[Claim], *, lease_seconds: float) -> set[tuple[UUID, int]]:
    """Extend the leases of these claims; returns (request_id, step_no) of those that still hold.

    A step that somebody has locked is left out this time, so that it does not cost the others their lease.
    """
    held: set[tuple[UUID, int]] = set()
    for claim in sorted(claims, key=lambda claim: (claim.request_id, claim.step_no)):
        renewed = tx.execute(
            """
            UPDATE steps SET lease_until = clock_timestamp() + %s * interval '1 second'
            WHERE (request_id, step_no) IN (
                SELECT request_id, step_no FROM steps
                WHERE request_id = %s AND step_no = %s AND lease_epoch = %s AND worker = %s AND state = 'running'
                FOR UPDATE SKIP LOCKED
            )
            """,
            (lease_seconds, *_fence(claim)),
        )
        if renewed.rowcount:
            held.add((claim.request_id, claim.step_no))
    return held


def end_leases(tx: Transaction, workers: str) -> int:
    """End the leases of all workers whose names begin so, for who knows that they are gone; how many there were.

    What they had can be claimed at once. A step that somebody has locked is left out: its lease ends by itself.
    """
    ended = tx.execute(
        """
        UPDATE steps SET lease_until = clock_timestamp()
        FROM (
            SELECT request_id, step_no FROM steps
            WHERE state = 'running' AND starts_with(worker, %s) AND lease_until > clock_timestamp()
            ORDER BY request_id, step_no FOR UPDATE SKIP LOCKED
        ) held
        WHERE steps.request_id = held.request_id AND steps.step_no = held.step_no
        """,
        (workers,),
    )
    return ended.rowcount


def finish_step(tx: Transaction, claim: Claim, result: dict[str, Any]) -> None:
    """Record the result; the caller writes the step's effects in the same transaction, after this.

    Raises:
        Fenced: The claim no longer holds; nothing may be written.
    """
    _end_step(tx, claim, state="done", result=result)


def fail_step(tx: Transaction, claim: Claim, error: dict[str, Any], *, retry: bool) -> None:
    """Record a failure: the step waits for its next attempt, or has failed for good.

    Raises:
        Fenced: The claim no longer holds.
    """
    if not retry:
        _end_step(tx, claim, state="failed", error=error)
        return
    _require_open(lock_unfinished(tx, claim.request_id))
    changed = tx.execute(
        """
        UPDATE steps SET state = 'waiting', attempt = attempt + 1, lease_until = NULL, error = %s
        WHERE request_id = %s AND step_no = %s AND lease_epoch = %s AND worker = %s AND state = 'running'
        """,
        (Jsonb(error), *_fence(claim)),
    )
    _require_change(changed.rowcount)
    _record(tx, claim, state="retrying", error=error)


def is_open_in(tx: Transaction, claim: Claim, seconds: float) -> bool:
    """Whether the deadline of the claim's request is further away than this."""
    row = tx.execute(
        "SELECT %s > clock_timestamp() + %s * interval '1 second' AS is_open", (claim.deadline_at, seconds)
    ).fetchone()
    return bool(row and row["is_open"])


def release_step(tx: Transaction, claim: Claim) -> None:
    """Give the step back unfinished, as a worker does that shuts down; costs neither an attempt nor a crash."""
    lock_unfinished(tx, claim.request_id)
    changed = tx.execute(
        """
        UPDATE steps SET state = 'waiting', lease_until = NULL
        WHERE request_id = %s AND step_no = %s AND lease_epoch = %s AND worker = %s AND state = 'running'
        """,
        _fence(claim),
    )
    if changed.rowcount:
        _record(tx, claim, state="released")


def bury_step(tx: Transaction, request_id: UUID, step_no: int) -> Burial:
    """Fail a step whose message the bus gave up, unless it was only near when its workers died.

    The bus counts the deaths that a message was started before, the step those that it was running at; so a step that
    waited for its turn beside one that ends its process is given another chance. A message that ends its process before
    the step is claimed has its burial counted as a death of the step, and so comes to an end too, at the latest with
    its request: after that nothing is spared.
    """
    request = lock_unfinished(tx, request_id)
    steps = tx.execute(_LOCK_STEPS, (request_id,)).fetchall()
    step = next((row for row in steps if row["step_no"] == step_no), None)
    if step is not None and step["state"] == "failed":
        return Burial.FAILED
    if request is None or step is None:
        return Burial.NOTHING
    if step["state"] == "done" or (step["state"] == "running" and not step["lease_ended"]):
        return Burial.SPARED
    if step["crashes"] + 1 >= MAX_CRASHES:
        _bury(tx, step)
        return Burial.FAILED
    if step["state"] == "waiting":
        tx.execute(
            "UPDATE steps SET crashes = crashes + 1 WHERE request_id = %s AND step_no = %s", (request_id, step_no)
        )
    return Burial.SPARED


def is_done_by(tx: Transaction, claim: Claim) -> bool:
    """True when this very claim's result is already recorded: the answer after a commit of unknown outcome.

    A commit that the server is still at holds the request row, and is waited for.
    """
    lock_unfinished(tx, claim.request_id)
    row = tx.execute(
        "SELECT 1 FROM steps WHERE request_id = %s AND step_no = %s AND lease_epoch = %s AND worker = %s"
        " AND state = 'done'",
        _fence(claim),
    ).fetchone()
    return row is not None


def was_forgotten(tx: Transaction, claim: Claim) -> bool:
    """True when Postgres crashed since and does not know the claim: nobody was given the step in its place."""
    row = tx.execute(
        "SELECT lease_epoch FROM steps WHERE request_id = %s AND step_no = %s", (claim.request_id, claim.step_no)
    ).fetchone()
    return row is not None and row["lease_epoch"] < claim.lease_epoch


def step_error(tx: Transaction, request_id: UUID, step_no: int) -> dict[str, Any] | None:
    """The problem object of a step that has failed, else None."""
    row = tx.execute(
        "SELECT error FROM steps WHERE request_id = %s AND step_no = %s AND state = 'failed'", (request_id, step_no)
    ).fetchone()
    return row["error"] if row else None


def _refusal(
    request: dict[str, Any] | None, steps: Sequence[dict[str, Any]], step: dict[str, Any] | None
) -> Refusal | None:
    if step is None:
        return Refusal.UNKNOWN
    if step["state"] == "done":
        return Refusal.DONE
    if request is None or request["overdue"]:
        return Refusal.ENDED
    if step["state"] == "failed":
        return Refusal.FAILED
    if any(row["state"] != "done" for row in steps if row["step_no"] < step["step_no"]):
        return Refusal.NOT_YET
    return Refusal.HELD if step["state"] == "running" and not step["lease_ended"] else None


# One statement with its line of history: each costs a worker about as much again as the server.
_TAKE = """
WITH taken AS (
    UPDATE steps SET state = 'running', lease_epoch = %(epoch)s, worker = %(worker)s, crashes = crashes + %(crashed)s,
                     lease_until = clock_timestamp() + %(lease_seconds)s * interval '1 second',
                     started_at = coalesce(started_at, clock_timestamp())
    WHERE request_id = %(request_id)s AND step_no = %(step_no)s
), begun AS (
    UPDATE requests SET started_at = clock_timestamp() WHERE id = %(request_id)s AND started_at IS NULL
)
INSERT INTO transitions (request_id, step_no, state, attempt, lease_epoch, worker)
VALUES (%(request_id)s, %(step_no)s, 'running', %(attempt)s, %(epoch)s, %(worker)s)
"""
_END = """
WITH ended AS (
    UPDATE steps SET state = %s, result = %s, error = %s, lease_until = NULL, finished_at = clock_timestamp()
    WHERE request_id = %s AND step_no = %s AND lease_epoch = %s AND worker = %s AND state = 'running'
    RETURNING request_id, step_no, state, attempt, lease_epoch, error
)
INSERT INTO transitions (request_id, step_no, state, attempt, lease_epoch, error) SELECT * FROM ended RETURNING step_no
"""


def _take(tx: Transaction, step: dict[str, Any], *, worker: str, lease_seconds: float) -> int:
    epoch: int = step["lease_epoch"] + 1
    given = {
        "request_id": step["request_id"],
        "step_no": step["step_no"],
        "attempt": step["attempt"],
        "epoch": epoch,
        "worker": worker,
        "crashed": int(step["state"] == "running"),
        "lease_seconds": lease_seconds,
    }
    tx.execute(_TAKE, given)
    return epoch


def _bury(tx: Transaction, step: dict[str, Any]) -> None:
    error = problem(
        ErrorCategory.SERVICE_UNAVAILABLE,
        f"the step was given up after its worker went away {MAX_CRASHES} times",
        code="crashed",
    )
    tx.execute(
        """
        UPDATE steps SET state = 'failed', crashes = crashes + 1, lease_until = NULL, error = %s,
                         finished_at = clock_timestamp()
        WHERE request_id = %s AND step_no = %s
        """,
        (Jsonb(error), step["request_id"], step["step_no"]),
    )
    record_transition(
        tx, step["request_id"], step_no=step["step_no"], state="failed", attempt=step["attempt"], error=error
    )


def _require_open(request: dict[str, Any] | None) -> None:
    if request is None or request["overdue"]:
        raise Fenced("the request has ended or is past its deadline")


def _end_step(
    tx: Transaction,
    claim: Claim,
    *,
    state: str,
    result: dict[str, Any] | None = None,
    error: dict[str, Any] | None = None,
) -> None:
    """Under the lock of the request, and only while the claim is the newest; else Fenced, and all is rolled back."""
    locked = send_lock(tx, claim.request_id)
    given = (Jsonb(each) if each is not None else None for each in (result, error))
    changed = tx.execute(_END, (state, *given, *_fence(claim)))
    request, rows = locked.fetchone(), changed.fetchall()
    _require_open(request)
    _require_change(len(rows))


def _fence(claim: Claim) -> tuple[UUID, int, int, str]:
    """What a claim is known by. The worker is part of it: a crash of Postgres may give an epoch away twice."""
    return claim.request_id, claim.step_no, claim.lease_epoch, claim.worker


def _require_change(rowcount: int) -> None:
    if rowcount != 1:
        raise Fenced("the step was taken over by another worker")


def _record(tx: Transaction, claim: Claim, *, state: str, error: dict[str, Any] | None = None) -> None:
    record_transition(
        tx,
        claim.request_id,
        step_no=claim.step_no,
        state=state,
        attempt=claim.attempt,
        lease_epoch=claim.lease_epoch,
        error=error,
    )
