"""Leases of the steps this process is running, renewed from a thread of its own.

A lease says in Postgres what the bus's heartbeat says in Redis: this worker lives. It is renewed every 3 s for 10 s, so
a slow step of a living worker is never taken, and a dead worker's step can be claimed after 10 s at most.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from core.errors import DependencyUnavailable
from store.database import Database
from store.steps import Claim, renew_leases
from telemetry.logs import get_logger

log = get_logger(__name__)

LEASE_SECONDS = 10.0
RENEW_SECONDS = 3.0


class LeaseKeeper:
    """Renews the leases of everything inside a `keep` block.

    Args:
        database: Where leases are kept.
        renew_seconds: Time between renewals; `lease_seconds` must be a few times that.
    """

    def __init__(
        self, database: Database, *, lease_seconds: float = LEASE_SECONDS, renew_seconds: float = RENEW_SECONDS
    ) -> None:
        self.lease_seconds = lease_seconds
        self._database = database
        self._renew_seconds = renew_seconds
        self._kept: set[Claim] = set()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="leases", daemon=True)

    def start(self) -> None:
        """Begin renewing."""
        self._thread.start()

    def stop(self) -> None:
        """Stop renewing; leases run out by themselves."""
        self._stop.set()
        self._thread.join(timeout=5)

    @contextmanager
    def keep(self, claim: Claim) -> Iterator[None]:
        """Hold the lease of this claim during the block."""
        with self._lock:
            self._kept.add(claim)
        try:
            yield
        finally:
            with self._lock:
                self._kept.discard(claim)

    def renew(self) -> None:
        """Renew everything held once."""
        with self._lock:
            kept = list(self._kept)
        if not kept:
            return
        with self._database.transaction() as tx:
            held = renew_leases(tx, kept, lease_seconds=self.lease_seconds)
        for claim in kept:
            if (claim.request_id, claim.step_no) not in held:
                # Its result will be refused by the fence; here it is only told.
                log.info("lease_not_held", request_id=claim.request_id.hex, step_no=claim.step_no)

    def _run(self) -> None:
        while not self._stop.wait(self._renew_seconds):
            try:
                self.renew()
            except DependencyUnavailable as error:
                log.warning("leases_not_renewed", error_message=str(error))
            except Exception:
                # Without this thread every step of this process would be taken away from it.
                log.exception("leases_not_renewed")
