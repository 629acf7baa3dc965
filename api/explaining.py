"""What pydantic found wrong with a request, in words for the caller: which field, and what is allowed there."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi.exceptions import RequestValidationError

from core.errors import FieldError


@dataclass(frozen=True, slots=True)
class Explained:
    """One sentence, and every field by itself; `is_in_body` when they are parts of the body."""

    detail: str
    fields: tuple[FieldError, ...]
    is_in_body: bool


def explain(error: RequestValidationError) -> Explained:
    """Say what was wrong without repeating what was sent, but for a short word where a word of a list belongs."""
    items = error.errors()
    fields = tuple(FieldError(_dotted(item["loc"]), _message(item)) for item in items)
    return Explained(_detail(items, fields), fields, all(item["loc"][0] == "body" for item in items))


def _dotted(location: Sequence[str | int]) -> str:
    return ".".join(str(part)[:80] for part in location[1:][:10]) or str(location[0])


def _message(item: Mapping[str, Any]) -> str:
    """What is allowed, never what was sent."""
    match item["type"]:
        case "missing":
            return "This field is required"
        case "extra_forbidden":
            return "There is no such field"
        case "enum" | "literal_error":
            allowed = re.findall(r"'([^']*)'", item["ctx"]["expected"])
            return f"Must be one of: {', '.join(allowed)}"
        case _:
            return str(item["msg"]).removeprefix("Value error, ")


def _detail(items: Sequence[Mapping[str, Any]], fields: Sequence[FieldError]) -> str:
    """One sentence; an enum value that is short and printable is quoted, as in R62's own example."""
    if len(fields) > 1:
        return f"{len(fields)} fields are not valid: {_names(fields)}"
    value = items[0].get("input")
    if items[0]["type"] == "missing":
        return f"The {fields[0].field} is required"
    if items[0]["type"] in {"enum", "literal_error"} and is_quotable(value):
        return f"The {fields[0].field} '{value}' is not valid"
    return f"The {fields[0].field} is not valid"


def is_quotable(value: object) -> bool:
    """Whether a value may be repeated in a problem: a short plain word, so that no secret or markup comes back."""
    return isinstance(value, str) and re.fullmatch(r"[A-Za-z][A-Za-z _-]{0,39}", value) is not None


def _names(fields: Sequence[FieldError]) -> str:
    names = list(dict.fromkeys(item.field for item in fields))
    return ", ".join(names[:5]) + (" ..." if len(names) > 5 else "")
