"""Morale: the bands, each modifier of the table, what 2d10 must show, and what is refused."""

import pytest

import rules

BOOK = rules.default_rulebook()
BANDS = """2-4 unreliable; 5-7 unsteady; 8-10 average; 11-12 steady; 13-14 elite; 15-16 champion;
17-18 fanatic; 19-20 fearless"""


@pytest.mark.parametrize(
    ("rating", "name"),
    [
        pytest.param(rating, line.split()[1], id=f"MM introduction: morale {rating}")
        for line in BANDS.replace("\n", " ").split(";")
        for rating in range(int(line.split()[0].partition("-")[0]), int(line.split()[0].partition("-")[2]) + 1)
    ],
)
def test_name_of_a_rating(rating, name):
    assert name == rules.morale(rating).name


MODIFIERS = """abandoned_by_friends -6; lost_quarter -2; lost_half -4; chaotic -1; fighting_hated_enemy +4; lawful +1;
surprised -2; fighting_magic_users -2; half_hit_die_or_less -2; less_than_1_hit_die -1; hit_dice_4_to_8 +1;
hit_dice_9_to_14 +2; hit_dice_15_or_more +3; defending_home +3; defensive_terrain +1; additional_check -1;
leader_of_other_alignment -1; most_powerful_ally_killed -4; favored +2; poorly_treated -4; no_enemy_slain -2;
outnumbered_3_to_1 -4; outnumber_3_to_1 +2; unable_to_affect_opponent -8; magic_user_on_side +2"""
LINES = [line.split() for line in MODIFIERS.replace("\n", " ").split(";")]


@pytest.mark.parametrize(
    ("situation", "modifier"), [pytest.param(name, int(text), id=f"DMG 50: {name}") for name, text in LINES]
)
def test_modifier(situation, modifier):
    found = rules.morale(10, situations=[situation])
    assert (modifier, 10 + modifier) == (found.modifier, found.needed)
    assert [situation.replace("_", " ")] == [part.label for part in found.breakdown[1:]]


def test_the_table_has_these_lines_only():
    assert {name for name, _ in LINES} == set(BOOK.table("morale_modifiers").names)


CHANCES = """1 0; 2 1; 3 3; 4 6; 5 10; 6 15; 7 21; 8 28; 9 36; 10 45; 11 55; 12 64; 13 72; 14 79; 15 85; 16 90; 17 94;
18 97; 19 99; 20 100"""


@pytest.mark.parametrize(
    ("needed", "percent"),
    [
        pytest.param(*map(int, line.split()), id=f"2d10 shows {line.split()[0]} or less")
        for line in CHANCES.replace("\n", " ").split(";")
    ],
)
def test_chance_of_two_ten_sided_dice(needed, percent):
    found = rules.morale(20, situations=["lawful"]) if needed > 20 else rules.morale(max(needed, 2))
    if needed == 1:
        found = rules.morale(2, situations=["chaotic"])
    assert (needed, percent) == (found.needed, found.chance_percent)


def test_far_below_and_far_above():
    assert (-6, 0) == (rules.morale(2, situations=["unable to affect opponent"]).needed, 0)
    high = rules.morale(20, situations=["defending home", "hated enemy"])
    assert (27, 100) == (high.needed, high.chance_percent)


def test_orc_that_lost_half_and_its_leader():
    found = rules.morale("orcs", situations=["lost 50%", "leader killed"])
    assert ("orc", 11, -8, 3, 3) == (found.creature, found.rating, found.modifier, found.needed, found.chance_percent)
    assert ["Monstrous Manual", "Dungeon Master Guide"] == [source.partition(",")[0] for source in found.source]


def test_range_of_a_creature_takes_the_lowest_and_says_so():
    found = rules.morale("orc")
    assert (11, 12) == found.rating_range
    assert "Its morale is printed as 11 to 12; 11 is used." in found.assumptions


def test_each_situation_counts_once_in_any_spelling():
    assert -4 == rules.morale(10, situations=["lost_half", "Lost Half", "lost 50%"]).modifier


def test_one_text_is_one_situation():
    assert -4 == rules.morale(10, situations="lost half").modifier


@pytest.mark.parametrize("name", rules.creatures())
def test_every_creature_answers_or_says_that_it_does_not_check(name):
    if rules.creature(name).morale is None:
        with pytest.raises(rules.OutOfTable, match="does not check"):
            rules.morale(name)
    else:
        assert 2 <= rules.morale(name).needed <= 20


@pytest.mark.parametrize("rating", [1, 21, 0, -3, "21", "-1"])
def test_rating_beyond_the_table_is_refused(rating):
    with pytest.raises(rules.OutOfTable, match="from 2 to 20"):
        rules.morale(rating)


@pytest.mark.parametrize("rating", [None, 7.5, True, [], {}])
def test_malformed_rating_is_refused(rating):
    with pytest.raises(rules.MalformedValue, match="morale must be"):
        rules.morale(rating)


def test_unknown_creature_and_situation_are_refused():
    with pytest.raises(rules.UnknownName):
        rules.morale("gazebo")
    with pytest.raises(rules.UnknownName, match="situation must be one of"):
        rules.morale(10, situations=["rained on"])


@pytest.mark.parametrize("situations", [5, None, [7], [None]])
def test_malformed_situations_are_refused(situations):
    with pytest.raises(rules.RuleError):
        rules.morale(10, situations=situations)


def test_rating_may_be_text():
    assert 12 == rules.morale(" 12 ").needed
