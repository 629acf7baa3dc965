"""Campaigns and who may see them.

Membership is the wall between principals: every function of the store that takes a principal joins `memberships` in
its SQL, and a campaign of someone else is answered exactly like one that does not exist.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from psycopg.types.json import Jsonb

from core.errors import NotFound, PermissionDenied
from core.ids import new_uuid
from store.database import Transaction
from store.errors import IdAlreadyUsed, VersionConflict
from store.values import check_json_object, check_text

MAX_NAME: Final = 200


class Role(StrEnum):
    """What a member may do; each role includes those before it."""

    READER = "reader"
    EDITOR = "editor"
    OWNER = "owner"

    def includes(self, other: "Role") -> bool:
        """True when this role may do what the other may."""
        order = list(Role)
        return order.index(self) >= order.index(other)


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign as one of its members sees it; `role` is that member's."""

    id: UUID
    name: str
    settings: dict[str, Any]
    role: Role
    created_at: datetime
    updated_at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class CampaignPage:
    """Some of a principal's campaigns; `total` counts all of them."""

    items: list[Campaign]
    total: int


_INSERT = """
INSERT INTO campaigns (id, name, settings) VALUES (%(id)s, %(name)s, %(settings)s) ON CONFLICT (id) DO NOTHING
"""
_ADD_OWNER = "INSERT INTO memberships (campaign_id, principal, role) VALUES (%(id)s, %(principal)s, 'owner')"
_GET = """
SELECT c.id, c.name, c.settings, m.role, c.created_at, c.updated_at, c.version
FROM campaigns c JOIN memberships m ON m.campaign_id = c.id
WHERE c.id = %(id)s AND m.principal = %(principal)s
"""
_LIST = """
SELECT c.id, c.name, c.settings, m.role, c.created_at, c.updated_at, c.version
FROM campaigns c JOIN memberships m ON m.campaign_id = c.id
WHERE m.principal = %(principal)s
ORDER BY c.created_at, c.id LIMIT %(limit)s OFFSET %(offset)s
"""
_COUNT = "SELECT count(*) AS total FROM memberships WHERE principal = %(principal)s"
_ROLE = "SELECT role FROM memberships WHERE campaign_id = %(id)s AND principal = %(principal)s"
_UPDATE = """
UPDATE campaigns SET name = coalesce(%(name)s, name), settings = coalesce(%(settings)s, settings),
                     version = version + 1, updated_at = clock_timestamp()
WHERE id = %(id)s AND (%(expected)s::integer IS NULL OR version = %(expected)s)
"""
# Steps and sweeper lock a request before they write to its campaign: whoever deletes waits for them, in the same order.
_LOCK_REQUESTS = "SELECT id FROM requests WHERE campaign_id = %(id)s AND status = 'processing' ORDER BY id FOR UPDATE"
_DELETE = "DELETE FROM campaigns WHERE id = %(id)s"


def ensure_campaign(tx: Transaction, campaign_id: UUID, name: str, principal: str) -> Campaign:
    """Make the campaign, owned by the principal, unless it exists; safe to call at every start.

    An existing campaign is left as it is: nobody becomes a member by knowing an id.

    Raises:
        NotFound: It exists and is not the principal's.
    """
    _insert(tx, campaign_id, name, principal, {})
    return get_campaign(tx, campaign_id, principal)


def create_campaign(
    tx: Transaction,
    *,
    name: str,
    principal: str,
    campaign_id: UUID | None = None,
    settings: Mapping[str, Any] | None = None,
) -> Campaign:
    """Make a campaign owned by the principal.

    Args:
        tx: The open transaction.
        name: 1 to 200 characters.
        principal: Subject of the access token.
        campaign_id: Chosen by the caller; a fresh one by default.
        settings: House rules; absent means the book.

    Raises:
        IdAlreadyUsed: There is a campaign with this id.
        InvalidInput: The name or the settings are not allowed.
    """
    campaign_id = campaign_id or new_uuid()
    if not _insert(tx, campaign_id, name, principal, dict(settings or {})):
        raise IdAlreadyUsed("this campaign id is already in use")
    return get_campaign(tx, campaign_id, principal)


