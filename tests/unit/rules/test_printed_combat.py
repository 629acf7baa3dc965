"""Every printed line of the combat tables, typed a second time; the id names the book, the table and the line."""

import pytest

import rules

BOOK = rules.default_rulebook()


def cases(place, text):
    """One case per line of the text: the key, and the words after it."""
    rows = [line.split() for line in text.strip().splitlines()]
    return [pytest.param(key, words, id=f"{place}: {key}") for key, *words in rows]


# weapon: weight in pounds, size, type, speed, damage against small and medium, damage against large
WEAPONS = """
arquebus             10  M P    15 1d10   1d10
battle_axe           7   M S    7  1d8    1d8
blowgun              2   L P    5  1d3    1d2
composite_long_bow   3   L P    7  1d6    1d6
composite_short_bow  2   M P    6  1d6    1d6
long_bow             3   L P    8  1d6    1d6
short_bow            2   M P    7  1d6    1d6
club                 3   M B    4  1d6    1d3
hand_crossbow        3   S P    5  1d3    1d2
heavy_crossbow       14  M P    10 1d4+1  1d6+1
light_crossbow       7   M P    7  1d4    1d4
dagger               1   S P    2  1d4    1d3
dirk                 1   S P    2  1d4    1d3
dart                 0.5 S P    2  1d3    1d2
footmans_flail       15  M B    7  1d6+1  2d4
footmans_mace        10  M B    7  1d6+1  1d6
footmans_pick        6   M P    7  1d6+1  2d4
hand_axe             5   M S    4  1d6    1d4
harpoon              6   L P    7  2d4    2d6
horsemans_flail      5   M B    6  1d4+1  1d4+1
horsemans_mace       6   M B    6  1d6    1d4
horsemans_pick       4   M P    5  1d4+1  1d4
javelin              2   M P    4  1d6    1d6
knife                0.5 S P/S  2  1d3    1d2
heavy_horse_lance    15  L P    8  1d8+1  3d6
light_horse_lance    5   L P    6  1d6    1d8
jousting_lance       20  L P    10 1d3-1  1d2-1
medium_horse_lance   10  L P    7  1d6+1  2d6
mancatcher           8   L -    7  -      -
morning_star         12  M P/B  7  2d4    1d6+1
awl_pike             12  L P    13 1d6    1d12
bardiche             12  L S    9  2d4    2d6
bec_de_corbin        10  L P/B  9  1d8    1d6
bill_guisarme        15  L P/S  10 2d4    1d10
fauchard             7   L P/S  8  1d6    1d8
fauchard_fork        9   L P/S  8  1d8    1d10
glaive               8   L S    8  1d6    1d10
glaive_guisarme      10  L P/S  9  2d4    2d6
guisarme             8   L S    8  2d4    1d8
guisarme_voulge      15  L P/S  10 2d4    2d4
halberd              15  L P/S  9  1d10   2d6
hook_fauchard        8   L P/S  9  1d4    1d4
lucern_hammer        15  L P/B  9  2d4    1d6
military_fork        7   L P    7  1d8    2d4
partisan             8   L P    9  1d6    1d6+1
ranseur              7   L P    8  2d4    2d4
spetum               7   L P    8  1d6+1  2d6
voulge               15  L S    10 2d4    2d4
quarterstaff         4   L B    4  1d6    1d6
scourge              2   S -    5  1d4    1d2
sickle               3   S S    4  1d4+1  1d4
sling                0   S B    6  1d4+1  1d6+1
spear                5   M P    6  1d6    1d8
staff_sling          2   M B    11 1d4+1  1d6+1
bastard_sword        10  M S    6  1d8    1d12
broad_sword          4   M S    5  2d4    1d6+1
khopesh              7   M S    9  2d4    1d6
long_sword           4   M S    5  1d8    1d12
scimitar             4   M S    5  1d8    1d8
short_sword          3   S P    3  1d6    1d8
two_handed_sword     15  L S    10 1d10   3d6
trident              5   L P    7  1d6+1  3d4
warhammer            6   M B    4  1d4+1  1d4
whip                 2   M -    8  1d2    1
"""


@pytest.mark.parametrize(("name", "printed"), cases("PHB 44", WEAPONS))
def test_weapon(name, printed):
    found = rules.weapon(name)
    shown = [found.weight_lb, found.size, found.type, found.speed, found.damage_small, found.damage_large]
    assert printed == ["-" if value in {None, ""} else str(value) for value in shown]


def test_the_weapon_table_has_no_other_line():
    assert len(WEAPONS.strip().splitlines()) == len(BOOK.table("weapons").names)


def test_bastard_sword_in_two_hands():
    grip = rules.weapon("bastard sword").two_handed
    assert (8, "2d4", "2d8") == (grip.speed, grip.damage_small, grip.damage_large)
    assert ("bastard_sword",) == BOOK.table("two_handed_grips").names


