"""Rooms find their places: each grows from its parent by a straight or bent way, as near to the middle as it fits.

The plane has no border while rooms are placed, so there is always room outside. Passages touch nothing but the rooms
they open into, so what is connected is exactly what was meant to be.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from contracts.dungeons import DungeonStyle
from workers.world_designer.dungeon.graph import Graph, Node, reparented
from workers.world_designer.dungeon.grid import OPPOSITE, STEPS, Cell, Floor, Footprint, Opening, Owner, moved, stepped
from workers.world_designer.dungeon.shapes import make_shape
from workers.world_designer.prose import stream

_TRIES: Final = 40
_GOOD_ENOUGH: Final = 5
_WIDEST_GAP: Final = 12


class LayoutFailed(Exception):
    """A room found no place; another try draws other shapes."""


@dataclass(frozen=True, slots=True)
class Stair:
    """A way between two levels at the same cell of both; `kind` is stairs, shaft or chute (down only)."""

    kind: str
    upper: int
    lower: int
    level: int
    cell: Cell


@dataclass(frozen=True, slots=True)
class Layout:
    """Every level's floor, the stairs between them, the ways in, and the shape names of the rooms by node."""

    graph: Graph
    style: DungeonStyle
    floors: dict[int, Floor]
    stairs: tuple[Stair, ...]
    entrances: tuple[tuple[int, Cell], ...]
    shapes: dict[int, str]


@dataclass(frozen=True, slots=True)
class _Place:
    """A possible place: the room's cells, the way's cells, and where the way begins and ends."""

    cells: frozenset[Cell]
    way: tuple[Cell, ...]
    start: Opening | int
    end: tuple[Cell, str]
    cost: float


def lay_out(graph: Graph, style: DungeonStyle, uses: dict[int, str], seed: int, retry: int) -> Layout:
    """Place all rooms.

    Args:
        graph: Which rooms there are; parents may change within a segment.
        style: Shapes and ways.
        uses: What each node is for, as far as its size depends on it.
        seed: The dungeon's.
        retry: From 0; another number, another layout.

    Raises:
        LayoutFailed: A room found no place.
    """
    floors = {level: Floor() for level in sorted({node.level for node in graph.nodes})}
    builder = _Builder(graph, style, floors, uses, seed, retry)
    for node in graph.nodes:
        builder.place(node)
    return builder.result()


