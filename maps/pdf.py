"""The key for print: map and all rooms in a line each on one page, or as few more as it takes to stay legible.

Only the fonts that every PDF reader has are used, so nothing is read from the machine and the file is small.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from maps.atlas import scenes_of
from maps.key import rooms_in_lines
from maps.png import png_of
from maps.scene import Scene

_PAGE_WIDTH, _PAGE_HEIGHT, _MARGIN = 210.0, 297.0, 10.0
_SIZES: Final = (8.0, 7.0, 6.2, 5.6)
"""Type sizes in points, tried until the rooms fit on the page."""
_SIZE_OF_MANY: Final = 7.5
"""The type size when one page is not enough: then there is room to read."""
_MOST_TO_SHRINK: Final = 2
"""Pages at the largest size from which no smaller one makes a single page."""
_ABREAST: Final = 2
_LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""Creation date of every file: the same dungeon, the same bytes."""


def key_pdf(document: Mapping[str, Any]) -> bytes:
    """The sheet as PDF (A4), one page or several."""
    scenes = scenes_of(document, "dm")
    maps = [(scene, png_of([scene], pixels_per_cell=24)) for scene in scenes]
    for size in _SIZES:
        sheet = _sheet(document, maps, size)
        if sheet.page_no() == 1:
            return bytes(sheet.output())
        if sheet.page_no() > _MOST_TO_SHRINK:
            break
    return bytes(_sheet(document, maps, _SIZE_OF_MANY).output())


def _sheet(document: Mapping[str, Any], maps: Sequence[tuple[Scene, bytes]], size: float) -> FPDF:
    pdf = FPDF(format="A4")
    pdf.set_creation_date(_LONG_AGO)
    pdf.set_title(_plain(document["name"]))
    pdf.set_margins(_MARGIN, _MARGIN)
    pdf.set_auto_page_break(auto=True, margin=_MARGIN)
    pdf.add_page()
    pdf.set_font("Helvetica", "B", 14)
    _write(pdf, 6, document["name"])
    pdf.set_font("Helvetica", "", size)
    totals = document["totals"]
    _write(
        pdf,
        size * 0.42,
        f"{document['history']['now']} Goal: {document['goal']['what']}. {totals['experience']['total']:,} XP, "
        f"{totals['gold_pieces']['total']:,g} gp, magical items: {totals['magic_items']}.",
    )
    for first in range(0, len(maps), _ABREAST):
        _put_maps(pdf, maps[first : first + _ABREAST])
    wandering = document["wandering"]
    met = "; ".join(
        f"{one['roll']} {one['number']} {one['name']} (from {one['from_room']})" for one in wandering["entries"]
    )
    _entry(pdf, size, f"Wandering {wandering['die']}", f"{met}. {wandering['check']}.")
    for heading, line in rooms_in_lines(document["rooms"]):
        _entry(pdf, size, heading, line)
    return pdf


def _put_maps(pdf: FPDF, maps: Sequence[tuple[Scene, bytes]]) -> None:
    """Levels beside each other, at most two fifths of a page high; on the next page when this one is full."""
    gap, tallest = 3.0, max(scene.height for scene, _ in maps)
    width = _PAGE_WIDTH - 2 * _MARGIN - gap * (len(maps) - 1)
    per_cell = min(width / sum(scene.width for scene, _ in maps), _PAGE_HEIGHT * 0.4 / tallest)
    if pdf.get_y() + 4 + tallest * per_cell > _PAGE_HEIGHT - _MARGIN:
        pdf.add_page()
    left, top = _MARGIN, pdf.get_y() + 2
    for scene, picture in maps:
        pdf.image(picture, x=left, y=top, w=scene.width * per_cell)
        left += scene.width * per_cell + gap
    pdf.set_y(top + tallest * per_cell + 2)


def _entry(pdf: FPDF, size: float, heading: str, line: str) -> None:
    pdf.set_font("Helvetica", "", size)
    text = f"**{_plain(heading).replace('*', '')}.** {_plain(line).replace('**', '')}"
    pdf.multi_cell(0, size * 0.42, text, markdown=True, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _write(pdf: FPDF, height: float, text: str) -> None:
    pdf.multi_cell(0, height, _plain(text), new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _plain(text: str) -> str:
    """What the built-in fonts can show (Latin-1); anything else becomes a question mark."""
    return text.encode("latin-1", "replace").decode("latin-1")
