"""Requests as they are accepted, published and seen; how they end stands in `endings.py`.

Order of locks, here and in `endings.py`, `steps.py` and `sweeps.py`: the request row first, then its steps. Acceptance,
every transition and the end are each one transaction of the caller's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Cursor
from psycopg.errors import ForeignKeyViolation
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from core.errors import NotFound, PermissionDenied
from core.ids import REQUEST_PREFIX, prefixed
from store.campaigns import Role, require_member
from store.database import Transaction
from store.webhooks import note_webhook


@dataclass(frozen=True, slots=True)
class NewStep:
    """One unit of work for one actor, as planned."""

    actor: str
    title: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewRequest:
    """Everything that is known of a prompt when it is accepted."""

    id: UUID
    campaign_id: UUID
    principal: str
    prompt: str
    intent: str
    intent_confidence: float
    alternatives: Sequence[dict[str, Any]]
    steps: Sequence[NewStep]
    timeout_ms: int
    include_stats: bool = False
    location_id: UUID | None = None
    session_id: UUID | None = None
    replay_of: UUID | None = None
    traceparent: str | None = None
    """The trace that it belongs to (W3C Trace Context), when it is traced."""
    webhook_url: str | None = None


@dataclass(frozen=True, slots=True)
class StepView:
    """One step of the plan, as the caller may see it."""

    step_no: int
    agent: str
    action: str
    title: str
    state: str
    attempts: int


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request as its owner sees it; `error` xor `result` once it has ended (C34)."""

    id: UUID
    campaign_id: UUID
    status: str
    stage: str | None
    intent: str
    intent_confidence: float
    alternatives: list[dict[str, Any]]
    plan: list[StepView]
    result: dict[str, Any] | None
    error: dict[str, Any] | None
    attempts: int
    created_at: datetime
    started_at: datetime | None
    deadline_at: datetime
    completed_at: datetime | None
    replay_of: UUID | None
    refers_to: dict[str, Any] | None = None
    """What the prompt's "that" was taken for: `words`, `request_id`, `entities` with `id` and `name`; when something
    is to be different, `change` in the prompt's words and, once it is made, `changed` with `field`, `was` and `now`."""

    @property
    def public_id(self) -> str:
        """The id as callers write it, `req_` and 32 hex digits."""
        return prefixed(REQUEST_PREFIX, self.id)


def accept_request(tx: Transaction, new: NewRequest) -> datetime:
    """Write the request and its steps; the caller's transaction makes them one with the idempotency key.

    Returns:
        deadline_at: acceptance plus `timeout_ms`, by the database's clock.

    Raises:
        NotFound: No such campaign, it is someone else's, or it is just being deleted.
        PermissionDenied: The principal is a reader there.
    """
    try:
        inserted = _insert(tx, new)
        _begin(tx, new)
        row = inserted.fetchone()
    except ForeignKeyViolation as error:
        raise NotFound("there is no such campaign") from error
    if row is None:
        require_member(tx, new.campaign_id, new.principal, role=Role.EDITOR)
        raise NotFound("there is no such campaign")  # it became the principal's between the two statements
    if new.webhook_url is not None:
        note_webhook(tx, new.id, new.webhook_url)
    deadline: datetime = row["deadline_at"]
    return deadline


def _insert(tx: Transaction, new: NewRequest) -> Cursor[DictRow]:
    """Write the request, if the principal may; asking first would be another round trip."""
    return tx.execute(
        """
        INSERT INTO requests (id, campaign_id, principal, prompt, location_id, session_id, intent, intent_confidence,
                              alternatives, timeout_ms, include_stats, replay_of, traceparent, deadline_at)
        SELECT %(id)s, m.campaign_id, m.principal, %(prompt)s, %(location_id)s, %(session_id)s, %(intent)s,
               %(confidence)s, %(alternatives)s, %(timeout_ms)s, %(include_stats)s, %(replay_of)s,
               %(traceparent)s, clock_timestamp() + %(timeout_ms)s * interval '1 millisecond'
        FROM memberships m
        WHERE m.campaign_id = %(campaign_id)s AND m.principal = %(principal)s AND m.role IN ('owner', 'editor')
        RETURNING deadline_at
        """,
        {
            "id": new.id,
            "campaign_id": new.campaign_id,
            "principal": new.principal,
            "prompt": new.prompt,
            "location_id": new.location_id,
            "session_id": new.session_id,
            "intent": new.intent,
            "confidence": new.intent_confidence,
            "alternatives": Jsonb(list(new.alternatives)),
            "timeout_ms": new.timeout_ms,
            "include_stats": new.include_stats,
            "replay_of": new.replay_of,
            "traceparent": new.traceparent,
        },
    )


def _begin(tx: Transaction, new: NewRequest) -> None:
    """Write its steps and how it began, if the request is there."""
    tx.execute(
        """
        WITH accepted AS (SELECT id FROM requests WHERE id = %s),
        begun AS (INSERT INTO transitions (request_id, state) SELECT id, 'processing' FROM accepted)
        INSERT INTO steps (request_id, step_no, actor, title, params)
        SELECT id, number, actor, title, params
        FROM accepted, unnest(%s::text[], %s::text[], %s::jsonb[]) WITH ORDINALITY AS step(actor, title, params, number)
        """,
        (
            new.id,
            [str(step.actor) for step in new.steps],
            [step.title for step in new.steps],
            [Jsonb(step.params) for step in new.steps],
        ),
    )


