"""Server-sent events of one request, as the WHATWG HTML standard writes them (section 9.2).

Every event has an id, which says where a reader stands; who comes back sends it as `Last-Event-ID` (or `?after=`) and
goes on behind it: `1.begin`, `1.0`, `1.1` ..., `1.end`, `2.begin` ..., `end`.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any, Final

from starlette.responses import Response, StreamingResponse

from api.refusals import MalformedRequest
from api.responses import json_bytes
from core.errors import FieldError
from store.events import BEGUN, END, ENDED, FIRST, EventKey

PING_SECONDS: Final = 10.0
"""Proxies cut streams that are silent for half a minute."""
RECONNECT_MS: Final = 1000
HEADERS: Final = {"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"}
MEDIA_TYPE: Final = "text/event-stream"
_END_ID: Final = "end"
_ID: Final = re.compile(r"(?P<step>[1-9])\.(?P<index>begin|end|0|[1-9][0-9]{0,3})", re.ASCII)
_INDEXES: Final = {"begin": BEGUN, "end": ENDED}
_NAMES: Final = {BEGUN: "begin", ENDED: "end"}


def id_of(key: EventKey) -> str:
    """The id of an event as readers see it."""
    return _END_ID if key == END else f"{key.step_no}.{_NAMES.get(key.number, key.number)}"


def read_event_id(field: str, text: str | None) -> EventKey:
    """The key behind which a reader wants to go on; the beginning when it has none.

    Raises:
        MalformedRequest: This is no id of an event; `field` is named.
    """
    if not text:
        return FIRST
    if text == _END_ID:
        return END
    if not (match := _ID.fullmatch(text)):
        allowed = "Must be the id of an event of this stream, such as 1.begin, 1.0, 1.end or end"
        raise MalformedRequest(f"the {field} is no id of an event", fields=[FieldError(field, allowed)])
    index = match["index"]
    return EventKey(int(match["step"]), _INDEXES[index] if index in _INDEXES else int(index))


def event_text(event_id: str, name: str, data: Any) -> bytes:
    """One event on the wire. JSON has no line breaks of its own, so the data is one line."""
    return b"id: %s\nevent: %s\ndata: %s\n\n" % (event_id.encode(), name.encode(), json_bytes(data))


def stream(events: AsyncIterator[bytes], *, ping_seconds: float = PING_SECONDS) -> Response:
    """The response that sends these events as they come, and a comment when none comes for a while."""
    return StreamingResponse(_with_pings(events, ping_seconds), 200, HEADERS, MEDIA_TYPE)


async def _with_pings(events: AsyncIterator[bytes], ping_seconds: float) -> AsyncIterator[bytes]:
    yield b"retry: %d\n\n" % RECONNECT_MS
    coming: asyncio.Task[bytes] | None = None
    try:
        while True:
            coming = coming or asyncio.ensure_future(_next_of(events))
            done, _ = await asyncio.wait({coming}, timeout=ping_seconds)
            if not done:
                yield b": ping\n\n"
                continue
            if not (text := coming.result()):
                return
            coming = None
            yield text
    finally:
        if coming is not None:
            coming.cancel()


async def _next_of(events: AsyncIterator[bytes]) -> bytes:
    return await anext(events, b"")
