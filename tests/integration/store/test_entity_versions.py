"""What an entity was, put back, brought back, and kept from those it is not for."""

from functools import partial
from uuid import UUID

import pytest
from psycopg.types.json import Jsonb

from contracts.entities import EntityType
from core.errors import InvalidInput, NotFound, PermissionDenied
from core.ids import new_uuid
from store import attributes
from store.approvals import approve_entities
from store.campaigns import Role
from store.database import Database
from store.entities import EntityChanges, create_entity, delete_entity, entity_history, get_entity, update_entity
from store.entity_versions import get_entity_version, restore_version, undelete_entity
from store.errors import LastOwner, VersionConflict
from store.members import add_member, list_members, remove_member
from tests.integration.store.conftest import DM, EDITOR, READER, STRANGER, Remember

NPC = EntityType.NPC


def test_a_version_is_put_back_whole_as_the_next_one(database: Database, remember: Remember) -> None:
    first = remember("Borin", description="A smith.", attributes={"a": 1}, tags=["x"], secret="Hush.", state="draft")
    with database.transaction() as tx:
        changes = EntityChanges("Balin", "A lord.", {"a": None, "b": 2}, "approved", [], drop_secret=True)
        update_entity(tx, first.id, DM, type=NPC, expected_version=1, changes=changes)
        with pytest.raises(VersionConflict):
            restore_version(tx, first.id, DM, type=NPC, version=1, expected_version=1)
        with pytest.raises(NotFound):
            restore_version(tx, first.id, DM, type=NPC, version=3)
        with pytest.raises(NotFound):
            restore_version(tx, first.id, DM, type=EntityType.ITEM, version=1)
        with pytest.raises(PermissionDenied):
            restore_version(tx, first.id, READER, type=NPC, version=1)
        put_back = restore_version(tx, first.id, EDITOR, type=NPC, version=1, expected_version=2)
    for field in ("name", "description", "attributes", "tags", "secret", "state"):
        assert getattr(first, field) == getattr(put_back, field), field
    assert 3 == put_back.version


def test_what_was_deleted_comes_back_as_it_was(database: Database, remember: Remember) -> None:
    first = remember(tags=["x"])
    with database.transaction() as tx:
        assert first == undelete_entity(tx, first.id, EDITOR, type=NPC)
        delete_entity(tx, first.id, DM, type=NPC)
        for principal in (READER, STRANGER):
            with pytest.raises(NotFound):
                undelete_entity(tx, first.id, principal, type=NPC)
        with pytest.raises(VersionConflict):
            undelete_entity(tx, first.id, DM, type=NPC, expected_version=1)
        back = undelete_entity(tx, first.id, EDITOR, type=NPC, expected_version=2)
        assert (3, None, ["x"]) == (back.version, back.deleted_at, back.tags)
        assert [False, True, False] == [was.deleted for was in entity_history(tx, first.id, READER)]


def test_readers_and_the_players_view_get_neither_secrets_nor_drafts(
    database: Database, campaign: UUID, remember: Remember
) -> None:
    spy = remember("Ilse", secret={"serves": "the duke"}, state="draft")
    with database.transaction() as tx:
        for who, as_player in [(READER, False), (DM, True)]:
            with pytest.raises(NotFound):
                get_entity(tx, spy.id, who, as_player=as_player)
            with pytest.raises(NotFound):
                entity_history(tx, spy.id, who, as_player=as_player)
        # Nor by what a change is answered: a refusal would tell that there is something.
        for attempt in (
            partial(update_entity, expected_version=None, changes=EntityChanges("Mara")),
            partial(update_entity, expected_version=7, changes=EntityChanges("Mara")),
            delete_entity,
            partial(restore_version, version=1),
        ):
            with pytest.raises(NotFound):
                attempt(tx, spy.id, READER, type=NPC)
        assert [2] == [one.version for one in approve_entities(tx, campaign, EDITOR, [spy.id])]
        for who, as_player in [(READER, False), (DM, True), (READER, True)]:
            assert get_entity(tx, spy.id, who, as_player=as_player).secret is None
            [told] = entity_history(tx, spy.id, who, as_player=as_player)
            assert (2, None) == (told.version, told.secret)
            with pytest.raises(NotFound):
                get_entity_version(tx, spy.id, who, NPC, 1, as_player=as_player)
        assert {"serves": "the duke"} == get_entity(tx, spy.id, EDITOR).secret


