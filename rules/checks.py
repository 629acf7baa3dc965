"""What a table file must hold before its tables are used: structure first, then that the bands leave no gap.

A table that fails is reported with a reason and left out; the others are not affected.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from rules.table import Row, Table, normalise_name

_RESERVED = frozenset({"values", "every", "step", "aliases"})
Text = Annotated[str, Field(min_length=1)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Bound = Annotated[list[int | None], Field(min_length=2, max_length=2)]


class TableProblem(Exception):
    """The table cannot be used; the message says why."""


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


class _Source(_Strict):
    book: Literal["PHB", "DMG", "MM"]
    table: Text | None = None
    chapter: Text | None = None

    @model_validator(mode="after")
    def _one_place(self) -> "_Source":
        if (self.table is None) == (self.chapter is None):
            raise ValueError("source names either a table or a chapter")
        return self

    @property
    def place(self) -> str:
        if self.table is None:
            return f"chapter {self.chapter}"
        return f"tables {self.table}" if "," in self.table else f"table {self.table}"


class _TableFile(_Strict):
    id: Name
    version: Annotated[int, Field(ge=1)]
    title: Text
    source: _Source
    status: Literal["single_source"] | None = None
    checked_against: Annotated[list[Text], Field(min_length=1)]
    kind: Literal["lookup", "banded", "formula"]
    keys: Annotated[list[Name], Field(min_length=1)]
    columns: Annotated[list[Name], Field(min_length=1)]
    domain: dict[str, Bound] = {}
    rows: Annotated[list[dict[str, Any]], Field(min_length=1)]
    out_of_range: Literal["refuse", "last_row"]
    aliases: list[Text]
    notes: list[Text]


def read_table(raw: Any) -> Table:
    """Turn one table of a file into a `Table`.

    Raises:
        TableProblem: Its structure, its rows or its bands do not hold.
    """
    try:
        file = _TableFile.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        raise TableProblem(f"{'.'.join(map(str, first['loc'])) or 'table'}: {first['msg']}") from error
    _require_distinct("checked_against", file.checked_against)
    _check_references(file)
    _require_distinct("keys and columns", [*file.keys, *file.columns])
    banded = file.kind != "lookup"
    rows = tuple(_read_row(file, number, row, banded=banded) for number, row in enumerate(file.rows, start=1))
    _check_domain(file, rows, banded=banded)
    _check_names(rows)
    return Table(
        id=file.id,
        version=file.version,
        title=file.title,
        book=file.source.book,
        place=file.source.place,
        kind=file.kind,
        keys=tuple(file.keys),
        columns=tuple(file.columns),
        rows=rows,
        out_of_range=file.out_of_range,
        aliases=tuple(file.aliases),
        checked_against=tuple(file.checked_against),
        notes=tuple(file.notes),
        status=file.status,
    )


def _check_references(file: _TableFile) -> None:
    """Two references; with one only, the table says so in its status and its notes."""
    if file.status is None and len(file.checked_against) < 2:
        raise TableProblem("checked_against: two references, or one and the status single_source")
    if file.status is not None and (len(file.checked_against) > 1 or not file.notes):
        raise TableProblem("status: single_source is for one reference, with a note that says so")


def _read_row(file: _TableFile, number: int, raw: Mapping[str, Any], *, banded: bool) -> Row:
    if unknown := set(raw) - set(file.keys) - _RESERVED:
        raise TableProblem(f"row {number}: unknown field {min(unknown)!r}")
    exact_keys = file.keys[:-1] if banded else file.keys
    exact = tuple(_text(raw.get(key), f"row {number}: {key}") for key in exact_keys)
    low, high = _band(raw.get(file.keys[-1]), f"row {number}: {file.keys[-1]}") if banded else (None, None)
    values = raw.get("values")
    if not isinstance(values, list) or len(values) != len(file.columns):
        raise TableProblem(f"row {number}: values must be a list of {len(file.columns)}")
    every, step = _step(file, number, raw, values, banded=banded)
    aliases = raw.get("aliases", [])
    if not isinstance(aliases, list):
        raise TableProblem(f"row {number}: aliases must be a list")
    names = tuple(_text(alias, f"row {number}: alias") for alias in aliases)
    return Row(exact, tuple(values), low, high, every, step, names)


def _step(
    file: _TableFile, number: int, raw: Mapping[str, Any], values: Sequence[Any], *, banded: bool
) -> tuple[int | None, tuple[int, ...]]:
    if "every" not in raw and "step" not in raw:
        if file.kind == "formula":
            raise TableProblem(f"row {number}: a formula needs every and step")
        return None, ()
    every, step = raw.get("every"), raw.get("step")
    if not banded or not isinstance(every, int) or isinstance(every, bool) or every < 1:
        raise TableProblem(f"row {number}: every must be a whole number from 1, in a row with a band")
    if not isinstance(step, list) or len(step) != len(values) or not all(map(_is_int, [*step, *values])):
        raise TableProblem(f"row {number}: step and values must be whole numbers, one for each column")
    return every, tuple(step)


def _check_names(rows: Sequence[Row]) -> None:
    """A spelling stands for one name."""
    meant = {normalise_name(row.exact[0]): row.exact[0] for row in rows if row.exact}
    for row in rows:
        for alias in row.aliases:
            if meant.setdefault(normalise_name(alias), row.exact[0]) != row.exact[0]:
                raise TableProblem(f"{alias!r} stands for two names")


def _check_domain(file: _TableFile, rows: Sequence[Row], *, banded: bool) -> None:
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(row.exact, []).append(row)
    if not banded:
        doubled = [exact for exact, group in groups.items() if len(group) > 1]
        if doubled or file.domain:
            raise TableProblem(f"two rows for {'/'.join(doubled[0])}" if doubled else "a look-up has no domain")
        return
    if list(file.domain) != [file.keys[-1]]:
        raise TableProblem(f"domain must be given for {file.keys[-1]!r} and nothing else")
    first, last = file.domain[file.keys[-1]]
    for exact, group in groups.items():
        _check_bands("/".join(exact) or file.id, group, first, last)


def _check_bands(name: str, group: Sequence[Row], first: int | None, last: int | None) -> None:
    rows = sorted(group, key=lambda row: row.low or 0)
    for before, after in pairwise(rows):
        if before.high is None or (after.low or 0) <= before.high:
            raise TableProblem(f"{name}: bands overlap at {after.low}")
        if after.low != before.high + 1:
            raise TableProblem(f"{name}: no row for {before.high + 1}")
    low, high = rows[0].low, rows[-1].high
    if first is None or low is None or low > first:
        raise TableProblem(f"{name}: no row for {first}")
    if high is not None and (last is None or high < last):
        raise TableProblem(f"{name}: no row for {high + 1}")


def _band(raw: Any, where: str) -> tuple[int, int | None]:
    match raw:
        case [int(low), None] if _is_int(low):
            return low, None
        case [int(low), int(high)] if _is_int(low) and _is_int(high) and low <= high:
            return low, high
    raise TableProblem(f"{where} must be [low, high], whole numbers in order, high null for no end")


def _text(raw: Any, where: str) -> str:
    if not isinstance(raw, str) or not raw.strip():
        raise TableProblem(f"{where} must be text")
    return raw


def _is_int(raw: Any) -> bool:
    return isinstance(raw, int) and not isinstance(raw, bool)


def _require_distinct(what: str, values: Sequence[str]) -> None:
    if len(set(values)) != len(values):
        raise TableProblem(f"{what} must be distinct")
