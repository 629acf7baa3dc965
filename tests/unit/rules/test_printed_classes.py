"""Every printed line of the class, race and object tables, typed a second time; the id names book, table and line."""

import itertools

import pytest

import rules

BOOK = rules.default_rulebook()


def cases(place, text, separator=None):
    """One case per line of the text: the key, and the words after it."""
    rows = [line.split(separator) for line in text.strip().splitlines()]
    return [pytest.param(key.strip(), [word.strip() for word in words], id=f"{place}: {key}") for key, *words in rows]


def integers(words):
    return [int(word) for word in words]


WIZARD = """
1  1
2  2
3  2 1
4  3 2
5  4 2 1
6  4 2 2
7  4 3 2 1
8  4 3 3 2
9  4 3 3 2 1
10 4 4 3 2 2
11 4 4 4 3 3
12 4 4 4 4 4 1
13 5 5 5 4 4 2
14 5 5 5 4 4 2 1
15 5 5 5 5 5 2 1
16 5 5 5 5 5 3 2 1
17 5 5 5 5 5 3 3 2
18 5 5 5 5 5 3 3 2 1
19 5 5 5 5 5 3 3 3 1
20 5 5 5 5 5 4 3 3 2
"""
PRIEST = """
1  1
2  2
3  2 1
4  3 2
5  3 3 1
6  3 3 2
7  3 3 2 1
8  3 3 3 2
9  4 4 3 2 1
10 4 4 3 3 2
11 5 4 4 3 2 1
12 6 5 5 3 2 2
13 6 6 6 4 2 2
14 6 6 6 5 3 2 1
15 6 6 6 6 4 2 1
16 7 7 7 6 4 3 1
17 7 7 7 7 5 3 2
18 8 8 8 8 6 4 2
19 9 9 8 8 6 4 2
20 9 9 9 8 7 5 2
"""
BARD = """
1
2  1
3  2
4  2 1
5  3 1
6  3 2
7  3 2 1
8  3 3 1
9  3 3 2
10 3 3 2 1
11 3 3 3 1
12 3 3 3 2
13 3 3 3 2 1
14 3 3 3 3 1
15 3 3 3 3 2
16 4 3 3 3 2 1
17 4 4 3 3 3 1
18 4 4 4 3 3 2
19 4 4 4 4 3 2
20 4 4 4 4 4 3
"""
PALADIN = """
8
9  1
10 2
11 2 1
12 2 2
13 2 2 1
14 3 2 1
15 3 2 1 1
16 3 3 2 1
17 3 3 3 1
18 3 3 3 1
19 3 3 3 2
20 3 3 3 3
30 3 3 3 3
"""
RANGER = """
7
8  1
9  2
10 2 1
11 2 2
12 2 2 1
13 3 2 1
14 3 2 2
15 3 3 2
16 3 3 3
30 3 3 3
"""
SLOTS = {
    ("mage", "PHB 21"): WIZARD,
    ("cleric", "PHB 24"): PRIEST,
    ("druid", "PHB 24"): PRIEST,
    ("bard", "PHB 32"): BARD,
    ("paladin", "PHB 17"): PALADIN,
    ("ranger", "PHB 18"): RANGER,
}


@pytest.mark.parametrize(
    ("name", "level", "printed"),
    [
        pytest.param(name, int(case.values[0]), integers(case.values[1]), id=f"{name} {case.id}")
        for (name, place), text in SLOTS.items()
        for case in cases(place, text)
    ],
)
def test_spells_per_day(name, level, printed):
    assert tuple(printed) == rules.spell_slots(name, level).slots


@pytest.mark.parametrize(
    ("name", "levels"),
    [("paladin", {8: 0, 9: 1, 10: 2, 16: 8, 17: 9, 20: 9, 30: 9}), ("ranger", {7: 0, 8: 1, 15: 8, 16: 9, 30: 9})],
    ids=["PHB 17", "PHB 18"],
)
def test_casting_level(name, levels):
    found = {level: rules.spell_slots(name, level).by_class[0].casting_level for level in levels}
    assert levels == found


SCHOOLS = """
abjurer:     abjuration:            alteration illusion
conjurer:    conjuration_summoning: greater_divination invocation_evocation
diviner:     greater_divination:    conjuration_summoning
enchanter:   enchantment_charm:     invocation_evocation necromancy
illusionist: illusion:              necromancy invocation_evocation abjuration
invoker:     invocation_evocation:  enchantment_charm conjuration_summoning
necromancer: necromancy:            illusion enchantment_charm
transmuter:  alteration:            abjuration necromancy
"""


