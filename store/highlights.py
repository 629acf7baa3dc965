"""Where in a hit's texts the words of the query stand, as text and positions: whoever shows it need trust no markup."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

_BEGIN, _END = "\ue000", "\ue001"
"""Private characters, taken out of the texts before: what is left of them was set by Postgres."""

_MARKS: Final = f'StartSel="{_BEGIN}", StopSel="{_END}"'
OPTIONS: Final = {
    "marks": _BEGIN + _END,
    "whole": f"{_MARKS}, HighlightAll=true",
    "fragments": f'{_MARKS}, MaxFragments=2, MaxWords=24, MinWords=8, FragmentDelimiter=" \u2026 "',
}
"""For ts_headline: names and short descriptions whole, of longer ones up to two pieces of 24 words."""


@dataclass(frozen=True, slots=True)
class Highlight:
    """A piece of a text; `matches` are (begin, end) in it, in characters, the end not included."""

    field: Literal["name", "description"]
    text: str
    matches: tuple[tuple[int, int], ...]


def read_highlights(row: Mapping[str, Any]) -> tuple[Highlight, ...]:
    """The highlights in a row of headlines; a text without a match has none."""
    found = (_read("name", row["name"]), _read("description", row["description"]))
    return tuple(each for each in found if each.matches)


def _read(field: Literal["name", "description"], marked: str) -> Highlight:
    first, *rest = marked.split(_BEGIN)
    text, matches = first, []
    for piece in rest:
        match, _, after = piece.partition(_END)
        matches.append((len(text), len(text) + len(match)))
        text += match + after
    return Highlight(field, text, tuple(matches))
