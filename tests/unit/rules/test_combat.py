"""THAC0, the roll needed to hit, and armor class."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rules

BOOK = rules.default_rulebook()
CLASSES = BOOK.table("classes").names
RATE = {"warrior": (1, 1), "priest": (3, 2), "rogue": (2, 1), "wizard": (3, 1)}
STRENGTHS = [*range(1, 26), "18/01", "18/50", "18/51", "18/75", "18/76", "18/90", "18/91", "18/99", "18/00"]
HIT = {
    **dict(zip(range(1, 26), [-5, -3, -3, -2, -2, -1, -1, *[0] * 9, 1, 1, 3, 3, 4, 4, 5, 6, 7], strict=True)),
    "18/01": 1,
    "18/50": 1,
    "18/51": 2,
    "18/75": 2,
    "18/76": 2,
    "18/90": 2,
    "18/91": 2,
    "18/99": 2,
    "18/00": 3,
}


@pytest.mark.parametrize("name", CLASSES)
def test_every_class_level_and_strength(name):
    group = BOOK.table("classes").find(name)["group"]
    every, step = RATE[group]
    for level, strength in itertools.product(range(1, 31), STRENGTHS):
        by_rate = 20 - (level - 1) // every * step
        bonus = HIT[strength] if group == "warrior" or isinstance(strength, int) else HIT[18]
        found = rules.thac0(name, level, strength=strength)
        assert (max(1, by_rate), bonus, max(1, by_rate) - bonus) == (
            found.base_thac0,
            found.strength_bonus,
            found.final_thac0,
        )
        assert by_rate == rules.thac0(name, level, improve_past_20=True).base_thac0


@pytest.mark.parametrize("name", CLASSES)
def test_thac0_never_gets_worse_with_level(name):
    values = [rules.thac0(name, level).base_thac0 for level in range(1, 31)]
    assert sorted(values, reverse=True) == values


@pytest.mark.parametrize("ability", rules.ABILITIES)
def test_no_ability_column_gets_worse_with_the_score(ability):
    table = BOOK.table(ability)
    # Spell failure falls and defense (a change of armor class) falls; everything else rises.
    falling = {"defense", "spell_failure_percent"}
    for column in set(table.columns) - {"bonus_spell_levels"}:
        values = [table.find(at=score)[column] for score in range(1, 26)]
        values = [99 if value == "all" else value for value in values]
        assert sorted(values, reverse=column in falling) == values, column


def test_the_documents_example():
    found = rules.thac0("fighter", 5, strength=18)
    assert (16, 1, 15) == (found.base_thac0, found.strength_bonus, found.final_thac0)
    assert (
        "Player's Handbook, table 53: base THAC0 of characters",
        "Player's Handbook, table 1: Strength",
    ) == found.source
    assert [("base THAC0, fighter 5", 16), ("Strength 18, to hit", "+1")] == [
        (part.label, part.value) for part in found.breakdown
    ]


@pytest.mark.parametrize(
    ("name", "level", "first_edition", "second_edition"),
    [
        ("fighter", 2, 20, 19),
        ("fighter", 4, 18, 17),
        ("mage", 1, 21, 20),
        ("mage", 11, 16, 17),
        ("thief", 1, 21, 20),
        ("thief", 4, 21, 19),
    ],
)
def test_thac0_is_that_of_the_second_edition(name, level, first_edition, second_edition):
    found = rules.thac0(name, level).base_thac0
    assert second_edition == found
    assert first_edition != found


def test_multi_class_character_uses_the_best_thac0():
    found = rules.thac0("fighter/mage", "5/6", strength="18/55")
    assert (16, 2, 14) == (found.base_thac0, found.strength_bonus, found.final_thac0)
    assert ("fighter/mage", "5/6") == (found.character_class, found.level)
    assert 14 == rules.thac0("mage/cleric", "3/12").base_thac0
    assert any("best THAC0" in sentence for sentence in found.assumptions)


@pytest.mark.parametrize("name", ["mage", "cleric", "thief", "bard", "druid", "mage/thief"])
def test_exceptional_strength_of_a_non_warrior_counts_as_18_with_a_warning(name):
    found = rules.thac0(name, "5/5" if "/" in name else 5, strength="18/91")
    assert 1 == found.strength_bonus
    assert ("Strength 18/91 counts as 18: only warriors have exceptional Strength.",) == found.warnings


def test_halfling_fighter_has_no_exceptional_strength():
    assert 1 == rules.thac0("fighter", 5, strength="18/00", race="halfling").strength_bonus
    assert 3 == rules.thac0("fighter", 5, strength="18/00", race="dwarf").strength_bonus


def test_the_floor_of_base_thac0_is_said_and_can_be_lifted():
    assert ("Base THAC0 stops at 1; by the rate of improvement it would be -9.",) == rules.thac0(
        "fighter", 30
    ).assumptions
    assert -9 == rules.thac0("fighter", 30, improve_past_20=True).base_thac0


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("Magic-User", "mage"),
        ("wizard", "mage"),
        ("WARRIOR", "fighter"),
        ("priest", "cleric"),
        ("rogue", "thief"),
        ("man-at-arms", "fighter"),
        ("evoker", "invoker"),
        (" thief ", "thief"),
    ],
)
def test_class_alias(alias, name):
    assert name == rules.thac0(alias, 1).character_class


@pytest.mark.parametrize("level", [0, -1, 31, 99, "31", 10**30])
def test_level_outside_1_to_30_is_refused_with_the_range(level):
    with pytest.raises(rules.OutOfTable, match="level must be an integer from 1 to 30") as caught:
        rules.thac0("fighter", level)
    assert ("level", "an integer from 1 to 30") == (caught.value.field, caught.value.allowed)


@pytest.mark.parametrize(
    "level", ["", "five", "+5", " 5", "5 ", "1_000", "5.0", 5.0, True, None, "5/6", "\u0665", "-1"]
)
def test_level_that_cannot_be_read_is_refused(level):
    with pytest.raises(rules.MalformedValue, match="level must be an integer from 1 to 30"):
        rules.thac0("fighter", level)


@pytest.mark.parametrize("name", ["wizzard", "", "fighter/", "/", "monk", "fighter/monk"])
def test_unknown_class_is_refused_with_the_names(name):
    with pytest.raises(rules.UnknownName, match="class must be one of: fighter, paladin"):
        rules.thac0(name, "1/1" if "/" in name else 1)


@pytest.mark.parametrize("name", ["fighter/fighter", "fighter/warrior", "fighter/mage/thief/cleric", None, 5])
def test_impossible_class_combination_is_refused(name):
    with pytest.raises(rules.MalformedValue):
        rules.thac0(name, 1)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (18, "18"),
        ("18", "18"),
        ("18/55", "18/55"),
        ("18/01", "18/01"),
        ("18/00", "18/00"),
        ("18/100", "18/00"),
        (3, "3"),
    ],
)
def test_strength_is_read_in_every_form(written, read):
    assert read == str(rules.read_strength(written))


@pytest.mark.parametrize("value", ["17/50", "19/01", 0, 26, "26", "0", -3])
def test_strength_outside_the_table_is_refused(value):
    with pytest.raises(rules.RuleError, match="strength must be an integer from 1 to 25, or 18/01 to 18/00"):
        rules.read_strength(value)


@pytest.mark.parametrize(
    "value", ["18/0", "18/", "/50", "18/5", "18.5", "eighteen", "", " 18", "+18", True, None, 18.0, "\u0661\u0668"]
)
def test_strength_that_cannot_be_read_is_refused(value):
    with pytest.raises(rules.MalformedValue):
        rules.read_strength(value)


@given(st.integers(1, 20), st.integers(-10, 15), st.integers(-20, 20))
def test_roll_to_hit_is_a_face_and_follows_the_formula(thac0, armor_class, bonus):
    face = rules.roll_to_hit(thac0, armor_class, bonus=bonus)
    assert max(1, min(20, thac0 - armor_class - bonus)) == face
    attack = rules.attack_roll(thac0, armor_class, bonus=bonus)
    assert face == attack.needed
    hits = sum(1 for roll in range(1, 21) if roll == 20 or (roll != 1 and roll + bonus >= thac0 - armor_class))
    assert hits * 5 == attack.hit_chance_percent


@pytest.mark.parametrize(("thac0", "armor_class"), [(0, 5), (21, 5), (10, -11), (10, 16)])
def test_attack_outside_the_table_is_refused(thac0, armor_class):
    with pytest.raises(rules.OutOfTable):
        rules.roll_to_hit(thac0, armor_class)


def test_the_documents_armor_class():
    found = rules.armor_class("chain_mail", shield=True, dexterity=16)
    assert (5, -1, -2, 2) == (found.armor_ac, found.shield_bonus, found.dex_bonus, found.final_ac)


@pytest.mark.parametrize(
    ("alias", "expected"),
    [
        ("chain", 5),
        ("Chain Mail", 5),
        ("chainmail", 5),
        ("plate", 3),
        ("full-plate", 1),
        ("STUDDED", 7),
        (None, 10),
        ("none", 10),
    ],
)
def test_armor_alias(alias, expected):
    assert expected == rules.armor_class(alias).final_ac


def test_low_dexterity_makes_the_unarmored_worse_than_10():
    assert 15 == rules.armor_class(dexterity=1).final_ac


def test_armor_class_stops_at_minus_10_and_says_so():
    found = rules.armor_class("full plate", shield=True, dexterity=18, magic_bonus=10)
    assert -10 == found.final_ac
    assert "Armor class stops at -10; the sum is -14." in found.assumptions


def test_armor_worse_than_the_base_does_not_count():
    found = rules.armor_class("leather", base_ac=4)
    assert (4, 4) == (found.armor_ac, found.final_ac)
    assert ("The base armor class 4 is better than leather, so the armor does not count.",) == found.assumptions


def test_every_armor_with_every_dexterity_adds_up():
    for armor, dexterity, shield in itertools.product(BOOK.table("armor").names, range(1, 26), (False, True)):
        found = rules.armor_class(armor, shield=shield, dexterity=dexterity)
        assert found.armor_ac + found.shield_bonus + found.dex_bonus == found.final_ac
        assert (-1 if shield else 0) == found.shield_bonus


@pytest.mark.parametrize(
    "arguments",
    [{"armor": "tin"}, {"armor": 5}, {"dexterity": 0}, {"dexterity": 26}, {"dexterity": True}, {"base_ac": 11},
     {"base_ac": -11}, {"base_ac": "10"}, {"magic_bonus": -1}, {"magic_bonus": 11}],
    ids=repr,
)  # fmt: skip
def test_armor_class_outside_the_rules_is_refused(arguments):
    with pytest.raises(rules.RuleError):
        rules.armor_class(**arguments)