@pytest.mark.parametrize(("specialist", "printed"), cases("PHB 22", SCHOOLS, ":"))
def test_school_and_opposition(specialist, printed):
    row = BOOK.table("wizard_schools").find(specialist)
    assert [printed[0], printed[1].split()] == [row["school"], row["opposed"]]
    assert specialist in BOOK.table("classes").names


# pick pockets, open locks, find traps, move silently, hide in shadows, detect noise, climb walls, read languages
THIEF_RACE = """
human    0  0  0  0  0  0   0   0
dwarf    0 10 15  0  0  0 -10  -5
elf      5 -5  0  5 10  5   0   0
gnome    0  5 10  5  5 10 -15   0
half-elf 10 0  0  0  5  0   0   0
halfling 5  5  5 10 15  5 -15  -5
"""


@pytest.mark.parametrize(("race", "printed"), cases("PHB 27", THIEF_RACE))
def test_thief_race(race, printed):
    assert integers(printed) == [line.race for line in rules.thief_skills("thief", 1, race=race).skills]


def test_thief_base():
    found = rules.thief_skills("thief", 1, armor="leather").totals()
    assert [15, 10, 5, 10, 5, 15, 60, 0] == list(found.values())


def test_bard_base():
    found = rules.thief_skills("bard", 1, armor="leather").totals()
    assert {"pick_pockets": 10, "detect_noise": 20, "climb_walls": 50, "read_languages": 5} == found


THIEF_DEXTERITY = """
9  -15 -10 -10 -20 -10
10 -10  -5 -10 -15  -5
11  -5   0  -5 -10   0
12   0   0   0  -5   0
13   0   0   0   0   0
14   0   0   0   0   0
15   0   0   0   0   0
16   0   5   0   0   0
17   5  10   0   5   5
18  10  15   5  10  10
19  15  20  10  15  15
"""


@pytest.mark.parametrize(("score", "printed"), cases("PHB 28", THIEF_DEXTERITY))
def test_thief_dexterity(score, printed):
    found = [line.dexterity for line in rules.thief_skills("thief", 1, dexterity=int(score)).skills]
    assert [*integers(printed), 0, 0, 0] == found


THIEF_ARMOR = """
none                5   0   0  10   5   0  10 0
leather             0   0   0   0   0   0   0 0
elven_chain_mail  -20  -5  -5 -10 -10  -5 -20 0
padded            -30 -10 -10 -20 -20 -10 -30 0
studded_leather   -30 -10 -10 -20 -20 -10 -30 0
chain_mail        -25 -10 -10 -15 -15  -5 -25 0
ring_mail         -25 -10 -10 -15 -15  -5 -25 0
"""


@pytest.mark.parametrize(("armor", "printed"), cases("PHB 29", THIEF_ARMOR))
def test_thief_armor(armor, printed):
    assert integers(printed) == [line.armor for line in rules.thief_skills("thief", 1, armor=armor).skills]


RANGER_SKILLS = """
1 10 15
2 15 21
3 20 27
4 25 33
5 31 40
6 37 47
7 43 55
8 49 62
9 56 70
10 63 78
11 70 86
12 77 94
13 85 99
14 93 99
15 99 99
16 99 99
30 99 99
"""


@pytest.mark.parametrize(("level", "printed"), cases("PHB 18", RANGER_SKILLS))
def test_ranger_skills(level, printed):
    found = rules.thief_skills("ranger", int(level)).totals()
    assert integers(printed) == [found["hide_in_shadows"], found["move_silently"]]


# levels 1 to 9, 10-11, 12-13, 14+
TURNING = """
skeleton 10 7  4  T  T  D  D  D* D* D* D* D*
zombie   13 10 7  4  T  T  D  D  D* D* D* D*
ghoul    16 13 10 7  4  T  T  D  D  D* D* D*
shadow   19 16 13 10 7  4  T  T  D  D  D* D*
wight    20 19 16 13 10 7  4  T  T  D  D  D*
ghast    -  20 19 16 13 10 7  4  T  T  D  D
wraith   -  -  20 19 16 13 10 7  4  T  T  D
mummy    -  -  -  20 19 16 13 10 7  4  T  T
spectre  -  -  -  -  20 19 16 13 10 7  4  T
vampire  -  -  -  -  -  20 19 16 13 10 7  4
ghost    -  -  -  -  -  -  20 19 16 13 10 7
lich     -  -  -  -  -  -  -  20 19 16 13 10
special  -  -  -  -  -  -  -  -  20 19 16 13
"""
COLUMNS = [*([level] for level in range(1, 10)), [10, 11], [12, 13], [14, 20, 30]]


