"""Generated content: right by the rules, the same from the same seed, true to the campaign and to its schema."""

import json
import re
from collections.abc import Iterable
from typing import Any

import pytest
from jsonschema import Draft7Validator

import rules
from contracts.generators import BRIEFS, EXAMPLES, Land
from core.errors import InvalidInput
from rules.creature_files import default_bestiary
from tests.support.generated import any_party, check_foes, check_person
from workers.world_designer.content.base import Made
from workers.world_designer.content.campaign import Campaign, Known
from workers.world_designer.content.creatures import mind_of, plural
from workers.world_designer.content.registry import GENERATORS, generate
from workers.world_designer.schemas import published

CAMPAIGN = Campaign(
    [
        Known("npc_1", "npc", "Borin Ironhand", "A smith."),
        Known("npc_2", "npc", "Old Marl", "A sage who was killed by wolves."),
        Known("loc_1", "location", "Ashford", "A market town.", {"location_type": "town"}),
        Known("loc_2", "location", "Blackwater Mill", "A mill.", {"location_type": "building"}),
        Known("fac_1", "faction", "The Grey Hand", "Thieves."),
    ]
)
SEEDS = range(10)
UNFINISHED = re.compile(r"\b[Aa] [aeio]|\ban [bcdfgjklmnpqrstvwxyz]|None|  \S")
"""A wrong article, a gap, or a value that was not there."""


def made_of(kind: str, seed: int, brief: dict[str, Any] | None = None, campaign: Campaign = CAMPAIGN) -> Made:
    return generate(kind, EXAMPLES[kind] if brief is None else brief, seed, campaign)


def data_of(made: Made) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(json.dumps(made.as_result("long")))["data"]
    return data


