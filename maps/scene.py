"""A map as plain shapes, in cells: what to fill, which lines to draw, where text stands. Renderers know no dungeons."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from maps.labels import Box, Labels, around
from maps.outline import Outline, Point, trace
from maps.regions import LevelView, Region

INK, ROCK, PAPER, GRID, ARCH = "#000000", "#c9c9c9", "#ffffff", "#d5d5d5", "#8a8a8a"
WALL: Final = 0.14
_FOOT: Final = 3.2
"""Rows under the map for legend, scale and compass."""
_HEAD: Final = 1.6
LEAST_WIDTH: Final = 22
_LEGEND: Final = (
    ("open", "archway"),
    ("door", "door"),
    ("stuck", "stuck"),
    ("locked", "locked"),
    ("barred", "barred"),
    ("portcullis", "portcullis"),
    ("secret", "secret"),
    ("concealed", "concealed"),
    ("stairs", "stairs"),
    ("shaft", "shaft"),
    ("chute", "chute"),
)
_LEGEND_COLUMN: Final = 3.5
_LETTERS: Final = {"stuck": "J", "locked": "L", "barred": "B", "secret": "S", "concealed": "C"}  # nosec B105 - doors


@dataclass(frozen=True, slots=True)
class Shape:
    """Lines (each a row of points): filled by the even-odd rule, or stroked, or both."""

    lines: tuple[tuple[Point, ...], ...]
    fill: str | None = None
    stroke: str | None = None
    width: float = 0.05


@dataclass(frozen=True, slots=True)
class Text:
    """A text; `x`, `y` is its middle, or its left end when `left`. `size` in cells; `halo` puts paper behind it."""

    x: float
    y: float
    text: str
    size: float
    left: bool = False
    bold: bool = False
    halo: bool = False


@dataclass(frozen=True, slots=True)
class Circle:
    """A circle of paper with a border."""

    x: float
    y: float
    radius: float
    fill: str = PAPER
    width: float = 0.05


@dataclass(frozen=True, slots=True)
class Lowered:
    """Items that stand so many cells further down."""

    by: float
    items: tuple["Item", ...]


Item = Shape | Text | Circle | Lowered


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything on one sheet, in the order it is painted; sizes in cells."""

    width: float
    height: float
    title: str
    items: tuple[Item, ...]


def draw(view: LevelView) -> Scene:
    """The sheet of one level: title, map, legend, scale bar and compass."""
    outline = trace(view)
    width = max(view.width, LEAST_WIDTH)
    title = f"{view.document['name']}: level {view.level}" + ("" if view.view == "dm" else " (players)")
    items: list[Item] = [
        Shape(
            (((0.0, 0.0), (width, 0.0), (width, view.height + _HEAD), (0.0, view.height + _HEAD), (0.0, 0.0)),),
            fill=ROCK,
        )
    ]
    items.append(Lowered(_HEAD, tuple(bare_map(view, outline))))  # the title is above
    items.append(Shape((_box(0, 0, width, _HEAD - 0.1),), fill=PAPER))
    items.append(Text(0.5, 0.75, title, 0.85, left=True, bold=True))
    items += _foot(view, width, view.height + _HEAD)
    return Scene(width, view.height + _HEAD + _FOOT, title, tuple(items))


def bare_map(view: LevelView, outline: Outline) -> Iterator[Item]:
    """Floors, grid, walls, doors, stairs and numbers, and nothing around them."""
    yield Shape(tuple(loop for name in outline.floors for loop in outline.floors[name]), fill=PAPER)
    yield Shape(tuple(_grid(view.regions)), stroke=GRID, width=0.03)
    yield Shape(outline.walls, stroke=INK, width=WALL)
    for door in view.doors:
        yield from _door(_shown_as(door["kind"], view), outline.doors[door["id"]])
    for stair in view.stairs:
        yield from _stair(stair["kind"], stair["at"], goes_down=_goes_down(stair, view))
    for entrance in view.entrances:
        yield from _entrance(entrance)
    yield from _words(view, outline)


