"""Dungeons by their briefs: what depends on what, what is kept, and what a prompt asks for."""

import hashlib
import random
import subprocess
import sys
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest

import rules
from contracts.actors import Actor
from contracts.dungeons import DungeonBrief
from core.errors import InvalidInput
from store.changes import NewEntity, NewRelationship
from store.steps import Fenced
from workers.step import StepTask
from workers.world_designer.agent import WorldDesignerAgent
from workers.world_designer.brief import location_brief
from workers.world_designer.dungeon.generate import as_bytes, draft_dungeon, generate_dungeon
from workers.world_designer.dungeon.hoards import _art
from workers.world_designer.dungeon.reading import dungeon_brief
from workers.world_designer.dungeon.residents import manner_of
from workers.world_designer.dungeon.step import TURNS
from workers.world_designer.dungeon.words import own
from workers.world_designer.location import describe_location
from workers.world_designer.vocabulary.content import phrases

Document = dict[str, Any]
MAP = ("levels", "doors", "stairs", "entrances")
PLACE = "describe the Broken Tower of Salt, Ash, Bone, Glass and Water"
"""Its title has many words that matter: a set of them comes in another order in each process."""
PRINT = f"""
import hashlib, sys
from contracts.dungeons import DungeonBrief
from workers.world_designer.brief import location_brief
from workers.world_designer.dungeon.generate import as_bytes, generate_dungeon
from workers.world_designer.location import describe_location
from workers.world_designer.main import warm_up
warm_up()
opened = []
sys.addaudithook(lambda event, facts: opened.append(facts[0]) if event == "open" else None)
made = [generate_dungeon(DungeonBrief(rooms=20), seed) for seed in range(1, 9)]
print(opened)
print(hashlib.sha256(as_bytes(generate_dungeon(DungeonBrief(rooms=12), 77))).hexdigest())
print(describe_location(location_brief("{PLACE}"), [], 7).content)
"""


def made(seed: int = 5, **brief: Any) -> Document:
    return generate_dungeon(DungeonBrief(**brief), seed)


def map_of(document: Document) -> list[Any]:
    cells = [(room["number"], room["cells"]) for room in document["rooms"]]
    return [*(document[part] for part in MAP), cells]


def different(one: Document, other: Document) -> list[int]:
    return [a["number"] for a, b in zip(one["rooms"], other["rooms"], strict=True) if a != b]


def test_another_process_makes_the_same_bytes_and_reads_no_file_for_it_once_it_is_warm() -> None:
    other = subprocess.run(
        [sys.executable, "-c", PRINT], check=True, capture_output=True, text=True, env={"PYTHONHASHSEED": "1"}
    )
    opened, dungeon, place = other.stdout.split("\n", 2)
    assert "[]" == opened
    assert hashlib.sha256(as_bytes(made(77, rooms=12))).hexdigest() == dungeon
    assert describe_location(location_brief(PLACE), [], 7).content == place.strip()


def test_another_seed_makes_another_dungeon() -> None:
    assert as_bytes(made(5)) != as_bytes(made(6))


@pytest.mark.parametrize("number", [1, 4, 9, 12])
def test_a_room_rolled_again_leaves_all_others_and_the_map_as_they_were(number: int) -> None:
    before, after = made(rooms=12), made(rooms=12, rerolls={str(number): 1})

    assert [number] == different(before, after)
    assert map_of(before) == map_of(after)
    assert after["proof"]["holds"]


def test_each_roll_of_a_room_is_another() -> None:
    rooms = [made(rooms=12, rerolls={"12": times})["rooms"][11]["read_aloud"] for times in (1, 2, 3)]
    assert 3 == len(set(rooms))


@pytest.mark.parametrize("change", [{"party_level": 9}, {"party_size": 7}, {"danger": "deadly"}, {"treasure": "rich"}])
def test_party_danger_and_treasure_change_under_the_same_map(change: dict[str, Any]) -> None:
    before, after = made(rooms=12), made(rooms=12, **change)

    assert map_of(before) == map_of(after)
    assert [room["name"] for room in before["rooms"]] == [room["name"] for room in after["rooms"]]
    assert different(before, after)