@pytest.mark.parametrize(("undead", "printed"), cases("PHB 61", TURNING))
def test_turning(undead, printed):
    for levels, expected in zip(COLUMNS, printed, strict=True):
        for level in levels:
            assert expected == str(rules.turn_undead("cleric", level, undead=undead).needed)
            assert expected == str(rules.turn_undead("paladin", min(30, level + 2), undead=undead).needed)


@pytest.mark.parametrize(
    ("hit_dice", "printed"),
    cases(
        "PHB 61",
        """1 skeleton
        2 ghoul
        3 shadow
        4 shadow
        5 wight
        6 wraith
        7 mummy
        8 spectre
        9 vampire
        10 ghost
        11 lich
        20 lich""",
    ),
)
def test_turning_by_hit_dice(hit_dice, printed):
    assert printed[0] == rules.turn_undead("cleric", 1, hit_dice=hit_dice).undead


# the most in pounds: none, light, moderate, heavy, severe
LOADS = """
2     1   2   3   4   6
3     5   6   7   9  10
4    10  13  16  19  25
5    10  13  16  19  25
6    20  29  38  46  55
7    20  29  38  46  55
8    35  50  65  80  90
9    35  50  65  80  90
10   40  58  76  96 110
11   40  58  76  96 110
12   45  69  93 117 140
13   45  69  93 117 140
14   55  85 115 145 170
15   55  85 115 145 170
16   70 100 130 160 195
17   85 121 157 193 220
18  110 149 188 227 255
18/01 135 174 213 252 280
18/50 135 174 213 252 280
18/51 160 199 238 277 305
18/75 160 199 238 277 305
18/76 185 224 263 302 330
18/90 185 224 263 302 330
18/91 235 274 313 352 380
18/99 235 274 313 352 380
18/00 335 374 413 452 480
"""
CATEGORIES = ["none", "light", "moderate", "heavy", "severe"]


@pytest.mark.parametrize(("strength", "printed"), cases("PHB 47", LOADS))
def test_encumbrance(strength, printed):
    limits = integers(printed)
    assert dict(zip(CATEGORIES, limits, strict=True)) == rules.movement("human", strength, 0).limits_lb
    for category, limit in zip(CATEGORIES, limits, strict=True):
        assert category == rules.movement("human", strength, limit).category
    for category, limit in zip(CATEGORIES[1:], limits, strict=False):
        assert category == rules.movement("human", strength, limit + 0.5).category


@pytest.mark.parametrize(
    ("strength", "weight"),
    [(score, BOOK.table("strength").find(at=score)["weight_allowance_lb"]) for score in range(2, 19)],
)
def test_nothing_hinders_up_to_the_weight_allowance_of_table_1(strength, weight):
    assert weight == rules.movement("human", strength, 0).limits_lb["none"]


@pytest.mark.parametrize("score", range(2, 19))
def test_no_load_goes_beyond_the_max_press_of_table_1(score):
    press = BOOK.table("strength").find(at=score)["max_press_lb"]
    assert rules.movement("human", score, 0).limits_lb["severe"] <= max(press, 6)  # 6 lb are printed for Strength 2


MOVEMENT = """
human    12 8 6 4 1
dwarf    6  4 3 2 1
elf      12 8 6 4 1
gnome    6  4 3 2 1
half-elf 12 8 6 4 1
halfling 6  4 3 2 1
"""


@pytest.mark.parametrize(("race", "printed"), cases("PHB 64", MOVEMENT))
def test_movement(race, printed):
    limits = rules.movement(race, 12, 0).limits_lb
    assert integers(printed) == [rules.movement(race, 12, limits[category]).rate for category in CATEGORIES]


