"""The members of a campaign and their roles: reader, editor, owner; each may do what those before may."""

from typing import Any

from fastapi import APIRouter, Response

from api.campaign_models import MemberList, MemberUpdate, MemberView
from api.deps import CampaignId, EntityReader, EntityWriter, Principal, Services
from api.responses import json_response
from api.routes import ScopedRoute
from store.campaigns import Role
from store.members import Member, add_member, get_member, list_members, remove_member

router = APIRouter(prefix="/v1/campaigns/{id}/members", tags=["campaigns"], route_class=ScopedRoute)


@router.get("", response_model=MemberList)
def list_all(campaign_id: CampaignId, caller: EntityReader, services: Services) -> Response:
    """Everybody in the campaign, who came first first."""
    with services.database.transaction() as tx:
        members = list_members(tx, campaign_id, caller.principal)
    return json_response({"items": [_view(member) for member in members], "total": len(members)})


@router.get("/{principal}", response_model=MemberView)
def read_one(campaign_id: CampaignId, principal: Principal, caller: EntityReader, services: Services) -> Response:
    """One member."""
    with services.database.transaction() as tx:
        return json_response(_view(get_member(tx, campaign_id, caller.principal, member=principal)))


@router.put("/{principal}", response_model=MemberView)
def put_one(
    campaign_id: CampaignId, principal: Principal, body: MemberUpdate, caller: EntityWriter, services: Services
) -> Response:
    """Let somebody in, or change their role; owners only, and one owner stays."""
    with services.database.transaction() as tx:
        member = add_member(tx, campaign_id, caller.principal, member=principal, role=Role(body.role))
    return json_response(_view(member))


@router.delete("/{principal}", status_code=204)
def remove_one(campaign_id: CampaignId, principal: Principal, caller: EntityWriter, services: Services) -> Response:
    """Put somebody out; who is no owner can remove themselves only. The last owner stays."""
    with services.database.transaction() as tx:
        remove_member(tx, campaign_id, caller.principal, member=principal)
    return Response(status_code=204)


def _view(member: Member) -> dict[str, Any]:
    return {"principal": member.principal, "role": member.role, "created_at": member.created_at}
