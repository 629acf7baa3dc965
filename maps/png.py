"""A scene as PNG in shades of gray, drawn twice as large and brought down, so that lines are smooth."""

import functools
import io
from collections.abc import Iterable, Sequence
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from maps.outline import area
from maps.scene import Circle, Item, Lowered, Scene, Shape, Text

PIXELS_PER_CELL: Final = 40
MAX_PIXELS: Final = 24_000_000
"""Larger sheets get smaller cells."""
_FINE: Final = 2


def png_of(scenes: Sequence[Scene], *, pixels_per_cell: int = PIXELS_PER_CELL) -> bytes:
    """One picture of all scenes, below each other."""
    width, height = max(scene.width for scene in scenes), sum(scene.height for scene in scenes)
    cell = pixels_per_cell
    while width * height * cell * cell > MAX_PIXELS:
        cell -= 2
    image = Image.new("L", (round(width * cell), round(height * cell)), 255)
    top = 0.0
    for scene in scenes:
        image.paste(picture_of(scene, cell), (0, round(top * cell)))
        top += scene.height
    return encode(image)


def picture_of(scene: Scene, cell: int) -> Image.Image:
    """One scene with so many pixels to a cell."""
    size = (round(scene.width * cell), round(scene.height * cell))
    large = Image.new("L", (size[0] * _FINE, size[1] * _FINE), 255)
    pen = ImageDraw.Draw(large)
    _paint(pen, scene.items, cell * _FINE)
    return large.resize(size, Image.Resampling.BOX)


def encode(image: Image.Image) -> bytes:
    """The same picture, the same bytes."""
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _paint(pen: ImageDraw.ImageDraw, items: Iterable[Item], cell: int, down: float = 0.0) -> None:
    for item in items:
        match item:
            case Shape():
                _paint_shape(pen, item, cell, down)
            case Circle():
                x, y, reach = item.x * cell, (item.y + down) * cell, item.radius * cell
                box = [x - reach, y - reach, x + reach, y + reach]
                pen.ellipse(box, fill=_gray(item.fill), outline=0, width=max(1, round(item.width * cell)))
            case Text():
                _paint_text(pen, item, cell, down)
            case Lowered():
                _paint(pen, item.items, cell, down + item.by)


def _paint_shape(pen: ImageDraw.ImageDraw, shape: Shape, cell: int, down: float) -> None:
    if shape.fill is not None:
        # What lies inside a hole is painted after it: the largest first.
        for loop in sorted(shape.lines, key=lambda line: -abs(area(line))):
            is_hole = len(shape.lines) > 1 and area(loop) < 0
            pen.polygon(
                [(x * cell, (y + down) * cell) for x, y in loop], fill=_gray("#c9c9c9" if is_hole else shape.fill)
            )
    if shape.stroke is not None:
        width = max(1, round(shape.width * cell))
        for line in shape.lines:
            points = [(x * cell, (y + down) * cell) for x, y in line]
            pen.line(points, fill=_gray(shape.stroke), width=width, joint="curve")
            if width > 3:
                for x, y in (points[0], points[-1]):
                    pen.ellipse([x - width / 2, y - width / 2, x + width / 2, y + width / 2], fill=_gray(shape.stroke))


def _paint_text(pen: ImageDraw.ImageDraw, text: Text, cell: int, down: float) -> None:
    font = _font(max(6, round(text.size * cell)))
    halo = max(1, round(text.size * cell * 0.12)) if text.halo else 0
    anchor = "lm" if text.left else "mm"
    x, y = text.x * cell, (text.y + down) * cell
    pen.text((x, y), text.text, 0, font, anchor, stroke_width=halo, stroke_fill=255)
    if text.bold:
        pen.text((x + 1, y), text.text, 0, font, anchor)


@functools.cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The font that Pillow carries itself; nothing is read from the machine."""
    return ImageFont.load_default(size)


def _gray(color: str) -> int:
    return int(color[1:3], 16)