class _Builder:
    def __init__(
        self, graph: Graph, style: DungeonStyle, floors: dict[int, Floor], uses: dict[int, str], seed: int, retry: int
    ) -> None:
        self._graph, self._style, self._floors, self._uses = graph, style, floors, uses
        self._about = (seed, retry, style)
        self._parents: dict[int, int] = {}
        self._shapes: dict[int, str] = {}
        self._stairs: list[Stair] = []
        self._next_passage = 1

    def place(self, node: Node) -> None:
        rng = stream(self._about[0], "place", *self._about[1:], node.id)
        floor = self._floors[node.level]
        if node.parent is None or node.gate == "stairs":
            self._place_first(node, floor, rng)
            return
        for widest in (3, 6, _WIDEST_GAP):
            self._shapes[node.id], shape = make_shape(self._style, self._uses.get(node.id, "room"), rng)
            footprint = Footprint(shape)
            for parent in self._possible_parents(node, rng):
                if self._place_by(node, parent, footprint, floor, widest, rng):
                    self._parents[node.id] = parent
                    return
        raise LayoutFailed(f"no place for room {node.id}")

    def result(self) -> Layout:
        graph = reparented(self._graph, self._parents)
        stairs = list(self._stairs)
        return Layout(graph, self._style, self._floors, tuple(stairs), (), self._shapes)

    def _place_first(self, node: Node, floor: Floor, rng: random.Random) -> None:
        """The first room of a level: around the foot of its stair."""
        self._shapes[node.id], shape = make_shape(self._style, "entry", rng)
        inside = sorted(shape)
        if node.parent is None:
            floor.put_room(node.id, shape)
            return
        upper = self._floors[node.level - 1].rooms[node.parent]
        top, foot = rng.choice(sorted(upper)), rng.choice(inside)
        floor.put_room(node.id, moved(shape, top[0] - foot[0], top[1] - foot[1]))
        self._stairs.append(Stair("stairs", node.parent, node.id, node.level - 1, top))

    def _possible_parents(self, node: Node, rng: random.Random) -> Iterator[int]:
        """The planned parent first, then others of the segment it belongs to."""
        assert node.parent is not None  # noqa: S101 - only the first node has none
        yield node.parent
        wanted = self._graph.nodes[node.parent].segment
        others = [
            one.id
            for one in self._graph.nodes[: node.id]
            if one.segment == wanted and one.id != node.parent and not one.is_hidden
        ]
        rng.shuffle(others)
        yield from others[:4]

    def _place_by(
        self, node: Node, parent: int, shape: Footprint, floor: Floor, widest: int, rng: random.Random
    ) -> bool:
        middle, leading = floor.centre(), self._leading(node, parent, floor)
        found: list[_Place] = []
        edges: dict[str, list[Cell]] = {}
        for _ in range(_TRIES):
            begin = self._beginning(node, parent, floor, leading, edges, rng)
            place = None if begin is None else self._try(begin, parent, shape, floor, widest, rng, middle)
            if place is not None:
                found.append(place)
            if len(found) >= _GOOD_ENOUGH:
                break
        if not found:
            return False
        self._build(node, parent, floor, min(found, key=lambda place: place.cost))
        return True

    def _try(
        self,
        begin: Opening | int,
        parent: int,
        shape: Footprint,
        floor: Floor,
        widest: int,
        rng: random.Random,
        middle: tuple[float, float],
    ) -> _Place | None:
        """A way drawn at random and the room at its end; None where they do not fit, as soon as that is seen."""
        way, side = self._way(begin, floor, widest, rng)
        source = ("room", parent) if isinstance(begin, Opening) else ("passage", begin)
        if len(set(way)) != len(way) or not floor.is_way_free(way, source):
            return None
        first, facing = stepped(way[-1], side), OPPOSITE[side]
        edge = shape.edge(facing)
        anchor = _middle_of(edge, facing) if self._style == "tomb" else rng.choice(edge)
        dx, dy = first[0] - anchor[0], first[1] - anchor[1]
        if not floor.is_free([(x + dx, y + dy) for x, y in shape.ground]):
            return None
        cells = moved(shape.cells, dx, dy)
        if not cells.isdisjoint(way) or not _touches_only_at_ends(way, floor, source, cells):
            return None
        x, y = shape.middle[0] + dx, shape.middle[1] + dy
        cost = abs(x - middle[0]) + abs(y - middle[1]) + len(way) + rng.random() * 3
        return _Place(cells, tuple(way), begin, (first, facing), cost)

    def _way(self, begin: Opening | int, floor: Floor, widest: int, rng: random.Random) -> tuple[list[Cell], str]:
        """The cells of a way, straight or with one bend, and the side it leads to at its end."""
        if isinstance(begin, Opening):
            side, way, least = begin.side, [begin.outside], 0
        else:
            here, side = rng.choice(sorted(floor.passages[begin])), rng.choice("NESW")
            way, least = [stepped(here, side)], 1
        _go_on(way, side, rng.randint(least, widest - 1))
        if self._style != "tomb" and rng.random() < 0.35:
            side = rng.choice("EW" if side in "NS" else "NS")
            _go_on(way, side, rng.randint(1, widest))
        if len(way) > 1 and self._style == "cave" and rng.random() < 0.4:
            way = _wriggled(way, rng)
        return way, side

    def _leading(self, node: Node, parent: int, floor: Floor) -> list[int]:
        """The passages that lead to the parent already and may get a branch."""
        if node.gate == "secret" or self._style == "cave":
            return []
        zone = self._graph.nodes[parent].zone
        leading = {one.passage for one in floor.openings if one.room == parent and one.purpose == "way"}
        return [one for one in sorted(leading) if floor.passage_zone[one] == zone and len(floor.passages[one]) > 1]

    def _beginning(
        self,
        node: Node,
        parent: int,
        floor: Floor,
        leading: list[int],
        edges: dict[str, list[Cell]],
        rng: random.Random,
    ) -> Opening | int | None:
        """An edge of the parent's, or (a number) a passage that leads there already; None where all is built up.

        `edges` keeps the parent's free cells by side from one try to the next.
        """
        if leading and rng.random() < 0.4:
            return rng.choice(leading)
        side = rng.choice("NESW")
        if side not in edges:
            (dx, dy), owner = STEPS[side], floor.owner
            edges[side] = sorted((x, y) for x, y in floor.rooms[parent] if (x + dx, y + dy) not in owner)
        if not (edge := edges[side]):
            return None
        cell = _middle_of(edge, side) if self._style == "tomb" and rng.random() < 0.7 else rng.choice(edge)
        purpose = "secret" if node.gate == "secret" else "way"
        return Opening(parent, self._next_passage, cell, side, purpose)

    def _build(self, node: Node, parent: int, floor: Floor, place: _Place) -> None:
        floor.put_room(node.id, place.cells)
        if isinstance(place.start, Opening):
            number = self._next_passage
            self._next_passage += 1
            floor.openings.append(replace(place.start, passage=number))
        else:
            number = place.start
        # What lies behind a secret door belongs to the hidden room; what leads up to a lock is still before it.
        zone = self._graph.nodes[parent].zone if node.gate != "secret" else -1 - node.id
        floor.put_passage(number, place.way, zone)
        floor.openings.append(Opening(node.id, number, *place.end, "locked" if node.gate == "locked" else "way"))


def _go_on(way: list[Cell], side: str, times: int) -> None:
    """Lengthen the way by so many cells to that side."""
    (x, y), (dx, dy) = way[-1], STEPS[side]
    way += [(x + dx * step, y + dy * step) for step in range(1, times + 1)]


def _wriggled(way: list[Cell], rng: random.Random) -> list[Cell]:
    """A way with one step aside in its middle, as water would have cut it."""
    if len(way) < 3:
        return way
    side = rng.choice("EW" if way[-2][0] == way[-1][0] else "NS")
    at = rng.randint(1, len(way) - 2)
    dx, dy = STEPS[side]
    return [*way[: at + 1], *((x + dx, y + dy) for x, y in way[at:])]


def _middle_of(edge: list[Cell], side: str) -> Cell:
    """The cell in the middle of an edge: nearest to its mean."""
    axis = 0 if side in "NS" else 1
    outermost = max if side in "SE" else min
    far = outermost(cell[1 - axis] for cell in edge)
    line = sorted(cell for cell in edge if cell[1 - axis] == far)
    return line[len(line) // 2]


def _touches_only_at_ends(way: list[Cell], floor: Floor, source: Owner, cells: frozenset[Cell]) -> bool:
    """One edge with what it begins at and one with the new room, no other; and the way does not touch itself."""
    owner, last = floor.owner, len(way) - 1
    for index, (x, y) in enumerate(way):
        near = ((x, y - 1), (x + 1, y), (x, y + 1), (x - 1, y))
        if len(cells.intersection(near)) != (index == last):
            return False
        if [*map(owner.get, near)].count(source) != (index == 0):
            return False
        if len(set(near).intersection(way)) > 2:
            return False
    return True