def texts_of(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from texts_of(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts_of(item)


def test_every_kind_has_a_brief_an_example_and_a_generator() -> None:
    assert set(BRIEFS) == set(EXAMPLES) == set(GENERATORS)


def test_the_published_schemas_are_those_of_the_models() -> None:
    stale = []
    for path, schema in published().items():
        stored = json.loads(path.read_text("utf-8"))
        # An example changes with every word of the vocabulary; that it holds is tested with all other contracts.
        stale += [path.name] if stored | {"examples": []} != schema | {"examples": []} else []

    assert stale == [], "write them anew: python -m workers.world_designer.schemas"


@pytest.mark.parametrize("kind", sorted(GENERATORS))
def test_output_holds_its_schema_and_every_text_is_finished(kind: str) -> None:
    schema = next(schema for path, schema in published().items() if path.parent.name == "content" and path.stem == kind)
    validator = Draft7Validator(schema)
    for seed in SEEDS:
        made = made_of(kind, seed, {} if seed % 2 else None)
        assert [error.message for error in validator.iter_errors(data_of(made))] == []
        for text in (made.short, made.long, *texts_of(data_of(made))):
            assert not set("{}$") & set(text), text
            assert not UNFINISHED.search(text.replace("  \n", "").replace("  *", "")), text


@pytest.mark.parametrize("kind", sorted(GENERATORS))
def test_the_same_seed_gives_the_same_bytes_and_another_seed_something_else(kind: str) -> None:
    first, again, other = (json.dumps(made_of(kind, seed).as_result("long")) for seed in (3, 3, 4))

    assert first == again
    assert first != other


@pytest.mark.parametrize("kind", sorted(GENERATORS))
def test_drafts_have_names_and_relations_lead_to_drafts_or_stored_entities(kind: str) -> None:
    for seed in SEEDS:
        result = made_of(kind, seed, {}).as_result("short")
        assert all(entity["name"] and entity["state"] == "draft" for entity in result["entities"])
        for relation in result["relations"]:
            for end in (relation["source"], relation["target"]):
                assert isinstance(end, str) or 0 <= end < len(result["entities"])


@pytest.mark.parametrize(
    ("kind", "hidden"),
    [
        ("tavern", {"secret", "rumours"}),
        ("settlement", {"rumours"}),
        ("rumour", {"truth", "behind"}),
        ("quest", {"twist", "opposition"}),
        ("hex", {"hidden", "residents", "wandering"}),
        ("encounter", {"motive", "talk", "reaction", "treasure"}),
        ("npc", set()),
    ],
)
def test_what_players_may_read_of_a_draft_holds_nothing_of_its_secrets(kind: str, hidden: set[str]) -> None:
    for seed in SEEDS:
        first = made_of(kind, seed).as_result("long")["entities"][0]
        secret = first["attributes"].pop("secret", "")
        shown = json.dumps([first["description"], first["attributes"]])

        assert hidden <= set(secret) if hidden else isinstance(secret, str)
        assert [] == [text for text in texts_of(secret) if len(text) > 12 and json.dumps(text)[1:-1] in shown]


@pytest.mark.parametrize("kind", ["npc", "tavern", "settlement", "rumour", "quest", "magic_item", "encounter", "hex"])
def test_what_is_linked_is_named_and_nobody_speaks_for_the_dead(kind: str) -> None:
    linked = 0
    for seed in SEEDS:
        made = made_of(kind, seed, {})
        linked += bool(made.record.links)
        assert "Old Marl" not in made.long
        for one in made.record.links:
            assert one.name.casefold() in made.long.casefold()
    assert linked > 0


def test_a_campaign_with_nothing_in_it_links_nothing() -> None:
    assert [kind for kind in GENERATORS if made_of(kind, 1, {}, Campaign()).record.links] == []


def test_a_stored_place_named_in_the_brief_is_linked_whatever_its_capitals() -> None:
    made = made_of("tavern", 1, {"place": "ashford"})

    assert ("stands in", "loc_1") in {(one.role, one.id) for one in made.record.links}
    assert "Ashford" in made.short


def test_a_stored_place_of_the_title_is_told_as_stored_and_not_made_again() -> None:
    made = made_of("location", 1, {"title": "Blackwater Mill", "place": "house"})

    assert made.drafts == ()
    assert "A mill." in made.long


@pytest.mark.parametrize(("kind", "brief", "field"), [
    ("encounter", {"terrain": "disco"}, "brief.terrain"),
    ("encounter", {"party_level": 0}, "brief.party_level"),
    ("encounter", {"weather": "wet"}, "brief.weather"),
    ("treasure", {"types": ["5"]}, "brief.types.0"),
    ("treasure", {"types": ["A"], "budget_gp": 50}, "brief."),
    ("magic_item", {"category": "potion", "item": "sword"}, "brief."),
    ("npc", {"name": "<b>Borin</b>"}, "brief.name"),
    ("npc", {"level": "7"}, "brief.level"),
    ("rumour", {"count": 13}, "brief.count"),
    ("castle", {}, "kind"),
])  # fmt: skip
def test_a_brief_that_does_not_fit_is_refused_by_its_field(kind: str, brief: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        generate(kind, brief, 1)

    assert [one.field for one in refused.value.fields] == [field]


@pytest.mark.parametrize("part", range(3))
def test_every_monster_is_the_one_of_the_rule_base(part: int) -> None:
    for seed in range(part * 100, part * 100 + 100):
        check_foes(data_of(made_of("encounter", seed, any_party(seed))))


@pytest.mark.parametrize("part", range(3))
def test_every_person_drawn_is_allowed_by_the_rules(part: int) -> None:
    for seed in range(part * 100, part * 100 + 100):
        sheet = data_of(made_of("npc", seed, {}))["npc"]
        check_person(sheet)


@pytest.mark.parametrize("terrain", sorted(Land.__args__))
@pytest.mark.parametrize("level", [1, 4, 9, 16])
def test_foes_are_a_match_for_the_party(terrain: str, level: int) -> None:
    for seed in range(6):
        foes = data_of(made_of("encounter", seed, {"terrain": terrain, "party_level": level, "party_size": 4}))["foes"]
        dice = rules.parse_hit_dice(foes["hit_dice"]).dice
        assert dice <= level + 2
        assert foes["number"] * max(dice, 0.5) <= 4 * level * 1.6 + dice


def test_a_creature_and_number_that_are_asked_for_come() -> None:
    foes = data_of(made_of("encounter", 1, {"creature": "red_dragon", "number": 2, "party_level": 1}))["foes"]

    assert (foes["name"], foes["number"], len(foes["hp"])) == ("red dragon", 2, 2)


def test_a_hoard_is_worth_exactly_what_was_asked_for() -> None:
    for budget in (10, 99, 1_000, 2_345, 77_777, 1_000_000):
        haul = data_of(made_of("treasure", budget, {"budget_gp": budget}))["haul"]
        coins = sum({"cp": 1, "sp": 10, "gp": 100, "pp": 500}[coin] * number for coin, number in haul["coins"].items())
        gems = sum(round(one["number"] * one["each_gp"] * 100) for one in haul["gems"])
        art = sum(one["value_gp"] * 100 for one in haul["art"])
        assert coins + gems + art == budget * 100
        assert haul["total_gp"] == budget
        assert haul["coin_weight_lb"] == round(sum(haul["coins"].values()) / 50, 2)


def test_treasure_of_a_type_stays_within_the_printed_ranges() -> None:
    types = rules.treasure_type("C")
    most = {"copper": "cp", "silver": "sp"}
    for seed in range(60):
        haul = data_of(made_of("treasure", seed, {"types": ["C"]}))["haul"]
        for part in types.parts:
            if coin := most.get(part.kind):
                assert haul["coins"].get(coin, 0) == 0 or part.range[0] <= haul["coins"][coin] <= part.range[1]
            if part.kind == "gems":
                assert sum(one["number"] for one in haul["gems"]) <= part.range[1]


def test_magic_says_who_can_use_it_and_fits_the_party_where_it_can() -> None:
    for seed in range(40):
        item = data_of(made_of("magic_item", seed, {"party_classes": ["thief"]}))
        assert item["fits_party"]
        assert {"everyone", "rogue"} & set(item["usable_by"])


@pytest.mark.parametrize(
    ("brief", "named"),
    [
        ({"item": "sword", "category": "armor_or_weapon"}, r"sword"),
        ({"item": "ring"}, r"^ring of"),
        ({"item": "armor"}, r"mail|plate|brigandine|leather"),
        ({"item": "scroll"}, r"scroll"),
    ],
)
def test_the_item_that_is_asked_for_is_made(brief: dict[str, Any], named: str) -> None:
    assert all(
        re.search(named, data_of(made_of("magic_item", seed, brief))["item"], re.IGNORECASE) for seed in range(8)
    )


def test_prices_of_a_tavern_are_the_books() -> None:
    table = rules.default_rulebook().table("food_and_lodging")
    for seed in SEEDS:
        for price in data_of(made_of("tavern", seed, {}))["prices"]:
            assert price["copper"] == table.find(price["article"])["copper"]


def test_the_wandering_table_of_a_hex_covers_every_throw_with_creatures_of_its_frequency() -> None:
    for seed in SEEDS:
        lines = data_of(made_of("hex", seed, {"terrain": "forest"}))["wandering"]
        throws = [throw for line in lines for throw in range(line["roll"][0], line["roll"][1] + 1)]
        assert throws == list(range(2, 21))
        assert len({line["creature"] for line in lines}) == len(lines)
        for line in lines:
            assert rules.creature(line["creature"]).frequency.replace("_", " ") in line["frequency"]


def test_every_creature_has_a_plural_and_a_way_to_behave() -> None:
    for name in default_bestiary().creatures:
        assert plural(name)
        assert mind_of(rules.creature(name)) in {"people", "beast", "mindless", "undead", "cunning"}
    assert ["lizard men", "werewolves", "harpies"] == [plural(name) for name in ("lizard_man", "werewolf", "harpy")]
