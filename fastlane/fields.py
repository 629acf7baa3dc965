"""How the value of a parameter is read, strictly, and what may stand there.

A query string has text only, so numbers there are plain digits and booleans are `true` or `false`; a JSON body has
types, so a number there is a number. Names are brought to the rule base's own spelling, so that `Fighter` and
`fighter` share one remembered answer.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from rules import (
    ABILITIES,
    MAX_LEVEL,
    OutOfTable,
    Rulebook,
    RuleError,
    TableUnavailable,
    find_ability,
    read_classes,
    read_race,
    read_strength,
)
from rules.suggestions import nearest_first

Check = Callable[[Any, ValidationInfo], Any]

MAX_TEXT = 80
"""Characters of a name; the longest in the tables has less than half of them."""
MAX_NAMES = 20
"""Names in a list."""
MAX_POUNDS = 100_000
MAX_ALLOWED = 180
"""Characters of what would have been right; a longer list of names begins with the nearest."""

_DIGITS = re.compile(r"0|[1-9][0-9]{0,15}")
_SIGNED_DIGITS = re.compile(r"-?[1-9][0-9]{0,15}|0")
_DECIMAL = re.compile(r"(0|[1-9][0-9]{0,5})(\.[0-9]{1,3})?")
_LEVELS = re.compile(r"[0-9]{1,2}(/[0-9]{1,2}){1,2}")
_STRENGTH = re.compile(r"[1-9][0-9]?(/([0-9]{2}|100))?")
_STRENGTH_FORM = 'an integer from 1 to 25, or 18/01 to 18/00 such as "18/55"'


@dataclass(frozen=True, slots=True)
class Reading:
    """How a parameter is read, and what it looks like to a caller; stands in an Annotated.

    Attributes:
        check: Reads the value.
        schema: What a body may hold, as a JSON Schema.
        names_in: The table whose names it takes, if any.
        is_optional: Whether null, which only a body can hold, is as good as nothing.
    """

    check: Check
    schema: Mapping[str, Any] = field(hash=False)
    names_in: str | None = None
    is_optional: bool = False

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Have pydantic read the value this way."""
        return core_schema.with_info_before_validator_function(self._read, handler(source))

    def _read(self, value: Any, info: ValidationInfo) -> Any:
        return None if self.is_optional and value is None else self.check(value, info)

    def or_none(self) -> "Reading":
        """The same for a parameter that may be left out."""
        return replace(self, is_optional=True)


def malformed(allowed: str) -> PydanticCustomError:
    """The value cannot be read; `allowed` completes "must be ..."."""
    return PydanticCustomError("malformed", "must be {allowed}", {"allowed": allowed})


def outside(allowed: str) -> PydanticCustomError:
    """The value is well formed, and the rules have no such one."""
    return PydanticCustomError("outside", "must be {allowed}", {"allowed": allowed})


def _whole(value: Any, info: ValidationInfo, allowed: str, form: re.Pattern[str] = _DIGITS) -> int:
    """A whole number: digits in a query, a JSON number in a body."""
    if _is_query(info):
        if isinstance(value, str) and form.fullmatch(value):
            return int(value)
    elif isinstance(value, int) and not isinstance(value, bool):
        return value
    raise malformed(allowed)


def between(low: int, high: int) -> Check:
    """A whole number from `low` to `high`."""
    allowed = f"an integer from {low} to {high}"
    form = _SIGNED_DIGITS if low < 0 else _DIGITS

    def check(value: Any, info: ValidationInfo) -> int:
        number = _whole(value, info, allowed, form)
        if not low <= number <= high:
            raise outside(allowed)
        return number

    return check


def _level(lowest: int) -> Check:
    allowed = f"an integer from {lowest} to {MAX_LEVEL}"

    def check(value: Any, info: ValidationInfo) -> int | str:
        if isinstance(value, str) and _LEVELS.fullmatch(value):
            return value
        number = _whole(value, info, allowed)
        if not lowest <= number <= MAX_LEVEL:
            raise outside(allowed)
        return number

    return check


