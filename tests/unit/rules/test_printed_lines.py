"""Every printed line of every table, typed a second time; the id of a test is the book, the table and the line."""

import pytest

import rules

BOOK = rules.default_rulebook()


def lines(place, text):
    """One case per `;`-separated line: the key, and the numbers after it."""
    cases = []
    for line in text.replace("\n", " ").split(";"):
        key, *numbers = line.split()
        cases.append(pytest.param(key, numbers, id=f"{place}: {key}"))
    return cases


def numbers_of(band):
    """`4-5` is 4 and 5, `19+` is 19 to 30."""
    if band.endswith("+"):
        return range(int(band[:-1]), 31)
    low, _, high = band.partition("-")
    return range(int(low), int(high or low) + 1)


def integers(texts):
    return [int(text) for text in texts]


THAC0 = {
    "warrior": "20 19 18 17 16 15 14 13 12 11 10 9 8 7 6 5 4 3 2 1",
    "priest": "20 20 20 18 18 18 16 16 16 14 14 14 12 12 12 10 10 10 8 8",
    "rogue": "20 20 19 19 18 18 17 17 16 16 15 15 14 14 13 13 12 12 11 11",
    "wizard": "20 20 20 19 19 19 18 18 18 17 17 17 16 16 16 15 15 15 14 14",
}


@pytest.mark.parametrize(
    ("group", "level", "value"),
    [
        pytest.param(group, level, int(value), id=f"PHB 53: {group} {level}")
        for group, row in THAC0.items()
        for level, value in enumerate(row.split(), start=1)
    ],
)
def test_thac0(group, level, value):
    assert value == BOOK.table("thac0").value(group, at=level)


SAVES = {
    "priest": """1-3 10 14 13 16 15; 4-6 9 13 12 15 14; 7-9 7 11 10 13 12; 10-12 6 10 9 12 11; 13-15 5 9 8 11 10;
        16-18 4 8 7 10 9; 19+ 2 6 5 8 7""",
    "rogue": """1-4 13 14 12 16 15; 5-8 12 12 11 15 13; 9-12 11 10 10 14 11; 13-16 10 8 9 13 9; 17-20 9 6 8 12 7;
        21+ 8 4 7 11 5""",
    "warrior": """0 16 18 17 20 19; 1-2 14 16 15 17 17; 3-4 13 15 14 16 16; 5-6 11 13 12 13 14; 7-8 10 12 11 12 13;
        9-10 8 10 9 9 11; 11-12 7 9 8 8 10; 13-14 5 7 6 5 8; 15-16 4 6 5 4 7; 17+ 3 5 4 4 6""",
    "wizard": """1-5 14 11 13 15 12; 6-10 13 9 11 13 10; 11-15 11 7 9 11 8; 16-20 10 5 7 9 6; 21+ 8 3 5 7 4""",
}
GROUP_CLASS = {"priest": "cleric", "rogue": "thief", "warrior": "fighter", "wizard": "mage"}


@pytest.mark.parametrize(
    ("group", "case"),
    [
        pytest.param(group, case.values, id=f"{case.id}")
        for group, text in SAVES.items()
        for case in lines(f"PHB 60: {group}", text)
    ],
)
def test_saving_throws(group, case):
    band, expected = case
    for level in numbers_of(band):
        found = rules.saving_throws(GROUP_CLASS[group], level).base()
        assert integers(expected) == list(found.values()), level


STRENGTH = """1 -5 -4 1 3 1 0; 2 -3 -2 1 5 1 0; 3 -3 -1 5 10 2 0; 4-5 -2 -1 10 25 3 0; 6-7 -1 0 20 55 4 0;
    8-9 0 0 35 90 5 1; 10-11 0 0 40 115 6 2; 12-13 0 0 45 140 7 4; 14-15 0 0 55 170 8 7; 16 0 1 70 195 9 10;
    17 1 1 85 220 10 13; 18 1 2 110 255 11 16; 18/01 1 3 135 280 12 20; 18/50 1 3 135 280 12 20;
    18/51 2 3 160 305 13 25; 18/75 2 3 160 305 13 25; 18/76 2 4 185 330 14 30; 18/90 2 4 185 330 14 30;
    18/91 2 5 235 380 15(3) 35; 18/99 2 5 235 380 15(3) 35; 18/00 3 6 335 480 16(6) 40; 19 3 7 485 640 16(8) 50;
    20 3 8 535 700 17(10) 60; 21 4 9 635 810 17(12) 70; 22 4 10 785 970 18(14) 80; 23 5 11 935 1130 18(16) 90;
    24 6 12 1235 1440 19(17) 95; 25 7 14 1535 1750 19(18) 99"""


@pytest.mark.parametrize(("band", "expected"), lines("PHB 1", STRENGTH))
def test_strength(band, expected):
    for score in [band] if "/" in band else numbers_of(band):
        found = rules.ability_modifiers("strength", score, character_class="fighter").modifiers
        doors, _, locked = expected[4].rstrip(")").partition("(")
        printed = [*expected[:4], doors, locked or "0", expected[5]]
        assert integers(printed) == list(found.values())


