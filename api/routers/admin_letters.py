"""Dead letters, for operators: list, inspect, replay, discard. Needs the scope admin."""

import re
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from api.admin_models import DeadLetterList, DeadLetterOrder, DeadLetterOutcomes, DeadLetterView
from api.admin_views import letter_view
from api.deps import NEEDS_ADMIN, Admin, AppServices, Services
from api.refusals import InvalidFields
from api.responses import json_response
from api.routers.admin_queues import Limit, QueueName
from api.routes import ScopedRoute
from bus import DeadLetterNotFound, StreamsBroker
from contracts.queues import Queue
from core.errors import FieldError
from core.ids import REQUEST_PREFIX, prefixed
from orchestrator.replays import Replayer, RequestGone
from store.speaking import beyond_the_wall
from telemetry.logs import get_logger

log = get_logger(__name__)

router = APIRouter(prefix="/v1/admin/dead-letters", tags=["admin"], route_class=ScopedRoute)

_LETTER = re.compile(r"\d{1,20}-\d{1,20}", re.ASCII)


@router.get("", response_model=DeadLetterList, dependencies=[NEEDS_ADMIN])
def list_letters(
    services: Services,
    queue: Annotated[Queue, Query()],
    limit: Limit = 50,
    cursor: Annotated[str | None, Query(min_length=1, max_length=64)] = None,
) -> Response:
    """The dead letters of a queue, the newest first."""
    if cursor is not None and not _LETTER.fullmatch(cursor):
        fields = [FieldError("cursor", "Must be next_cursor of a page of this very list")]
        raise InvalidFields("The cursor is not valid", fields=fields)
    found = services.broker.dead_letters(queue.value, count=limit, cursor=cursor)
    following = found[-1].id if len(found) == limit else None
    return json_response({"items": [letter_view(one) for one in found], "limit": limit, "next_cursor": following})


@router.get("/{queue}/{id}", response_model=DeadLetterView, dependencies=[NEEDS_ADMIN])
def read_letter(queue: QueueName, id: str, services: Services) -> Response:  # noqa: A002
    """One dead letter, with its traceback."""
    return json_response(letter_view(services.broker.dead_letter(queue.value, id), is_whole=True))


@router.post("", response_model=DeadLetterOutcomes)
def put_to_use(body: DeadLetterOrder, caller: Admin, services: Services) -> Response:
    """Replay or discard letters: some by their ids, or all of a queue, of one reason perhaps, the oldest first.

    A letter of a request that has ended is replayed as a new request with `replay_of`.
    """
    queue = body.queue
    act = _replaying(services, queue) if body.action == "replay" else _discarding(services.broker, queue)
    letters = body.ids or _oldest(services.broker, queue, body.reason, body.limit)
    outcomes = [act(letter_id) for letter_id in dict.fromkeys(letters)]
    log.warning(
        "dead_letters_handled",
        action=body.action,
        queue=queue.value,
        letters=len(outcomes),
        principal=caller.principal,
    )
    return json_response({"items": outcomes, "remaining": services.broker.queue_stats(queue.value).dead})


def _replaying(services: AppServices, queue: Queue) -> Callable[[str], dict[str, Any]]:
    replayer = Replayer(services.database, services.broker, services.intake.publisher)

    def replay(letter_id: str) -> dict[str, Any]:
        try:
            with beyond_the_wall():  # an operator replays whosever request it is
                done = replayer.replay(queue.value, letter_id)
        except DeadLetterNotFound:
            return {"id": letter_id, "outcome": "not_found"}
        except RequestGone:
            return {"id": letter_id, "outcome": "request_gone"}
        request_id = prefixed(REQUEST_PREFIX, done.request_id) if done.request_id else None
        return {"id": letter_id, "outcome": done.outcome, "request_id": request_id}

    return replay


def _discarding(broker: StreamsBroker, queue: Queue) -> Callable[[str], dict[str, Any]]:
    def discard(letter_id: str) -> dict[str, Any]:
        try:
            broker.discard_dead_letter(queue.value, letter_id)
        except DeadLetterNotFound:
            return {"id": letter_id, "outcome": "not_found"}
        return {"id": letter_id, "outcome": "discarded"}

    return discard


def _oldest(broker: StreamsBroker, queue: Queue, reason: str | None, limit: int) -> list[str]:
    """The oldest letters of this reason, or of any."""
    found = broker.find_dead_letters(
        queue.value, matching=lambda letter: reason is None or letter.reason == reason, limit=limit
    )
    return [letter.id for letter in found]
