"""Where things are: a grid of cells, 10 feet each, in which every floor cell belongs to one room or passage."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

Cell = tuple[int, int]
"""Column and row; rows grow to the south."""
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

    `taken` has all floor cells, `kept_clear` those and the cells around rooms where nothing else may be built.
    """

    rooms: dict[int, frozenset[Cell]] = field(default_factory=dict)
    passages: dict[int, set[Cell]] = field(default_factory=dict)
    passage_zone: dict[int, int] = field(default_factory=dict)
    openings: list[Opening] = field(default_factory=list)
    owner: dict[Cell, tuple[str, int]] = field(default_factory=dict)

    def put_room(self, node: int, cells: frozenset[Cell]) -> None:
        """Claim the cells for a room."""
        self.rooms[node] = cells
        self.owner.update(dict.fromkeys(cells, ("room", node)))

    def put_passage(self, number: int, cells: Iterable[Cell], zone: int) -> None:
        """Claim the cells for a passage, a new one or one that grows a branch."""
        new = list(cells)
        self.passages.setdefault(number, set()).update(new)
        self.passage_zone.setdefault(number, zone)
        self.owner.update(dict.fromkeys(new, ("passage", number)))

    def is_room_free(self, cells: Iterable[Cell], allowed: frozenset[Cell] | set[Cell] = frozenset()) -> bool:
        """Whether a room fits: no cell taken, and none next to another but those of its own way in."""
        owner = self.owner
        for x, y in cells:
            if (x, y) in owner or (x, y) in allowed:
                return False
            for dx, dy in AROUND:
                near = (x + dx, y + dy)
                if near in owner and near not in allowed:
                    return False
        return True

    def is_way_free(self, cells: Iterable[Cell], ends: set[tuple[str, int]]) -> bool:
        """Whether a passage fits: free cells that touch nothing but its ends, not even at a corner."""
        owner = self.owner
        for x, y in cells:
            if (x, y) in owner:
                return False
            for dx, dy in AROUND:
                near = owner.get((x + dx, y + dy))
                if near is not None and near not in ends:
                    return False
        return True

    def centre(self) -> tuple[float, float]:
        """The middle of everything built so far."""
        if not self.owner:
            return 0.0, 0.0
        return sum(x for x, _ in self.owner) / len(self.owner), sum(y for _, y in self.owner) / len(self.owner)


def stepped(cell: Cell, side: str, times: int = 1) -> Cell:
    """The cell so many steps to that side."""
    dx, dy = STEPS[side]
    return cell[0] + dx * times, cell[1] + dy * times


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
