"""Maps read back: closed walls, doors on them, nothing secret for players, the same bytes for the same dungeon."""

import base64
import io
import re
import zlib
from collections import Counter
from itertools import pairwise
from math import floor as floor_of
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from PIL import Image

from contracts.dungeons import DungeonBrief, DungeonStyle
from maps import View
from maps.atlas import map_png, map_svg
from maps.key import key_markdown
from maps.labels import around, box_of, meets
from maps.outline import trace
from maps.pdf import key_pdf
from maps.regions import levels, look_at
from maps.scene import Text, bare_map
from maps.uvtt import uvtt_of
from workers.world_designer.dungeon.generate import generate_dungeon

Document = dict[str, Any]
Point = tuple[float, float]
STYLES: dict[DungeonStyle, Document] = {
    style: generate_dungeon(DungeonBrief(rooms=14, style=style, secrets="some", loops="many"), 12)
    for style in ("built", "cave", "tomb")
}
DEEP = generate_dungeon(DungeonBrief(rooms=16, levels=2, style="built"), 3)
VIEWS: tuple[View, ...] = ("dm", "player")


def points_of(line: list[dict[str, float]]) -> list[Point]:
    return [(point["x"], point["y"]) for point in line]


def archways(document: Document, view: View) -> list[list[Point]]:
    """Gaps that nothing hangs in: walls end there, and no portal stands in them."""
    looked = look_at(document, 1, view)
    outline = trace(looked)
    return [list(outline.doors[door["id"]]) for door in looked.doors if door["kind"] == "open"]


def walled_up(document: Document, view: View) -> list[list[Point]]:
    """Hidden doors between two regions that players see: one wall, which closes both."""
    full, shown = trace(look_at(document, 1, "dm")).doors, look_at(document, 1, view)
    ids, doors = {region.id for region in shown.regions}, {door["id"] for door in shown.doors}
    return [
        list(full[door["id"]])
        for door in document["doors"]
        if door["id"] not in doors and {f"r{door['room']}", door["passage"]} <= ids
    ]


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("style", STYLES)
def test_walls_are_closed_but_at_doors(style: DungeonStyle, view: View) -> None:
    file = uvtt_of(STYLES[style], 1, view)
    gaps = [points_of(portal["bounds"]) for portal in file["portals"]] + archways(STYLES[style], view)
    # A gap closes the room on its one side and the passage on its other.
    lines = [points_of(wall) for wall in file["line_of_sight"]] + gaps + gaps + walled_up(STYLES[style], view)
    ends = Counter(point for line in lines for point in (line[0], line[-1]) if line[0] != line[-1])

    assert {0} == {number % 2 for number in ends.values()}
    assert len(lines) > 20


@pytest.mark.parametrize("style", STYLES)
def test_portals_hang_between_two_ends_of_walls_and_are_one_cell_wide(style: DungeonStyle) -> None:
    file = uvtt_of(STYLES[style], 1, "dm")
    ends = {point for wall in file["line_of_sight"] for point in (points_of(wall)[0], points_of(wall)[-1])}

    for portal in file["portals"]:
        (ax, ay), (bx, by) = points_of(portal["bounds"])
        assert {(ax, ay), (bx, by)} <= ends
        assert 1.0 == abs(ax - bx) + abs(ay - by)
        assert {"x": (ax + bx) / 2, "y": (ay + by) / 2} == portal["position"]
    assert file["portals"]


@pytest.mark.parametrize("style", STYLES)
def test_no_wall_crosses_a_floor_between_two_of_its_cells(style: DungeonStyle) -> None:
    """A walk from the middle of a cell to the next one of the same room meets no wall."""
    document = STYLES[style]
    walls = [(a, b) for wall in trace(look_at(document, 1, "dm")).walls for a, b in pairwise(wall)]
    for region in look_at(document, 1, "dm").regions:
        for x, y in region.cells:
            for dx, dy in ((1, 0), (0, 1)):
                if (x + dx, y + dy) in region.cells:
                    step = ((x + 0.5, y + 0.5), (x + dx + 0.5, y + dy + 0.5))
                    assert not any(_near(step, wall) and _cross(step, wall) for wall in walls), (region.id, x, y)