DEXTERITY = """1 -6 -6 5; 2 -4 -4 5; 3 -3 -3 4; 4 -2 -2 3; 5 -1 -1 2; 6 0 0 1; 7-14 0 0 0; 15 0 0 -1; 16 1 1 -2;
    17 2 2 -3; 18 2 2 -4; 19-20 3 3 -4; 21-23 4 4 -5; 24-25 5 5 -6"""
CONSTITUTION = """3 -2 -2 35 40; 4 -1 -1 40 45; 5 -1 -1 45 50; 6 -1 -1 50 55; 7 0 0 55 60; 8 0 0 60 65; 9 0 0 65 70;
    10 0 0 70 75; 11 0 0 75 80; 12 0 0 80 85; 13 0 0 85 90; 14 0 0 88 92; 15 1 1 90 94; 16 2 2 95 96; 17 2 3 97 98;
    18 2 4 99 100; 19 2 5 99 100"""
INTELLIGENCE = """9 2 4 35 6; 10 2 5 40 7; 11 2 5 45 7; 12 3 6 50 7; 13 3 6 55 9; 14 4 7 60 9; 15 4 7 65 11;
    16 5 8 70 11; 17 6 8 75 14; 18 7 9 85 18; 19 8 9 95 all"""
CHARISMA = """3 1 -6 -5; 4 1 -5 -4; 5 2 -4 -3; 6 2 -3 -2; 7 3 -2 -1; 8 3 -1 0; 9-11 4 0 0; 12 5 0 0; 13 5 0 1;
    14 6 1 2; 15 7 3 3; 16 8 4 5; 17 10 6 6; 18 15 8 7"""
WISDOM = """3 -3 50; 4 -2 45; 5 -1 40; 6 -1 35; 7 -1 30; 8 0 25; 9 0 20; 10 0 15; 11 0 10; 12 0 5; 13 0 0; 14 0 0;
    15 1 0; 16 2 0; 17 3 0; 18 4 0"""
ABILITIES = [
    ("dexterity", "PHB 2", DEXTERITY),
    ("constitution", "PHB 3", CONSTITUTION),
    ("intelligence", "PHB 4", INTELLIGENCE),
    ("wisdom", "PHB 5", WISDOM),
    ("charisma", "PHB 6", CHARISMA),
]


@pytest.mark.parametrize(
    ("ability", "case"),
    [
        pytest.param(ability, case.values, id=case.id)
        for ability, place, text in ABILITIES
        for case in lines(place, text)
    ],
)
def test_abilities(ability, case):
    band, expected = case
    for score in numbers_of(band):
        found = list(BOOK.table(ability).find(at=score).values())
        assert expected == [str(value) for value in found[: len(expected)]]


@pytest.mark.parametrize(
    ("score", "spells"),
    [(12, []), (13, [1]), (14, [2]), (15, [2, 1]), (16, [2, 2]), (17, [2, 2, 1]), (18, [2, 2, 1, 1])],
    ids=lambda value: f"PHB 5: {value}",
)
def test_bonus_spells_are_cumulative(score, spells):
    assert spells == rules.bonus_spells(score, BOOK)


@pytest.mark.parametrize(("band", "expected"), lines("PHB 9", "4-6 1; 7-10 2; 11-13 3; 14-17 4; 18-20 5"))
def test_constitution_save_bonus(band, expected):
    for score in numbers_of(band):
        assert int(expected[0]) == BOOK.table("constitution_saves").value(at=score)


ARMOR = """none 10; leather 8; padded 8; studded_leather 7; ring_mail 7; brigandine 6; scale_mail 6; hide 6;
    chain_mail 5; elven_chain_mail 5; splint_mail 4; banded_mail 4;
    bronze_plate_mail 4; plate_mail 3; field_plate 2; full_plate 1"""


@pytest.mark.parametrize(("armor", "expected"), lines("PHB 46", ARMOR))
def test_armor(armor, expected):
    assert int(expected[0]) == rules.armor_class(armor).final_ac
    assert int(expected[0]) - 1 == rules.armor_class(armor, shield=True).final_ac


def test_the_armor_table_has_no_other_line():
    assert 16 == len(BOOK.table("armor").names)


EXPERIENCE = {
    ("PHB 14", "fighter"): "2000 4000 8000 16000 32000 64000 125000 250000 500000 750000 1000000",
    ("PHB 14", "paladin"): "2250 4500 9000 18000 36000 75000 150000 300000 600000 900000",
    ("PHB 14", "ranger"): "2250 4500 9000 18000 36000 75000 150000 300000 600000 900000",
    ("PHB 20", "mage"): "2500 5000 10000 20000 40000 60000 90000 135000 250000 375000 750000 1125000",
    ("PHB 20", "necromancer"): "2500 5000 10000 20000 40000 60000 90000 135000 250000 375000 750000 1125000",
    ("PHB 23", "cleric"): "1500 3000 6000 13000 27500 55000 110000 225000 450000 675000",
    ("PHB 23", "druid"): "2000 4000 7500 12500 20000 35000 60000 90000 125000 200000 300000 750000 1500000",
    ("PHB 25", "thief"): "1250 2500 5000 10000 20000 40000 70000 110000 160000 220000 440000 660000",
    ("PHB 25", "bard"): "1250 2500 5000 10000 20000 40000 70000 110000 160000 220000 440000 660000",
}


