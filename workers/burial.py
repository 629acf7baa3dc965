"""What becomes of a request whose message the bus gave up after too many crashes (DESIGN.md, rule 8)."""

from typing import Any
from uuid import UUID

from bus import StreamsBroker, Verdict
from contracts.actors import Actor
from contracts.queues import AGENT_QUEUES
from orchestrator.publish import fail_message
from store import steps
from store.database import Database
from store.steps import Burial
from telemetry.logs import get_logger

log = get_logger(__name__)


class Undertaker:
    """Tells the request of a buried step that it has failed (result.error); spares what was only near.

    Called by the bus before the entry leaves the live stream. When this raises, the entry stays and it is called again.
    Messages that end requests need no telling: the sweeper ends those.
    """

    def __init__(self, database: Database, broker: StreamsBroker) -> None:
        self._database = database
        self._broker = broker

    def __call__(self, message: Any, reason: str) -> Verdict:
        try:
            source = Actor(message.actor_name).queue
            if source not in AGENT_QUEUES:
                return Verdict.BURY
            request_id, step_no = UUID(message.args[0]), int(message.args[1])
        except (ValueError, TypeError, AttributeError, IndexError) as error:
            log.warning("buried_message_names_no_step", actor=message.actor_name, error_message=str(error))
            return Verdict.BURY
        with self._database.transaction() as tx:
            burial = steps.bury_step(tx, request_id, step_no)
        told = {"request_id": message.options.get("correlation_id"), "step_no": step_no, "reason": reason}
        if burial is Burial.SPARED:
            log.warning("step_spared", **told)
            return Verdict.SPARE
        log.error("step_buried", **told)
        if burial is Burial.FAILED:
            self._broker.enqueue(fail_message(request_id, step_no, source=source))
        return Verdict.BURY
