"""The end of a request, told to metrics and logs once."""

from collections.abc import Callable, Sequence
from uuid import UUID

from psycopg.errors import LockNotAvailable

from core.errors import ErrorCategory
from core.ids import REQUEST_PREFIX, prefixed
from core.problems import problem
from store import steps
from store.database import Database, Transaction, limit_locks
from store.endings import Ended, cancel_request, complete_request, fail_request, fail_requests
from store.errors import DatabaseUnavailable
from telemetry.logs import get_logger
from telemetry.metrics import JOB_SECONDS

log = get_logger(__name__)

SWEEP_WAIT_SECONDS = 0.25
CANCEL_WAIT_SECONDS = 3.0
"""A caller waits for the commit of a step that is just being made; the sweeper has others to see to."""
LATE = problem(ErrorCategory.TIMEOUT, "the request was not done by its deadline")


class Finisher:
    """Ends requests by compare-and-set: whoever comes second changes nothing.

    A request that somebody has locked is left for the next sweep, so that one stopped worker delays no other request.

    Args:
        database: Where requests end.
        tell: Called with each that ended, after its commit.
    """

    def __init__(self, database: Database, tell: Callable[[UUID], None] = lambda _request_id: None) -> None:
        self._database, self._tell = database, tell

    def complete(self, request_id: UUID) -> bool:
        """End a request whose steps are all done; False when it had ended or is not there yet."""
        return self._end(lambda tx: complete_request(tx, request_id))

    def fail_for_step(self, request_id: UUID, step_no: int) -> bool:
        """End a request because this step has failed; False when it had ended."""

        def fail(tx: Transaction) -> Ended | None:
            error = steps.step_error(tx, request_id, step_no)
            return fail_request(tx, request_id, error) if error else None

        return self._end(fail)

    def expire(self, request_id: UUID) -> bool:
        """End a request whose deadline has passed; False when it had ended."""
        return self._end(lambda tx: fail_request(tx, request_id, LATE))

    def expire_all(self, request_ids: Sequence[UUID]) -> int:
        """The same for many at once, as when a long queue comes to its deadlines; how many were ended."""
        try:
            with self._database.transaction() as tx:
                limit_locks(tx, SWEEP_WAIT_SECONDS)
                ended = fail_requests(tx, request_ids, LATE)
        except DatabaseUnavailable as error:
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
            return sum(self.expire(each) for each in request_ids)  # all but the one that somebody keeps
        for each in ended:
            self._tell(each.id)
            report(each)
        return len(ended)

    def _end(self, end: Callable[[Transaction], Ended | None]) -> bool:
        try:
            with self._database.pipeline(lock_seconds=SWEEP_WAIT_SECONDS) as tx:
                ended = end(tx)
        except DatabaseUnavailable as error:
            if isinstance(error.__cause__, LockNotAvailable):
                return False
            raise
        if ended is not None:
            self._tell(ended.id)
        return report(ended)


def cancel(tx: Transaction, request_id: UUID) -> Ended | None:
    """End, in the caller's transaction, a request that is not wanted any more; None when it had ended.

    The caller gives what it gets to `report` after its commit.

    Raises:
        LockNotAvailable: A step of it is being committed, and that takes longer than 3 s.
    """
    limit_locks(tx, CANCEL_WAIT_SECONDS)
    return cancel_request(tx, request_id)


def report(ended: Ended | None) -> bool:
    """Tell metrics and log of an end, if it is one; True when it is."""
    if ended is None:
        return False
    JOB_SECONDS.labels(intent=ended.intent, status=ended.status).observe(ended.seconds)
    log.info(
        "request_ended",
        request_id=prefixed(REQUEST_PREFIX, ended.id),
        status=ended.status,
        intent=ended.intent,
        duration_ms=round(ended.seconds * 1000, 1),
    )
    return True
