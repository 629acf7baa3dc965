"""How a request ends, once: completed, failed or cancelled, with what its steps made put together."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from core.problems import problem_of
from store.database import Transaction
from store.requests import lock_unfinished, send_lock


@dataclass(frozen=True, slots=True)
class Ended:
    """A request that this call ended: what the metrics and the log want to know."""

    id: UUID
    intent: str
    status: str
    seconds: float


def complete_request(tx: Transaction, request_id: UUID) -> Ended | None:
    """End a request as completed when it is processing and all its steps are done; the result is put together here.

    Results that do not fit together end it as failed: trying again would never do better.

    Returns:
        None when it had ended before, or a step is not done yet.
    """
    locked = send_lock(tx, request_id)
    found = tx.execute("SELECT * FROM steps WHERE request_id = %s ORDER BY step_no", (request_id,))
    request, steps = locked.fetchone(), found.fetchall()
    if request is None or any(step["state"] != "done" for step in steps):
        return None
    try:
        result = assemble_result(steps, include_stats=request["include_stats"])
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        return _end(tx, request, status="failed", error=problem_of(error))
    return _end(tx, request, status="completed", result=result)


def fail_request(tx: Transaction, request_id: UUID, error: dict[str, Any]) -> Ended | None:
    """End a request as failed with this problem object; unfinished steps are cancelled.

    What finished steps have created stays, and the problem names it as `entities_created`.

    Returns:
        None when it had ended before.
    """
    request = lock_unfinished(tx, request_id)
    if request is None:
        return None
    done = _cancel_unfinished_steps(tx, request_id)
    if created := _created_by(done):
        error = {**error, "entities_created": created}
    return _end(tx, request, status="failed", error=error)


def fail_requests(tx: Transaction, request_ids: Sequence[UUID], error: dict[str, Any]) -> list[Ended]:
    """End those of these requests that are processing, each as `fail_request` does, in a few statements for all.

    A row that somebody has locked is left out: its worker may just be committing what ends the request.
    """
    requests = tx.execute(_LOCK_FREE, (list(request_ids),)).fetchall()
    if not requests:
        return []
    ids = [request["id"] for request in requests]
    tx.execute(_CANCEL_UNFINISHED, (ids,))
    done: dict[UUID, list[dict[str, Any]]] = {request_id: [] for request_id in ids}
    for step in tx.execute(_DONE, (ids,)):
        done[step["request_id"]].append(step)
    created = {request_id: _created_by(steps) for request_id, steps in done.items()}
    errors = [error | ({"entities_created": created[each]} if created[each] else {}) for each in ids]
    tx.execute(_FAIL, (ids, [Jsonb(each) for each in errors]))
    return [Ended(each["id"], each["intent"], "failed", each["seconds"]) for each in requests]


_LOCK_FREE = """
SELECT id, intent, extract(epoch FROM clock_timestamp() - created_at)::float8 AS seconds
FROM requests WHERE id = ANY(%s) AND status = 'processing' ORDER BY id FOR UPDATE SKIP LOCKED
"""
_CANCEL_UNFINISHED = """
WITH cancelled AS (
    UPDATE steps SET state = 'cancelled', lease_until = NULL, finished_at = clock_timestamp()
    WHERE request_id = ANY(%s) AND state IN ('waiting', 'running') RETURNING request_id, step_no
)
INSERT INTO transitions (request_id, step_no, state)
SELECT request_id, step_no, 'cancelled' FROM cancelled ORDER BY request_id, step_no
"""
_DONE = "SELECT * FROM steps WHERE request_id = ANY(%s) AND state = 'done' ORDER BY step_no"
_FAIL = """
WITH failed AS (
    UPDATE requests SET status = 'failed', error = told.error, completed_at = clock_timestamp()
    FROM unnest(%s::uuid[], %s::jsonb[]) AS told (id, error)
    WHERE requests.id = told.id RETURNING requests.id, requests.error
)
INSERT INTO transitions (request_id, state, error) SELECT id, 'failed', error FROM failed ORDER BY id
"""


_END = """
WITH ended AS (
    UPDATE requests SET status = %s, result = %s, error = %s, completed_at = clock_timestamp() WHERE id = %s
    RETURNING id, status, error
)
INSERT INTO transitions (request_id, state, error) SELECT * FROM ended
"""


def cancel_request(tx: Transaction, request_id: UUID) -> Ended | None:
    """End a request as cancelled; its result is what its finished steps made, which stays.

    Returns:
        None when it had ended before.
    """
    request = lock_unfinished(tx, request_id)
    if request is None:
        return None
    done = _cancel_unfinished_steps(tx, request_id)
    try:
        result = assemble_result(done, include_stats=request["include_stats"])
    except (TypeError, ValueError, KeyError, AttributeError):
        result = assemble_result([], include_stats=False)
    return _end(tx, request, status="cancelled", result=result)


def _cancel_unfinished_steps(tx: Transaction, request_id: UUID) -> list[dict[str, Any]]:
    """Cancel what waits or runs; returns the steps that are done, in their order."""
    tx.execute(_CANCEL_UNFINISHED, ([request_id],))
    return tx.execute(_DONE, ([request_id],)).fetchall()


def _created_by(steps: Sequence[dict[str, Any]]) -> list[Any]:
    results = [step["result"] for step in steps if isinstance(step["result"], dict)]
    lists = [result.get("entities_created") for result in results]
    return [entity for created in lists if isinstance(created, list) for entity in created]


def assemble_result(steps: Sequence[dict[str, Any]], *, include_stats: bool) -> dict[str, Any]:
    """Join the results of all steps: the last content and record, all entities created, tokens, sources (R24)."""
    results: list[dict[str, Any]] = [step["result"] or {} for step in steps]
    joined: dict[str, Any] = {
        "content": next((result["content"] for result in reversed(results) if result.get("content")), ""),
        "entities_created": [entity for result in results for entity in result.get("entities_created", ())],
        "tokens_used": sum(int(result.get("tokens_used", 0)) for result in results),
    }
    for name in ("source", "warnings", "entities_changed", "entities_kept"):
        if values := list(dict.fromkeys(value for result in results for value in result.get(name, ()))):
            joined[name] = values
    if made := next((result["data"] for result in reversed(results) if result.get("data")), None):
        joined["data"] = made
    if prose := {name: told for result in results for name, told in (result.get("prose") or {}).items()}:
        joined["prose"] = prose
    if include_stats:
        joined["stats"] = {"steps": [_stats(step) for step in steps]}
    return joined


def _stats(step: dict[str, Any]) -> dict[str, Any]:
    seconds = (step["finished_at"] - step["started_at"]).total_seconds()
    return {
        "step_no": step["step_no"],
        "action": step["actor"],
        "attempts": step["attempt"],
        "duration_ms": round(seconds * 1000, 1),
    }


def _end(
    tx: Transaction,
    request: dict[str, Any],
    *,
    status: str,
    result: dict[str, Any] | None = None,
    error: dict[str, Any] | None = None,
) -> Ended:
    given = (Jsonb(each) if each is not None else None for each in (result, error))
    tx.execute(_END, (status, *given, request["id"]))
    return Ended(request["id"], request["intent"], status, request["seconds"])