def _words(view: LevelView, outline: Outline) -> Iterator[Text]:
    """Room numbers for the Dungeon Master, and where stairs lead; each where it covers nothing."""
    labels = Labels(view.regions, view.style)
    labels.taken += [_middle_of(*posts) for posts in outline.doors.values()]
    spots = [*view.stairs, *view.entrances]
    labels.taken += [around((one["at"][0] + 0.5, one["at"][1] + 0.5), 0.38) for one in spots]
    for one in spots:
        text = _leads_to(one, view) if "upper" in one else "out"
        spot = labels.beside((one["at"][0], one["at"][1]), text)
        yield Text(spot.x, spot.y, text, spot.size, halo=True)
    for region in view.regions:
        if view.view == "dm" and region.number is not None:
            spot = labels.number(region)
            yield Text(spot.x, spot.y, str(region.number), spot.size, bold=True, halo=True)


def _middle_of(one: Point, other: Point) -> Box:
    return around(((one[0] + other[0]) / 2, (one[1] + other[1]) / 2), 0.32)


def _goes_down(stair: Mapping[str, Any], view: LevelView) -> bool:
    return bool(stair["upper"]["level"] == view.level)


def _leads_to(stair: Mapping[str, Any], view: LevelView) -> str:
    down = _goes_down(stair, view)
    word = "down" if down else "up"
    return f"{word} {stair['lower' if down else 'upper']['room']}" if view.view == "dm" else word


def _grid(regions: Sequence[Region]) -> Iterator[tuple[Point, Point]]:
    """Lines between neighboring cells of one region, joined along rows and columns."""
    for region in regions:
        east = sorted((x, y) for x, y in region.cells if (x + 1, y) in region.cells)
        south = sorted(
            ((x, y) for x, y in region.cells if (x, y + 1) in region.cells), key=lambda cell: (cell[1], cell[0])
        )
        for x, first, last in _runs([(x, y) for x, y in east]):
            yield (x + 1.0, float(first)), (x + 1.0, last + 1.0)
        for y, first, last in _runs([(y, x) for x, y in south]):
            yield (float(first), y + 1.0), (last + 1.0, y + 1.0)


