"""The proof finds what is wrong with a dungeon: each way to break one is broken on purpose."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from contracts.dungeons import DungeonBrief
from workers.world_designer.dungeon.checker import prove
from workers.world_designer.dungeon.generate import generate_dungeon

Document = dict[str, Any]
WHOLE = generate_dungeon(DungeonBrief(rooms=40, theme="keep", style="built", loops="none"), 4)


def room_of(document: Document, number: int) -> Document:
    return next(room for room in document["rooms"] if room["number"] == number)


def wall_up_the_goal(document: Document) -> None:
    goal = document["goal"]["room"]
    document["doors"] = [door for door in document["doors"] if door["room"] != goal]


def hide_the_goal(document: Document) -> None:
    for door in document["doors"]:
        if door["room"] == document["goal"]["room"]:
            door["kind"] = "secret"


def swallow_a_key(document: Document) -> None:
    holder = next(room for room in document["rooms"] if room["keys"])
    holder["keys"] = []


def put_a_key_behind_its_own_lock(document: Document) -> None:
    holder = next(room for room in document["rooms"] if room["keys"])
    last = room_of(document, document["goal"]["room"])
    last["keys"], holder["keys"] = holder["keys"], []


def overlap_two_rooms(document: Document) -> None:
    one, other = document["rooms"][:2]
    other["cells"] = [*other["cells"], one["cells"][0]]


def cut_a_room_in_two(document: Document) -> None:
    document["rooms"][0]["cells"].append([0, 0, 0])


def lead_a_door_to_nothing(document: Document) -> None:
    door = document["doors"][0]
    door["side"] = {"N": "S", "S": "N", "E": "W", "W": "E"}[door["side"]]


def shift_a_stair(document: Document) -> None:
    document["stairs"][0]["at"] = [0, 0]


def lose_experience(document: Document) -> None:
    document["totals"]["experience"]["total"] -= 1


def lose_a_coin(document: Document) -> None:
    next(room for room in document["rooms"] if room["treasure"])["treasure"]["coins"]["gp"] = 1_000_000


def lose_magic(document: Document) -> None:
    document["totals"]["magic_items"] += 1


def number_a_room_twice(document: Document) -> None:
    document["rooms"][5]["number"] = document["rooms"][6]["number"]


def point_nowhere(document: Document) -> None:
    document["rooms"][0]["clues"].append({"about": "trap", "room": 99, "text": "?"})


def put_the_entrance_outside(document: Document) -> None:
    document["entrances"].append({"room": 1, "level": 1, "at": [0, 0], "kind": "stairs up"})


def test_a_whole_dungeon_has_no_problems() -> None:
    assert [] == prove(WHOLE)["problems"]
    assert prove(WHOLE) == WHOLE["proof"]


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (wall_up_the_goal, "cannot be reached"),
        (hide_the_goal, "by secret doors alone"),
        (swallow_a_key, "whose key is not found"),
        (put_a_key_behind_its_own_lock, "whose key is not found"),
        (overlap_two_rooms, "overlaps"),
        (cut_a_room_in_two, "in pieces"),
        (lead_a_door_to_nothing, "joins"),
        (shift_a_stair, "is not in room"),
        (lose_experience, "creatures are worth"),
        (lose_a_coin, "treasure is worth"),
        (lose_magic, "magical items"),
        (number_a_room_twice, "not numbered from 1"),
        (point_nowhere, "spoken of and is not there"),
        (put_the_entrance_outside, "entrance is not in room 1"),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_what_is_broken_is_found(spoil: Callable[[Document], None], told: str) -> None:
    broken = copy.deepcopy(WHOLE)
    spoil(broken)
    proof = prove(broken)

    assert not proof["holds"]
    assert told in "; ".join(proof["problems"])
