"""Dungeons and the campaign: who has a part, what follows from it, and that nothing of it is contradicted or leaks."""

import json
from typing import Any
from uuid import UUID

import pytest

from contracts.actors import Actor
from contracts.dungeons import DungeonBrief
from maps.key import key_markdown
from store.changes import NewEntity, NewRelationship
from workers.step import Outcome, StepTask
from workers.world_designer.agent import WorldDesignerAgent
from workers.world_designer.content.campaign import Campaign, Known
from workers.world_designer.dungeon.cast import Cast, choose_cast, free_name, read_cast
from workers.world_designer.dungeon.generate import as_bytes, generate_dungeon
from workers.world_designer.dungeon.words import own


def known(kind: str, number: int, name: str, description: str = "", **attributes: Any) -> Known:
    return Known(f"{kind[:3]}_{number:032x}", kind, name, description, attributes)


ASHFORD = known("location", 1, "Ashford", "A market town.", location_type="town")
MORA = known("npc", 2, "Mora Tarn", "A ferryman.")
LATE = known("npc", 3, "Old Hob", "A reeve who died last year.")
TEETH = known("faction", 4, "The Rust Tooth Goblins", "Raiders.", goal="the bridge toll")
HAND = known("faction", 5, "The Gilded Hand", "A guild of lenders.")
CAMPAIGN = Campaign([ASHFORD, MORA, LATE, TEETH, HAND])
BRIEF = DungeonBrief(rooms=10, theme="keep")
PROMPT = "a small keep near Ashford, held by the rust tooth goblins"
SEED = 3


def cast_of(text: str = PROMPT, campaign: Campaign = CAMPAIGN, brief: DungeonBrief = BRIEF, **more: Any) -> Cast:
    return choose_cast(campaign, brief, brief.theme or "keep", SEED, text=text, **more)


CAST = cast_of()
DUNGEON = generate_dungeon(BRIEF, SEED, cast=CAST)


class Reader:
    """A campaign that was told something by an earlier run, or nothing."""

    def __init__(self, campaign: Campaign, told: dict[str, Any] | None = None) -> None:
        self._campaign, self._told = campaign, told

    def campaign(self, principal: str, campaign_id: UUID, **_: Any) -> Campaign:
        return self._campaign

    def told_cast(self, request_id: UUID, step_no: int) -> dict[str, Any] | None:
        return self._told


def run(reader: Reader, **params: Any) -> Outcome:
    task = StepTask(UUID(int=7), 1, UUID(int=8), "user:dm", PROMPT, Actor.GENERATE_DUNGEON, {"seed": SEED, **params})
    return WorldDesignerAgent(reader).think(task)


def test_whoever_the_order_names_has_the_part_that_fits() -> None:
    parts = {one.id: (one.role, one.plays) for one in CAST.members}

    assert {
        ASHFORD.id: ("near", ""),
        TEETH.id: ("holder", "goblins"),
        MORA.id: ("patron", ""),
        HAND.id: ("concerned", ""),
    } == parts


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a crypt beneath Ashford", "Ashford"),
        ("a crypt beneath ASHFORD, please", "Ashford"),
        ("a crypt by the weeping stones", "The Weeping Stones"),
        ("a crypt beneath Ashfordshire", "Ashford"),
    ],
)
def test_names_are_found_as_whole_words_in_any_capitals(text: str, place: str) -> None:
    stones = known("location", 9, "The Weeping Stones", location_type="wilderness")
    named = [one.name for one in Campaign([ASHFORD, stones]).mentioned(text)]

    assert ([] if "shire" in text else [place]) == named


def test_the_party_s_own_place_is_near_when_the_order_names_none() -> None:
    mill = known("location", 6, "Blackwater Mill", location_type="building")
    near = cast_of("a keep", Campaign([ASHFORD, mill]), location_id=UUID(int=6)).first("near")

    assert near is not None
    assert "Blackwater Mill" == near.name


