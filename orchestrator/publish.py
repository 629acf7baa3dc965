"""A plan as one dramatiq pipeline of ids.

Every message names a request and a step and nothing else; what a step needs it reads from Postgres, and what it may do
stands in its work token, minted anew at each publication (DESIGN.md, rules 1 and 10).
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import dramatiq

from bus import StreamsBroker
from contracts.actors import Actor
from contracts.queues import Queue
from core.ids import REQUEST_PREFIX, new_uuid, prefixed
from core.tokens import TokenSigner
from store.sweeps import Unpublished
from telemetry.tracing import Kind, span, traceparent

STEP_TIME_LIMIT_MS = 60_000
"""A step may not run longer than the longest deadline."""
EMBEDDING_TASK = "embedding"
"""The task that work tokens of embedding name; it is no step of a request."""
EMBEDDING_SECONDS = 3600
"""How long a request for vectors is good; the sweeper asks again as long as something waits."""

TELL_MS = 25_000
"""How long one attempt to tell a caller of an end may take."""
TELL_AGAIN_SECONDS = 30
"""A message that tells of an end, and was lost, is sent again after so long."""


class Publisher:
    """Gives plans to the bus.

    Args:
        broker: Where messages go; its errors (dramatiq's connection errors) pass through.
        signer: Mints the work tokens.
    """

    def __init__(self, broker: StreamsBroker, signer: TokenSigner) -> None:
        self._broker = broker
        self._signer = signer

    def publish(self, plan: Unpublished) -> None:
        """Enqueue the steps of the plan, and the message that ends the request behind them, as one pipeline."""
        with span("send agent_tasks", Kind.PRODUCER, _sending(plan), parent=_parent_of(plan)):
            self._send(plan)

    def _send(self, plan: Unpublished) -> None:
        messages = [self._step_message(plan, step_no, Actor(actor)) for step_no, actor in plan.steps]
        messages.append(finish_message(plan.request_id, source=Actor(plan.steps[-1][1]).queue))
        pipeline = dramatiq.pipeline(messages, broker=self._broker)
        self._broker.enqueue(pipeline.messages[0])

    def ask_for_vectors(self, campaign_id: UUID) -> None:
        """Ask the Scribe to embed what waits in a campaign; one message per campaign is on its way at most."""
        correlation_id = prefixed(REQUEST_PREFIX, new_uuid())
        token = self._signer.create_work_token(
            EMBEDDING_TASK,
            Queue.SCRIBE.value,
            campaign_id,
            deadline_at=datetime.now(UTC),
            ttl_seconds=EMBEDDING_SECONDS,
        )
        options = {
            "work_token": token,
            "correlation_id": correlation_id,
            "priority": 3,
            "unique_key": f"embed:{campaign_id.hex}",
            "unique_seconds": EMBEDDING_SECONDS,
            "time_limit": STEP_TIME_LIMIT_MS,
        }
        actor = Actor.EMBED_ENTITIES
        self._broker.enqueue(
            dramatiq.Message(
                queue_name=actor.queue.value,
                actor_name=actor.value,
                args=(campaign_id.hex,),
                kwargs={},
                options=options,
            )
        )

    def ask_to_tell(self, request_id: UUID) -> None:
        """Ask for the caller to be told that a request has ended; one message of it is on its way at most."""
        unique = {"unique_key": f"tell:{request_id.hex}", "unique_seconds": TELL_AGAIN_SECONDS}
        self._broker.enqueue(_message(Actor.TELL_OF_END, request_id, (), priority=3, time_limit=TELL_MS, **unique))

    def _step_message(self, plan: Unpublished, step_no: int, actor: Actor) -> dramatiq.Message[Any]:
        token = self._signer.create_work_token(
            task_id(plan.request_id, step_no), actor.queue.value, plan.campaign_id, deadline_at=plan.deadline_at
        )
        return _message(actor, plan.request_id, (step_no,), work_token=token, time_limit=STEP_TIME_LIMIT_MS)


def finish_message(request_id: UUID, *, source: Queue) -> dramatiq.Message[Any]:
    """The message that ends a request whose steps are all done (result.success)."""
    return _message(Actor.FINISH_REQUEST, request_id, (), source=source.value)


def fail_message(request_id: UUID, step_no: int, *, source: Queue) -> dramatiq.Message[Any]:
    """The message that ends a request because this step failed (result.error)."""
    return _message(Actor.FAIL_REQUEST, request_id, (step_no,), source=source.value)


def partial_message(
    request_id: UUID, step_no: int, index: int, count: int = 1, *, source: Queue
) -> dramatiq.Message[Any]:
    """The message that events of a running step were written (result.partial).

    It carries no more than the id of the last of them and, when there are several, how many they are.
    """
    several = () if count == 1 else (count,)
    return _message(Actor.NOTE_PROGRESS, request_id, (step_no, index, *several), source=source.value)


def task_id(request_id: UUID, step_no: int) -> str:
    """The name of one step in work tokens and logs."""
    return f"{prefixed(REQUEST_PREFIX, request_id)}/{step_no}"


def _message(actor: Actor, request_id: UUID, rest: Sequence[int], **options: Any) -> dramatiq.Message[Any]:
    correlation_id = prefixed(REQUEST_PREFIX, request_id)
    return dramatiq.Message(
        queue_name=actor.queue.value,
        actor_name=actor.value,
        args=(request_id.hex, *rest),
        kwargs={},
        options={"pipe_ignore": True, "correlation_id": correlation_id, **_trace(), **options},
    )


def _trace() -> dict[str, str]:
    """The current span, for whoever gets the message (R70, C25); nothing when nobody traces."""
    current = traceparent()
    return {} if current is None else {"traceparent": current}


def _parent_of(plan: Unpublished) -> str | None:
    """The sweeper publishes outside of all spans: there the request's own trace goes on."""
    return plan.traceparent if traceparent() is None else None


def _sending(plan: Unpublished) -> dict[str, str]:
    """As OpenTelemetry's conventions for messaging have it."""
    return {
        "messaging.system": "redis",
        "messaging.operation.name": "send",
        "messaging.operation.type": "send",
        "messaging.destination.name": Actor(plan.steps[0][1]).queue.logical_stream,
        "messaging.message.conversation_id": prefixed(REQUEST_PREFIX, plan.request_id),
    }
