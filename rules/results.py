"""The common part of every answer of the rules: how the value came about, what was assumed, and where it is printed."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Part:
    """One line of a calculation: what it is, its value, and where that value is printed."""

    label: str
    value: int | str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What every answer carries besides its values.

    Attributes:
        breakdown: The lines the values are made of, in order.
        source: The books and tables used, without repeats.
        assumptions: What was taken for granted, in sentences.
        warnings: What was asked for but not used, or is unusual, in sentences.
    """

    breakdown: tuple[Part, ...] = ()
    source: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def values(self) -> dict[str, Any]:
        """The fields of the answer itself, as JSON values; the common part is left out."""
        names = (field.name for field in dataclasses.fields(self))
        return {name: plain(getattr(self, name)) for name in names if name not in _COMMON}

    def explanation(self) -> dict[str, Any]:
        """The common part, as JSON values."""
        return {name: plain(getattr(self, name)) for name in _COMMON}


_COMMON = tuple(field.name for field in dataclasses.fields(Result))


_AS_THEY_ARE = frozenset({str, int, float, bool, type(None)})


def plain(value: Any) -> Any:
    """The value with dataclasses, tuples and mappings turned into what JSON knows."""
    if type(value) in _AS_THEY_ARE:
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    return value


def sources_of(*parts: Part) -> tuple[str, ...]:
    """The sources of the parts in order, each once."""
    return tuple(dict.fromkeys(part.source for part in parts))


def signed(number: int) -> str:
    """The number with its sign, as modifiers are written: `+1`, `-2`, `0`."""
    return f"{number:+d}" if number else "0"