def test_a_stored_place_of_the_name_asked_for_is_the_namesake() -> None:
    ruin = known("dungeon", 6, "The Sunken Keep")
    cast = cast_of("", Campaign([ruin]), DungeonBrief(rooms=8, theme="keep", name="Sunken Keep"))

    assert ["namesake"] == [one.role for one in cast.members]


def test_a_stored_faction_lives_there_under_its_own_name_and_wants_what_the_campaign_says() -> None:
    first = DUNGEON["factions"][0]

    assert (TEETH.name, TEETH.id, "the bridge toll") == (first["name"], first["stored_id"], first["wants"])
    assert {"goblin", "hobgoblin", "wolf", "bugbear"} >= {
        group["creature"] for room in DUNGEON["rooms"] if room["faction"] == TEETH.name for group in room["creatures"]
    }
    assert any(room["faction"] == TEETH.name for room in DUNGEON["rooms"])


def test_quest_rumours_and_finds_name_the_campaign_s_own_with_their_ids() -> None:
    ties = [tie for room in DUNGEON["rooms"] for tie in room["ties"]]

    assert (MORA.name, MORA.id) == (DUNGEON["quest"]["giver"], DUNGEON["quest"]["giver_id"])
    assert MORA.name in DUNGEON["quest"]["text"]
    assert [MORA.id] == [one["told_by_id"] for one in DUNGEON["rumours"] if "told_by_id" in one]
    assert "Ashford" in DUNGEON["where"]
    assert [(HAND.id, True)] == [(tie["id"], HAND.name in tie["text"]) for tie in ties]
    page = key_markdown(DUNGEON)
    assert all(text in page for text in (DUNGEON["where"], DUNGEON["quest"]["text"], ties[0]["text"]))
    assert DUNGEON["proof"]["holds"]


def test_what_is_said_to_be_true_is_true() -> None:
    rooms = {room["number"]: room for room in DUNGEON["rooms"]}
    for rumour in DUNGEON["rumours"]:
        numbers = [int(word) for word in rumour["behind"].replace(",", "").replace(".", "").split() if word.isdigit()]
        if "trap" in rumour["behind"]:
            assert rooms[numbers[0]]["trap"]
        elif "hidden way" in rumour["behind"]:
            assert {"secret"} <= {way["kind"] for way in rooms[numbers[0]]["exits"]}
        elif rumour["behind"].startswith("It is so"):
            assert {TEETH.name} == {rooms[number]["faction"] for number in numbers}
    assert {"true", "partly", "false"} == {rumour["truth"] for rumour in DUNGEON["rumours"]}


def test_names_that_look_like_patterns_or_markup_stand_as_they_are() -> None:
    odd = "{Kel|Mor} $other <b>`x`"
    campaign = Campaign(
        [known("location", 1, odd, location_type="town"), known("npc", 2, odd), known("faction", 3, odd)]
    )
    dungeon = generate_dungeon(BRIEF, SEED, cast=cast_of("", campaign))
    page = key_markdown(dungeon)

    assert {"near", "patron", "concerned"} == {one["role"] for one in dungeon["cast"]["members"]}
    assert page.count("{Kel|Mor} $other \\<b>\\`x\\`") >= 3
    assert " <b>" not in page


def test_the_dead_have_no_part() -> None:
    for seed in range(5):
        assert LATE.id not in {one.id for one in choose_cast(CAMPAIGN, BRIEF, "keep", seed, text="by old hob").members}


def test_nobody_new_gets_a_name_of_the_campaign() -> None:
    names = iter(["Aldwick", "aldwick", "Belmar"])
    assert "Belmar" == free_name(Cast(names_taken=("Aldwick the Grim",)), lambda: next(names))

    drawn = [generate_dungeon(BRIEF, seed)["name"] for seed in (1, 1)]
    again = generate_dungeon(BRIEF, 1, cast=Cast(names_taken=(drawn[0],)))["name"]
    assert drawn[0] == drawn[1] != again


