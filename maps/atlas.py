"""The whole dungeon as one sheet or file: what the routes and the generator ask for."""

import json
from collections.abc import Mapping
from typing import Any

from maps import View
from maps.png import png_of
from maps.regions import levels, look_at
from maps.scene import Scene, draw
from maps.svg import svg_of
from maps.uvtt import uvtt_of


def scenes_of(document: Mapping[str, Any], view: View, level: int | None = None) -> list[Scene]:
    """One scene for each level, or for one of them.

    Raises:
        KeyError: The dungeon has no such level.
    """
    return [draw(look_at(document, one, view)) for one in ([level] if level else levels(document))]


def map_svg(document: Mapping[str, Any], view: View, level: int | None = None) -> str:
    """The map as SVG, all levels below each other unless one is named; raises as `scenes_of`."""
    return svg_of(scenes_of(document, view, level))


def map_png(document: Mapping[str, Any], view: View, level: int | None = None) -> bytes:
    """The map as PNG; raises as `scenes_of`."""
    return png_of(scenes_of(document, view, level))


def map_uvtt(document: Mapping[str, Any], view: View, level: int | None = None) -> bytes:
    """One level (the first unless named) as a Universal VTT file; raises as `scenes_of`."""
    return json.dumps(uvtt_of(document, level or 1, view), separators=(",", ":")).encode()
