"""Dead letters, put to use again by an operator.

A letter whose request has not ended goes back on its queue. That of a request that has ended cannot change it any more
(a terminal state never changes): the request is submitted anew, with `replay_of` (DESIGN.md, rule 8).
"""

import contextlib
from dataclasses import dataclass
from typing import Literal
from uuid import UUID, uuid5

from dramatiq.errors import BrokerError

from bus import DeadLetter, DeadLetterNotFound, StreamsBroker
from contracts.actors import Actor
from contracts.queues import AGENT_QUEUES
from core.errors import Conflict, DependencyUnavailable, NotFound, PermissionDenied
from core.ids import REQUEST_PREFIX, prefixed
from orchestrator.publish import Publisher
from store.database import Database, Transaction
from store.replays import repeat_of, request_status
from store.requests import NewRequest, accept_request, mark_dispatched
from store.sweeps import read_unpublished
from telemetry.logs import get_logger

log = get_logger(__name__)


class RequestGone(Conflict):
    """The request of the letter was deleted with its campaign, or who sent it may not write there any more.

    The letter can only be discarded.
    """

    code = "request_gone"


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of a letter; `request_id` is the new request's when it was submitted anew."""

    letter: DeadLetter
    outcome: Literal["requeued", "resubmitted"]
    request_id: UUID | None = None


class Replayer:
    """Puts dead letters to use again.

    Args:
        database: Says whether the letter's request has ended.
        broker: Has the letters.
        publisher: Publishes what is submitted anew.
    """

    def __init__(self, database: Database, broker: StreamsBroker, publisher: Publisher) -> None:
        self._database, self._broker, self._publisher = database, broker, publisher

    def replay(self, queue: str, letter_id: str) -> Replayed:
        """Put one letter to use. The same call again, or two at once, submit one request.

        Raises:
            DeadLetterNotFound: It was replayed, discarded or has expired.
            RequestGone: There is nothing that it could be done for.
            DependencyUnavailable, dramatiq's connection errors: The letter is still there.
        """
        letter = self._broker.dead_letter(queue, letter_id)
        request_id = request_of(letter)
        if request_id is None:
            return self._requeue(letter)
        new_id = uuid5(request_id, f"{queue}/{letter_id}")
        with self._database.transaction() as tx:
            status = request_status(tx, request_id)
            if status is None:
                raise RequestGone
            new = None if status == "processing" else repeat_of(tx, request_id, new_id=new_id)
            if new is not None:
                _accept(tx, new)
        if status == "processing":
            return self._requeue(letter)
        if new is not None:
            self._publish(new)
        with contextlib.suppress(DeadLetterNotFound):  # whoever did the same at the same time was faster
            self._broker.discard_dead_letter(queue, letter_id)
        return Replayed(letter, "resubmitted", new_id)

    def _requeue(self, letter: DeadLetter) -> Replayed:
        return Replayed(self._broker.replay_dead_letter(letter.queue, letter.id), "requeued")

    def _publish(self, new: NewRequest) -> None:
        """What cannot be published now is published by the sweeper, as after every acceptance."""
        public_id = prefixed(REQUEST_PREFIX, new.id)
        log.info("request_resubmitted", request_id=public_id, replay_of=str(new.replay_of))
        try:
            with self._database.transaction() as tx:
                plan = read_unpublished(tx, new.id)
            if plan is not None:
                self._publisher.publish(plan)
                with self._database.transaction() as tx:
                    mark_dispatched(tx, [new.id])
        except (BrokerError, DependencyUnavailable) as error:
            log.warning("publish_left_to_sweeper", request_id=public_id, error_message=str(error))


def _accept(tx: Transaction, new: NewRequest) -> None:
    try:
        accept_request(tx, new)
    except (NotFound, PermissionDenied) as error:
        raise RequestGone from error


def request_of(letter: DeadLetter) -> UUID | None:
    """The request that a letter is a step of; None for results, upkeep, and what cannot be read."""
    message = letter.message
    if message is None or len(message.args) != 2:
        return None
    try:
        actor, request_id = Actor(message.actor_name), UUID(str(message.args[0]))
    except ValueError:
        return None
    return request_id if actor.queue in AGENT_QUEUES else None
