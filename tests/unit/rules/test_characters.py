"""Saving throws with their modifiers, hit dice, experience, races, creatures and dice."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rules

BOOK = rules.default_rulebook()
CLASSES = BOOK.table("classes").names


@pytest.mark.parametrize("name", CLASSES)
def test_saving_throws_never_get_worse_with_level(name):
    for category in rules.CATEGORIES:
        values = [rules.saving_throws(name, level).base()[category] for level in range(1, 31)]
        assert sorted(values, reverse=True) == values


def test_the_documents_saving_throws():
    assert {"paralyzation": 13, "rod_staff_wand": 9, "petrification": 11, "breath_weapon": 13, "spell": 10} == (
        rules.saving_throws("wizard", 7).base()
    )


def test_paladin_bonus_is_beside_the_table_and_not_in_it():
    paladin, fighter = rules.saving_throws("paladin", 5), rules.saving_throws("fighter", 5)
    assert fighter.base() == paladin.base()
    assert [(2, rules.CATEGORIES, "")] == [(one.bonus, one.applies_to, one.condition) for one in paladin.modifiers]
    assert () == fighter.modifiers


def test_druid_bonus_holds_against_fire_and_electricity_alone():
    druid, cleric = rules.saving_throws("druid", 5), rules.saving_throws("cleric", 5)
    assert cleric.base() == druid.base()
    assert [(2, rules.CATEGORIES, "fire or electrical attacks")] == [
        (one.bonus, one.applies_to, one.condition) for one in druid.modifiers
    ]


@pytest.mark.parametrize("name", ["abjurer", "illusionist", "transmuter"])
def test_specialist_has_a_bonus_against_the_own_school(name):
    assert [(1, ("spell",), "spells of their own school")] == [
        (one.bonus, one.applies_to, one.condition) for one in rules.saving_throws(name, 1).modifiers
    ]


@pytest.mark.parametrize(
    ("race", "expected"),
    [
        ("dwarf", [(("rod_staff_wand", "spell"), ""), (("paralyzation",), "poison")]),
        ("halfling", [(("rod_staff_wand", "spell"), ""), (("paralyzation",), "poison")]),
        ("gnome", [(("rod_staff_wand", "spell"), "")]),
        ("elf", []),
        ("human", []),
    ],
)
def test_race_saves_by_constitution(race, expected):
    found = rules.saving_throws("fighter", 1, race=race, constitution=15).modifiers
    assert expected == [(one.applies_to, one.condition) for one in found]
    assert all(one.bonus == 4 for one in found)


def test_wisdom_and_dexterity_have_their_own_modifiers():
    found = rules.saving_throws("cleric", 1, wisdom=18, dexterity=16).modifiers
    assert [("Wisdom 18", 4), ("Dexterity 16", 2)] == [(one.label, one.bonus) for one in found]
    assert () == rules.saving_throws("cleric", 1, wisdom=10, dexterity=10).modifiers
    assert -4 == rules.saving_throws("cleric", 1, dexterity=3).modifiers[0].bonus


def test_multi_class_character_uses_the_best_of_each_column():
    fighter, mage = rules.saving_throws("fighter", 5).base(), rules.saving_throws("mage", 6).base()
    both = rules.saving_throws("fighter/mage", "5/6").base()
    assert {category: min(fighter[category], mage[category]) for category in rules.CATEGORIES} == both


def test_level_zero_is_for_warriors_only():
    assert [16, 18, 17, 20, 19] == list(rules.saving_throws("fighter", 0).base().values())
    with pytest.raises(rules.OutOfTable, match="an integer from 1 to 30 for a mage"):
        rules.saving_throws("mage", 0)
    with pytest.raises(rules.OutOfTable):
        rules.thac0("fighter", 0)


@pytest.mark.parametrize(
    ("name", "score", "per_die"),
    [("fighter", 18, 4), ("ranger", 17, 3), ("mage", 18, 2), ("cleric", 17, 2), ("thief", 6, -1), ("fighter", 3, -2)],
)
def test_constitution_bonus_past_2_is_for_warriors(name, score, per_die):
    assert per_die == rules.hit_dice(name, 1, constitution=score).parts[0].per_die
    modifiers = rules.ability_modifiers("con", score, character_class=name).modifiers
    assert per_die == modifiers["hit_points_per_die"]


def test_constitution_changes_rolled_dice_only():
    assert "9d10+45" == rules.hit_dice("fighter", 12, constitution=18).notation
    assert (9 * 5 + 9, 9 * 14 + 9) == (
        rules.hit_dice("fighter", 12, constitution=18).minimum,
        rules.hit_dice("fighter", 12, constitution=18).maximum,
    )


def test_a_die_gives_at_least_one_point_and_very_high_constitution_lifts_low_rolls():
    assert 4 == rules.hit_dice("mage", 4, constitution=3).minimum
    assert 5 == rules.hit_dice("mage", 1, constitution=21).minimum


def test_multi_class_hit_points_are_averaged():
    found = rules.hit_dice("fighter/mage", "5/6")
    assert ("5d10 and 6d4 averaged", 5, 37) == (found.notation, found.minimum, found.maximum)


@given(st.sampled_from(CLASSES), st.integers(1, 30), st.integers(1, 25), st.integers())
def test_rolled_hit_points_lie_in_their_range_and_repeat_with_the_seed(name, level, constitution, seed):
    dice = rules.hit_dice(name, level, constitution=constitution)
    points = rules.roll_hit_points(dice, random.Random(seed))
    assert dice.minimum <= points <= dice.maximum
    assert points == rules.roll_hit_points(dice, random.Random(seed))


@pytest.mark.parametrize(
    ("name", "level", "first_edition"),
    [("fighter", 5, 18_000), ("fighter", 6, 35_000), ("thief", 7, 42_500), ("mage", 5, 22_500), ("paladin", 2, 2_750),
     ("ranger", 5, 20_000), ("bard", 2, 2_000)],
)  # fmt: skip
def test_experience_is_not_that_of_the_first_edition(name, level, first_edition):
    assert first_edition != rules.experience_for_level(name, level).experience_points


@pytest.mark.parametrize("name", CLASSES)
def test_experience_rises_with_every_level(name):
    levels = range(1, 15 if name == "druid" else 31)
    points = [rules.experience_for_level(name, level).experience_points for level in levels]
    assert sorted(set(points)) == points


def test_the_druids_table_ends():
    assert rules.experience_for_level("druid", 14).next_level_at is None
    assert 14 == rules.level_for_experience("druid", 9_000_000).level
    with pytest.raises(rules.OutOfTable, match="from 1 to 14"):
        rules.experience_for_level("druid", 15)


def test_level_for_experience_stops_at_30():
    assert 30 == rules.level_for_experience("thief", 10**12).level
    assert 1 == rules.level_for_experience("thief", 0).level


@pytest.mark.parametrize("points", [-1, "5", 5.0, True, None])
def test_experience_that_is_no_count_is_refused(points):
    with pytest.raises(rules.RuleError, match="experience points must be an integer from 0 up"):
        rules.level_for_experience("thief", points)


def test_experience_of_several_classes_is_refused():
    with pytest.raises(rules.MalformedValue, match="divides experience equally"):
        rules.experience_for_level("fighter/mage", "5/6")


@pytest.mark.parametrize(
    ("race", "name", "allowed"),
    [("dwarf", "paladin", False), ("human", "paladin", True), ("dwarf", "mage", False), ("elf", "mage", True),
     ("gnome", "illusionist", True), ("gnome", "mage", False), ("half-elf", "druid", True), ("elf", "druid", False),
     ("halfling", "ranger", False), ("half-elf", "bard", True)],
)  # fmt: skip
def test_class_is_open_to_the_race(race, name, allowed):
    assert allowed == rules.check_class(name, race=race).allowed


def test_class_check_names_every_rule_that_says_no():
    found = rules.check_class("paladin", race="dwarf", scores={"strength": 11, "charisma": 17})
    assert (
        "the class paladin is open to human, not to dwarf",
        "Strength must be at least 12; it is 11",
    ) == found.violations


@pytest.mark.parametrize(
    ("race", "ability", "score"), [("dwarf", "charisma", 18), ("dwarf", "constitution", 10), ("elf", "intelligence", 7)]
)
def test_scores_a_race_cannot_have_are_refused(race, ability, score):
    with pytest.raises(rules.OutOfTable, match=f"for the race {race}"):
        rules.adjust_for_race(race, {ability: score})


def test_ability_names_and_constitution_without_a_class():
    assert "wisdom" == rules.find_ability("Wis", BOOK)
    assert {"hit_points_per_die": 2, "hit_points_per_die_warrior": 4}.items() <= (
        rules.ability_modifiers("con", "18").modifiers.items()
    )
    with pytest.raises(rules.UnknownName, match="ability must be one of: strength"):
        rules.ability_modifiers("luck", 10)


@pytest.mark.parametrize("ability", rules.ABILITIES)
@pytest.mark.parametrize("score", [0, 26, -1, "26", True, None, "ten", 10.0])
def test_ability_score_outside_is_refused(ability, score):
    with pytest.raises(rules.RuleError, match=f"{ability} must be an integer from 1 to 25"):
        rules.ability_modifiers(ability, score)


@pytest.mark.parametrize("text", ["", "0", "101", "x", "4+", "+3", "4+100", "2-3", None, True, 1.5, "1/3"])
def test_hit_dice_that_cannot_be_are_refused(text):
    with pytest.raises(rules.RuleError, match="hit dice must be Hit Dice such as"):
        rules.monster_thac0(text)


@pytest.mark.parametrize("added", [-1, 31])
def test_added_hit_dice_outside_are_refused(added):
    with pytest.raises(rules.OutOfTable):
        rules.monster_experience("5", added_hit_dice=added)


@given(st.integers(1, 60), st.integers(0, 20))
def test_creatures_with_more_hit_dice_fight_better_and_are_worth_more(dice, change):
    assert rules.monster_thac0(dice + 1).thac0 <= rules.monster_thac0(f"{dice}+{change}").thac0 or change >= 3
    assert (
        rules.monster_experience(dice).experience_points
        <= rules.monster_experience(f"{dice}+{change}").experience_points
    )


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("3d6", 3, 18), ("d20", 1, 20), ("D%", 1, 100), ("2d4+1", 3, 9), ("1d6-3", -2, 3), ("2 d 4 + 1", 3, 9)],
)
def test_dice_notation(text, low, high):
    dice = rules.parse_dice(text)
    assert (low, high) == (dice.minimum, dice.maximum)
    rng = random.Random(1)
    assert all(low <= dice.roll(rng) <= high for _ in range(200))


@pytest.mark.parametrize("text", ["", "d", "3", "0d6", "1d0", "1001d6", "1d1001", "3d6+", "3x6", "-1d6", "1d6+1d6"])
def test_dice_that_cannot_be_rolled_are_refused(text):
    with pytest.raises(rules.RuleError, match="dice must be dice such as"):
        rules.parse_dice(text)


def test_dice_repeat_with_the_seed_and_show_every_face():
    assert [rules.roll("3d6", random.Random(7)) for _ in range(2)] == [rules.roll("3d6", random.Random(7))] * 2
    rng = random.Random(7)
    assert set(range(1, 7)) == {rules.roll_die(6, rng) for _ in range(300)}
    assert "2d4+1" == str(rules.parse_dice("2d4+1"))


def test_ability_scores_are_rolled_in_the_order_of_the_book():
    scores = rules.roll_ability_scores(random.Random(3), best_three_of_four=True)
    assert list(rules.ABILITIES) == list(scores)
    assert all(3 <= score <= 18 for score in scores.values())
    assert scores == rules.roll_ability_scores(random.Random(3), best_three_of_four=True)


def test_best_three_of_four_is_better_on_average():
    rng = random.Random(5)
    plain = [sum(rules.roll_ability_scores(rng).values()) for _ in range(300)]
    best = [sum(rules.roll_ability_scores(rng, best_three_of_four=True).values()) for _ in range(300)]
    assert 61 < sum(plain) / 300 < 65
    assert 71.5 < sum(best) / 300 < 75.5