def test_without_a_campaign_a_dungeon_has_a_quest_and_rumours_all_the_same() -> None:
    alone = generate_dungeon(BRIEF, SEED)

    assert alone["quest"]["text"]
    assert [] == [one for one in alone["rumours"] if "told_by" in one]
    assert not alone["cast"]["members"]


def test_the_cast_changes_neither_the_map_nor_who_is_met_nor_the_treasure() -> None:
    other = generate_dungeon(BRIEF, SEED, cast=cast_of("", Campaign([ASHFORD, MORA, HAND])))
    alone = generate_dungeon(BRIEF, SEED)

    for part in ("levels", "doors", "totals", "wandering", "history"):
        assert alone[part] == other[part]


def test_a_cast_is_read_as_it_was_written() -> None:
    assert read_cast(json.loads(json.dumps(CAST.as_json()))) == CAST
    assert read_cast({}) == Cast()


def test_a_step_that_runs_again_keeps_the_cast_it_told_and_an_order_the_one_it_names() -> None:
    first = run(Reader(CAMPAIGN), prompt=PROMPT, store=False).result["document"]
    changed = Reader(Campaign([]), first["cast"])
    again = run(changed, prompt=PROMPT, store=False).result["document"]
    ordered = run(Reader(Campaign([])), prompt=PROMPT, store=False, cast=first["cast"]).result["document"]

    assert first["cast"]["members"]
    assert as_bytes(first) == as_bytes(again) == as_bytes(ordered)


def test_a_room_rolled_again_with_the_same_cast_leaves_the_others() -> None:
    tied = next(room["number"] for room in DUNGEON["rooms"] if room["ties"])
    again = generate_dungeon(BRIEF.model_copy(update={"rerolls": {str(tied): 1}}), SEED, cast=CAST)

    assert [tied] == [a["number"] for a, b in zip(DUNGEON["rooms"], again["rooms"], strict=True) if a != b]


def test_stored_entities_are_related_and_never_written_again() -> None:
    changes = run(Reader(CAMPAIGN), prompt=PROMPT, brief=BRIEF.model_dump(mode="json"), cast=CAST.as_json()).changes
    made = {one.id: one for one in changes if isinstance(one, NewEntity)}
    related = {
        (one.kind, bool(one.secret), known_id.hex[-1])
        for one in changes
        if isinstance(one, NewRelationship)
        for known_id in (one.source_id, one.target_id)
        if known_id not in made
    }

    assert {
        ("lies near", False, "1"), ("sought by", True, "2"), ("holds", False, "4"), ("member of", False, "4"),
        ("speaks of", True, "5"),
    } == related  # fmt: skip
    assert not {one.name.casefold() for one in made.values()} & {one.name.casefold() for one in CAMPAIGN.known}


def test_players_read_nothing_of_finds_quests_rumours_and_patrons() -> None:
    changes = run(Reader(CAMPAIGN), cast=CAST.as_json(), prompt=PROMPT).changes
    shown = json.dumps([[one.name, one.description, one.attributes] for one in changes if isinstance(one, NewEntity)])

    assert MORA.name not in shown
    assert HAND.name not in shown
    assert "bridge toll" not in shown


def test_every_creature_s_own_faction_is_recognised_by_its_name() -> None:
    for entry in own("factions")["factions"]:
        noun = entry["creatures"][0].replace("_", " ")
        stored = known("faction", 1, f"The Seven {noun.title()}s of Dusk")
        brief = DungeonBrief(rooms=6, theme=entry["themes"][0], party_level=entry["levels"][0])
        holder = cast_of("the seven " + noun + "s of dusk", Campaign([stored]), brief).first("holder")
        if not any(noun.endswith(ending) for ending in ("wolf", "elf", "man", "golem")):
            assert holder is not None, entry["id"]
