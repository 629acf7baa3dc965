"""Two principals never see, change or find each other's memory by any function of the store (OWASP API1)."""

import inspect
from collections.abc import Callable
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest

from contracts.entities import EntityType
from core.errors import NotFound
from core.ids import new_uuid
from store import (
    approvals,
    campaigns,
    changes,
    entities,
    entity_lists,
    entity_versions,
    members,
    relations,
    search,
    secrets,
    walks,
)
from store.campaigns import Role, list_campaigns
from store.changes import NewEntity
from store.database import Database, Transaction
from store.entities import Entity, EntityChanges, get_entity
from store.periods import Period
from store.relations import Relationship, relate
from store.search import search_entities
from tests.integration.store.conftest import DM, EDITOR, READER, STRANGER, Remember

NPC = EntityType.NPC


class Memory:
    """What the DM remembers and the stranger must not learn of."""

    def __init__(self, campaign: UUID, smith: Entity, forge: Entity, works_at: Relationship) -> None:
        self.campaign, self.smith, self.forge, self.works_at = campaign, smith, forge, works_at
        self.nothing = new_uuid()


Call = Callable[[Transaction, Any, UUID, UUID], object]

ATTEMPTS: dict[str, Call] = {
    "add_member": lambda tx, s, campaign, _: members.add_member(tx, campaign, s, member=s, role=Role.OWNER),
    "approve_entities": lambda tx, s, campaign, entity: approvals.approve_entities(tx, campaign, s, [entity]),
    "apply_changes": lambda tx, s, campaign, _: changes.apply_changes(
        tx, [NewEntity(new_uuid(), NPC, "Mole")], campaign_id=campaign, principal=s, request_id=new_uuid()
    ),
    "change_relationship": lambda tx, s, _, relation: relations.change_relationship(
        tx, relation, s, expected_version=1, attributes={}, secret=False, period=Period()
    ),
    "create_entity": lambda tx, s, campaign, _: entities.create_entity(
        tx, campaign_id=campaign, type=NPC, name="Mole", principal=s
    ),
    "delete_campaign": lambda tx, s, campaign, _: campaigns.delete_campaign(tx, campaign, s),
    "delete_entity": lambda tx, s, _, entity: entities.delete_entity(tx, entity, s, type=NPC),
    "delete_relationship": lambda tx, s, _, relation: relations.delete_relationship(tx, relation, s),
    "entity_history": lambda tx, s, _, entity: entities.entity_history(tx, entity, s),
    "get_entity_version": lambda tx, s, _, entity: entity_versions.get_entity_version(tx, entity, s, NPC, 1),
    "get_member": lambda tx, s, campaign, _: members.get_member(tx, campaign, s, member=DM),
    "get_relationship": lambda tx, s, _, relation: relations.get_relationship(tx, relation, s),
    "list_members": lambda tx, s, campaign, _: members.list_members(tx, campaign, s),
    "list_relationships": lambda tx, s, campaign, _: relations.list_relationships(tx, s, campaign),
    "remove_member": lambda tx, s, campaign, _: members.remove_member(tx, campaign, s, member=DM),
    "restore_version": lambda tx, s, _, entity: entity_versions.restore_version(tx, entity, s, type=NPC, version=1),
    "undelete_entity": lambda tx, s, _, entity: entity_versions.undelete_entity(tx, entity, s, type=NPC),
    "update_campaign": lambda tx, s, campaign, _: campaigns.update_campaign(
        tx, campaign, s, expected_version=None, name="Mine now"
    ),
    "get_campaign": lambda tx, s, campaign, _: campaigns.get_campaign(tx, campaign, s),
    "get_entity": lambda tx, s, _, entity: entities.get_entity(tx, entity, s, NPC, include_deleted=True),
    "list_entities": lambda tx, s, campaign, _: entities.list_entities(tx, s, campaign, NPC),
    "relate": lambda tx, s, _, entity: relations.relate(
        tx, source_id=entity, target_id=new_uuid(), kind="knows", principal=s
    ),
    "related_entities": lambda tx, s, _, entity: relations.related_entities(tx, entity, s),
    "require_member": lambda tx, s, campaign, _: campaigns.require_member(tx, campaign, s),
    "search_entities": lambda tx, s, campaign, _: search.search_entities(tx, s, campaign, "Borin"),
    "unrelate": lambda tx, s, _, entity: relations.unrelate(
        tx, source_id=entity, target_id=new_uuid(), kind="knows", principal=s
    ),
    "update_entity": lambda tx, s, _, entity: entities.update_entity(
        tx, entity, s, type=NPC, expected_version=None, changes=EntityChanges(name="Mole")
    ),
}

