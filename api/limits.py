"""What one exchange may use: the right name, 16 KB of headers, 10 MB of body, 30 seconds until the answer begins."""

import asyncio
import ipaddress
from collections.abc import Awaitable
from functools import lru_cache
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.parsing import check_target
from api.refusals import BodyTooLarge, HeadersTooLarge, MalformedRequest, RequestTimedOut, WrongHost

MAX_BODY_BYTES: Final = 10 * 1024 * 1024
"""10485760 bytes (C40)."""
MAX_HEADER_BYTES: Final = 16 * 1024
MAX_HEADERS: Final = 100
TIMEOUT_SECONDS: Final = 30.0
"""Until the response begins (R19); a stream may then take as long as it likes."""

_LINGER_SECONDS: Final = 2.0
_ONCE: Final = frozenset({b"host", b"authorization", b"content-type", b"idempotency-key"})
"""Whoever stands before us may read the other of two (RFC 9110, 5.3)."""


class Limits:
    """Refuses what is over a limit, before or while it is read.

    Args:
        hosts: Names this server answers to, or None for any. Addresses are always taken: a page that wants to reach a
            local server by rebinding its own name in the DNS has to send that name.
    """

    def __init__(self, app: ASGIApp, *, hosts: frozenset[str] | None, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self._app = app
        self._hosts = hosts
        self._timeout_seconds = timeout_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        check_head(scope, self._hosts)
        body, reply = _CountedBody(receive), _TimedReply(send, self._timeout_seconds)
        try:
            if _content_length(scope) > MAX_BODY_BYTES:
                raise BodyTooLarge
            with reply:
                await self._app(scope, body.receive, reply.send)
        except BodyTooLarge:
            await body.discard_rest()
            raise


def check_head(scope: Scope, hosts: frozenset[str] | None) -> None:
    """Refuse what the head of a request alone shows to be over a limit, unclear, or meant for somebody else.

    Raises:
        ApiError: HeadersTooLarge, MalformedRequest, InvalidFields or WrongHost.
    """
    headers, size, names = scope["headers"], 0, []
    for name, value in headers:
        size += len(name) + len(value)
        if name in _ONCE:
            names.append(name)
    if len(headers) > MAX_HEADERS or size > MAX_HEADER_BYTES:
        raise HeadersTooLarge
    if len(set(names)) < len(names):
        raise MalformedRequest("a header that may stand there once is given twice")
    if hosts is not None and not _is_known(header_of(scope, b"host"), hosts):
        raise WrongHost
    check_target(scope)


def header_of(scope: Scope, name: bytes) -> bytes:
    """The first header of this name (in small letters), or nothing."""
    for key, value in scope["headers"]:
        if key == name:
            return bytes(value)
    return b""


class TimeLimit:
    """`with TimeLimit(seconds): ...` cancels the block when it takes too long, and raises RequestTimedOut.

    `asyncio.timeout` would do the same, and be a third of what a ring costs: it is made to be moved and nested.
    """

    __slots__ = ("_cancelling", "_is_late", "_task", "_timer")

    def __init__(self, seconds: float) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - whatever awaits an application is a task
        self._task, self._is_late = task, False
        self._cancelling = task.cancelling()
        self._timer = task.get_loop().call_later(seconds, self._end_the_wait)

    def lift(self) -> None:
        """Let the rest of the block take as long as it likes."""
        self._timer.cancel()

    def __enter__(self) -> None:
        """The wait began when this was made."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        self._timer.cancel()
        # Ours alone, and nobody else's: whoever cancels from outside means it, and is not told of a time-out.
        is_ours = self._is_late and self._task.uncancel() <= self._cancelling
        if is_ours and kind is asyncio.CancelledError:
            raise RequestTimedOut from error

    def _end_the_wait(self) -> None:
        self._is_late = True
        self._task.cancel()


class _TimedReply(TimeLimit):
    """The response until it begins."""

    __slots__ = ("_send",)

    def __init__(self, send: Send, seconds: float) -> None:
        super().__init__(seconds)
        self._send = send

    def send(self, message: Message) -> Awaitable[None]:
        self.lift()
        return self._send(message)


class _CountedBody:
    """The body as it comes in; raises as soon as it is over the limit, whatever Content-Length said."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._size = 0
        self._is_complete = False

    async def receive(self) -> Message:
        message = await self._receive()
        self._is_complete = message["type"] != "http.request" or not message.get("more_body", False)
        self._size += len(message.get("body", b""))
        if self._size > MAX_BODY_BYTES:
            raise BodyTooLarge
        return message

    async def discard_rest(self) -> None:
        """Read on for a moment: a client that is still sending when we close never gets to see the answer."""
        try:
            async with asyncio.timeout(_LINGER_SECONDS):
                while not self._is_complete and self._size <= 2 * MAX_BODY_BYTES:
                    message = await self._receive()
                    self._size += len(message.get("body", b""))
                    self._is_complete = message["type"] != "http.request" or not message.get("more_body", False)
        except TimeoutError:
            pass  # it is slow as well as large: close on it


def _content_length(scope: Scope) -> int:
    value = header_of(scope, b"content-length")
    return int(value) if value.isdigit() and len(value) < 19 else 0


@lru_cache(maxsize=64)
def _is_known(host: bytes, names: frozenset[str]) -> bool:
    """Whether a Host header is an address, or one of our names, with or without a port."""
    text = host.decode("latin-1")
    name = text.rpartition(":")[0] if text.rpartition(":")[2].isdigit() else text
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return name.lower().rstrip(".") in names
    return True
