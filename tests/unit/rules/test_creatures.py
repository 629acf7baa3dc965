"""Creatures: their files, what is refused, look-up by name and by what they are, and agreement with the rules."""

import copy
import json
import re

import jsonschema
import pytest

import rules
from rules.creature_files import CREATURES_FOLDER, CreatureEntry, load_creatures
from rules.dice import parse_dice
from rules.table import normalise_name
from rules.treasure_types import read_treasure_type

SCHEMA = json.loads((CREATURES_FOLDER.parent / "creatures_schema.json").read_text(encoding="utf-8"))
FILES = sorted(CREATURES_FOLDER.glob("*.json"))
NAMES = rules.creatures()
GOOD = {
    "name": "cave_cat",
    "aliases": ["cave cats"],
    "kind": "animal",
    "frequency": "rare",
    "climate": ["any"],
    "terrain": ["hills"],
    "number_appearing": [1, 4],
    "intelligence": [1, 1],
    "alignment": "neutral",
    "size": ["M"],
    "morale": [8, 10],
    "movement": {"land": 12},
    "armor_class": 6,
    "hit_dice": "3+1",
    "thac0": 17,
    "attacks": "3",
    "damage": ["1d3", "1d3", "1d6"],
    "special_attacks": [],
    "special_defenses": [],
    "magic_resistance": 0,
    "experience_points": 120,
    "abilities": [],
    "treasure": {"lair": ["Qx5"]},
}
TRADEMARKS = (
    "beholder|carrion|mind.?flayer|illithid|umber.?hulk|displacer|slaad|gith(yanki|zerai)|kuo.?toa|yuan.?ti|tanar|baatezu|yugoloth"
    "|bullywug|grell|modron"
)


def write(folder, *entries, name="file.json"):
    file = {
        "source": {"book": "MM", "chapter": "x"},
        "checked_against": ["one"],
        "notes": [],
        "creatures": list(entries),
    }
    (folder / name).write_text(json.dumps(file), encoding="utf-8")
    return load_creatures(folder)


def changed(**changes):
    return {**copy.deepcopy(GOOD), **changes}


def test_all_creatures_of_the_package_hold():
    bestiary = rules.default_bestiary()
    assert () == bestiary.problems
    assert 200 <= len(bestiary.creatures)
    assert list(NAMES) == sorted(bestiary.creatures)


def test_the_schema_is_a_schema():
    jsonschema.Draft7Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_file_validates_against_the_schema(path):
    jsonschema.Draft7Validator(SCHEMA).validate(json.loads(path.read_text(encoding="utf-8")))


def test_schema_and_loader_know_the_same_fields():
    properties = SCHEMA["definitions"]["creature"]["properties"]
    assert set(properties) == set(CreatureEntry.model_fields)
    for field in ("kind", "frequency"):
        assert properties[field]["enum"] == CreatureEntry.model_json_schema()["properties"][field]["enum"]
    for field in ("climate", "terrain"):
        assert (
            properties[field]["items"]["enum"]
            == CreatureEntry.model_json_schema()["properties"][field]["items"]["enum"]
        )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_name_belongs_to_somebody(path):
    assert not re.search(TRADEMARKS, path.read_text(encoding="utf-8"), re.IGNORECASE)


@pytest.mark.parametrize("name", NAMES)
def test_creature_is_complete(name):
    found = rules.creature(name)
    assert found.armor_class <= 10
    assert found.alignment
    assert found.number_appearing[0] >= 1
    for written in found.damage:
        if not re.fullmatch(r"weapon(\+\d+)?|special", written):
            assert parse_dice(written).minimum >= 1
    for types in found.treasure.values():
        for written in types:
            assert read_treasure_type(written)[0].isalpha()
    if found.hit_dice is None:
        assert found.thac0 is None
    else:
        assert isinstance(found.thac0_by_rule, int)
        assert isinstance(found.experience_points, int)
    assert found.source


@pytest.mark.parametrize("name", NAMES)
def test_every_ability_is_in_the_table_and_explains_the_experience(name):
    found = rules.creature(name)
    table = rules.default_rulebook().table("xp_ability_additions")
    assert sum(table.value(ability) for ability in found.abilities) == found.added_hit_dice
    if found.hit_dice is not None:
        by_rule = rules.monster_experience(found.hit_dice, added_hit_dice=found.added_hit_dice)
        assert by_rule.experience_points == found.experience_by_rule


def test_printed_experience_differs_from_the_rule_for_four_creatures_only():
    differing = {name for name in NAMES if any("experience" in said for said in rules.creature(name).warnings)}
    assert {"half_ogre", "juju_zombie", "shambling_mound", "water_naga"} == differing


