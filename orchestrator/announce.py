"""Words between the pools and the orchestrator about the pools themselves (R50).

    agent.ready, agent.busy    a process tells what it is doing: at its start, when that changes, and when it is asked
    system.health_check        whoever of a pool gets it answers with one of the other two

They travel over the same streams as the work does, so an answer shows that the whole way is open.
"""

from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import dramatiq

from bus import StreamsBroker
from contracts.actors import HEALTH_CHECKS, Actor
from contracts.queues import Queue
from core.ids import REQUEST_PREFIX, new_uuid, prefixed
from core.tokens import TokenSigner
from store.agents import Announcement

HEALTH_TASK: Final = "health_check"
"""The task that work tokens of health checks name; it is no step of a request."""
NO_CAMPAIGN: Final = UUID(int=0)
CHECK_SECONDS: Final = 300


def announce(broker: StreamsBroker, said: Announcement) -> None:
    """Tell the orchestrator. Raises dramatiq's connection errors."""
    actor = Actor.NOTE_BUSY if said.state == "busy" else Actor.NOTE_READY
    args = (said.agent, said.consumer, said.threads, said.sequence, said.asked_at_ms)
    broker.enqueue(_message(actor, args, source=said.agent))


def ask_for_health(broker: StreamsBroker, signer: TokenSigner, *, asked_at_ms: int) -> list[Queue]:
    """Send one health check to each agent; returns whom. Raises dramatiq's connection errors."""
    for queue, actor in HEALTH_CHECKS.items():
        token = signer.create_work_token(
            HEALTH_TASK, queue.value, NO_CAMPAIGN, deadline_at=datetime.now(UTC), ttl_seconds=CHECK_SECONDS
        )
        # One at a time and pool: a pool that is stopped finds one question when it comes back, not a hundred.
        unique = {"unique_key": HEALTH_TASK, "unique_seconds": CHECK_SECONDS, "unique_until": "started"}
        broker.enqueue(_message(actor, (asked_at_ms,), work_token=token, priority=1, **unique))
    return list(HEALTH_CHECKS)


def _message(actor: Actor, args: tuple[Any, ...], **options: Any) -> dramatiq.Message[Any]:
    options = {"pipe_ignore": True, "correlation_id": prefixed(REQUEST_PREFIX, new_uuid()), **options}
    return dramatiq.Message(actor.queue.value, actor.value, args, {}, options)