def mark_dispatched(tx: Transaction, request_ids: Sequence[UUID], *, accepted_since_bus_began: bool = False) -> None:
    """Note that messages for these requests are with the bus.

    Args:
        tx: An open transaction.
        request_ids: What was published.
        accepted_since_bus_began: Leave out what was accepted before the bus last began anew: whether it was published
            before or after that is not known to who says this, and the sweeper publishes it again.
    """
    tx.execute(
        """
        UPDATE requests SET dispatched_at = clock_timestamp()
        WHERE id = ANY(%s) AND status = 'processing'
          AND (NOT %s OR NOT EXISTS (SELECT FROM installation WHERE bus_began_at >= requests.created_at))
        """,
        (list(request_ids), accepted_since_bus_began),
    )
    # In the order in which leases are renewed, so that neither waits for the other.
    tx.execute(
        """
        UPDATE steps SET published_at = clock_timestamp()
        FROM (
            SELECT request_id, step_no FROM steps WHERE request_id = ANY(%s) AND state IN ('waiting', 'running')
            ORDER BY request_id, step_no FOR UPDATE
        ) AS unfinished
        WHERE steps.request_id = unfinished.request_id AND steps.step_no = unfinished.step_no
        """,
        (list(request_ids),),
    )


# One statement, so that the request and its steps are of one moment also outside a transaction.
_READ = """
SELECT r.*, ARRAY(
    SELECT jsonb_build_object('step_no', s.step_no, 'actor', s.actor, 'title', s.title, 'state', s.state,
                              'attempt', s.attempt, 'that', s.params -> 'that',
                              'changed', CASE WHEN s.params ? 'changes' THEN s.result -> 'changed' END)
    FROM steps s WHERE s.request_id = r.id ORDER BY s.step_no
) AS steps
FROM requests r JOIN memberships m USING (campaign_id)
WHERE r.id = %(id)s AND m.principal = %(principal)s AND (r.principal = %(principal)s OR m.role IN ('owner', 'editor'))
"""


def read_request(tx: Transaction, request_id: UUID, principal: str) -> RequestView:
    """Read a request of a campaign that the principal is a member of.

    Answers tell what is for the Dungeon Master alone, so readers of the campaign read no requests but their own.

    Raises:
        NotFound: There is none, it belongs to a campaign of somebody else, or the principal is a reader.
    """
    row = tx.execute(_READ, {"id": request_id, "principal": principal}).fetchone()
    if row is None:
        raise NotFound("there is no such request")
    return _view(row, row["steps"])


def require_visible(tx: Transaction, request_id: UUID, principal: str, *, role: Role | str = Role.READER) -> None:
    """Let pass who may see the request, or with a higher role, change it.

    Raises:
        NotFound: There is none, it belongs to a campaign of somebody else, or to another member and the principal is a
            reader.
        PermissionDenied: The principal is a member with too low a role.
    """
    row = tx.execute(
        """
        SELECT m.role FROM requests r JOIN memberships m USING (campaign_id)
        WHERE r.id = %(id)s AND m.principal = %(principal)s
          AND (r.principal = %(principal)s OR m.role IN ('owner', 'editor'))
        """,
        {"id": request_id, "principal": principal},
    ).fetchone()
    if row is None:
        raise NotFound("there is no such request")
    if not Role(row["role"]).includes(Role(role)):
        raise PermissionDenied(f"this needs the role {Role(role)} in the campaign")


def lock_unfinished(tx: Transaction, request_id: UUID) -> dict[str, Any] | None:
    """Lock the request row; return it while the request is processing, else None."""
    return send_lock(tx, request_id).fetchone()


def send_lock(tx: Transaction, request_id: UUID) -> Cursor[DictRow]:
    """The same without waiting for the row, for a pipeline."""
    return tx.execute(
        """
        SELECT *, deadline_at <= clock_timestamp() AS overdue,
               extract(epoch FROM deadline_at - clock_timestamp())::float8 AS seconds_left,
               extract(epoch FROM clock_timestamp() - created_at)::float8 AS seconds
        FROM requests WHERE id = %s AND status = 'processing' FOR UPDATE
        """,
        (request_id,),
    )


def _view(row: dict[str, Any], steps: Sequence[dict[str, Any]]) -> RequestView:
    plan = [
        StepView(
            step_no=step["step_no"],
            agent=step["actor"].partition(".")[0],
            action=step["actor"],
            title=step["title"],
            state=step["state"],
            attempts=step["attempt"],
        )
        for step in steps
    ]
    return RequestView(
        stage=_stage(plan) if row["status"] == "processing" else None,
        plan=plan,
        attempts=max((step.attempts for step in plan), default=1),
        refers_to=_reference(steps),
        **{name: row[name] for name in _COPIED},
    )


def _reference(steps: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """What was taken as "that", and what was changed about it as soon as it is."""
    that: dict[str, Any] | None = next((step["that"] for step in steps if step["that"] is not None), None)
    changed = next((step["changed"] for step in steps if step["changed"]), None)
    return that | {"changed": changed} if that and changed else that


_COPIED = (
    "id",
    "campaign_id",
    "status",
    "intent",
    "intent_confidence",
    "alternatives",
    "result",
    "error",
    "created_at",
    "started_at",
    "deadline_at",
    "completed_at",
    "replay_of",
)


def _stage(plan: Sequence[StepView]) -> str:
    if any(step.state == "running" for step in plan):
        return "running"
    if any(step.state == "waiting" and step.attempts > 1 for step in plan):
        return "retrying"
    return "running" if any(step.state == "done" for step in plan) else "queued"