def test_printed_thac0_differs_from_the_rule_for_these_creatures_only():
    differing = {name for name in NAMES if any("THAC0" in said for said in rules.creature(name).warnings)}
    expected = """dwarf firbolg fomorian iron_golem juju_zombie kraken nightmare poltergeist roc sabre_toothed_tiger
        stirge storm_giant water_weird wolf"""
    assert set(expected.split()) == differing


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Orcs", "orc"),
        ("WEREWOLVES", "werewolf"),
        ("ju-ju zombie", "juju_zombie"),
        ("Lizard Men", "lizard_man"),
        ("will-o'-the-wisp", "will_o_wisp"),
        ("dark elves", "dark_elf"),
        ("grey ooze", "gray_ooze"),
        ("ghouls", "ghoul"),
        ("Red Dragon", "red_dragon"),
        ("mummies", "mummy"),
    ],
)
def test_names_are_read_as_people_write_them(text, name):
    assert name == rules.creature(text).name


def test_every_spelling_leads_to_a_creature():
    for spelling, name in rules.creature_spellings().items():
        assert name in NAMES
        assert spelling == normalise_name(spelling)


@pytest.mark.parametrize("name", ["", "gazebo", "orc chief of staff"])
def test_unknown_creature_is_refused(name):
    with pytest.raises(rules.UnknownName, match="creature must be one of the"):
        rules.creature(name)


@pytest.mark.parametrize("name", [None, 7, ["orc"]])
def test_name_that_is_not_text_is_refused(name):
    with pytest.raises(rules.MalformedValue):
        rules.creature(name)


@pytest.mark.parametrize(
    ("name", "hit_dice", "thac0", "experience"),
    [
        ("hell hound", "4", 17, 420),
        ("hell hound", 5, 15, 650),
        ("hell hound", 6, 15, 975),
        ("hell hound", 7, 13, 1400),
        ("giant spider", "3+3", 17, 420),
        ("gargantuan spider", "8+8", 11, 3000),
        ("treant", 12, 9, 7000),
        ("air elemental", 16, 5, 11000),
        ("fire elemental", 12, 9, 6000),
        ("roper", 11, 9, 11000),
        ("dragon turtle", 14, 7, 12000),
        ("remorhaz", 14, 7, 10000),
        ("orc", 1, 19, 15),
    ],
)
def test_creature_at_other_hit_dice(name, hit_dice, thac0, experience):
    found = rules.creature(name, hit_dice=hit_dice)
    assert (thac0, experience) == (found.thac0, found.experience_points)


def test_hit_dice_it_does_not_have_are_refused_with_those_it_has():
    with pytest.raises(rules.OutOfTable, match="one of its Hit Dice: 4, 5, 6, 7"):
        rules.creature("hell hound", hit_dice=9)
    with pytest.raises(rules.OutOfTable, match="one of its Hit Dice: 1"):
        rules.creature("orc", hit_dice=3)
    with pytest.raises(rules.MalformedValue):
        rules.creature("orc", hit_dice="many")


def test_dragon_says_that_its_experience_is_by_rule():
    found = rules.creature("red dragon")
    assert found.experience_points == found.experience_by_rule
    assert any("follows from Hit Dice" in said for said in found.assumptions)


def test_mold_has_no_hit_dice():
    found = rules.creature("yellow mold")
    assert (None, None, 65) == (found.hit_dice, found.thac0, found.experience_points)


def test_undead_of_low_hit_dice_in_a_dungeon():
    names = [one.name for one in rules.find_creatures(hit_dice=(0, 2), terrain="dungeon", kind="undead")]
    assert {"skeleton", "zombie", "ghoul", "poltergeist"} <= set(names)
    assert "mummy" not in names


@pytest.mark.parametrize("terrain", ["arctic", "desert", "forest", "ocean", "subterranean", "swamp", "urban", "sky"])
def test_every_terrain_has_creatures_and_only_fitting_ones(terrain):
    found = rules.find_creatures(terrain=terrain)
    assert found
    assert all({terrain, "any"} & set(one.terrain) for one in found)


def test_creatures_of_the_sea_are_not_found_on_land():
    names = {one.name for one in rules.find_creatures(terrain="ocean")}
    assert "orc" not in names
    assert "kraken" in names


@pytest.mark.parametrize("kind", ["animal", "construct", "dragon", "fey", "giant", "humanoid", "ooze", "undead"])
def test_kinds(kind):
    found = rules.find_creatures(kind=kind)
    assert found
    assert {kind} == {one.kind for one in found}


def test_found_creatures_come_by_hit_dice_and_name():
    found = rules.find_creatures(kind="giant", hit_dice=(4, 8))
    dice = [rules.parse_hit_dice(one.hit_dice).dice for one in found]
    assert sorted(dice) == dice
    assert all(4 <= one <= 8 for one in dice)


def test_by_frequency_climate_and_experience():
    found = rules.find_creatures(frequency="common", climate="arctic", experience=(1, 100))
    assert found
    assert all(one.frequency == "common" and 1 <= one.experience_points <= 100 for one in found)


@pytest.mark.parametrize(
    "arguments",
    [{"terrain": "moon"}, {"kind": "robot"}, {"climate": "mild"}, {"frequency": "often"}],
    ids=str,
)
def test_unknown_property_is_refused(arguments):
    with pytest.raises(rules.UnknownName, match="must be one of"):
        rules.find_creatures(**arguments)


