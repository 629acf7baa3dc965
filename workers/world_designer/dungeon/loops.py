"""Ways that lead round: extra passages between rooms of one zone that are near on the map and far apart on foot.

Where it can be done, the first of them give a second way to the goal. Also shafts and chutes between levels, and
further ways in.
"""

from collections import deque
from dataclasses import replace
from typing import Final

from contracts.dungeons import DungeonBrief
from workers.world_designer.dungeon.grid import Floor, Opening
from workers.world_designer.dungeon.layout import Layout, Stair
from workers.world_designer.dungeon.search import LONGEST, Search
from workers.world_designer.prose import stream

_SHARE: Final = {"none": 0.0, "few": 0.1, "some": 0.2, "many": 0.3}


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
                if on_level > 0 and _steps_between(floor, one, other) >= farthest:
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
        and abs(middles[one][0] - middles[other][0]) + abs(middles[one][1] - middles[other][1]) <= LONGEST + 4
    ]


def _steps_between(floor: Floor, one: int, other: int) -> int:
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
    way = Search(floor, one, other).cheapest()
    if way is None:
        return False
    start, cells, end = way
    number = 1 + max((number for each in layout.floors.values() for number in each.passages), default=0)
    floor.put_passage(number, cells, layout.graph.nodes[one].zone)
    floor.openings.append(Opening(one, number, *start, "loop"))
    floor.openings.append(Opening(other, number, *end, "loop"))
    return True


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
    begun = (
        sum(x for x, _ in first.rooms[0]) / len(first.rooms[0]),
        sum(y for _, y in first.rooms[0]) / len(first.rooms[0]),
    )
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
