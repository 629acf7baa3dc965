"""Creating, reading, changing and deleting what the campaign remembers (R26-R29)."""

from typing import Any
from uuid import UUID

import pytest

from contracts.entities import EntityType
from core.errors import Conflict, InvalidInput, NotFound, PermissionDenied
from core.ids import new_uuid
from store import attributes
from store.database import Database
from store.entities import (
    Entity,
    EntityChanges,
    create_entity,
    delete_entity,
    entity_history,
    get_entity,
    update_entity,
)
from store.errors import IdAlreadyUsed, VersionConflict
from tests.integration.store.conftest import DM, EDITOR, READER, STRANGER, Remember

NPC = EntityType.NPC


def change(database: Database, entity: Entity, *, expected: int | None = None, by: str = DM, **changes: Any) -> Entity:
    with database.transaction() as tx:
        return update_entity(
            tx, entity.id, by, type=entity.type, expected_version=expected, changes=EntityChanges(**changes)
        )


def read(database: Database, entity_id: UUID, principal: str = DM, **given: Any) -> Entity:
    with database.transaction() as tx:
        return get_entity(tx, entity_id, principal, **given)


def test_a_new_entity_is_version_1_and_reads_back_as_written(database: Database, remember: Remember) -> None:
    written = remember(
        "The Gilded Griffin",
        type=EntityType.LOCATION,
        description="An inn by the river.",
        attributes={"location_type": "building", "rooms": [1, 2.5, None, {"beds": True}]},
        state="draft",
    )

    assert written == read(database, written.id)
    assert (1, "draft", DM, None) == (written.version, written.state, written.created_by, written.deleted_at)
    assert f"loc_{written.id.hex}" == written.public_id
    assert written.created_at.tzinfo is not None


def test_creating_again_with_the_same_id_returns_what_is_stored(database: Database, remember: Remember) -> None:
    entity_id = new_uuid()
    first = remember("Borin", entity_id=entity_id)
    changed = change(database, first, description="A smith.")

    assert changed == remember("Borin the Second", entity_id=entity_id)
    with database.transaction() as tx:
        assert [1, 2] == [version.version for version in entity_history(tx, entity_id, DM)]


def test_creating_again_does_not_bring_back_what_was_deleted(database: Database, remember: Remember) -> None:
    entity_id = new_uuid()
    remember(entity_id=entity_id)
    with database.transaction() as tx:
        delete_entity(tx, entity_id, DM, type=NPC)

    assert remember(entity_id=entity_id).deleted_at is not None
    with pytest.raises(NotFound):
        read(database, entity_id)


def test_an_id_of_something_else_is_refused_without_a_look_at_it(database: Database, remember: Remember) -> None:
    mine = remember("Borin")
    with pytest.raises(IdAlreadyUsed):
        remember("A tavern", type=EntityType.LOCATION, entity_id=mine.id)
    with database.transaction() as tx:
        from store.campaigns import create_campaign

        foreign = create_campaign(tx, name="Theirs", principal=STRANGER)
    with pytest.raises(IdAlreadyUsed):
        remember("Borin", entity_id=mine.id, campaign_id=foreign.id, principal=STRANGER)


def test_a_change_merges_and_makes_the_next_version(database: Database, remember: Remember) -> None:
    first = remember(description="A smith.", attributes={"race": "dwarf", "mood": "grim", "kin": {"son": "Thor"}})

    second = change(database, first, expected=1, attributes={"mood": None, "level": 3, "kin": {"daughter": "Dis"}})

    assert {"race": "dwarf", "level": 3, "kin": {"daughter": "Dis"}} == second.attributes
    assert (2, "Borin", "A smith.") == (second.version, second.name, second.description)
    assert second.updated_at > first.updated_at
    assert second == read(database, first.id)


@pytest.mark.parametrize(
    "changes", [{"name": "Dwalin"}, {"description": "A king."}, {"description": ""}, {"state": "draft"}]
)
def test_a_change_leaves_the_other_fields_alone(database: Database, remember: Remember, changes: dict) -> None:
    first = remember(description="A smith.", attributes={"race": "dwarf"})
    second = change(database, first, **changes)

    expected = {"name": "Borin", "description": "A smith.", "state": "approved", "attributes": {"race": "dwarf"}}
    assert expected | changes == {field: getattr(second, field) for field in expected}


def test_a_stale_change_is_refused_with_the_current_version(database: Database, remember: Remember) -> None:
    first = remember()
    change(database, first, expected=1, name="Dwalin")

    with pytest.raises(VersionConflict) as caught:
        change(database, first, expected=1, name="Balin")

    assert (1, 2, "version_conflict") == (caught.value.expected, caught.value.current_version, caught.value.code)
    assert isinstance(caught.value, Conflict)
    assert "Dwalin" == read(database, first.id).name


def test_any_version_will_do_when_none_is_expected(database: Database, remember: Remember) -> None:
    first = remember()
    change(database, first, name="Dwalin")
    assert 3 == change(database, first, expected=None, name="Balin").version


