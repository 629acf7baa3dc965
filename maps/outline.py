"""Walls as lines: traced round every room and passage, open at doors, and rough where the rock is natural.

A wall that two regions share is one line. Walls end at door posts and nowhere else, so the walls of a region and its
doors together are closed.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from maps.regions import SIDES, Cell, LevelView, Region

Point = tuple[float, float]
"""Column and row in cells; a cell reaches from its own numbers to the next."""
Corner = tuple[int, int]
Edge = tuple[Corner, Corner]
_ROUGHNESS: Final = 0.17
_EDGES: Final[dict[str, tuple[Corner, Corner]]] = {
    "N": ((0, 0), (1, 0)),
    "E": ((1, 0), (1, 1)),
    "S": ((1, 1), (0, 1)),
    "W": ((0, 1), (0, 0)),
}


@dataclass(frozen=True, slots=True)
class Outline:
    """Lines of one level.

    Attributes:
        walls: Open lines from door post to door post, and closed ones (first point again at the end).
        floors: Closed lines round each region, by region id; a region with a pillar of rock has several.
        doors: Each door's two posts, by door id.
    """

    walls: tuple[tuple[Point, ...], ...]
    floors: Mapping[str, tuple[tuple[Point, ...], ...]]
    doors: Mapping[str, tuple[Point, Point]]


def trace(view: LevelView) -> Outline:
    """The outline of a level as a view shows it."""
    doors = {door["id"]: door_edge(door) for door in view.doors}
    door_edges = {_sorted(edge) for edge in doors.values()}
    loops = {region.id: list(_loops(region)) for region in view.regions}
    pinned = _pinned(loops, door_edges)
    rough = view.style == "cave"
    walls: dict[frozenset[Corner] | tuple[Corner, ...], tuple[Point, ...]] = {}
    floors: dict[str, tuple[tuple[Point, ...], ...]] = {}
    for name, region_loops in loops.items():
        closed = []
        for loop in region_loops:
            whole: list[Point] = []
            for piece in _pieces(loop, pinned):
                line = _line(piece, rough=rough, pinned=pinned)
                whole += line[:-1]
                is_door = len(piece) == 2 and _sorted((piece[0], piece[1])) in door_edges
                if not is_door:
                    walls.setdefault(frozenset(piece) if len(set(piece)) > 2 else tuple(sorted(piece)), line)
            closed.append((*whole, whole[0]))
        floors[name] = tuple(closed)
    ends = {name: (_as_point(edge[0]), _as_point(edge[1])) for name, edge in doors.items()}
    return Outline(tuple(walls.values()), floors, ends)


def door_edge(door: Mapping[str, Any]) -> Edge:
    """The two corners between which a door hangs."""
    x, y = door["at"]
    (ax, ay), (bx, by) = _EDGES[door["side"]]
    return (x + ax, y + ay), (x + bx, y + by)


def _loops(region: Region) -> Iterator[list[Corner]]:
    """The corners round a region, clockwise; holes run the other way. The first corner is not repeated."""
    ahead: dict[Corner, list[Corner]] = {}
    for x, y in sorted(region.cells):
        for side, (dx, dy) in SIDES.items():
            if (x + dx, y + dy) not in region.cells:
                (ax, ay), (bx, by) = _EDGES[side]
                ahead.setdefault((x + ax, y + ay), []).append((x + bx, y + by))
    while ahead:
        start = min(ahead)
        loop, here, before = [start], start, None
        while True:
            there = _next(ahead, here, before)
            before, here = here, there
            if here == start:
                break
            loop.append(here)
        yield loop


def _next(ahead: dict[Corner, list[Corner]], here: Corner, before: Corner | None) -> Corner:
    """Where the line goes on; where two cells touch at a corner it turns right and stays with its own."""
    ways = ahead[here]
    if before is not None and len(ways) > 1:
        dx, dy = here[0] - before[0], here[1] - before[1]
        right = (here[0] - dy, here[1] + dx)
        chosen = right if right in ways else ways[0]
    else:
        chosen = ways[0]
    ways.remove(chosen)
    if not ways:
        del ahead[here]
    return chosen


def _pinned(loops: Mapping[str, Sequence[Sequence[Corner]]], door_edges: set[Edge]) -> set[Corner]:
    """Corners that stay where they are: door posts, and where more than two lines meet."""
    edges = {
        _sorted((one, other))
        for region_loops in loops.values()
        for loop in region_loops
        for one, other in zip(loop, [*loop[1:], loop[0]], strict=True)
    }
    meeting = Counter(corner for edge in edges for corner in edge)
    return {corner for corner, lines in meeting.items() if lines != 2} | {
        corner for edge in door_edges for corner in edge
    }


def _pieces(loop: Sequence[Corner], pinned: set[Corner]) -> Iterator[list[Corner]]:
    """The loop cut at its pinned corners; whole (closed) when it has none."""
    starts = [index for index, corner in enumerate(loop) if corner in pinned]
    if not starts:
        yield [*loop, loop[0]]
        return
    around = [*loop[starts[0] :], *loop[: starts[0]], loop[starts[0]]]
    piece = [around[0]]
    for corner in around[1:]:
        piece.append(corner)
        if corner in pinned:
            yield piece
            piece = [corner]


def _line(piece: Sequence[Corner], *, rough: bool, pinned: set[Corner]) -> tuple[Point, ...]:
    if rough and len(piece) > 2:
        return _smoothed([_roughened(corner, pinned) for corner in piece])
    return _straightened([_as_point(corner) for corner in piece])


def _straightened(points: Sequence[Point]) -> tuple[Point, ...]:
    """Without the points in the middle of a straight stretch."""
    kept = [points[0]]
    for before, here, after in zip(points, points[1:], points[2:], strict=False):
        if (here[0] - before[0]) * (after[1] - here[1]) != (here[1] - before[1]) * (after[0] - here[0]):
            kept.append(here)
    return (*kept, points[-1])


def _roughened(corner: Corner, pinned: set[Corner]) -> Point:
    """The corner a little off, always by the same way, so that neighbors agree."""
    if corner in pinned:
        return _as_point(corner)
    digest = hashlib.sha256(repr(corner).encode()).digest()
    return (
        corner[0] + _ROUGHNESS * (digest[0] / 127.5 - 1),
        corner[1] + _ROUGHNESS * (digest[1] / 127.5 - 1),
    )


def _smoothed(points: list[Point]) -> tuple[Point, ...]:
    """Corners cut twice (Chaikin); the ends stay, and a closed line stays closed."""
    is_closed = points[0] == points[-1]
    for _ in range(2):
        cut: list[Point] = [] if is_closed else [points[0]]
        for (ax, ay), (bx, by) in pairwise(points):
            cut += [(0.75 * ax + 0.25 * bx, 0.75 * ay + 0.25 * by), (0.25 * ax + 0.75 * bx, 0.25 * ay + 0.75 * by)]
        points = [*cut, cut[0]] if is_closed else [*cut, points[-1]]
    return tuple((round(x, 3), round(y, 3)) for x, y in points)


def _as_point(corner: Corner) -> Point:
    return float(corner[0]), float(corner[1])


def _sorted(edge: tuple[Corner, Corner]) -> Edge:
    return (edge[0], edge[1]) if edge[0] <= edge[1] else (edge[1], edge[0])


def area(loop: Sequence[Point]) -> float:
    """Twice the signed area: positive for what runs clockwise on the map, so for floors and not for their holes."""
    return sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairwise(loop))


__all__ = ["Cell", "Outline", "Point", "area", "door_edge", "trace"]
