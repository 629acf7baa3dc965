"""The cheapest passage between two rooms that are built already: A*, in which a turn costs as much as three cells."""

import heapq
from collections.abc import Iterator
from typing import Final

from workers.world_designer.dungeon.grid import OPPOSITE, STEPS, Cell, Floor, Owner, stepped

LONGEST: Final = 16
"""Cells a passage may have, a few turns included."""
_TURN_COST: Final = 3
_MOST_COST: Final = LONGEST + 2 * _TURN_COST
_MOST_LOOKED_AT: Final = 500
Edge = tuple[Cell, str]
"""A room's cell, and the side on which the passage begins."""
Way = tuple[Edge, list[Cell], Edge]
_State = tuple[Cell, str]
"""Where the search is, and which way it came."""


class Search:
    """Looks for a way from one room to another that touches nothing else.

    Args:
        floor: What is built.
        one: The room to begin at, by node.
        other: The room to end at.
    """

    def __init__(self, floor: Floor, one: int, other: int) -> None:
        self._floor, self._rooms = floor, floor.rooms[one]
        self._one: Owner = ("room", one)
        self._other: Owner = ("room", other)
        self._ends = {self._one, self._other}
        columns, rows = zip(*floor.rooms[other], strict=True)
        self._goal = sum(columns) / len(columns), sum(rows) / len(rows)
        self._box: tuple[int, int, int, int] = min(columns), max(columns), min(rows), max(rows)
        self._costs: dict[_State, int] = {}
        self._before: dict[_State, _State | None] = {}
        self._queue: list[tuple[float, int, Cell, str]] = []
        self._is_open: dict[Cell, bool] = {}
        self._beside_goal: set[Cell] = set()

    def cheapest(self) -> Way | None:
        """The way, from the edge of the one room to that of the other; None when there is none that is short."""
        for state in self._beginnings():
            self._reach(state, 1, None)
        for _ in range(_MOST_LOOKED_AT):
            if not self._queue:
                return None
            _, cost, cell, side = heapq.heappop(self._queue)
            if cost > self._costs[cell, side]:
                continue
            if cell in self._beside_goal:
                return self._unwound((cell, side), self._end_beside(cell))
            self._go_on(cell, side, cost)
        return None

    def _beginnings(self) -> Iterator[_State]:
        owner = self._floor.owner
        for cell in sorted(self._rooms):
            for side in STEPS:
                first = stepped(cell, side)
                if first not in owner and self._at_least(first) < _MOST_COST and self._may_pass(first, is_first=True):
                    yield first, side

    def _go_on(self, cell: Cell, side: str, cost: int) -> None:
        (x, y), is_open, costs = cell, self._is_open, self._costs
        for turn, (dx, dy) in STEPS.items():
            near = (x + dx, y + dy)
            total = cost + 1 if turn == side else cost + 1 + _TURN_COST
            if is_open.get(near) is False or total >= costs.get((near, turn), _MOST_COST + 1):
                continue
            if total + self._at_least(near) > _MOST_COST:
                continue
            if near not in is_open:
                is_open[near] = self._may_pass(near, is_first=False)
            if is_open[near]:
                self._reach((near, turn), total, (cell, side))

    def _at_least(self, cell: Cell) -> int:
        """Cells that are still to be built before one lies beside the goal, if nothing is in the way."""
        (x, y), (left, right, top, bottom) = cell, self._box
        return max(0, left - x, x - right) + max(0, top - y, y - bottom) - 1

    def _reach(self, state: _State, cost: int, before: _State | None) -> None:
        (x, y), side = state
        self._costs[state], self._before[state] = cost, before
        left = abs(x - self._goal[0]) + abs(y - self._goal[1])
        heapq.heappush(self._queue, (cost + left, cost, (x, y), side))

    def _may_pass(self, cell: Cell, *, is_first: bool) -> bool:
        """A free cell that touches nothing but, by one edge, the end or (where the way begins) the beginning."""
        owner = self._floor.owner
        if cell in owner:
            return False
        if not (touched := self._floor.near.get(cell)):
            return not is_first
        if not touched <= self._ends:
            return False
        (x, y), get = cell, owner.get
        near = [get((x, y - 1)), get((x + 1, y)), get((x, y + 1)), get((x - 1, y))]
        if near.count(self._one) != is_first or near.count(self._other) > 1:
            return False
        if self._other in near:
            self._beside_goal.add(cell)
        return True

    def _end_beside(self, cell: Cell) -> Edge:
        """The edge of the room to end at on which a cell lies that is beside it."""
        owner, (x, y) = self._floor.owner, cell
        for side, (dx, dy) in STEPS.items():
            if owner.get((x + dx, y + dy)) == self._other:
                return (x + dx, y + dy), OPPOSITE[side]
        raise AssertionError(f"{cell} does not lie beside the room")

    def _unwound(self, state: _State, end: Edge) -> Way | None:
        """The cells in walking order; None for a way that comes back beside itself."""
        cells: list[Cell] = []
        here: _State | None = state
        side = state[1]
        while here is not None:
            cells.append(here[0])
            side, here = here[1], self._before[here]
        cells.reverse()
        if len(set(cells)) != len(cells) or _bends_on_itself(cells):
            return None
        return (stepped(cells[0], OPPOSITE[side]), side), cells, end


def _bends_on_itself(cells: list[Cell]) -> bool:
    """Whether two cells touch that do not follow each other."""
    places = {cell: index for index, cell in enumerate(cells)}
    return any(
        abs(places.get(stepped(cell, side), index) - index) > 1 for index, cell in enumerate(cells) for side in STEPS
    )
