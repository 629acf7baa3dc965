"""Rooms and passages of one level as sets of cells, and which of them a view shows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from maps import View

Cell = tuple[int, int]
SIDES: Final[dict[str, Cell]] = {"N": (0, -1), "E": (1, 0), "S": (0, 1), "W": (-1, 0)}
HIDDEN_KINDS: Final = frozenset({"secret", "concealed"})


@dataclass(frozen=True, slots=True)
class Region:
    """A room (`number`) or a passage (no number)."""

    id: str
    number: int | None
    cells: frozenset[Cell]


@dataclass(frozen=True, slots=True)
class LevelView:
    """What one view of one level holds; `doors`, `stairs` and `entrances` are those of the document."""

    document: Mapping[str, Any]
    level: int
    view: View
    width: int
    height: int
    regions: tuple[Region, ...]
    doors: tuple[Mapping[str, Any], ...]
    stairs: tuple[Mapping[str, Any], ...]
    entrances: tuple[Mapping[str, Any], ...]

    @property
    def style(self) -> str:
        """built, cave or tomb."""
        return str(self.document["style"])


def look_at(document: Mapping[str, Any], level: int, view: View) -> LevelView:
    """One level as a view shows it.

    Raises:
        KeyError: The dungeon has no such level.
    """
    facts = {one["level"]: one for one in document["levels"]}[level]
    by = _margins(document, facts)
    shown = None if view == "dm" else _seen(document)
    regions = [
        Region(f"r{room['number']}", room["number"], _moved(cells_of(room["cells"]), by))
        for room in document["rooms"]
        if room["level"] == level
    ]
    regions += [Region(one["id"], None, _moved(cells_of(one["cells"]), by)) for one in facts["passages"]]
    kept = tuple(one for one in regions if shown is None or one.id in shown)
    ids = {one.id for one in kept}
    return LevelView(
        document=document,
        level=level,
        view=view,
        width=facts["width"] - by[0],
        height=facts["height"] - by[1],
        regions=kept,
        doors=tuple(
            _put(door, by) for door in document["doors"] if door["level"] == level and _is_shown(door, ids, view)
        ),
        stairs=tuple(_put(stair, by) for stair in document["stairs"] if _touches(stair, level, ids, view)),
        entrances=tuple(_put(one, by) for one in document["entrances"] if one["level"] == level),
    )


def levels(document: Mapping[str, Any]) -> list[int]:
    """The numbers of its levels, from 1."""
    return [one["level"] for one in document["levels"]]


def cells_of(runs: Iterable[list[int]]) -> frozenset[Cell]:
    """Runs `[row, first column, last column]` as cells."""
    return frozenset((x, row) for row, first, last in runs for x in range(first, last + 1))


def _margins(document: Mapping[str, Any], facts: Mapping[str, Any]) -> Cell:
    """Empty columns and rows before the level begins, one left over: levels share coordinates, sheets need not."""
    runs = [run for one in facts["passages"] for run in one["cells"]]
    runs += [run for room in document["rooms"] if room["level"] == facts["level"] for run in room["cells"]]
    return min(run[1] for run in runs) - 1, min(run[0] for run in runs) - 1


def _moved(cells: Iterable[Cell], by: Cell) -> frozenset[Cell]:
    return frozenset((x - by[0], y - by[1]) for x, y in cells)


def _put(thing: Mapping[str, Any], by: Cell) -> Mapping[str, Any]:
    return {**thing, "at": [thing["at"][0] - by[0], thing["at"][1] - by[1]]}


def _is_shown(door: Mapping[str, Any], ids: set[str], view: View) -> bool:
    both = f"r{door['room']}" in ids and door["passage"] in ids
    return both and (view == "dm" or door["kind"] not in HIDDEN_KINDS)


def _touches(stair: Mapping[str, Any], level: int, ids: set[str], view: View) -> bool:
    here = [end for end in (stair["upper"], stair["lower"]) if end["level"] == level]
    return any(f"r{end['room']}" in ids for end in here) and (view == "dm" or stair["kind"] != "chute")


def _seen(document: Mapping[str, Any]) -> set[str]:
    """All regions that are reached from the first entrance without a secret or concealed door; locks do not count."""
    ways: dict[str, set[str]] = {}
    for door in document["doors"]:
        if door["kind"] not in HIDDEN_KINDS:
            _join(ways, f"r{door['room']}", door["passage"])
    for stair in document["stairs"]:
        _join(ways, f"r{stair['upper']['room']}", f"r{stair['lower']['room']}")
    found = {f"r{document['entrances'][0]['room']}"}
    ahead = list(found)
    while ahead:
        for near in ways.get(ahead.pop(), ()):
            if near not in found:
                found.add(near)
                ahead.append(near)
    return found


def _join(ways: dict[str, set[str]], one: str, other: str) -> None:
    ways.setdefault(one, set()).add(other)
    ways.setdefault(other, set()).add(one)
