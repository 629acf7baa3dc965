"""Whole numbers as arguments: read strictly, refused with what they may be."""

from typing import Any

from rules.errors import MalformedValue, OutOfTable


def require_integer(field: str, value: Any, low: int, high: int) -> int:
    """The value, a whole number from `low` to `high`, both included.

    Raises:
        MalformedValue: It is not a whole number.
        OutOfTable: It lies outside.
    """
    allowed = f"an integer from {low} to {high}"
    if isinstance(value, bool) or not isinstance(value, int):
        raise MalformedValue(field, value, allowed)
    if not low <= value <= high:
        raise OutOfTable(field, value, allowed)
    return value
