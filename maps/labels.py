"""Where texts stand on a map: in their own room, clear of walls, doors, stairs and each other where there is space."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product
from math import floor
from typing import Final

from maps.outline import Point
from maps.regions import Cell, Region

Box = tuple[float, float, float, float]
"""Left, top, right, bottom, in cells."""
_GLYPH: Final = 0.58
"""How wide a letter is on the average, as a share of the text's size."""
_NUMBER_SIZES: Final = (0.72, 0.6, 0.48)
_LABEL_SIZE: Final = 0.3
_ASIDE: Final = (0.0, -0.25, 0.25, -0.5, 0.5)
"""How far a label may slide along the cell it belongs to."""
_FROM_STRAIGHT_WALL: Final = 0.1
_FROM_ROUGH_WALL: Final = 0.2


@dataclass(frozen=True, slots=True)
class Spot:
    """The middle of a text and its size, in cells."""

    x: float
    y: float
    size: float


@dataclass(slots=True)
class Labels:
    """Finds a place for one text after the other; what has a place keeps it.

    Attributes:
        regions: Rooms and passages as they are shown.
        style: built, cave or tomb: the walls of a cave are rough and need more distance.
        taken: What must not be covered.
    """

    regions: Sequence[Region]
    style: str
    taken: list[Box] = field(default_factory=list)

    def number(self, region: Region) -> Spot:
        """For a room's number: as large as it fits, as near to the middle as there is space."""
        text, points = str(region.number), _from_the_middle(region.cells)
        for size in _NUMBER_SIZES:
            for x, y in points:
                if self._fits(box_of(x, y, text, size), region.cells):
                    return self._keep(Spot(x, y, size), text)
        return self._keep(Spot(*points[0], _NUMBER_SIZES[-1]), text)

    def beside(self, cell: Cell, text: str) -> Spot:
        """For the words of a stair or an entrance: below its cell, above, right or left of it."""
        cells = next((region.cells for region in self.regions if cell in region.cells), frozenset())
        x, y, reach = cell[0] + 0.5, cell[1] + 0.5, 0.45 + _GLYPH * _LABEL_SIZE * len(text) / 2
        sides = [(x + aside, y + over) for aside in _ASIDE for over in (0.6, -0.55)]
        sides[2:2] = [(x + reach, y), (x - reach, y)]
        spots = [Spot(*point, _LABEL_SIZE) for point in sides]
        best = next((one for one in spots if self._fits(box_of(one.x, one.y, text, one.size), cells)), None)
        return self._keep(best or min(spots, key=lambda one: self._covered(box_of(one.x, one.y, text, one.size))), text)

    def _fits(self, box: Box, cells: frozenset[Cell]) -> bool:
        by = _FROM_ROUGH_WALL if self.style == "cave" else _FROM_STRAIGHT_WALL
        return _is_inside(_grown(box, by), cells) and not self._covered(box)

    def _covered(self, box: Box) -> int:
        return sum(meets(box, other) for other in self.taken)

    def _keep(self, spot: Spot, text: str) -> Spot:
        self.taken.append(box_of(spot.x, spot.y, text, spot.size))
        return spot


def meets(one: Box, other: Box) -> bool:
    """Whether two boxes cover each other anywhere."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def around(point: Point, reach: float) -> Box:
    """A square box with this middle."""
    return point[0] - reach, point[1] - reach, point[0] + reach, point[1] + reach


def box_of(x: float, y: float, text: str, size: float) -> Box:
    """The box of a text with this middle."""
    half = _GLYPH * size * len(text) / 2
    return x - half, y - size * 0.42, x + half, y + size * 0.42


def _grown(box: Box, by: float) -> Box:
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by


def _is_inside(box: Box, cells: frozenset[Cell]) -> bool:
    columns, rows = range(floor(box[0]), floor(box[2]) + 1), range(floor(box[1]), floor(box[3]) + 1)
    return all(cell in cells for cell in product(columns, rows))


def _from_the_middle(cells: frozenset[Cell]) -> list[Point]:
    """Middles of cells, of the lines between them, and their corners: first what is near to the middle of all.

    The point itself settles what is equally far.
    """
    mx = sum(x for x, _ in cells) / len(cells) + 0.5
    my = sum(y for _, y in cells) / len(cells) + 0.5
    points = [(x + dx, y + dy) for x, y in cells for dx, dy in ((0.5, 0.5), (1.0, 0.5), (0.5, 1.0), (1.0, 1.0))]
    return [point for _, point in sorted([(round(abs(x - mx) + abs(y - my), 6), (x, y)) for x, y in points])]


__all__ = ["Box", "Labels", "Spot", "around", "box_of", "meets"]
