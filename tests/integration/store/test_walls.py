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
from store import campaigns, changes, entities, entity_lists, relations, search
from store.campaigns import Role, list_campaigns
from store.changes import NewEntity
from store.database import Database, Transaction
from store.entities import Entity, EntityChanges, get_entity
from store.relations import relate
from store.search import search_entities
from tests.integration.store.conftest import DM, STRANGER, Remember

NPC = EntityType.NPC


class Memory:
    """What the DM remembers and the stranger must not learn of."""

    def __init__(self, campaign: UUID, smith: Entity, forge: Entity) -> None:
        self.campaign, self.smith, self.forge = campaign, smith, forge
        self.nothing = new_uuid()


Call = Callable[[Transaction, Any, UUID, UUID], object]

ATTEMPTS: dict[str, Call] = {
    "add_member": lambda tx, s, campaign, _: campaigns.add_member(tx, campaign, s, member=s, role=Role.OWNER),
    "apply_changes": lambda tx, s, campaign, _: changes.apply_changes(
        tx, [NewEntity(new_uuid(), NPC, "Mole")], campaign_id=campaign, principal=s, request_id=new_uuid()
    ),
    "create_entity": lambda tx, s, campaign, _: entities.create_entity(
        tx, campaign_id=campaign, type=NPC, name="Mole", principal=s
    ),
    "delete_campaign": lambda tx, s, campaign, _: campaigns.delete_campaign(tx, campaign, s),
    "delete_entity": lambda tx, s, _, entity: entities.delete_entity(tx, entity, s, type=NPC),
    "entity_history": lambda tx, s, _, entity: entities.entity_history(tx, entity, s),
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

MADE_FOR_THE_CALLER = {"create_campaign", "ensure_campaign", "list_campaigns"}
"""These have tests of their own, in test_campaigns.py."""


@pytest.fixture
def memory(database: Database, campaign: UUID, remember: Remember) -> Memory:
    smith, forge = remember("Borin", description="A smith."), remember("The Deep Forge")
    with database.transaction() as tx:
        relate(tx, source_id=smith.id, target_id=forge.id, kind="works at", principal=DM)
    return Memory(campaign, smith, forge)


def functions_for_principals(*modules: ModuleType) -> set[str]:
    return {
        name
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if not name.startswith("_") and "principal" in inspect.signature(function).parameters
    }


def test_every_function_that_takes_a_principal_is_tried_here() -> None:
    found = functions_for_principals(campaigns, changes, entities, entity_lists, relations, search)
    assert set(ATTEMPTS) | MADE_FOR_THE_CALLER == found


@pytest.mark.parametrize("name", sorted(ATTEMPTS))
def test_what_is_someone_elses_looks_exactly_like_what_does_not_exist(
    database: Database, memory: Memory, name: str
) -> None:
    answers = []
    for campaign, entity in [(memory.campaign, memory.smith.id), (memory.nothing, memory.nothing)]:
        with database.transaction() as tx, pytest.raises(NotFound) as caught:
            ATTEMPTS[name](tx, STRANGER, campaign, entity)
        answers.append((type(caught.value), str(caught.value), caught.value.fields))
    assert answers[0] == answers[1]

    with database.transaction() as tx:
        assert memory.smith == get_entity(tx, memory.smith.id, DM)


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
