"""The parameters of each operation: what a query string or a JSON body may say, strictly.

A query string has text only, so numbers there are plain digits and booleans are `true` or `false`; a JSON body has
types, so a number there is a number. Names are brought to the rule base's own spelling, so that `Fighter` and
`fighter` share one remembered answer.
"""

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, ValidationInfo
from pydantic_core import PydanticCustomError

from core.errors import FieldError
from fastlane.errors import InvalidParameters, ParametersOutsideRules
from rules import (
    MAX_LEVEL,
    OutOfTable,
    Rulebook,
    RuleError,
    TableUnavailable,
    read_classes,
    read_race,
    read_strength,
)

Source = Literal["query", "body"]
_DIGITS = re.compile(r"0|[1-9][0-9]{0,5}")
_SIGNED_DIGITS = re.compile(r"-?[1-9][0-9]{0,5}|0")
_LEVELS = re.compile(r"[0-9]{1,2}(/[0-9]{1,2}){1,2}")
_STRENGTH = re.compile(r"[1-9][0-9]?(/([0-9]{2}|100))?")


def _malformed(allowed: str) -> PydanticCustomError:
    return PydanticCustomError("malformed", "must be {allowed}", {"allowed": allowed})


def _outside(allowed: str) -> PydanticCustomError:
    return PydanticCustomError("outside", "must be {allowed}", {"allowed": allowed})


def _whole(value: Any, info: ValidationInfo, allowed: str, form: re.Pattern[str] = _DIGITS) -> int:
    """A whole number: digits in a query, a JSON number in a body."""
    if _is_query(info):
        if isinstance(value, str) and form.fullmatch(value):
            return int(value)
    elif isinstance(value, int) and not isinstance(value, bool):
        return value
    raise _malformed(allowed)


def _between(low: int, high: int) -> Callable[[Any, ValidationInfo], int]:
    allowed = f"an integer from {low} to {high}"
    form = _SIGNED_DIGITS if low < 0 else _DIGITS

    def check(value: Any, info: ValidationInfo) -> int:
        number = _whole(value, info, allowed, form)
        if not low <= number <= high:
            raise _outside(allowed)
        return number

    return check


def _level(lowest: int) -> Callable[[Any, ValidationInfo], int | str]:
    allowed = f"an integer from {lowest} to {MAX_LEVEL}"

    def check(value: Any, info: ValidationInfo) -> int | str:
        if isinstance(value, str) and _LEVELS.fullmatch(value):
            return value
        number = _whole(value, info, allowed)
        if not lowest <= number <= MAX_LEVEL:
            raise _outside(allowed)
        return number

    return check


def _boolean(value: Any, info: ValidationInfo) -> bool:
    if _is_query(info) and isinstance(value, str) and value in {"true", "false"}:
        return value == "true"
    if not _is_query(info) and isinstance(value, bool):
        return value
    raise _malformed("true or false")


def _strength(value: Any, info: ValidationInfo) -> str:
    """18, `18`, `18/55` or `18/00`, as the rules write it; a query and a body may both use the text."""
    allowed = 'an integer from 1 to 25, or 18/01 to 18/00 such as "18/55"'
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise _malformed(allowed)
    if isinstance(value, str) and not _STRENGTH.fullmatch(value):
        raise _malformed(allowed)
    if isinstance(value, int) and _is_query(info):
        raise _malformed(allowed)
    return _by_rules(lambda: str(read_strength(value)))


def _name_of(resolve: Callable[[Any, Rulebook], str]) -> Callable[[Any, ValidationInfo], str]:
    def check(value: Any, info: ValidationInfo) -> str:
        return _by_rules(lambda: resolve(value, _book(info)))

    return check


def _or_none(check: Callable[[Any, ValidationInfo], Any]) -> Callable[[Any, ValidationInfo], Any]:
    """Also take null, which only a body can hold."""
    return lambda value, info: None if value is None else check(value, info)


def _by_rules(read: Callable[[], str]) -> str:
    """What the rules read; an unknown name is a wrong form (C15), a number beyond its table is not."""
    try:
        return read()
    except OutOfTable as error:
        raise _outside(error.allowed) from error
    except TableUnavailable:
        raise
    except RuleError as error:
        raise _malformed(error.allowed) from error


