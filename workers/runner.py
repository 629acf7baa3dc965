"""One delivery of one step, from the claim to the commit.

The order, and what a crash right after each leaves behind:

1. check the work token                 nothing yet
2. claim the step                       a lease; another worker may claim when it ends
3. the agent thinks, nothing is open    the same
4. commit result and effects, fenced    done; a repeat of the message finds it done and lets the pipeline go on
5. return: the bus acknowledges and hands the next step over in one call
"""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, NoReturn
from uuid import UUID

from dramatiq.errors import BrokerError, Retry
from dramatiq.middleware import CurrentMessage, Interrupt, SkipMessage, TimeLimit, TimeLimitExceeded

from bus import StreamsBroker
from contracts.queues import Queue
from core.errors import DependencyUnavailable, DmaError, ErrorCategory
from core.ids import prefixed
from core.problems import problem, problem_of
from core.tokens import InvalidToken, TokenSigner
from orchestrator.publish import STEP_TIME_LIMIT_MS, fail_message, task_id
from store import steps
from store.changes import NewRelationship, apply_changes
from store.database import Database, Transaction
from store.steps import Claim, Fenced, Refusal
from telemetry.logs import get_logger
from telemetry.tracing import span
from workers.leases import LeaseKeeper
from workers.observing import note_error
from workers.progress import StepProgress
from workers.quarantine import Quarantine
from workers.step import Agent, Outcome, task_of

log = get_logger(__name__)

MAX_RETRIES = 3
"""Retries after the first attempt (C6): four attempts, 2, 4 and 8 s apart with full jitter."""
COMMIT_SECONDS = 8.0
"""How long a finished step is offered to a Postgres that does not answer; the lease ends about then."""


class StepExhausted(Exception):
    """A step failed at its last attempt, or there is no time for another: dead letter, the request has its error."""


