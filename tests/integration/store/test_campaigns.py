"""Campaigns and their members."""

from uuid import UUID

import pytest

from core.errors import InvalidInput, NotFound, PermissionDenied
from core.ids import new_uuid
from store.campaigns import (
    Role,
    create_campaign,
    delete_campaign,
    ensure_campaign,
    get_campaign,
    list_campaigns,
    require_member,
)
from store.database import Database
from store.errors import IdAlreadyUsed
from store.members import add_member
from tests.integration.store.conftest import DM, EDITOR, READER, STRANGER, Remember


def test_a_new_campaign_belongs_to_who_made_it(database: Database) -> None:
    with database.transaction() as tx:
        made = create_campaign(tx, name="The Sunken Vale", principal=DM, settings={"optional_rules": ["kits"]})
        assert made == get_campaign(tx, made.id, DM)
    assert ("The Sunken Vale", Role.OWNER, {"optional_rules": ["kits"]}) == (made.name, made.role, made.settings)


def test_ensuring_a_campaign_twice_makes_it_once_and_keeps_its_name(database: Database) -> None:
    campaign_id = new_uuid()
    with database.transaction() as tx:
        first = ensure_campaign(tx, campaign_id, "My campaign", DM)
    with database.transaction() as tx:
        assert first == ensure_campaign(tx, campaign_id, "Another name", DM)


def test_nobody_becomes_a_member_by_knowing_an_id(database: Database, campaign: UUID) -> None:
    with database.transaction() as tx, pytest.raises(NotFound):
        ensure_campaign(tx, campaign, "Mine now", STRANGER)
    with database.transaction() as tx, pytest.raises(IdAlreadyUsed):
        create_campaign(tx, name="Mine now", principal=STRANGER, campaign_id=campaign)
    with database.transaction() as tx, pytest.raises(NotFound):
        get_campaign(tx, campaign, STRANGER)


def test_a_foreign_campaign_and_an_unknown_one_get_the_same_answer(database: Database, campaign: UUID) -> None:
    answers = []
    for campaign_id in (campaign, new_uuid()):
        with database.transaction() as tx, pytest.raises(NotFound) as caught:
            require_member(tx, campaign_id, STRANGER)
        answers.append((type(caught.value), str(caught.value)))
    assert answers[0] == answers[1]


@pytest.mark.parametrize(("principal", "held"), [(READER, Role.READER), (EDITOR, Role.EDITOR), (DM, Role.OWNER)])
@pytest.mark.parametrize("needed", list(Role))
def test_members_may_do_what_their_role_includes(
    database: Database, campaign: UUID, principal: str, held: Role, needed: Role
) -> None:
    with database.transaction() as tx:
        if held.includes(needed):
            assert held == require_member(tx, campaign, principal, role=needed.value)
        else:
            with pytest.raises(PermissionDenied):
                require_member(tx, campaign, principal, role=needed.value)


def test_lists_hold_the_principals_own_campaigns_oldest_first(database: Database, campaign: UUID) -> None:
    with database.transaction() as tx:
        second = create_campaign(tx, name="Second", principal=DM)
        page = list_campaigns(tx, DM)
        assert ([campaign, second.id], 2) == ([item.id for item in page.items], page.total)
        last = list_campaigns(tx, DM, limit=1, offset=1)
        assert ([second.id], 2) == ([item.id for item in last.items], last.total)
        assert ["Elsewhere"] == [item.name for item in list_campaigns(tx, STRANGER).items]


@pytest.mark.parametrize("principal", [EDITOR, READER])
def test_only_owners_let_others_in_or_delete(database: Database, campaign: UUID, principal: str) -> None:
    with database.transaction() as tx:
        with pytest.raises(PermissionDenied):
            add_member(tx, campaign, principal, member=STRANGER, role=Role.READER)
        with pytest.raises(PermissionDenied):
            delete_campaign(tx, campaign, principal)


def test_a_deleted_campaign_takes_everything_with_it(database: Database, campaign: UUID, remember: Remember) -> None:
    remember()
    with database.transaction() as tx:
        delete_campaign(tx, campaign, DM)
        left = tx.execute("SELECT (SELECT count(*) FROM entities) + (SELECT count(*) FROM entity_versions) AS rows")
        assert {"rows": 0} == left.fetchone()
        with pytest.raises(NotFound):
            get_campaign(tx, campaign, DM)


@pytest.mark.parametrize("name", ["", " ", "x" * 201, "a\0b"])
def test_a_name_that_cannot_be_stored_is_refused(database: Database, name: str) -> None:
    with database.transaction() as tx, pytest.raises(InvalidInput):
        create_campaign(tx, name=name, principal=DM)
