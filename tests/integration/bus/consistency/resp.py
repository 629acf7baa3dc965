"""The wire format of Redis, as far as a proxy must understand it: where one value ends, and what a request says."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

CRLF = b"\r\n"
_LINES = b"+-:_#,("
_BULKS = b"$=!"
_SEVERAL = {ord("*"): 1, ord("~"): 1, ord(">"): 1, ord("%"): 2, ord("|"): 2}


class _Incomplete(Exception):
    """The rest of the value has not arrived yet."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One value on its way: its bytes, and what they mean (bytes for lines and bulks, lists for all that has parts)."""

    raw: bytes
    value: Any

    @property
    def is_push(self) -> bool:
        """True for what a server says unasked, which answers no request."""
        return self.raw.startswith(b">")

    @property
    def is_error(self) -> bool:
        return self.raw.startswith((b"-", b"!"))


class Frames:
    """Splits a stream of bytes into frames."""

    def __init__(self) -> None:
        self._pending = b""

    def feed(self, data: bytes) -> Iterator[Frame]:
        """Give the frames that are complete with these bytes, in order."""
        self._pending += data
        start = 0
        try:
            while start < len(self._pending):
                value, end = _value(self._pending, start)
                yield Frame(self._pending[start:end], value)
                start = end
        except _Incomplete:
            pass
        finally:
            self._pending = self._pending[start:]


def request(*words: str | bytes | int) -> bytes:
    """A request, as a client sends it."""
    encoded = [word if isinstance(word, bytes) else str(word).encode() for word in words]
    return b"*%d\r\n" % len(encoded) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in encoded)


def _value(data: bytes, start: int) -> tuple[Any, int]:
    line_end = data.find(CRLF, start)
    if line_end < 0:
        raise _Incomplete
    kind, line, end = data[start], data[start + 1 : line_end], line_end + 2
    if kind in _LINES:
        return line, end
    if kind in _BULKS:
        return _bulk(data, end, int(line))
    if kind not in _SEVERAL:
        raise ValueError(f"not the protocol of Redis: {data[start : start + 20]!r}")
    return _parts(data, end, int(line) * _SEVERAL[kind])


def _bulk(data: bytes, start: int, length: int) -> tuple[bytes | None, int]:
    if length < 0:
        return None, start
    end = start + length + 2
    if len(data) < end:
        raise _Incomplete
    return data[start : end - 2], end


def _parts(data: bytes, start: int, count: int) -> tuple[list[Any] | None, int]:
    if count < 0:
        return None, start
    parts = []
    for _ in range(count):
        part, start = _value(data, start)
        parts.append(part)
    return parts, start
