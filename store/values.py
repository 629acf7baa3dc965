"""Checks on text and JSON before they reach SQL, where the same values would be a server error.

Postgres stores neither NUL nor half of a surrogate pair, and neither text nor JSON is allowed to grow without end.
Lengths are in characters (code points), as Postgres counts them; sizes in bytes of UTF-8.
"""

import json
import math
from typing import Any, Final

from core.errors import FieldError, InvalidInput

MAX_JSON_DEPTH: Final = 64
MAX_JSON_BYTES: Final = 100_000
_MAX_INTEGER: Final = 2**63 - 1


def check_text(field: str, text: str, *, shortest: int = 0, longest: int) -> str:
    """Return the text unchanged.

    Args:
        field: Its dotted path in the input, for the error.
        text: What was sent.
        shortest: Characters it must have at least, not counting white space at the ends.
        longest: Characters it may have at most.

    Raises:
        InvalidInput: Too short, too long, or it holds a character that cannot be stored.
    """
    if len(text.strip()) < shortest:
        raise invalid(field, "Must not be empty" if shortest == 1 else f"Must have at least {shortest} characters")
    if len(text) > longest:
        raise invalid(field, f"Must have at most {longest} characters")
    if not _is_storable(text):
        raise invalid(field, "Must not contain NUL characters or unpaired surrogates")
    return text


def check_json_object(field: str, value: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON object unchanged.

    Raises:
        InvalidInput: Deeper than 64 levels, larger than 100 kB, or it holds what JSON or Postgres does not allow.
    """
    _check_json(field, value, depth=1)
    if json_bytes(value) > MAX_JSON_BYTES:
        raise invalid(field, f"Must not be larger than {MAX_JSON_BYTES} bytes")
    return value


def json_bytes(value: Any) -> int:
    """The size of the value as JSON text, with a space after every comma and colon, as Postgres prints jsonb."""
    return len(json.dumps(value, ensure_ascii=False).encode())


def invalid(field: str, message: str) -> InvalidInput:
    """The error for one wrong field."""
    return InvalidInput(f"{field}: {message[0].lower()}{message[1:]}", fields=[FieldError(field, message)])


def _is_storable(text: str) -> bool:
    if "\0" in text:
        return False
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _check_json(field: str, value: Any, *, depth: int) -> None:
    if depth > MAX_JSON_DEPTH:
        raise invalid(field, f"Must not be nested deeper than {MAX_JSON_DEPTH} levels")
    if isinstance(value, dict):
        for key, item in value.items():
            _check_scalar(field, key if isinstance(key, str) else object())
            _check_json(field, item, depth=depth + 1)
    elif isinstance(value, list | tuple):
        for item in value:
            _check_json(field, item, depth=depth + 1)
    else:
        _check_scalar(field, value)


def _check_scalar(field: str, value: object) -> None:
    # The frequent ones first: a dungeon has ten thousand values.
    if isinstance(value, str):
        if not _is_storable(value):
            raise invalid(field, "Must not contain NUL characters or unpaired surrogates")
    elif isinstance(value, int):  # truth values are some
        if abs(value) > _MAX_INTEGER:
            raise invalid(field, "Must not contain integers beyond 64 bits")
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise invalid(field, "Must not contain NaN or infinity")
        if abs(value) > _MAX_INTEGER:  # Postgres keeps it as a whole number, which then no JSON reader takes
            raise invalid(field, "Must not contain numbers beyond 64 bits")
    elif value is not None:
        raise invalid(field, "Must be JSON")
