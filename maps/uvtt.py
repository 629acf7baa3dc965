"""Universal VTT 0.3: one level as the file that virtual tables import, with walls, portals, lights and the picture.

Coordinates are in cells from the upper left corner. Walls (`line_of_sight`) are open where a door hangs; each door that
can be shut is a portal. The player's file has no secret doors and nothing behind them, in the picture as in the lines.
"""

import base64
from collections.abc import Mapping
from typing import Any, Final

from maps import View
from maps.outline import Outline, Point, trace
from maps.png import encode, picture_of
from maps.regions import LevelView, look_at
from maps.scene import ROCK, Scene, Shape, bare_map

FORMAT: Final = 0.3
PIXELS_PER_CELL: Final = 50
_MOST_PIXELS: Final = 12_000_000
_LIGHT_RANGE: Final = 3.0
_LIGHT_COLOR: Final = "ffeccd8b"


def uvtt_of(document: Mapping[str, Any], level: int, view: View) -> dict[str, Any]:
    """The file's content, ready to be written as JSON.

    Raises:
        KeyError: The dungeon has no such level.
    """
    looked = look_at(document, level, view)
    outline = trace(looked)
    cell = PIXELS_PER_CELL
    while looked.width * looked.height * cell * cell > _MOST_PIXELS:
        cell -= 5
    return {
        "format": FORMAT,
        "resolution": {
            "map_origin": _point((0.0, 0.0)),
            "map_size": _point((float(looked.width), float(looked.height))),
            "pixels_per_grid": cell,
        },
        "line_of_sight": [[_point(point) for point in wall] for wall in outline.walls],
        "objects_line_of_sight": [],
        "portals": [_portal(door, outline.doors[door["id"]]) for door in looked.doors if door["kind"] != "open"],
        "environment": {"baked_lighting": False, "ambient_light": "ffffffff"},
        "lights": [_light(one["at"]) for one in looked.entrances],
        "image": base64.b64encode(encode(picture_of(_bare_scene(looked, outline), cell))).decode(),
    }


def _bare_scene(looked: LevelView, outline: Outline) -> Scene:
    """The map without its frame, so that picture and lines have the same origin."""
    width, height = float(looked.width), float(looked.height)
    rock = Shape((((0.0, 0.0), (width, 0.0), (width, height), (0.0, height), (0.0, 0.0)),), fill=ROCK)
    return Scene(width, height, "", (rock, *bare_map(looked, outline)))


def _portal(door: Mapping[str, Any], posts: tuple[Point, Point]) -> dict[str, Any]:
    (ax, ay), (bx, by) = posts
    return {
        "position": _point(((ax + bx) / 2, (ay + by) / 2)),
        "bounds": [_point(posts[0]), _point(posts[1])],
        "rotation": 0.0 if ay == by else 1.5707963,
        "closed": door.get("state") != "ajar",
        "freestanding": False,
    }


def _light(at: list[int]) -> dict[str, Any]:
    """Daylight at a way in; what burns inside is for the Dungeon Master to place."""
    return {
        "position": _point((at[0] + 0.5, at[1] + 0.5)),
        "range": _LIGHT_RANGE,
        "intensity": 1.0,
        "color": _LIGHT_COLOR,
        "shadows": True,
    }


def _point(point: Point) -> dict[str, float]:
    return {"x": point[0], "y": point[1]}