def _is_query(info: ValidationInfo) -> bool:
    return bool(info.context and info.context["source"] == "query")


def _book(info: ValidationInfo) -> Rulebook:
    book: Rulebook = (info.context or {})["book"]
    return book


_race = _name_of(read_race)
_armor = _name_of(lambda text, book: book.table("armor").resolve(text))
CharacterClass = Annotated[str, BeforeValidator(_name_of(lambda text, book: "/".join(read_classes(text, book))))]
Race = Annotated[str | None, BeforeValidator(_or_none(_race))]
Armor = Annotated[str | None, BeforeValidator(_or_none(_armor))]
StrengthText = Annotated[str | None, BeforeValidator(_or_none(_strength))]
Flag = Annotated[bool, BeforeValidator(_boolean)]
LevelFromOne = Annotated[int | str, BeforeValidator(_level(1))]
LevelFromZero = Annotated[int | str, BeforeValidator(_level(0))]
Score = Annotated[int | None, BeforeValidator(_or_none(_between(1, 25)))]
BaseArmorClass = Annotated[int, BeforeValidator(_between(-10, 10))]


class Parameters(BaseModel):
    """What every operation takes."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False)

    verbose: Flag = Field(default=False, description="Also say how the numbers came about, and where they are printed.")


class Thac0Parameters(Parameters):
    """Parameters of `thac0`."""

    character_class: CharacterClass = Field(
        alias="class", description="A class, or two or three joined by / for a multi-class character."
    )
    level: LevelFromOne = Field(description="1 to 30; one for each class, joined by /, for a multi-class character.")
    strength: StrengthText = Field(default=None, description="1 to 25, or 18/01 to 18/00; none: no modifier.")
    race: Race = Field(default=None, description="Halflings have no exceptional Strength.")
    improve_past_20: Flag = Field(default=False, description="Let the base improve below 1 instead of stopping there.")


class SavesParameters(Parameters):
    """Parameters of `saves`."""

    character_class: CharacterClass = Field(
        alias="class", description="A class, or two or three joined by / for a multi-class character."
    )
    level: LevelFromZero = Field(
        description="0 (warriors only) to 30; one for each class, joined by /, for a multi-class character."
    )


class ArmorClassParameters(Parameters):
    """Parameters of `ac`."""

    base_ac: BaseArmorClass = Field(default=10, description="Armor class without armor, 10 to -10.")
    armor: Armor = Field(default=None, description="The armor worn; none: no armor.")
    shield: Flag = Field(default=False, description="Whether a shield is carried.")
    dexterity: Score = Field(default=None, description="1 to 25; none: no modifier.")


Model = TypeVar("Model", bound="Parameters")


def read_parameters(
    model: type[Model], operation: str, given: Mapping[str, Any], *, source: Source, book: Rulebook
) -> Model:
    """Check what was sent.

    Raises:
        ParametersOutsideRules: Everything is well formed, but a value is not in the rule base.
        InvalidParameters: Something is not well formed, missing, or has an unknown name.
    """
    try:
        return model.model_validate(dict(given), context={"source": source, "book": book})
    except ValidationError as error:
        problems = error.errors(include_url=False, include_context=False)
        fields = [_field_error(model, operation, problem) for problem in problems]
        outside = all(problem["type"] == "outside" for problem in problems)
        kind = ParametersOutsideRules if outside else InvalidParameters
        raise kind(f"the parameters of {operation} are not valid", fields=fields) from error


def parameter_names(model: type[Parameters]) -> tuple[str, ...]:
    """The names a caller uses, in the order of the model, `verbose` last."""
    names = [field.alias or name for name, field in model.model_fields.items()]
    return (*(name for name in names if name != "verbose"), "verbose")


def _field_error(model: type[Parameters], operation: str, problem: Any) -> FieldError:
    field = str(problem["loc"][0]) if problem["loc"] else operation
    match problem["type"]:
        case "missing":
            return FieldError(field, "is required")
        case "extra_forbidden":
            return FieldError(
                field, f"is not a parameter of {operation}, which has: {', '.join(parameter_names(model))}"
            )
        case _:
            return FieldError(field, problem["msg"])
