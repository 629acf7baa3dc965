"""What stands in each opening: arches, doors of all kinds, and how one gets through or finds them.

Both ends of a way are doors of their own; a lock is on the side of what it guards, a secret door on the side it is
found from, and a bar on the side that is reached first, so that no room is shut off by it.
"""

import heapq
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import rules
from contracts.dungeons import DungeonStyle
from workers.world_designer.dungeon.grid import FEET_PER_CELL, Cell, Opening
from workers.world_designer.dungeon.layout import Layout
from workers.world_designer.prose import stream

_PLAIN: Final[dict[DungeonStyle, tuple[tuple[str, ...], tuple[int, ...]]]] = {
    "built": (("open", "door", "stuck", "barred", "portcullis"), (50, 30, 10, 5, 5)),
    "tomb": (("open", "door", "stuck", "portcullis"), (50, 20, 25, 5)),
    "cave": (("open", "door", "barred"), (92, 5, 3)),
}
_MATERIALS: Final[dict[DungeonStyle, tuple[str, ...]]] = {
    "built": ("oak", "iron-bound oak", "pine", "bronze-faced oak"),
    "tomb": ("stone", "bronze", "stone", "cedar"),
    "cave": ("lashed logs", "driftwood", "slate"),
}
_WORKED: Final = ("a stone that turns", "a wall that pivots", "a panel without a handle", "a false back of a niche")
_NATURAL: Final = (
    "a boulder that rolls aside",
    "a slab on a pivot",
    "a crack behind a fin of rock",
    "a plug of stacked stones",
)
_HIDDEN_BEHIND: Final = {
    "built": ("a hanging", "a stack of planks", "a heap of rubble", "a painted panel"),
    "tomb": ("a stele", "a row of jars", "a heap of rubble", "a painted panel"),
    "cave": ("a curtain of hide", "a heap of boulders", "a screen of brush", "hanging roots"),
}
_SECRETS: Final = {"built": _WORKED, "tomb": _WORKED, "cave": _NATURAL}


@dataclass(frozen=True, slots=True)
class Door:
    """One opening as it will be told; `between` is the room's number and the passage's id."""

    id: str
    level: int
    cell: Cell
    side: str
    kind: str
    room: int
    passage: str
    facts: Mapping[str, Any]


def hang_doors(
    layout: Layout, numbers: Mapping[int, int], passage_ids: Mapping[int, str], seed: int, retry: int
) -> list[Door]:
    """A door or an arch for every opening, in the order of the rooms."""
    openings = [
        (numbers[opening.room], level, opening) for level, floor in layout.floors.items() for opening in floor.openings
    ]
    openings.sort(key=lambda one: (one[0], one[2].cell, one[2].side))
    sources = [stream(seed, "door", retry, one.room, one.cell, one.side) for _, _, one in openings]
    kinds = [_kind(one, layout.style, rng) for (_, _, one), rng in zip(openings, sources, strict=True)]
    kinds = _one_leaf_to_a_threshold(layout, [(level, one) for _, level, one in openings], kinds)
    near = _distances(layout, [(one, kind) for (_, _, one), kind in zip(openings, kinds, strict=True)])
    doors = []
    for index, (number, level, opening) in enumerate(openings):
        kind = kinds[index]
        zone = layout.graph.nodes[opening.room].zone if kind == "locked" else None
        room_first = near["room", opening.room] < near["passage", opening.passage]
        facts = _facts(kind, layout.style, zone, sources[index], room_first=room_first)
        doors.append(
            Door(f"d{index + 1}", level, opening.cell, opening.side, kind, number, passage_ids[opening.passage], facts)
        )
    return doors