@pytest.mark.parametrize(
    ("category", "printed"), cases("PHB chapter 6", "none 0 0\nlight 0 0\nmoderate -1 0\nheavy -2 1\nsevere -4 3")
)
def test_penalties_of_a_load(category, printed):
    found = rules.movement("human", 12, rules.movement("human", 12, 0).limits_lb[category])
    assert integers(printed) == [found.attack_penalty, found.armor_class_penalty]


ATTACKS = [
    "acid", "crushing_blow", "disintegration", "fall", "magical_fire", "normal_fire", "cold", "lightning",
    "electricity",
]  # fmt: skip
ITEMS = """
bone       11 16 19 6  9  3  2  8  2
cloth      12 -  19 -  16 13 2  18 2
glass      5  20 19 14 7  4  6  17 2
leather    10 3  19 2  6  4  3  13 2
metal      13 7  17 3  6  2  2  12 2
oil        16 -  19 -  19 17 5  19 16
paper      16 7  19 -  19 19 2  19 2
potion     15 -  19 -  17 4  13 18 15
pottery    4  18 19 11 3  2  4  2  2
rock       3  17 18 8  3  2  2  14 2
rope       12 2  19 -  10 6  2  12 2
thick_wood 8  10 19 2  7  5  2  9  2
thin_wood  9  13 19 2  11 9  2  10 2
"""


@pytest.mark.parametrize(("material", "printed"), cases("DMG 29", ITEMS))
def test_item_save(material, printed):
    found = [rules.item_save(material, attack).save for attack in ATTACKS]
    assert printed == ["-" if save is None else str(save) for save in found]


# highest levels of dwarf, elf, gnome, half-elf, halfling; - is closed, U unlimited
LIMITS = """
bard        -  -  -  U  -
cleric      10 12 9  14 8
druid       -  -  -  9  -
fighter     15 12 11 14 9
illusionist -  -  15 -  -
mage        -  15 -  12 -
paladin     -  -  -  -  -
ranger      -  15 -  16 -
thief       12 12 13 12 15
"""
RACES = ["dwarf", "elf", "gnome", "half-elf", "halfling"]


@pytest.mark.parametrize(("name", "printed"), cases("DMG 7", LIMITS))
def test_racial_level_limit(name, printed):
    shown = []
    for race in RACES:
        found = rules.class_level_limit(race, name)
        shown.append("-" if not found.open else "U" if found.limit is None else str(found.limit))
    assert printed == shown
    assert (True, None) == (
        rules.class_level_limit("human", name).open,
        rules.class_level_limit("human", name).limit,
    )


@pytest.mark.parametrize(
    ("score", "printed"), cases("DMG 8", "13 0\n14 1\n15 1\n16 2\n17 2\n18 3\n19 4")
)  # fmt: skip
def test_levels_for_a_high_prime_requisite(score, printed):
    found = rules.class_level_limit("dwarf", "fighter", scores={"strength": int(score)})
    assert 15 + int(printed[0]) == found.limit


COMBINATIONS = """
dwarf:    fighter/thief fighter/cleric
elf:      fighter/mage fighter/thief mage/thief fighter/mage/thief
gnome:    fighter/cleric fighter/illusionist fighter/thief cleric/illusionist cleric/thief illusionist/thief
half_elf: fighter/cleric fighter/druid fighter/thief fighter/mage cleric/ranger druid/ranger cleric/mage druid/mage mage/thief fighter/mage/cleric fighter/mage/druid fighter/mage/thief
halfling: fighter/thief
human:
"""  # noqa: E501 - one line of the book


@pytest.mark.parametrize(("race", "printed"), cases("PHB chapter 3", COMBINATIONS, ":"))
def test_multi_class_combinations(race, printed):
    assert printed[0].split() == BOOK.table("multi_class_combinations").value(race)


@pytest.mark.parametrize("race", ["dwarf", "elf", "gnome", "half_elf", "halfling"])
def test_every_combination_is_of_classes_that_are_open_to_the_race(race):
    for combination in BOOK.table("multi_class_combinations").value(race):
        assert rules.class_level_limit(race, combination).open


@pytest.mark.parametrize(("race", "name"), [*itertools.product(BOOK.table("races").names, BOOK.table("classes").names)])
def test_level_limits_and_races_agree_on_who_may_take_a_class(race, name):
    assert rules.check_class(name, race=race).allowed == rules.class_level_limit(race, name).open


