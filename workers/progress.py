"""How a step tells of its progress, and learns that nobody wants it any more, while it still thinks.

    emit        written to Postgres under the claim's fence (DESIGN.md, rule 9); a hint to who watches, and
                `result.partial` with its id on the bus
    emit_all    the same for several at once: one statement, one message
    check       stops the step when its request was cancelled, ended or taken over; asks at most twice a second

All raise `Fenced`, which an agent lets pass: the runner drops the step, and nothing of it is written.
"""

import time
from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol

from dramatiq.errors import BrokerError

from bus import StreamsBroker
from contracts.queues import Queue
from core.errors import DependencyUnavailable
from orchestrator.nudges import Nudges
from orchestrator.publish import partial_message
from store.database import Database
from store.events import NewEvent, append_events, require_open
from store.steps import Claim
from telemetry.logs import get_logger

log = get_logger(__name__)

CHECK_SECONDS: Final = 0.5
PATIENCE_SECONDS: Final = 8.0
"""How long an event is offered to a Postgres that does not answer."""


class Progress(Protocol):
    """What a step may say before it is done."""

    def emit(self, kind: str, data: dict[str, Any]) -> int:
        """Tell something that is ready; returns its index in the step, from 0.

        Events are numbered in the order of the calls, so a step that runs again must tell the same things in the same
        order: what was told before is not told again.

        Raises:
            Fenced: Stop; nobody wants the result any more. Not to be caught.
            InvalidInput: The data cannot be stored as JSON, or is larger than 100 kB.
        """
        ...

    def emit_all(self, events: Sequence[tuple[str, dict[str, Any]]]) -> None:
        """Tell several things, kind and data of each, as `emit` would one after the other; seen together or not at all.

        Raises:
            Fenced: As `emit`; none of them was told.
            InvalidInput: As `emit`; none of them was told.
        """
        ...

    def check(self) -> None:
        """Raise Fenced when the request was cancelled or has ended; cheap enough for every turn of a loop."""
        ...


class Silence:
    """Progress that nobody hears, for agents that run outside a pool."""

    def emit(self, kind: str, data: dict[str, Any]) -> int:
        """Do nothing."""
        return 0

    def emit_all(self, events: Sequence[tuple[str, dict[str, Any]]]) -> None:
        """Do nothing."""

    def check(self) -> None:
        """Do nothing."""


SILENCE: Final = Silence()


class StepProgress:
    """The progress of one claimed step.

    Args:
        database: Where events are written.
        broker: Gets the id of each; its server carries the hints.
        claim: The step; its fence decides what is written.
        monotonic: Seconds of this process.
    """

    def __init__(
        self,
        database: Database,
        broker: StreamsBroker,
        claim: Claim,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database, self._broker, self._claim = database, broker, claim
        self._nudges = Nudges(broker)
        self._monotonic = monotonic
        self._next_index = 0
        self._checked_at = monotonic()

    def emit(self, kind: str, data: dict[str, Any]) -> int:
        """Write the event; see Progress."""
        index = self._next_index
        self.emit_all([(kind, data)])
        return index

    def emit_all(self, events: Sequence[tuple[str, dict[str, Any]]]) -> None:
        """Write the events; see Progress."""
        if not events:
            return
        new = self._write([NewEvent(*event) for event in events])
        self._next_index += len(events)
        self._checked_at = self._monotonic()
        if new:
            self._nudges.tell(self._claim.request_id)
            self._announce(new)

    def check(self) -> None:
        """Look whether the claim still holds; see Progress. While Postgres is away it is taken to hold."""
        if self._monotonic() - self._checked_at < CHECK_SECONDS:
            return
        self._checked_at = self._monotonic()
        try:
            with self._database.transaction() as tx:
                require_open(tx, self._claim)
        except DependencyUnavailable as error:
            log.warning("progress_not_checked", step_no=self._claim.step_no, error_message=str(error))

    def _write(self, events: Sequence[NewEvent]) -> int:
        """A write of unknown outcome is simply repeated: the keys make it one. Returns how many are new."""
        give_up_at = self._monotonic() + PATIENCE_SECONDS
        while True:
            try:
                with self._database.one_statement() as tx:
                    return append_events(tx, self._claim, self._next_index, events)
            except DependencyUnavailable:
                if self._monotonic() >= give_up_at:
                    raise
                time.sleep(0.25)

    def _announce(self, count: int) -> None:
        """Say that the last `count` events are new. Watchers read Postgres: a lost announcement costs nothing."""
        claim, last = self._claim, self._next_index - 1
        source = Queue(claim.actor.partition(".")[0])
        try:
            self._broker.enqueue(partial_message(claim.request_id, claim.step_no, last, count, source=source))
        except BrokerError as error:
            log.info("partial_not_announced", step_no=self._claim.step_no, error_message=str(error))
