"""Light, doors, searching, listening and sight: each printed line, and what is refused."""

import pytest

import rules

BOOK = rules.default_rulebook()
RACES = ("human", "dwarf", "elf", "gnome", "half_elf", "halfling")
LIGHT = {
    "beacon_lantern": (240, "2 hours", "pint of oil", "beam"),
    "bullseye_lantern": (60, "6 hours", "pint of oil", "beam"),
    "hooded_lantern": (30, "6 hours", "pint of oil", "circle"),
    "torch": (15, "30 minutes", "torch", "circle"),
    "candle": (5, "10 minutes", "inch", "circle"),
    "bonfire": (50, "30 minutes", "armload of wood", "circle"),
    "campfire": (35, "1 hour", "armload of wood", "circle"),
    "continual_light": (60, "no end", "spell", "circle"),
    "light_spell": (20, "by caster level", "spell", "circle"),
    "glowing_weapon": (5, "as desired", "weapon", "circle"),
}


@pytest.mark.parametrize(("source", "line"), [pytest.param(*item, id=f"PHB 63: {item[0]}") for item in LIGHT.items()])
def test_light(source, line):
    found = rules.light(source)
    assert line == (found.radius_feet, found.burning_time, found.per, found.shape)
    assert (line[3] == "beam") == bool(found.assumptions)


def test_light_table_has_these_lines_only():
    assert set(LIGHT) == set(BOOK.table("light_sources").names)


@pytest.mark.parametrize(
    ("text", "name"),
    [("Torches", "torch"), ("lantern", "hooded_lantern"), ("bull's-eye lantern", "bullseye_lantern"),
     ("camp fire", "campfire"), ("LIGHT", "light_spell")],
)  # fmt: skip
def test_light_sources_as_people_write_them(text, name):
    assert name == rules.light(text).light_source


@pytest.mark.parametrize("source", ["sun", "", None, 7])
def test_light_refuses(source):
    with pytest.raises(rules.RuleError, match="light source must be one of"):
        rules.light(source)


# Strength, open doors of 20, the same for locked doors, bend bars in percent.
DOORS = """1 1 0 0; 2 1 0 0; 3 2 0 0; 4 3 0 0; 5 3 0 0; 6 4 0 0; 7 4 0 0; 8 5 0 1; 9 5 0 1; 10 6 0 2; 11 6 0 2;
12 7 0 4; 13 7 0 4; 14 8 0 7; 15 8 0 7; 16 9 0 10; 17 10 0 13; 18 11 0 16; 18/01 12 0 20; 18/50 12 0 20; 18/51 13 0 25;
18/75 13 0 25; 18/76 14 0 30; 18/90 14 0 30; 18/91 15 3 35; 18/99 15 3 35; 18/00 16 6 40; 19 16 8 50; 20 17 10 60;
21 17 12 70; 22 18 14 80; 23 18 16 90; 24 19 17 95; 25 19 18 99"""


@pytest.mark.parametrize(
    ("strength", "stuck", "locked", "bars"),
    [pytest.param(*line.split(), id=f"PHB 1: {line.split()[0]}") for line in DOORS.replace("\n", " ").split(";")],
)
def test_doors(strength, stuck, locked, bars):
    score = strength if "/" in strength else int(strength)
    found = rules.doors(score, character_class="fighter" if "/" in strength else None)
    assert (int(stuck), int(locked), int(bars)) == (found.open_doors, found.open_locked_doors, found.bend_bars_percent)
    assert (5 * int(stuck), 5 * int(locked)) == (found.open_doors_percent, found.open_locked_doors_percent)


@pytest.mark.parametrize("strength", [0, 26, "strong", None, "18/101"])
def test_doors_refuse(strength):
    with pytest.raises(rules.RuleError):
        rules.doors(strength)


