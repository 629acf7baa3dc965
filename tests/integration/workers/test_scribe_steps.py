"""The Scribe's steps over a real campaign: what they find and change, and what they refuse to overwrite (R13)."""

from typing import Any
from uuid import UUID

import pytest

from contracts.actors import Actor
from contracts.entities import EntityType
from core.errors import InvalidInput, NotFound
from core.ids import new_uuid, prefixed
from store.campaigns import ensure_campaign
from store.changes import apply_changes
from store.database import Database
from store.embedding import Embedder
from store.entities import Entity, EntityChanges, create_entity, get_entity, update_entity
from store.errors import VersionConflict
from store.finder import Finder
from store.relations import relate
from store.requests import NewRequest, NewStep, accept_request
from workers.campaign_context import CampaignContext
from workers.scribe.agent import ScribeAgent
from workers.scribe.embedding import EmbeddingKeeper
from workers.scribe.repository import ScribeRepository
from workers.step import Outcome, StepTask

DM = "user:dm"
NPC, PLACE, NOTE = EntityType.NPC, EntityType.LOCATION, EntityType.SESSION_NOTE


class Play:
    """A campaign and the Scribe at work in it."""

    def __init__(self, database: Database, embedder: Embedder) -> None:
        self.database = database
        self.keeper = EmbeddingKeeper(database, embedder)
        self.agent = ScribeAgent(ScribeRepository(database, Finder(database, embedder)))
        self.campaign = new_uuid()
        with database.transaction() as tx:
            ensure_campaign(tx, self.campaign, "The Sunken Vale", DM)

    def remember(self, name: str, kind: EntityType = NPC, description: str = "", **more: Any) -> Entity:
        with self.database.transaction() as tx:
            return create_entity(
                tx, campaign_id=self.campaign, type=kind, name=name, description=description, principal=DM, **more
            )

    def relate(self, source: Entity, kind: str, target: Entity) -> None:
        with self.database.transaction() as tx:
            relate(tx, source_id=source.id, target_id=target.id, kind=kind, principal=DM)

    def request(self, session: UUID | None = None, prompt: str = "x") -> UUID:
        request_id = new_uuid()
        with self.database.transaction() as tx:
            accept_request(
                tx,
                NewRequest(
                    id=request_id, campaign_id=self.campaign, principal=DM, prompt=prompt, intent="other",
                    intent_confidence=1, alternatives=[], steps=[NewStep(Actor.GATHER_CONTEXT, "x")],
                    timeout_ms=30_000, include_stats=False, session_id=session,
                ),
            )  # fmt: skip
        return request_id

    def think(self, action: Actor, prompt: str = "", *, request: UUID | None = None, **more: Any) -> Outcome:
        facts = {"request_id": request or new_uuid(), "step_no": 1, "campaign_id": self.campaign, "principal": DM}
        return self.agent.think(StepTask(prompt=prompt, action=action, **(facts | more)))

    def do(self, action: Actor, **params: Any) -> dict[str, Any]:
        """Think, and write what the step wants changed."""
        request = self.request()
        outcome = self.think(action, request=request, params=params)
        with self.database.transaction() as tx:
            apply_changes(tx, outcome.changes, campaign_id=self.campaign, principal=DM, request_id=request)
        return outcome.result

    def store(self, note: str) -> dict[str, Any]:
        return self.do(Actor.STORE_ENTITIES, note=note)

    def now(self, entity: Entity) -> Entity:
        with self.database.transaction() as tx:
            return get_entity(tx, entity.id, DM)

    def names(self, kind: EntityType) -> list[str]:
        with self.database.transaction() as tx:
            rows = tx.execute("SELECT name FROM entities WHERE type = %s ORDER BY created_at", (kind.value,))
            return [row["name"] for row in rows]


@pytest.fixture
def play(database: Database, embedder: Embedder) -> Play:
    return Play(database, embedder)


# Storing


def test_the_same_thing_again_is_recognised_and_stored_once(play: Play) -> None:
    note = "Store a tavern called The Gilded Eel: smoky, run by twins"
    first = play.store(note)
    again = play.store(note)

    assert 1 == len(first["entities_created"])
    assert ([], first["entities_created"][0]) == (again["entities_created"], again["existing"])
    assert "already has" in again["content"]
    assert ["The Gilded Eel"] == play.names(PLACE)


