"""Is every part there? Asked of the parts themselves, side by side, and never for longer than two seconds."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

from starlette.concurrency import run_in_threadpool

from api.deps import AppServices
from bus import StreamsBroker
from contracts.queues import Queue
from store.database import Database
from store.migrate import require_current
from telemetry.logs import get_logger

log = get_logger(__name__)

PROBE_SECONDS: Final = 2.0

Part = dict[str, Any]
"""`{"status": "ok"}` with facts beside it, or `{"status": "down", "reason": "..."}`."""


async def read_status(services: AppServices) -> dict[str, Any]:
    """The answer of /v1/status: `ok` only when every part is (DESIGN.md)."""
    probes: dict[str, Awaitable[Part]] = {
        "postgres": probe(check_postgres, services.database),
        "redis": probe(check_redis, services.broker),
        **{queue.value: probe(check_pool, services.broker, queue) for queue in Queue},
    }
    parts = dict(zip(probes, await asyncio.gather(*probes.values()), strict=True))
    is_ok = all(part["status"] == "ok" for part in parts.values())
    return {"status": "ok" if is_ok else "degraded", "parts": parts}


async def probe(check: Callable[..., Part], *args: Any) -> Part:
    """Run one check in a thread; whatever it raises, or its silence, is its answer."""
    try:
        async with asyncio.timeout(PROBE_SECONDS):
            return await run_in_threadpool(check, *args)
    except TimeoutError:
        return {"status": "down", "reason": f"no answer within {PROBE_SECONDS:g} s"}
    except Exception as error:  # noqa: BLE001 - a status page reports every failure, of whatever kind
        # The reason may hold addresses: it goes to the log, its kind to the caller.
        log.info("part_down", check=check.__name__, error_message=str(error))
        return {"status": "down", "reason": getattr(error, "code", None) or "does not answer"}


def check_postgres(database: Database) -> Part:
    """Postgres answers and has the schema this code needs."""
    with database.transaction() as tx:
        require_current(tx)
    return {"status": "ok"}


def check_redis(broker: StreamsBroker) -> Part:
    """The bus answers."""
    stats = broker.queue_stats(Queue.ORCHESTRATOR.value)
    return {"status": "ok", "dead_letters": stats.dead}


def check_pool(broker: StreamsBroker, queue: Queue) -> Part:
    """At least one living process takes messages from the pool's queue."""
    stats = broker.queue_stats(queue.value)
    consumers = len(broker.live_consumers(queue.value))
    facts = {"consumers": consumers, "waiting": stats.ready, "in_flight": stats.in_flight, "dead_letters": stats.dead}
    return {"status": "ok", **facts} if consumers else {"status": "down", "reason": "no worker is alive", **facts}