class StepRunner:
    """Runs steps for one pool.

    Args:
        database: Where steps are claimed and committed.
        broker: Takes the message that ends a failed request.
        signer: Reads work tokens.
        leases: Keeps claims alive while the agent thinks.
        worker: Name of this process in leases and history.
        jitter: Full jitter for retry delays, a function from an upper bound to a number below it.
    """

    def __init__(
        self,
        *,
        database: Database,
        broker: StreamsBroker,
        signer: TokenSigner,
        leases: LeaseKeeper,
        worker: str,
        jitter: Callable[[float], float] = lambda bound: random.uniform(bound / 4, bound),  # noqa: S311 - not for secrets
    ) -> None:
        self._database = database
        self._broker = broker
        self._signer = signer
        self._leases = leases
        self._worker = worker
        self._jitter = jitter
        self._quarantine = Quarantine()

    def run(self, agent: Agent, request_id: str, step_no: int) -> None:
        """Run one delivery; returns when the pipeline may go on.

        Raises:
            SkipMessage: Acknowledge, hand nothing over.
            Retry: The same message again, later.
            StepExhausted: Dead letter.
        """
        claim: Claim | None = None
        try:
            for place, is_alone in ((self._quarantine.among_others, False), (self._quarantine.alone, True)):
                with place():
                    found = self._claim(UUID(request_id), step_no, is_alone=is_alone)
                    if isinstance(found, Claim):
                        claim = found
                        self._work(agent, claim)
                if found is not Refusal.SUSPECT:
                    break
        except Interrupt as error:
            # The worker shuts down. This can be raised anywhere above, also while something is recorded.
            if claim is not None:
                self._release(claim)
            raise Retry("the worker was interrupted", delay=0) from error

    def _work(self, agent: Agent, claim: Claim) -> None:
        started = time.monotonic()
        try:
            self._require_token(claim)
            with self._leases.keep(claim):
                with self._time_limit(claim.seconds_left), span(f"think {claim.actor}"):
                    outcome = agent.think(task_of(claim, StepProgress(self._database, self._broker, claim)))
                self._commit(claim, outcome)
        except Fenced as error:
            raise self._refused(claim, str(error)) from error
        except (Exception, TimeLimitExceeded) as error:  # noqa: BLE001 - whatever it is ends up in the step's row
            self._fail(claim, error)
        self._log_completed(claim, outcome, started)

    @contextmanager
    def _time_limit(self, seconds: float) -> Iterator[None]:
        """Interrupt the block about when the request's time is over (C33): nobody waits for its result any more."""
        timers: list[Any] = [each.manager for each in self._broker.middleware if isinstance(each, TimeLimit)]
        for timer in timers:
            timer.add_timeout(threading.get_ident(), min(STEP_TIME_LIMIT_MS, seconds * 1000))
        try:
            yield
        finally:
            for timer in timers:
                timer.add_timeout(threading.get_ident(), STEP_TIME_LIMIT_MS)

    def _claim(self, request_id: UUID, step_no: int, *, is_alone: bool) -> Claim | Refusal:
        """Claim the step; refused when it is already done and the pipeline may go on, or when it must run alone."""
        try:
            with self._database.pipeline(is_lasting=False) as tx:
                claim = steps.claim_step(
                    tx,
                    request_id,
                    step_no,
                    worker=self._worker,
                    lease_seconds=self._leases.lease_seconds,
                    is_alone=is_alone,
                )
        except DependencyUnavailable as error:
            # Nothing was done and nothing can be recorded: this costs no attempt.
            raise Retry("Postgres does not answer", delay=1000) from error
        if isinstance(claim, Refusal) and claim not in (Refusal.DONE, Refusal.SUSPECT):
            self._tell_refusal(request_id, step_no, claim)
            raise SkipMessage(claim.value)
        return claim

    def _tell_refusal(self, request_id: UUID, step_no: int, refusal: Refusal) -> None:
        log.info("step_not_run", step_no=step_no, reason=refusal.name.lower())
        if refusal in (Refusal.BURIED, Refusal.FAILED):
            # A step that failed for good may not have told so before its worker died; telling twice is harmless.
            self._tell_failed(request_id, step_no)

    def _tell_failed(self, request_id: UUID, step_no: int) -> None:
        message = CurrentMessage.get_current_message()
        source = Queue(message.queue_name) if message else Queue.ORCHESTRATOR
        try:
            self._broker.enqueue(fail_message(request_id, step_no, source=source))
        except BrokerError as error:
            log.warning("failure_left_to_sweeper", step_no=step_no, error_message=str(error))

    def _require_token(self, claim: Claim) -> None:
        """The token must name this step, this agent and this campaign (C32)."""
        agent = claim.actor.partition(".")[0]
        require_work_token(self._signer, task_id(claim.request_id, claim.step_no), agent, claim.campaign_id)

    def _commit(self, claim: Claim, outcome: Outcome) -> None:
        """Record result and effects together. A commit of unknown outcome is looked up, not repeated blindly.

        A repeat finds that the claim is spent, and whether it was spent by this very result.
        """
        give_up_at = time.monotonic() + COMMIT_SECONDS
        while True:
            try:
                self._record(claim, outcome)
            except DependencyUnavailable:
                if time.monotonic() >= give_up_at:
                    raise
                time.sleep(0.25)
            else:
                return

    def _record(self, claim: Claim, outcome: Outcome) -> None:
        try:
            with self._in_one_go(outcome) as tx:
                steps.finish_step(tx, claim, outcome.result)
                apply_changes(
                    tx,
                    outcome.changes,
                    campaign_id=claim.campaign_id,
                    principal=claim.principal,
                    request_id=claim.request_id,
                )
        except Fenced:
            with self._database.transaction() as tx:
                if not steps.is_done_by(tx, claim):
                    raise

    def _in_one_go(self, outcome: Outcome) -> AbstractContextManager[Transaction]:
        """What changes entities looks at row counts as it goes; what does not can be sent together."""
        return self._database.transaction() if outcome.changes else self._database.pipeline()

    def _fail(self, claim: Claim, error: BaseException) -> NoReturn:
        """Record a failure and raise what dramatiq must hear of it."""
        delay_seconds = self._jitter(2.0**claim.attempt)
        self._log_failed(claim, error)
        try:
            with self._database.transaction() as tx:
                may_retry = _is_transient(error) and claim.attempt <= MAX_RETRIES
                retry = may_retry and steps.is_open_in(tx, claim, delay_seconds)
                steps.fail_step(tx, claim, _problem(error), retry=retry)
        except Fenced as fenced:
            raise self._refused(claim, str(fenced)) from fenced
        except DependencyUnavailable as unavailable:
            # The lease runs out by itself; until then a repeat is told that the step is held.
            delay = int(self._leases.lease_seconds * 1000)
            raise Retry("the failure could not be recorded", delay=delay) from unavailable
        if retry:
            raise Retry(str(error), delay=int(delay_seconds * 1000)) from error
        self._tell_failed(claim.request_id, claim.step_no)
        if _is_transient(error):
            raise StepExhausted(str(error)) from error
        raise SkipMessage(str(error)) from error

    def _release(self, claim: Claim) -> None:
        try:
            with self._database.transaction() as tx:
                steps.release_step(tx, claim)
        except DependencyUnavailable as error:
            log.warning("step_not_released", error_message=str(error))

    def _refused(self, claim: Claim, reason: str) -> SkipMessage | Retry:
        """What dramatiq must hear of a result that may not be written: somebody else sees to the step, or nobody."""
        log.info("step_result_refused", step_no=claim.step_no, reason=reason)
        try:
            with self._database.transaction() as tx:
                is_forgotten = steps.was_forgotten(tx, claim)
        except DependencyUnavailable:
            is_forgotten = True  # to ask once more is harmless
        return Retry("the claim is not known any more", delay=1000) if is_forgotten else SkipMessage(reason)

    def _log_completed(self, claim: Claim, outcome: Outcome, started: float) -> None:
        """The event and fields of R71."""
        first = next((change for change in outcome.changes if not isinstance(change, NewRelationship)), None)
        log.info(
            "task_completed",
            task_id=task_id(claim.request_id, claim.step_no),
            agent=claim.actor.partition(".")[0],
            duration_ms=round((time.monotonic() - started) * 1000, 1),
            entity_type=first.type.value if first else None,
            entity_id=prefixed(first.type.prefix, first.id) if first else None,
        )

    def _log_failed(self, claim: Claim, error: BaseException) -> None:
        """The event and fields of R72."""
        error_type = _problem(error)["error_type"]
        if message := CurrentMessage.get_current_message():
            note_error(message, error_type)
        facts: dict[str, Any] = {
            "task_id": task_id(claim.request_id, claim.step_no),
            "agent": claim.actor.partition(".")[0],
            "error_type": error_type,
            "error_message": str(error),
            "retry_count": claim.attempt - 1,
        }
        log.error("task_failed", exc_info=not isinstance(error, DmaError), **facts)


def require_work_token(signer: TokenSigner, task: str, agent: str, campaign_id: UUID) -> None:
    """The token of the message in hand must name this task, this agent and this campaign.

    Raises:
        InvalidToken, ExpiredToken: It does not, or no longer; nothing may be done for it.
    """
    message = CurrentMessage.get_current_message()
    found = signer.read_work_token(str(message.options.get("work_token", "")) if message else "")
    if (found.task_id, found.agent, found.campaign_id) != (task, agent, campaign_id):
        raise InvalidToken


def _is_transient(error: BaseException) -> bool:
    """What is tried again (C7): transient categories, and errors nobody foresaw."""
    if isinstance(error, DmaError):
        return error.category.is_retryable
    return True


def _problem(error: BaseException) -> dict[str, Any]:
    if isinstance(error, TimeLimitExceeded):
        return problem(ErrorCategory.TIMEOUT, "the step ran longer than it may")
    found = problem_of(error)
    # Postgres stores neither half a surrogate pair nor a NUL, and a failure must be recorded whatever its text.
    return found | {"detail": found["detail"].encode(errors="replace").decode().replace("\0", "?")}
