"""The fast lane over HTTP (R36-R42, C19): answered in memory, also while Postgres and Redis are down."""

from functools import cache
from typing import Any

from fastapi import APIRouter, Request, Response

from api.deps import NEEDS_RULES, AppServices, Services
from api.responses import json_response
from api.routes import ScopedRoute
from fastlane import Source, describe
from telemetry.metrics import FAST_LANE_SECONDS

router = APIRouter(prefix="/v1/fast", tags=["rules"], route_class=ScopedRoute)


@router.get("/{operation}", dependencies=[NEEDS_RULES])
async def ask(operation: str, request: Request, services: Services) -> Response:
    """Answer an operation; its parameters are query fields."""
    return _answer(services, operation, dict(request.query_params), "query")


@router.post("/{operation}", dependencies=[NEEDS_RULES])
async def ask_with_body(operation: str, body: dict[str, Any], services: Services) -> Response:
    """Answer an operation; its parameters are the fields of the body."""
    return _answer(services, operation, body, "body")


@router.get("", dependencies=[NEEDS_RULES])
async def list_operations() -> Response:
    """The operations and the parameters that each takes."""
    return json_response(_operations())


@cache
def _operations() -> dict[str, Any]:
    return describe()


def _answer(services: AppServices, operation: str, parameters: dict[str, Any], source: Source) -> Response:
    started = services.clock.monotonic()
    answer = services.fast_lane.answer(operation, parameters, source=source)
    response = json_response(answer.body)
    # Only operations that exist come here, so that the number of series stays bounded.
    FAST_LANE_SECONDS.labels(operation).observe(services.clock.monotonic() - started)
    return response
