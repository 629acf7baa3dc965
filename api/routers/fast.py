"""The fast lane over HTTP (R36-R42, C19): answered in memory, also while Postgres and Redis are down.

What is asked a second time does not come here any more: api/express.py has the answer.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response

from api.deps import NEEDS_RULES, AppServices, Services
from api.models import FastOperationList
from api.responses import json_response
from api.routes import ScopedRoute
from fastlane import Source, describe
from telemetry.metrics import fast_lane_seconds, note_cache

router = APIRouter(prefix="/v1/fast", tags=["rules"], route_class=ScopedRoute)


@router.get("/{operation}", dependencies=[NEEDS_RULES])
async def ask(operation: str, request: Request, services: Services) -> Response:
    """Answer an operation; its parameters are query fields."""
    return _answer(services, operation, request.scope["query_string"], _read_query, "query")


@router.post("/{operation}", dependencies=[NEEDS_RULES])
async def ask_with_body(operation: str, request: Request, body: dict[str, Any], services: Services) -> Response:
    """Answer an operation; its parameters are the fields of the body."""
    return _answer(services, operation, await request.body(), lambda _: body, "body")


@router.get("", dependencies=[NEEDS_RULES], response_model=FastOperationList)
async def list_operations() -> Response:
    """The operations and the parameters that each takes."""
    return json_response(_operations())


@cache
def _operations() -> dict[str, Any]:
    return describe()


def _answer(
    services: AppServices, operation: str, sent: bytes, read: Callable[[bytes], Mapping[str, Any]], source: Source
) -> Response:
    started = services.clock.monotonic()
    content = services.fast_lane.answer_bytes(operation, sent, read, source=source)
    note_cache("fast_lane", is_hit=False)
    # Only operations that exist come here, so that the number of series stays bounded.
    fast_lane_seconds(operation).observe(services.clock.monotonic() - started)
    return Response(content, media_type="application/json")


def _read_query(query: bytes) -> Mapping[str, Any]:
    return dict(parse_qsl(query.decode("latin-1"), keep_blank_values=True))
