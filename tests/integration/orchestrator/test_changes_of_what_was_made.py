"""A session at the table: what was made is made older, renamed, made harder; the same thing, and nothing else about it.

Every prompt goes the whole way: classified, planned, accepted, over the bus, through the real actors of all pools.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from contracts.intents import Intent
from core.ids import new_uuid, parse_id
from orchestrator.content import ContentOrder, order_plan
from orchestrator.intake import Order
from services.valkey import EmbeddedValkey
from store.database import Database
from store.entities import Entity
from store.entity_versions import entity_history
from store.requests import RequestView
from tests.support.live_table import DM, LiveTable

KEPT = ("race", "gender", "class", "level", "occupation", "alignment", "equipment", "voice", "want", "secret", "seed")


@pytest.fixture(scope="module")
def pools(module_database: Database, valkey_server: EmbeddedValkey) -> Iterator[LiveTable]:
    table = LiveTable(module_database, valkey_server.database_url(62))
    yield table
    table.close()


@pytest.fixture
def table(pools: LiveTable) -> LiveTable:
    pools.sit_down()
    return pools


def only(table: LiveTable) -> Entity:
    """The one thing in the campaign."""
    with table.database.transaction() as tx:
        rows = tx.execute(
            "SELECT id, type FROM entities WHERE campaign_id = %s AND deleted_at IS NULL", (table.campaign,)
        ).fetchall()
    assert 1 == len(rows), rows
    return table.entity(f"{rows[0]['type']}_{rows[0]['id'].hex}")


def told(view: RequestView) -> dict[str, Any]:
    assert "completed" == view.status, view.error
    assert view.result is not None
    return view.result


def changed(view: RequestView) -> dict[str, tuple[str, str]]:
    """What the view says was changed, by field."""
    assert view.refers_to is not None
    return {one["field"]: (one["was"], one["now"]) for one in view.refers_to.get("changed", ())}


def test_one_person_through_a_session_is_one_entity_with_its_history(table: LiveTable) -> None:
    made = told(table.say("create an elven ranger", request_id=UUID(int=0xA11CE)))
    first = only(table)

    older = table.say("make her older")
    second = only(table)

    assert first.public_id == second.public_id == made["entities_created"][0]
    assert ([], [first.public_id]) == (told(older)["entities_created"], told(older)["entities_changed"])
    assert (first.name, {name: first.attributes[name] for name in KEPT if name in first.attributes}) == (
        second.name,
        {name: second.attributes[name] for name in KEPT if name in second.attributes},
    )
    assert ("adult", "middle-aged") == (first.attributes["life_stage"], second.attributes["life_stage"])
    assert first.attributes["age"] < second.attributes["age"]
    assert second.attributes["ageing"]["changes"]
    assert first.attributes["abilities"] != second.attributes["abilities"]
    assert older.refers_to is not None
    assert ("her", "older", [{"id": first.public_id, "name": first.name}]) == (
        older.refers_to["words"],
        older.refers_to["change"],
        older.refers_to["entities"],
    )
    assert f"{first.attributes['age']} (adult)" == changed(older)["age"][0]
    assert told(older)["content"].startswith("*The same person, changed: age ")

    for prompt, fields in (
        ("call her mara", {"name"}),
        ("make her a cleric", {"class", "occupation"}),
        ("level 9 instead", {"level"}),
        ("evil", set()),
        ("she should be evil", {"alignment"}),
        ("a bit richer", {"traits"}),
        ("stronger", {"strength"}),
        ("make her an elf", set()),
        ("make him a human instead", {"race", "age"}),
    ):
        view = table.say(prompt)
        assert fields <= set(changed(view) if view.refers_to else {}), (prompt, view.refers_to, told(view)["content"])
    last = only(table)
    assert ("Mara", "cleric", 9, "human", first.public_id) == (
        last.name,
        last.attributes["class"],
        last.attributes["level"],
        last.attributes["race"],
        last.public_id,
    )
    assert last.attributes["alignment"].endswith("evil")
    assert "Mara" in last.description
    assert last.attributes["voice"] == first.attributes["voice"]
    uuid = parse_id(last.public_id)
    assert uuid is not None
    with table.database.transaction() as tx:
        history = entity_history(tx, uuid, DM)
    assert (last.version, first.name) == (len(history), history[0].name)

    asked = told(table.say("what was her AC?"))["content"]
    assert asked.startswith(f"**Mara**: AC {last.attributes['ac']}.")
    assert told(table.say("keep that one"))["entities_kept"] == [last.public_id]
    assert "approved" == only(table).state


def test_words_that_are_no_change_are_told_and_nothing_is_written(table: LiveTable) -> None:
    table.say("create an elven ranger")
    before = table.written()

    purple = told(table.say("make her purple"))["content"]
    same = told(table.say("make her an elf"))["content"]

    assert "I did not understand \u201cpurple\u201d" in purple
    assert all(each in purple for each in ("*older*", "*a cleric*", "*call her Mara*", "*stronger*"))
    assert "That changes nothing" in same
    assert before == table.written()
    assert "age" in changed(table.say("make her older"))  # what was not understood is not what was made last


def test_who_was_changed_since_stays_and_a_new_draft_is_made(table: LiveTable) -> None:
    table.say("create an elven ranger")
    first = only(table)
    table.say("set her hp to 3")

    older = told(table.say("make her older"))
    renamed = told(table.say("call her Mara"))

    assert 1 == len(older["entities_created"])
    assert older["entities_created"] == renamed["entities_changed"]
    assert older["warnings"][0].startswith(f"The campaign already has the npc {first.name}")
    kept, new = table.entity(first.public_id), table.entity(older["entities_created"][0])
    assert (first.name, "Mara") == (kept.name, new.name)
    assert ("adult", "middle-aged") == (kept.attributes["life_stage"], new.attributes["life_stage"])


def test_who_stands_for_good_is_renamed_and_not_made_again(table: LiveTable) -> None:
    table.say("create an elven ranger")
    table.say("keep that one")

    told(table.say("call her Mara"))

    assert ("Mara", "approved") == (only(table).name, only(table).state)


def test_another_one_is_somebody_else(table: LiveTable) -> None:
    table.say("create a dwarven smith named Borin")

    another = table.say("another one")
    assert "generate_npc" == another.intent
    told(table.say("a different name"))
    told(table.say("another one, but older"))

    names = [name for name, _ in table.written()]
    assert 3 == len(set(names))
    assert "Borin" in names


def test_a_rival_is_made_older_and_stays_the_rival_of_the_same_one(table: LiveTable) -> None:
    borin = table.remember("Borin")
    rival = told(table.say("add a rival for Borin"))["entities_created"]

    older = table.say("make her older")
    older = older if older.refers_to else table.say("make him older")

    assert rival == told(older)["entities_changed"]
    assert [(borin.name)] == [target for _, kind, target in table.ties() if kind == "is a rival of"]


# What is no person


@pytest.mark.parametrize(
    ("order", "change", "field"),
    [
        ("Create a rowdy tavern", "make it shadier", "mood"),
        ("generate a village", "bigger", "size"),
        ("random encounter for 4 level 5 in a swamp", "again but harder", "danger"),
        ("generate a wilderness hex", "again but colder", "terrain"),
        ("Describe the old mill", "again but colder", "moods"),
    ],
)
def test_what_is_changed_is_the_next_version_of_the_same(table: LiveTable, order: str, change: str, field: str) -> None:
    first = table.say(order)
    made = told(first)["entities_created"]

    second = table.say(change)

    assert field in changed(second), told(second)["content"]
    assert second.refers_to is not None
    assert first.public_id == second.refers_to["request_id"]
    assert made[0] in told(second)["entities_changed"]
    assert table.entity(made[0]).version == 2
    assert told(first)["content"] != told(second)["content"]


def test_a_shadier_house_has_the_same_name_and_keeper(table: LiveTable) -> None:
    made = told(table.say("Create a rowdy tavern"))["entities_created"]
    before = [table.entity(one) for one in made]

    told(table.say("make it shadier"))

    after = [table.entity(one) for one in made]
    assert [one.name for one in before] == [one.name for one in after]
    assert ("rowdy", "shady") == (before[0].attributes["mood"], after[0].attributes["mood"])
    assert before[0].attributes["guests"] == after[0].attributes["guests"]
    assert before[1].attributes["look"] == after[1].attributes["look"]
    asked = told(table.say("make her older"))["content"]
    assert "was not made by itself" in asked or "nothing in this session" in asked


def test_more_guards_are_more_of_the_same(table: LiveTable) -> None:
    table.say("random encounter with 6 orcs")

    more = table.say("with more guards")

    assert ("6", "9") == changed(more)["number"]
    assert "9 orcs" in told(more)["content"]
    assert "\u201ctastier\u201d" in told(table.say("again but tastier"))["content"]


def test_a_harder_dungeon_has_the_same_rooms_and_stands_beside_the_first(table: LiveTable) -> None:
    first = table.say("generate a dungeon with 5 rooms")
    second = table.say("make it harder")

    assert ("standard", "deadly") == changed(second)["danger"]
    maps = [table.entity(told(view)["entities_created"][0]) for view in (first, second)]
    assert maps[0].public_id != maps[1].public_id
    assert told(first)["entities_created"] != told(second)["entities_created"]


def test_a_typed_order_is_changed_as_the_words_say(table: LiveTable) -> None:
    steps = order_plan(ContentOrder("npc", {"race": "dwarf", "age": "old"}, seed=7, form="long"))
    made = table.say("Generate: npc", order=Order(Intent.GENERATE_NPC, tuple(steps)))
    first = table.entity(told(made)["entities_created"][0])

    younger = table.say("younger")

    second = table.entity(first.public_id)
    assert ("old", "middle-aged") == (first.attributes["life_stage"], second.attributes["life_stage"])
    assert (first.name, 7) == (second.name, second.attributes["seed"])
    assert "age" in changed(younger)


def test_his_numbers_are_asked_for_and_set(table: LiveTable) -> None:
    made = table.say("Create a dwarven fighter named Hask")
    asked = table.say("what was his AC?")
    now_set = table.say("set his hp to 12")
    asked_again = table.say("what was his AC?")

    assert made.result is not None
    (hask,) = made.result["entities_created"]
    assert ["retrieve_entity", "update_entity", "retrieve_entity"] == [
        one.intent for one in (asked, now_set, asked_again)
    ]
    for view in (asked, now_set, asked_again):
        assert view.refers_to is not None
        assert [hask] == [one["id"] for one in view.refers_to["entities"]]
    assert 12 == table.entity(hask).attributes["hp"]
    assert asked_again.result is not None
    assert "hp 12" in asked_again.result["content"]


def test_a_pronoun_of_no_session_is_nobody(table: LiveTable) -> None:
    view = table.say("set his hp to 12", session_id=new_uuid())

    assert view.result is not None
    assert "nothing in this session" in view.result["content"]
