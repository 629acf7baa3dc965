"""What can be wrong with a question to the rules: one root, and the fact of what would have been right.

RuleError
|- MalformedValue    it cannot be read at all, such as Strength "abc"
|- UnknownName       no such class, race, armor or ability
|- OutOfTable        well formed, but the table does not go there, such as level 99
`- TableUnavailable  the table's file is broken, so the rule is switched off
"""

from typing import Any, ClassVar


class RuleError(Exception):
    """The rules have no answer to this.

    Attributes:
        field: The argument that was wrong.
        value: What it was.
        allowed: What it may be, as a phrase that completes "must be ...".
    """

    code: ClassVar[str] = "rule_error"

    def __init__(self, field: str, value: Any, allowed: str) -> None:
        name = "THAC0" if field == "thac0" else field.replace("_", " ")
        super().__init__(f"{name} must be {allowed}; got {_shorten(value)}")
        self.field, self.value, self.allowed = field, value, allowed


class MalformedValue(RuleError):
    """The value cannot be read."""

    code = "malformed_value"


class UnknownName(RuleError):
    """The name is not in the rule base."""

    code = "unknown_name"


class OutOfTable(RuleError):
    """The value lies outside its table."""

    code = "out_of_table"


class TableUnavailable(RuleError):
    """The table is switched off, because its file does not hold.

    Attributes:
        field: The table's id.
        allowed: Why it is switched off.
    """

    code = "table_unavailable"

    def __init__(self, table_id: str, reason: str) -> None:
        Exception.__init__(self, f"the table {table_id!r} is not available: {reason}")
        self.field, self.value, self.allowed = table_id, None, reason


def require_between(field: str, value: int, low: int, high: int) -> None:
    """Refuse an integer outside `low` to `high`, both included."""
    if not low <= value <= high:
        raise OutOfTable(field, value, f"an integer from {low} to {high}")


def _shorten(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
