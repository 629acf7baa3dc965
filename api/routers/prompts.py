"""Prompts: hand one in, list them, poll what became of one (R20-R24, C34); ask what one would be taken for."""

import hashlib
import math
from typing import Annotated, Any, Final
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from api.deps import (
    NEEDS_PROMPTS,
    AppServices,
    IdempotencyKey,
    PromptCaller,
    RequestId,
    Services,
    Wait,
    Watching,
)
from api.models import (
    ClassifyAnswer,
    ClassifyRequest,
    IntentView,
    PromptAccepted,
    PromptList,
    PromptRequest,
    PromptStatus,
    PromptView,
)
from api.parsing import DIGITS, Id
from api.preferences import applied
from api.prompt_views import summary_json, view_json
from api.refusals import InvalidFields
from api.responses import json_response
from api.routes import ScopedRoute
from api.submitting import submission_of
from core.errors import InvalidInput
from core.ids import REQUEST_PREFIX, new_uuid, prefixed
from core.settings import VERSION
from store.database import Transaction
from store.request_lists import Marker, RequestPage, list_requests, read_marker
from store.requests import read_request
from store.speaking import beyond_the_wall

router = APIRouter(tags=["prompts"], route_class=ScopedRoute)

ROUTE: Final = "POST /v1/prompts"
"""Under which Idempotency-Keys are kept: the same key on another route is another key."""
POLL_SECONDS: Final = (1, 2, 4, 5)
"""What Retry-After says, one after the other."""
_UNTIL_AGE: Final = (1.0, 3.0, 7.0, math.inf)


@router.post("/v1/prompts", status_code=202, response_model=PromptAccepted, response_model_exclude_none=True)
async def submit_prompt(
    body: PromptRequest,
    request: Request,
    caller: PromptCaller,
    services: Services,
    watcher: Watching,
    key: IdempotencyKey,
    wait: Wait,
) -> Response:
    """Accept a prompt; the answer is ready at `poll_url`, by `timeout_ms` at the latest.

    With `Prefer: wait=N` the answer waits for the end, up to N seconds, and then holds the whole request.
    """
    # A fresh request gives the exchange its id, unless the client chose one (C14).
    request_id: UUID = request.scope["dma.exchange_uuid"] or new_uuid()
    submission = submission_of(body, body.prompt, request_id, caller.principal, route=ROUTE, key=key)
    with watcher.expecting(request_id):
        accepted = await run_in_threadpool(services.intake.submit, submission)
        has_ended = wait and await watcher.ended(accepted.request_id, within_seconds=wait, is_new=not accepted.replayed)
    public_id = prefixed(REQUEST_PREFIX, accepted.request_id)
    shown: dict[str, Any] = {"request_id": public_id, "status": "processing"}
    if has_ended:
        shown = await run_in_threadpool(_read_own, services, accepted.request_id, caller.principal)
    headers = {"Location": f"/v1/prompts/{public_id}"} | (applied(wait) if wait is not None else {})
    if shown["status"] == "processing":
        headers["Retry-After"] = str(POLL_SECONDS[0])
    if accepted.replayed:
        headers["Idempotency-Replayed"] = "true"
    return json_response({**shown, "poll_url": f"/v1/prompts/{public_id}"}, 202, headers)


@router.get("/v1/prompts", response_model=PromptList, response_model_exclude_none=True)
def list_page(
    campaign_id: Annotated[Id, Query()],
    request: Request,
    caller: PromptCaller,
    services: Services,
    status: Annotated[PromptStatus | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=1000), DIGITS] = 100,
    cursor: Annotated[str | None, Query(min_length=1, max_length=300)] = None,
) -> Response:
    """The requests of a campaign, newest first."""
    with services.database.transaction() as tx:
        page = _page(tx, caller.principal, campaign_id, status, limit, cursor)
    items = [summary_json(item) for item in page.items]
    body = {"items": items, "limit": limit, "next_cursor": page.next_cursor}
    return json_response(body, headers=_link(request, page.next_cursor))