def test_every_version_is_kept_with_who_made_it(database: Database, remember: Remember) -> None:
    first = remember(attributes={"race": "dwarf"})
    change(database, first, by=EDITOR, attributes={"race": "gnome"})
    with database.transaction() as tx:
        delete_entity(tx, first.id, EDITOR, type=NPC)
        history = entity_history(tx, first.id, DM)

    assert [(1, "dwarf", DM, False), (2, "gnome", EDITOR, False), (3, "gnome", EDITOR, True)] == [
        (version.version, version.attributes["race"], version.changed_by, version.deleted) for version in history
    ]


def test_a_deleted_entity_is_gone_for_everyone_but_asking_owners(database: Database, remember: Remember) -> None:
    entity = remember()
    with database.transaction() as tx:
        delete_entity(tx, entity.id, DM, type=NPC, expected_version=1)

    for principal, include_deleted in [(DM, False), (EDITOR, True), (READER, True), (STRANGER, True)]:
        with pytest.raises(NotFound):
            read(database, entity.id, principal, include_deleted=include_deleted)
    assert 2 == read(database, entity.id, DM, include_deleted=True).version
    with pytest.raises(NotFound), database.transaction() as tx:
        delete_entity(tx, entity.id, DM, type=NPC)
    with pytest.raises(NotFound):
        change(database, entity, name="Dwalin")
    with pytest.raises(NotFound), database.transaction() as tx:
        entity_history(tx, entity.id, EDITOR)


def test_a_stale_delete_is_refused(database: Database, remember: Remember) -> None:
    entity = remember()
    change(database, entity, name="Dwalin")
    with pytest.raises(VersionConflict), database.transaction() as tx:
        delete_entity(tx, entity.id, DM, type=NPC, expected_version=1)
    assert "Dwalin" == read(database, entity.id).name


def test_another_type_than_the_entitys_is_not_found(database: Database, remember: Remember) -> None:
    entity = remember()
    with pytest.raises(NotFound):
        read(database, entity.id, type=EntityType.ITEM)
    with pytest.raises(NotFound), database.transaction() as tx:
        update_entity(tx, entity.id, DM, type=EntityType.ITEM, expected_version=None, changes=EntityChanges(name="x"))
    with pytest.raises(NotFound), database.transaction() as tx:
        delete_entity(tx, entity.id, DM, type=EntityType.ITEM)


def test_a_reader_reads_and_nothing_more(database: Database, campaign: UUID, remember: Remember) -> None:
    entity = remember()
    assert entity == read(database, entity.id, READER)
    with pytest.raises(PermissionDenied):
        change(database, entity, by=READER, name="Mine")
    with pytest.raises(PermissionDenied), database.transaction() as tx:
        delete_entity(tx, entity.id, READER, type=NPC)
    with pytest.raises(PermissionDenied), database.transaction() as tx:
        create_entity(tx, campaign_id=campaign, type=NPC, name="Mine", principal=READER)
    assert entity == read(database, entity.id)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "a\0b"},
        {"name": "\ud800"},
        {"name": "  "},
        {"name": "x" * 201},
        {"description": "x" * 20_001},
        {"description": "\0"},
        {"attributes": {"x": "\0"}},
        {"attributes": {"x": float("nan")}},
        {"attributes": {"location_type": "castle"}, "type": EntityType.LOCATION},
    ],
)
def test_what_cannot_be_stored_is_refused_before_sql(database: Database, remember: Remember, wrong: dict) -> None:
    entity = remember(type=wrong.get("type", NPC))
    with pytest.raises(InvalidInput):
        remember(**wrong)
    with pytest.raises(InvalidInput):
        change(database, entity, **{key: value for key, value in wrong.items() if key != "type"})
    assert entity == read(database, entity.id)


def test_many_small_changes_cannot_grow_attributes_beyond_the_limit(database: Database, remember: Remember) -> None:
    entity = remember(attributes={"a": "x" * 60_000})
    with pytest.raises(InvalidInput, match="grow beyond"):
        change(database, entity, attributes={"b": "x" * 60_000})
    assert 2 == change(database, entity, attributes={"a": None, "b": "x" * 60_000}).version


def test_an_old_shape_is_raised_when_read_and_written_back_with_the_next_change(
    database: Database, remember: Remember, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = remember(attributes={"full_name": "Borin Ironfist"})
    monkeypatch.setitem(attributes.RAISES, NPC, (lambda was: {"names": was["full_name"].split()},))

    assert {"names": ["Borin", "Ironfist"]} == read(database, old.id).attributes
    changed = change(database, old, expected=1, attributes={"level": 3})

    assert {"names": ["Borin", "Ironfist"], "level": 3} == changed.attributes
    with database.transaction() as tx:
        row = tx.execute("SELECT attributes, schema_version FROM entities").fetchone()
    assert {"attributes": changed.attributes, "schema_version": 2} == row
