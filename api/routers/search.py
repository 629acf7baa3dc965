"""Search of campaign memory (R32, R33, C37)."""

from dataclasses import asdict
from typing import Any

import anyio.to_thread
from fastapi import APIRouter, Response

from api.deps import EntityReader, Searches, Services
from api.entity_answers import unknown_campaign
from api.models import SearchAnswer, SearchRequest
from api.responses import json_response
from api.routes import ScopedRoute
from core.errors import NotFound
from store.finder import Finder
from store.search import Filters, Hit, SearchResult

router = APIRouter(tags=["entities"], route_class=ScopedRoute)


@router.post("/v1/search", response_model=SearchAnswer, response_model_exclude_none=True)
async def search(body: SearchRequest, caller: EntityReader, services: Services, searches: Searches) -> Response:
    """Find entities by half a name, a misspelled one, words of their texts, or what they mean; best first.

    Quoted words and words behind a minus are taken by the letter.
    """
    found = await anyio.to_thread.run_sync(_find, services.finder, body, caller.principal, limiter=searches)
    return json_response({"results": [_told(hit, body) for hit in found.results], "total": found.total})


def _find(finder: Finder, body: SearchRequest, principal: str) -> SearchResult:
    filters = Filters(types=body.entity_types, tags=body.tags, state=body.state, as_player=body.view == "player")
    try:
        return finder.find(
            principal,
            body.campaign_id,
            body.query,
            filters=filters,
            limit=body.limit,
            highlight=body.highlight,
        )
    except NotFound as error:
        raise unknown_campaign("campaign_id") from error


def _told(hit: Hit, body: SearchRequest) -> dict[str, Any]:
    told: dict[str, Any] = {
        "entity_id": hit.entity_id,
        "entity_type": hit.entity_type,
        "name": hit.name,
        "score": round(hit.score, 4),
    }
    if body.explain and hit.evidence:
        told["evidence"] = {name: round(value, 4) for name, value in asdict(hit.evidence).items()}
    if body.highlight:
        told["highlights"] = [asdict(highlight) for highlight in hit.highlights]
    return told