ALIGNMENTS = """
fighter  LG NG CG LN N CN LE NE CE
paladin  LG
ranger   LG NG CG
mage     LG NG CG LN N CN LE NE CE
cleric   LG NG CG LN N CN LE NE CE
druid    N
thief    NG CG LN N CN LE NE CE
bard     NG LN N CN NE
"""


@pytest.mark.parametrize(("name", "printed"), cases("PHB chapter 3", ALIGNMENTS))
def test_alignments(name, printed):
    assert printed == BOOK.table("class_alignments").value(name)


ARMOR = """
mage    no
cleric  shield leather padded studded_leather ring_mail brigandine scale_mail hide chain_mail elven_chain_mail splint_mail banded_mail bronze_plate_mail plate_mail field_plate full_plate
druid   shield leather
thief   no leather padded studded_leather elven_chain_mail
bard    no leather padded studded_leather ring_mail brigandine scale_mail hide chain_mail elven_chain_mail
fighter shield leather padded studded_leather ring_mail brigandine scale_mail hide chain_mail elven_chain_mail splint_mail banded_mail bronze_plate_mail plate_mail field_plate full_plate
"""  # noqa: E501 - one line for each class


@pytest.mark.parametrize(("name", "printed"), cases("PHB chapter 3", ARMOR))
def test_armor_of_a_class(name, printed):
    row = BOOK.table("class_armor").find(name)
    assert ["shield" if row["shield"] else "no", *row["armor"]] == printed
    assert set(row["armor"]) <= set(BOOK.table("armor").names)


WEAPONS = """
fighter any
paladin any
ranger  any
bard    any
mage    list dagger quarterstaff dart knife sling
cleric  types B
druid   list club sickle dart spear dagger scimitar sling quarterstaff
thief   list club dagger dart hand_crossbow knife short_bow sling broad_sword long_sword short_sword quarterstaff
"""


@pytest.mark.parametrize(("name", "printed"), cases("PHB chapter 3", WEAPONS))
def test_weapons_of_a_class(name, printed):
    row = BOOK.table("class_weapons").find(name)
    assert printed == [row["rule"], *row["weapons"], *row["types"]]
    assert set(row["weapons"]) <= set(BOOK.table("weapons").names)


@pytest.mark.parametrize(
    ("name", "printed"),
    cases(
        "PHB chapter 3",
        """fighter strength
        paladin strength charisma
        ranger strength dexterity wisdom
        mage intelligence
        illusionist intelligence
        cleric wisdom
        druid wisdom charisma
        thief dexterity
        bard dexterity charisma""",
    ),
)
def test_prime_requisites(name, printed):
    assert printed == BOOK.table("prime_requisites").value(name)


@pytest.mark.parametrize(
    "table_id", ["class_armor", "class_weapons", "class_alignments", "prime_requisites"]
)  # fmt: skip
def test_class_tables_have_every_class(table_id):
    assert set(BOOK.table("classes").names) == set(BOOK.table(table_id).names)


@pytest.mark.parametrize(
    ("race", "ability", "value"),
    [
        ("dwarf", "infravision", 60), ("elf", "infravision", 60), ("gnome", "infravision", 60),
        ("half_elf", "infravision", 60), ("elf", "sleep_charm_resistance", 90),
        ("half_elf", "sleep_charm_resistance", 30),
        ("elf", "secret_door_passing", 1), ("elf", "secret_door_search", 2), ("elf", "concealed_door_search", 3),
        ("dwarf", "detect_slope", 5), ("dwarf", "detect_new_tunnel", 5), ("dwarf", "detect_sliding_wall", 4),
        ("dwarf", "detect_stone_trap", 3), ("dwarf", "depth_underground", 3), ("dwarf", "magic_item_failure", 20),
        ("gnome", "detect_slope", 5), ("gnome", "detect_unsafe", 7), ("gnome", "depth_underground", 4),
        ("gnome", "direction_underground", 3), ("gnome", "magic_item_failure", 20),
        ("dwarf", "attack", 1), ("gnome", "attack", 1), ("elf", "attack", 1), ("halfling", "attack", 1),
        ("dwarf", "defense", 4), ("gnome", "defense", 4), ("elf", "surprise", -4), ("halfling", "surprise", -4),
    ],
    ids=lambda value: f"PHB chapter 2: {value}",
)  # fmt: skip
def test_racial_ability(race, ability, value):
    assert value == BOOK.table("racial_abilities").find(race, ability)["value"]
