"""Prompts that change, relate, show and sum up what the campaign holds.

Every prompt goes the whole way: classified, planned, accepted, over the bus, through the real actors of all pools.
"""

from collections.abc import Iterator

import pytest

from contracts.entities import EntityType
from services.valkey import EmbeddedValkey
from store.database import Database
from store.requests import RequestView
from tests.support.live_table import LiveTable

PLACE = EntityType.LOCATION


@pytest.fixture(scope="module")
def pools(module_database: Database, valkey_server: EmbeddedValkey) -> Iterator[LiveTable]:
    table = LiveTable(module_database, valkey_server.database_url(63))
    yield table
    table.close()


@pytest.fixture
def table(pools: LiveTable) -> LiveTable:
    pools.sit_down()
    return pools


def actions(view: RequestView) -> list[str]:
    return [step.action.partition(".")[2] for step in view.plan]


@pytest.mark.parametrize(
    ("prompt", "attributes"),
    [
        ("change Borin's level to 6 and hp to 40", {"level": 6, "hp": 40}),
        ("Borin is dead now", {"status": "dead"}),
        ("set borin's strength to 17", {"abilities": {"strength": 17, "wisdom": 9}}),
    ],
)
def test_what_is_said_of_somebody_is_changed(table: LiveTable, prompt: str, attributes: dict[str, object]) -> None:
    borin = table.remember("Borin", level=5, abilities={"strength": 15, "wisdom": 9})

    view = table.say(prompt)

    assert (["update_entity"], "completed") == (actions(view), view.status)
    assert view.result is not None
    assert [borin.public_id] == view.result["entities_changed"]
    changed = table.entity(borin.public_id)
    assert attributes == {name: changed.attributes[name] for name in attributes}
    assert 2 == changed.version


def test_names_and_descriptions_are_changed_too(table: LiveTable) -> None:
    eel = table.remember("The Gilded Eel", PLACE, "smoky", location_type="building")

    table.say("change the description of the Gilded Eel to: burned down, roofless.")
    table.say("rename the Gilded Eel to The Black Eel")

    changed = table.entity(eel.public_id)
    assert ("The Black Eel", "burned down, roofless.") == (changed.name, changed.description)


@pytest.mark.parametrize(
    ("prompt", "kind"),
    [
        ("Borin lives in Ashford now", "lives in"),
        ("Move Borin to Ashford", "lives in"),
        ("link Borin to Ashford", "is connected to"),
    ],
)
def test_what_belongs_together_is_related(table: LiveTable, prompt: str, kind: str) -> None:
    table.remember("Borin")
    table.remember("Ashford", PLACE, location_type="town")

    view = table.say(prompt)

    assert (["relate_entities"], "completed") == (actions(view), view.status)
    assert {("Borin", kind, "Ashford")} == table.ties()


def test_a_rival_is_made_for_whom_the_campaign_knows_and_related_to_them(table: LiveTable) -> None:
    table.remember("Borin", race="dwarf")
    table.remember("Ashford", PLACE, location_type="town")

    view = table.say("add a rival for Borin in Ashford")

    assert ["gather_context", "generate_npc", "store_entities", "relate_entities"] == actions(view)
    assert view.result is not None
    (created,) = view.result["entities_created"]
    rival = table.entity(created)
    assert "draft" == rival.state
    assert "Rival of Borin, lives in Ashford." in rival.description
    assert {(rival.name, "is a rival of", "Borin"), (rival.name, "lives in", "Ashford")} == table.ties()
    assert f"**{rival.name}** is a rival of **Borin**." in view.result["content"]
    assert "THAC0" in view.result["content"]


def test_kin_is_of_the_same_people(table: LiveTable) -> None:
    table.remember("Borin Ironfist", race="dwarf")

    view = table.say("Create Borin's sister")

    assert view.result is not None
    sister = table.entity(view.result["entities_created"][0])
    assert ("dwarf", "female") == (sister.attributes["race"], sister.attributes["gender"])
    assert {(sister.name, "is a sister of", "Borin Ironfist")} == table.ties()


@pytest.mark.parametrize(
    "prompt",
    ["change Borrin's level to 6", "Borrin lives in Ashford now", "add a rival for Borrin in Ashford"],
)
def test_nothing_is_written_for_a_name_nobody_has_and_the_two_nearest_are_told(table: LiveTable, prompt: str) -> None:
    for name in ("Borin", "Borric", "Mera"):
        table.remember(name)
    table.remember("Ashford", PLACE, location_type="town")
    before = table.written()

    view = table.say(prompt)

    assert ("failed", "not_found") == (view.status, (view.error or {})["error_type"])
    detail = (view.error or {})["detail"]
    assert "no \u201cBorrin\u201d" in detail
    assert 2 == detail.count("npc_")
    assert "Borin (npc_" in detail
    assert (before, set()) == (table.written(), table.ties())


def test_a_change_that_is_not_said_is_asked_for(table: LiveTable) -> None:
    table.remember("Borin")

    view = table.say("change Borin")

    assert view.result is not None
    assert "Say it like" in view.result["content"]
    assert [("Borin", 1)] == table.written()


@pytest.mark.parametrize(
    ("prompt", "action", "told"),
    [
        ("show me Borin's sheet", "retrieve_entity", ["THAC0 16", "Borin lives in Ashford"]),
        ("show me Borrin's sheet", "retrieve_entity", ["THAC0 16"]),
        ("give me a summary of Ashford", "summarize", ["a town of tinkers", "Borin lives in Ashford"]),
        ("summarise the campaign", "summarize", ["1 location", "1 npc"]),
        ("who is connected to Borin?", "gather_context", ["- Borin lives in Ashford"]),
        ("how are Borin and Ashford connected", "gather_context", ["- Borin lives in Ashford"]),
    ],
)
def test_what_the_campaign_holds_is_shown_and_summed_up(
    table: LiveTable, prompt: str, action: str, told: list[str]
) -> None:
    borin = table.remember("Borin", thac0=16, ac=4)
    ashford = table.remember("Ashford", PLACE, "a town of tinkers", location_type="town")
    table.relate(borin, "lives in", ashford)
    before = table.written()

    view = table.say(prompt)

    assert ([action], "completed") == (actions(view), view.status), view.error
    assert view.result is not None
    assert all(each in view.result["content"] for each in told), view.result["content"]
    assert before == table.written()


def test_what_an_id_names_is_shown(table: LiveTable) -> None:
    borin = table.remember("Borin", ac=4)

    view = table.say(f"show me {borin.public_id}")

    assert view.result is not None
    assert "**Borin**" in view.result["content"]