OF_RELATIONS = {"change_relationship", "delete_relationship", "get_relationship"}
MADE_FOR_THE_CALLER = {"create_campaign", "ensure_campaign", "get_entities", "list_campaigns", "read_secrets"}
"""These leave out what is not theirs, and have tests of their own, in test_campaigns.py and below."""


@pytest.fixture
def memory(database: Database, campaign: UUID, remember: Remember) -> Memory:
    smith, forge = remember("Borin", description="A smith."), remember("The Deep Forge")
    with database.transaction() as tx:
        works_at = relate(tx, source_id=smith.id, target_id=forge.id, kind="works at", principal=DM)
    return Memory(campaign, smith, forge, works_at)


def functions_for_principals(*modules: ModuleType) -> set[str]:
    return {
        name
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if not name.startswith("_") and "principal" in inspect.signature(function).parameters
    }


def test_every_function_that_takes_a_principal_is_tried_here() -> None:
    found = functions_for_principals(
        approvals,
        campaigns,
        changes,
        entities,
        entity_lists,
        entity_versions,
        members,
        relations,
        search,
        secrets,
        walks,
    )
    assert set(ATTEMPTS) | MADE_FOR_THE_CALLER == found


@pytest.mark.parametrize("name", sorted(ATTEMPTS))
def test_what_is_someone_elses_looks_exactly_like_what_does_not_exist(
    database: Database, memory: Memory, name: str
) -> None:
    answers = []
    known = memory.works_at.id if name in OF_RELATIONS else memory.smith.id
    for campaign, entity in [(memory.campaign, known), (memory.nothing, memory.nothing)]:
        with database.transaction() as tx, pytest.raises(NotFound) as caught:
            ATTEMPTS[name](tx, STRANGER, campaign, entity)
        answers.append((type(caught.value), str(caught.value), caught.value.fields))
    assert answers[0] == answers[1]

    with database.transaction() as tx:
        assert memory.smith == get_entity(tx, memory.smith.id, DM)
        assert memory.works_at == relations.get_relationship(tx, memory.works_at.id, DM)
        assert [DM, EDITOR, READER] == [member.principal for member in members.list_members(tx, memory.campaign, DM)]


def test_a_search_of_ones_own_campaign_finds_nothing_of_others(database: Database, memory: Memory) -> None:
    with database.transaction() as tx:
        own = list_campaigns(tx, STRANGER).items[0]
        found = search_entities(tx, STRANGER, own.id, "Borin the smith of the deep forge")
    assert ([], 0) == (found.results, found.total)


def test_an_end_of_a_relationship_cannot_be_borrowed(database: Database, memory: Memory) -> None:
    with database.transaction() as tx:
        own = list_campaigns(tx, STRANGER).items[0]
        spy = entities.create_entity(tx, campaign_id=own.id, type=NPC, name="Spy", principal=STRANGER)
        for source, target in [(spy.id, memory.smith.id), (memory.smith.id, spy.id)]:
            with pytest.raises(NotFound):
                relate(tx, source_id=source, target_id=target, kind="watches", principal=STRANGER)


def test_of_several_entities_everyone_gets_those_they_may_see(database: Database, remember: Remember) -> None:
    spy, plan = remember("Ilse", secret="She serves the duke."), remember("The ambush", state="draft")
    asked = [plan.id, new_uuid(), spy.id]
    with database.transaction() as tx:
        read = {who: entities.get_entities(tx, asked, who) for who in (DM, EDITOR, READER, STRANGER)}
    assert [plan, spy] == list(read[DM].values()) == list(read[EDITOR].values())
    assert ([spy.id], None) == (list(read[READER]), read[READER][spy.id].secret)
    assert {} == read[STRANGER]


def test_secrets_are_read_by_owners_and_editors_alone(database: Database, remember: Remember) -> None:
    spy = remember("Ilse", secret="She serves the duke.", attributes={"race": "human"})
    with database.transaction() as tx:
        read = {who: dict(secrets.read_secrets(tx, who, [spy.id])) for who in (DM, EDITOR, READER, STRANGER)}
    assert {
        DM: {spy.id: "She serves the duke."},
        EDITOR: {spy.id: "She serves the duke."},
        READER: {},
        STRANGER: {},
    } == read
