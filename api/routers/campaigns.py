"""Campaigns: what everything else belongs to."""

# ruff: noqa: FAST003 - {id} is read by a dependency of api/deps.py
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from api.deps import CampaignId, EntityReader, EntityWriter, Services
from api.models import CampaignCreate, CampaignList, CampaignView
from api.once import Once
from api.parsing import DIGITS
from api.responses import json_response
from api.routes import ScopedRoute
from store.campaigns import Campaign, create_campaign, get_campaign, list_campaigns

router = APIRouter(prefix="/v1/campaigns", tags=["campaigns"], route_class=ScopedRoute)


@router.post("", status_code=201, response_model=CampaignView)
def create(body: CampaignCreate, caller: EntityWriter, services: Services, once: Once) -> Response:
    """Begin a campaign; the caller owns it."""

    def make() -> Response:
        campaign = create_campaign(tx, name=body.name, principal=caller.principal, campaign_id=body.id)
        return json_response(_view(campaign), 201, {"Location": f"/v1/campaigns/{campaign.id}"})

    with services.database.transaction() as tx:
        return once.answer(tx, make)


@router.get("", response_model=CampaignList)
def list_page(
    caller: EntityReader,
    services: Services,
    limit: Annotated[int, Query(ge=1, le=1000), DIGITS] = 100,
    offset: Annotated[int, Query(ge=0, le=1_000_000), DIGITS] = 0,
) -> Response:
    """The caller's campaigns, oldest first."""
    with services.database.transaction() as tx:
        page = list_campaigns(tx, caller.principal, limit, offset)
    items = [_view(campaign) for campaign in page.items]
    return json_response({"items": items, "total": page.total, "limit": limit, "offset": offset})


@router.get("/{id}", response_model=CampaignView)
def read_one(campaign_id: CampaignId, caller: EntityReader, services: Services) -> Response:
    """One campaign."""
    with services.database.transaction() as tx:
        return json_response(_view(get_campaign(tx, campaign_id, caller.principal)))


def _view(campaign: Campaign) -> dict[str, Any]:
    return {
        "id": campaign.id,
        "name": campaign.name,
        "role": campaign.role,
        "created_at": campaign.created_at,
        "updated_at": campaign.updated_at,
    }
