"""Weapons, the damage of a hit, attacks per round and proficiency."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rules
from rules.proficiency import rounds_of
from rules.weapons import weapon_class

BOOK = rules.default_rulebook()
WEAPONS = BOOK.table("weapons").names
HARMFUL = [name for name in WEAPONS if name != "mancatcher"]
CLASSES = BOOK.table("classes").names
STRENGTHS = [*range(1, 26), "18/01", "18/55", "18/80", "18/95", "18/00"]


def average_of(notation):
    return (notation.minimum + notation.maximum) / 2


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("Long Sword", "long_sword"), ("longsword", "long_sword"), ("sword", "long_sword"), ("mace", "footmans_mace"),
        ("footman's mace", "footmans_mace"), ("TWO-HANDED SWORD", "two_handed_sword"),
        ("great sword", "two_handed_sword"),
        ("bow", "short_bow"), ("staff", "quarterstaff"), ("war hammer", "warhammer"), ("axe", "battle_axe"),
        ("crossbow", "light_crossbow"), ("horseman's flail", "horsemans_flail"), (" dagger ", "dagger"),
    ],
)  # fmt: skip
def test_weapon_alias(alias, name):
    assert name == rules.weapon(alias).name


@pytest.mark.parametrize("name", ["katana", "", "rapier", "lightsaber", "+1"])
def test_unknown_weapon_is_refused_with_the_names(name):
    with pytest.raises(rules.UnknownName, match="weapon must be one of: arquebus, battle_axe"):
        rules.weapon(name)


@pytest.mark.parametrize("name", [None, 5, True, ["dagger"]])
def test_weapon_that_is_no_text_is_refused(name):
    with pytest.raises(rules.MalformedValue, match="weapon must be one of"):
        rules.weapon(name)


@pytest.mark.parametrize("name", WEAPONS)
def test_weapon_is_complete(name):
    found = rules.weapon(name)
    assert found.size in {"S", "M", "L"}
    assert set(found.types) <= {"B", "P", "S"}
    assert found.strength in {"full", "bow", "none"}
    assert found.melee or found.missile
    assert found.source[0] == "Player's Handbook, table 44: weapons"
    for dice in (found.damage_small, found.damage_large):
        assert dice is None or dice == "1" or rules.parse_dice(dice)
    for use in found.missile:
        assert (use.short_yd or 0) <= use.medium_yd < use.long_yd


@pytest.mark.parametrize(
    ("name", "spoken"),
    [("footmans_mace", "footman's mace"), ("two_handed_sword", "two-handed sword"), ("long_sword", "long sword")],
)
def test_weapon_as_people_say_it(name, spoken):
    assert spoken == rules.weapon(name).spoken


def test_every_weapon_strength_and_target_adds_up():
    for name, strength, target in itertools.product(HARMFUL, STRENGTHS, ("small", "large")):
        found = rules.damage(name, strength=strength, target=target)
        printed = getattr(rules.weapon(name), f"damage_{target}")
        assert printed == found.dice
        assert 1 <= found.minimum <= found.average <= found.maximum
        changed = rules.ability_modifiers("strength", strength, character_class="fighter").modifiers["damage"]
        rule = rules.weapon(name).strength
        expected = {"full": changed, "bow": min(0, changed), "none": 0}[rule]
        assert expected == found.bonus
        assert bool(found.warnings) == (rule == "none" or (rule == "bow" and changed > 0))


@pytest.mark.parametrize(
    ("arguments", "notation", "low", "high", "average"),
    [
        ({"weapon": "long sword"}, "1d8", 1, 8, 4.5),
        ({"weapon": "long sword", "target": "large"}, "1d12", 1, 12, 6.5),
        ({"weapon": "long sword", "strength": "18/55"}, "1d8+3", 4, 11, 7.5),
        ({"weapon": "long sword", "strength": "18/00", "specialised": True, "bonus": 2}, "1d8+10", 11, 18, 14.5),
        ({"weapon": "footman's mace", "strength": 16}, "1d6+2", 3, 8, 5.5),
        ({"weapon": "two-handed sword", "target": "large"}, "3d6", 3, 18, 10.5),
        ({"weapon": "bastard sword"}, "1d8", 1, 8, 4.5),
        ({"weapon": "bastard sword", "two_handed": True}, "2d4", 2, 8, 5.0),
        ({"weapon": "bastard sword", "two_handed": True, "target": "large"}, "2d8", 2, 16, 9.0),
        ({"weapon": "long bow", "strength": 18}, "1d6", 1, 6, 3.5),
        ({"weapon": "long bow", "strength": 18, "strength_bow": True}, "1d6+2", 3, 8, 5.5),
        ({"weapon": "long bow", "strength": 5}, "1d6-1", 1, 5, 2.67),
        ({"weapon": "long bow", "ammunition": "sheaf arrows"}, "1d8", 1, 8, 4.5),
        ({"weapon": "heavy crossbow", "strength": "18/00"}, "1d4+1", 2, 5, 3.5),
        ({"weapon": "dart", "strength": 17}, "1d3+1", 2, 4, 3.0),
        ({"weapon": "dagger", "strength": 17, "backstab_level": 1}, "(1d4)x2+1", 3, 9, 6.0),
        ({"weapon": "short sword", "strength": 17, "bonus": 1, "backstab_level": 9}, "(1d6)x4+2", 6, 26, 16.0),
        ({"weapon": "dagger", "backstab_level": 13}, "(1d4)x5", 5, 20, 12.5),
        ({"weapon": "jousting lance", "target": "large"}, "1d2-1", 1, 1, 1.0),
        ({"weapon": "blowgun", "ammunition": "needle"}, "1", 1, 1, 1.0),
        ({"weapon": "whip", "target": "large", "bonus": 1}, "2", 2, 2, 2.0),
        ({"weapon": "dagger", "ammunition": "thrown", "specialised": True}, "1d4", 1, 4, 2.5),
        ({"weapon": "long sword", "strength": "18/91", "character_class": "thief"}, "1d8+2", 3, 10, 6.5),
        ({"weapon": "long sword", "strength": "18/91", "character_class": "fighter", "race": "halfling"}, "1d8+2",
         3, 10, 6.5),
        ({"weapon": "long sword", "strength": "18/91", "character_class": "fighter/thief"}, "1d8+5", 6, 13, 9.5),
    ],
    ids=str,
)  # fmt: skip
def test_damage(arguments, notation, low, high, average):
    found = rules.damage(**arguments)
    assert (notation, low, high, average) == (found.notation, found.minimum, found.maximum, found.average)


@given(
    name=st.sampled_from(HARMFUL),
    target=st.sampled_from(["small", "large"]),
    bonus=st.integers(-20, 20),
    level=st.one_of(st.none(), st.integers(1, 30)),
)
def test_damage_without_a_floor_has_the_average_of_its_ends(name, target, bonus, level):
    found = rules.damage(name, target=target, bonus=bonus, backstab_level=level)
    assert 1 <= found.minimum <= found.average <= found.maximum
    if found.minimum > 1:
        assert average_of(found) == found.average


@given(st.sampled_from(HARMFUL), st.integers(-19, 20))
def test_a_greater_bonus_never_does_less(name, bonus):
    less, more = rules.damage(name, bonus=bonus - 1), rules.damage(name, bonus=bonus)
    assert less.minimum <= more.minimum
    assert less.maximum <= more.maximum
    assert less.average <= more.average


def test_damage_names_its_parts():
    found = rules.damage("long sword", strength="18/55", specialised=True, bonus=1, backstab_level=5)
    assert [
        ("long sword against small and man-sized targets", "1d8"),
        ("Strength 18/55, damage", "+3"),
        ("weapon specialisation, damage", "+2"),
        ("magic and other bonuses", "+1"),
        ("backstab at level 5", "x3"),
    ] == [(part.label, part.value) for part in found.breakdown]
    assert (6, 3) == (found.bonus, found.multiplier)


@pytest.mark.parametrize(
    "arguments",
    [{"target": "tiny"}, {"target": None}, {"bonus": 21}, {"bonus": "1"}, {"bonus": True}, {"strength": 26},
     {"strength": "17/50"}, {"backstab_level": 0}, {"backstab_level": 31}, {"ammunition": "arrow"},
     {"character_class": "monk", "strength": 10}, {"race": "orc", "character_class": "fighter", "strength": 10}],
    ids=repr,
)  # fmt: skip
def test_damage_outside_the_rules_is_refused(arguments):
    with pytest.raises(rules.RuleError):
        rules.damage("long sword", **arguments)


def test_weapon_without_damage_is_refused():
    with pytest.raises(rules.OutOfTable, match="a weapon that does damage of its own"):
        rules.damage("mancatcher")


def test_wrong_ammunition_is_refused_with_what_fits():
    with pytest.raises(rules.OutOfTable, match="flight arrow, sheaf arrow for a long bow"):
        rules.weapon("long bow").use("bullet")


@pytest.mark.parametrize(
    ("rate", "rounds"),
    [("1", (1,)), ("2", (2,)), ("3", (3,)), ("3/2", (1, 2)), ("5/2", (2, 3)), ("1/2", (1, 0)), ("1/3", (1, 0, 0))],
)
def test_a_rate_is_a_cycle_of_rounds(rate, rounds):
    assert rounds == rounds_of(rate)


@pytest.mark.parametrize(
    ("arguments", "rate", "rounds"),
    [
        (("fighter", 6), "1", (1,)),
        (("fighter", 7), "3/2", (1, 2)),
        (("ranger", 13), "2", (2,)),
        (("fighter/mage", "7/9"), "3/2", (1, 2)),
        (("mage/thief", "20/20"), "1", (1,)),
        (("mage", 30), "1", (1,)),
    ],
)
def test_attacks_in_melee(arguments, rate, rounds):
    found = rules.attacks_per_round(*arguments)
    assert (rate, rounds) == (found.attacks, found.per_round)


@pytest.mark.parametrize(
    ("name", "thrown", "rates"),
    [
        ("long sword", False, ("3/2", "2", "5/2")), ("dagger", False, ("3/2", "2", "5/2")),
        ("dagger", True, ("3", "4", "5")), ("dart", False, ("4", "5", "6")),
        ("light crossbow", False, ("1", "3/2", "2")),
        ("heavy crossbow", False, ("1/2", "1", "3/2")), ("spear", True, ("3/2", "2", "5/2")),
        ("hand axe", True, ("3/2", "2", "5/2")), ("sling", False, ("3/2", "2", "5/2")),
        ("knife", True, ("2", "2", "5/2")),
        ("long bow", False, ("2", "2", "2")), ("short bow", False, ("2", "2", "2")), ("arquebus", False, ("1/3",) * 3),
    ],
)  # fmt: skip
def test_attacks_of_a_specialist(name, thrown, rates):
    for levels, rate in zip((range(1, 7), range(7, 13), range(13, 31)), rates, strict=True):
        for level in levels:
            found = rules.attacks_per_round("fighter", level, weapon=name, specialised=True, thrown=thrown)
            assert rate == found.attacks, level


@pytest.mark.parametrize(
    ("name", "rate"), [("long bow", "2"), ("dart", "3"), ("heavy crossbow", "1/2"), ("arquebus", "1/3"), ("sling", "1")]
)
def test_rate_of_fire_does_not_rise_with_the_level(name, rate):
    for character_class, level in itertools.product(CLASSES, (1, 7, 13, 20)):
        assert rate == rules.attacks_per_round(character_class, level, weapon=name).attacks


@pytest.mark.parametrize("name", CLASSES)
def test_attacks_never_get_fewer_with_the_level(name):
    for specialised in (False, True):
        rates = [rules.attacks_per_round(name, level, specialised=specialised).per_round for level in range(1, 31)]
        averages = [sum(rounds) / len(rounds) for rounds in rates]
        assert sorted(averages) == averages


@pytest.mark.parametrize(("name", "level"), [("ranger", 5), ("paladin", 7), ("fighter/mage", "5/5"), ("thief", 3)])
def test_only_a_single_class_fighter_specialises(name, level):
    found = rules.attacks_per_round(name, level, specialised=True)
    assert rules.attacks_per_round(name, level).attacks == found.attacks
    assert ("Only a single-class fighter specialises in a weapon; specialisation was left out.",) == found.warnings


def test_what_cannot_be_thrown_is_said():
    found = rules.attacks_per_round("fighter", 7, weapon="halberd", thrown=True)
    assert ("3/2", ("A halberd is not made for throwing.",)) == (found.attacks, found.warnings)


@pytest.mark.parametrize(
    ("name", "thrown", "column"),
    [("long sword", False, "melee"), ("dagger", True, "thrown_dagger"), ("dirk", True, "thrown_dagger"),
     ("dart", False, "thrown_dart"), ("dart", True, "thrown_dart"), ("javelin", True, "other_missile"),
     ("hand crossbow", False, "light_crossbow"), ("long bow", False, None), ("arquebus", False, None)],
)  # fmt: skip
def test_column_of_a_specialist(name, thrown, column):
    assert column == weapon_class(rules.weapon(name), thrown=thrown)


@pytest.mark.parametrize(
    ("name", "level", "slots", "others", "penalty"),
    [("fighter/mage", "5/6", 5, 6, -2), ("fighter/mage", "1/1", 4, 4, -2), ("mage/thief", "6/5", 3, 6, -3),
     ("fighter/cleric", "9/8", 7, 7, -2), ("cleric/mage", "4/6", 3, 6, -3)],
)  # fmt: skip
def test_multi_class_character_has_the_best_of_the_classes(name, level, slots, others, penalty):
    found = rules.proficiency(name, level)
    assert (slots, others, penalty) == (found.weapon_slots, found.nonweapon_slots, found.penalty)
    assert any("multi-class" in sentence for sentence in found.assumptions)


@pytest.mark.parametrize("name", CLASSES)
def test_slots_never_get_fewer_and_the_related_penalty_is_half(name):
    found = [rules.proficiency(name, level) for level in range(1, 31)]
    for column in ("weapon_slots", "nonweapon_slots"):
        values = [getattr(one, column) for one in found]
        assert sorted(values) == values
    for one in found:
        assert -(-one.penalty // 2) >= one.related_penalty >= one.penalty
        assert one.related_penalty == -((-one.penalty + 1) // 2)
