"""The database's time for what is signed on one host and checked on another (DESIGN.md, rule 10)."""

from datetime import datetime, timedelta
from threading import Lock

from core.clock import Clock, SystemClock
from core.errors import DependencyUnavailable
from store.database import Database
from store.history import read_clock

MEASURE_SECONDS = 60.0


class DatabaseClock:
    """This host's clock, put right by the database's once a minute; while that is away, by what was measured last.

    Args:
        database: Whose time counts.
        host: This machine's clock.
    """

    def __init__(self, database: Database, host: Clock | None = None) -> None:
        self._database = database
        self._host = host or SystemClock()
        self._lock = Lock()
        self._offset = timedelta()
        self._measured_at: float | None = None

    def now(self) -> datetime:
        """The time of day by the database."""
        with self._lock:
            if self._measured_at is None or self.monotonic() - self._measured_at > MEASURE_SECONDS:
                self._measure()
            return self._host.now() + self._offset

    def monotonic(self) -> float:
        """Seconds of this process."""
        return self._host.monotonic()

    def _measure(self) -> None:
        try:
            with self._database.transaction() as tx:
                self._offset = read_clock(tx) - self._host.now()
        except DependencyUnavailable:
            return
        self._measured_at = self.monotonic()
