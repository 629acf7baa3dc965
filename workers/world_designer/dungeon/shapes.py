"""Shapes of rooms, as cells around the origin: worked stone, natural caves, and tombs."""

import random
from typing import Final

from contracts.dungeons import DungeonStyle
from workers.world_designer.dungeon.grid import STEPS, Cell

Shape = tuple[str, frozenset[Cell]]
"""What the shape is called, and its cells."""
_BIG: Final = frozenset({"goal", "hall"})
_SMALL: Final = frozenset({"hidden", "store"})


def make_shape(style: DungeonStyle, use: str, rng: random.Random) -> Shape:
    """A room's shape.

    Args:
        style: How the place is laid out.
        use: `goal` and `hall` are large, `hidden` and `store` small.
        rng: The room's own source.
    """
    match style:
        case "cave":
            return "cave", _cave(*_size(use, rng, (3, 6)), rng)
        case "tomb":
            return _tomb(use, rng)
        case _:
            return _built(use, rng)


def _size(use: str, rng: random.Random, usual: tuple[int, int]) -> tuple[int, int]:
    low, high = usual
    if use in _BIG:
        low, high = high - 1, high + 3
    elif use in _SMALL:
        low, high = 2, 3
    return rng.randint(low, high), rng.randint(low, high)


def _rectangle(width: int, height: int) -> frozenset[Cell]:
    return frozenset((x, y) for x in range(width) for y in range(height))


def _built(use: str, rng: random.Random) -> Shape:
    width, height = _size(use, rng, (2, 5))
    whole = _rectangle(width, height)
    if min(width, height) < 4 or rng.random() < 0.6:
        return "rectangle", whole
    match rng.choice(("corner", "cross", "round")):
        case "corner":
            cut_w, cut_h = width // 2, height // 2
            east, south = rng.random() < 0.5, rng.random() < 0.5
            cut = {
                (x + (width - cut_w) * east, y + (height - cut_h) * south) for x in range(cut_w) for y in range(cut_h)
            }
            return "L-shaped", whole - cut
        case "cross":
            return "cross", whole - {(x, y) for x in (0, width - 1) for y in (0, height - 1)}
        case _:
            side = 5 if min(width, height) >= 5 else 4
            return "octagon", _rectangle(side, side) - {(x, y) for x in (0, side - 1) for y in (0, side - 1)}


def _tomb(use: str, rng: random.Random) -> Shape:
    """Symmetrical chambers, longer than wide, some with niches along both sides."""
    width, height = _size(use, rng, (2, 4))
    width += 1 - width % 2
    if use in _SMALL:
        return "cell", _rectangle(width, height)
    length = height + 2
    body = {(x, y) for x in range(width) for y in range(length)}
    if rng.random() < 0.4 and length >= 4:
        body |= {(x, y) for x in (-1, width) for y in range(1, length - 1, 2)}
        shape = "chamber with niches"
    else:
        shape = "chamber"
    if rng.random() < 0.5:
        body = {(y, x) for x, y in body}
    return shape, frozenset(body)


def _cave(width: int, height: int, rng: random.Random) -> frozenset[Cell]:
    """A blob grown by a cellular automaton: noise, smoothed twice, its largest connected part."""
    width, height = width + 1, height + 1
    solid = {(x, y) for x in range(width) for y in range(height) if rng.random() < 0.68}
    middle = (width // 2, height // 2)
    solid |= {middle, (middle[0] - 1, middle[1]), (middle[0], middle[1] - 1), (middle[0] - 1, middle[1] - 1)}
    for _ in range(2):
        solid = {
            (x, y)
            for x in range(width)
            for y in range(height)
            if sum((x + dx, y + dy) in solid for dx in (-1, 0, 1) for dy in (-1, 0, 1)) >= 5 or (x, y) == middle
        }
    return _without_corner_contacts(_connected(solid | {middle, (middle[0] - 1, middle[1])}, middle))


def _connected(cells: set[Cell], start: Cell) -> frozenset[Cell]:
    found, ahead = {start}, [start]
    while ahead:
        x, y = ahead.pop()
        for dx, dy in STEPS.values():
            near = (x + dx, y + dy)
            if near in cells and near not in found:
                found.add(near)
                ahead.append(near)
    return frozenset(found)


def _without_corner_contacts(cells: frozenset[Cell]) -> frozenset[Cell]:
    """Fill where two cells touch at a corner alone: no wall is drawn through a point twice."""
    grown = set(cells)
    changed = True
    while changed:
        changed = False
        for x, y in sorted(grown):
            for dx, dy in ((1, 1), (1, -1)):
                if (x + dx, y + dy) in grown and (x + dx, y) not in grown and (x, y + dy) not in grown:
                    grown.add((x + dx, y))
                    changed = True
    return frozenset(grown)