def _one_leaf_to_a_threshold(
    layout: Layout, openings: Sequence[tuple[int, Opening]], kinds: Sequence[str]
) -> list[str]:
    """The kinds, with an arch for the plainer of two doors at the ends of a passage that is hardly more than a wall."""
    found = list(kinds)
    ends: dict[tuple[int, int], list[int]] = {}
    for index, (level, one) in enumerate(openings):
        if len(layout.floors[level].passages[one.passage]) <= _THRESHOLD_CELLS:
            ends.setdefault((level, one.passage), []).append(index)
    for both in ends.values():
        hung = sorted(
            (index for index in both if found[index] != "open"), key=lambda index: found[index] in _PLAIN_LEAF
        )
        for index in hung[1:]:
            if found[index] in _PLAIN_LEAF:
                found[index] = "open"
    return found


_THRESHOLD_CELLS: Final = 2
_PLAIN_LEAF: Final = frozenset({"door", "stuck", "barred", "portcullis"})


def _kind(opening: Opening, style: DungeonStyle, rng: random.Random) -> str:
    match opening.purpose:
        case "locked" | "secret":
            return opening.purpose
        case "loop" if rng.random() < 0.12:
            return "concealed"
        case _:
            kinds, weights = _PLAIN[style]
            return rng.choices(kinds, weights)[0]


def _facts(kind: str, style: DungeonStyle, zone: int | None, rng: random.Random, *, room_first: bool) -> dict[str, Any]:
    """What is told of a door beside its kind; nothing of an arch."""
    if kind == "open":
        return {}
    leaf = {"material": rng.choice(_MATERIALS[style]), "hinge": rng.choice(("left", "right"))}
    told: dict[str, dict[str, Any]] = {
        "door": leaf | {"state": rng.choice(("closed", "ajar", "closed"))},
        "stuck": leaf | {"state": "stuck", "open": "open doors roll"},
        "barred": leaf | {"state": "barred", "bar": "room" if room_first else "passage", "open": "lift the bar"},
        "portcullis": {"material": "iron", "state": "down", "open": "a winch beside it, or bend bars"},
        "locked": leaf | {"state": "locked", "zone": zone, "open": "its key, open locks, or force (open locked doors)"},
        "concealed": leaf | {"hidden_by": rng.choice(_HIDDEN_BEHIND[style]), "find": _find("concealed_door")},
        "secret": leaf | {"hidden_by": rng.choice(_SECRETS[style]), "find": _find("secret_door")},
    }
    return {"state": "closed"} | told[kind]


@cache
def _find(subject: str) -> str:
    """The chance to find it by searching, for anyone and for elves.

    Source: Player's Handbook, chapter 2.
    """
    anyone, elf = rules.search(subject), rules.search(subject, "elf")
    return f"{anyone.chance} in {anyone.of} by searching, elves {elf.chance} in {elf.of}"


_HARD: Final = {"locked": 1_000, "secret": 100_000, "concealed": 100_000}  # nosec B105 - doors
"""What a lock or a hidden door counts for: everything that is open is nearer."""


def _distances(layout: Layout, openings: Sequence[tuple[Opening, str]]) -> dict[tuple[str, int], int]:
    """How far each room and passage is on the plainest way from the entrance."""
    near: dict[tuple[str, int], list[tuple[int, tuple[str, int]]]] = {}
    for one, kind in openings:
        room, passage, cost = ("room", one.room), ("passage", one.passage), 1 + _HARD.get(kind, 0)
        near.setdefault(room, []).append((cost, passage))
        near.setdefault(passage, []).append((cost, room))
    for stair in layout.stairs:
        near.setdefault(("room", stair.upper), []).append((1, ("room", stair.lower)))
        if stair.kind != "chute":
            near.setdefault(("room", stair.lower), []).append((1, ("room", stair.upper)))
    found: dict[tuple[str, int], int] = {}
    ahead = [(0, ("room", 0))]
    while ahead:
        cost, here = heapq.heappop(ahead)
        if here not in found:
            found[here] = cost
            for more, other in near.get(here, ()):
                heapq.heappush(ahead, (cost + more, other))
    return found


def feet(cells: int) -> int:
    """The length of so many cells."""
    return cells * FEET_PER_CELL
