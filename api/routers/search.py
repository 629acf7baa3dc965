"""Search of campaign memory (R32, R33, C37)."""

from fastapi import APIRouter, Response

from api.deps import EntityReader, Services
from api.models import SearchAnswer, SearchRequest
from api.responses import json_response
from api.routers.entities import unknown_campaign
from api.routes import ScopedRoute
from core.errors import NotFound
from store.search import search_entities

router = APIRouter(tags=["entities"], route_class=ScopedRoute)


@router.post("/v1/search", response_model=SearchAnswer)
def search(body: SearchRequest, caller: EntityReader, services: Services) -> Response:
    """Find entities by misspelled names and by words in their texts, best first."""
    with services.database.transaction() as tx:
        try:
            found = search_entities(
                tx, caller.principal, body.campaign_id, body.query, body.entity_types or None, body.limit
            )
        except NotFound as error:
            raise unknown_campaign("campaign_id") from error
    results = [
        {"entity_id": hit.entity_id, "entity_type": hit.entity_type, "name": hit.name, "score": round(hit.score, 4)}
        for hit in found.results
    ]
    return json_response({"results": results, "total": found.total})
