"""Reactions, surprise, distance and frequency: each printed line, and what is refused."""

import random

import pytest

import rules

BOOK = rules.default_rulebook()
# Read down: one letter for each roll from 2 to 20 (f friendly, i indifferent, c cautious, t threatening,
# h hostile, F flight).
REACTIONS = {
    "friendly": "ffffff iiii cccc ttt hh",
    "indifferent": "fffff iiiii ccc tttt hh",
    "threatening": "ff cccccc tttttt hhhhh",
    "hostile": "FFFF ccc tttt hhhhhhhh",
}
LETTERS = {
    "f": "friendly",
    "i": "indifferent",
    "c": "cautious",
    "t": "threatening",
    "h": "hostile",
    "F": "flight",
}


@pytest.mark.parametrize(
    ("attitude", "roll", "expected"),
    [
        pytest.param(attitude, roll, LETTERS[letter], id=f"DMG 59: {attitude} {roll}")
        for attitude, column in REACTIONS.items()
        for roll, letter in enumerate(column.replace(" ", ""), start=2)
    ],
)
def test_reaction(attitude, roll, expected):
    found = rules.reaction(roll, attitude=attitude)
    assert (expected, roll) == (found.reaction, found.modified_roll)


def test_each_column_has_nineteen_rolls():
    assert {19} == {len(column.replace(" ", "")) for column in REACTIONS.values()}


@pytest.mark.parametrize(
    ("roll", "modifier", "at"), [(2, -4, 2), (20, 5, 20), (10, 3, 13), (10, -3, 7), (15, -20, 2), (3, 40, 20)]
)
def test_modified_roll_stays_on_the_table(roll, modifier, at):
    found = rules.reaction(roll, modifier=modifier)
    assert at == found.modified_roll
    assert rules.reaction(at).reaction == found.reaction


@pytest.mark.parametrize("modifier", [-40, -3, 0, 2, 40])
@pytest.mark.parametrize("attitude", REACTIONS)
def test_chances_add_up_to_all_throws(attitude, modifier):
    found = rules.reaction(attitude=attitude, modifier=modifier)
    assert found.reaction is None
    assert found.roll is None
    assert 100 == pytest.approx(sum(found.chances.values()), abs=0.3)


def test_chances_of_indifferent_characters():
    # 2-6, 7-11, 12-14, 15-18, 19-20 on 2d10.
    expected = {"friendly": 15.0, "indifferent": 40.0, "cautious": 24.0, "threatening": 18.0, "hostile": 3.0}
    assert expected == rules.reaction().chances


@pytest.mark.parametrize("attitude", REACTIONS)
def test_a_higher_roll_is_never_friendlier(attitude):
    order = ["flight", "friendly", "indifferent", "cautious", "threatening", "hostile"]
    ranks = [order.index(rules.reaction(roll, attitude=attitude).reaction) for roll in range(2, 21)]
    assert sorted(ranks) == ranks


@pytest.mark.parametrize(
    "arguments",
    [
        {"roll": 1},
        {"roll": 21},
        {"roll": "7"},
        {"roll": True},
        {"roll": 7, "attitude": "rude"},
        {"roll": 7, "attitude": None},
        {"roll": 7, "modifier": 41},
        {"roll": 7, "modifier": "many"},
    ],
    ids=str,
)
def test_reaction_refuses(arguments):
    with pytest.raises(rules.RuleError):
        rules.reaction(**arguments)


SURPRISE = """silenced -2; invisible -2; distinctive_odor +2; every_10_members +1; camouflaged -1; well_camouflaged -3;
fleeing -2; panicked -2; anticipating_attack +2; suspicious +2; rain -1; poor_light -1; heavy_fog -2; darkness -4;
extremely_still +2"""
SURPRISE_LINES = [line.split() for line in SURPRISE.replace("\n", " ").split(";")]


@pytest.mark.parametrize(
    ("situation", "modifier"), [pytest.param(name, int(text), id=f"DMG 57: {name}") for name, text in SURPRISE_LINES]
)
def test_surprise_modifier(situation, modifier):
    found = rules.surprise([situation])
    assert (modifier, 3 - modifier, 10 * (3 - modifier)) == (found.modifier, found.needed, found.chance_percent)


def test_surprise_table_has_these_lines_only():
    assert {name for name, _ in SURPRISE_LINES} == set(BOOK.table("surprise_modifiers").names)


