"""Acceptance of a prompt: validate, classify, plan, one transaction, publish.

After the commit the answer is always 202: when the bus cannot be reached then, the row stays unpublished and the
sweeper publishes it (DESIGN.md, rules 6 and 7).
"""

import time
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dramatiq.errors import BrokerError

from bus import StreamsBroker
from bus.errors import QueueFull
from contracts.actors import Actor
from contracts.intents import Intent
from contracts.queues import Queue
from core.errors import FieldError, InvalidInput, NotFound
from core.ids import REQUEST_PREFIX, parse_id, prefixed
from core.webhooks import AllowedWebhooks
from dma_shared_resilience import CircuitBreaker, CircuitOpen, CircuitState
from orchestrator.classify import Classified, Classifier
from orchestrator.dispatched import DispatchMarks
from orchestrator.followup import pointer_in, resolve
from orchestrator.plan import make_plan, offer_without_referent, plan_reference
from orchestrator.publish import Publisher
from store import campaigns, entities, idempotency
from store.database import Database, Transaction
from store.requests import NewRequest, NewStep, accept_request
from store.sessions import latest_results
from store.sweeps import Unpublished
from telemetry.logs import bind, get_logger
from telemetry.metrics import BREAKER_STATE, REFUSED_PUBLISHES, note_breaker
from telemetry.tracing import span, traceparent

log = get_logger(__name__)

MUCH_ROOM = 1_000
"""Free places in a queue (R44, R45) with which it is not asked for room before every prompt."""
ROOM_HOLDS_SECONDS = 0.1

TRY_BUS_AGAIN_SECONDS = 2.0
"""After a call that the bus did not answer, prompts go to the sweeper without asking it, for so long."""


@dataclass(frozen=True, slots=True)
class IdempotencyClaim:
    """A caller's Idempotency-Key, where it was sent, and what the body was."""

    route: str
    key: str
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for, when nothing has to be guessed: the steps of a route that takes a typed brief."""

    intent: Intent
    steps: tuple[NewStep, ...]


@dataclass(frozen=True, slots=True)
class Submission:
    """A prompt, or an order, that passed the door's own checks."""

    request_id: UUID
    principal: str
    prompt: str
    campaign_id: UUID
    location_id: UUID | None = None
    session_id: UUID | None = None
    timeout_ms: int = 30_000
    include_stats: bool = False
    idempotency: IdempotencyClaim | None = None
    order: Order | None = None
    webhook_url: str | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """A request that will end by its deadline; `replayed` when the same key had been accepted before."""

    request_id: UUID
    deadline_at: datetime
    replayed: bool = False


