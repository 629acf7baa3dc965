"""Taking back what a prompt did."""

from dataclasses import asdict

from fastapi import APIRouter, Response

from api.deps import EntityWriter, RequestId, Services
from api.memory_models import UndoAnswer
from api.responses import json_response
from api.routes import ScopedRoute
from store.undo import undo_request

router = APIRouter(tags=["prompts"], route_class=ScopedRoute)


@router.post("/v1/prompts/{request_id}/undo", response_model=UndoAnswer)
def undo_prompt(request_id: RequestId, caller: EntityWriter, services: Services) -> Response:
    """Take back all that a request wrote, unless it was changed since (409); the same again does nothing."""
    with services.database.transaction() as tx:
        undone = undo_request(tx, request_id, caller.principal)
    return json_response(asdict(undone) | {"request_id": undone.public_id})
