"""Experience of creatures: the additions of special abilities, one row per printed line."""

import pytest

import rules

ADDITIONS = """armor_class_0_or_better 1; blood_drain 1; disease 1; flying 1; four_or_more_attacks 1;
    high_intelligence 1;
    hit_only_by_silver_or_magic 1; immunity 1; invisible_at_will 1; spells_level_1_or_2 1; missiles 1; magical_items 1;
    regeneration 1; special_defense 1; special_attack 1; breath_weapon 2; spells_level_3_or_more 2; magic_resistance 2;
    damage_30_from_several_attacks 2; damage_20_from_one_attack 2; paralysis 2; poison 2; special_magical_attack 2;
    swallows_whole 2; weakness_or_fear 2; energy_drain 3; petrification 3"""
CASES = [line.split() for line in ADDITIONS.replace("\n", " ").split(";")]


@pytest.mark.parametrize(("ability", "dice"), [pytest.param(*case, id=f"DMG 32: {case[0]}") for case in CASES])
def test_ability_addition(ability, dice):
    assert int(dice) == rules.default_rulebook().table("xp_ability_additions").value(ability)


def test_the_table_has_no_other_line():
    assert [case[0] for case in CASES] == list(rules.default_rulebook().table("xp_ability_additions").names)


@pytest.mark.parametrize(
    ("added", "points"), [(0, 7), (1, 15), (2, 35), (3, 65), (4, 120), (5, 175), (6, 270), (8, 650)]
)
def test_less_than_one_die_climbs_one_row_for_each_addition(added, points):
    assert points == rules.monster_experience("1/2", added_hit_dice=added).experience_points
    assert points == rules.monster_experience("1/4", added_hit_dice=added).experience_points


@pytest.mark.parametrize("hit_dice", ["1/2", "1-1", "1", "1+1", "2", "3+3", "8", "9+1", "11", "12+6", "13", "20"])
def test_experience_never_falls_with_more_abilities(hit_dice):
    points = [rules.monster_experience(hit_dice, added_hit_dice=n).experience_points for n in range(31)]
    assert sorted(points) == points


def test_experience_never_falls_with_more_hit_dice():
    for added in range(12):
        written = ["1/2", "1-1", *[f"{dice}{plus}" for dice in range(1, 30) for plus in ("", "+1")]]
        points = [rules.monster_experience(one, added_hit_dice=added).experience_points for one in written]
        assert sorted(points) == points
