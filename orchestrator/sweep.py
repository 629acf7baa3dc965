"""The sweeper: every second, what the messages missed.

In this order (DESIGN.md, rules 6 and 8): end what is done, end what failed, end what is late; and beside it, on a
thread of its own, notice a Redis that lost data, publish what is not with the bus. So a Redis that hangs keeps no
request past its deadline. Any number of processes run it; advisory locks let one of each kind work at a time.
"""

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from dramatiq.errors import BrokerError

from bus import StreamsBroker
from core.errors import DependencyUnavailable
from core.ids import REQUEST_PREFIX, new_uuid, prefixed
from orchestrator.finish import Finisher
from orchestrator.publish import Publisher
from store import auth_tokens, idempotency, sweeps
from store.database import Database
from store.embeddings import campaigns_to_embed
from store.requests import mark_dispatched
from store.sweeps import BATCH, Unpublished
from store.webhooks import due_webhooks
from telemetry.logs import get_logger
from telemetry.metrics import SWEPT

log = get_logger(__name__)

SWEEP_SECONDS = 1.0
_EXPIRY_EVERY = 600  # sweeps between removals of what has run out

Part = Callable[[], bool | None]
"""One thing to repair; True when there is more of it than was done at once."""


@dataclass(frozen=True, slots=True)
class _Round:
    """Parts that are performed one after the other by whoever holds the lock.

    Attributes:
        patience_seconds: How long one part may take before the server gives the lock to somebody else: the process may
            have been stopped. Two that work at once do nothing twice.
    """

    lock_key: int
    patience_seconds: float
    parts: Sequence[Part]


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
        self._troubled: set[str] = set()
        # Lock keys: "dma" and numbers of our own.
        self._ending = _Round(0x646D6101, 3.0, (self._end_done, self._end_failed, self._end_late))
        to_publish = (self._notice_lost_data, self._publish, self._ask_for_vectors, self._tell_of_ends)
        self._publishing = _Round(0x646D6102, 60.0, to_publish)

    def run(self, stop: threading.Event) -> None:
        """Sweep every second until stopped, while this process holds the locks; survives either server going away."""
        beside = threading.Thread(target=self._go_on, args=(self._publishing, stop), name="publishing", daemon=True)
        beside.start()
        self._go_on(self._ending, stop)
        beside.join()

    def sweep(self) -> None:
        """Do everything once. Each part stands alone: one that fails is logged and tried again at the next sweep."""
        for part in (*self._ending.parts, *self._publishing.parts):
            self._perform(part)

    def _go_on(self, round_: _Round, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                with self._session(round_) as session:
                    self._sweep_while_leading(round_, session, stop)
            except psycopg.Error as error:
                self._tell_trouble("lock", error)
            stop.wait(SWEEP_SECONDS)

    def _session(self, round_: _Round) -> psycopg.Connection:
        """The lock belongs to the session. It ends soon, on both sides, when either host is gone without a word."""
        patience = round(round_.patience_seconds * 1000)
        return psycopg.connect(
            self._database.url,
            autocommit=True,
            application_name="dma-sweeper",
            connect_timeout=3,
            keepalives_idle=2,
            keepalives_interval=1,
            keepalives_count=3,
            tcp_user_timeout=5000,
            options=f"-c idle_session_timeout={patience} -c statement_timeout=5000 "
            "-c tcp_keepalives_idle=2 -c tcp_keepalives_interval=1 -c tcp_keepalives_count=3",
        )

    def _sweep_while_leading(self, round_: _Round, session: psycopg.Connection, stop: threading.Event) -> None:
        """Asking for the lock every time also shows that the session still lives."""
        while not stop.is_set():
            is_behind = False
            for part in round_.parts if sweeps.has_unfinished(session) else ():
                row = session.execute("SELECT pg_try_advisory_lock(%s)", (round_.lock_key,)).fetchone()
                if row and row[0]:
                    is_behind |= self._perform(part)
                    session.execute("SELECT pg_advisory_unlock(%s)", (round_.lock_key,))
            self._tell_recovery("lock")
            self._perform(self._remove_expired)
            if not is_behind:
                stop.wait(SWEEP_SECONDS)

    def _perform(self, part: Part) -> bool:
        """Do one part; whatever it raises, the sweeper lives on. True when there is more to do at once."""
        name = getattr(part, "__name__", "part").strip("_")
        try:
            is_behind = part()
        except Exception as error:  # noqa: BLE001 - a part that breaks must not stop the others for ever
            self._tell_trouble(name, error)
            return False
        self._tell_recovery(name)
        return bool(is_behind)

    def _tell_trouble(self, name: str, error: Exception) -> None:
        """Once, and not every second of a long outage."""
        if name not in self._troubled:
            self._troubled.add(name)
            is_foreseen = isinstance(error, BrokerError | DependencyUnavailable | psycopg.OperationalError)
            log.warning("sweep_part_failed", part=name, error_message=str(error).strip(), exc_info=not is_foreseen)

    def _tell_recovery(self, name: str) -> None:
        if name in self._troubled:
            self._troubled.discard(name)
            log.info("sweep_part_works_again", part=name)

    def _end_done(self) -> bool:
        with self._database.transaction() as tx:
            found = sweeps.all_done(tx)
        return _each(found, self._finisher.complete, kind="ended_done")

    def _end_failed(self) -> bool:
        with self._database.transaction() as tx:
            found = sweeps.with_failed_step(tx)
        return _each(found, lambda pair: self._finisher.fail_for_step(*pair), kind="ended_failed")

    def _end_late(self) -> bool:
        with self._database.transaction() as tx:
            found = sweeps.overdue(tx)
        try:
            ended = self._finisher.expire_all(found)
        except DependencyUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - one of them cannot be ended: the others shall not wait for it
            log.warning("ended_one_by_one", requests=len(found), error_message=str(error).strip())
            return _each(found, self._finisher.expire, kind="ended_late")
        SWEPT.labels("ended_late").inc(ended)
        return ended >= BATCH

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
        SWEPT.labels("bus_changed").inc()
        log.warning("bus_changed", lost_data=epoch is None, to_publish_again=unfinished)

    def _publish(self) -> None:
        with self._database.transaction() as tx:
            found = sweeps.unpublished(tx)
        published: list[UUID] = []

        def publish(plan: Unpublished) -> bool:
            self._publisher.publish(plan)
            published.append(plan.request_id)
            return True

        try:
            _each(found, publish, kind="published")
        finally:
            if published:
                with self._database.transaction() as tx:
                    mark_dispatched(tx, published)
                ids = [prefixed(REQUEST_PREFIX, each) for each in published]
                log.info("published_by_sweeper", requests=len(published), request_ids=ids)

    def _ask_for_vectors(self) -> None:
        """Entities whose text changed are noted where they were written; here the Scribe is told."""
        with self._database.transaction() as tx:
            campaigns = campaigns_to_embed(tx)
        for campaign_id in campaigns:
            self._publisher.ask_for_vectors(campaign_id)
            SWEPT.labels("vectors_asked_for").inc()

    def _tell_of_ends(self) -> None:
        """Callers who want to be told are, once their request has ended, however it did."""
        with self._database.transaction() as tx:
            due = due_webhooks(tx)
        for request_id in due:
            self._publisher.ask_to_tell(request_id)

    def _remove_expired(self) -> None:
        self._sweeps += 1
        if self._sweeps % _EXPIRY_EVERY == 1:
            with self._database.transaction() as tx:
                auth_tokens.forget_expired(tx)
                idempotency.forget_expired(tx)


def _each(found: Iterable[Any], repair: Callable[[Any], bool], *, kind: str) -> bool:
    """Repair each and count it as this kind; one that breaks is told after the others.

    Returns:
        True when a whole batch was repaired: there may be more.

    Raises:
        BrokerError, DependencyUnavailable: At once; the others would meet the same.
    """
    repaired, broken = 0, None
    for item in found:
        try:
            is_repaired = repair(item)
            repaired += is_repaired
            SWEPT.labels(kind).inc(is_repaired)
        except (BrokerError, DependencyUnavailable):
            raise
        except Exception as error:  # noqa: BLE001 - raised below
            broken = error
    if broken is not None:
        raise broken
    return repaired >= BATCH
