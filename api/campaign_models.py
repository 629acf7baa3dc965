"""Bodies of campaigns, their settings and their members."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.models import StrictModel, stays_when_left_out
from api.parsing import NotBlank, OptionalId


class CampaignSettings(StrictModel):
    """How a campaign is played: `house_rules` as POST /v1/rules/validate takes them, optional rules on or off."""

    house_rules: dict[str, Any] = Field(default_factory=dict)
    optional_rules: dict[str, bool] = Field(default_factory=dict)


class CampaignCreate(StrictModel):
    """Body of POST /v1/campaigns."""

    id: OptionalId = None
    name: Annotated[NotBlank, Field(min_length=1, max_length=200)]
    settings: CampaignSettings = CampaignSettings()


class CampaignUpdate(StrictModel):
    """Body of PUT and PATCH /v1/campaigns/{id}: what is left out stays; `settings` are replaced as a whole."""

    model_config = ConfigDict(strict=True, extra="forbid", json_schema_extra=stays_when_left_out)

    name: Annotated[NotBlank, Field(min_length=1, max_length=200)] = ""
    settings: CampaignSettings = CampaignSettings()


class MemberUpdate(StrictModel):
    """Body of PUT /v1/campaigns/{id}/members/{principal}."""

    role: Literal["owner", "editor", "reader"]


class MemberView(BaseModel):
    """Somebody in a campaign, and since when."""

    principal: str
    role: Literal["owner", "editor", "reader"]
    created_at: datetime


class MemberList(BaseModel):
    """Everybody in a campaign."""

    items: list[MemberView]
    total: int


class CampaignView(BaseModel):
    """A campaign as the caller sees it."""

    id: str
    name: str
    settings: CampaignSettings
    role: str
    version: int
    created_at: datetime
    updated_at: datetime


class CampaignList(BaseModel):
    """One page of the caller's campaigns."""

    items: list[CampaignView]
    total: int
    limit: int
    offset: int
