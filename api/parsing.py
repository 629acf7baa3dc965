"""Strict reading of what clients send: JSON bodies, query strings, paths, and the values of single headers.

What stock parsers let through and a later layer stumbles over (NaN, NUL, lone surrogates, duplicate names, endless
nesting or numbers) is refused here, with a 400 that says what was wrong and never repeats it.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Annotated, Any, Final, NoReturn
from urllib.parse import parse_qsl, unquote_to_bytes
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, GetJsonSchemaHandler, WithJsonSchema
from pydantic_core import CoreSchema
from starlette.types import Scope

from api.refusals import InvalidFields, MalformedRequest, UnsupportedMediaType
from core.errors import FieldError
from core.ids import parse_id

MAX_DEPTH: Final = 64
MAX_VALUES: Final = 100_000
MAX_INTEGER: Final = 2**63 - 1
MAX_QUERY_FIELDS: Final = 50
MAX_REMEMBERED_TARGET: Final = 512

_JSON: Final = re.compile(r"application/json", re.ASCII | re.IGNORECASE)
_MERGE_PATCH: Final = re.compile(r"application/(merge-patch\+)?json", re.ASCII | re.IGNORECASE)
_CHARSET: Final = re.compile(r'\s*charset="?utf-?8"?\s*', re.ASCII | re.IGNORECASE)


def read_json(body: bytes, *, max_values: int = MAX_VALUES) -> Any:
    """Parse a JSON text (RFC 8259) strictly.

    Args:
        body: As it was sent.
        max_values: How many values it may hold, about.

    Returns:
        What json.loads returns; every number is finite and within 64 bits, every text can be stored.

    Raises:
        MalformedRequest: Not UTF-8, not JSON, or one of the things named at the top of this module.
    """
    if body.startswith(b"\xef\xbb\xbf"):
        raise MalformedRequest("the body begins with a byte order mark; send UTF-8 without one")
    if body.count(b",") + body.count(b"[") + body.count(b"{") > max_values:
        raise MalformedRequest(f"the body holds more than {max_values} values")
    try:
        value = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_without_duplicates,
            parse_constant=_no_constant,
            parse_float=_finite,
            parse_int=_bounded,
        )
    except UnicodeDecodeError as error:
        raise MalformedRequest("the body is not UTF-8") from error
    except json.JSONDecodeError as error:
        raise MalformedRequest(
            f"the body is not JSON: {error.msg} at line {error.lineno} column {error.colno}"
        ) from error
    except RecursionError as error:
        raise MalformedRequest(f"the body is nested deeper than {MAX_DEPTH} levels") from error
    _check_tree(value)
    return value


def check_media_type(headers: Mapping[str, str], *, merge_patch: bool = False) -> None:
    """Raise UnsupportedMediaType unless the body is plain UTF-8 JSON (or a merge patch, where that is taken)."""
    allowed = _MERGE_PATCH if merge_patch else _JSON
    media_type, *parameters = headers.get("content-type", "").split(";")
    if not allowed.fullmatch(media_type.strip()):
        names = "application/merge-patch+json or application/json" if merge_patch else "application/json"
        raise UnsupportedMediaType(f"the Content-Type must be {names}")
    if any("charset" in parameter.lower() and not _CHARSET.fullmatch(parameter) for parameter in parameters):
        raise UnsupportedMediaType("the charset must be utf-8")
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise UnsupportedMediaType("compressed bodies are not accepted; send it without Content-Encoding")


def check_target(scope: Scope) -> None:
    """Raise MalformedRequest unless path and query are UTF-8 without NUL and no query field stands there twice."""
    raw_path, query = scope.get("raw_path") or scope["path"].encode(), scope["query_string"]
    # What was found good once is good again; long targets would fill the memory with what is never asked twice.
    check = _check_repeated_target if len(raw_path) + len(query) <= MAX_REMEMBERED_TARGET else _check_target
    check(raw_path, query)


def _check_target(raw_path: bytes, query: bytes) -> None:
    _as_text("path", raw_path)
    if not query:
        return
    names = [name for name, _ in parse_qsl(_as_text("query", query, decode=False), keep_blank_values=True)]
    if len(names) > MAX_QUERY_FIELDS:
        raise MalformedRequest(f"the query has more than {MAX_QUERY_FIELDS} fields")
    if repeated := next((name for name in names if names.count(name) > 1), None):
        raise InvalidFields("a query field is given more than once", fields=[FieldError(repeated[:80], "Give it once")])


_check_repeated_target = lru_cache(maxsize=4_096)(_check_target)


def _as_text(part: str, raw: bytes, *, decode: bool = True) -> str:
    plain = unquote_to_bytes(raw)
    if b"\x00" in plain:
        raise MalformedRequest(f"the {part} holds a NUL character")
    try:
        text = plain.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedRequest(f"the {part} is not UTF-8") from error
    return text if decode else raw.decode("latin-1")


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise MalformedRequest("an object names one field twice")
    return read


def _no_constant(name: str) -> NoReturn:
    raise MalformedRequest(f"{name} is not a JSON number")


def _finite(text: str) -> float:
    if math.isinf(value := float(text)):
        raise MalformedRequest("a number is too large")
    return value


def _bounded(text: str) -> int:
    if len(text) > 20 or abs(value := int(text)) > MAX_INTEGER:
        raise MalformedRequest("an integer does not fit 64 bits")
    return value


def _check_tree(value: Any) -> None:
    """Walk level by level, so that depth costs no recursion."""
    level, depth = [value], 0
    while level:
        if depth == MAX_DEPTH and any(isinstance(item, dict | list) for item in level):
            raise MalformedRequest(f"the body is nested deeper than {MAX_DEPTH} levels")
        for text in _texts(level):
            _check_text(text)
        level, depth = [child for item in level for child in _children(item)], depth + 1


def _texts(level: list[Any]) -> Iterator[str]:
    for item in level:
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            yield from item


def _children(item: Any) -> Iterator[Any]:
    if isinstance(item, dict):
        yield from item.values()
    elif isinstance(item, list):
        yield from item


def _check_text(text: str) -> None:
    if "\x00" in text:
        raise MalformedRequest("a text holds a NUL character")
    if not text.isascii():
        try:
            text.encode("utf-8")
        except UnicodeEncodeError as error:
            raise MalformedRequest("a text holds half of a surrogate pair") from error


def _digits(value: Any) -> Any:
    """Query values: digits and nothing else, where pydantic would take ` 5`, `+5` and `1_000`."""
    if isinstance(value, str):
        if not re.fullmatch(r"[0-9]{1,18}", value, re.ASCII):
            raise ValueError("Must be a whole number, written in digits")
        return int(value)
    return value


def _decimal(value: Any) -> Any:
    if isinstance(value, str):
        if not re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,9})?", value, re.ASCII):
            raise ValueError("Must be a number, such as 12 or -3.5")
        return float(value)
    return value


def _flag(value: Any) -> Any:
    if isinstance(value, str):
        if value not in {"true", "false"}:
            raise ValueError("Must be true or false")
        return value == "true"
    return value


def _whole(value: Any) -> Any:
    """JSON Schema counts 5.0 as an integer, and so do we."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _id(value: Any) -> UUID:
    if isinstance(value, UUID):
        return value
    read = parse_id(value) if isinstance(value, str) else None
    if read is None:
        raise ValueError("Must be a UUID, or a prefix such as loc_ and 32 hex digits")
    return read


