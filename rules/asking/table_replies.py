"""Replies from any table by its name: the tables that have no topic of their own are reached this way."""

from typing import Any

from rules.asking.names import TABLES_BY_NAME
from rules.asking.reply import MissingValue, Reply, listed, make_reply, text_of
from rules.asking.rolled_tables import plus_of, roll_of, subtable_of, table_of_roll
from rules.asking.slots import Slots
from rules.asking.topic import topic
from rules.characters import spoken
from rules.loader import Rulebook
from rules.lookup import look_up
from rules.results import signed
from rules.table import Table

MOST_LINES = 8
_SUBTABLE = "subtable"


def reply_table(slots: Slots, book: Rulebook) -> Reply:
    """The lines of the table that the question picks."""
    rolled = table_of_roll(slots)
    table = book.table(rolled or slots.one("table") or "")
    if rolled == "magic_adjustments":
        return _plus(slots, table)
    keys = _keys(table, slots)
    missing = [name for name in table.keys if name not in keys]
    if missing and len(table.rows) > MOST_LINES:
        allowed = f": {listed(_names(table, missing[0]), 'or')}" if missing[0] in table.exact_keys else ""
        raise MissingValue(f"Which {missing[0].replace('_', ' ')}{allowed[:200]}?", missing[0])
    found = look_up(table.id, keys, book=book)
    rows = [{name: row[name] for name in table.columns} for row in found.rows]
    words = "; ".join(_line(row, many=len(table.columns) > 1) for row in rows)
    shown = [text for row in rows for value in row.values() if value is not None for text in _texts(value)]
    values: dict[str, Any] = dict(rows[0]) if len(rows) == 1 else {"rows": rows}
    text = f"{shown[0] if shown else 'None'}. {found.title[0].upper()}{found.title[1:]}: {words}"
    return make_reply(text, values, shown or ["none"], found, source=found.source)


def _keys(table: Table, slots: Slots) -> dict[str, Any]:
    """The keys that the question has: a name of the table, a letter, a number."""
    keys: dict[str, Any] = {}
    for name in table.exact_keys:
        known = _names(table, name)
        said = [value for values in slots.found.values() for value in values]
        if name == _SUBTABLE:
            said = [part for part in (subtable_of(slots, known),) if part is not None]
        found = next((value for value in said if value in known), None)
        if found is not None:
            keys[name] = found
        elif len(known) == 1:
            keys[name] = known[0]
    if table.is_banded:
        number = slots.numbers.get(table.keys[-1]) or _text(roll_of(slots)) or next(iter(slots.left_over), None)
        if number is None and slots.abilities:
            number = next(iter(slots.abilities.values()))
        if number is not None and number.isdecimal():
            keys[table.keys[-1]] = int(number)
    return keys


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)


def _plus(slots: Slots, table: Table) -> Reply:
    """The plus of a magical sword, armor or other weapon."""
    column, roll = plus_of(slots) or "sword", roll_of(slots) or 0
    plus = int(table.find(at=roll)[column])
    text = (
        f"{signed(plus)}. A roll of {roll} gives {_PLUS_OF[column]} {signed(plus)}{' and a curse' if plus < 0 else ''}"
    )
    return make_reply(text, {"plus": plus, "roll": roll}, [signed(plus)], source=(table.source,))


_PLUS_OF = {"sword": "a sword", "armor": "armor or a shield", "other_weapon": "a weapon other than a sword"}


def _names(table: Table, key: str) -> list[str]:
    place = table.exact_keys.index(key)
    return list(dict.fromkeys(row.exact[place] for row in table.rows))


def _line(row: dict[str, Any], *, many: bool) -> str:
    shown = [(name.replace("_", " "), _shown(value)) for name, value in row.items() if value is not None]
    return ", ".join(f"{name} {value}" if many else value for name, value in shown)


def _texts(value: Any) -> list[str]:
    return [_shown(one) for one in value] if isinstance(value, list) else [_shown(value)]


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(spoken(one) if isinstance(one, str) else text_of(one) for one in value)
    return spoken(value) if isinstance(value, str) else text_of(value)


def _extra_table(slots: Slots) -> float:
    if table_of_roll(slots) is not None:
        return 6.0
    if not slots.all("table") or slots.all("weapon") or (slots.all("material") and slots.all("item_attack")):
        return -9.0
    keyed = "roll" in slots.numbers or bool(slots.left_over) or bool(slots.classes) or "level" in slots.numbers
    return (
        1.6
        + 0.8 * keyed
        - 2.0 * slots.has("save", "hit", "attack", "initiative", "damage", "item_save", "load", "wear", "cast")
    )


TOPICS = (
    topic(
        "table",
        "any table by its name",
        cues=(
            "prime_requisite=1.0 rolled=0.4 school=1.0 magic_item gem morale dice require level modifier racial "
            "treasure may dice die cast encounter frequency creature"
        ),
        things=(
            "table=1.8 class=0.4 level=0.2 roll=0.4 specialist=0.4 item material armor weapon ability score race spell "
            "category dice protection light_source ware"
        ),
        reply=reply_table,
        extra=_extra_table,
        loose="roll",
        tables=TABLES_BY_NAME,
    ),
)
