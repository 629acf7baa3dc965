"""How the demo's content becomes a campaign: read as a campaign's file, with ids derived from its keys."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid5

from store.campaigns import ensure_campaign
from store.database import Transaction
from store.transfer.file import FORMAT, CampaignFile, read_campaign_file
from store.transfer.load import Loaded, load_campaign

CONTENT: Final = Path(__file__).parent / "content.json"
_UNREVEALED: Final = "unrevealed"
"""The content's mark for what the players have not met."""
_NAMESPACE: Final = UUID("3f0f9b0e-0a55-5c7c-8f0b-7d2a4f6c1b9e")


@dataclass(frozen=True, slots=True)
class DemoCampaign:
    """The campaign that was loaded, and what of it was new."""

    campaign_id: UUID
    name: str
    about: str
    loaded: Loaded


def load_demo(tx: Transaction, principal: str, *, campaign_id: UUID | None = None) -> DemoCampaign:
    """Load the demo; loading it again brings back what it had, and leaves everything else alone.

    Args:
        tx: The open transaction.
        principal: Who will own it.
        campaign_id: Load it into this campaign instead of one of its own.

    Raises:
        NotFound, PermissionDenied: The principal may not write to the campaign.
    """
    content = json.loads(CONTENT.read_text("utf-8"))
    name = content["campaign"]["name"]
    if campaign_id is None:
        campaign_id = uuid5(_NAMESPACE, f"demo of {principal}")
        ensure_campaign(tx, campaign_id, name, principal)
    loaded = load_campaign(tx, campaign_id, principal, read_demo(content, campaign_id))
    return DemoCampaign(campaign_id, name, content["campaign"]["description"], loaded)


def read_demo(content: dict[str, Any], campaign_id: UUID) -> CampaignFile:
    """The content as a campaign's file. Raises InvalidInput when the content is not in order."""
    return read_campaign_file(
        {
            "format": FORMAT,
            "entities": [_entity(one) for one in content["entities"]],
            "relations": [_relation(one) for one in content["relations"]],
        },
        campaign_id,
    )


def _entity(one: dict[str, Any]) -> dict[str, Any]:
    """What the players have not met is a draft, which they see nowhere; approving it reveals it."""
    tags = [tag for tag in one["tags"] if tag != _UNREVEALED]
    state = one["state"] if tags == one["tags"] else "draft"
    return {name: value for name, value in one.items() if name != "key"} | {
        "id": one["key"],
        "tags": tags,
        "state": state,
    }


def _relation(one: dict[str, Any]) -> dict[str, Any]:
    attributes = dict(one.get("attributes") or {})
    is_secret = attributes.pop("secret", False) is True
    return {
        "source": one["source"],
        "target": one["target"],
        "kind": one["kind"],
        "attributes": attributes,
        "secret": is_secret,
        "period": _period(one.get("period") or {}),
    }


def _period(given: dict[str, Any]) -> dict[str, Any]:
    moments = {end: {"text": given.get(end), "order": given.get(f"{end}_order")} for end in ("from", "to")}
    return {end: moment for end, moment in moments.items() if moment != {"text": None, "order": None}}