def test_what_is_new_about_a_known_thing_becomes_a_note_about_it(play: Play) -> None:
    eel = play.remember("The Gilded Eel", PLACE, "smoky, run by twins", attributes={"location_type": "building"})

    result = play.store("Store a tavern called The Gilded Eel: its cellar leads to the sewers")

    assert eel.public_id == result["existing"]
    assert (["The Gilded Eel"], ["The Gilded Eel"]) == (play.names(PLACE), play.names(NOTE))
    assert eel == play.now(eel)
    told = play.do(Actor.SUMMARIZE, name="The Gilded Eel")["content"]
    assert "The Gilded Eel is about The Gilded Eel" in told
    assert "its cellar leads to the sewers" in told


def test_a_fact_that_disagrees_with_a_stored_attribute_is_told_and_changes_nothing(play: Play) -> None:
    borin = play.remember("Borin", attributes={"hp": 20, "race": "dwarf"})

    result = play.store("Remember that Borin's hp is 25 and Borin's race is Dwarf")

    [warning] = result["warnings"]
    assert "hp is 20 in the campaign, not 25" in warning
    assert warning in result["content"]
    assert borin == play.now(borin)
    assert 1 == len(play.names(NOTE))


def test_a_kind_of_place_that_disagrees_is_told(play: Play) -> None:
    play.remember("Ashford", PLACE, attributes={"location_type": "town"})

    result = play.store("Store a city called Ashford: walled and proud")

    assert "location_type is town in the campaign, not city" in result["warnings"][0]


def test_something_generated_under_a_known_name_is_kept_as_a_draft_with_a_warning(play: Play) -> None:
    old = play.remember("Borin")
    made = {"type": "npc", "name": "borin", "description": "Another.", "attributes": {}}

    outcome = play.think(Actor.STORE_ENTITIES, prior={1: {"content": "x", "entities": [made]}})

    [new] = outcome.changes
    assert "draft" == new.state
    assert old.public_id in outcome.result["warnings"][0]
    assert "content" not in outcome.result


# Retrieving, changing, relating, summing up


def test_one_entity_is_retrieved_whole_by_id_or_name(play: Play) -> None:
    borin = play.remember("Borin", description="A smith.", attributes={"hp": 7})

    for params in ({"entity_id": borin.public_id}, {"entity_id": str(borin.id)}, {"name": "BORIN"}):
        result = play.do(Actor.RETRIEVE_ENTITY, **params)
        assert (borin.public_id, {"hp": 7}) == (result["entity"]["id"], result["entity"]["attributes"])
        assert "A smith." in result["content"]


@pytest.mark.parametrize("params", [{"entity_id": prefixed("npc", new_uuid())}, {"name": "Nobody"}, {"entity_id": "x"}])
def test_what_is_not_there_is_not_retrieved(play: Play, params: dict[str, Any]) -> None:
    with pytest.raises(NotFound):
        play.do(Actor.RETRIEVE_ENTITY, **params)


def test_an_update_changes_what_was_ordered_and_tells_what_it_replaced(play: Play) -> None:
    borin = play.remember("Borin", attributes={"hp": 20, "ac": 4})

    result = play.do(Actor.UPDATE_ENTITY, note="Update: Borin's hp is 12")

    assert {"hp": 12, "ac": 4} == play.now(borin).attributes
    assert [{"attribute": "hp", "was": 20, "is": 12}] == result["replaced"]
    assert "hp: 20 \u2192 12" in result["content"]


def test_an_update_by_id_sets_attributes_and_texts(play: Play) -> None:
    borin = play.remember("Borin")

    play.do(Actor.UPDATE_ENTITY, entity=borin.public_id, attributes={"status": "dead"}, description="Fell at dawn.")

    now = play.now(borin)
    assert ({"status": "dead"}, "Fell at dawn.", 2) == (now.attributes, now.description, now.version)


def test_an_update_of_what_somebody_changed_meanwhile_is_refused(play: Play) -> None:
    borin = play.remember("Borin", attributes={"hp": 20})
    request = play.request()
    outcome = play.think(Actor.UPDATE_ENTITY, request=request, params={"note": "Borin's hp is 12"})
    with play.database.transaction() as tx:
        changes = EntityChanges(attributes={"hp": 3})
        update_entity(tx, borin.id, DM, type=NPC, expected_version=1, changes=changes)

    with play.database.transaction() as tx, pytest.raises(VersionConflict):
        apply_changes(tx, outcome.changes, campaign_id=play.campaign, principal=DM, request_id=request)
    assert {"hp": 3} == play.now(borin).attributes


