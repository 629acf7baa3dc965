"""Puts a dungeon together as one JSON value (contracts/v1/content/dungeon.json)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from workers.world_designer.dungeon.doors import Door, feet
from workers.world_designer.dungeon.grid import Cell, runs_of
from workers.world_designer.dungeon.layout import Layout

_SIDES: Final = {"N": "north", "E": "east", "S": "south", "W": "west"}


class Frame:
    """Moves all levels alike so that everything begins one cell from the corner; stairs stay above each other."""

    def __init__(self, layout: Layout) -> None:
        cells = [cell for floor in layout.floors.values() for cell in floor.owner]
        self._dx, self._dy = 1 - min(x for x, _ in cells), 1 - min(y for _, y in cells)

    def cell(self, cell: Cell) -> list[int]:
        """Column and row in the document."""
        return [cell[0] + self._dx, cell[1] + self._dy]

    def cells(self, cells: Sequence[Cell] | frozenset[Cell] | set[Cell]) -> set[Cell]:
        """The same for many."""
        return {(x + self._dx, y + self._dy) for x, y in cells}


def passage_ids(layout: Layout) -> dict[int, str]:
    """`p1`, `p2` ... by the builder's number, over all levels."""
    numbers = sorted(number for floor in layout.floors.values() for number in floor.passages)
    return {number: f"p{index + 1}" for index, number in enumerate(numbers)}


def levels_of(layout: Layout, numbers: Mapping[int, int], ids: Mapping[int, str], frame: Frame) -> list[dict[str, Any]]:
    """Each level's size in cells and its passages."""
    found = []
    for level, floor in sorted(layout.floors.items()):
        cells = frame.cells(set(floor.owner))
        found.append(
            {
                "level": level,
                "width": max(x for x, _ in cells) + 2,
                "height": max(y for _, y in cells) + 2,
                "rooms": sorted(numbers[node] for node in floor.rooms),
                "passages": [
                    {"id": ids[number], "feet": feet(len(cells)), "cells": runs_of(frame.cells(cells))}
                    for number, cells in sorted(floor.passages.items())
                ],
            }
        )
    return found


def geometry_of(layout: Layout, node: int, frame: Frame) -> dict[str, Any]:
    """A room's level, shape, size and cells."""
    level = layout.graph.nodes[node].level
    cells = frame.cells(layout.floors[level].rooms[node])
    width = 1 + max(x for x, _ in cells) - min(x for x, _ in cells)
    height = 1 + max(y for _, y in cells) - min(y for _, y in cells)
    return {
        "level": level,
        "shape": layout.shapes[node],
        "width_feet": feet(width),
        "height_feet": feet(height),
        "cells": runs_of(cells),
    }


def doors_of(doors: Sequence[Door], frame: Frame) -> list[dict[str, Any]]:
    """All doors; `at` is the room's cell, the passage lies on `side` of it."""
    return [
        {
            "id": door.id,
            "level": door.level,
            "at": frame.cell(door.cell),
            "side": door.side,
            "kind": door.kind,
            "room": door.room,
            "passage": door.passage,
            **door.facts,
        }
        for door in doors
    ]


def exits_of(room: int, doors: Sequence[Mapping[str, Any]], lengths: Mapping[str, int]) -> list[dict[str, Any]]:
    """The ways out of a room, clockwise from the north: which door, and the rooms its passage leads to."""
    found = []
    for door in doors:
        if door["room"] == room:
            to = sorted({other["room"] for other in doors if other["passage"] == door["passage"]} - {room})
            found.append(
                {
                    "door": door["id"],
                    "side": _SIDES[door["side"]],
                    "kind": door["kind"],
                    "leads_to": to,
                    "feet": lengths[door["passage"]],
                }
            )
    return sorted(found, key=lambda one: (list(_SIDES.values()).index(one["side"]), one["door"]))


def stairs_of(layout: Layout, numbers: Mapping[int, int], frame: Frame) -> list[dict[str, Any]]:
    """Ways between levels; `at` is the same cell of both."""
    return [
        {
            "id": f"s{index + 1}",
            "kind": stair.kind,
            "at": frame.cell(stair.cell),
            "upper": {"level": stair.level, "room": numbers[stair.upper]},
            "lower": {"level": stair.level + 1, "room": numbers[stair.lower]},
            "one_way": stair.kind == "chute",
        }
        for index, stair in enumerate(layout.stairs)
    ]


def entrances_of(layout: Layout, numbers: Mapping[int, int], frame: Frame) -> list[dict[str, Any]]:
    """Ways in from outside, the main one first."""
    kinds = {
        "cave": ("cave mouth", "sinkhole"),
        "built": ("stairs up", "broken well shaft"),
        "tomb": ("stairs up", "robbers' shaft"),
    }
    main, other = kinds[layout.style]
    return [
        {"room": numbers[node], "level": 1, "at": frame.cell(cell), "kind": other if index else main}
        for index, (node, cell) in enumerate(layout.entrances)
    ]
