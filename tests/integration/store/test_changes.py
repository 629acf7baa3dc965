"""What an agent wants changed becomes rows once."""

from uuid import UUID

import pytest

from contracts.entities import EntityType
from core.errors import InvalidInput, NotFound
from core.ids import derived_uuid, new_uuid
from store.changes import NewEntity, apply_changes
from store.database import Database
from store.entities import entity_history, get_entity
from store.requests import NewRequest, accept_request
from tests.integration.store.conftest import DM, STRANGER


@pytest.fixture
def request_id(database: Database, campaign: UUID) -> UUID:
    accepted = NewRequest(
        id=new_uuid(), campaign_id=campaign, principal=DM, prompt="Make an inn with a keeper.", intent="generate_npc",
        intent_confidence=0.9, alternatives=[], steps=[], timeout_ms=30_000,
    )  # fmt: skip
    with database.transaction() as tx:
        accept_request(tx, accepted)
    return accepted.id


def wanted(request_id: UUID) -> list[NewEntity]:
    return [
        NewEntity(
            derived_uuid(request_id, 1, 0), EntityType.LOCATION, "The Inn", attributes={"location_type": "building"}
        ),
        NewEntity(derived_uuid(request_id, 1, 1), EntityType.NPC, "The Keeper", "Sleeps badly.", state="draft"),
    ]


def test_changes_become_entities_of_the_request_in_their_order(
    database: Database, campaign: UUID, request_id: UUID
) -> None:
    inn, keeper = wanted(request_id)
    with database.transaction() as tx:
        ids = apply_changes(tx, [inn, keeper], campaign_id=campaign, principal=DM, request_id=request_id)
        stored = get_entity(tx, keeper.id, DM)

    assert [f"loc_{inn.id.hex}", f"npc_{keeper.id.hex}"] == ids
    assert ("The Keeper", "Sleeps badly.", "draft", request_id) == (
        stored.name, stored.description, stored.state, stored.request_id,
    )  # fmt: skip


def test_applying_them_again_changes_nothing(database: Database, campaign: UUID, request_id: UUID) -> None:
    results = []
    for _ in range(2):
        with database.transaction() as tx:
            changes = wanted(request_id)
            results.append(apply_changes(tx, changes, campaign_id=campaign, principal=DM, request_id=request_id))
    assert results[0] == results[1]
    with database.transaction() as tx:
        assert [1, 1] == [len(entity_history(tx, change.id, DM)) for change in wanted(request_id)]


def test_one_wrong_change_leaves_none(database: Database, campaign: UUID, request_id: UUID) -> None:
    changes = [*wanted(request_id), NewEntity(new_uuid(), EntityType.NPC, "")]
    with pytest.raises(InvalidInput), database.transaction() as tx:
        apply_changes(tx, changes, campaign_id=campaign, principal=DM, request_id=request_id)
    with database.transaction() as tx:
        assert {"made": 0} == tx.execute("SELECT count(*) AS made FROM entities").fetchone()


def test_a_principal_who_was_shut_out_meanwhile_writes_nothing(
    database: Database, campaign: UUID, request_id: UUID
) -> None:
    with database.transaction() as tx, pytest.raises(NotFound):
        apply_changes(tx, wanted(request_id), campaign_id=campaign, principal=STRANGER, request_id=request_id)
