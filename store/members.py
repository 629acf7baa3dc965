"""The members of a campaign and their roles. A campaign never loses its last owner."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from core.errors import NotFound
from store.campaigns import Role, require_member
from store.database import Transaction
from store.errors import LastOwner
from store.values import check_text

MAX_PRINCIPAL: Final = 200


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a campaign; `created_at` is since when."""

    principal: str
    role: Role
    created_at: datetime


# Two owners who remove each other at once take turns here, and the second finds that it is the last.
_LOCK: Final = "SELECT FROM campaigns WHERE id = %(id)s FOR NO KEY UPDATE"
_SET: Final = """
INSERT INTO memberships (campaign_id, principal, role) VALUES (%(id)s, %(member)s, %(role)s)
ON CONFLICT (campaign_id, principal) DO UPDATE SET role = excluded.role
RETURNING principal, role, created_at
"""
_GET: Final = (
    "SELECT principal, role, created_at FROM memberships WHERE campaign_id = %(id)s AND principal = %(member)s"
)
_LIST: Final = """
SELECT principal, role, created_at FROM memberships WHERE campaign_id = %(id)s ORDER BY created_at, principal
"""
_REMOVE: Final = "DELETE FROM memberships WHERE campaign_id = %(id)s AND principal = %(member)s"
_OWNERS: Final = """
SELECT count(*) AS others FROM memberships
WHERE campaign_id = %(id)s AND role = 'owner' AND principal <> %(member)s
"""


def list_members(tx: Transaction, campaign_id: UUID, principal: str) -> list[Member]:
    """Everybody in the campaign, who came first first. Raises NotFound for who is none of them."""
    require_member(tx, campaign_id, principal)
    return [_member(row) for row in tx.execute(_LIST, {"id": campaign_id}).fetchall()]


def get_member(tx: Transaction, campaign_id: UUID, principal: str, *, member: str) -> Member:
    """One member. Raises NotFound when there is no such member, or the principal is none."""
    require_member(tx, campaign_id, principal)
    row = tx.execute(_GET, {"id": campaign_id, "member": member}).fetchone()
    if row is None:
        raise _no_such_member()
    return _member(row)


def add_member(tx: Transaction, campaign_id: UUID, principal: str, *, member: str, role: Role) -> Member:
    """Let another principal in, or change what they may do; only an owner can.

    Raises:
        NotFound, PermissionDenied: See require_member.
        LastOwner: The only owner would be none any more.
    """
    tx.execute(_LOCK, {"id": campaign_id})
    require_member(tx, campaign_id, principal, role=Role.OWNER)
    check_text("member", member, shortest=1, longest=MAX_PRINCIPAL)
    given = {"id": campaign_id, "member": member, "role": role.value}
    if role is not Role.OWNER:
        _require_other_owner(tx, given)
    [row] = tx.execute(_SET, given).fetchall()
    return _member(row)


def remove_member(tx: Transaction, campaign_id: UUID, principal: str, *, member: str) -> None:
    """Put somebody out; an owner can remove anybody, others only themselves.

    Raises:
        NotFound: No such campaign or member.
        PermissionDenied: Somebody else, by who is not an owner.
        LastOwner: It is the only owner.
    """
    tx.execute(_LOCK, {"id": campaign_id})
    require_member(tx, campaign_id, principal, role=Role.READER if member == principal else Role.OWNER)
    given = {"id": campaign_id, "member": member}
    _require_other_owner(tx, given)
    if tx.execute(_REMOVE, given).rowcount != 1:
        raise _no_such_member()


def _require_other_owner(tx: Transaction, given: dict[str, Any]) -> None:
    row = tx.execute(_OWNERS, given).fetchone()
    if row is not None and row["others"] == 0:
        raise LastOwner


def _member(row: dict[str, Any]) -> Member:
    return Member(row["principal"], Role(row["role"]), row["created_at"])


def _no_such_member() -> NotFound:
    return NotFound("no such member")
