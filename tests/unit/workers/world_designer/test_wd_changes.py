"""What follow-ups change: the words as they are typed, read as pointing back, and what is different afterwards."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.actors import Actor
from contracts.dungeons import DungeonBrief
from contracts.generators import BRIEFS, NpcOrder
from orchestrator.pointing import pointer_in
from workers.step import StepTask
from workers.world_designer.agent import WorldDesignerAgent
from workers.world_designer.brief import NpcBrief, npc_brief
from workers.world_designer.changing import Changed, change_person, read_change
from workers.world_designer.content.campaign import Campaign
from workers.world_designer.content.changing import CAN, change_order
from workers.world_designer.content.people import npc_brief_of
from workers.world_designer.content.remaking import Remade, make_again
from workers.world_designer.dungeon.changing import change_dungeon, dungeon_differences
from workers.world_designer.dungeon.generate import draft_dungeon
from workers.world_designer.dungeon.reading import dungeon_brief
from workers.world_designer.npc import Npc, generate_npc
from workers.world_designer.place_brief import location_brief
from workers.world_designer.place_changing import change_place, place_differences

RANGER = npc_brief("create an elven ranger")
SEED = 5
A_PERSON = generate_npc(RANGER, SEED)
A_TREASURE = make_again("treasure", BRIEFS["treasure"](), 7, Campaign(), []).made
SAME = ("name", "race", "gender", "character_class", "level", "occupation", "alignment", "worn")


def changed_by(*prompts: str) -> Changed:
    """Adult female elven ranger of level 2, neutral good, a guide, made again as the prompts say."""
    said = []
    for prompt in prompts:
        pointer = pointer_in(prompt)
        assert pointer is not None, prompt
        said.append(pointer.change)
    return change_person(lambda changed: generate_npc(RANGER, SEED, changed), said)


def made(changed: NpcBrief | None = None) -> Npc:
    return generate_npc(RANGER, SEED, changed or NpcBrief())


@pytest.mark.parametrize(
    ("prompt", "differences"),
    [
        ("make her older", {"age": "middle-aged"}),
        ("make her much older", {"age": "old"}),
        ("a lot older", {"age": "old"}),
        ("a bit older", {"age": "1"}),
        ("ok, make her younger please", {"age": "young"}),
        ("older", {"age": "middle-aged"}),
        ("again but old", {"age": "old"}),
        ("the same but venerable", {"age": "venerable"}),
        ("make her 300 years old", {"age": "300 (old)"}),
        ("make her stronger", {"strength": "18"}),
        ("weaker", {"strength": "15"}),
        ("make her more intelligent", {"intelligence": "13"}),
        ("give her strength 18", {"strength": "18"}),
        ("she should be tougher", {"constitution": "16"}),
        ("make her a cleric", {"class": "cleric", "occupation": "priest"}),
        ("a thief instead", {"class": "thief"}),
        ("turn her into a paladin", {"class": "paladin", "alignment": "LG"}),
        ("make her evil", {"alignment": "E"}),
        ("chaotic good instead", {"alignment": "CG"}),
        ("make her richer", {"traits": "rich"}),
        ("make her a bit taller and gruff", {"traits": "tall, gruff"}),
        ("uglier", {"traits": "ugly"}),
        ("call her Mara", {"name": "Mara"}),
        ("rename her to Old Ansa", {"name": "Old Ansa"}),
        ("her name is mara", {"name": "Mara"}),
        ("a different name", {"name": " "}),
        ("give her another name", {"name": " "}),
        ("make him a dwarf", {"race": "dwarf"}),
        ("make him an elf", {}),
        ("make him a man", {"gender": "male"}),
        ("level 5 instead", {"level": "5"}),
        ("make her 7th level", {"level": "7"}),
        ("higher level", {"level": "4"}),
        ("make her one level higher", {"level": "3"}),
        ("make her a blacksmith", {"occupation": "blacksmith"}),
        ("she should be from Ashford", {"home": "Ashford"}),
        ("again, but evil and older", {"alignment": "E", "age": "middle-aged"}),
        ("make her a 5th level dwarven cleric named Thora", {"race": "dwarf", "class": "cleric", "level": "5"}),
        ("actually, make that one younger", {"age": "young"}),
        ("no, make her neutral evil instead", {"alignment": "NE"}),
        ("change her into a half-elf", {"race": "half-elf"}),
    ],
)
def test_a_person_is_changed_as_the_words_say(prompt: str, differences: dict[str, str]) -> None:
    now = changed_by(prompt)
    found = {one["field"]: one["now"] for one in now.differences}

    assert () == now.unknown
    assert {name: value for name, value in differences.items() if value not in found.get(name, "")} == {}
    assert bool(differences) == bool(found)


@pytest.mark.parametrize(
    ("prompt", "unknown"),
    [
        ("make her purple", ("purple",)),
        ("make her wear a hat", ("wear", "hat")),
        ("again but tastier", ("tastier",)),
        ("make her less evil", ("less",)),
        ("make her older and fluffier", ("fluffier",)),
    ],
)
def test_a_word_that_is_no_change_is_told_and_the_person_stays(prompt: str, unknown: tuple[str, ...]) -> None:
    now = changed_by(prompt)

    assert unknown == now.unknown
    assert made().attributes() == now.person.attributes()


@pytest.mark.parametrize("age", ["young", "adult", "middle-aged", "old", "venerable"])
def test_another_age_is_the_same_person(age: str) -> None:
    before, after = made(), made(NpcBrief(age=age))

    assert age == after.age.stage
    assert {name: getattr(before, name) for name in SAME} == {name: getattr(after, name) for name in SAME}
    told = [(one.portrait.hook, one.portrait.voice, one.portrait.want, one.portrait.secret) for one in (before, after)]
    assert told[0] == told[1]
    assert after.portrait.look.startswith(before.portrait.look.split(". Always")[0].split(". ")[0])
    assert generate_npc(npc_brief(f"create an {age} elven ranger"), SEED).attributes() == after.attributes()


def test_changes_go_on_from_each_other() -> None:
    now = changed_by("make her older", "older", "call her Mara", "a cleric instead", "make her taller", "shorter")

    assert ("Mara", "cleric", "old", ("short",)) == (
        now.person.name,
        now.person.character_class,
        now.person.age.stage,
        now.person.traits,
    )
    assert [("traits", "tall", "short")] == [(one["field"], one["was"], one["now"]) for one in now.differences]


@pytest.mark.parametrize("kind", ["tavern", "settlement", "hex", "location"])
def test_another_name_is_another_and_stays(kind: str) -> None:
    order = BRIEFS[kind]()
    first, renamed, darker = (
        make_again(kind, order, 7, Campaign(), said).made.record.title
        for said in ([], ["a different name"], ["a different name", "named Ansgar", "a different name"])
    )

    assert 3 == len({first, renamed, darker})
    assert "Ansgar" not in darker


def remade(kind: str, change: str, **brief: object) -> Remade:
    pointer = pointer_in(change)
    assert pointer is not None, change
    return make_again(kind, BRIEFS[kind].model_validate(brief), 7, Campaign(), [pointer.change])


@pytest.mark.parametrize(
    ("kind", "brief", "change", "differences"),
    [
        ("encounter", {"terrain": "hills"}, "make it harder", {"danger": "deadly"}),
        ("encounter", {"terrain": "hills"}, "easier", {"danger": "easy"}),
        ("encounter", {"creature": "orc", "number": 6}, "again but with more guards", {"number": "9"}),
        ("encounter", {"creature": "orc", "number": 6}, "with fewer orcs", {"number": "4"}),
        ("encounter", {"terrain": "hills"}, "again but colder", {"terrain": "arctic"}),
        ("encounter", {"terrain": "hills"}, "again but darker", {"time": "night"}),
        ("tavern", {"mood": "cozy"}, "make it shadier", {"mood": "shady"}),
        ("tavern", {}, "call it The Eel", {"name": "The Eel"}),
        ("settlement", {}, "bigger", {"size": "town"}),
        ("settlement", {}, "make it a city", {"size": "city"}),
        ("treasure", {"budget_gp": 500}, "again but richer", {"budget_gp": "1"}),
        ("treasure", {"types": ["C"]}, "less gold", {"types": ""}),
        ("treasure", {}, "make it type H", {"types": "H"}),
        ("magic_item", {"category": "potion"}, "a ring instead", {"item": "ring", "category": "any"}),
        ("magic_item", {}, "make it cursed", {"cursed": "True"}),
        ("rumour", {}, "more rumours", {"count": "4"}),
        ("rumour", {}, "again but false", {"truth": "false"}),
        ("hex", {"terrain": "forest"}, "make it colder", {"terrain": "arctic"}),
        ("hex", {"terrain": "forest"}, "bigger", {"miles": "9"}),
        ("room", {}, "make it bigger", {"width": "45", "depth": "60"}),
        ("location", {"place": "tower"}, "make it darker", {"moods": "dark"}),
        ("quest", {}, "make it for level 7", {"party_level": "7"}),
        ("npc", {"race": "dwarf"}, "make him older", {"age": "middle-aged"}),
    ],
)
def test_content_is_changed_as_the_words_say(
    kind: str, brief: dict[str, object], change: str, differences: dict[str, str]
) -> None:
    now = remade(kind, change, **brief)
    found = {one["field"]: one["now"] for one in now.differences}

    assert () == now.unknown
    assert {name: value for name, value in differences.items() if value not in found.get(name, "-")} == {}


@pytest.mark.parametrize("kind", sorted(CAN))
def test_content_says_which_words_it_does_not_know(kind: str) -> None:
    assert ("fluffier",) == remade(kind, "again but fluffier").unknown


def test_a_harder_encounter_is_with_the_same_creatures_and_more_of_them() -> None:
    first, harder = (
        remade("encounter", change, terrain="hills").made for change in ("again but in the hills", "harder")
    )

    assert first.drafts[1].attributes["creature"] == harder.drafts[1].attributes["creature"]
    assert first.record.model_dump()["xp_total"] < harder.record.model_dump()["xp_total"]


def test_a_shadier_house_and_a_bigger_town_keep_what_was_not_asked_to_change() -> None:
    house, shadier = (remade("tavern", change, mood="rowdy").made for change in ("again but rowdy", "make it shadier"))
    village, town = (remade("settlement", change).made for change in ("make it a village", "bigger"))

    assert house.record.title == shadier.record.title
    was, now = house.record.model_dump(), shadier.record.model_dump()
    assert {name for name in was if was[name] != now[name]} == {"mood", "read_aloud"}
    assert (village.record.title, village.drafts[2].name) == (town.record.title, town.drafts[2].name)


@pytest.mark.parametrize(
    ("change", "differences"),
    [
        ("harder", {"danger": "deadly"}),
        ("again but with more guards", {"danger": "deadly"}),
        ("make it bigger", {"rooms": "18"}),
        ("again but colder", {"theme": "frozen_halls"}),
        ("richer", {"treasure": "rich"}),
        ("make it 8 rooms", {"rooms": "8"}),
        ("make it deeper", {"levels": "2"}),
        ("call it Ravenhold", {"name": "Ravenhold"}),
        ("fluffier instead", {}),
    ],
)
def test_a_dungeon_is_changed_as_the_words_say(change: str, differences: dict[str, str]) -> None:
    pointer = pointer_in(change)
    said = [pointer.change if pointer else change]

    now, before, unknown = change_dungeon(dungeon_brief("a dungeon with 12 rooms"), said)

    assert (not differences) == bool(unknown)
    assert differences == {one["field"]: one["now"] for one in dungeon_differences(before, now)}


@pytest.mark.parametrize(
    ("changes", "differences"),
    [
        (["colder"], {"moods": "frozen"}),
        (["colder", "ruined"], {"moods": "ruined, frozen"}),
        (["an elven tower"], {"culture": "elven", "kind": "tower", "name": "another"}),
        (["named Greymoor"], {"name": "Greymoor"}),
        (["a different name"], {"name": "Ashbourne Mill"}),
    ],
)
def test_a_place_is_changed_as_the_words_say(changes: list[str], differences: dict[str, str]) -> None:
    now, before, unknown = change_place(
        location_brief("describe the mill"), changes, title="The Mill", rename=lambda _: "Ashbourne Mill"
    )

    assert ((), differences) == (unknown, {one["field"]: one["now"] for one in place_differences(before, now)})


def step(action: Actor, **params: Any) -> dict[str, Any]:
    return WorldDesignerAgent().think(StepTask(UUID(int=1), 1, UUID(int=2), "dm", "", action, params, seed=3)).result


@pytest.mark.parametrize(
    ("action", "brief", "name"),
    [
        (Actor.GENERATE_NPC, "Create a dwarven smith named Borin", "Borin"),
        (Actor.DESCRIBE_LOCATION, "Describe the old mill", "Old Mill"),
    ],
)
def test_another_one_has_a_name_of_its_own(action: Actor, brief: str, name: str) -> None:
    first, again, another = (step(action, brief=brief, **given) for given in ({}, {"changes": []}, {"another": True}))

    assert (name, first) == (first["entities"][0]["name"], again)
    assert name != another["entities"][0]["name"]


def test_a_result_tells_what_was_changed_or_that_nothing_was() -> None:
    older, same, unknown = (
        step(Actor.GENERATE_NPC, brief="Create an elf", seed=3, changes=[said]) for said in ("older", "an elf", "blue")
    )

    assert older["content"].startswith("*The same person, changed: age ")
    assert "age" in {one["field"] for one in older["changed"]}
    assert [([], []), ([], ["blue"])] == [(one["entities"], one["unchanged"]) for one in (same, unknown)]


def test_a_typed_order_has_an_age_and_is_told_which_traits_have_no_words() -> None:
    brief = npc_brief_of(NpcOrder(traits=["old", "gruff", "purple"], years=70))

    assert ("old", 70, ("gruff",)) == (brief.age, brief.years, brief.traits)
    assert "\u201cpurple\u201d" in brief.notes[0]


@given(st.text(max_size=120), st.sampled_from(sorted(CAN)))
@settings(max_examples=40, deadline=None)
def test_any_words_are_read_without_an_error(said: str, kind: str) -> None:
    orders = BRIEFS[kind]()
    before = make_again(kind, orders, 7, Campaign(), []).made if kind == "encounter" else A_TREASURE

    assert isinstance(read_change(said, A_PERSON)[1], tuple)
    assert isinstance(change_order(kind, orders, said, before)[1], tuple)
    assert isinstance(change_dungeon(dungeon_brief(""), [said])[2], tuple)


@pytest.mark.parametrize("change", ["two levels", "make it deeper", "5 rooms on 3 levels", "100 rooms"])
def test_a_dungeon_of_any_size_can_be_laid_out(change: str) -> None:
    now, _, unknown = change_dungeon(DungeonBrief(rooms=5), [change])

    assert () == unknown
    assert now.rooms == len(draft_dungeon(now, 1).sketch["rooms"])
