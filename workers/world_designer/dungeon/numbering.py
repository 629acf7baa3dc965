"""Room numbers in walking order: level by level, the nearest unvisited room first, what lies behind a lock last."""

from workers.world_designer.dungeon.grid import Floor
from workers.world_designer.dungeon.layout import Layout


def number_rooms(layout: Layout) -> dict[int, int]:
    """Room numbers from 1 by node id; the entrance is 1."""
    order: list[int] = []
    for level, floor in sorted(layout.floors.items()):
        start = 0 if level == 1 else next(one.lower for one in layout.stairs if one.level == level - 1)
        order += _walk(layout, floor, start)
    return {node: index + 1 for index, node in enumerate(order)}


def _walk(layout: Layout, floor: Floor, start: int) -> list[int]:
    """Depth first through the openings of one level; each zone to its end before the next."""
    nodes = layout.graph.nodes
    order: list[int] = []
    waiting = [start]
    while waiting:
        lowest = min(nodes[node].zone for node in waiting)
        room = next(node for node in reversed(waiting) if nodes[node].zone == lowest)
        waiting = [node for node in waiting if node != room]
        order.append(room)
        ways = [opening.passage for opening in floor.openings if opening.room == room]
        near = {
            opening.room: len(floor.passages[opening.passage])
            for opening in floor.openings
            if opening.passage in ways and opening.room not in order
        }
        ahead = sorted(near, key=lambda node: (not nodes[node].is_hidden, -near[node], -node))
        # The hidden ones come right after the room they are found from, then the nearest.
        hidden = [node for node in ahead if nodes[node].is_hidden]
        rest = [node for node in ahead if not nodes[node].is_hidden]
        waiting = [node for node in waiting if node not in near] + rest + hidden
    return order
