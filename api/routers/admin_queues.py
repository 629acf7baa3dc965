"""The queues, for operators: what they hold, message by message, and pausing them. Needs the scope admin.

Deleting a message does not end its request: the sweeper publishes what is not done again, until its deadline. To end a
request, cancel it.
"""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Response

from api.admin_models import QueuedMessageList, QueueList, QueueView
from api.admin_views import queue_view, queued_view
from api.deps import NEEDS_ADMIN, Admin, Services
from api.refusals import InvalidFields
from api.responses import json_response
from api.routes import ScopedRoute
from bus import MessageNotFound, StreamsBroker
from contracts.queues import Queue
from core.errors import FieldError, NotFound
from telemetry.logs import get_logger

log = get_logger(__name__)

router = APIRouter(prefix="/v1/admin/queues", tags=["admin"], route_class=ScopedRoute)


async def read_queue(queue: str) -> Queue:
    """The queue in the path; an unknown one is a path that does not exist (404)."""
    try:
        return Queue(queue)
    except ValueError as error:
        raise NotFound(f"there is no such queue; there are: {', '.join(Queue)}") from error


QueueName = Annotated[Queue, Depends(read_queue)]
Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[str | None, Query(min_length=1, max_length=80)]


@router.get("", response_model=QueueList, dependencies=[NEEDS_ADMIN])
def list_queues(services: Services) -> Response:
    """All queues: depth, age of the oldest message, in flight, delayed, dead."""
    return json_response({"items": [_view(services.broker, queue) for queue in Queue]})


@router.get("/{queue}", response_model=QueueView, dependencies=[NEEDS_ADMIN])
def read_one(queue: QueueName, services: Services) -> Response:
    """One queue."""
    return json_response(_view(services.broker, queue))


@router.post("/{queue}/pause", response_model=QueueView)
def pause(queue: QueueName, caller: Admin, services: Services) -> Response:
    """Let nobody take anything more of a queue until it is resumed; what is in hand is finished."""
    services.broker.pause_queue(queue.value)
    log.warning("queue_paused", queue=queue.value, principal=caller.principal)
    return json_response(_view(services.broker, queue))


@router.post("/{queue}/resume", response_model=QueueView)
def resume(queue: QueueName, caller: Admin, services: Services) -> Response:
    """End a pause; fine when there is none."""
    services.broker.resume_queue(queue.value)
    log.warning("queue_resumed", queue=queue.value, principal=caller.principal)
    return json_response(_view(services.broker, queue))


@router.get("/{queue}/messages", response_model=QueuedMessageList, dependencies=[NEEDS_ADMIN])
def list_messages(
    queue: QueueName,
    services: Services,
    state: Literal["live", "delayed"] = "live",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Messages that are ready or in flight, by priority and age; with `state=delayed`, what waits for its time."""
    page = _delayed if state == "delayed" else _live
    return json_response(page(services.broker, queue, limit, cursor))


@router.delete("/{queue}/messages/{id}", status_code=204)
def delete_message(queue: QueueName, id: str, caller: Admin, services: Services) -> Response:  # noqa: A002
    """Drop a message that waits; one that a worker holds is left alone (409)."""
    services.broker.remove_message(queue.value, id)
    log.warning("message_deleted", queue=queue.value, handle=id, principal=caller.principal)
    return Response(status_code=204)


@router.post("/{queue}/messages/{id}/requeue", status_code=204)
def requeue_message(queue: QueueName, id: str, caller: Admin, services: Services) -> Response:  # noqa: A002
    """Let a delayed message be due now."""
    services.broker.hasten_message(queue.value, id)
    log.warning("message_requeued", queue=queue.value, handle=id, principal=caller.principal)
    return Response(status_code=204)


def _view(broker: StreamsBroker, queue: Queue) -> dict[str, Any]:
    return queue_view(queue, broker.queue_stats(queue.value))


def _live(broker: StreamsBroker, queue: Queue, limit: int, cursor: str | None) -> dict[str, Any]:
    try:
        found = broker.messages(queue.value, count=limit, after=cursor)
    except MessageNotFound as error:
        raise _bad_cursor() from error
    following = found[-1].handle if len(found) == limit else None
    return {"items": [queued_view(one) for one in found], "limit": limit, "next_cursor": following}


def _delayed(broker: StreamsBroker, queue: Queue, limit: int, cursor: str | None) -> dict[str, Any]:
    if cursor is not None and not (cursor.isascii() and cursor.isdecimal() and len(cursor) < 10):
        raise _bad_cursor()
    skip = int(cursor or 0)
    found = broker.delayed_messages(queue.value, count=limit, skip=skip)
    following = str(skip + limit) if len(found) == limit else None
    return {"items": [queued_view(one) for one in found], "limit": limit, "next_cursor": following}


def _bad_cursor() -> InvalidFields:
    return InvalidFields(
        "The cursor is not valid", fields=[FieldError("cursor", "Must be next_cursor of a page of this very list")]
    )
