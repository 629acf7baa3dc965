"""Where things are: a grid of cells, 10 feet each, in which every floor cell belongs to one room or passage."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Final

Cell = tuple[int, int]
"""Column and row; rows grow to the south."""
Owner = tuple[str, int]
"""Whose a cell is: `room` or `passage`, and its number."""
FEET_PER_CELL: Final = 10
STEPS: Final[dict[str, Cell]] = {"N": (0, -1), "E": (1, 0), "S": (0, 1), "W": (-1, 0)}
OPPOSITE: Final = {"N": "S", "E": "W", "S": "N", "W": "E"}
AROUND: Final = tuple((x, y) for x in (-1, 0, 1) for y in (-1, 0, 1) if (x, y) != (0, 0))


@dataclass(frozen=True, slots=True)
class Opening:
    """Where a room meets a passage: the edge of `cell` (of the room) on its `side`.

    `purpose` is way, loop, locked (the lock hangs here) or secret (the hidden door hangs here).
    """

    room: int
    passage: int
    cell: Cell
    side: str
    purpose: str = "way"

    @property
    def outside(self) -> Cell:
        """The passage's cell."""
        return stepped(self.cell, self.side)


@dataclass(slots=True)
class Floor:
    """One level while it is being laid out. Rooms are named by node id; passages by their own numbers.

    `owner` has all floor cells, each with the kind and the number of what it belongs to.
    """

    rooms: dict[int, frozenset[Cell]] = field(default_factory=dict)
    passages: dict[int, set[Cell]] = field(default_factory=dict)
    passage_zone: dict[int, int] = field(default_factory=dict)
    openings: list[Opening] = field(default_factory=list)
    owner: dict[Cell, Owner] = field(default_factory=dict)
    near: dict[Cell, set[Owner]] = field(default_factory=dict)
    """What each cell is or touches, at a corner too."""
    _sums: list[int] = field(default_factory=lambda: [0, 0])
    """Of the columns and of the rows of all floor cells."""

    def put_room(self, node: int, cells: frozenset[Cell]) -> None:
        """Claim the cells for a room."""
        self.rooms[node] = cells
        self._claim(cells, ("room", node))

    def put_passage(self, number: int, cells: Iterable[Cell], zone: int) -> None:
        """Claim the cells for a passage, a new one or one that grows a branch."""
        new = list(cells)
        self.passages.setdefault(number, set()).update(new)
        self.passage_zone.setdefault(number, zone)
        self._claim(new, ("passage", number))

    def _claim(self, cells: Collection[Cell], name: Owner) -> None:
        self.owner.update(dict.fromkeys(cells, name))
        for x, y in cells:
            self._sums[0] += x
            self._sums[1] += y
        for cell in with_neighbors(cells):
            self.near.setdefault(cell, set()).add(name)

    def is_free(self, cells: Iterable[Cell]) -> bool:
        """Whether nothing is built on any of the cells."""
        return self.owner.keys().isdisjoint(cells)

    def is_way_free(self, cells: Iterable[Cell], end: Owner) -> bool:
        """Whether a passage fits: free cells that touch nothing but its end, not even at a corner."""
        alone = {end}
        return self.is_free(cells) and all(self.near.get(cell, alone) == alone for cell in cells)

    def centre(self) -> tuple[float, float]:
        """The middle of everything built so far."""
        if not self.owner:
            return 0.0, 0.0
        return self._sums[0] / len(self.owner), self._sums[1] / len(self.owner)


class Footprint:
    """The cells of a room that has no place yet, made ready to be tried in many.

    Attributes:
        cells: The room's own.
        ground: Those and the cells around them, which must all be free.
        middle: Of the cells.
    """

    def __init__(self, cells: frozenset[Cell]) -> None:
        self.cells = cells
        self.ground = tuple(with_neighbors(cells))
        self.middle = sum(x for x, _ in cells) / len(cells), sum(y for _, y in cells) / len(cells)
        self._edges: dict[str, list[Cell]] = {}

    def edge(self, side: str) -> list[Cell]:
        """The cells that are open to a side, sorted."""
        if side not in self._edges:
            dx, dy = STEPS[side]
            self._edges[side] = sorted((x, y) for x, y in self.cells if (x + dx, y + dy) not in self.cells)
        return self._edges[side]


def stepped(cell: Cell, side: str, times: int = 1) -> Cell:
    """The cell so many steps to that side."""
    dx, dy = STEPS[side]
    return cell[0] + dx * times, cell[1] + dy * times


def with_neighbors(cells: Collection[Cell]) -> set[Cell]:
    """The cells and those around them."""
    return {(x + dx, y + dy) for x, y in cells for dx, dy in AROUND}.union(cells)


def moved(cells: Iterable[Cell], dx: int, dy: int) -> frozenset[Cell]:
    """The cells somewhere else."""
    return frozenset((x + dx, y + dy) for x, y in cells)


def runs_of(cells: Iterable[Cell]) -> list[list[int]]:
    """Cells as runs `[row, first column, last column]`, sorted."""
    runs: list[list[int]] = []
    for x, y in sorted(cells, key=lambda cell: (cell[1], cell[0])):
        if runs and runs[-1][0] == y and runs[-1][2] == x - 1:
            runs[-1][2] = x
        else:
            runs.append([y, x, x])
    return runs
