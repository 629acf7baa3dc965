"""A request as the operator sees it, whoever it belongs to: everything but what was written and answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from core.errors import NotFound
from store.database import Transaction
from store.history import TransitionRow, read_history

_REQUEST = """
SELECT id, campaign_id, principal, intent, intent_confidence, status, timeout_ms, char_length(prompt) AS prompt_length,
       created_at, dispatched_at, started_at, deadline_at, completed_at, replay_of, traceparent, error,
       (SELECT count(*) FROM events e WHERE e.request_id = r.id) AS events
FROM requests r WHERE id = %s
"""
_STEPS = """
SELECT step_no, actor, state, attempt, crashes, lease_epoch, lease_until, worker, published_at, started_at, finished_at,
       error
FROM steps WHERE request_id = %s ORDER BY step_no
"""


@dataclass(frozen=True, slots=True)
class RequestStory:
    """What Postgres knows of one request.

    Attributes:
        request: Its row, without prompt and result; `prompt_length` in characters, `events` told by its steps.
        steps: Their rows, without parameters and results.
        history: Every change of state, oldest first.
    """

    request: dict[str, Any]
    steps: Sequence[dict[str, Any]]
    history: Sequence[TransitionRow]

    @property
    def began_at(self) -> datetime:
        """When it was accepted, by the database's clock."""
        began: datetime = self.request["created_at"]
        return began


def read_story(tx: Transaction, request_id: UUID) -> RequestStory:
    """Read a request for an operator.

    Raises:
        NotFound: There is none.
    """
    request = tx.execute(_REQUEST, (request_id,)).fetchone()
    if request is None:
        raise NotFound("there is no such request")
    steps = tx.execute(_STEPS, (request_id,)).fetchall()
    return RequestStory(request, steps, read_history(tx, request_id))
