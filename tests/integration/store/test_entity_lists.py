"""Pages of entities (R25): by offset and by cursor, the same order."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from contracts.entities import EntityType
from core.errors import InvalidInput, NotFound, PermissionDenied
from core.ids import new_uuid
from store.database import Database
from store.entities import EntityChanges, delete_entity, list_entities, update_entity
from store.entity_lists import Filter, Order, Position
from tests.integration.store.conftest import DM, EDITOR, READER, STRANGER, Remember

NPC = EntityType.NPC


def names(page) -> list[str]:
    return [entity.name for entity in page.items]


@pytest.fixture
def seven(remember: Remember) -> list[UUID]:
    remember("The Gilded Griffin", type=EntityType.LOCATION)
    return [remember(f"Dwarf {number}").id for number in range(1, 8)]


def test_a_list_holds_one_type_oldest_first(database: Database, campaign: UUID, seven: list[UUID]) -> None:
    with database.transaction() as tx:
        page = list_entities(tx, READER, campaign, NPC)
    assert (seven, 7, None) == ([entity.id for entity in page.items], page.total, page.end)


def test_offsets_and_cursors_lead_through_the_same_pages(database: Database, campaign: UUID, seven: list[UUID]) -> None:
    with database.transaction() as tx:
        by_offset = [names(list_entities(tx, DM, campaign, NPC, 3, offset)) for offset in (0, 3, 6)]
        by_cursor, cursor = [], None
        for _ in range(3):
            page = list_entities(tx, DM, campaign, NPC, 3, after=cursor)
            assert 7 == page.total
            by_cursor.append(names(page))
            cursor = page.end
    assert [["Dwarf 1", "Dwarf 2", "Dwarf 3"], ["Dwarf 4", "Dwarf 5", "Dwarf 6"], ["Dwarf 7"]] == by_offset == by_cursor
    assert cursor is None


def test_entities_of_one_moment_are_neither_lost_nor_repeated_between_pages(
    database: Database, campaign: UUID, seven: list[UUID]
) -> None:
    with database.transaction() as tx:
        tx.execute("UPDATE entities SET created_at = %s", (datetime(2025, 6, 28, tzinfo=UTC),))
        found, cursor = [], None
        while len(found) < 7:
            page = list_entities(tx, DM, campaign, NPC, 2, after=cursor)
            found += [entity.id for entity in page.items]
            cursor = page.end
    assert (sorted(seven), None) == (found, cursor)


def test_what_is_made_between_two_pages_does_not_shift_the_cursor(
    database: Database, campaign: UUID, seven: list[UUID], remember: Remember
) -> None:
    with database.transaction() as tx:
        first = list_entities(tx, DM, campaign, NPC, 3)
        delete_entity(tx, seven[0], DM, type=NPC)
        second = list_entities(tx, DM, campaign, NPC, 3, after=first.end)
    assert (["Dwarf 4", "Dwarf 5", "Dwarf 6"], 6) == (names(second), second.total)


def test_deleted_ones_are_listed_for_owners_who_ask(database: Database, campaign: UUID, seven: list[UUID]) -> None:
    with database.transaction() as tx:
        delete_entity(tx, seven[2], DM, type=NPC)
        assert seven[2] not in [entity.id for entity in list_entities(tx, DM, campaign, NPC).items]
        everything = list_entities(tx, DM, campaign, NPC, include_deleted=True)
        assert (seven, 7) == ([entity.id for entity in everything.items], everything.total)
        for principal in (EDITOR, READER):
            with pytest.raises(PermissionDenied):
                list_entities(tx, principal, campaign, NPC, include_deleted=True)


def test_a_page_beyond_the_end_is_empty(database: Database, campaign: UUID, seven: list[UUID]) -> None:
    with database.transaction() as tx:
        page = list_entities(tx, DM, campaign, NPC, 3, 1_000_000)
    assert ([], 7, None) == (page.items, page.total, page.end)


@pytest.mark.parametrize("value", ["", "x", "yesterdayish", "2025-13-45", "9" * 300])
def test_a_place_that_no_page_ended_at_is_refused(database: Database, campaign: UUID, value: str) -> None:
    with database.transaction() as tx, pytest.raises(InvalidInput) as caught:
        list_entities(tx, DM, campaign, NPC, after=Position(value, new_uuid()))
    assert ["cursor"] == [item.field for item in caught.value.fields]


def test_a_cursor_opens_no_door(database: Database, campaign: UUID, seven: list[UUID]) -> None:
    with database.transaction() as tx:
        cursor = list_entities(tx, DM, campaign, NPC, 3).end
        for campaign_id in (campaign, new_uuid()):
            with pytest.raises(NotFound):
                list_entities(tx, STRANGER, campaign_id, NPC, after=cursor)


@pytest.mark.parametrize("order", list(Order))
def test_every_order_is_paged_without_gap_or_repeat(
    database: Database, campaign: UUID, remember: Remember, order: Order
) -> None:
    made = [remember(name) for name in ("éowyn", "Borin", "aldith", "Borin", "Zed", "Eowyn")]
    with database.transaction() as tx:
        update_entity(tx, made[1].id, DM, type=NPC, expected_version=1, changes=EntityChanges(description="x"))
        whole = list_entities(tx, DM, campaign, NPC, order=order)
        found, end = [], None
        while len(found) < len(made):
            page = list_entities(tx, DM, campaign, NPC, 2, order=order, after=end)
            found += [entity.id for entity in page.items]
            end = page.end
    assert ([entity.id for entity in whole.items], None) == (found, end)
    key = {
        "created_at": lambda entity: (entity.created_at, entity.id),
        "updated_at": lambda entity: (entity.updated_at, entity.id),
        "name": lambda entity: (entity.name.lower().replace("é", "e"), entity.id),
    }[order.removeprefix("-")]
    assert [one.id for one in sorted(whole.items, key=key, reverse=order.startswith("-"))] == found


def test_lists_are_filtered_by_tag_state_beginning_of_the_name_and_time_of_change(
    database: Database, campaign: UUID, remember: Remember
) -> None:
    remember("Éowyn", tags=["Rider ", "noble"])
    remember("eolo", state="draft")
    late = remember("Borin", tags=["noble"])
    filters = {
        "tag": Filter(tag="NOBLE"),
        "state": Filter(state="draft"),
        "name": Filter(name_prefix="EO"),
        "wildcards are letters": Filter(name_prefix="%"),
        "time": Filter(updated_since=late.updated_at),
        "all": Filter(tag="noble", state="approved", name_prefix="é"),
    }
    with database.transaction() as tx:
        found = {name: names(list_entities(tx, DM, campaign, NPC, which=which)) for name, which in filters.items()}
        assert ["Éowyn", "Borin"] == names(list_entities(tx, READER, campaign, NPC))
        assert ["Éowyn", "Borin"] == names(list_entities(tx, DM, campaign, NPC, as_player=True))
    assert {
        "tag": ["Éowyn", "Borin"],
        "state": ["eolo"],
        "name": ["Éowyn", "eolo"],
        "wildcards are letters": [],
        "time": ["Borin"],
        "all": ["Éowyn"],
    } == found
