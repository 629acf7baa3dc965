"""The processes of the pools, for operators (R50). Needs the scope admin."""

from typing import Any

from fastapi import APIRouter, Response

from api.admin_models import AgentList, HealthCheckSent
from api.deps import NEEDS_ADMIN, Services
from api.responses import json_response
from api.routes import ScopedRoute
from contracts.queues import Queue
from orchestrator.announce import ask_for_health
from store.agents import AgentRow, now_ms, read_agents

router = APIRouter(prefix="/v1/admin/agents", tags=["admin"], route_class=ScopedRoute)


@router.get("", response_model=AgentList, dependencies=[NEEDS_ADMIN])
def list_agents(services: Services) -> Response:
    """Every process with a lease on the bus, and what it said last; one that was killed is gone within its lease."""
    alive = [(queue, *each) for queue in Queue for each in services.broker.live_consumers(queue.value)]
    with services.database.transaction() as tx:
        said = read_agents(tx, [consumer for _, consumer, _ in alive])
    items = [_view(queue, consumer, age, said.get(consumer)) for queue, consumer, age in alive]
    return json_response({"items": items})


@router.post("/health-check", response_model=HealthCheckSent, status_code=202, dependencies=[NEEDS_ADMIN])
def check_health(services: Services) -> Response:
    """Send `system.health_check` to each agent; GET /v1/admin/agents shows `checked_at` when one has answered."""
    with services.database.transaction() as tx:
        asked_at_ms = now_ms(tx)
    asked = ask_for_health(services.broker, services.signer, asked_at_ms=asked_at_ms)
    return json_response({"asked": [queue.value for queue in asked]}, 202)


def _view(queue: Queue, consumer: str, age: float, said: AgentRow | None) -> dict[str, Any]:
    return {
        "name": consumer,
        "agent": queue.value,
        "state": said.state if said else "unknown",
        "threads": said.threads if said else None,
        "last_beat_seconds": round(max(0.0, age), 3),
        "announced_at": said.announced_at if said else None,
        "checked_at": said.checked_at if said else None,
        "check_ms": said.check_ms if said else None,
    }