def test_surprise_without_anything_is_three_in_ten():
    assert (3, 30) == (rules.surprise().needed, rules.surprise().chance_percent)


DEXTERITY = "1 -6; 2 -4; 3 -3; 4 -2; 5 -1; 6 0; 15 0; 16 +1; 17 +2; 18 +2; 19 +3; 20 +3; 21 +4; 23 +4; 24 +5; 25 +5"


@pytest.mark.parametrize(
    ("dexterity", "adjustment"),
    [pytest.param(*map(int, line.split()), id=f"PHB 2: Dexterity {line.split()[0]}") for line in DEXTERITY.split(";")],
)
def test_reaction_adjustment_of_dexterity_counts(dexterity, adjustment):
    found = rules.surprise(dexterity=dexterity)
    assert (adjustment, max(0, 3 - adjustment)) == (found.modifier, min(10, found.needed))


def test_surprise_never_leaves_the_die():
    assert 10 == rules.surprise(["darkness", "panicked", "fog", "rain", "silenced"]).needed
    assert 0 == rules.surprise(["on guard", "suspicious"]).needed


def test_more_against_a_side_never_surprises_it_less():
    chances = [rules.surprise(modifier=modifier).chance_percent for modifier in range(-20, 21)]
    assert sorted(chances, reverse=True) == chances


@pytest.mark.parametrize(
    "arguments",
    [
        {"situations": ["snoring"]},
        {"situations": 7},
        {"situations": [7]},
        {"dexterity": 26},
        {"dexterity": "18"},
        {"modifier": 21},
    ],
    ids=str,
)
def test_surprise_refuses(arguments):
    with pytest.raises(rules.RuleError):
        rules.surprise(**arguments)


DISTANCES = """both_surprised 3d6 1 3 18; one_surprised 4d6 1 4 24; smoke_or_heavy_fog 6d6 1 6 36;
jungle_or_dense_forest 1d10 10 10 100; light_forest 2d6 10 20 120; scrub 2d12 10 20 240; grassland 5d10 10 50 500"""


@pytest.mark.parametrize(
    ("situation", "dice", "times", "low", "high"),
    [pytest.param(*line.split(), id=f"DMG 58: {line.split()[0]}") for line in DISTANCES.replace("\n", " ").split(";")],
)
def test_encounter_distance(situation, dice, times, low, high):
    found = rules.encounter_distance(situation)
    assert (dice, int(times), int(low), int(high), "feet") == (
        found.dice,
        found.times,
        found.minimum,
        found.maximum,
        found.unit,
    )
    assert (int(low) + int(high)) / 2 == found.average
    rng = random.Random(7)
    rolled = [rules.roll_encounter_distance(situation, rng) for _ in range(50)]
    assert int(low) <= min(rolled) <= max(rolled) <= int(high)


def test_at_night_and_in_dungeons_sight_decides():
    found = rules.encounter_distance("dungeon")
    assert ("night_or_dungeon", None, None, "limit of sight") == (
        found.situation,
        found.dice,
        found.minimum,
        found.unit,
    )
    assert rules.roll_encounter_distance("night", random.Random(1)) is None


@pytest.mark.parametrize("situation", ["moon", "", None, 4])
def test_encounter_distance_refuses(situation):
    with pytest.raises(rules.RuleError):
        rules.encounter_distance(situation)


@pytest.mark.parametrize(
    ("frequency", "percent"),
    [
        pytest.param(name, percent, id=f"MM introduction: {name}")
        for name, percent in {"common": 65, "uncommon": 20, "rare": 11, "very_rare": 4}.items()
    ],
)
def test_frequency(frequency, percent):
    assert percent == BOOK.table("encounter_frequency").value(frequency)


FREQUENCIES = {
    2: "very rare",
    3: "very rare",
    4: "very rare or rare",
    5: "rare",
    6: "rare",
    7: "uncommon",
    8: "uncommon",
    9: "common",
    10: "common",
    11: "common",
    12: "common",
    13: "common",
    14: "uncommon",
    15: "uncommon",
    16: "rare",
    17: "rare",
    18: "very rare or rare",
    19: "very rare",
    20: "very rare",
}


@pytest.mark.parametrize(
    ("roll", "frequency"), [pytest.param(*item, id=f"DMG 54: {item[0]}") for item in FREQUENCIES.items()]
)
def test_table_of_encounters(roll, frequency):
    assert frequency == BOOK.table("encounter_table_2_20").value(at=roll)
