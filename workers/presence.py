"""A pool's process says whether it is ready or busy, and answers when it is asked (R50).

`agent.ready` is said at the start, `agent.busy` when all threads have work, and either again when that has changed: at
most one message a second, and one in ten minutes while nothing changes.
"""

import itertools
import threading
import time
from collections.abc import Callable
from typing import Any, Final

import dramatiq
from dramatiq.errors import BrokerError
from dramatiq.middleware import Middleware, SkipMessage

from bus import StreamsBroker
from contracts.actors import HEALTH_CHECKS
from contracts.queues import Queue
from core.tokens import ExpiredToken, InvalidToken, TokenSigner
from orchestrator.announce import HEALTH_TASK, NO_CAMPAIGN, announce
from store.agents import AgentState, Announcement
from telemetry.logs import get_logger
from workers.runner import require_work_token

log = get_logger(__name__)

LOOK_SECONDS: Final = 1.0
REPEAT_SECONDS: Final = 600.0


class Running(Middleware):
    """Counts the messages that this process is working on."""

    def __init__(self) -> None:
        self._open: set[int] = set()

    @property
    def count(self) -> int:
        """How many threads have a message."""
        return len(self._open)

    def before_process_message(self, broker: dramatiq.Broker, message: Any) -> None:
        self._open.add(threading.get_ident())

    def after_process_message(
        self, broker: dramatiq.Broker, message: Any, *, result: Any = None, exception: BaseException | None = None
    ) -> None:
        self._open.discard(threading.get_ident())

    def after_skip_message(self, broker: dramatiq.Broker, message: Any) -> None:
        self._open.discard(threading.get_ident())


class Presence:
    """Speaks for one process.

    Args:
        broker: Where it is heard; also knows under which name the process reads.
        agent: Its pool.
        threads: How many messages it can work on at a time.
        running: Counts those it works on.
        monotonic: Seconds of this process.
    """

    def __init__(
        self,
        broker: StreamsBroker,
        *,
        agent: str,
        threads: int,
        running: Running,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._broker, self._agent, self._threads, self._running = broker, agent, threads, running
        self._monotonic = monotonic
        self._numbers = itertools.count(1)
        self._said: AgentState | None = None
        self._said_at = 0.0

    def state(self, *, without: int = 0) -> AgentState:
        """What the process is doing, not counting this many messages."""
        return "busy" if self._running.count - without >= self._threads else "ready"

    def answer(self, asked_at_ms: int) -> None:
        """Answer a health check, from the thread that has it. Raises dramatiq's connection errors."""
        self._say(self.state(without=1), asked_at_ms)

    def tell_change(self) -> bool:
        """Say what the process is doing, unless that was said last and not long ago; True when it was said now."""
        state = self.state()
        if state == self._said and self._monotonic() - self._said_at < REPEAT_SECONDS:
            return False
        self._say(state, None)
        self._said, self._said_at = state, self._monotonic()
        return True

    def run(self, stop: threading.Event) -> None:
        """Tell every change until stopped; what cannot be told now is told a second later."""
        while True:
            try:
                self.tell_change()
            except BrokerError as error:
                log.debug("presence_not_told", error_message=str(error))
            if stop.wait(LOOK_SECONDS):
                return

    def _say(self, state: AgentState, asked_at_ms: int | None) -> None:
        consumer = self._broker.session.consumer
        said = Announcement(self._agent, consumer, state, self._threads, next(self._numbers), asked_at_ms)
        announce(self._broker, said)
        event = "agent.busy" if state == "busy" else "agent.ready"
        log.info(event, queue=self._agent, threads=self._threads)


def declare_health_check(broker: StreamsBroker, signer: TokenSigner, queue: Queue, presence: Presence) -> None:
    """Declare the actor that answers when a pool is asked whether it works; the orchestrator's is not asked."""
    if (name := HEALTH_CHECKS.get(queue)) is None:
        return

    def check_health(asked_at_ms: int) -> None:
        try:
            require_work_token(signer, HEALTH_TASK, queue.value, NO_CAMPAIGN)
        except (InvalidToken, ExpiredToken) as error:
            raise SkipMessage(str(error)) from error  # nobody waits for the answer any more
        presence.answer(asked_at_ms)

    dramatiq.actor(actor_name=name.value, queue_name=queue.value, broker=broker)(check_health)
