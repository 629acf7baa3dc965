"""Ways that lead round: extra passages between rooms of one zone that are near on the map and far apart on foot.

Where it can be done, the first of them give a second way to the goal. Also shafts and chutes between levels, and further
ways in.
"""

import heapq
from collections import deque
from dataclasses import replace
from typing import Final

from contracts.dungeons import DungeonBrief
from workers.world_designer.dungeon.grid import AROUND, OPPOSITE, STEPS, Cell, Floor, Opening, stepped
from workers.world_designer.dungeon.layout import Layout, Stair
from workers.world_designer.prose import stream

_SHARE: Final = {"none": 0.0, "few": 0.1, "some": 0.2, "many": 0.3}
_LONGEST: Final = 16
_TURN_COST: Final = 3
_MOST_LOOKED_AT: Final = 500


def add_loops(layout: Layout, brief: DungeonBrief, seed: int, retry: int) -> Layout:
    """The layout with its loops, links between levels, and entrances."""
    rng = stream(seed, "loops", retry, brief.rooms, brief.loops)
    wanted = round(brief.rooms * _SHARE[brief.loops])
    way_to_goal = set(_ancestors(layout))
    for level, floor in sorted(layout.floors.items()):
        on_level = round(wanted * len(floor.rooms) / brief.rooms)
        pairs = sorted(_pairs(layout, level), key=lambda pair: (_rank(pair, way_to_goal), rng.random()))
        for farthest in (3, 2):
            for one, other in pairs[: 10 * on_level + 4]:
                if on_level > 0 and _steps_between(layout, floor, one, other) >= farthest:
                    on_level -= _carve(layout, floor, one, other)
    return _with_entrances(_with_links(layout, brief, seed, retry), brief, seed, retry)


def _ancestors(layout: Layout) -> list[int]:
    """The nodes from the goal back to the entrance."""
    found: list[int] = []
    node: int | None = layout.graph.goal
    while node is not None:
        found.append(node)
        node = layout.graph.nodes[node].parent
    return found


def _rank(pair: tuple[int, int], way_to_goal: set[int]) -> int:
    """0 for a pair that both stand on the way to the goal, 1 for one of them, 2 for none."""
    return 2 - sum(one in way_to_goal for one in pair)


def _pairs(layout: Layout, level: int) -> list[tuple[int, int]]:
    """Rooms of one zone that are near each other on the map."""
    rooms = layout.floors[level].rooms
    middles = {
        node: (sum(x for x, _ in cells) / len(cells), sum(y for _, y in cells) / len(cells))
        for node, cells in rooms.items()
    }
    usable = [node for node in sorted(rooms) if not layout.graph.nodes[node].is_hidden]
    return [
        (one, other)
        for index, one in enumerate(usable)
        for other in usable[index + 1 :]
        if layout.graph.nodes[one].zone == layout.graph.nodes[other].zone
        and abs(middles[one][0] - middles[other][0]) + abs(middles[one][1] - middles[other][1]) <= _LONGEST + 4
    ]


def _steps_between(layout: Layout, floor: Floor, one: int, other: int) -> int:
    """Rooms passed from one to the other on this level by what is built; 99 when there is no way."""
    ways: dict[int, set[int]] = {}
    for opening in floor.openings:
        ways.setdefault(opening.passage, set()).add(opening.room)
    ahead, seen = deque([(one, 0)]), {one}
    while ahead:
        room, steps = ahead.popleft()
        if room == other:
            return steps
        near = {each for rooms in ways.values() if room in rooms for each in rooms} - seen
        seen |= near
        ahead.extend((each, steps + 1) for each in sorted(near))
    return 99


def _carve(layout: Layout, floor: Floor, one: int, other: int) -> bool:
    """Join two rooms by the cheapest way that touches nothing else; False when there is none that is short."""
    way = _cheapest(floor, one, other)
    if way is None:
        return False
    start, cells, end = way
    number = 1 + max((number for each in layout.floors.values() for number in each.passages), default=0)
    floor.put_passage(number, cells, layout.graph.nodes[one].zone)
    floor.openings.append(Opening(one, number, *start, "loop"))
    floor.openings.append(Opening(other, number, *end, "loop"))
    return True


_Found = tuple[tuple[Cell, str], list[Cell], tuple[Cell, str]]


