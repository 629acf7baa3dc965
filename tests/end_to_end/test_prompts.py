"""The first prompts through everything (R20-R24): FastAPI, Postgres, Redis Streams, the pools, Postgres, poll."""

import httpx

from tests.support.installation import CAMPAIGN, Installation


def test_a_rules_question_is_answered_with_its_table(running_dma: Installation, client: httpx.Client) -> None:
    view = running_dma.ask(client, "What is the THAC0 of a 5th level fighter with strength 18?")

    assert view["status"] == "completed"
    assert view["result"]["content"].startswith("15")
    assert "table 53" in view["result"]["content"].lower()
    assert [] == view["result"]["entities_created"]
    assert ["system_mastery"] == [step["agent"] for step in view["plan"]]


def test_an_npc_is_made_and_stored_with_a_complete_stat_block(running_dma: Installation, client: httpx.Client) -> None:
    view = running_dma.ask(client, "Create a dwarven blacksmith named Borin")

    (entity_id,) = view["result"]["entities_created"]
    npc = client.get(f"/v1/entities/npc/{entity_id}").json()
    assert "Borin" == npc["name"]
    assert "dwarf" == npc["race"]
    assert {"strength", "dexterity", "constitution", "intelligence", "wisdom", "charisma"} == set(npc["abilities"])
    assert {"class", "level", "hp", "ac", "thac0", "saves"} <= set(npc)
    assert "Borin" in view["result"]["content"]


def test_a_stored_hall_appears_in_the_second_description(running_dma: Installation, client: httpx.Client) -> None:
    first = running_dma.ask(client, "Describe the ancient dwarven hall")
    stored = client.post(
        "/v1/entities/location",
        json={
            "campaign_id": CAMPAIGN,
            "name": "Hall of Khelgrim",
            "description": "An ancient dwarven hall whose seven braziers burn with blue fire.",
            "location_type": "building",
        },
    )
    second = running_dma.ask(client, "Describe the ancient dwarven hall")

    assert 201 == stored.status_code
    assert "completed" == first["status"] == second["status"]
    assert "Khelgrim" not in first["result"]["content"]
    assert "Hall of Khelgrim" in second["result"]["content"]


def test_a_note_is_stored_and_recalled_by_name(running_dma: Installation, client: httpx.Client) -> None:
    stored = running_dma.ask(client, "Store a tavern called The Gilded Eel: smoky, run by twins who never speak")
    recalled = running_dma.ask(client, "What do we know about the Gilded Eel?")

    (entity_id,) = stored["result"]["entities_created"]
    assert "building" == client.get(f"/v1/entities/location/{entity_id}").json()["location_type"]
    assert "twins who never speak" in recalled["result"]["content"]


def test_a_prompt_nobody_understands_changes_nothing_and_offers_help(
    running_dma: Installation, client: httpx.Client
) -> None:
    view = running_dma.ask(client, "asdf qwerty zxcv")

    assert "completed" == view["status"]
    assert "other" == view["intent"]["type"]
    assert [] == view["result"]["entities_created"]
    assert "I changed nothing" in view["result"]["content"]


def test_one_request_id_stands_in_the_logs_of_every_process_on_its_path(
    running_dma: Installation, client: httpx.Client
) -> None:
    view = running_dma.ask(client, "Create a halfling thief named Tansy")

    lines = [line for line in running_dma.log.read_text().splitlines() if view["request_id"] in line]
    for service in ("world_designer", "scribe", "orchestrator"):
        assert any(f'"service": "{service}"' in line for line in lines), (
            f"{service} said nothing of {view['request_id']}"
        )


def test_an_encounter_is_made_by_the_numbers_of_the_prompt_and_kept_with_its_creatures(
    running_dma: Installation, client: httpx.Client
) -> None:
    view = running_dma.ask(client, "random encounter for 4 level 5 in a swamp")

    assert view["status"] == "completed"
    assert view["intent"]["type"] == "generate_encounter"
    data, created = view["result"]["data"], view["result"]["entities_created"]
    assert (data["kind"], data["terrain"]) == ("encounter", "swamp")
    assert created[0].startswith("enc_")
    stored = client.get(f"/v1/entities/encounter/{created[0]}").json()
    assert (stored["state"], stored["secret"]["xp_total"]) == ("draft", data["xp_total"])
