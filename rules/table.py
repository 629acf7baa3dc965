"""A table in memory: rows found by exact keys and at most one band of whole numbers, without any I/O.

Three kinds of table share this one form:

- `lookup`: every key is matched exactly, such as the armor worn;
- `banded`: the last key is a band [low, high], both included, `high` None for "and above";
- `formula`: a band whose values change by `step` with every `every` beyond its low end.

A banded row may carry a step too: the last line of an experience table goes on for ever that way.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from rules.errors import MalformedValue, OutOfTable, UnknownName

Kind = Literal["lookup", "banded", "formula"]
BOOKS = {"PHB": "Player's Handbook", "DMG": "Dungeon Master Guide", "MM": "Monstrous Manual"}


@dataclass(frozen=True, slots=True)
class Row:
    """One printed line.

    `exact` are the values of the exact keys in the table's order; `low` and `high` are the band (None and None in a
    look-up); `step` is what each column gains per `every` beyond `low`.
    """

    exact: tuple[str, ...]
    values: tuple[Any, ...]
    low: int | None = None
    high: int | None = None
    every: int | None = None
    step: tuple[int, ...] = ()
    aliases: tuple[str, ...] = ()

    def values_at(self, number: int | None) -> tuple[Any, ...]:
        """The values of the line at one number of its band."""
        if self.every is None or self.low is None or number is None:
            return self.values
        times = (number - self.low) // self.every
        return tuple(value + times * step for value, step in zip(self.values, self.step, strict=True))


@dataclass(frozen=True)
class Table:
    """A checked table; see `rules.checks` for what is promised about its rows."""

    id: str
    version: int
    title: str
    book: str
    place: str
    kind: Kind
    keys: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    out_of_range: Literal["refuse", "last_row"] = "refuse"
    aliases: tuple[str, ...] = ()
    checked_against: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    status: Literal["single_source"] | None = None
    _by_exact: dict[tuple[str, ...], tuple[list[int], list[Row]]] = field(init=False, repr=False, compare=False)
    _names: dict[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Build the two indexes, so that a look-up is a dictionary access and a bisection."""
        index: dict[tuple[str, ...], tuple[list[int], list[Row]]] = {}
        for row in sorted(self.rows, key=lambda row: row.low or 0):
            lows, rows = index.setdefault(row.exact, ([], []))
            lows.append(row.low or 0)
            rows.append(row)
        object.__setattr__(self, "_by_exact", index)
        object.__setattr__(self, "_names", _names_of(self.rows) if len(self.exact_keys) == 1 else {})

    @property
    def is_banded(self) -> bool:
        """True when the last key is a band of whole numbers."""
        return self.kind != "lookup"

    @property
    def exact_keys(self) -> tuple[str, ...]:
        """The keys that are matched exactly."""
        return self.keys[:-1] if self.is_banded else self.keys

    @property
    def source(self) -> str:
        """Where it is printed, such as `Player's Handbook, table 53: base THAC0 of characters`."""
        return f"{BOOKS[self.book]}, {self.place}: {self.title}"

    @property
    def names(self) -> tuple[str, ...]:
        """What the first exact key can be, in the table's order; aliases are left out."""
        return tuple(dict.fromkeys(row.exact[0] for row in self.rows if row.exact))

    @property
    def aliases_of_names(self) -> Mapping[str, str]:
        """Every spelling the first exact key is known by (normalised), and the name it stands for."""
        return self._names

    def resolve(self, text: Any, *, field_name: str | None = None) -> str:
        """The table's own name for what a person wrote: `Chain mail` is `chain_mail`.

        Raises:
            MalformedValue: It is not text.
            UnknownName: No row has this name or alias.
        """
        name = field_name or self.keys[0]
        if not isinstance(text, str):
            raise MalformedValue(name, text, f"one of: {', '.join(self.names)}")
        found = self._names.get(normalise_name(text))
        if found is None:
            raise UnknownName(name, text, f"one of: {', '.join(self.names)}")
        return found

    def bounds(self, *exact: str) -> tuple[int, int | None]:
        """The lowest and highest number the band of these exact keys covers; None is "no end"."""
        _, rows = self._by_exact[exact]
        return rows[0].low or 0, rows[-1].high

    def covers(self, *exact: str) -> bool:
        """True when there are rows for these exact keys."""
        return exact in self._by_exact

    def find(self, *exact: str, at: int | None = None) -> Mapping[str, Any]:
        """The columns by name, for the exact keys in order and a number of the band.

        Raises:
            UnknownName: No row has these exact keys.
            OutOfTable: The band does not reach `at`, and the table says to refuse.
        """
        if exact not in self._by_exact:
            raise UnknownName(self.keys[0], exact[0] if exact else None, f"one of: {', '.join(self.names)}")
        lows, rows = self._by_exact[exact]
        row = rows[0] if at is None else self._row_at(lows, rows, at)
        return dict(zip(self.columns, row.values_at(at), strict=True))

    def value(self, *exact: str, at: int | None = None) -> Any:
        """The only column of a table that has one column; raises as `find`."""
        return self.find(*exact, at=at)[self.columns[0]]

    def _row_at(self, lows: Sequence[int], rows: Sequence[Row], at: int) -> Row:
        position = bisect_right(lows, at) - 1
        high = rows[position].high if position >= 0 else None
        if position < 0 or (high is not None and at > high and self.out_of_range == "refuse"):
            last = rows[-1].high
            allowed = f"an integer from {lows[0]} to {last}" if last is not None else f"an integer from {lows[0]} up"
            raise OutOfTable(self.keys[-1], at, allowed)
        return rows[position]


def normalise_name(text: str) -> str:
    """One spelling for names: lower case, words joined by single underscores; `Magic-User` is `magic_user`."""
    return "_".join(text.lower().replace("-", " ").replace("_", " ").split())


def _names_of(rows: Sequence[Row]) -> dict[str, str]:
    names = {normalise_name(row.exact[0]): row.exact[0] for row in rows}
    for row in rows:
        for alias in row.aliases:
            names.setdefault(normalise_name(alias), row.exact[0])
    return names