def _near(step: tuple[Point, Point], wall: tuple[Point, Point]) -> bool:
    return abs(step[0][0] - wall[0][0]) < 20 and abs(step[0][1] - wall[0][1]) < 20


def _cross(one: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    def side(a: Point, b: Point, c: Point) -> float:
        return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

    return side(*one, other[0]) * side(*one, other[1]) < 0 and side(*other, one[0]) * side(*other, one[1]) < 0


@pytest.mark.parametrize("view", VIEWS)
def test_a_uvtt_file_has_the_fields_of_its_format_and_a_picture_of_its_size(view: View) -> None:
    file = uvtt_of(STYLES["cave"], 1, view)
    size, cell = file["resolution"]["map_size"], file["resolution"]["pixels_per_grid"]
    picture = Image.open(io.BytesIO(base64.b64decode(file["image"])))

    assert 0.3 == file["format"]
    assert {
        "format",
        "resolution",
        "line_of_sight",
        "objects_line_of_sight",
        "portals",
        "environment",
        "lights",
        "image",
    } == set(file)
    assert (size["x"] * cell, size["y"] * cell) == picture.size
    assert {"map_origin", "map_size", "pixels_per_grid"} == set(file["resolution"])
    assert all({"position", "bounds", "rotation", "closed", "freestanding"} == set(one) for one in file["portals"])
    assert all({"position", "range", "intensity", "color", "shadows"} == set(one) for one in file["lights"])
    assert all(
        0 <= x <= size["x"] and 0 <= y <= size["y"] for wall in file["line_of_sight"] for x, y in points_of(wall)
    )


@pytest.mark.parametrize("style", STYLES)
def test_the_players_file_has_no_secret_door_and_nothing_behind_one(style: DungeonStyle) -> None:
    document = STYLES[style]
    shown, full = look_at(document, 1, "player"), look_at(document, 1, "dm")
    hidden = {f"r{room['number']}" for room in document["rooms"] if room["function"] == "hidden"}
    secret = [door for door in full.doors if door["kind"] in {"secret", "concealed"}]
    posts = trace(full).doors
    bounds = [points_of(portal["bounds"]) for portal in uvtt_of(document, 1, "player")["portals"]]

    assert hidden
    assert not hidden & {region.id for region in shown.regions}
    assert not {door["id"] for door in secret} & {door["id"] for door in shown.doors}
    assert not [door["id"] for door in secret if list(posts[door["id"]]) in bounds]


@pytest.mark.parametrize("style", STYLES)
def test_where_a_secret_door_is_the_player_sees_a_wall(style: DungeonStyle) -> None:
    document = STYLES[style]
    posts, walls = trace(look_at(document, 1, "dm")).doors, trace(look_at(document, 1, "player")).walls
    pieces = [frozenset(pair) for wall in walls for pair in pairwise(wall)]
    for door in document["doors"]:
        if door["kind"] == "secret" and style != "cave":
            (ax, ay), (bx, by) = posts[door["id"]]
            assert any(_covers(piece, (ax, ay)) and _covers(piece, (bx, by)) for piece in pieces), door


def _covers(piece: frozenset[Point], point: Point) -> bool:
    one, other = min(piece), max(piece)
    inside = one[0] <= point[0] <= other[0] and min(one[1], other[1]) <= point[1] <= max(one[1], other[1])
    return inside and (point[0] - one[0]) * (other[1] - one[1]) == (point[1] - one[1]) * (other[0] - one[0])


def texts_of(svg: str) -> list[str]:
    return [text.text or "" for text in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def test_the_dungeon_masters_map_numbers_every_room_and_the_players_none() -> None:
    document = STYLES["tomb"]
    numbers = {str(room["number"]) for room in document["rooms"]}
    shown, full = (texts_of(map_svg(document, view)) for view in ("player", "dm"))

    assert numbers <= set(full)
    assert not numbers & set(shown)
    assert {"S", "secret"} <= set(full)
    assert not {"S", "C", "L", "J", "B", "secret", "concealed", "locked"} & set(shown)
    assert {"N", "50 feet (one square is 10 feet)"} <= set(shown)


@pytest.mark.parametrize("view", VIEWS)
def test_numbers_and_words_stand_in_their_rooms_and_cover_neither_doors_nor_each_other(view: View) -> None:
    for document in (*STYLES.values(), DEEP):
        for level in levels(document):
            looked = look_at(document, level, view)
            outline = trace(looked)
            boxes = [around(((ax + bx) / 2, (ay + by) / 2), 0.3) for (ax, ay), (bx, by) in outline.doors.values()]
            floor = {cell for region in looked.regions for cell in region.cells}
            texts = [item for item in bare_map(looked, outline) if isinstance(item, Text) and item.halo]

            assert len(texts) >= len(looked.stairs) + len(looked.entrances)
            for text in texts:
                box = box_of(text.x, text.y, text.text, text.size)
                assert [] == [other for other in boxes if meets(box, other)], (view, level, text)
                assert {(floor_of(x), floor_of(y)) for x in box[::2] for y in box[1::2]} <= floor, (view, level, text)
                boxes.append(box)


def test_all_levels_are_on_one_sheet_unless_one_is_asked_for() -> None:
    whole, lower = (texts_of(map_svg(DEEP, "dm", level)) for level in (None, 2))

    assert [f"{DEEP['name']}: level 1", f"{DEEP['name']}: level 2"] == [text for text in whole if ": level" in text]
    assert [f"{DEEP['name']}: level 2"] == [text for text in lower if ": level" in text]
    assert any(text.startswith("up ") for text in lower)


def test_a_level_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        map_svg(DEEP, "dm", 3)


def test_a_name_cannot_break_out_of_the_drawing() -> None:
    assert "<script>" not in map_svg({**DEEP, "name": "<script>alert(1)</script>"}, "dm")


def test_pictures_and_sheets_are_the_same_bytes_each_time() -> None:
    document = STYLES["built"]
    assert map_png(document, "dm") == map_png(document, "dm")
    assert key_pdf(document) == key_pdf(document)


def test_a_picture_is_dark_where_walls_are_and_light_on_the_floor() -> None:
    picture = Image.open(io.BytesIO(map_png(STYLES["built"], "dm", 1)))
    colors = {shade for _, shade in picture.getcolors(65_536) or []}

    assert {0, 255} <= colors
    assert "L" == picture.mode


def test_the_key_has_every_room_with_its_fights_traps_and_treasure() -> None:
    document = STYLES["built"]
    text = key_markdown(document)
    for room in document["rooms"]:
        assert f"### {room['number']}. {room['name']}" in text
        assert room["read_aloud"] in text
        assert all(
            f"hp {', '.join(map(str, group['hit_points']))}, THAC0 {group['thac0']}" in text
            for group in room["creatures"]
        )
        assert room["trap"] is None or room["trap"]["effect"] in text
        assert room["treasure"] is None or f"{room['treasure']['gold_pieces']:,g} gp in all" in text
        assert all(clue["text"] in text for clue in room["clues"])


def test_a_sheet_that_needs_several_pages_stays_legible() -> None:
    sheet = key_pdf(generate_dungeon(DungeonBrief(rooms=90), 2))
    pages = [
        zlib.decompress(page)
        for page in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", sheet, re.DOTALL)
        if page[:1] == b"x"
    ]
    sizes = {float(size) for page in pages for size in re.findall(rb"/F\d+ ([\d.]+) Tf", page)}

    assert 1 < sheet.count(b"/Type /Page\n") <= 5
    assert min(sizes) >= 7.5


def test_the_sheet_for_twenty_rooms_is_one_page() -> None:
    pages = [key_pdf(generate_dungeon(DungeonBrief(rooms=20), seed)).count(b"/Type /Page\n") for seed in (1, 2, 3)]
    assert [1, 1, 1] == pages
