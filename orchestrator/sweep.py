"""The sweeper: every second, what the messages missed.

In this order (DESIGN.md, rules 6 and 8): end what is done, end what failed, end what is late, notice a Redis that lost
data, publish what is not with the bus. Any number of processes run it; an advisory lock lets one work at a time.
"""

import threading
from uuid import UUID

import psycopg
from dramatiq.errors import BrokerError

from bus import StreamsBroker
from core.errors import DependencyUnavailable
from core.ids import new_uuid
from orchestrator.finish import Finisher
from orchestrator.publish import Publisher
from store import sweeps
from store.database import Database
from store.requests import mark_dispatched
from telemetry.logs import get_logger

log = get_logger(__name__)

SWEEP_SECONDS = 1.0
_LOCK_KEY = 0x646D6101  # "dma" and a number of our own
_EXPIRY_EVERY = 600  # sweeps between removals of what has run out


class Sweeper:
    """Repairs what was lost on the way.

    Args:
        database: Read and written in short transactions.
        broker: Asked for its data epoch and run id, to notice lost data.
        publisher: Publishes what never was, or was lost.
        finisher: Ends requests.
    """

    def __init__(self, database: Database, broker: StreamsBroker, publisher: Publisher, finisher: Finisher) -> None:
        self._database = database
        self._broker = broker
        self._publisher = publisher
        self._finisher = finisher
        self._sweeps = 0

    def run(self, stop: threading.Event) -> None:
        """Sweep every second until stopped, while this process holds the lock; survives either server going away."""
        while not stop.is_set():
            try:
                with psycopg.connect(self._database.url, autocommit=True, connect_timeout=3) as session:
                    self._sweep_while_leading(session, stop)
            except psycopg.Error as error:
                log.warning("sweeper_waits_for_postgres", error_message=str(error).strip())
            stop.wait(SWEEP_SECONDS)

    def _sweep_while_leading(self, session: psycopg.Connection, stop: threading.Event) -> None:
        """The lock belongs to the session: asking for it every time also shows that the session still lives."""
        while not stop.is_set():
            row = session.execute("SELECT pg_try_advisory_lock(%s)", (_LOCK_KEY,)).fetchone()
            if row and row[0]:
                try:
                    self.sweep()
                finally:
                    session.execute("SELECT pg_advisory_unlock(%s)", (_LOCK_KEY,))
            stop.wait(SWEEP_SECONDS)

    def sweep(self) -> None:
        """Do everything once. Each part stands alone: one that fails is logged and tried again at the next sweep."""
        for part in (self._end_done, self._end_failed, self._end_late, self._notice_lost_data, self._publish):
            try:
                part()
            except (BrokerError, DependencyUnavailable) as error:
                log.warning("sweep_part_failed", part=part.__name__.strip("_"), error_message=str(error))
        self._sweeps += 1
        if self._sweeps % _EXPIRY_EVERY == 1:
            self._remove_expired()

    def _end_done(self) -> None:
        with self._database.transaction() as tx:
            found = sweeps.all_done(tx)
        for request_id in found:
            self._finisher.complete(request_id)

    def _end_failed(self) -> None:
        with self._database.transaction() as tx:
            found = sweeps.with_failed_step(tx)
        for request_id, step_no in found:
            self._finisher.fail_for_step(request_id, step_no)

    def _end_late(self) -> None:
        with self._database.transaction() as tx:
            found = sweeps.overdue(tx)
        for request_id in found:
            self._finisher.expire(request_id)

    def _notice_lost_data(self) -> None:
        """Postgres first, Redis second: a crash in between shows as a difference again."""
        run_id = self._broker.server_identity()
        epoch = self._broker.data_epoch()
        with self._database.transaction() as tx:
            known_epoch, known_run_id = sweeps.known_bus(tx)
            if epoch is not None and epoch == str(known_epoch) and run_id == known_run_id:
                return
            fresh = new_uuid()
            unfinished = sweeps.begin_bus_epoch(tx, fresh, run_id)
        self._broker.set_data_epoch(str(fresh))
        log.warning("bus_changed", lost_data=epoch is None, to_publish_again=unfinished)

    def _publish(self) -> None:
        with self._database.transaction() as tx:
            found = sweeps.unpublished(tx)
        published: list[UUID] = []
        try:
            for plan in found:
                self._publisher.publish(plan)
                published.append(plan.request_id)
        finally:
            if published:
                with self._database.transaction() as tx:
                    mark_dispatched(tx, published)
                log.info("published_by_sweeper", requests=len(published))

    def _remove_expired(self) -> None:
        try:
            with self._database.transaction() as tx:
                sweeps.remove_expired(tx)
        except DependencyUnavailable as error:
            log.warning("sweep_part_failed", part="remove_expired", error_message=str(error))