@pytest.mark.parametrize(
    "arguments",
    [{"hit_dice": (3, 1)}, {"hit_dice": 3}, {"hit_dice": ("1", "2")}, {"experience": (1,)}, {"kind": 5}],
    ids=str,
)
def test_malformed_property_is_refused(arguments):
    with pytest.raises(rules.MalformedValue):
        rules.find_creatures(**arguments)


BROKEN = {
    "a missing field": ({k: v for k, v in GOOD.items() if k != "thac0"}, "thac0"),
    "a surplus field": (changed(colour="red"), "colour"),
    "an unknown kind": (changed(kind="robot"), "kind"),
    "an unknown terrain": (changed(terrain=["moon"]), "terrain"),
    "no terrain": (changed(terrain=[]), "terrain"),
    "a range turned round": (changed(number_appearing=[4, 1]), "lower number comes first"),
    "a range of one": (changed(intelligence=[1]), "intelligence"),
    "hit dice that cannot be read": (changed(hit_dice="many"), "hit_dice"),
    "no hit dice at all": (changed(hit_dice="0"), "Hit Dice"),
    "text for a number": (changed(armor_class="6"), "armor_class"),
    "an armor class beyond the end": (changed(armor_class=11), "armor_class"),
    "a treasure type that is none": (changed(treasure={"lair": ["AA"]}), "treasure"),
    "treasure in an unknown place": (changed(treasure={"bank": ["A"]}), "treasure"),
    "an ability twice": (changed(abilities=["flying", "flying"]), "distinct"),
    "no way to move": (changed(movement={}), "movement"),
    "one variant": (changed(variants=[{"hit_dice": "4", "thac0": 17, "experience_points": 1}]), "variants"),
    "a name with capitals": (changed(name="Cave Cat"), "name"),
}


ONLY_THE_LOADER_SEES = {"lower number comes first", "Hit Dice"}


@pytest.mark.parametrize(("entry", "reason"), BROKEN.values(), ids=BROKEN)
def test_broken_creature_is_left_out_with_a_reason_and_the_others_stay(entry, reason, tmp_path):
    bestiary = write(tmp_path, entry, changed(name="neighbour", aliases=[]))
    assert ["neighbour"] == list(bestiary.creatures)
    assert [("file.json", entry["name"])] == [(one.file, one.table) for one in bestiary.problems]
    assert reason in bestiary.problems[0].reason
    schema = jsonschema.Draft7Validator(SCHEMA["definitions"]["creature"] | {"definitions": SCHEMA["definitions"]})
    assert schema.is_valid(entry) == (reason in ONLY_THE_LOADER_SEES)


def test_second_creature_of_one_name_is_left_out(tmp_path):
    bestiary = write(tmp_path, GOOD, changed(armor_class=2))
    assert 6 == bestiary.creatures["cave_cat"].armor_class
    assert ["'cave_cat' is the name of cave_cat already"] == [one.reason for one in bestiary.problems]


def test_alias_of_another_creature_is_refused(tmp_path):
    bestiary = write(tmp_path, GOOD, changed(name="other", aliases=["Cave-Cats"]))
    assert ["cave_cat"] == list(bestiary.creatures)


@pytest.mark.parametrize("content", ["", "[]", "{", '{"creatures": 3}', "\x00", "[" * 100_000], ids=repr)
def test_file_that_is_none_is_reported_whole(content, tmp_path):
    (tmp_path / "bad.json").write_text(content, encoding="utf-8")
    bestiary = write(tmp_path, GOOD)
    assert ["cave_cat"] == list(bestiary.creatures)
    assert [("bad.json", "*")] == [(one.file, one.table) for one in bestiary.problems]


@pytest.mark.parametrize("raw", [None, 3, "text", [], {"name": 5}])
def test_entry_that_is_no_creature_is_reported_by_its_number(raw, tmp_path):
    bestiary = write(tmp_path, GOOD, raw)
    assert ["number 2"] == [one.table for one in bestiary.problems]


def test_broken_creature_says_why_when_it_is_asked_for(tmp_path):
    bestiary = write(tmp_path, GOOD, changed(name="other", armor_class="x"))
    with pytest.raises(rules.TableUnavailable, match="armor_class"):
        rules.creature("other", bestiary=bestiary)
    assert 6 == rules.creature("cave cats", bestiary=bestiary).armor_class


def test_version_follows_the_content(tmp_path):
    first = write(tmp_path, GOOD).version
    assert first == write(tmp_path, GOOD).version
    assert first != write(tmp_path, changed(armor_class=5)).version


def test_creature_needs_the_table_of_abilities(tmp_path):
    with pytest.raises(rules.TableUnavailable):
        rules.creature("orc", book=rules.load_tables(tmp_path))


def test_answer_is_json():
    assert json.loads(json.dumps(rules.creature("vampire").values()))["hit_dice"] == "8+3"