def _runs(cells: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """Neighbors put together: (row, first, last)."""
    run: tuple[int, int, int] | None = None
    for row, number in cells:
        if run and run[0] == row and run[2] == number - 1:
            run = (row, run[1], number)
            continue
        if run:
            yield run
        run = (row, number, number)
    if run:
        yield run


def _shown_as(kind: str, view: LevelView) -> str:
    """Players see a door; what holds it shut they find out, and in a cave nobody sees where a passage begins."""
    if view.view == "player" and kind in {"stuck", "locked", "barred"}:
        return "door"
    return "gap" if kind == "open" and view.style == "cave" else kind


def _door(kind: str, posts: tuple[Point, Point]) -> Iterator[Item]:
    (ax, ay), (bx, by) = posts
    mx, my = (ax + bx) / 2, (ay + by) / 2
    along = (bx - ax, by - ay)
    if kind == "gap":
        return
    if kind == "open":
        yield Shape((((ax, ay), (bx, by)),), stroke=ARCH, width=0.05)
        return
    if kind == "portcullis":
        for share in (0.2, 0.5, 0.8):
            yield Circle(ax + along[0] * share, ay + along[1] * share, 0.09, fill=INK)
        return
    if kind in {"secret", "concealed"}:
        yield Shape((((ax, ay), (bx, by)),), stroke=INK, width=WALL)
        yield Circle(mx, my, 0.27)
        yield Text(mx, my, _LETTERS[kind], 0.42, bold=True)
        return
    thick = 0.25 if kind in _LETTERS else 0.16
    across = (abs(along[1]) * thick, abs(along[0]) * thick)
    for share in (0.0, 0.85):
        yield Shape(
            (
                (
                    (ax + along[0] * share, ay + along[1] * share),
                    (ax + along[0] * (share + 0.15), ay + along[1] * (share + 0.15)),
                ),
            ),
            stroke=INK,
            width=WALL,
        )
    left, right = 0.15, 0.85
    corners = [(ax + along[0] * left, ay + along[1] * left), (ax + along[0] * right, ay + along[1] * right)]
    (x1, y1), (x2, y2) = corners
    box = (
        (x1 - across[0], y1 - across[1]),
        (x2 - across[0], y2 - across[1]),
        (x2 + across[0], y2 + across[1]),
        (x1 + across[0], y1 + across[1]),
    )
    yield Shape(((*box, box[0]),), fill=PAPER, stroke=INK, width=0.06)
    if kind in _LETTERS:
        yield Text(mx, my, _LETTERS[kind], 0.36, bold=True)


def _stair(kind: str, at: Sequence[float], *, goes_down: bool) -> Iterator[Item]:
    x, y = at
    if kind == "stairs":
        yield Shape((_box(x + 0.18, y + 0.18, 0.64, 0.64),), fill=PAPER, stroke=INK, width=0.04)
        for step in range(1, 5):
            inset = 0.055 * step if goes_down else 0.055 * (5 - step)
            height = y + 0.18 + step * 0.128
            yield Shape((((x + 0.18 + inset, height), (x + 0.82 - inset, height)),), stroke=INK, width=0.05)
    elif kind == "shaft":
        yield Circle(x + 0.5, y + 0.5, 0.33, width=0.06)
        yield Circle(x + 0.5, y + 0.5, 0.14, fill=INK)
    else:
        yield Shape(
            (((x + 0.2, y + 0.2), (x + 0.8, y + 0.2), (x + 0.5, y + 0.8), (x + 0.2, y + 0.2)),),
            fill=PAPER,
            stroke=INK,
            width=0.06,
        )


def _entrance(entrance: Mapping[str, Any]) -> Iterator[Item]:
    """Stairs and shafts as they are drawn elsewhere; the mouth of a cave is an arrow."""
    if "mouth" not in entrance["kind"]:
        yield from _stair("stairs" if "stairs" in entrance["kind"] else "shaft", entrance["at"], goes_down=False)
        return
    x, y = entrance["at"]
    tip = ((0.5, 0.14), (0.8, 0.48), (0.6, 0.48), (0.6, 0.84), (0.4, 0.84), (0.4, 0.48), (0.2, 0.48), (0.5, 0.14))
    yield Shape((tuple((x + dx, y + dy) for dx, dy in tip),), fill=INK)


def _foot(view: LevelView, width: float, top: float) -> Iterator[Item]:
    """Legend, scale bar and compass."""
    yield Shape((_box(0, top, width, _FOOT),), fill=PAPER)
    column, row = 0.6, top + 0.7
    for kind, word in _shown_kinds(view):
        if column + _LEGEND_COLUMN > width - 2.5:
            column, row = 0.6, row + 0.75
        if kind in {"stairs", "shaft", "chute"}:
            yield from _stair(kind, (column, row - 0.5), goes_down=True)
        else:
            yield from _door(kind, ((column, row), (column + 0.9, row)))
        yield Text(column + 1.1, row, word, 0.42, left=True)
        column += _LEGEND_COLUMN
    yield from _scale(0.6, top + _FOOT - 0.75)
    yield from _compass(width - 1.3, top + 1.5)


def _shown_kinds(view: LevelView) -> list[tuple[str, str]]:
    """What the legend explains: the kinds that are on this map, doors first."""
    kinds = {_shown_as(door["kind"], view) for door in view.doors} | {stair["kind"] for stair in view.stairs}
    ways = [one["kind"] for one in view.entrances]
    kinds |= {"stairs" if "stairs" in way else "shaft" for way in ways if "mouth" not in way}
    return [(kind, word) for kind, word in _LEGEND if kind in kinds]


def _scale(x: float, y: float) -> Iterator[Item]:
    for index in range(5):
        yield Shape((_box(x + index, y, 1, 0.22),), fill=INK if index % 2 == 0 else PAPER, stroke=INK, width=0.04)
    yield Text(x, y - 0.28, "0", 0.36, left=True)
    yield Text(x + 5.2, y + 0.1, "50 feet (one square is 10 feet)", 0.4, left=True)


def _compass(x: float, y: float) -> Iterator[Item]:
    yield Shape((((x, y - 0.9), (x + 0.32, y + 0.6), (x, y + 0.3), (x, y - 0.9)),), fill=INK)
    yield Shape((((x, y - 0.9), (x - 0.32, y + 0.6), (x, y + 0.3), (x, y - 0.9)),), fill=PAPER, stroke=INK, width=0.04)
    yield Text(x, y - 1.15, "N", 0.5, bold=True)


def _box(x: float, y: float, width: float, height: float) -> tuple[Point, ...]:
    return ((x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y))
