"""Ages and what they do: each printed line, every age of every race, and what is refused."""

import random

import pytest

import rules

BOOK = rules.default_rulebook()
# Race, starting age, middle age, old, venerable, maximum age.
AGES = """human 15+1d4 45 60 90 90+2d20; dwarf 40+5d6 125 167 250 250+2d100; elf 100+5d6 175 233 350 350+4d100;
gnome 60+3d12 100 133 200 200+3d100; half_elf 15+1d6 62 83 125 125+3d20; halfling 20+3d4 50 67 100 100+1d100"""
LINES = [line.split() for line in AGES.replace("\n", " ").split(";")]
CHANGES = {
    "adult": {},
    "middle_age": {"strength": -1, "constitution": -1, "intelligence": 1, "wisdom": 1},
    "old": {"strength": -3, "dexterity": -2, "constitution": -2, "intelligence": 1, "wisdom": 2},
    "venerable": {"strength": -4, "dexterity": -3, "constitution": -3, "intelligence": 2, "wisdom": 3},
}


@pytest.mark.parametrize(
    ("race", "start", "middle", "old", "venerable", "most"),
    [pytest.param(*line, id=f"PHB 11, 12: {line[0]}") for line in LINES],
)
def test_ages(race, start, middle, old, venerable, most):
    found = rules.ageing(race, int(middle))
    assert (start, most) == (found.starting_age, found.maximum_age)
    assert (int(middle), int(old), int(venerable)) == (found.middle_age, found.old_age, found.venerable_age)


@pytest.mark.parametrize(("race", "middle", "old", "venerable"), [(line[0], *map(int, line[2:5])) for line in LINES])
def test_every_age_has_its_category_and_changes(race, middle, old, venerable):
    for age in range(venerable + 50):
        found = rules.ageing(race, age)
        category = (
            "venerable" if age >= venerable else "old" if age >= old else "middle_age" if age >= middle else "adult"
        )
        assert (category, CHANGES[category]) == (found.category, found.changes)


@pytest.mark.parametrize(
    ("category", "changes"),
    [
        pytest.param("middle_age", (-1, 0, -1, 1, 1), id="PHB 12: middle age"),
        pytest.param("old", (-2, -2, -1, 0, 1), id="PHB 12: old"),
        pytest.param("venerable", (-1, -1, -1, 1, 1), id="PHB 12: venerable"),
    ],
)
def test_changes_of_one_category(category, changes):
    assert changes == tuple(BOOK.table("ageing_effects").find(category).values())


def test_a_child_is_an_adult_with_a_warning():
    found = rules.ageing("human", 9)
    assert found.category == "adult"
    assert found.warnings == ("Characters of this race start at 15 or later.",)


@pytest.mark.parametrize(("race", "start", "venerable"), [(line[0], line[1], line[5]) for line in LINES])
def test_rolled_ages_lie_within_the_dice(race, start, venerable):
    rng = random.Random(3)
    for text, rolled in ((start, rules.roll_starting_age), (venerable, rules.roll_maximum_age)):
        base, _, dice = text.partition("+")
        count, _, sides = dice.partition("d")
        for _ in range(40):
            assert int(base) + int(count) <= rolled(race, rng) <= int(base) + int(count) * int(sides)


def test_the_same_seed_gives_the_same_age():
    assert rules.roll_maximum_age("elf", random.Random(5)) == rules.roll_maximum_age("elven", random.Random(5))


@pytest.mark.parametrize(
    "arguments",
    [("human", -1), ("human", 100_001), ("human", "40"), ("human", 4.0), ("dragon", 40), (None, 40), ("", 40)],
    ids=str,
)
def test_ageing_refuses(arguments):
    with pytest.raises(rules.RuleError):
        rules.ageing(*arguments)


def test_rolling_refuses_an_unknown_race():
    with pytest.raises(rules.UnknownName):
        rules.roll_starting_age("dragon", random.Random(1))


@pytest.mark.parametrize("roll", range(1, 21))
def test_every_roll_has_a_character_trait(roll):
    row = BOOK.table("npc_traits").find(at=roll)
    assert row["temperament"]
    assert 4 == len(row["manner"].split(", "))


def test_character_traits_are_all_different():
    table = BOOK.table("npc_traits")
    assert 20 == len({table.find(at=roll)["temperament"] for roll in range(1, 21)})
