"""Themes: checked at load, and rich enough that rooms of one theme do not repeat each other."""

import json
import random
import re
import shutil
from collections import Counter
from pathlib import Path

import pytest
from pydantic import ValidationError

from core.errors import InvalidInput
from rules import default_bestiary
from workers.world_designer import themes
from workers.world_designer.dungeon.wording import describe
from workers.world_designer.dungeon.words import own
from workers.world_designer.vocabulary.themes import FOLDER, load_themes

ALL = sorted(themes.themes())


def rooms_of(theme: str, *, told: bool = False, count: int = 200) -> list[list[str]]:
    """Rooms of many sizes and functions, each from a random source of its own; with `told`, each knows the others'."""
    made: list[list[str]] = []
    for number in range(count):
        function = themes.FUNCTIONS[number % 12] if number % 3 else None
        size = (10 * (1 + number % 6), 10 * (1 + number % 5))
        known = [sentence for room in made for sentence in room] if told else []
        rng = random.Random(f"{theme}/{number}")
        made.append(themes.describe_room(themes.themes()[theme], rng, size=size, function=function, told=known))
    return made


def share_that_repeats(rooms: list[list[str]]) -> float:
    """The part of the rooms that have a sentence which another room has too."""
    counted = Counter(sentence for room in rooms for sentence in room)
    return sum(any(counted[sentence] > 1 for sentence in room) for room in rooms) / len(rooms)


def test_there_are_at_least_twelve_themes() -> None:
    assert len(ALL) >= 12


@pytest.mark.parametrize("theme", ALL)
def test_of_200_rooms_no_two_are_equal_and_fewer_than_2_percent_share_a_sentence(theme: str) -> None:
    rooms = rooms_of(theme)

    assert len({" ".join(room) for room in rooms}) == 200
    assert share_that_repeats(rooms) < 0.02


@pytest.mark.parametrize("theme", sorted(own("settings")["themes"]))
def test_rooms_of_dungeons_do_not_repeat_each_other_either(theme: str) -> None:
    style = own("settings")["themes"][theme]["styles"][0]
    names = own("settings")["rooms"][style]
    rooms = []
    for number in range(200):
        function = themes.FUNCTIONS[number % 12]
        rng, size = random.Random(f"{theme}/{number}"), (10 * (2 + number % 6), 10 * (2 + number % 5))
        name = names[function][number // 12 % len(names[function])]
        told = describe(theme, name, function, size, None, "people", rng)
        rooms.append([*re.split(r"(?<=\.) ", told.read_aloud), told.trace])

    assert len({" ".join(room) for room in rooms}) == 200
    assert share_that_repeats(rooms) < 0.02


def test_rooms_that_know_what_was_told_never_repeat_a_sentence() -> None:
    assert share_that_repeats(rooms_of("crypt", told=True)) == 0


@pytest.mark.parametrize("theme", ALL)
def test_rooms_are_short_enough_to_read_aloud_and_have_no_gaps(theme: str) -> None:
    for room in rooms_of(theme, count=60):
        text = " ".join(room)
        assert 55 <= len(text.split()) <= 130
        assert not set("{}|$") & set(text)
        assert "  " not in text
        assert all(sentence[0].isupper() and sentence.endswith(".") for sentence in room)


def test_the_same_random_state_gives_the_same_room() -> None:
    crypt = themes.theme_named("Crypt")

    first, again = (themes.describe_room(crypt, random.Random(7), function="vault") for _ in range(2))

    assert first == again


@pytest.mark.parametrize("theme", ALL)
def test_residents_are_creatures_of_the_bestiary(theme: str) -> None:
    known = default_bestiary().creatures

    assert [name for name in themes.themes()[theme].all_residents if name not in known] == []


def test_residents_leave_their_signs() -> None:
    cave = themes.theme_named("cavern")

    room = themes.describe_room(cave, random.Random(1), residents="goblins", kin="people")

    assert "goblins" in room[-1].lower()


def test_a_theme_is_found_by_a_word_of_the_prompt() -> None:
    found = themes.theme_in("the old mage's tower above ashford")

    assert found is not None
    assert found.id == "wizards_tower"


def test_an_unknown_theme_names_those_there_are() -> None:
    with pytest.raises(InvalidInput, match="crypt"):
        themes.theme_named("disco")


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("spaces", ["a vault"], "at least 7"),
        ("features", ["a bier stands there"] * 12, "exactly the slots where"),
        ("airs", ["the air is {thick|thin"] * 7, "whole"),
        ("style", "baroque", "built"),
        ("id", "tomb", "one name"),
        ("color", "gray", "not permitted"),
    ],
)
def test_a_theme_that_does_not_hold_is_refused_by_its_field(
    field: str, value: object, told: str, tmp_path: Path
) -> None:
    shutil.copy(FOLDER / "crypt.json", tmp_path)
    raw = json.loads((tmp_path / "crypt.json").read_text())
    (tmp_path / "crypt.json").write_text(json.dumps(raw | {field: value}))

    with pytest.raises((ValidationError, ValueError), match=told):
        load_themes(tmp_path)
