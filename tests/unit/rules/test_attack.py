"""The attack roll in its situation, and initiative."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rules
from rules.attack import find_situation, range_at

BOOK = rules.default_rulebook()
SITUATIONS = [*BOOK.table("situation_modifiers").names, *BOOK.table("attack_circumstances").names]
CLASSES = BOOK.table("classes").names


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("rear", "rear"), ("from behind", "rear"), ("High Ground", "higher_ground"), ("prone", "stunned_or_prone"),
        ("stunned", "stunned_or_prone"), ("asleep", "sleeping_or_held"), ("invisible target", "invisible"),
        ("off-balance", "off_balance"), ("charge", "charging"), ("in the dark", "blinded"),
        ("called shots", "called_shot"),
    ],
)  # fmt: skip
def test_situation_is_known_by_many_names(said, key):
    assert key == find_situation(said, BOOK)[0]


def test_situations_add_up_and_each_counts_once():
    found = rules.attack_roll(15, 4, bonus=1, situations=["rear", "behind", "higher ground", "surprised"])
    assert (1, 5, 6, 75) == (found.bonus, found.modifier, found.needed, found.hit_chance_percent)
    assert [("rear", "+2"), ("higher ground", "+1"), ("surprised", "+1")] == [
        (part.label, part.value) for part in found.breakdown[3:]
    ]
    assert any("neither shield nor Dexterity" in sentence for sentence in found.assumptions)


def test_one_situation_may_be_given_as_text():
    assert 2 == rules.attack_roll(15, 4, situations="rear").modifier


def test_held_defender_is_hit_whatever_else_there_is():
    found = rules.attack_roll(20, -10, bonus=-10, situations=["held", "invisible"])
    assert (True, 100, 1) == (found.automatic, found.hit_chance_percent, found.needed)


@given(st.integers(1, 20), st.integers(-10, 15), st.integers(-10, 10), st.sets(st.sampled_from(SITUATIONS)))
def test_situations_change_the_roll_by_their_sum(thac0, armor_class, bonus, situations):
    found = rules.attack_roll(thac0, armor_class, bonus=bonus, situations=sorted(situations))
    points = [find_situation(one, BOOK)[1] for one in situations]
    total = bonus + sum(one for one in points if isinstance(one, int))
    assert total == found.modifier
    if not found.automatic:
        assert rules.roll_to_hit(thac0, armor_class, bonus=total) == found.needed
        assert 5 <= found.hit_chance_percent <= 95


@pytest.mark.parametrize(
    ("weapon", "yards", "band"),
    [("long bow", 0, "short"), ("long bow", 70, "short"), ("long bow", 71, "medium"), ("long bow", 140, "medium"),
     ("long bow", 141, "long"), ("long bow", 210, "long"), ("dart", 25, "long"), ("staff sling", 5, "medium"),
     ("staff sling", 60, "medium"), ("staff sling", 61, "long")],
)  # fmt: skip
def test_range_at_a_distance(weapon, yards, band):
    assert band == range_at(yards, rules.weapon(weapon))


@pytest.mark.parametrize(
    ("arguments", "modifier"),
    [
        ({"weapon": "long bow", "distance_yd": 100}, -2),
        ({"weapon": "long bow", "distance_yd": 100, "dexterity": 17}, 0),
        ({"weapon": "long bow", "dexterity": 18}, 2),
        ({"weapon": "arquebus", "range_band": "long"}, -10),
        ({"weapon": "arquebus", "range_band": "medium"}, -4),
        ({"range_band": "long", "dexterity": 5}, -6),
        ({"range_band": "medium", "cover": 75}, -9),
        ({"cover": "half", "concealment": "quarter"}, -5),
        ({"cover": "90%"}, -10),
        ({"weapon": "halberd", "target_armor": "full plate"}, -3),
        ({"weapon": "long sword", "target_armor": "full plate"}, -4),
        ({"weapon": "mace", "target_armor": "chain"}, 2),
        ({"weapon": "morning star", "target_armor": "chain"}, 2),
        ({"weapon": "dagger", "target_armor": "leather"}, 2),
        ({"weapon": "long sword", "target_armor": "elven chain"}, -2),
        ({"weapon": "long sword", "target_armor": "none"}, 0),
        ({"weapon": "whip", "target_armor": "chain"}, 0),
        ({"nonproficient": True, "character_class": "mage"}, -5),
        ({"nonproficient": True, "character_class": "fighter/mage"}, -2),
        ({"related": True, "character_class": "mage"}, -3),
        ({"related": True, "nonproficient": True, "character_class": "cleric"}, -2),
        ({"two_weapons": "main", "character_class": "thief"}, -2),
        ({"two_weapons": "off hand", "character_class": "fighter", "dexterity": 16}, -3),
        ({"two_weapons": "second", "dexterity": 18}, -2),
        ({"two_weapons": "main", "dexterity": 19}, 0),
        ({"two_weapons": "second", "dexterity": 3}, -7),
        ({"two_weapons": "second", "character_class": "ranger", "dexterity": 3}, 0),
        ({"two_weapons": "main", "character_class": "fighter/mage"}, -2),
    ],
    ids=str,
)
def test_modifier(arguments, modifier):
    assert modifier == rules.attack_roll(15, 5, **arguments).modifier


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"situations": ["upside down"]}, rules.UnknownName), ({"situations": [5]}, rules.MalformedValue),
        ({"range_band": "far"}, rules.UnknownName), ({"distance_yd": 50}, rules.MalformedValue),
        ({"distance_yd": 50, "weapon": "halberd"}, rules.MalformedValue),
        ({"distance_yd": 211, "weapon": "long bow"}, rules.OutOfTable),
        ({"distance_yd": -1, "weapon": "long bow"}, rules.OutOfTable),
        ({"distance_yd": "10", "weapon": "long bow"}, rules.MalformedValue),
        ({"cover": 33}, rules.UnknownName), ({"cover": True}, rules.MalformedValue),
        ({"cover": 25.0}, rules.MalformedValue),
        ({"concealment": "total"}, rules.UnknownName), ({"weapon": "katana"}, rules.UnknownName),
        ({"target_armor": "chain"}, rules.MalformedValue),
        ({"target_armor": "tin", "weapon": "dagger"}, rules.UnknownName),
        ({"nonproficient": True}, rules.MalformedValue), ({"character_class": "monk"}, rules.UnknownName),
        ({"two_weapons": "main", "character_class": "mage"}, rules.OutOfTable),
        ({"two_weapons": "main", "character_class": "cleric"}, rules.OutOfTable),
        ({"two_weapons": "third"}, rules.UnknownName), ({"two_weapons": "main", "dexterity": 26}, rules.OutOfTable),
        ({"range_band": "short", "dexterity": "high"}, rules.MalformedValue),
    ],
    ids=str,
)  # fmt: skip
def test_attack_outside_the_rules_is_refused(arguments, error):
    with pytest.raises(error):
        rules.attack_roll(15, 5, **arguments)


@pytest.mark.parametrize("character_class", CLASSES)
def test_two_weapons_are_for_warriors_and_rogues(character_class):
    group = BOOK.table("classes").find(character_class)["group"]
    if group in {"warrior", "rogue"}:
        assert rules.attack_roll(15, 5, two_weapons="main", character_class=character_class).modifier <= 0
    else:
        with pytest.raises(rules.OutOfTable, match="a warrior or rogue"):
            rules.attack_roll(15, 5, two_weapons="main", character_class=character_class)


@given(st.integers(1, 25), st.sampled_from(["main", "second"]))
def test_two_weapons_are_never_better_than_one(dexterity, hand):
    assert rules.attack_roll(15, 5, two_weapons=hand, dexterity=dexterity).modifier <= 0


def test_more_cover_never_helps_the_attacker():
    for kind in ("cover", "concealment"):
        modifiers = [rules.attack_roll(15, 5, **{kind: percent}).modifier for percent in (25, 50, 75, 90)]
        assert sorted(modifiers, reverse=True) == modifiers
    for percent in (25, 50, 75, 90):
        cover, concealment = (rules.attack_roll(15, 5, **{kind: percent}) for kind in ("cover", "concealment"))
        assert cover.modifier < concealment.modifier < 0


@pytest.mark.parametrize(
    ("arguments", "modifier"),
    [
        ({}, 0), ({"weapon": "dagger"}, 2), ({"weapon": "two-handed sword"}, 10), ({"weapon": "bastard sword"}, 6),
        ({"weapon": "bastard sword", "two_handed": True}, 8), ({"weapon": "long sword", "weapon_bonus": 3}, 2),
        ({"weapon": "dagger", "weapon_bonus": 5}, 0), ({"weapon": "dagger", "situations": ["hasted"]}, 0),
        ({"casting_time": 3}, 3), ({"casting_time": "3"}, 3), ({"item": "wand", "situations": ["slowed"]}, 5),
        ({"item": "breath"}, 1), ({"natural_size": "L"}, 6), ({"natural_size": "man-sized"}, 3),
        ({"situations": ["hasted", "haste", "high ground"]}, -3), ({"situations": "underwater"}, 6),
    ],
    ids=str,
)  # fmt: skip
def test_initiative(arguments, modifier):
    found = rules.initiative(**arguments)
    assert (modifier, "1d10", False) == (found.modifier, found.die, found.at_end_of_round)
    assert sum(int(part.value) for part in found.breakdown) == modifier


@pytest.mark.parametrize("time", ["1 round", "2 rounds", "1 turn", "one round", "10 minutes", "a round", "round"])
def test_long_spell_takes_effect_at_the_end_of_the_round(time):
    found = rules.initiative(casting_time=time, situations=["slowed"])
    assert (True, 2) == (found.at_end_of_round, found.modifier)


@pytest.mark.parametrize(
    "arguments",
    [{"weapon": "dagger", "item": "wand"}, {"casting_time": 3, "natural_size": "L"}, {"casting_time": -1},
     {"casting_time": 21}, {"casting_time": "soon"}, {"casting_time": True}, {"casting_time": 1.5}, {"item": "sword"},
     {"natural_size": "enormous"}, {"situations": ["sleepy"]}, {"weapon": "dagger", "weapon_bonus": 6},
     {"weapon": "katana"}],
    ids=repr,
)  # fmt: skip
def test_initiative_outside_the_rules_is_refused(arguments):
    with pytest.raises(rules.RuleError):
        rules.initiative(**arguments)


def test_every_weapon_has_the_initiative_of_its_speed():
    for name, bonus in itertools.product(BOOK.table("weapons").names, range(6)):
        speed = rules.weapon(name).speed
        assert max(0, speed - bonus) == rules.initiative(weapon=name, weapon_bonus=bonus).modifier
