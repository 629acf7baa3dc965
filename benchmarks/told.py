"""What a Dungeon Master would not put on the table, found in a finished dungeon by reading it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

Document = Mapping[str, Any]
_UNFINISHED: Final = re.compile(r"[{}$]|\b[Aa] [aei]|\b[Aa]n [bcdfgjklmnpqrstvwxyz]|None|  \S|\.\.|, ,|\b(\w+) \1\b")
"""A slot that was not filled, a wrong article, a gap, a word that stands there twice."""
_PLAIN_LEAVES: Final = frozenset({"door", "stuck", "barred", "portcullis"})
_THRESHOLD_FEET: Final = 20


def slips_of(document: Document) -> Iterator[str]:
    """Every slip, with the room it is in."""
    for room in document["rooms"]:
        where = f"room {room['number']}"
        yield from (f"{where}: {text!r}" for text in _texts(room) if _UNFINISHED.search(text))
        yield from (f"{where}: {slip}" for slip in _slips_of_room(room))
    masters = [group["called"] for room in document["rooms"] for group in room["creatures"] if "called" in group]
    if len(masters) > 1:
        yield f"there is one master, and {len(masters)} have a name"
    yield from _double_doors(document)


def _slips_of_room(room: Document) -> Iterator[str]:
    groups = room["creatures"]
    if sum(group["number"] for group in groups) == 1:
        if room["approach"].startswith("They "):
            yield f"one creature is told as many: {room['approach']}"
        if " their " in f" {groups[0]['doing']} ":
            yield f"one creature is told as many: {groups[0]['doing']}"
    if room["trap"] and room["trap"]["id"] == "needle" and not room["treasure"]:
        yield "a poisoned latch has nothing to lock"


def _double_doors(document: Document) -> Iterator[str]:
    """Two leaves in one threshold: nobody builds so."""
    for level in document["levels"]:
        for passage in level["passages"]:
            if passage["feet"] <= _THRESHOLD_FEET:
                leaves = [one["id"] for one in document["doors"] if one["passage"] == passage["id"] and _is_leaf(one)]
                if len(leaves) > 1:
                    yield f"two doors in one threshold: {', '.join(leaves)}"


def _is_leaf(door: Document) -> bool:
    return door["kind"] in _PLAIN_LEAVES


def _texts(room: Document) -> Iterator[str]:
    yield from (room["read_aloud"], room["approach"] or "", *room["details"])
    yield from (clue["text"] for clue in room["clues"])
    yield from (f"{key['what']} {key['where']}" for key in room["keys"])
    yield from (text for part in (room["trap"], room["special"]) if part for text in (part["text"],))
    if treasure := room["treasure"]:
        yield from (treasure["where"], *(one["what"] for one in treasure["art"]))