def test_no_word_of_a_secret_is_in_what_searches_read(database: Database, remember: Remember) -> None:
    spy = remember("Ilse", attributes={"secret": "She serves Malachar.", "race": "human"})
    assert ({"race": "human"}, "She serves Malachar.") == (spy.attributes, spy.secret)
    with database.transaction() as tx:
        changes = EntityChanges(attributes={"secret": "She serves Bellamar."})
        update_entity(tx, spy.id, DM, type=NPC, expected_version=1, changes=changes)
        row = tx.execute("SELECT fts::text || plain_name || attributes::text AS told FROM entities").fetchone()
    assert row is not None
    assert not any(word in row["told"].lower() for word in ("malachar", "bellamar", "serv"))


def test_drafts_are_approved_all_or_none(database: Database, campaign: UUID, remember: Remember) -> None:
    drafts = [remember(name, state="draft") for name in "AB"]
    plain = remember("C")
    with database.transaction() as tx:
        with pytest.raises(InvalidInput) as caught:
            approve_entities(tx, campaign, DM, [drafts[0].id, new_uuid()])
        assert ["ids.1"] == [item.field for item in caught.value.fields]
        with pytest.raises(PermissionDenied):
            approve_entities(tx, campaign, READER, [drafts[0].id])
        wanted = [drafts[1].id, plain.id, drafts[0].id, drafts[1].id]
        assert ["B", "A"] == [one.name for one in approve_entities(tx, campaign, EDITOR, wanted)]
        assert [EDITOR] == [was.changed_by for was in entity_history(tx, drafts[0].id, DM)[1:]]
        assert [] == approve_entities(tx, campaign, DM, wanted)


def test_a_row_of_an_older_shape_is_raised_wherever_it_is_read_and_restored(
    database: Database, remember: Remember, monkeypatch: pytest.MonkeyPatch
) -> None:
    entity = remember(attributes={"names": ["Borin"]})
    monkeypatch.setitem(attributes.RAISES, NPC, (lambda was: {"names": was["full_name"].split()},))
    with database.transaction() as tx:
        old = {"id": entity.id, "attributes": Jsonb({"full_name": "Borin Ironfist"})}
        tx.execute("UPDATE entities SET attributes = %(attributes)s, schema_version = 1", old)
        tx.execute("UPDATE entity_versions SET attributes = %(attributes)s, schema_version = 1", old)
        raised = {"names": ["Borin", "Ironfist"]}
        assert raised == get_entity(tx, entity.id, DM).attributes
        assert raised == entity_history(tx, entity.id, DM)[0].attributes
        update_entity(tx, entity.id, DM, type=NPC, expected_version=1, changes=EntityChanges(attributes={"level": 3}))
        assert raised == restore_version(tx, entity.id, DM, type=NPC, version=1).attributes
        rows = tx.execute("SELECT version, schema_version FROM entity_versions ORDER BY version").fetchall()
    assert [(1, 1), (2, 2), (3, 2)] == [(row["version"], row["schema_version"]) for row in rows]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"tags": [" "]}, "tags"),
        ({"tags": ["x" * 51]}, "tags"),
        ({"tags": [str(number) for number in range(51)]}, "tags"),
        ({"tags": ["a\0b"]}, "tags"),
        ({"secret": "\0"}, "secret"),
        ({"secret": "x" * 20_001}, "secret"),
        ({"secret": {"x": float("nan")}}, "secret"),
        ({"attributes": {"level": -1}}, "level"),
        ({"attributes": {"abilities": {"strength": []}}}, "abilities.strength"),
        ({"attributes": {"count": 1e19}}, "attributes"),
    ],
)
def test_tags_secrets_and_typed_attributes_that_are_not_allowed_are_named(
    database: Database, campaign: UUID, given: dict, field: str
) -> None:
    with database.transaction() as tx, pytest.raises(InvalidInput) as caught:
        create_entity(tx, campaign_id=campaign, type=NPC, name="x", principal=DM, **given)
    assert [field] == [item.field for item in caught.value.fields]


def test_a_campaign_keeps_an_owner(database: Database, campaign: UUID) -> None:
    with database.transaction() as tx:
        with pytest.raises(LastOwner):
            remove_member(tx, campaign, DM, member=DM)
        with pytest.raises(LastOwner):
            add_member(tx, campaign, DM, member=DM, role=Role.EDITOR)
        with pytest.raises(PermissionDenied):
            remove_member(tx, campaign, EDITOR, member=READER)
        with pytest.raises(NotFound):
            remove_member(tx, campaign, DM, member="user:nobody")
        remove_member(tx, campaign, READER, member=READER)
        add_member(tx, campaign, DM, member=EDITOR, role=Role.OWNER)
        remove_member(tx, campaign, DM, member=DM)
        assert [(EDITOR, Role.OWNER)] == [(one.principal, one.role) for one in list_members(tx, campaign, EDITOR)]
