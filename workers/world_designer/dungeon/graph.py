"""The abstract graph: rooms as nodes in a tree, zones behind locked gates, hidden leaves, and what each room is for.

Nodes are made in order and cut into segments, one for each zone on each level; a segment hangs on an earlier one by one
edge, a locked gate or a stair. So everything of a zone is reached before the gate that ends it, and the key to a gate
can lie anywhere in the zone before.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from contracts.dungeons import DungeonBrief
from workers.world_designer.prose import stream

Gate = Literal["open", "locked", "secret", "stairs"]
_ROOMS_PER_LEVEL: Final = 30
_HIDDEN_SHARE: Final = {"none": 0.0, "few": 0.05, "some": 0.1}
_MOST_CHILDREN: Final = 3


@dataclass(frozen=True, slots=True)
class Node:
    """A room before it has a place.

    Attributes:
        parent: The node it is reached from; None for the first.
        gate: What the way from the parent is.
        zone: 0 for what is open from the start, 1 for what lies behind the first lock, and so on.
        level: From 1, downwards.
    """

    id: int
    parent: int | None
    gate: Gate
    zone: int
    level: int
    segment: int
    depth: int

    @property
    def is_hidden(self) -> bool:
        """Whether the only sure way in is a secret door."""
        return self.gate == "secret"


@dataclass(frozen=True, slots=True)
class Graph:
    """The rooms and their order; `keys` has the node that holds the key to each zone from 1 up."""

    nodes: tuple[Node, ...]
    goal: int
    keys: dict[int, int]


def make_graph(brief: DungeonBrief, seed: int, retry: int) -> Graph:
    """The rooms of a brief, their zones, levels and gates; nothing has a place yet."""
    rng = stream(seed, "graph", retry, brief.rooms, brief.levels, brief.secrets)
    levels = min(brief.levels or 1 + (brief.rooms - 1) // _ROOMS_PER_LEVEL, brief.rooms // 4)
    starts = [round(brief.rooms * level / levels) for level in range(levels)]
    gates = _gate_starts(brief.rooms, starts, rng)
    hidden = round(brief.rooms * _HIDDEN_SHARE[brief.secrets]) if brief.secrets != "none" else 0
    nodes = _grow(brief.rooms, starts, gates, max(hidden, int(brief.secrets == "some")), rng)
    last = [node for node in nodes if node.segment == nodes[-1].segment and not node.is_hidden]
    goal = max(last, key=lambda node: (node.depth, node.id)).id
    return Graph(nodes, goal, _keys(nodes, goal, rng))


def _gate_starts(rooms: int, level_starts: Sequence[int], rng: random.Random) -> list[int]:
    """The first node of each zone but the first; never the first of a level, which a stair leads to."""
    number = 1 if rooms < 16 else 2 if rooms < 40 else 3 if rooms < 75 else 4
    found = []
    for zone in range(1, number + 1):
        start = round(rooms * zone / (number + 1)) + rng.randint(0, max(0, rooms // 20))
        while start in level_starts or start + 1 in level_starts or start in found:
            start += 1
        if 2 <= start < rooms:
            found.append(start)
    return sorted(found)


def _grow(
    rooms: int, level_starts: Sequence[int], gates: Sequence[int], hidden: int, rng: random.Random
) -> tuple[Node, ...]:
    firsts = sorted({*level_starts, *gates})
    secret = _hidden_ids(rooms, firsts, hidden, rng)
    nodes: list[Node] = []
    for number in range(rooms):
        segment = sum(first <= number for first in firsts) - 1
        place = (sum(gate <= number for gate in gates), sum(start <= number for start in level_starts), segment)
        if number == 0:
            nodes.append(Node(0, None, "open", *place, depth=0))
            continue
        gate: Gate = "secret" if number in secret else "open"
        among = segment
        if number in firsts:
            gate, among = "stairs" if number in level_starts else "locked", segment - 1
        parent = _parent([node for node in nodes if node.segment == among], nodes, gate, rng)
        nodes.append(Node(number, parent.id, gate, *place, depth=parent.depth + 1))
    return tuple(nodes)


def _hidden_ids(rooms: int, firsts: Sequence[int], wanted: int, rng: random.Random) -> set[int]:
    """Which nodes are hidden: never one that begins a segment, stands next to it, or is the very last."""
    kept = {*firsts, *(first + 1 for first in firsts), *(first - 1 for first in firsts), rooms - 1}
    free = [number for number in range(1, rooms) if number not in kept]
    return set(rng.sample(free, min(wanted, len(free))))


def _parent(among: Sequence[Node], nodes: Sequence[Node], gate: Gate, rng: random.Random) -> Node:
    """Where the next room hangs: the newer the likelier, so that ways are long, and few rooms have many doors."""
    open_ones = [node for node in among if not node.is_hidden]
    children = {node.id: sum(one.parent == node.id for one in nodes) for node in open_ones}
    usable = [node for node in open_ones if children[node.id] < _MOST_CHILDREN] or open_ones
    if gate in {"locked", "stairs"}:
        return max(usable, key=lambda node: (node.depth, rng.random()))
    weights = [1 + index * (2 if children[node.id] == 0 else 1) for index, node in enumerate(usable)]
    return rng.choices(usable, weights)[0]


def _keys(nodes: Sequence[Node], goal: int, rng: random.Random) -> dict[int, int]:
    """The node with the key to each zone: in the zone before, in the open, and not next to the lock."""
    keys: dict[int, int] = {}
    for gate in (node for node in nodes if node.gate == "locked"):
        before = [one for one in nodes if one.zone == gate.zone - 1 and not one.is_hidden and one.id != goal]
        far = [one for one in before if one.id not in {gate.parent, 0}] or before
        keys[gate.zone] = rng.choice(far).id
    return keys


def reparented(graph: Graph, parents: dict[int, int]) -> Graph:
    """The graph as the layout could place it: some rooms hang on another room of their own segment."""
    return replace(graph, nodes=tuple(replace(node, parent=parents.get(node.id, node.parent)) for node in graph.nodes))
