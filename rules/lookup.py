"""Any table by its id: what it is about, all of its lines, or those that some keys pick."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rules.errors import MalformedValue, OutOfTable, UnknownName
from rules.loader import Rulebook, default_rulebook
from rules.results import Part, Result
from rules.table import Row, Table, normalise_name

_NUMBER = re.compile(r"-?[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class TableFacts:
    """What a table is about. `status` is `single_source` when only one reference was found for its numbers."""

    id: str
    title: str
    source: str
    kind: str
    keys: tuple[str, ...]
    columns: tuple[str, ...]
    lines: int
    aliases: tuple[str, ...]
    status: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup(Result):
    """Lines of a table. `keys` is what they were picked by, in the table's own spelling.

    Each of `rows` has the keys and the columns by name. A key that is a band of numbers is a pair, lowest first, whose
    second is None for no end, unless a number picked the line: then it is that number. A line whose values change
    within its band has them at the low end, and `step` and `every` beside them.
    """

    table: str
    title: str
    keys: dict[str, Any]
    rows: tuple[dict[str, Any], ...]


def tables(*, book: Rulebook | None = None) -> tuple[TableFacts, ...]:
    """All tables that are in use, by id."""
    found = (book or default_rulebook()).tables
    return tuple(_facts(found[table_id]) for table_id in sorted(found))


def look_up(table_id: str, keys: Mapping[str, Any] | None = None, *, book: Rulebook | None = None) -> Lookup:
    """Lines of a table.

    Args:
        table_id: Its id.
        keys: By the names of the table's keys, any of them: a name (or an alias, where the table knows some), or a
            number for a band. `class` stands for its group where a table goes by `class_group`.
        book: The tables; those of this package when None.

    Raises:
        TableUnavailable: No such table, or it is switched off.
        MalformedValue: The table has no such key, or the value is not of its kind.
        UnknownName: No line has this name.
        OutOfTable: The band does not reach this number.
    """
    book = book or default_rulebook()
    table = book.table(table_id)
    picked = _read_keys(table, keys or {}, book)
    rows = tuple(_rows(table, picked))
    if not rows:
        raise _nothing_found(table, picked)
    only = rows[0] if len(rows) == 1 else {}
    parts = tuple(Part(name.replace("_", " "), _shown(only[name]), table.source) for name in table.columns if only)
    return Lookup(
        table=table.id, title=table.title, keys=picked, rows=rows, breakdown=parts, source=(table.source,), warnings=()
    )


def _facts(table: Table) -> TableFacts:
    return TableFacts(
        id=table.id,
        title=table.title,
        source=table.source,
        kind=table.kind,
        keys=table.keys,
        columns=table.columns,
        lines=len(table.rows),
        aliases=table.aliases,
        status=table.status,
    )


def _read_keys(table: Table, keys: Mapping[str, Any], book: Rulebook) -> dict[str, Any]:
    given = dict(keys)
    if "class" in given and "class" not in table.keys and "class_group" in table.keys:
        classes = book.table("classes")
        given.setdefault("class_group", classes.find(classes.resolve(given.pop("class"), field_name="class"))["group"])
    if unknown := next((name for name in given if name not in table.keys), None):
        raise MalformedValue(unknown, given[unknown], f"left out: the keys of this table are {', '.join(table.keys)}")
    return {name: _read_key(table, name, given[name]) for name in table.keys if name in given}


def _read_key(table: Table, name: str, value: Any) -> Any:
    if table.is_banded and name == table.keys[-1]:
        return _read_number(name, value)
    names = tuple(dict.fromkeys(row.exact[table.exact_keys.index(name)] for row in table.rows))
    if not isinstance(value, str):
        raise MalformedValue(name, value, f"one of: {', '.join(names)}")
    if table.aliases_of_names:
        return table.resolve(value, field_name=name)
    spellings = {normalise_name(one): one for one in names}
    if (found := spellings.get(normalise_name(value))) is None:
        raise UnknownName(name, value, f"one of: {', '.join(names)}")
    return found


def _read_number(name: str, value: Any) -> int:
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise MalformedValue(name, value, "a whole number")
    return value


def _rows(table: Table, picked: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    exact = tuple(picked.get(name) for name in table.exact_keys)
    number = picked.get(table.keys[-1]) if table.is_banded else None
    for row in table.rows:
        if all(wanted in {None, has} for wanted, has in zip(exact, row.exact, strict=True)) and _reaches(
            table, row, number
        ):
            yield _line(table, row, number)


def _reaches(table: Table, row: Row, number: int | None) -> bool:
    """Whether the line's band holds the number; the last line may go on for ever."""
    if number is None or row.low is None:
        return True
    if number < row.low:
        return False
    _, end = table.bounds(*row.exact)
    goes_on = row.high == end and table.out_of_range == "last_row"
    return row.high is None or goes_on or number <= row.high


def _line(table: Table, row: Row, number: int | None) -> dict[str, Any]:
    line: dict[str, Any] = dict(zip(table.exact_keys, row.exact, strict=True))
    if table.is_banded:
        line[table.keys[-1]] = number if number is not None else [row.low, row.high]
    line |= dict(zip(table.columns, row.values_at(number), strict=True))
    if number is None and row.every is not None:
        line |= {"every": row.every, "step": dict(zip(table.columns, row.step, strict=True))}
    return line


def _nothing_found(table: Table, picked: Mapping[str, Any]) -> OutOfTable | UnknownName:
    """Why no line fits: the number lies outside, or the names do not stand together."""
    names = {name: value for name, value in picked.items() if name in table.exact_keys}
    rows = [row for row in table.rows if _fits(table, row, names)]
    key = table.keys[-1]
    if rows and key in picked:
        low = min(row.low or 0 for row in rows)
        highs = [row.high for row in rows]
        most = None if None in highs else max(high for high in highs if high is not None)
        return OutOfTable(key, picked[key], f"an integer from {low} {'up' if most is None else f'to {most}'}")
    last = list(names)[-1]
    others = {name: value for name, value in names.items() if name != last}
    place = table.exact_keys.index(last)
    possible = dict.fromkeys(row.exact[place] for row in table.rows if _fits(table, row, others))
    return UnknownName(last, picked[last], f"one of: {', '.join(possible)}")


def _fits(table: Table, row: Row, names: Mapping[str, Any]) -> bool:
    return all(row.exact[table.exact_keys.index(name)] == value for name, value in names.items())


def _shown(value: Any) -> int | str:
    return value if isinstance(value, int) else str(value)
