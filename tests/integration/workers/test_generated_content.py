"""Content from the order to the rows: read from the campaign, made, stored with its relations in one transaction."""

from typing import Any
from uuid import UUID

import pytest

from contracts.actors import Actor
from contracts.entities import EntityType
from contracts.intents import Intent
from core.errors import NotFound
from core.ids import new_uuid, parse_id
from store import campaigns, entities
from store.changes import apply_changes
from store.database import Database
from store.entities import create_entity, delete_entity
from store.finder import Finder
from store.relations import related_entities
from store.requests import NewRequest, NewStep, accept_request
from tests.support.classifier import packaged_embedder
from workers.scribe.agent import ScribeAgent
from workers.scribe.repository import ScribeRepository
from workers.step import Outcome, StepTask
from workers.world_designer.content_agent import ContentAgent
from workers.world_designer.repository import DesignerRepository

DM = "user:dm"


@pytest.fixture
def campaign(database: Database) -> UUID:
    """A campaign of the DM with nothing in it."""
    campaign_id = new_uuid()
    with database.transaction() as tx:
        campaigns.ensure_campaign(tx, campaign_id, "The Sunken Vale", DM)
    return campaign_id


def stored(database: Database, campaign: UUID, kind: EntityType, name: str, **attributes: Any) -> UUID:
    with database.transaction() as tx:
        return create_entity(tx, campaign_id=campaign, type=kind, name=name, attributes=attributes, principal=DM).id


def accepted(database: Database, campaign: UUID) -> UUID:
    """A request, so that what is stored can name it."""
    request_id = new_uuid()
    steps = [NewStep(Actor.GENERATE_CONTENT, "Make it"), NewStep(Actor.STORE_ENTITIES, "Keep it")]
    with database.transaction() as tx:
        accept_request(
            tx,
            NewRequest(
                id=request_id,
                campaign_id=campaign,
                principal=DM,
                prompt="Generate",
                intent=Intent.OTHER.value,
                intent_confidence=1.0,
                alternatives=(),
                timeout_ms=30_000,
                steps=steps,
            ),
        )
    return request_id


def make(database: Database, campaign: UUID, **params: Any) -> StepTask:
    """The Scribe's step behind a World Designer's step for this order."""
    task = StepTask(
        request_id=accepted(database, campaign),
        step_no=1,
        campaign_id=campaign,
        principal=DM,
        prompt="",
        action=Actor.GENERATE_CONTENT,
        params=params,
        seed=5,
    )
    made = ContentAgent(DesignerRepository(database)).think(task)
    return StepTask(
        request_id=task.request_id,
        step_no=2,
        campaign_id=campaign,
        principal=DM,
        prompt="",
        action=Actor.STORE_ENTITIES,
        prior={1: made.result},
    )


def store(database: Database, task: StepTask) -> tuple[Outcome, list[str]]:
    outcome = ScribeAgent(ScribeRepository(database, Finder(database, packaged_embedder()))).think(task)
    with database.transaction() as tx:
        created = apply_changes(
            tx, outcome.changes, campaign_id=task.campaign_id, principal=DM, request_id=task.request_id
        )
    return outcome, created


def test_a_tavern_is_stored_as_drafts_with_its_keeper_and_its_town(database: Database, campaign: UUID) -> None:
    town = stored(database, campaign, EntityType.LOCATION, "Ashford", location_type="town")

    outcome, created = store(database, make(database, campaign, kind="tavern", prompt="a shady tavern in Ashford"))

    assert created == outcome.result["entities_created"]
    tavern, keeper = (parse_id(one) for one in created)
    assert tavern is not None
    assert keeper is not None
    with database.transaction() as tx:
        states = [entities.get_entity(tx, one, DM).state for one in (tavern, keeper)]
        around = {one.id for one in related_entities(tx, tavern, DM, depth=1, direction="both")}
    assert states == ["draft", "draft"]
    assert {keeper, town} <= around


def test_storing_twice_creates_once(database: Database, campaign: UUID) -> None:
    task = make(database, campaign, kind="hex", brief={})

    first, again = store(database, task), store(database, task)

    assert first[1] == again[1]
    with database.transaction() as tx:
        counted = tx.execute("SELECT count(*) AS n FROM entities WHERE campaign_id = %s", (campaign,)).fetchone()
    assert counted is not None
    assert counted["n"] == len(first[1])


def test_what_was_deleted_meanwhile_costs_the_link_and_nothing_else(database: Database, campaign: UUID) -> None:
    town = stored(database, campaign, EntityType.LOCATION, "Ashford", location_type="town")
    task = make(database, campaign, kind="tavern", brief={"place": "Ashford"})
    with database.transaction() as tx:
        delete_entity(tx, town, DM, type=EntityType.LOCATION)

    _, created = store(database, task)

    assert len(created) == 2
    tavern = parse_id(created[0])
    assert tavern is not None
    with database.transaction() as tx:
        around = {one.id for one in related_entities(tx, tavern, DM, depth=1, direction="both")}
    assert town not in around


def test_the_designer_reads_its_own_campaign_named_ones_first(database: Database, campaign: UUID) -> None:
    wanted = stored(database, campaign, EntityType.NPC, "The Reeve")
    for number in range(3):
        stored(database, campaign, EntityType.NPC, f"Guard {number}")
    stored(database, campaign, EntityType.SESSION_NOTE, "A note")
    reader = DesignerRepository(database)

    found = reader.campaign(DM, campaign, names=("reeve",))

    assert found.named("Reeve", "npc") is not None
    assert found.known[0].id.endswith(wanted.hex)
    assert "session_note" not in {one.type for one in found.known}
    with pytest.raises(NotFound):
        reader.campaign("user:stranger", campaign)


def test_drafts_are_used_only_where_the_order_means_them_and_never_for_readers(
    database: Database, campaign: UUID
) -> None:
    with database.transaction() as tx:
        hidden = create_entity(
            tx, campaign_id=campaign, type=EntityType.NPC, name="The Veiled One", principal=DM, state="draft"
        ).id
        tx.execute("INSERT INTO memberships VALUES (%s, 'user:player', 'reader')", (campaign,))
    stored(database, campaign, EntityType.NPC, "Mora Tarn")
    reader = DesignerRepository(database)

    def names(principal: str, **more: Any) -> list[str]:
        return [one.name for one in reader.campaign(principal, campaign, **more).known]

    assert ["Mora Tarn"] == names(DM) == names(DM, text="a crypt of the unveiled one")
    assert ["The Veiled One", "Mora Tarn"] == names(DM, text="A crypt of the VEILED one")
    assert ["The Veiled One", "Mora Tarn"] == names(DM, names=["Veiled One"]) == names(DM, location_id=hidden)
    assert ["Mora Tarn"] == names("user:player", text="a crypt of the veiled one", location_id=hidden)


def test_what_is_the_dungeon_masters_stays_a_secret_of_what_is_stored(database: Database, campaign: UUID) -> None:
    _, created = store(database, make(database, campaign, kind="quest", brief={}))
    quest = parse_id(created[0])
    assert quest is not None
    with database.transaction() as tx:
        found = entities.get_entity(tx, quest, DM)

    assert isinstance(found.secret, dict)
    assert {"twist", "opposition"} <= set(found.secret)
    assert not {"twist", "opposition", "secret"} & set(found.attributes)
    assert found.secret["twist"] not in found.description
