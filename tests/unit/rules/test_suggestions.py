"""Lists of names that are too long begin with the nearest."""

import pytest

from rules.errors import UnknownName
from rules.suggestions import nearest_first

NAMES = "dagger, long_sword, short_sword, two_handed_sword, club, sling"


@pytest.mark.parametrize(
    ("written", "room", "told"),
    [
        ("sord", 500, f"one of: {NAMES}"),
        ("Two-handed sord", 60, "one of 6 names, the nearest of them: two_handed_sword"),
        ("dager", 50, "one of 6 names, the nearest of them: dagger"),
        (5, 50, "one of 6 names, the nearest of them: dagger"),
    ],
)
def test_nearest_name_comes_first(written, room, told):
    said = nearest_first(UnknownName("weapon", written, f"one of: {NAMES}"), room)
    assert said.startswith(told)
    assert len(said) <= max(room, len(told))


def test_other_long_texts_end_with_a_word():
    assert "dice such as ..." == nearest_first(UnknownName("dice", "x", "dice such as 3d6 or others"), 20)