@pytest.mark.parametrize("params", [{"note": "make it better"}, {"entity": "Borin"}])
def test_an_update_that_says_nothing_to_change_is_refused(play: Play, params: dict[str, Any]) -> None:
    play.remember("Borin")
    with pytest.raises(InvalidInput):
        play.do(Actor.UPDATE_ENTITY, **params)


def test_an_update_of_an_unknown_name_offers_the_nearest(play: Play) -> None:
    borin = play.remember("Borin Ironhand")
    with pytest.raises(NotFound, match=borin.public_id):
        play.do(Actor.UPDATE_ENTITY, note="Borrin Ironhnd's hp is 3")


@pytest.mark.parametrize(
    "params",
    [{"note": "Note that Borin lives in the Ashford."}, {"source": "Borin", "kind": "lives in", "target": "Ashford"}],
)
def test_two_entities_are_related_by_a_note_or_by_name(play: Play, params: dict[str, Any]) -> None:
    play.remember("Borin")
    play.remember("Ashford", PLACE)

    assert "**Borin** lives in **Ashford**." == play.do(Actor.RELATE_ENTITIES, **params)["content"]
    assert "Borin lives in Ashford" in play.do(Actor.RETRIEVE_ENTITY, name="Borin")["content"]


def test_a_note_that_relates_nothing_is_refused(play: Play) -> None:
    with pytest.raises(InvalidInput):
        play.do(Actor.RELATE_ENTITIES, note="the weather is fine")


def test_a_campaign_is_summed_up_by_what_it_holds_and_what_is_new(play: Play) -> None:
    assert "holds nothing" in play.do(Actor.SUMMARIZE)["content"]
    play.remember("Borin")
    play.remember("Ulf")
    play.remember("Find the crown", EntityType.QUEST, "Lost in the mere.")

    result = play.do(Actor.SUMMARIZE)

    assert {"npc": 2, "quest": 1} == result["counts"]
    assert "2 npcs, 1 quest" in result["content"]
    assert "**Find the crown**: Lost in the mere." in result["content"]


def test_what_is_none_of_the_scribes_is_refused(play: Play) -> None:
    with pytest.raises(InvalidInput):
        play.think(Actor.GENERATE_NPC)


# Context


def test_the_context_of_a_prompt_holds_who_is_named_around_them_where_and_when(play: Play) -> None:
    borin = play.remember("Borin Ironhand", description="A smith.")
    ashford = play.remember("Ashford", PLACE, "A town.")
    hall = play.remember("Ember Hall", PLACE, "A mead hall.")
    ulf = play.remember("Ulf", description="Never seen far from the hall.")
    play.remember("Gallows Point", PLACE, "A lighthouse that lures ships.")
    play.relate(borin, "lives in", ashford)
    play.relate(ulf, "guards", hall)
    play.keeper.embed_campaign(play.campaign)
    session = play.remember("Evening 3", NOTE, "They reached the town.")
    play.request(session.id, "Where are we?")
    request = play.request(session.id, "What does Borin Ironhnd offer?")

    outcome = play.think(Actor.GATHER_CONTEXT, "What does Borin Ironhnd offer?", request=request, location_id=hall.id)
    context = CampaignContext.of({1: outcome.result, 2: {}})

    assert [borin.public_id] == [each.id for each in context.named]
    assert {ashford.public_id, ulf.public_id} == {each.id for each in context.neighbours}
    assert {("Borin Ironhand", "lives in", "Ashford"), ("Ulf", "guards", "Ember Hall")} == {
        (tie.source_name, tie.kind, tie.target_name) for tie in context.ties
    }
    assert context.location is not None
    assert hall.public_id == context.location.id
    assert ("Evening 3: They reached the town.", "Where are we?") == context.session
    assert {borin.public_id, hall.public_id} <= {each["id"] for each in outcome.result["matches"]}


def test_what_has_to_do_with_a_prompt_is_in_its_context_without_being_named(play: Play) -> None:
    light = play.remember("Gallows Point", PLACE, "An empty lighthouse that lures ships to their doom.")
    play.keeper.embed_campaign(play.campaign)

    outcome = play.think(Actor.GATHER_CONTEXT, "a shipwreck near the beacon")
    context = CampaignContext.of({1: outcome.result})

    assert ((), [light.public_id]) == (context.named, [each.id for each in context.related])


def test_without_a_context_among_earlier_results_it_is_empty() -> None:
    assert CampaignContext() == CampaignContext.of({1: {"content": "x"}})
