"""JSON responses written by orjson: times end in Z, enums are their values."""

from collections.abc import Mapping
from typing import Any

import orjson
from starlette.responses import Response


def json_bytes(content: Any) -> bytes:
    """The content as compact JSON in UTF-8."""
    return orjson.dumps(content, option=orjson.OPT_UTC_Z)


def json_response(content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A response with this content; FastAPI passes it on as it is."""
    return Response(json_bytes(content), status, headers, "application/json")
