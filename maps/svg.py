"""A scene as SVG: vector, printable, without scripts or fonts of its own."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final
from xml.sax.saxutils import escape  # nosec B406 - writes; nothing is parsed

from maps.outline import Point
from maps.scene import PAPER, Circle, Item, Lowered, Scene, Shape, Text

SIZE_OF_CELL: Final = 36
UNITS_PER_CELL: Final = 10 * SIZE_OF_CELL
"""Lines are drawn in whole units, tenths of what a cell measures on the screen."""


def svg_of(scenes: Sequence[Scene]) -> str:
    """One drawing of all scenes, below each other."""
    width = max(scene.width for scene in scenes)
    height = sum(scene.height for scene in scenes)
    title = escape(scenes[0].title)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(width)} {_n(height)}" '
        f'width="{width * SIZE_OF_CELL:g}" height="{height * SIZE_OF_CELL:g}" font-family="sans-serif" role="img">'
    )
    parts = [
        head,
        f"<title>{title}</title>",
        f'<rect width="{_n(width)}" height="{_n(height)}" fill="{PAPER}"/>',
    ]
    top = 0.0
    for scene in scenes:
        parts.append(_group(top, scene.items))
        top += scene.height
    return "".join([*parts, "</svg>"])


def _group(top: float, items: Sequence[Item]) -> str:
    return f'<g transform="translate(0 {_n(top)})">' + "".join(map(_item, items)) + "</g>"


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
        case Lowered():
            return _group(item.by, item.items)


def _shape(shape: Shape) -> str:
    path = "".join(_line(line) for line in shape.lines)
    fill = f'fill="{shape.fill}" fill-rule="evenodd"' if shape.fill else 'fill="none"'
    stroke = f' stroke="{shape.stroke}" stroke-width="{_n(shape.width)}" stroke-linecap="round" stroke-linejoin="round"'
    return f'<path d="{path}" {fill}{stroke if shape.stroke else ""}/>' if path else ""


def _line(points: Sequence[Point]) -> str:
    closed = len(points) > 1 and points[-1] == points[0]
    corners = points[:-1] if closed else points
    return _form(len(corners), closed=closed) % tuple([at * UNITS_PER_CELL for point in corners for at in point])


@lru_cache(maxsize=1_024)
def _form(corners: int, *, closed: bool) -> str:
    """What the numbers of a line are put into, all at once: maps have thousands of them."""
    return "M%.0f %.0f" + "L%.0f %.0f" * (corners - 1) + ("Z" if closed else "")


def _text(text: Text) -> str:
    anchor = "" if text.left else ' text-anchor="middle"'
    weight = ' font-weight="bold"' if text.bold else ""
    halo = f' stroke="{PAPER}" stroke-width="{_n(text.size * 0.25)}" paint-order="stroke"' if text.halo else ""
    # Digits and capitals are about 0.72 of the size high: this puts their middle on y.
    return (
        f'<text x="{_n(text.x)}" y="{_n(text.y + text.size * 0.36)}" font-size="{_n(text.size)}"{anchor}{weight}{halo}>'
        f"{escape(text.text)}</text>"
    )


def _n(cells: float) -> str:
    """Cells as drawing units."""
    return f"{cells * UNITS_PER_CELL:.0f}"
