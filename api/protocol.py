"""HTTP/1.1 as uvicorn speaks it, but for two things.

What its parser cannot read is refused with a problem document: such a request never becomes an exchange, so the rings
of api/middleware.py do not see it. And the head of a response leaves together with the body, where that is at hand.
"""

import asyncio
from http import HTTPStatus
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.addresses import address_of
from api.errors import answer_error
from api.middleware import standard_headers
from api.rate_costs import ADDRESS_COST
from api.rates import RateLimiter, RateScope, Standing
from api.refusals import MalformedRequest
from core.ids import REQUEST_PREFIX, new_uuid, prefixed
from telemetry.logs import get_logger

log = get_logger(__name__)

MAX_JOINED: Final = 65_536
"""Bytes that are worth a copy to spare a call."""

_STATUS: Final = HTTPStatus.BAD_REQUEST


class ProblemProtocol(HttpToolsProtocol):
    """One connection."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to speak."""
        super().connection_made(JoinedWrites(transport, self.loop))

    def send_400_response(self, msg: str) -> None:
        """Refuse what is not HTTP, and close; the server's own words are no part of our contract."""
        request_id = prefixed(REQUEST_PREFIX, new_uuid())
        error = MalformedRequest("this is not an HTTP request that can be read")
        response = answer_error(error, {"type": "http", "path": "/", "dma.request_id": request_id})
        headers = [
            *response.raw_headers,
            *standard_headers(request_id, 0.0, self._standings()),
            (b"connection", b"close"),
        ]
        head = [f"HTTP/1.1 {_STATUS} {_STATUS.phrase}".encode(), *(b"%s: %s" % header for header in headers)]
        self.transport.write(b"\r\n".join([*head, b"", b""]) + bytes(response.body))
        self.transport.close()
        log.info("request_finished", request_id=request_id, method="OTHER unreadable", status=int(_STATUS))

    def _standings(self) -> list[Standing]:
        """What is unreadable counts too, for the address; there is no exchange that could wait for Redis."""
        limiter: RateLimiter = self.config.loaded_app.state.limiter
        address = address_of({"client": self.client, "headers": []}, ())
        limiter.charge(RateScope.ADDRESS, address, ADDRESS_COST)
        return [limiter.standing(RateScope.ADDRESS, address)]


class JoinedWrites(asyncio.Transport):
    """A transport that sends two writes as one when they come without a pause between them.

    uvicorn writes head and body apart, and uvloop hands each write to the system at once: two calls, and a client that
    wakes up twice. Here the first of them waits for the second, and for no longer than until the loop turns.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._transport, self._loop = transport, loop
        self._held = b""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send the data with what is held, or hold it for the moment."""
        if len(data) > MAX_JOINED:
            self._send_held()
            self._transport.write(data)
        elif self._held:
            joined, self._held = self._held + data, b""
            self._transport.write(joined)
        elif data:
            self._held = bytes(data)
            self._loop.call_soon(self._send_held)

    def _send_held(self) -> None:
        if self._held:
            held, self._held = self._held, b""
            self._transport.write(held)

    def close(self) -> None:
        """Send what is held, then close."""
        self._send_held()
        self._transport.close()

    def abort(self) -> None:
        """Close at once."""
        self._held = b""
        self._transport.abort()

    def is_closing(self) -> bool:
        """Whether it is closed, or about to be."""
        return self._transport.is_closing()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """What the transport knows of the connection."""
        return self._transport.get_extra_info(name, default)

    def pause_reading(self) -> None:
        """Take nothing more for now."""
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Go on."""
        self._transport.resume_reading()
