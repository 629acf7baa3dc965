"""Watching a request: its progress as server-sent events, from its first step to its end (DESIGN.md, rule 9)."""

from collections.abc import AsyncIterator
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from api.deps import PromptCaller, RequestId, Services, Watching
from api.prompt_views import view_json
from api.routes import ScopedRoute
from api.sse import HEADERS, MEDIA_TYPE, event_text, id_of, read_event_id, stream
from api.watching import Watcher
from store.database import Database
from store.events import END, Event, EventKey, read_events
from store.requests import read_request, require_visible

router = APIRouter(tags=["prompts"], route_class=ScopedRoute)

STREAM: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "Events until the request has ended, the last of them `done` or `error`",
        "content": {MEDIA_TYPE: {"schema": {"type": "string"}}},
    },
    204: {"description": "Nothing comes behind this event: do not reconnect"},
}
After = Annotated[str | None, Query(max_length=20, description="As Last-Event-ID, for who cannot send headers.")]


@router.get("/v1/prompts/{request_id}/events", response_class=Response, responses=STREAM)
async def watch_prompt(
    request_id: RequestId,
    request: Request,
    caller: PromptCaller,
    services: Services,
    watcher: Watching,
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
    events = _texts(watcher, services.database, request_id, caller.principal, told, key)
    return stream(events)


def _read_first(database: Database, request_id: UUID, principal: str, key: EventKey) -> list[Event]:
    with database.transaction() as tx:
        require_visible(tx, request_id, principal)
        return read_events(tx, request_id, after=key)


async def _texts(
    watcher: Watcher, database: Database, request_id: UUID, principal: str, told: list[Event], key: EventKey
) -> AsyncIterator[bytes]:
    if told:
        key = told[-1].key
        yield await _batch(told, database, request_id, principal)
    async for events in watcher.follow(request_id, after=key):
        yield await _batch(events, database, request_id, principal)


async def _batch(events: list[Event], database: Database, request_id: UUID, principal: str) -> bytes:
    texts = [_text(event) for event in events if event.key != END]
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
