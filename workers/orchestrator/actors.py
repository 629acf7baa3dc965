"""The orchestrator's actors: what arrives on agent_results."""

from collections.abc import Callable
from uuid import UUID

from dramatiq.errors import Retry

from contracts.actors import Actor
from core.errors import DependencyUnavailable
from orchestrator.finish import Finisher
from orchestrator.nudges import Nudges
from store.agents import AgentState, Announcement, note_announcement
from telemetry.logs import get_logger
from telemetry.metrics import PROGRESS_EVENTS
from workers.orchestrator.sending import Sender
from workers.orchestrator.telling import PAUSES_SECONDS, Teller
from workers.pool import Pool

log = get_logger(__name__)


def declare_actors(pool: Pool, *, pauses: tuple[float, ...] = PAUSES_SECONDS) -> None:
    """Declare the actors for results, all safe to run twice; `pauses` stand between attempts to tell of an end."""
    nudges = Nudges(pool.broker)
    finisher = Finisher(pool.database, nudges.tell_end)

    def finish_request(request_id: str) -> None:
        try:
            finisher.complete(UUID(request_id))
        except DependencyUnavailable as error:
            raise Retry("Postgres does not answer", delay=1000) from error

    def fail_request(request_id: str, step_no: int) -> None:
        try:
            finisher.fail_for_step(UUID(request_id), step_no)
        except DependencyUnavailable as error:
            raise Retry("Postgres does not answer", delay=1000) from error

    def note_progress(request_id: str, step_no: int, index: int, count: int = 1) -> None:
        # The events themselves are in Postgres, where watchers read them; here the bus's side of them is counted.
        # Who told them has hinted at them already.
        PROGRESS_EVENTS.inc(count)
        log.debug("progress_noted", job=request_id, step_no=step_no, index=index, count=count)

    def note(state: AgentState) -> Callable[..., None]:
        def note_state(agent: str, consumer: str, threads: int, sequence: int, asked_at_ms: int | None) -> None:
            try:
                with pool.database.transaction() as tx:
                    note_announcement(tx, Announcement(agent, consumer, state, threads, sequence, asked_at_ms))
            except DependencyUnavailable as error:
                raise Retry("Postgres does not answer", delay=1000) from error

        return note_state

    secret, allowed = pool.settings.webhook_secret, pool.settings.allowed_webhooks
    sender = Sender(allowed, secret.get_secret_value()) if allowed and secret is not None else None
    teller = Teller(pool.database, sender, pauses=pauses)

    def tell_of_end(request_id: str) -> None:
        teller.tell(UUID(request_id))

    pool.declare(Actor.TELL_OF_END, tell_of_end)
    pool.declare(Actor.FINISH_REQUEST, finish_request)
    pool.declare(Actor.FAIL_REQUEST, fail_request)
    pool.declare(Actor.NOTE_PROGRESS, note_progress)
    pool.declare(Actor.NOTE_READY, note("ready"))
    pool.declare(Actor.NOTE_BUSY, note("busy"))
