"""Dungeons as a stream: the layout first, then room by room as they are made (R35).

The request is a durable one of the bus: whoever goes away finds the rest at GET /v1/prompts/{request_id}/events, behind
the id of the last event seen, and the dungeon is finished and stored either way.
"""

from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.deps import AppServices, IdempotencyKey, OpenStreams, PromptCaller, Services, Watching
from api.dungeon_models import DungeonRequest
from api.routers.progress import STREAM, event_texts
from api.routes import ScopedRoute
from api.sse import stream
from contracts.actors import Actor
from contracts.intents import Intent
from core.errors import FieldError, InvalidInput, NotFound
from core.ids import REQUEST_PREFIX, new_uuid, prefixed
from orchestrator.intake import IdempotencyClaim, Order, Submission
from store.dungeons import read_dungeon
from store.events import FIRST, STEP_FINISHED, STEP_STARTED
from store.idempotency import fingerprint_of
from store.requests import NewStep

router = APIRouter(tags=["generate"], route_class=ScopedRoute)

ROUTE: Final = "POST /v1/generate/dungeon"
_NOT_TOLD: Final = frozenset({STEP_STARTED, STEP_FINISHED})
"""So that the layout is the first event; who resumes hears of steps as well."""


@router.post("/v1/generate/dungeon", response_class=Response, responses={200: STREAM[200]})
async def generate_dungeon(
    body: DungeonRequest,
    request: Request,
    caller: PromptCaller,
    services: Services,
    watcher: Watching,
    streams: OpenStreams,
    key: IdempotencyKey,
) -> Response:
    """Make a dungeon and tell it as it is made: `layout`, each `room`, `wandering`, `summary`, and `done` or `error`.

    `Location` is the request: its `/events` go on behind any event's id, also when this connection is lost.
    """
    request_id: UUID = request.scope["dma.exchange_uuid"] or new_uuid()
    streams.take(request.scope, caller.principal)
    params = await run_in_threadpool(_params, body, services, caller.principal)
    submission = _submission(body, params, request_id, caller.principal, key)
    accepted = await run_in_threadpool(services.intake.submit, submission)
    events = event_texts(
        watcher, services.database, accepted.request_id, caller.principal, [], FIRST, left_out=_NOT_TOLD
    )
    response = stream(events)
    response.headers["Location"] = f"/v1/prompts/{prefixed(REQUEST_PREFIX, accepted.request_id)}"
    if accepted.replayed:
        response.headers["Idempotency-Replayed"] = "true"
    return response


def _params(body: DungeonRequest, services: AppServices, principal: str) -> dict[str, Any]:
    """What the step gets; rooms to keep are read now, so that the order means the same whenever it is carried out."""
    params: dict[str, Any] = {"brief": body.brief.model_dump(mode="json"), "store": body.store}
    if body.seed is not None:
        params["seed"] = body.seed
    if keep := body.keep:
        document = _kept_document(keep.dungeon_id, body.campaign_id, services, principal)
        rooms = {room["number"]: room for room in document["rooms"]}
        if missing := sorted(set(keep.rooms) - set(rooms)):
            raise _refused("keep.rooms", f"room {missing[0]} is not in that dungeon")
        params["kept"] = {str(number): rooms[number] for number in keep.rooms}
        # The same people of the campaign in the same parts: what is not rolled again stays as it was.
        params["cast"] = document.get("cast", {})
        params.setdefault("seed", document["seed"])
    return params


def _kept_document(dungeon_id: UUID, campaign_id: UUID, services: AppServices, principal: str) -> dict[str, Any]:
    allowed = "must be the id of a generated dungeon of this campaign"
    try:
        with services.database.transaction() as tx:
            stored = read_dungeon(tx, dungeon_id, principal)
    except NotFound as error:
        raise _refused("keep.dungeon_id", allowed) from error
    if stored.campaign_id != campaign_id:
        raise _refused("keep.dungeon_id", allowed)
    return stored.document


def _refused(field: str, allowed: str) -> InvalidInput:
    return InvalidInput(f"{field} {allowed}", fields=[FieldError(field, allowed)])


def _submission(
    body: DungeonRequest, params: dict[str, Any], request_id: UUID, principal: str, key: str | None
) -> Submission:
    step = NewStep(Actor.GENERATE_DUNGEON, "Lay the dungeon out and fill its rooms", params)
    sent = fingerprint_of(body.model_dump(mode="json"))
    return Submission(
        request_id=request_id,
        principal=principal,
        prompt=f"Generate a dungeon of {body.rooms} rooms for {body.party_size} characters of level {body.party_level}",
        campaign_id=body.campaign_id,
        location_id=body.location_id,
        timeout_ms=body.timeout_ms,
        idempotency=IdempotencyClaim(ROUTE, key, sent) if key else None,
        order=Order(Intent.GENERATE_DUNGEON, (step,)),
    )
