"""Falls, poisons, holding the breath and healing: each printed line, and what is refused."""

import random

import pytest

import rules

BOOK = rules.default_rulebook()


@pytest.mark.parametrize("feet", range(251), ids=lambda feet: f"PHB chapter 9: {feet} feet")
def test_falling(feet):
    dice = min(feet // 10, 20)
    found = rules.falling(feet)
    assert (f"{dice}d6" if dice else "none", dice, 6 * dice) == (found.dice, found.minimum, found.maximum)
    assert 3.5 * dice == found.average


@pytest.mark.parametrize("feet", [251, 1_000, 1_000_000])
def test_no_fall_has_more_than_20_dice(feet):
    assert "20d6" == rules.falling(feet).dice


def test_falls_are_not_cumulative():
    """The first edition's later rule counts 1d6, then 2d6, and so on: 30 feet are 6d6 there."""
    assert "3d6" == rules.falling(30).dice


@pytest.mark.parametrize("feet", [0, 9, 10, 55, 300])
def test_rolled_fall_lies_within_its_dice(feet):
    rng = random.Random(feet)
    for _ in range(30):
        assert rules.falling(feet).minimum <= rules.roll_falling(feet, rng) <= rules.falling(feet).maximum


@pytest.mark.parametrize("feet", [-1, 1_000_001, "30", 10.0, None, True])
def test_falling_refuses(feet):
    with pytest.raises(rules.RuleError, match="feet must be"):
        rules.falling(feet)


POISONS = """A injected 10-30_minutes 15 0; B injected 2-12_minutes 20 1d3; C injected 2-5_minutes 25 2d4;
D injected 1-2_minutes 30 2d6; E injected immediate_immediate death 20; F injected immediate_immediate death 0;
G ingested 2-12_hours 20 10; H ingested 1-4_hours 20 10; I ingested 2-12_minutes 30 15; J ingested 1-4_minutes death 20;
K contact 2-8_minutes 5 0; L contact 2-8_minutes 10 0; M contact 1-4_minutes 20 5; N contact 1_minutes death 25;
O injected 2-24_minutes paralysis 0; P injected 1-3_hours debilitation 0"""


@pytest.mark.parametrize(
    ("letter", "method", "onset", "failed", "made"),
    [pytest.param(*line.split(), id=f"DMG 51: {line.split()[0]}") for line in POISONS.replace("\n", " ").split(";")],
)
def test_poison(letter, method, onset, failed, made):
    found = rules.poison(letter)
    assert (letter, method, onset, failed, made) == (
        found.poison_class,
        found.method,
        f"{found.onset}_{found.onset_unit}",
        found.failed_save,
        found.made_save,
    )


@pytest.mark.parametrize("text", ["e", " E ", "class E", "Type e", "CLASS  E"])
def test_poison_as_people_write_it(text):
    assert "E" == rules.poison(text).poison_class


@pytest.mark.parametrize("letter", ["Q", "Z", "", "AA", "1", None, 5, ["A"]])
def test_poison_refuses(letter):
    with pytest.raises(rules.RuleError):
        rules.poison(letter)


BREATH = "1 1; 2 1; 3 1; 4 2; 5 2; 6 2; 7 3; 9 3; 10 4; 12 4; 13 5; 15 5; 16 6; 18 6; 19 7; 21 7; 22 8; 24 8; 25 9"


@pytest.mark.parametrize(
    ("constitution", "rounds"),
    [
        pytest.param(*map(int, line.split()), id=f"PHB chapter 14: Constitution {line.split()[0]}")
        for line in BREATH.split(";")
    ],
)
def test_holding_breath(constitution, rounds):
    assert rounds == rules.holding_breath(constitution).rounds


@pytest.mark.parametrize(
    ("constitution", "exertion", "gulp", "rounds"),
    [(13, True, True, 3), (13, False, False, 3), (13, True, False, 2), (18, True, True, 3), (18, True, False, 2),
     (3, True, False, 1), (1, True, False, 1)],
)  # fmt: skip
def test_exertion_and_a_missing_gulp_halve_the_breath(constitution, exertion, gulp, rounds):
    assert rounds == rules.holding_breath(constitution, exertion=exertion, gulp=gulp).rounds


def test_later_checks_are_harder_by_two_each():
    assert (0, -2, -4, -6) == rules.holding_breath(10).check_penalties


def test_more_constitution_never_means_less_breath():
    for exertion in (False, True):
        rounds = [rules.holding_breath(score, exertion=exertion).rounds for score in range(1, 26)]
        assert sorted(rounds) == rounds


@pytest.mark.parametrize("constitution", [0, 26, "13", None, True])
def test_holding_breath_refuses(constitution):
    with pytest.raises(rules.RuleError):
        rules.holding_breath(constitution)


@pytest.mark.parametrize(
    ("rest", "each"),
    [
        pytest.param("rest", 1, id="PHB chapter 9: rest"),
        pytest.param("complete bed rest", 3, id="PHB chapter 9: bed rest"),
        pytest.param("none", 0, id="PHB chapter 9: none"),
    ],
)
def test_healing_each_day(rest, each):
    assert [each * days for days in (1, 5, 30)] == [rules.healing(days, rest=rest).hit_points for days in (1, 5, 30)]


@pytest.mark.parametrize(
    ("days", "rest", "constitution", "character_class", "points"),
    [
        (7, "bed_rest", 15, None, 22),
        (7, "bed_rest", 16, None, 23),
        (6, "bed_rest", 16, None, 18),
        (14, "bed_rest", 18, "fighter", 50),
        (14, "bed_rest", 18, "mage", 46),
        (7, "bed_rest", 3, None, 21),
        (7, "rest", 18, "fighter", 7),
        (21, "bed_rest", 14, None, 63),
    ],
)
def test_constitution_counts_once_for_each_week_in_bed(days, rest, constitution, character_class, points):
    found = rules.healing(days, rest=rest, constitution=constitution, character_class=character_class)
    assert points == found.hit_points


@pytest.mark.parametrize(
    "arguments",
    [
        {"days": 0},
        {"days": 10_001},
        {"days": "7"},
        {"rest": "party"},
        {"rest": None},
        {"days": 7, "rest": "bed_rest", "constitution": 26},
        {"days": 7, "rest": "bed_rest", "constitution": 18, "character_class": "gazebo"},
    ],
    ids=str,
)
def test_healing_refuses(arguments):
    with pytest.raises(rules.RuleError):
        rules.healing(**arguments)