# weapon/ammunition: shots per round, and short/medium/long in yards
MISSILES = """
arquebus/shot                      1/3 50  150 210
blowgun/barbed_dart                2   10  20  30
blowgun/needle                     2   10  20  30
composite_long_bow/flight_arrow    2   60  120 210
composite_long_bow/sheaf_arrow     2   40  80  170
composite_short_bow/flight_arrow   2   50  100 180
long_bow/flight_arrow              2   70  140 210
long_bow/sheaf_arrow               2   50  100 170
short_bow/flight_arrow             2   50  100 150
club/thrown                        1   10  20  30
hand_crossbow/quarrel              1   20  40  60
heavy_crossbow/quarrel             1/2 80  160 240
light_crossbow/quarrel             1   60  120 180
dagger/thrown                      2   10  20  30
dirk/thrown                        2   10  20  30
dart/thrown                        3   10  20  40
warhammer/thrown                   1   10  20  30
hand_axe/thrown                    1   10  20  30
harpoon/thrown                     1   10  20  30
javelin/thrown                     1   20  40  60
knife/thrown                       2   10  20  30
sling/bullet                       1   50  100 200
sling/stone                        1   40  80  160
spear/thrown                       1   10  20  30
staff_sling/bullet                 2   -   60  90
staff_sling/stone                  2   -   60  90
"""


@pytest.mark.parametrize(("key", "printed"), cases("PHB 45", MISSILES))
def test_missile_weapon(key, printed):
    name, ammunition = key.split("/")
    use = rules.weapon(name).use(ammunition)
    shown = [use.rate_of_fire, use.short_yd, use.medium_yd, use.long_yd]
    assert printed == ["-" if value is None else str(value) for value in shown]


def test_the_missile_table_has_no_other_line():
    assert len(MISSILES.strip().splitlines()) == len(BOOK.table("missile_weapons").rows)


@pytest.mark.parametrize(
    ("name", "ammunition", "small", "large"),
    [
        ("long bow", "flight arrow", "1d6", "1d6"),
        ("long bow", "sheaf arrow", "1d8", "1d8"),
        ("composite long bow", "sheaf arrow", "1d8", "1d8"),
        ("blowgun", "barbed dart", "1d3", "1d2"),
        ("blowgun", "needle", "1", "1"),
        ("sling", "bullet", "1d4+1", "1d6+1"),
        ("sling", "stone", "1d4", "1d4"),
        ("hand crossbow", "quarrel", "1d3", "1d2"),
        ("light crossbow", "quarrel", "1d4", "1d4"),
        ("heavy crossbow", "quarrel", "1d4+1", "1d6+1"),
    ],
    ids=lambda value: f"PHB 44: {value}",
)
def test_ammunition(name, ammunition, small, large):
    use = rules.weapon(name).use(ammunition)
    assert (small, large) == (use.damage_small, use.damage_large)


@pytest.mark.parametrize("row", BOOK.table("missile_weapons").rows, ids=lambda row: "/".join(row.exact))
def test_first_missile_of_a_weapon_does_the_damage_of_the_weapon(row):
    found = rules.weapon(row.exact[0])
    assert (found.damage_small, found.damage_large) == (found.missile[0].damage_small, found.missile[0].damage_large)


ARMOR = """
banded_mail        2  0  1
brigandine         1  1  0
bronze_plate_mail  2  0 -2
chain_mail         2  0 -2
field_plate        3  1  0
full_plate         4  3  0
hide               0 -2  0
leather            0 -2  0
padded             0 -2  0
plate_mail         3  0  0
ring_mail          1  1  0
scale_mail         0  1  0
splint_mail        0  1  2
studded_leather    2  1  0
"""


@pytest.mark.parametrize(("armor", "printed"), cases("PHB 52", ARMOR))
def test_weapon_type_against_armor(armor, printed):
    for name, change in zip(("long sword", "spear", "mace"), printed, strict=True):
        without = rules.attack_roll(15, 5, weapon=name)
        assert -int(change) == rules.attack_roll(15, 5, weapon=name, target_armor=armor).modifier - without.modifier


SITUATIONS = """
higher_ground    1
invisible        -4
off_balance      2
sleeping_or_held automatic
stunned_or_prone 4
surprised        1
rear             2
"""


@pytest.mark.parametrize(("situation", "printed"), cases("PHB 51", SITUATIONS))
def test_situation(situation, printed):
    found = rules.attack_roll(15, 5, situations=[situation])
    if printed == ["automatic"]:
        assert (True, 100, 1) == (found.automatic, found.hit_chance_percent, found.needed)
    else:
        assert (int(printed[0]), False) == (found.modifier, found.automatic)


@pytest.mark.parametrize(("band", "printed"), cases("PHB 51", "short 0\nmedium -2\nlong -5"))
def test_missile_range(band, printed):
    assert int(printed[0]) == rules.attack_roll(15, 5, range_band=band).modifier