# What, the die, then human, dwarf, elf, gnome, half-elf, halfling.
SEARCH = """secret_door 6 1 1 2 1 2 1; concealed_door 6 1 1 3 1 3 1; concealed_door_passing 6 0 0 1 0 1 0;
new_construction 6 0 5 0 0 0 0; sliding_wall 6 0 4 0 0 0 0; stonework_trap 6 0 3 0 0 0 0;
unsafe_stonework 10 0 0 0 7 0 0"""


@pytest.mark.parametrize(
    ("subject", "race", "chance", "sides"),
    [
        pytest.param(line.split()[0], race, int(text), int(line.split()[1]), id=f"PHB 2: {line.split()[0]} {race}")
        for line in SEARCH.replace("\n", " ").split(";")
        for race, text in zip(RACES, line.split()[2:], strict=True)
    ],
)
def test_search(subject, race, chance, sides):
    found = rules.search(subject, race)
    assert chance == found.chance
    assert bool(chance) != bool(found.warnings)
    if chance:
        assert (sides, round(100 * chance / sides)) == (found.of, found.chance_percent)


@pytest.mark.parametrize(
    ("subject", "race", "chance", "sides"),
    [
        pytest.param(*line.split(), id=f"PHB 2: {line}")
        for line in (
            "sloping_passage dwarf 5 6",
            "sloping_passage gnome 5 6",
            "sloping_passage halfling 3 4",
            "sloping_passage human 0 6",
            "sloping_passage elf 0 6",
            "depth_underground dwarf 3 6",
            "depth_underground gnome 4 6",
            "depth_underground halfling 0 6",
            "direction_underground gnome 3 6",
            "direction_underground halfling 3 6",
            "direction_underground dwarf 0 6",
        )
    ],
)
def test_search_underground(subject, race, chance, sides):
    found = rules.search(subject, race)
    assert (int(chance), int(sides)) == (found.chance, found.of)


@pytest.mark.parametrize(
    ("text", "name"),
    [("secret doors", "secret_door"), ("Hidden Door", "concealed_door"), ("depth", "depth_underground"),
     ("traps", "stonework_trap"), ("slope", "sloping_passage")],
)  # fmt: skip
def test_subjects_as_people_write_them(text, name):
    assert name == rules.search(text, "dwarves").subject


@pytest.mark.parametrize(
    "arguments", [("gold",), ("",), (None,), (7,), ("secret_door", "orc lord"), ("secret_door", None)]
)
def test_search_refuses(arguments):
    with pytest.raises(rules.RuleError):
        rules.search(*arguments)


@pytest.mark.parametrize(
    ("race", "percent"),
    [
        pytest.param(race, percent, id=f"DMG 83: {race}")
        for race, percent in zip(RACES, (15, 15, 20, 25, 15, 20), strict=True)
    ],
)
def test_hear_noise(race, percent):
    found = rules.hear_noise(race)
    assert (percent, percent // 5) == (found.chance_percent, found.chance_in_20)


@pytest.mark.parametrize("race", ["dragon", "", None, 1])
def test_hear_noise_refuses(race):
    with pytest.raises(rules.RuleError, match="race"):
        rules.hear_noise(race)


VISIBILITY = """clear_sky 1500 1000 500 100 10; fog_dense 10 10 5 5 3; fog_light 500 200 100 30 10;
fog_moderate 100 50 25 15 10; mist 1000 500 250 30 10; night_full_moon 100 50 30 10 5; night_no_moon 50 20 10 5 3;
twilight 500 300 150 30 10"""


@pytest.mark.parametrize(
    ("conditions", "yards"),
    [
        pytest.param(line.split()[0], tuple(map(int, line.split()[1:])), id=f"PHB 62: {line.split()[0]}")
        for line in VISIBILITY.replace("\n", " ").split(";")
    ],
)
def test_visibility(conditions, yards):
    found = rules.visibility(conditions)
    assert yards == (found.movement, found.spotted, found.type, found.identified, found.detail)
    assert sorted(yards, reverse=True) == list(yards)


@pytest.mark.parametrize("conditions", ["moon", "", None, 2])
def test_visibility_refuses(conditions):
    with pytest.raises(rules.RuleError):
        rules.visibility(conditions)