def _not_blank(value: str) -> str:
    if not value.strip():
        raise ValueError("Must hold more than white space")
    return value


Id = Annotated[UUID, BeforeValidator(_id), WithJsonSchema({"type": "string", "format": "uuid"})]
"""An id in its bare or prefixed form (C13)."""

OptionalId = Annotated[UUID | None, BeforeValidator(_id), WithJsonSchema({"type": "string", "format": "uuid"})]
"""An id that may be left out; null is not a way to do so."""

QueryFlag = Annotated[bool, BeforeValidator(_flag)]
"""`true` or `false` in a query string."""


class _HasMore:
    """Tells the generated schema what `_not_blank` looks for."""

    @staticmethod
    def __get_pydantic_json_schema__(core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(core_schema), "pattern": "\\S"}


NotBlank = Annotated[str, AfterValidator(_not_blank), _HasMore()]
"""A text with something in it."""

# These come last in an Annotated, after the bounds, which the generated schemas would lose behind them.

DIGITS: Final = BeforeValidator(_digits)
"""For a number in a query string."""

NUMBER: Final = BeforeValidator(_decimal)
"""For a number with or without a fraction in a query string."""

WHOLE: Final = BeforeValidator(_whole)
"""For a number in a body, beside `strict=True`: neither a text nor a boolean."""
