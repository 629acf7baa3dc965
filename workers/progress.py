"""How a step tells of its progress, and learns that nobody wants it any more, while it still thinks.

    emit    written to Postgres under the claim's fence (DESIGN.md, rule 9); `result.partial` with its id on the bus
    check   stops the step when its request was cancelled, ended or taken over; asks at most twice a second

Both raise `Fenced`, which an agent lets pass: the runner drops the step, and nothing of it is written.
"""

import time
from collections.abc import Callable
from typing import Any, Final, Protocol

from dramatiq.errors import BrokerError

from bus import StreamsBroker
from contracts.queues import Queue
from core.errors import DependencyUnavailable
from orchestrator.publish import partial_message
from store.database import Database
from store.events import append_event, require_open
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

    def check(self) -> None:
        """Raise Fenced when the request was cancelled or has ended; cheap enough for every turn of a loop."""
        ...


class Silence:
    """Progress that nobody hears, for agents that run outside a pool."""

    def emit(self, kind: str, data: dict[str, Any]) -> int:
        """Do nothing."""
        return 0

    def check(self) -> None:
        """Do nothing."""


SILENCE: Final = Silence()


class StepProgress:
    """The progress of one claimed step.

    Args:
        database: Where events are written.
        broker: Gets the id of each.
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
        self._monotonic = monotonic
        self._next_index = 0
        self._checked_at = monotonic()

    def emit(self, kind: str, data: dict[str, Any]) -> int:
        """Write the event; see Progress."""
        index = self._next_index
        is_new = self._write(index, kind, data)
        self._next_index += 1
        self._checked_at = self._monotonic()
        if is_new:
            self._announce(index)
        return index

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

    def _write(self, index: int, kind: str, data: dict[str, Any]) -> bool:
        """A write of unknown outcome is simply repeated: the key makes it one."""
        give_up_at = self._monotonic() + PATIENCE_SECONDS
        while True:
            try:
                with self._database.transaction() as tx:
                    return append_event(tx, self._claim, index, kind, data)
            except DependencyUnavailable:
                if self._monotonic() >= give_up_at:
                    raise
                time.sleep(0.25)

    def _announce(self, index: int) -> None:
        """Watchers read Postgres: an announcement that is lost costs them nothing."""
        source = Queue(self._claim.actor.partition(".")[0])
        try:
            self._broker.enqueue(partial_message(self._claim.request_id, self._claim.step_no, index, source=source))
        except BrokerError as error:
            log.info("partial_not_announced", step_no=self._claim.step_no, error_message=str(error))
