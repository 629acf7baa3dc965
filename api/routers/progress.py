"""Watching a request and ending it early: events as they come (DESIGN.md, rule 9), the whole history, cancel."""

from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from api.deps import OpenStreams, PromptCaller, RequestId, Services, Watching
from api.models import PromptHistory, PromptView, TransitionView
from api.once import Once
from api.prompt_views import view_json
from api.responses import json_response
from api.routes import ScopedRoute
from api.sse import HEADERS, MEDIA_TYPE, event_text, id_of, read_event_id, stream
from api.watching import Watcher
from core.ids import REQUEST_PREFIX, prefixed
from orchestrator.finish import cancel, report
from store.database import Database
from store.endings import Ended
from store.events import END, Event, EventKey, read_events
from store.history import read_history
from store.requests import read_request, require_visible

router = APIRouter(tags=["prompts"], route_class=ScopedRoute)

STREAM: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "Events until the request has ended, the last of them `done` or `error`",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/StreamEvent"}}},
    },
    204: {"description": "Nothing comes behind this event: do not reconnect"},
}
After = Annotated[
    str | None,
    Query(
        max_length=20,
        description="As Last-Event-ID, for who cannot send headers.",
        json_schema_extra={
            "pattern": r"^(end|[1-9]\.(begin|end|0|[1-9][0-9]{0,3}))?$"
        },  # api/sse.py says what is wrong
    ),
]


@router.get("/v1/prompts/{request_id}/events", response_class=Response, responses=STREAM)
async def watch_prompt(
    request_id: RequestId,
    request: Request,
    caller: PromptCaller,
    services: Services,
    watcher: Watching,
    streams: OpenStreams,
    after: After = None,
) -> Response:
    """Tell what happens to a request as it happens, beginning behind `Last-Event-ID`; also for one that has ended."""
    last = request.headers.get("last-event-id")
    key = read_event_id("Last-Event-ID", last) if last else read_event_id("after", after)
    told = await run_in_threadpool(_read_first, services.database, request_id, caller.principal, key)
    if key == END:
        return Response(status_code=204)
    if request.scope["dma.is_head"]:
        return Response(b"", 200, HEADERS, MEDIA_TYPE)
    streams.take(request.scope, caller.principal)
    events = event_texts(watcher, services.database, request_id, caller.principal, told, key)
    return stream(events)


@router.get("/v1/prompts/{request_id}/history", response_model=PromptHistory, response_model_exclude_none=True)
def read_whole_history(request_id: RequestId, caller: PromptCaller, services: Services) -> Response:
    """Every change of state a request and its steps went through, with attempt, worker, lease epoch and error."""
    with services.database.transaction() as tx:
        require_visible(tx, request_id, caller.principal)
        lines = read_history(tx, request_id)
    items = [TransitionView(**asdict(line)).model_dump(mode="json", exclude_none=True) for line in lines]
    return json_response({"request_id": prefixed(REQUEST_PREFIX, request_id), "items": items})


@router.post(
    "/v1/prompts/{request_id}/cancel",
    status_code=202,
    response_model=PromptView,
    response_model_exclude_none=True,
    responses={200: {"description": "It had ended before; nothing was changed", "model": PromptView}},
)
def cancel_prompt(request_id: RequestId, caller: PromptCaller, services: Services, once: Once) -> Response:
    """End a request that is not wanted any more; what it had committed until then stays and is listed.

    A step that is running stops at its next look, and writes nothing. Asked again, or too late, nothing changes.
    """
    ended: Ended | None = None

    def end() -> Response:
        nonlocal ended
        require_visible(tx, request_id, caller.principal, role="editor")
        ended = cancel(tx, request_id)
        view = read_request(tx, request_id, caller.principal)
        return json_response(view_json(view), 202 if ended else 200)

    with services.database.transaction() as tx:
        response = once.answer(tx, end)
    report(ended)
    return response


def _read_first(database: Database, request_id: UUID, principal: str, key: EventKey) -> list[Event]:
    with database.transaction() as tx:
        require_visible(tx, request_id, principal)
        return read_events(tx, request_id, after=key)


async def event_texts(
    watcher: Watcher,
    database: Database,
    request_id: UUID,
    principal: str,
    told: list[Event],
    key: EventKey,
    *,
    left_out: frozenset[str] = frozenset(),
) -> AsyncIterator[bytes]:
    """The events of a request on the wire, those told already first, until its end; kinds `left_out` are not sent."""
    if told:
        key = told[-1].key
        yield await _batch(told, database, request_id, principal, left_out)
    async for events in watcher.follow(request_id, after=key):
        if text := await _batch(events, database, request_id, principal, left_out):
            yield text


async def _batch(
    events: list[Event], database: Database, request_id: UUID, principal: str, left_out: frozenset[str]
) -> bytes:
    texts = [_text(event) for event in events if event.key != END and event.kind not in left_out]
    if events[-1].key == END:
        texts.append(await run_in_threadpool(_end_text, database, request_id, principal))
    return b"".join(texts)


def _text(event: Event) -> bytes:
    data = {"type": event.kind, "step_no": event.key.step_no, "at": event.at, "data": event.data}
    return event_text(id_of(event.key), event.kind, data)


def _end_text(database: Database, request_id: UUID, principal: str) -> bytes:
    """`done` with the request as polling shows it, or `error` with its problem object."""
    with database.transaction() as tx:
        view = view_json(read_request(tx, request_id, principal))
    if "error" in view:
        return event_text(id_of(END), "error", view["error"])
    return event_text(id_of(END), "done", view)
