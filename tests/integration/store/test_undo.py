"""Taking back what one request wrote, unless somebody has built on it since."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from contracts.entities import EntityType
from core.errors import NotFound, PermissionDenied
from core.ids import derived_uuid, new_uuid
from store.changes import Change, ChangedEntity, NewEntity, NewRelationship, apply_changes
from store.database import Database
from store.entities import Entity, EntityChanges, delete_entity, entity_history, get_entity, update_entity
from store.errors import ChangedSince, NotEnded
from store.relations import list_relationships, relate
from store.undo import Undone, undo_request
from tests.integration.store.conftest import DM, EDITOR, READER, STRANGER, Remember

NPC = EntityType.NPC
Request = Callable[..., UUID]


@pytest.fixture
def request_that(database: Database, campaign: UUID) -> Request:
    """A request of the DM that has ended and wrote these changes."""

    def write(*changes: Change, status: str = "completed") -> UUID:
        request_id = new_uuid()
        with database.transaction() as tx:
            tx.execute(
                """
                INSERT INTO requests (id, campaign_id, principal, prompt, intent, intent_confidence, timeout_ms, status,
                                      deadline_at, completed_at)
                VALUES (%s, %s, %s, 'x', 'npc', 1, 1000, %s, now(), CASE WHEN %s <> 'processing' THEN now() END)
                """,
                (request_id, campaign, DM, status, status),
            )
            apply_changes(tx, changes, campaign_id=campaign, principal=DM, request_id=request_id)
        return request_id

    return write


def new(name: str) -> NewEntity:
    return NewEntity(new_uuid(), NPC, name)


def undo(database: Database, request_id: UUID, principal: str = DM) -> Undone:
    with database.transaction() as tx:
        return undo_request(tx, request_id, principal)


def read(database: Database, entity: Entity | NewEntity) -> Entity:
    with database.transaction() as tx:
        return get_entity(tx, entity.id, DM, include_deleted=True)


def change(database: Database, entity: Entity | NewEntity, **changes: Any) -> Entity:
    with database.transaction() as tx:
        return update_entity(tx, entity.id, EDITOR, type=NPC, expected_version=None, changes=EntityChanges(**changes))


def test_what_was_made_is_deleted_and_what_was_changed_is_as_before(
    database: Database, campaign: UUID, remember: Remember, request_that: Request
) -> None:
    borin = remember(
        "Borin",
        description="A smith.",
        attributes={"race": "dwarf"},
        tags=["smith"],
        secret={"owes": 50},
        state="draft",
    )
    forge, made = remember("Forge"), new("Dis")
    everything = EntityChanges(
        "Borin the Bold", "A king.", {"race": None, "level": 9}, "approved", ["king"], "He lied."
    )
    request_id = request_that(
        made,
        ChangedEntity(borin.id, NPC, everything, version=1),
        ChangedEntity(borin.id, NPC, EntityChanges(description="A god.")),
        NewRelationship(made.id, forge.id, "works at"),
    )

    undone = undo(database, request_id, EDITOR)

    assert [("Borin the Bold", "restored", 4), ("Dis", "deleted", 2)] == sorted(
        (one["name"], one["action"], one["version"]) for one in undone.entities
    )
    assert [("works at", "deleted", 2)] == [(one["kind"], one["action"], one["version"]) for one in undone.relations]
    again = read(database, borin)
    for field in ("name", "description", "attributes", "state", "tags", "secret"):
        assert getattr(borin, field) == getattr(again, field), field
    assert read(database, made).deleted_at is not None
    with database.transaction() as tx:
        assert 0 == list_relationships(tx, DM, campaign).total
        history = entity_history(tx, borin.id, DM)
    assert [(1, DM), (2, DM), (3, DM), (4, EDITOR)] == [(was.version, was.changed_by) for was in history]
    assert [None, request_id, request_id, None] == [was.request_id for was in history]


def test_the_same_undo_again_tells_the_same_and_writes_nothing(database: Database, request_that: Request) -> None:
    made = new("Dis")
    request_id = request_that(made)
    first = undo(database, request_id)
    assert first == undo(database, request_id)
    assert 2 == read(database, made).version


def test_a_change_since_is_named_and_stops_the_whole_undo(
    database: Database, remember: Remember, request_that: Request
) -> None:
    untouched, touched = new("Dis"), new("Thorin")
    request_id = request_that(untouched, touched)
    change(database, touched, description="A king.")

    with pytest.raises(ChangedSince, match="Thorin") as caught:
        undo(database, request_id)

    assert ["Thorin"] == [item.field for item in caught.value.fields]
    assert [None, None] == [read(database, one).deleted_at for one in (untouched, touched)]


def test_a_change_between_two_of_the_request_stops_it_too(
    database: Database, remember: Remember, request_that: Request
) -> None:
    borin = remember()
    request_id = request_that(ChangedEntity(borin.id, NPC, EntityChanges(description="One.")))
    change(database, borin, attributes={"level": 2})
    with database.transaction() as tx:
        update_entity(
            tx,
            borin.id,
            DM,
            type=NPC,
            expected_version=3,
            changes=EntityChanges(description="Two."),
            request_id=request_id,
        )
    with pytest.raises(ChangedSince):
        undo(database, request_id)


def test_changes_that_were_taken_back_by_hand_do_not_stop_it(
    database: Database, remember: Remember, request_that: Request
) -> None:
    made = new("Dis")
    first = request_that(made)
    second = request_that(ChangedEntity(made.id, NPC, EntityChanges(name="Dis of Erebor")))

    with pytest.raises(ChangedSince):
        undo(database, first)
    undo(database, second)
    undo(database, first)
    assert ("Dis", True) == ((entity := read(database, made)).name, entity.deleted_at is not None)


def test_what_somebody_deleted_already_is_left_deleted(database: Database, request_that: Request) -> None:
    made = new("Dis")
    request_id = request_that(made)
    with database.transaction() as tx:
        delete_entity(tx, made.id, EDITOR, type=NPC)
    assert [2] == [one["version"] for one in undo(database, request_id).entities]
    assert 2 == read(database, made).version


def test_a_relationship_that_was_added_to_is_as_before(
    database: Database, campaign: UUID, remember: Remember, request_that: Request
) -> None:
    a, b = remember("A"), remember("B")
    with database.transaction() as tx:
        relate(tx, source_id=a.id, target_id=b.id, kind="knows", principal=DM, attributes={"trust": "low"}, secret=True)
    request_id = request_that(NewRelationship(a.id, b.id, "knows", {"trust": "high", "since": 1370}, secret=False))

    assert ["restored"] == [one["action"] for one in undo(database, request_id).relations]
    with database.transaction() as tx:
        [knows] = list_relationships(tx, DM, campaign).items
    assert ({"trust": "low"}, True, 3) == (knows.attributes, knows.secret, knows.version)


def test_only_editors_undo_and_only_what_has_ended(database: Database, request_that: Request) -> None:
    made = new("Dis")
    request_id = request_that(made)
    for principal, error in [(READER, PermissionDenied), (STRANGER, NotFound)]:
        with pytest.raises(error):
            undo(database, request_id, principal)
    with pytest.raises(NotFound):
        undo(database, derived_uuid(request_id, 1, 0))
    with pytest.raises(NotEnded):
        undo(database, request_that(new("Nain"), status="processing"))
    assert read(database, made).deleted_at is None


def test_a_request_that_wrote_nothing_is_undone_at_once(database: Database, request_that: Request) -> None:
    assert ([], []) == ((undone := undo(database, request_that())).entities, undone.relations)