def test_more_treasure_changes_no_creature() -> None:
    before, after = made(rooms=12), made(rooms=12, treasure="rich")
    assert [room["creatures"] for room in before["rooms"]] == [room["creatures"] for room in after["rooms"]]


def test_kept_rooms_stay_when_the_party_changes_and_the_totals_count_them() -> None:
    before = made(rooms=12)
    kept = {room["number"]: room for room in before["rooms"] if room["number"] in {3, 7}}
    after = generate_dungeon(DungeonBrief(rooms=12, party_level=9), 5, kept)

    assert (before["rooms"][2], before["rooms"][6]) == (after["rooms"][2], after["rooms"][6])
    assert after["proof"]["totals_add_up"]


@pytest.mark.parametrize("change", [{"rooms": 13}, {"style": "cave"}, {"loops": "many"}])
def test_rooms_are_not_kept_on_another_map(change: dict[str, Any]) -> None:
    before = made(rooms=12, theme="keep")
    kept = {room["number"]: room for room in before["rooms"]}

    with pytest.raises(InvalidInput, match="not on this map"):
        generate_dungeon(DungeonBrief(**{"rooms": 12, "theme": "keep", **change}), 5, kept)


def test_levels_are_joined_at_the_same_cell_of_both() -> None:
    document = made(rooms=24, levels=3)
    pairs = {(stair["upper"]["level"], stair["lower"]["level"]) for stair in document["stairs"]}

    assert {(1, 2), (2, 3)} == pairs
    assert document["proof"]["geometry_holds"]


def test_more_levels_than_rooms_for_them_become_fewer() -> None:
    assert 2 == len(made(rooms=9, levels=5)["levels"])


def test_loops_and_secrets_are_as_many_as_asked() -> None:
    loops = [made(rooms=30, levels=1, loops=amount)["proof"]["loops"] for amount in ("none", "few", "some", "many")]
    secrets = [
        sum(door["kind"] == "secret" for door in made(rooms=30, loops="none", secrets=amount)["doors"])
        for amount in ("none", "some")
    ]

    assert sorted(loops) == loops
    assert (0, 3) == (loops[0], loops[1])
    assert [0, 3] == secrets


def test_every_hidden_room_trap_and_goal_has_a_clue_in_a_room_before() -> None:
    document = made(rooms=30)
    clues = [(room["number"], clue) for room in document["rooms"] for clue in room["clues"]]
    trapped = {room["number"] for room in document["rooms"] if room["kind"] == "trap"}
    goal = document["goal"]["room"]

    assert trapped <= {clue["room"] for _, clue in clues if clue["about"] == "trap"}
    assert [True] == [number < goal for number, clue in clues if clue["about"] == "goal"]
    assert sum(door["kind"] == "secret" for door in document["doors"]) == sum(
        clue["about"] == "secret" for _, clue in clues
    )


def test_whoever_wanders_lives_in_the_room_named() -> None:
    document = made(rooms=30)
    rooms = {room["number"]: room for room in document["rooms"]}

    assert all(
        entry["creature"] in {group["creature"] for group in rooms[entry["from_room"]]["creatures"]}
        and entry["number"] <= sum(group["number"] for group in rooms[entry["from_room"]]["creatures"])
        for entry in document["wandering"]["entries"]
    )


def test_every_number_of_a_creature_is_the_rules_own() -> None:
    for seed in range(6):
        for group in (
            group for room in made(seed, rooms=15, party_level=1 + 3 * seed)["rooms"] for group in room["creatures"]
        ):
            book = rules.creature(group["creature"])
            dice = rules.parse_hit_dice(group["hit_dice"])
            assert (book.armor_class, book.thac0, book.experience_points) == (
                group["armor_class"], group["thac0"], group["experience_each"],
            )  # fmt: skip
            assert len(group["hit_points"]) == group["number"]
            assert max(group["hit_points"]) <= max(8 * dice.dice + dice.change, 8) or book.hit_points