class Intake:
    """The door of the orchestrator.

    Args:
        database: Where the promise is kept.
        broker: Asked for room before the transaction, used to publish after it.
        classifier: Says what the prompt asks for.
        publisher: Turns a plan into messages.
        webhooks: Where callers may want to be told; nowhere unless the operator says so.
    """

    def __init__(
        self,
        database: Database,
        broker: StreamsBroker,
        classifier: Classifier,
        publisher: Publisher,
        webhooks: AllowedWebhooks | None = None,
    ) -> None:
        self._database = database
        self._broker = broker
        self._classifier = classifier
        self.publisher = publisher
        self._webhooks = webhooks or AllowedWebhooks()
        self._marks = DispatchMarks(database)
        self._roomy_until: dict[Queue, float] = {}
        # A hung server costs every call a time-out of seconds; nobody else waits while one caller finds out.
        self._bus = CircuitBreaker(1, TRY_BUS_AGAIN_SECONDS, BrokerError, name="bus", listeners=[_tell_breaker])
        BREAKER_STATE.labels("bus")

    def close(self) -> None:
        """Finish what callers did not have to wait for; again is fine."""
        self._marks.flush()

    def classify(self, prompt: str) -> Classified:
        """What the prompt would be taken for; writes nothing."""
        return self._classifier.classify(prompt)

    def submit(self, submission: Submission) -> Accepted:
        """Accept the prompt.

        Raises:
            InvalidInput: The campaign or location is unknown or not the caller's, or the webhook not allowed; the field
                is named.
            IdempotencyKeyReused: The key came with another body before.
            bus.QueueFull: A queue that the plan needs has no room; nothing was accepted.
            DependencyUnavailable: Postgres does not answer; whether it was accepted is unknown without a key.
        """
        self._require_allowed(submission.webhook_url)
        with span("prompt_processing", attributes=_attributes(submission)) as whole:
            intent, steps = self._plan(submission)
            whole.note({"intent": intent.intent.value, "task_count": len(steps)})
            self._require_room(steps)
            with self._database.pipeline() as tx:
                accepted = self._replayed(tx, submission) or self._accept(tx, submission, intent, steps)
            if not accepted.replayed:
                self._dispatch(submission, accepted, intent, steps)
        return accepted

    def _dispatch(self, submission: Submission, accepted: Accepted, intent: Classified, steps: list[NewStep]) -> None:
        """Publish what was accepted. Whatever the exchange is called, from here on all lines carry the request's id."""
        with bind(request_id=prefixed(REQUEST_PREFIX, submission.request_id)), span("dispatch_tasks"):
            # The prompt itself is the DM's; a log tells its length and what it was taken for.
            log.info(
                "prompt_accepted",
                intent=intent.intent.value,
                steps=len(steps),
                prompt_length=len(submission.prompt),
            )
            self._publish(submission, accepted.deadline_at, steps)

    def _require_allowed(self, webhook_url: str | None) -> None:
        if webhook_url is None:
            return
        if not self._webhooks:
            raise _not_yours(
                "options.webhook_url", "is not allowed: this installation tells nobody (DMA_WEBHOOK_ALLOW)"
            )
        try:
            self._webhooks.check(webhook_url)
        except ValueError as error:
            raise _not_yours("options.webhook_url", str(error)) from error

    def _plan(self, submission: Submission) -> tuple[Classified, list[NewStep]]:
        """What the prompt asks for and the steps to it; one that points back is read in the light of its session."""
        if order := submission.order:
            return Classified(order.intent, 1.0), list(order.steps)
        with span("classify_intent"):
            classified = self._classifier.classify(submission.prompt)
        with span("decompose_tasks"):
            return self._decompose(submission, classified)

    def _decompose(self, submission: Submission, classified: Classified) -> tuple[Classified, list[NewStep]]:
        pointer = pointer_in(submission.prompt) if submission.session_id else None
        if pointer is None or submission.session_id is None:
            return classified, make_plan(classified, submission.prompt)
        with self._database.transaction() as tx:
            results = latest_results(tx, submission.session_id, submission.campaign_id, submission.principal)
        if reference := resolve(pointer, results):
            return Classified(reference.intent, 1.0), plan_reference(reference)
        if pointer.is_faint:
            return classified, make_plan(classified, submission.prompt)
        return classified, offer_without_referent(submission.prompt)

    def _require_room(self, steps: list[NewStep]) -> None:
        """The first step's queue and the orchestrator's must have room (C1); later ones drain by themselves.

        A bus that cannot be reached does not stop acceptance: the row waits until it can.
        """
        for queue in (Actor(steps[0].actor).queue, Queue.ORCHESTRATOR):
            if self._roomy_until.get(queue, 0.0) > time.monotonic():
                continue
            try:
                with self._bus:
                    self._require_room_in(queue)
            except CircuitOpen:
                return
            except BrokerError as error:
                log.warning("admission_not_checked", queue=queue.value, error_message=str(error))

    def _require_room_in(self, queue: Queue) -> None:
        """With a thousand places free nobody needs to ask again at once: so many are not taken in that time."""
        try:
            self._broker.check_admission(queue.value, MUCH_ROOM)
        except QueueFull:
            self._require_one_place_in(queue)
        else:
            self._roomy_until[queue] = time.monotonic() + ROOM_HOLDS_SECONDS

    def _require_one_place_in(self, queue: Queue) -> None:
        try:
            self._broker.check_admission(queue.value)
        except QueueFull:
            REFUSED_PUBLISHES.labels(queue.logical_stream, queue.consumer_group).inc()
            raise

    def _replayed(self, tx: Transaction, submission: Submission) -> Accepted | None:
        """What was answered to the same Idempotency-Key before; a concurrent first use is waited for."""
        claim = submission.idempotency
        if claim is None:
            return None
        stored = idempotency.claim(tx, submission.principal, claim.route, claim.key, claim.fingerprint)
        if stored is None:
            return None
        request_id = parse_id(stored.body["request_id"])
        assert request_id is not None  # noqa: S101 - written below
        return Accepted(request_id, datetime.fromisoformat(stored.body["deadline_at"]), replayed=True)

    def _accept(self, tx: Transaction, submission: Submission, intent: Classified, steps: list[NewStep]) -> Accepted:
        try:
            if submission.location_id is not None:
                campaigns.require_member(tx, submission.campaign_id, submission.principal, role="editor")
                _require_location(tx, submission, submission.location_id)
            deadline_at = accept_request(tx, _new_request(submission, intent, steps))
        except NotFound as error:
            raise _not_yours("context.campaign_id", "must be the id of a campaign you are a member of") from error
        if claim := submission.idempotency:
            request_id = prefixed(REQUEST_PREFIX, submission.request_id)
            body = {"request_id": request_id, "deadline_at": deadline_at.isoformat()}
            idempotency.save(
                tx,
                submission.principal,
                claim.route,
                claim.key,
                status=202,
                body=body,
                campaign_id=submission.campaign_id,
            )
        return Accepted(submission.request_id, deadline_at)

    def _publish(self, submission: Submission, deadline_at: datetime, steps: list[NewStep]) -> None:
        numbered = [(number, step.actor) for number, step in enumerate(steps, start=1)]
        plan = Unpublished(submission.request_id, submission.campaign_id, deadline_at, numbered, traceparent())
        try:
            with self._bus:
                self.publisher.publish(plan)
        except (BrokerError, CircuitOpen) as error:
            log.warning("publish_left_to_sweeper", error_message=str(error))
        except Exception:
            # It is accepted: whatever goes wrong now is the sweeper's to repair, and no answer to the caller.
            log.exception("publish_left_to_sweeper")
        else:
            self._marks.add(submission.request_id)