def _pounds(value: Any, info: ValidationInfo) -> float:
    allowed = f"a number of pounds from 0 to {MAX_POUNDS}"
    if _is_query(info):
        if not isinstance(value, str) or not _DECIMAL.fullmatch(value):
            raise malformed(allowed)
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise malformed(allowed)
    if not 0 <= value <= MAX_POUNDS:
        raise outside(allowed)
    return int(value) if value == int(value) else float(value)


def _boolean(value: Any, info: ValidationInfo) -> bool:
    if _is_query(info) and isinstance(value, str) and value in {"true", "false"}:
        return value == "true"
    if not _is_query(info) and isinstance(value, bool):
        return value
    raise malformed("true or false")


def _strength(value: Any, info: ValidationInfo) -> str:
    """18, `18`, `18/55` or `18/00`, as the rules write it; a query and a body may both use the text."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise malformed(_STRENGTH_FORM)
    if isinstance(value, str) and not _STRENGTH.fullmatch(value):
        raise malformed(_STRENGTH_FORM)
    if isinstance(value, int) and _is_query(info):
        raise malformed(_STRENGTH_FORM)
    return _by_rules(lambda: str(read_strength(value)))


def _text(value: Any, _info: ValidationInfo) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > MAX_TEXT:
        raise malformed(f"a name of 1 to {MAX_TEXT} characters")
    return " ".join(value.split())


def _notation(value: Any, info: ValidationInfo) -> str:
    """Dice and Hit Dice, with a plus that a query string turned into a space (`4+3` is sent as `4%2B3`) put back."""
    if isinstance(value, int) and not isinstance(value, bool) and not _is_query(info):
        return str(value)
    text = re.sub(r" *([+-]) *", r"\1", _text(value, info))
    return text.replace(" ", "+") if _is_query(info) else text


def _names(value: Any, info: ValidationInfo) -> tuple[str, ...]:
    """Several names: joined by commas in a query, a list in a body; each counts once."""
    allowed = f"at most {MAX_NAMES} names{' joined by commas' if _is_query(info) else ''}"
    given = value.split(",") if _is_query(info) and isinstance(value, str) else value
    if not isinstance(given, list) or len(given) > MAX_NAMES:
        raise malformed(allowed)
    return tuple(dict.fromkeys(_text(one, info) for one in given))


def _points(value: Any, info: ValidationInfo) -> tuple[tuple[str, int], ...]:
    """Points by name: `climb_walls:10,open_locks:20` in a query, an object in a body."""
    allowed = "points by skill, such as climb_walls:10,open_locks:20 (in a body an object)"
    if _is_query(info) and isinstance(value, str):
        pairs = [pair.partition(":") for pair in value.split(",")]
        if any(not _DIGITS.fullmatch(points) for _, _, points in pairs) or len({pair[0] for pair in pairs}) < len(
            pairs
        ):
            raise malformed(allowed)
        value = {name: int(points) for name, _, points in pairs}
    if not isinstance(value, dict) or len(value) > MAX_NAMES:
        raise malformed(allowed)
    if any(isinstance(points, bool) or not isinstance(points, int) for points in value.values()):
        raise malformed(allowed)
    return tuple(sorted((_text(name, info), points) for name, points in value.items()))


def _name_of(resolve: Callable[[Any, Rulebook], str]) -> Check:
    def check(value: Any, info: ValidationInfo) -> str:
        return _by_rules(lambda: resolve(value, _book(info)))

    return check


def _by_rules(read: Callable[[], str]) -> str:
    """What the rules read; an unknown name is a wrong form (C15), a number beyond its table is not."""
    try:
        return read()
    except OutOfTable as error:
        raise outside(nearest_first(error, MAX_ALLOWED)) from error
    except TableUnavailable:
        raise
    except RuleError as error:
        raise malformed(nearest_first(error, MAX_ALLOWED)) from error


def _is_query(info: ValidationInfo) -> bool:
    return bool(info.context and info.context["source"] == "query")


def _book(info: ValidationInfo) -> Rulebook:
    book: Rulebook = (info.context or {})["book"]
    return book


def number(low: int, high: int) -> Reading:
    """A whole number."""
    return Reading(between(low, high), {"type": "integer", "minimum": low, "maximum": high})


def name_in(table_id: str) -> Reading:
    """A name of a table, or one of its aliases; some names are written in digits."""

    def read(value: Any, book: Rulebook) -> str:
        is_number = isinstance(value, int) and not isinstance(value, bool)
        return book.table(table_id).resolve(str(value) if is_number else value)

    return Reading(_name_of(read), _STRING, table_id)


def level(lowest: int) -> Reading:
    """A level, or several joined by /."""
    one = {"type": "integer", "minimum": lowest, "maximum": MAX_LEVEL}
    return Reading(_level(lowest), {"anyOf": [one, {"type": "string", "pattern": f"^{_LEVELS.pattern}$"}]})


_STRING: Mapping[str, Any] = {"type": "string"}
_TEXT: Mapping[str, Any] = {"type": "string", "maxLength": MAX_TEXT}
_CLASSES = Reading(_name_of(lambda text, book: "/".join(read_classes(text, book))), _STRING, "classes")
_RACE = Reading(_name_of(read_race), _STRING, "races")
_STRENGTHS = Reading(
    _strength,
    {
        "anyOf": [
            {"type": "integer", "minimum": 1, "maximum": 25},
            {"type": "string", "pattern": f"^{_STRENGTH.pattern}$"},
        ]
    },
)
_ABILITY = Reading(_name_of(find_ability), {"type": "string", "enum": list(ABILITIES)})
_NAMES = Reading(_names, {"type": "array", "items": _STRING, "maxItems": MAX_NAMES})
_POINTS = Reading(_points, {"type": "object", "additionalProperties": {"type": "integer"}})
_POUNDS = Reading(_pounds, {"type": "number", "minimum": 0, "maximum": MAX_POUNDS})

CharacterClass = Annotated[str, _CLASSES]
OptionalClass = Annotated[str | None, _CLASSES.or_none()]
RequiredRace = Annotated[str, _RACE]
Race = Annotated[str | None, _RACE.or_none()]
Ability = Annotated[str, _ABILITY]
RequiredStrength = Annotated[str, _STRENGTHS]
StrengthText = Annotated[str | None, _STRENGTHS.or_none()]
LevelFromOne = Annotated[int | str, level(1)]
LevelFromZero = Annotated[int | str, level(0)]
OptionalLevel = Annotated[int | str | None, level(1).or_none()]
Score = Annotated[int | None, number(1, 25).or_none()]
Bonus = Annotated[int, number(-20, 20)]
AnArmorClass = Annotated[int, number(-10, 10)]
Pounds = Annotated[float, _POUNDS]
Flag = Annotated[bool, Reading(_boolean, {"type": "boolean"})]
Text = Annotated[str, Reading(_text, _TEXT)]
OptionalText = Annotated[str | None, Reading(_text, _TEXT).or_none()]
_NUMBER_OR_TEXT: Mapping[str, Any] = {"anyOf": [{"type": "integer"}, _TEXT]}
Notation = Annotated[str, Reading(_notation, _NUMBER_OR_TEXT)]
OptionalNotation = Annotated[str | None, Reading(_notation, _NUMBER_OR_TEXT).or_none()]
Names = Annotated[tuple[str, ...], _NAMES]
Points = Annotated[tuple[tuple[str, int], ...] | None, _POINTS.or_none()]
Armor = Annotated[str | None, name_in("armor").or_none()]
