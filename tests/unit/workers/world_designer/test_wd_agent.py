import json
import uuid

import pytest

from contracts.actors import Actor
from core.errors import InvalidInput
from workers.step import StepTask
from workers.world_designer.agent import WorldDesignerAgent


def task(prompt, action, prior=None, *, seed=4):
    return StepTask(
        request_id=uuid.UUID(int=1),
        step_no=1,
        campaign_id=uuid.UUID(int=2),
        principal="dm",
        prompt=prompt,
        action=action,
        prior=prior or {},
        seed=seed,
    )


def think(*args, **options):
    """The result as the next step will read it: through JSON."""
    return json.loads(json.dumps(WorldDesignerAgent().think(task(*args, **options)).result))


def recalled(name, kind="location", description=""):
    return {
        "id": f"{'loc' if kind == 'location' else 'npc'}_{uuid.uuid5(uuid.NAMESPACE_DNS, name).hex}",
        "type": kind,
        "name": name,
        "description": description,
        "score": 0.5,
        "attributes": {},
    }


def test_person_is_handed_to_the_scribe_as_a_draft():
    result = think("Create a dwarven blacksmith named Borin", Actor.GENERATE_NPC)
    entity = result["entities"][0]

    assert ("npc", "Borin", "draft", 1) == (entity["type"], entity["name"], entity["state"], len(result["entities"]))
    assert ("fighter", "dwarf") == (entity["attributes"]["class"], entity["attributes"]["race"])
    assert result["content"].startswith("## Borin, dwarven blacksmith")
    assert any("table 53" in source for source in result["source"])


def test_new_place_is_handed_to_the_scribe_as_a_draft():
    result = think("Describe the ancient dwarven hall", Actor.DESCRIBE_LOCATION, {1: {"matches": [], "total": 0}})
    entity = result["entities"][0]

    assert ("location", "Ancient Dwarven Hall", "draft") == (entity["type"], entity["name"], entity["state"])
    assert "building" == entity["attributes"]["location_type"]
    assert entity["description"] in result["content"]


def test_stored_place_is_described_and_nothing_new_is_stored():
    match = recalled("Ancient Dwarven Hall", description="A pillared hall.")

    result = think("Describe the ancient dwarven hall", Actor.DESCRIBE_LOCATION, {1: {"matches": [match]}})

    assert ([], [match["id"]]) == (result["entities"], result["based_on"])
    assert "> A pillared hall." in result["content"]
    assert [f"campaign: Ancient Dwarven Hall ({match['id']})"] == result["source"]


def test_repeated_step_makes_the_same_thing():
    first, again = (think("a 7th level elven mage", Actor.GENERATE_NPC, seed=9) for _ in range(2))

    assert first == again


def test_matches_without_optional_fields_are_taken():
    match = {"id": "loc_1", "type": "location", "name": "Deep Gate", "description": None, "score": None}

    assert "Deep Gate" in think("Describe the old mill", Actor.DESCRIBE_LOCATION, {1: {"matches": [match]}})["content"]


def test_another_pools_action_is_refused():
    with pytest.raises(InvalidInput, match=r"scribe\.store_entities"):
        WorldDesignerAgent().think(task("anything", Actor.STORE_ENTITIES))