@pytest.mark.parametrize(("percent", "printed"), cases("PHB 59", "25 -2 -1\n50 -4 -2\n75 -7 -3\n90 -10 -4"))
def test_cover_and_concealment(percent, printed):
    cover, concealment = map(int, printed)
    assert cover == rules.attack_roll(15, 5, cover=int(percent)).modifier
    assert concealment == rules.attack_roll(15, 5, concealment=int(percent)).modifier
    assert {"attack": cover, "save_bonus": -cover} == BOOK.table("cover").find(percent)


@pytest.mark.parametrize(
    ("circumstance", "printed"),
    cases("PHB chapter 9", "charging 2\nblinded -4\ncalled_shot -4\nto_subdue -4\nmounted 1"),
)
def test_further_circumstance(circumstance, printed):
    assert int(printed[0]) == rules.attack_roll(15, 5, situations=[circumstance]).modifier


@pytest.mark.parametrize(
    ("situation", "printed"),
    cases(
        "PHB 55",
        """hasted -2
        slowed 2
        higher_ground -1
        set_for_charge -2
        slippery 2
        deep_water 4
        foreign_environment 6
        hindered 3
        waiting 1""",
    ),
)
def test_initiative_situation(situation, printed):
    assert int(printed[0]) == rules.initiative(situations=[situation]).modifier


@pytest.mark.parametrize(
    ("action", "printed"),
    cases(
        "PHB 56",
        """breath_weapon 1
        innate_spell 3
        miscellaneous_magic 3
        potion 4
        ring 3
        rod 1
        staff 2
        wand 3""",
    ),
)
def test_initiative_of_magic(action, printed):
    assert int(printed[0]) == rules.initiative(item=action).modifier


@pytest.mark.parametrize(
    ("size", "printed"), cases("PHB 56", "tiny 0\nsmall 3\nmedium 3\nlarge 6\nhuge 9\ngargantuan 12")
)
def test_initiative_of_natural_weapons(size, printed):
    assert int(printed[0]) == rules.initiative(natural_size=size).modifier


@pytest.mark.parametrize(
    ("name", "levels", "rate"),
    [
        ("fighter", range(1, 7), "1"),
        ("paladin", range(7, 13), "3/2"),
        ("ranger", range(13, 31), "2"),
        ("cleric", range(1, 31), "1"),
        ("thief", range(1, 31), "1"),
        ("mage", range(1, 31), "1"),
    ],
    ids=lambda value: f"PHB 15: {value}",
)
def test_attacks_per_round(name, levels, rate):
    assert {rate} == {rules.attacks_per_round(name, level).attacks for level in levels}


SPECIALISTS = """
melee           3/2 2   5/2
light_crossbow  1   3/2 2
heavy_crossbow  1/2 1   3/2
thrown_dagger   3   4   5
thrown_dart     4   5   6
other_missile   3/2 2   5/2
"""


@pytest.mark.parametrize(("column", "printed"), cases("PHB 35", SPECIALISTS))
def test_specialist_attacks(column, printed):
    for levels, rate in zip((range(1, 7), range(7, 13), range(13, 31)), printed, strict=True):
        assert {rate} == {BOOK.table("specialist_attacks").value(column, at=level) for level in levels}


@pytest.mark.parametrize(("band", "printed"), cases("PHB 30", "1-4 2\n5-8 3\n9-12 4\n13-30 5"))
def test_backstab(band, printed):
    low, _, high = band.partition("-")
    for level in range(int(low), int(high) + 1):
        assert int(printed[0]) == rules.backstab_multiplier(level)


# group: weapon slots, levels for another, penalty, non-weapon slots, levels for another
SLOTS = """
fighter 4 3 -2 3 3
mage    1 6 -5 4 3
cleric  2 4 -3 4 3
thief   2 4 -3 3 4
"""


@pytest.mark.parametrize(("name", "printed"), cases("PHB 34", SLOTS))
def test_proficiency_slots(name, printed):
    first, every, penalty, other, other_every = map(int, printed)
    for level in range(1, 31):
        found = rules.proficiency(name, level)
        assert (first + level // every, other + level // other_every, penalty) == (
            found.weapon_slots,
            found.nonweapon_slots,
            found.penalty,
        )


@pytest.mark.parametrize(("name", "printed"), cases("PHB chapter 5", "fighter -1\nmage -3\ncleric -2\nthief -2"))
def test_penalty_with_a_related_weapon(name, printed):
    assert int(printed[0]) == rules.proficiency(name, 1).related_penalty


@pytest.mark.parametrize(("hand", "printed"), cases("PHB chapter 9", "main -2\nsecond -4"))
def test_two_weapons(hand, printed):
    assert int(printed[0]) == rules.attack_roll(15, 5, two_weapons=hand).modifier


@pytest.mark.parametrize(
    ("kind", "printed"), cases("PHB chapter 5", "melee 1 2 0 2\ncrossbow 0 0 2 2\nbow 0 0 2 3\nother_missile 0 0 0 2")
)
def test_what_specialisation_gives(kind, printed):
    row = BOOK.table("specialisation").find(kind)
    assert [int(text) for text in printed] == [row[key] for key in ("attack", "damage", "point_blank_attack", "slots")]
