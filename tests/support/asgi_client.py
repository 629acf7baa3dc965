"""An HTTP client for an ASGI application in this process: real requests and responses, no socket."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any, Self

import httpx
from starlette.types import ASGIApp

from tests.support.wire import check_answer


class AsgiClient:
    """httpx over one event loop that lives as long as the client; answers are held to the published schemas.

    Args:
        app: The application; what it raises reaches the test as a broken response, as it would reach a browser.
        headers: Sent with every request.
        address: Where the client seems to come from.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        headers: dict[str, str] | None = None,
        address: str = "127.0.0.1",
        host: str = "127.0.0.1",
    ) -> None:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=(address, 50_000))
        self._app = app
        self._runner = asyncio.Runner()
        self._client = httpx.AsyncClient(transport=transport, base_url=f"http://{host}", headers=headers)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._runner.run(self._client.aclose())
        self._runner.close()

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        response = self._runner.run(self._client.request(method, path, **options))
        if hasattr(self._app, "state"):
            check_answer(self._app, response)
        return response

    def at_once(self, calls: Sequence[tuple[str, str, dict[str, Any]]]) -> list[httpx.Response]:
        """All of these (method, path, options) at the same time."""

        async def send_all() -> list[httpx.Response]:
            return await asyncio.gather(*(self._client.request(name, path, **given) for name, path, given in calls))

        return self._runner.run(send_all())

    def settle(self, *, seconds: float = 30) -> None:
        """Wait for what the application still does beside its answers; between requests its event loop stands still."""

        async def wait() -> None:
            if others := asyncio.all_tasks() - {asyncio.current_task()}:
                _, unfinished = await asyncio.wait(others, timeout=seconds)
                assert not unfinished

        self._runner.run(wait())

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.request("GET", path, **options)

    def head(self, path: str, **options: Any) -> httpx.Response:
        return self.request("HEAD", path, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        return self.request("POST", path, **options)

    def put(self, path: str, **options: Any) -> httpx.Response:
        return self.request("PUT", path, **options)

    def patch(self, path: str, **options: Any) -> httpx.Response:
        return self.request("PATCH", path, **options)

    def delete(self, path: str, **options: Any) -> httpx.Response:
        return self.request("DELETE", path, **options)


async def in_chunks(size: int) -> AsyncIterator[bytes]:
    """A body of this many bytes, sent chunked, that is, without a Content-Length."""
    for _ in range(size // 65_536):
        yield b"x" * 65_536
    yield b"x" * (size % 65_536)