@router.get("/v1/prompts/{request_id}", response_model=PromptView, response_model_exclude_none=True)
async def poll_prompt(
    request_id: RequestId, request: Request, caller: PromptCaller, services: Services, watcher: Watching, wait: Wait
) -> Response:
    """Tell how far a request is; `result` or `error` once it has ended.

    With `Prefer: wait=N` the answer comes when it ends, or after N seconds. `Retry-After` grows as the request ages.
    """
    known = request.headers.get("if-none-match")
    if wait:
        marker = await run_in_threadpool(_read_marker, services, request_id, caller.principal)
        if marker.status == "processing":
            await watcher.ended(request_id, within_seconds=wait)
    response = await run_in_threadpool(_poll, services, request_id, caller.principal, known)
    if wait is not None:
        response.headers.update(applied(wait))
    return response


@router.post("/v1/classify", dependencies=[NEEDS_PROMPTS])
def classify_prompt(body: ClassifyRequest, services: Services) -> ClassifyAnswer:
    """Say what a prompt would be taken for, without doing it."""
    classified = services.intake.classify(body.prompt)
    return ClassifyAnswer(
        intent=IntentView(type=classified.intent, confidence=classified.confidence),
        alternatives=[IntentView(**alternative) for alternative in classified.alternatives],
    )


def _poll(services: AppServices, request_id: UUID, principal: str, known: str | None) -> Response:
    """The state, or 304 from one line of two indexes to who has seen it.

    The tag is read before the state: what changes in between is seen under the older tag, and so is asked for again.
    """
    with services.database.reading() as tx:
        marker = read_marker(tx, request_id, principal)
        headers = {"ETag": tag_of(request_id, marker)}
        if marker.status == "processing":
            headers["Retry-After"] = str(pause_of(marker))
        if is_known(known, headers["ETag"]):
            return Response(status_code=304, headers=headers)
        view = read_request(tx, request_id, principal)
    if view.status != "processing":
        headers.pop("Retry-After", None)
    return json_response(view_json(view), 200, headers)


def _read_marker(services: AppServices, request_id: UUID, principal: str) -> Marker:
    with services.database.reading() as tx:
        return read_marker(tx, request_id, principal)


def _read_own(services: AppServices, request_id: UUID, principal: str) -> dict[str, Any]:
    # What this principal sent, in this exchange or under the same key before: to step behind the wall to read it again
    # would cost as much as reading it, and the statement itself asks who may see it.
    with beyond_the_wall(), services.database.reading() as tx:
        return view_json(read_request(tx, request_id, principal))


def _page(
    tx: Transaction, principal: str, campaign_id: UUID, status: str | None, limit: int, cursor: str | None
) -> RequestPage:
    """What the store says of the cursor's shape is a 400 (C15)."""
    try:
        return list_requests(tx, principal, campaign_id, status=status, limit=limit, cursor=cursor)
    except InvalidInput as error:
        raise InvalidFields(str(error), fields=error.fields) from error


def _link(request: Request, cursor: str | None) -> dict[str, str]:
    """The next page as a Link header (RFC 8288)."""
    if cursor is None:
        return {}
    query = urlencode({**request.query_params, "cursor": cursor})
    return {"Link": f'<{request.url.path}?{query}>; rel="next"'}


def tag_of(request_id: UUID, marker: Marker) -> str:
    """The ETag: other for every change of a request, and for another version of this application."""
    state = f"{VERSION} {request_id.hex} {marker.change} {marker.status}"
    return f'"{hashlib.sha256(state.encode()).hexdigest()[:32]}"'


def pause_of(marker: Marker) -> int:
    """Seconds until it is worth asking again: 1, 2, 4, then 5 as the request ages, and not beyond its deadline."""
    pauses = (pause for pause, until in zip(POLL_SECONDS, _UNTIL_AGE, strict=True) if marker.age_seconds < until)
    return max(1, min(next(pauses), math.ceil(marker.seconds_left)))


def is_known(sent: str | None, tag: str) -> bool:
    """If-None-Match: any of the tags, weak or strong (RFC 9110, 13.1.2)."""
    return sent is not None and (
        sent.strip() == "*" or tag in {part.strip().removeprefix("W/") for part in sent.split(",")}
    )