def test_every_fight_has_a_way_without_one() -> None:
    rooms = made(rooms=40)["rooms"]
    assert all(bool(room["creatures"]) == bool(room["approach"]) for room in rooms)


@pytest.mark.parametrize(
    ("creature", "manner"),
    [("goblin", "people"), ("nightmare", "cunning"), ("giant_spider", "cunning"), ("wolf", "beast"),
     ("skeleton", "undead"), ("iron_golem", "construct"), ("green_slime", "pest"), ("imp", "people")],
)  # fmt: skip
def test_creatures_behave_by_what_they_are(creature: str, manner: str) -> None:
    """A nightmare understands speech, but has no hands for dice, gear or a trip line."""
    assert manner == manner_of(creature)


def test_a_large_reward_is_paid_by_somebody_of_means() -> None:
    poor, rich = (made(rooms=6, party_level=level)["quest"] for level in (1, 12))

    assert poor["giver"] in phrases("folk")["people_generic"]
    assert rich["giver"] in phrases("folk")["people_of_means"]


@pytest.mark.parametrize(("worth", "tier"), [(99, "100"), (100, "500"), (1_999, "2000"), (2_000, "above")])
def test_an_object_of_art_is_as_fine_as_its_worth(worth: int, tier: str) -> None:
    words = " ".join(own("tricks")["art"][tier])
    told = _art(worth, random.Random(1))["what"]

    assert told.split()[1] in words


def test_all_creatures_of_the_vocabulary_are_in_the_rules() -> None:
    words = own("factions")
    named = {name for one in words["factions"] for name in (*one["creatures"], *one["leaders"])} | set(words["pests"])
    assert set() == named - set(rules.creatures())


@pytest.mark.parametrize("theme", sorted(own("settings")["themes"]))
@pytest.mark.parametrize("level", [1, 10, 20])
def test_every_theme_has_residents_for_every_party(theme: str, level: int) -> None:
    assert made(3, rooms=6, theme=theme, party_level=level)["factions"]


@pytest.mark.parametrize(
    ("prompt", "brief"),
    [
        (
            "Create a deadly 25-room crypt on two levels for five level 4 characters called The Hall of Ash",
            {"rooms": 25, "theme": "crypt", "style": "tomb", "levels": 2, "party_size": 5, "party_level": 4,
             "danger": "deadly", "name": "The Hall of Ash"},
        ),
        (
            "make me a small goblin cave for a 6th level party",
            {"rooms": 10, "theme": "cavern", "style": "cave", "party_level": 6},
        ),
        ("dungeon", {}),
        ("a dungeon with 900 rooms", {"rooms": 100}),
        (
            "a mine of a dozen chambers, rich, for 3 players",
            {"rooms": 12, "theme": "mine", "treasure": "rich", "party_size": 3},
        ),
        ("\u2603 \x00 <script>", {}),
    ],
)  # fmt: skip
def test_a_prompt_is_read_for_what_it_says(prompt: str, brief: dict[str, Any]) -> None:
    assert DungeonBrief(**brief) == dungeon_brief(prompt)


class Heard:
    """Progress that remembers."""

    def __init__(self) -> None:
        self.told: list[list[tuple[str, Document]]] = []

    @property
    def events(self) -> list[tuple[str, Document]]:
        return [event for handful in self.told for event in handful]

    def kinds_told(self) -> list[list[str]]:
        return [[kind for kind, _ in handful] for handful in self.told]

    def emit(self, kind: str, data: Document) -> int:
        self.emit_all([(kind, data)])
        return len(self.events) - 1

    def emit_all(self, events: Sequence[tuple[str, Document]]) -> None:
        self.told.append([*events])

    def check(self) -> None:
        """Go on."""


