"""Dice by notation and seed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rules
from rules.dice import MAX_SEED, roll_dice


@pytest.mark.parametrize(
    ("text", "written", "least", "most"),
    [
        ("3d6", "3d6", 3, 18),
        ("d20", "1d20", 1, 20),
        ("D%", "1d100", 1, 100),
        ("2d4+1", "2d4+1", 3, 9),
        ("1d8 + 1d6 - 1", "1d8+1d6-1", 1, 13),
        ("4d6kh3", "4d6kh3", 3, 18),
        ("4d6dl1", "4d6kh3", 3, 18),
        ("2d20kl1", "2d20kl1", 1, 20),
        ("2d20dh1", "2d20kl1", 1, 20),
        ("20-1d6", "20-1d6", 14, 19),
    ],
)
def test_notation_and_its_bounds(text, written, least, most):
    found = roll_dice(text, 1)
    assert (written, least, most) == (found.dice, found.minimum, found.maximum)
    totals = {roll_dice(text, seed).total for seed in range(300)}
    assert least <= min(totals) <= max(totals) <= most


@pytest.mark.parametrize("text", ["", "5", "d", "3d", "x", "3d6+", "3d6++1", "3d6kh", "d6 d6x", "1e3d6", "-", "3d6k3"])
def test_what_is_no_dice_is_refused(text):
    with pytest.raises(rules.MalformedValue, match="dice such as"):
        roll_dice(text, 1)


@pytest.mark.parametrize(
    "text", ["0d6", "1d0", "1001d6", "500d6+501d6", "1d1001", "3d6kh4", "3d6dl3", "3d6kh0", "+".join(["d6"] * 21)]
)
def test_too_much_or_too_little_is_refused(text):
    with pytest.raises(rules.OutOfTable):
        roll_dice(text, 1)


@pytest.mark.parametrize(
    ("seed", "kind"),
    [
        (True, rules.MalformedValue),
        ("1", rules.MalformedValue),
        (-1, rules.OutOfTable),
        (MAX_SEED + 1, rules.OutOfTable),
    ],
)
def test_seed_is_a_whole_number_every_reader_keeps(seed, kind):
    with pytest.raises(kind):
        roll_dice("d6", seed)


def test_rolls_of_a_seed_stay_what_they_are():
    assert ((3, 2, 4, 6), 13) == (roll_dice("4d6kh3", 7).rolls[0], roll_dice("4d6kh3", 7).total)


def test_faces_are_even():
    faces = [face for seed in range(100) for face in roll_dice("60d6", seed).rolls[0]]
    assert all(900 < faces.count(face) < 1100 for face in range(1, 7))


@given(st.text("0123456789d%+-khl ", max_size=12), st.integers(0, MAX_SEED))
def test_any_text_is_rolled_within_bounds_or_cleanly_refused(text, seed):
    try:
        found = roll_dice(text, seed)
    except rules.RuleError:
        return
    assert found.minimum <= found.total <= found.maximum
    assert found == roll_dice(found.dice, seed)