def get_campaign(tx: Transaction, campaign_id: UUID, principal: str) -> Campaign:
    """One campaign. Raises NotFound when it is unknown or someone else's."""
    row = tx.execute(_GET, {"id": campaign_id, "principal": principal}).fetchone()
    if row is None:
        raise _not_found()
    return _campaign(row)


def list_campaigns(tx: Transaction, principal: str, limit: int = 100, offset: int = 0) -> CampaignPage:
    """The principal's campaigns, oldest first."""
    given = {"principal": principal, "limit": limit, "offset": offset}
    counted = tx.execute(_COUNT, given).fetchone()
    rows = tx.execute(_LIST, given).fetchall()
    return CampaignPage([_campaign(row) for row in rows], int(counted["total"]) if counted else 0)


def update_campaign(
    tx: Transaction,
    campaign_id: UUID,
    principal: str,
    *,
    expected_version: int | None,
    name: str | None = None,
    settings: Mapping[str, Any] | None = None,
) -> Campaign:
    """Change a campaign in one compare-and-set; None leaves a field as it is; only an owner can.

    Raises:
        NotFound, PermissionDenied: See require_member.
        VersionConflict: It has another version by now.
        InvalidInput: The name or the settings are not allowed.
    """
    require_member(tx, campaign_id, principal, role=Role.OWNER)
    if name is not None:
        check_text("name", name, shortest=1, longest=MAX_NAME)
    new = Jsonb(check_json_object("settings", dict(settings))) if settings is not None else None
    given = {"id": campaign_id, "expected": expected_version, "name": name, "settings": new}
    changed = tx.execute(_UPDATE, given).rowcount == 1
    campaign = get_campaign(tx, campaign_id, principal)
    if not changed:
        raise VersionConflict(expected=expected_version or 0, current_version=campaign.version)
    return campaign


def delete_campaign(tx: Transaction, campaign_id: UUID, principal: str) -> None:
    """Remove a campaign with everything in it, for good; only an owner can.

    Raises:
        NotFound, PermissionDenied: See require_member.
    """
    require_member(tx, campaign_id, principal, role=Role.OWNER)
    tx.execute(_LOCK_REQUESTS, {"id": campaign_id})
    tx.execute(_DELETE, {"id": campaign_id})


def require_member(tx: Transaction, campaign_id: UUID, principal: str, *, role: Role | str = Role.READER) -> Role:
    """Return the principal's role in the campaign.

    Args:
        tx: The open transaction.
        campaign_id: The campaign.
        principal: Subject of the access token.
        role: The least that is needed: reader, editor or owner.

    Raises:
        NotFound: No such campaign, or the principal is not a member: callers cannot tell which.
        PermissionDenied: A member, with too low a role.
    """
    row = tx.execute(_ROLE, {"id": campaign_id, "principal": principal}).fetchone()
    if row is None:
        raise _not_found()
    held = Role(row["role"])
    if not held.includes(Role(role)):
        raise PermissionDenied(f"this needs the role {Role(role)} in the campaign")
    return held


def _insert(tx: Transaction, campaign_id: UUID, name: str, principal: str, settings: dict[str, Any]) -> bool:
    """True when the campaign was made by this call."""
    check_text("name", name, shortest=1, longest=MAX_NAME)
    check_json_object("settings", settings)
    made = tx.execute(_INSERT, {"id": campaign_id, "name": name, "settings": Jsonb(settings)}).rowcount == 1
    if made:
        tx.execute(_ADD_OWNER, {"id": campaign_id, "principal": principal})
    return made


def _campaign(row: dict[str, Any]) -> Campaign:
    return Campaign(**row | {"role": Role(row["role"])})


def _not_found() -> NotFound:
    return NotFound("no such campaign")