def _require_location(tx: Transaction, submission: Submission, location_id: UUID) -> None:
    """The location must be one of the campaign's entities; else the field is named (422)."""
    try:
        location = entities.get_entity(tx, location_id, submission.principal)
    except NotFound as error:
        raise _not_yours("context.location_id", "must be the id of an entity of this campaign") from error
    if location.campaign_id != submission.campaign_id:
        raise _not_yours("context.location_id", "must be the id of an entity of this campaign")


def _not_yours(field: str, allowed: str) -> InvalidInput:
    return InvalidInput(f"{field} {allowed}", fields=[FieldError(field, allowed)])


def _new_request(submission: Submission, intent: Classified, steps: list[NewStep]) -> NewRequest:
    return NewRequest(
        id=submission.request_id,
        campaign_id=submission.campaign_id,
        principal=submission.principal,
        prompt=submission.prompt,
        intent=intent.intent.value,
        intent_confidence=intent.confidence,
        alternatives=intent.alternatives,
        steps=steps,
        timeout_ms=submission.timeout_ms,
        include_stats=submission.include_stats,
        location_id=submission.location_id,
        session_id=submission.session_id,
        traceparent=traceparent(),
        webhook_url=submission.webhook_url,
    )


def _attributes(submission: Submission) -> dict[str, str | int]:
    """Of the span `prompt_processing` (R70); the prompt itself is the DM's."""
    return {
        "campaign_id": str(submission.campaign_id),
        "prompt_length": len(submission.prompt),
        "request_id": prefixed(REQUEST_PREFIX, submission.request_id),
    }


def _tell_breaker(breaker: CircuitBreaker, before: CircuitState, after: CircuitState) -> None:
    note_breaker(breaker.name, after.value)
    log.warning("breaker_changed", breaker=breaker.name, before=before.value, after=after.value)
