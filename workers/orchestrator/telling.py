"""Telling a caller that a request has ended: one attempt for each message, the next by the bus, later and later."""

import random
import threading
from uuid import UUID

from dramatiq.errors import Retry

from core.errors import DependencyUnavailable
from core.ids import REQUEST_PREFIX, prefixed
from store.database import Database
from store.webhooks import Delivery, claim_delivery, mark_delivered, mark_undelivered
from telemetry.logs import get_logger
from workers.orchestrator.sending import NotDelivered, Sender

log = get_logger(__name__)

PAUSES_SECONDS = (1.0, 4.0, 15.0, 60.0, 300.0, 1800.0, 7200.0)
"""Between attempts; after the last the delivery is given up, some two and a half hours after the end."""
AT_ONCE = 1
"""Deliveries at a time in one process: a receiver that hangs keeps no other thread from ending requests."""


class Teller:
    """Delivers what the sweeper asks for.

    Args:
        database: Where it stands who is to be told.
        sender: Sends one POST; None when no address is allowed, and nothing is delivered.
        pauses: Seconds between attempts.
    """

    def __init__(
        self, database: Database, sender: Sender | None, *, pauses: tuple[float, ...] = PAUSES_SECONDS
    ) -> None:
        self._database = database
        self._sender = sender
        self._pauses = pauses
        self._room = threading.BoundedSemaphore(AT_ONCE)

    def tell(self, request_id: UUID) -> None:
        """Try once; safe to run twice.

        Raises:
            Retry: It was not heard, or there is no room now: the same message again, later.
        """
        if self._sender is None:
            return
        if not self._room.acquire(blocking=False):
            raise Retry("another delivery is on its way", delay=200)
        try:
            self._try(self._sender, request_id)
        except DependencyUnavailable as error:
            raise Retry("Postgres does not answer", delay=1000) from error
        finally:
            self._room.release()

    def _try(self, sender: Sender, request_id: UUID) -> None:
        with self._database.transaction() as tx:
            delivery = claim_delivery(tx, request_id)
        if delivery is None:
            return
        try:
            sender.send(delivery)
        except NotDelivered as error:
            self._put_off(delivery, error)
        else:
            with self._database.transaction() as tx:
                mark_delivered(tx, request_id)
            log.info("webhook_delivered", **_facts(delivery))

    def _put_off(self, delivery: Delivery, error: NotDelivered) -> None:
        pause = self._pauses[delivery.attempt - 1] if delivery.attempt <= len(self._pauses) else None
        with self._database.transaction() as tx:
            mark_undelivered(tx, delivery.request_id, str(error), again_in_seconds=pause)
        log.warning("webhook_not_delivered", error_message=str(error), is_last=pause is None, **_facts(delivery))
        if pause is not None:
            # A little later than it is due, so that the claim is free.
            delay = pause * 1000 * random.uniform(1.02, 1.2)  # noqa: S311  # nosec B311 - not for secrets
            raise Retry(str(error), delay=int(delay) + 10) from error


def _facts(delivery: Delivery) -> dict[str, object]:
    return {"request_id": prefixed(REQUEST_PREFIX, delivery.request_id), "attempt": delivery.attempt}
