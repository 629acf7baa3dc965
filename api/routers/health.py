"""For machines that look after this one: is it alive, can it accept, are all parts there, and the metrics (R65-R69)."""

import ipaddress
from typing import Any

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.concurrency import run_in_threadpool

from api.auth import AccessScope, Authenticator, Caller
from api.deps import AppServices, Services
from api.exposition import Exposition
from api.health import check_postgres, probe, read_status
from api.routes import PublicRoute
from core.errors import DependencyUnavailable

router = APIRouter(tags=["health"], route_class=PublicRoute)


class NotReady(DependencyUnavailable):
    """Postgres does not answer, or its schema is not the one this version needs."""

    code = "not_ready"


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """200 while the process runs."""
    return {"status": "ok"}


@router.get("/readyz")
async def readyz(services: Services) -> dict[str, str]:
    """200 when prompts can be accepted: Postgres answers and its schema is current."""
    if (await probe(check_postgres, services.database))["status"] != "ok":
        raise NotReady
    return {"status": "ok"}


@router.get("/v1/status")
async def status(request: Request, services: Services) -> dict[str, Any]:
    """Every part by itself; always 200, `degraded` when one is down. Open to this machine on a local start."""
    if not _is_local(request, services):
        await _caller(request)
    return await read_status(services)


@router.get("/metrics")
async def metrics(request: Request, services: Services) -> Response:
    """Prometheus metrics of all processes; open to this machine on a local start, else for the scope admin."""
    if not _is_local(request, services):
        (await _caller(request)).require(AccessScope.ADMIN)
    exposition: Exposition = request.app.state.exposition
    return Response(await run_in_threadpool(exposition.text), media_type=CONTENT_TYPE_LATEST)


async def _caller(request: Request) -> Caller:
    authenticator: Authenticator = request.app.state.authenticator
    return await authenticator.authenticate(request.headers.get("authorization"))


def _is_local(request: Request, services: AppServices) -> bool:
    if not services.settings.is_local or request.client is None:
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False