@pytest.mark.parametrize(
    ("name", "level", "points"),
    [
        pytest.param(name, level, int(points), id=f"{place}: {name} {level}")
        for (place, name), row in EXPERIENCE.items()
        for level, points in enumerate(row.split(), start=2)
    ],
)
def test_experience(name, level, points):
    assert points == rules.experience_for_level(name, level).experience_points
    assert level == rules.level_for_experience(name, points).level
    assert level - 1 == rules.level_for_experience(name, points - 1).level


MONSTER_THAC0 = """1/2 20; 1-1 20; 1 19; 1+1 19; 1+2 19; 2 19; 2+3 17; 3 17; 4 17; 4+3 15; 5 15; 6 15; 6+6 13; 7 13;
    8 13; 9 11; 10 11; 11 9; 12 9; 13 7; 14 7; 15 5; 16 5; 20 5"""


@pytest.mark.parametrize(("hit_dice", "expected"), lines("DMG 39", MONSTER_THAC0))
def test_monster_thac0(hit_dice, expected):
    assert int(expected[0]) == rules.monster_thac0(hit_dice).thac0


MONSTER_XP = """1/2 7; 1-1 15; 1 15; 1+1 35; 2 35; 2+1 65; 3 65; 3+1 120; 4 120; 4+1 175; 5 175; 5+1 270; 6 270;
    6+1 420; 7 420; 7+1 650; 8 650; 8+1 975; 9 975; 9+1 1400; 10 1400; 10+5 1400; 11 2000; 12 2000; 12+6 2000;
    13 3000; 14 4000; 20 10000"""


@pytest.mark.parametrize(("hit_dice", "expected"), lines("DMG 31", MONSTER_XP))
def test_monster_experience(hit_dice, expected):
    assert int(expected[0]) == rules.monster_experience(hit_dice).experience_points


@pytest.mark.parametrize(
    ("hit_dice", "added", "points"),
    [("1", 0, 15), ("5", 2, 420), ("2", 3, 175), ("6+6", 3, 1400)],
    ids=["DMG 31: orc", "DMG 31: rust monster", "DMG 31: green slime", "DMG 32: regenerating giant"],
)
def test_special_abilities_add_hit_dice_before_the_look_up(hit_dice, added, points):
    assert points == rules.monster_experience(hit_dice, added_hit_dice=added).experience_points


HIT_DICE = {
    "fighter": ["1d10", "9d10", "9d10+3", "9d10+33"],
    "cleric": ["1d8", "9d8", "9d8+2", "9d8+22"],
    "mage": ["1d4", "9d4", "10d4", "10d4+10"],
    "thief": ["1d6", "9d6", "10d6", "10d6+20"],
}


@pytest.mark.parametrize(
    ("name", "level", "notation"),
    [
        pytest.param(name, level, notation, id=f"PHB 14-25: {name} {level}")
        for name, row in HIT_DICE.items()
        for level, notation in zip((1, 9, 10, 20), row, strict=True)
    ],
)
def test_hit_dice(name, level, notation):
    assert notation == rules.hit_dice(name, level).notation


MINIMUMS = {
    "fighter": {"strength": 9},
    "paladin": {"strength": 12, "constitution": 9, "wisdom": 13, "charisma": 17},
    "ranger": {"strength": 13, "dexterity": 13, "constitution": 14, "wisdom": 14},
    "mage": {"intelligence": 9},
    "cleric": {"wisdom": 9},
    "druid": {"wisdom": 12, "charisma": 15},
    "thief": {"dexterity": 9},
    "bard": {"dexterity": 12, "intelligence": 13, "charisma": 15},
}


@pytest.mark.parametrize(("name", "minimums"), MINIMUMS.items(), ids=lambda value: f"PHB 13: {value}")
def test_class_minimums(name, minimums):
    assert minimums == rules.check_class(name).minimums


ADJUSTMENTS = {
    "human": {},
    "half-elf": {},
    "dwarf": {"constitution": 1, "charisma": -1},
    "elf": {"dexterity": 1, "constitution": -1},
    "gnome": {"intelligence": 1, "wisdom": -1},
    "halfling": {"dexterity": 1, "strength": -1},
}


@pytest.mark.parametrize(("race", "changes"), ADJUSTMENTS.items(), ids=lambda value: f"PHB 8: {value}")
def test_racial_adjustments(race, changes):
    before = dict.fromkeys(rules.ABILITIES, 12)
    after = rules.adjust_for_race(race, before)
    assert changes == {name: after[name] - 12 for name in rules.ABILITIES if after[name] != 12}
