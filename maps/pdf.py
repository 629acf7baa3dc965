"""The key for print: map and all rooms in a line each on one page, or as few more as it takes to stay legible.

Only the fonts that every PDF reader has are used, so nothing is read from the machine and the file is small.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from maps.atlas import scenes_of
from maps.key import rooms_in_lines
from maps.png import png_of

_PAGE_WIDTH, _PAGE_HEIGHT, _MARGIN = 210.0, 297.0, 10.0
_SIZES: Final = (8.0, 7.0, 6.2, 5.6)
"""Type sizes in points, tried until the rooms fit on the page."""
_LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""Creation date of every file: the same dungeon, the same bytes."""


def key_pdf(document: Mapping[str, Any]) -> bytes:
    """The sheet as PDF (A4)."""
    sheets = (_sheet(document, size) for size in _SIZES)
    one_page = next((sheet for sheet in sheets if sheet.page_no() == 1), None)
    return bytes((one_page or _sheet(document, _SIZES[-1])).output())


def _sheet(document: Mapping[str, Any], size: float) -> FPDF:
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
    _maps(pdf, document)
    wandering = document["wandering"]
    met = "; ".join(
        f"{one['roll']} {one['number']} {one['name']} (from {one['from_room']})" for one in wandering["entries"]
    )
    _entry(pdf, size, f"Wandering {wandering['die']}", f"{met}. {wandering['check']}.")
    for heading, line in rooms_in_lines(document["rooms"]):
        _entry(pdf, size, heading, line)
    return pdf


def _maps(pdf: FPDF, document: Mapping[str, Any]) -> None:
    """The levels beside each other, together at most two fifths of a page high."""
    scenes = scenes_of(document, "dm")
    gap = 3.0
    width = _PAGE_WIDTH - 2 * _MARGIN - gap * (len(scenes) - 1)
    per_cell = min(
        width / sum(scene.width for scene in scenes), _PAGE_HEIGHT * 0.4 / max(scene.height for scene in scenes)
    )
    left, top = _MARGIN, pdf.get_y() + 2
    for scene in scenes:
        pdf.image(png_of([scene], pixels_per_cell=24), x=left, y=top, w=scene.width * per_cell)
        left += scene.width * per_cell + gap
    pdf.set_y(top + max(scene.height for scene in scenes) * per_cell + 2)


def _entry(pdf: FPDF, size: float, heading: str, line: str) -> None:
    pdf.set_font("Helvetica", "", size)
    text = f"**{_plain(heading).replace('*', '')}.** {_plain(line).replace('**', '')}"
    pdf.multi_cell(0, size * 0.42, text, markdown=True, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _write(pdf: FPDF, height: float, text: str) -> None:
    pdf.multi_cell(0, height, _plain(text), new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _plain(text: str) -> str:
    """What the built-in fonts can show (Latin-1); anything else becomes a question mark."""
    return text.encode("latin-1", "replace").decode("latin-1")
