"""Pages of entities (R25): by offset and by cursor, the same order."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from contracts.entities import EntityType
from core.errors import InvalidInput, NotFound, PermissionDenied
from core.ids import new_uuid
from store.database import Database
from store.entities import delete_entity, list_entities
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
    assert (seven, 7, None) == ([entity.id for entity in page.items], page.total, page.next_cursor)


def test_offsets_and_cursors_lead_through_the_same_pages(database: Database, campaign: UUID, seven: list[UUID]) -> None:
    with database.transaction() as tx:
        by_offset = [names(list_entities(tx, DM, campaign, NPC, 3, offset)) for offset in (0, 3, 6)]
        by_cursor, cursor = [], None
        for _ in range(3):
            page = list_entities(tx, DM, campaign, NPC, 3, cursor=cursor)
            assert 7 == page.total
            by_cursor.append(names(page))
            cursor = page.next_cursor
    assert [["Dwarf 1", "Dwarf 2", "Dwarf 3"], ["Dwarf 4", "Dwarf 5", "Dwarf 6"], ["Dwarf 7"]] == by_offset == by_cursor
    assert cursor is None


def test_entities_of_one_moment_are_neither_lost_nor_repeated_between_pages(
    database: Database, campaign: UUID, seven: list[UUID]
) -> None:
    with database.transaction() as tx:
        tx.execute("UPDATE entities SET created_at = %s", (datetime(2025, 6, 28, tzinfo=UTC),))
        found, cursor = [], None
        while len(found) < 7:
            page = list_entities(tx, DM, campaign, NPC, 2, cursor=cursor)
            found += [entity.id for entity in page.items]
            cursor = page.next_cursor
    assert (sorted(seven), None) == (found, cursor)


def test_what_is_made_between_two_pages_does_not_shift_the_cursor(
    database: Database, campaign: UUID, seven: list[UUID], remember: Remember
) -> None:
    with database.transaction() as tx:
        first = list_entities(tx, DM, campaign, NPC, 3)
        delete_entity(tx, seven[0], DM, type=NPC)
        second = list_entities(tx, DM, campaign, NPC, 3, cursor=first.next_cursor)
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
    assert ([], 7, None) == (page.items, page.total, page.next_cursor)


@pytest.mark.parametrize("cursor", ["", "x", "ä", "!!!!", "MjAyNQ", "\0", "MjAyNS0wNi0yOFQwMDowMDowMCAx", "a" * 5000])
def test_a_cursor_that_is_not_ours_is_refused(database: Database, campaign: UUID, cursor: str) -> None:
    with database.transaction() as tx, pytest.raises(InvalidInput) as caught:
        list_entities(tx, DM, campaign, NPC, cursor=cursor)
    assert ["cursor"] == [item.field for item in caught.value.fields]


def test_a_cursor_opens_no_door(database: Database, campaign: UUID, seven: list[UUID]) -> None:
    with database.transaction() as tx:
        cursor = list_entities(tx, DM, campaign, NPC, 3).next_cursor
        for campaign_id in (campaign, new_uuid()):
            with pytest.raises(NotFound):
                list_entities(tx, STRANGER, campaign_id, NPC, cursor=cursor)
