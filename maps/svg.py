"""A scene as SVG: vector, printable, without scripts or fonts of its own."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from xml.sax.saxutils import escape  # nosec B406 - writes; nothing is parsed

from maps.outline import Point
from maps.scene import PAPER, Circle, Item, Scene, Shape, Text

UNITS_PER_CELL = 36


def svg_of(scenes: Sequence[Scene]) -> str:
    """One drawing of all scenes, below each other."""
    width = max(scene.width for scene in scenes)
    height = sum(scene.height for scene in scenes)
    title = escape(scenes[0].title)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(width)} {_n(height)}" '
        f'width="{_n(width)}" height="{_n(height)}" font-family="sans-serif" role="img">'
    )
    parts = [
        head,
        f"<title>{title}</title>",
        f'<rect width="{_n(width)}" height="{_n(height)}" fill="{PAPER}"/>',
    ]
    top = 0.0
    for scene in scenes:
        parts.append(f'<g transform="translate(0 {_n(top)})">' + "".join(map(_item, scene.items)) + "</g>")
        top += scene.height
    return "".join([*parts, "</svg>"])


def _item(item: Item) -> str:
    match item:
        case Shape():
            return _shape(item)
        case Circle():
            return (
                f'<circle cx="{_n(item.x)}" cy="{_n(item.y)}" r="{_n(item.radius)}" fill="{item.fill}" '
                f'stroke="#000000" stroke-width="{_n(item.width)}"/>'
            )
        case Text():
            return _text(item)


def _shape(shape: Shape) -> str:
    path = "".join(_line(line) for line in shape.lines)
    fill = f'fill="{shape.fill}" fill-rule="evenodd"' if shape.fill else 'fill="none"'
    stroke = f' stroke="{shape.stroke}" stroke-width="{_n(shape.width)}" stroke-linecap="round" stroke-linejoin="round"'
    return f'<path d="{path}" {fill}{stroke if shape.stroke else ""}/>' if path else ""


def _line(points: Iterable[Point]) -> str:
    first, *rest = points
    closed = bool(rest) and rest[-1] == first
    steps = rest[:-1] if closed else rest
    return f"M{_p(first)}" + "".join(f"L{_p(point)}" for point in steps) + ("Z" if closed else "")


def _text(text: Text) -> str:
    anchor = "" if text.left else ' text-anchor="middle"'
    weight = ' font-weight="bold"' if text.bold else ""
    halo = f' stroke="{PAPER}" stroke-width="{_n(text.size * 0.25)}" paint-order="stroke"' if text.halo else ""
    # Digits and capitals are about 0.72 of the size high: this puts their middle on y.
    return (
        f'<text x="{_n(text.x)}" y="{_n(text.y + text.size * 0.36)}" font-size="{_n(text.size)}"{anchor}{weight}{halo}>'
        f"{escape(text.text)}</text>"
    )


def _p(point: Point) -> str:
    return f"{_n(point[0])} {_n(point[1])}"


@lru_cache(maxsize=16_384)  # neighbours share their corners, and levels their grid
def _n(cells: float) -> str:
    """Cells as drawing units, as short as they can be written."""
    return f"{round(cells * UNITS_PER_CELL, 1):g}"
