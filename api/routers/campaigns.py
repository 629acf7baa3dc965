"""Campaigns: what everything else belongs to, how it is played, and who may see it."""

# ruff: noqa: FAST003 - {id} is read by a dependency of api/deps.py
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from api.campaign_models import CampaignCreate, CampaignList, CampaignUpdate, CampaignView
from api.campaign_settings import checked_settings, settings_json
from api.conflicts import conflicts, expected_version
from api.deps import CampaignId, EntityReader, EntityWriter, NeededIfMatch, Services
from api.entity_bodies import entity_json
from api.memory_models import Approved, ApproveRequest
from api.once import Once
from api.parsing import DIGITS
from api.responses import json_response
from api.routes import ScopedRoute
from store.approvals import approve_entities
from store.campaigns import (
    Campaign,
    create_campaign,
    delete_campaign,
    get_campaign,
    list_campaigns,
    update_campaign,
)
from store.speaking import beyond_the_wall

router = APIRouter(prefix="/v1/campaigns", tags=["campaigns"], route_class=ScopedRoute)


@router.post("", status_code=201, response_model=CampaignView)
def create(body: CampaignCreate, caller: EntityWriter, services: Services, once: Once) -> Response:
    """Begin a campaign; the caller owns it."""
    settings = checked_settings(body.settings)

    def make() -> Response:
        campaign = create_campaign(
            tx, name=body.name, principal=caller.principal, campaign_id=body.id, settings=settings
        )
        return _answer(campaign, 201, {"Location": f"/v1/campaigns/{campaign.id}"})

    # It has no members yet: a principal could not see what they have just made.
    with beyond_the_wall(), services.database.transaction() as tx:
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
    """One campaign; its version is the ETag."""
    with services.database.transaction() as tx:
        return _answer(get_campaign(tx, campaign_id, caller.principal))


def change_one(
    campaign_id: CampaignId, body: CampaignUpdate, condition: NeededIfMatch, caller: EntityWriter, services: Services
) -> Response:
    """Change the name or the settings, if the campaign still has the version in If-Match; owners only."""
    given = body.model_fields_set
    settings = checked_settings(body.settings) if "settings" in given else None
    with services.database.transaction() as tx, conflicts(services):
        campaign = update_campaign(
            tx,
            campaign_id,
            caller.principal,
            expected_version=expected_version(condition),
            name=body.name if "name" in given else None,
            settings=settings,
        )
    return _answer(campaign)


router.put("/{id}", response_model=CampaignView, name="change_one")(change_one)
router.patch("/{id}", response_model=CampaignView, name="patch_one")(change_one)


@router.delete("/{id}", status_code=204)
def delete_one(campaign_id: CampaignId, caller: EntityWriter, services: Services) -> Response:
    """Remove a campaign for good, with everything in it: entities, relationships, prompts, members; owners only."""
    with services.database.transaction() as tx:
        delete_campaign(tx, campaign_id, caller.principal)
    return Response(status_code=204)


@router.post("/{id}/approve", response_model=Approved, tags=["entities"])
def approve_many(
    campaign_id: CampaignId, body: ApproveRequest, caller: EntityWriter, services: Services, once: Once
) -> Response:
    """Approve drafts, of any type; all of them, or none."""

    def make() -> Response:
        approved = approve_entities(tx, campaign_id, caller.principal, body.ids)
        return json_response({"items": [entity_json(entity) for entity in approved], "total": len(approved)})

    with services.database.transaction() as tx:
        return once.answer(tx, make)


def _answer(campaign: Campaign, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return json_response(_view(campaign), status, {"ETag": f'"{campaign.version}"'} | (headers or {}))


def _view(campaign: Campaign) -> dict[str, Any]:
    return {
        "id": campaign.id,
        "name": campaign.name,
        "settings": settings_json(campaign.settings),
        "role": campaign.role,
        "version": campaign.version,
        "created_at": campaign.created_at,
        "updated_at": campaign.updated_at,
    }
