"""What about the servers is not safe enough to start with, unless on a DM's own machine (there it is a warning)."""

from collections.abc import Iterator
from typing import Final

from dramatiq.errors import BrokerError
from redis.exceptions import RedisError

from bus import StreamsBroker
from bus.connections import infos
from core.clock import Clock
from core.errors import ConfigurationError, DependencyUnavailable
from core.settings import Settings
from core.start_checks import faults_of_local
from store.database import Database
from store.wall import HOW_TO_RAISE, wall_stands
from telemetry.logs import get_logger

log = get_logger(__name__)

MAX_SKEW_SECONDS: Final = 5.0
_FACTS: Final = "SELECT current_setting('fsync') AS fsync, clock_timestamp() AS now"


def require_safe_servers(database: Database, broker: StreamsBroker, clock: Clock) -> None:
    """Refuse to start on servers that lose what they are given, tell the wrong time, or let nobody be walled in.

    A server that does not answer now is not a reason to stay away: what needs it will say so.

    Raises:
        ConfigurationError: It tells every fault.
    """
    if faults := list(server_faults(database, broker, clock)):
        raise ConfigurationError("; ".join(faults))


def warn_of_faults(settings: Settings, database: Database, broker: StreamsBroker, clock: Clock) -> None:
    """Tell of everything that would keep a start from happening elsewhere than locally."""
    for fault in [*faults_of_local(settings), *server_faults(database, broker, clock)]:
        log.warning("not_safe_elsewhere", fault=fault)


def server_faults(database: Database, broker: StreamsBroker, clock: Clock) -> Iterator[str]:
    """Each fault of Postgres and Redis as a sentence that says what to do."""
    try:
        yield from _faults_of_postgres(database, clock)
    except DependencyUnavailable as error:
        log.warning("server_not_checked", server="postgres", error_message=str(error))
    try:
        yield from _faults_of_redis(broker)
    except (RedisError, BrokerError, OSError) as error:
        log.warning("server_not_checked", server="redis", error_type=type(error).__name__)


def _faults_of_postgres(database: Database, clock: Clock) -> Iterator[str]:
    with database.transaction() as tx:
        row = tx.execute(_FACTS).fetchone()
        stands = wall_stands(tx)
    assert row is not None  # noqa: S101 - a SELECT without FROM has one row
    if row["fsync"] == "off":
        yield "Postgres runs with fsync=off and loses data when its machine stops; set fsync=on"
    skew = abs((clock.now() - row["now"]).total_seconds())
    if skew > MAX_SKEW_SECONDS:
        allowed = f"at most {MAX_SKEW_SECONDS:.0f} are allowed"
        yield f"the clocks of this machine and of Postgres differ by {skew:.0f} s; {allowed}"
    if not stands:
        yield f"the user of DATABASE_URL cannot use row level security: {HOW_TO_RAISE}"


def _faults_of_redis(broker: StreamsBroker) -> Iterator[str]:
    policies = {info.get("maxmemory_policy", "noeviction") for info in infos(broker.client, "memory")}
    if wrong := sorted(policies - {"noeviction"}):
        yield f"Redis has the maxmemory-policy {wrong[0]} and may throw messages away; set it to noeviction"