def task(**params: Any) -> tuple[StepTask, Heard]:
    heard = Heard()
    request = UUID(int=7)
    return StepTask(
        request, 1, UUID(int=8), "user:dm", "a dungeon", Actor.GENERATE_DUNGEON, params, progress=heard
    ), heard


def test_a_step_tells_and_stores_the_same_whenever_it_runs() -> None:
    (one, first), (other, second) = task(brief={"rooms": 6}, seed=1), task(brief={"rooms": 6}, seed=1)

    assert WorldDesignerAgent().think(one) == WorldDesignerAgent().think(other)
    assert first.events == second.events
    assert ["layout", *["room"] * 6, "wandering", "summary"] == [kind for kind, _ in first.events]


def test_the_layout_is_told_alone_and_the_rest_in_handfuls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.gathering.GATHER_SECONDS", 60)
    one, together = task(brief={"rooms": 6}, seed=1)
    WorldDesignerAgent().think(one)
    monkeypatch.setattr("workers.gathering.GATHER_SECONDS", 0)
    other, alone = task(brief={"rooms": 6}, seed=1)
    WorldDesignerAgent().think(other)

    assert [["layout"], [*["room"] * 6, "wandering", "summary"]] == together.kinds_told()
    assert [["layout"], *[["room"]] * 6, ["wandering", "summary"]] == alone.kinds_told()
    assert together.events == alone.events


def test_a_dungeon_that_nobody_wants_any_more_leaves_the_way_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.gathering.GATHER_SECONDS", 0)
    unwanted, heard = task(brief={"rooms": 6}, seed=1)

    def refuse(_events: object) -> None:
        raise Fenced("cancelled")

    monkeypatch.setattr(heard, "emit_all", refuse)
    monkeypatch.setattr(heard, "emit", lambda _kind, _data: 0)
    with pytest.raises(Fenced):
        WorldDesignerAgent().think(unwanted)

    assert TURNS.is_free


def test_relations_name_entities_that_come_before_them() -> None:
    changes = WorldDesignerAgent().think(task(brief={"rooms": 20}, seed=2)[0]).changes
    known: set[UUID] = set()
    for change in changes:
        if isinstance(change, NewEntity):
            known.add(change.id)
        else:
            assert isinstance(change, NewRelationship)
            assert {change.source_id, change.target_id} <= known


def test_what_players_may_read_holds_no_secret() -> None:
    document = made(rooms=30)
    changes = WorldDesignerAgent().think(task(brief={"rooms": 30}, seed=5)[0]).changes
    rooms = [one for one in changes if isinstance(one, NewEntity) and one.attributes.get("location_type") == "room"]
    hidden = {room["number"] for room in document["rooms"] if room["function"] == "hidden"}

    assert hidden
    assert {""} == {one.description for one in rooms if one.attributes["number"] in hidden}
    assert all(set(one.attributes) == {"location_type", "number", "level", "size_feet"} for one in rooms)


def test_a_large_dungeon_is_told_in_events_that_can_be_stored() -> None:
    events = task(brief={"rooms": 100, "secrets": "some", "loops": "many"}, seed=3)
    WorldDesignerAgent().think(events[0])
    told = events[1].events
    drawn = [
        one["level"]
        for kind, data in told
        for one in (data["maps"] if kind == "layout" else [data] if kind == "map" else [])
    ]

    assert max(len(as_bytes(data)) for _, data in told) < 100_000
    assert [1, 2, 3, 4] == drawn


def test_a_brief_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidInput, match="not one of a dungeon"):
        WorldDesignerAgent().think(task(brief={"rooms": 3})[0])


def test_the_sketch_shows_every_room_and_no_content() -> None:
    sketch = draft_dungeon(DungeonBrief(rooms=9), 1).sketch

    assert list(range(1, 10)) == [room["number"] for room in sketch["rooms"]]
    assert {"number", "name", "goal", "level", "shape", "width_feet", "height_feet", "cells"} == set(sketch["rooms"][0])
