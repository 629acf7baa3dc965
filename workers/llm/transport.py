"""The connection to the language model: to a checked address, within the time of the call, and of bounded length.

Imported with the first call: it needs the HTTP library of the `openai` package.
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import httpcore2
import httpx2

from workers.llm.address import AddressRefused, Endpoint, LookUp, resolve

CONNECT_SECONDS: Final = 3.0
MOST_BYTES: Final = 2_000_000
"""Of one answer, so that a server without an end fills no memory."""
_SLICE_SECONDS: Final = 0.5
"""A thread that waits in one call of the system hears no interrupt; so it never waits longer at once."""


class _Watch(threading.local):
    """What bounds the call that this thread makes."""

    until: float = float("inf")
    bytes_left: int = MOST_BYTES


_watch = _Watch()


@contextmanager
def watched(until: float) -> Iterator[None]:
    """Bound everything this thread reads and writes in the block by a moment of the monotonic clock."""
    _watch.until, _watch.bytes_left = until, MOST_BYTES
    try:
        yield
    finally:
        _watch.until = float("inf")


def http_client(endpoint: Endpoint, *, connections: int, look_up: LookUp | None = None) -> httpx2.Client:
    """A client that follows no redirect, heeds no proxy of the environment and asks the endpoint's host alone."""
    transport = httpx2.HTTPTransport(verify=False, trust_env=False)  # its own pool, without certificates, is never used
    transport.close()
    transport._pool = httpcore2.ConnectionPool(  # noqa: SLF001 - the only way to hand it a backend
        ssl_context=httpx2.create_ssl_context(trust_env=False) if endpoint.url.startswith("https:") else None,
        max_connections=connections,
        keepalive_expiry=30.0,
        network_backend=_Checked(endpoint, look_up),
    )
    return httpx2.Client(transport=transport, follow_redirects=False, trust_env=False)


class _Checked(httpcore2.NetworkBackend):
    def __init__(self, endpoint: Endpoint, look_up: LookUp | None) -> None:
        self._endpoint, self._look_up = endpoint, look_up
        self._inner = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        known = self._endpoint
        if (host.strip("[]"), port) != (known.host, known.port):
            raise httpcore2.ConnectError(f"{host}:{port} is not the host of DMA_LLM_BASE_URL")
        try:
            until = time.monotonic() + _left(timeout if timeout is not None else CONNECT_SECONDS)
            address = resolve(
                known.host,
                port,
                allow_private=known.allow_private,
                seconds=until - time.monotonic(),
                look_up=self._look_up,
            )
        except TimeoutError as error:
            raise httpcore2.ConnectTimeout(str(error)) from error
        except (AddressRefused, OSError) as error:
            raise httpcore2.ConnectError(str(error)) from error
        left = max(0.01, until - time.monotonic())
        return _Bounded(self._inner.connect_tcp(address, port, left, local_address, socket_options))


class _Bounded(httpcore2.NetworkStream):
    """A stream that ends with the time of the call."""

    def __init__(self, inner: httpcore2.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data: bytes = self._in_slices(
            lambda seconds: self._inner.read(max_bytes, seconds), timeout, httpcore2.ReadTimeout
        )
        _watch.bytes_left -= len(data)
        if _watch.bytes_left < 0:
            raise httpcore2.ReadError("the answer has no end")
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        return _Bounded(self._inner.start_tls(ssl_context, server_hostname, _left(timeout)))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)

    def _in_slices(self, call: Callable[[float], Any], timeout: float | None, over: type[Exception]) -> Any:
        until = time.monotonic() + _left(timeout)
        while True:
            left = until - time.monotonic()
            if left <= 0:
                raise over("the time of the call is over")
            try:
                return call(min(left, _SLICE_SECONDS))
            except over:
                continue


def _left(timeout: float | None) -> float:
    """Seconds that an operation may take: its own time-out, or what is left of the call."""
    return max(0.01, min(timeout if timeout is not None else float("inf"), _watch.until - time.monotonic()))
