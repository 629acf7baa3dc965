"""What each room is for, by where it stands in the graph: entry, guards before gates, stores at dead ends, a goal."""

import random
from typing import Final

from workers.world_designer.dungeon.graph import Graph, Node
from workers.world_designer.prose import stream

_DEAD_ENDS: Final = ("store", "store", "shrine", "vault", "prison", "lair", "workshop")
_BETWEEN: Final = ("living", "living", "workshop", "passage", "store", "lair", "shrine", "hall")


def assign_functions(graph: Graph, seed: int, retry: int) -> dict[int, str]:
    """A function for every node."""
    rng = stream(seed, "functions", retry, len(graph.nodes))
    children = {node.id: [one for one in graph.nodes if one.parent == node.id] for node in graph.nodes}
    found = {node.id: _function(node, children[node.id], rng) for node in graph.nodes}
    found[0] = "entry"
    found[graph.goal] = "vault" if rng.random() < 0.5 else "shrine"
    return found


def sizes(graph: Graph, functions: dict[int, str]) -> dict[int, str]:
    """What the layout must know of the functions: which rooms are large and which are small."""
    found = {node: "hall" if use == "hall" else use for node, use in functions.items()}
    found |= {node.id: "hidden" for node in graph.nodes if node.is_hidden}
    found[graph.goal] = "goal"
    return found


def _function(node: Node, children: list[Node], rng: random.Random) -> str:
    if node.is_hidden:
        return "hidden"
    if any(child.gate == "locked" for child in children):
        return "guard"
    if node.parent == 0 and rng.random() < 0.6:
        return "guard"
    if len(children) >= 3:
        return "hall"
    return rng.choice(_BETWEEN if children else _DEAD_ENDS)