def _cheapest(floor: Floor, one: int, other: int) -> _Found | None:
    """The way with the fewest cells and turns: its edge of `one`, its cells, its edge of `other`."""
    begins = sorted(
        (stepped(cell, side), side, cell)
        for cell in floor.rooms[one]
        for side in STEPS
        if stepped(cell, side) not in floor.owner
    )
    tx = sum(x for x, _ in floor.rooms[other]) / len(floor.rooms[other])
    ty = sum(y for _, y in floor.rooms[other]) / len(floor.rooms[other])
    came: dict[tuple[Cell, str], tuple[Cell, str] | tuple[Cell, str, Cell]] = {}
    queue: list[tuple[float, int, Cell, str]] = []
    for cell, side, room_cell in begins:
        if _is_open(floor, cell, one, other, first=True) and (cell, side) not in came:
            came[cell, side] = (room_cell, side, room_cell)
            heapq.heappush(queue, (abs(cell[0] - tx) + abs(cell[1] - ty), 1, cell, side))
    costs = {(cell, side): 1 for _, _, cell, side in queue}
    is_open: dict[Cell, bool] = {}
    looked_at = 0
    while queue and looked_at < _MOST_LOOKED_AT:
        looked_at += 1
        _, cost, cell, side = heapq.heappop(queue)
        if cost > costs[cell, side]:
            continue
        for into in STEPS:
            if floor.owner.get(stepped(cell, into)) == ("room", other):
                return _unwound(came, cell, side, (stepped(cell, into), OPPOSITE[into]))
        for turn, (dx, dy) in STEPS.items():
            near = (cell[0] + dx, cell[1] + dy)
            total = cost + 1 + _TURN_COST * (turn != side)
            if total > _LONGEST + 2 * _TURN_COST or total >= costs.get((near, turn), 99):
                continue
            if near not in is_open:
                is_open[near] = _is_open(floor, near, one, other, first=False)
            if not is_open[near]:
                continue
            costs[near, turn] = total
            came[near, turn] = (cell, side)
            heapq.heappush(queue, (total + abs(near[0] - tx) + abs(near[1] - ty), total, near, turn))
    return None


def _is_open(floor: Floor, cell: Cell, one: int, other: int, *, first: bool) -> bool:
    """A free cell that touches nothing but, by one edge, `other` or (where the way begins) `one`."""
    owner, ends = floor.owner, {("room", one), ("room", other)}
    x, y = cell
    if cell in owner or any(owner.get((x + dx, y + dy), ("room", one)) not in ends for dx, dy in AROUND):
        return False
    near = [owner.get(stepped(cell, side)) for side in STEPS]
    return near.count(("room", one)) == first and near.count(("room", other)) <= 1


def _unwound(came: dict, cell: Cell, side: str, end: tuple[Cell, str]) -> _Found | None:  # type: ignore[type-arg]
    cells = [cell]
    before = came[cell, side]
    while len(before) == 2:
        cells.append(before[0])
        before = came[before]
    cells.reverse()
    if len(set(cells)) != len(cells) or _bends_on_itself(cells):
        return None
    return (before[2], before[1]), cells, end


def _bends_on_itself(cells: list[Cell]) -> bool:
    """Whether two cells touch that do not follow each other."""
    places = {cell: index for index, cell in enumerate(cells)}
    return any(
        abs(places.get(stepped(cell, side), index) - index) > 1 for index, cell in enumerate(cells) for side in STEPS
    )


def _with_links(layout: Layout, brief: DungeonBrief, seed: int, retry: int) -> Layout:
    """One more way between two levels where rooms of one zone lie above each other."""
    if brief.loops == "none":
        return layout
    stairs = list(layout.stairs)
    for level in sorted(layout.floors)[:-1]:
        rng = stream(seed, "links", retry, level)
        linked = {(stair.upper, stair.lower) for stair in stairs}
        usable = [
            (upper, lower, cell)
            for upper, above in sorted(layout.floors[level].rooms.items())
            for lower, below in sorted(layout.floors[level + 1].rooms.items())
            if _may_link(layout, upper, lower) and (upper, lower) not in linked
            for cell in sorted(above & below)[:1]
        ]
        taken = {stair.cell for stair in stairs}
        usable = [one for one in usable if one[2] not in taken]
        if usable:
            upper, lower, cell = rng.choice(usable)
            stairs.append(Stair(rng.choice(("shaft", "stairs", "chute")), upper, lower, level, cell))
    return replace(layout, stairs=tuple(stairs))


def _may_link(layout: Layout, upper: int, lower: int) -> bool:
    one, other = layout.graph.nodes[upper], layout.graph.nodes[lower]
    return one.zone == other.zone and not one.is_hidden and not other.is_hidden


def _with_entrances(layout: Layout, brief: DungeonBrief, seed: int, retry: int) -> Layout:
    """The first room has the entrance; further ones lie far from it, in the open zone of the first level."""
    rng = stream(seed, "entrances", retry)
    first = layout.floors[1]
    begun = sum(x for x, _ in first.rooms[0]) / len(first.rooms[0]), sum(y for _, y in first.rooms[0]) / len(first.rooms[0])
    usable = [
        node.id
        for node in layout.graph.nodes
        if node.zone == 0 and node.level == 1 and not node.is_hidden and node.id not in {0, layout.graph.goal}
    ]
    far = sorted(
        usable,
        key=lambda node: -max(abs(x - begun[0]) + abs(y - begun[1]) for x, y in first.rooms[node]),
    )
    taken = {stair.cell for stair in layout.stairs if stair.level == 1}
    entrances = []
    for node in [0, *far[: brief.entrances - 1]]:
        free = sorted(first.rooms[node] - taken) or sorted(first.rooms[node])
        entrances.append((node, rng.choice(free)))
    return replace(layout, entrances=tuple(entrances))
