"""Gathers what the coroutines of one event loop send at the same time, and writes it in one step."""

import asyncio
from collections.abc import Callable, Sequence

from bus.entry import Publication
from bus.errors import SERVER_ERRORS, connection_error

Publish = Callable[[Sequence[Publication]], dict[str, str]]
"""Writes publications; runs on a thread. Returns what was left out, as `Streams.publish` does."""


class Gathering:
    """What waits to be written for one event loop; not to be used from another."""

    def __init__(self, publish: Publish) -> None:
        self._publish = publish
        self._waiting: list[tuple[Publication, asyncio.Future[dict[str, str]]]] = []
        self._writer: asyncio.Task[None] | None = None

    async def put(self, publication: Publication) -> dict[str, str]:
        """Have something written with whatever else waits; return what was left out of the write.

        Raises:
            ConnectionClosed: The server did not confirm it.
        """
        loop = asyncio.get_running_loop()
        written: asyncio.Future[dict[str, str]] = loop.create_future()
        self._waiting.append((publication, written))
        if self._writer is None or self._writer.done():
            self._writer = loop.create_task(self._write_all())
        return await written

    async def _write_all(self) -> None:
        while self._waiting:
            gathered, self._waiting = self._waiting, []
            try:
                left_out = await asyncio.to_thread(self._publish, [publication for publication, _ in gathered])
            except Exception as error:  # noqa: BLE001 - it goes to everybody who waits
                for _, written in gathered:
                    if not written.done():
                        written.set_exception(_for_one(error))
            else:
                for _, written in gathered:
                    if not written.done():
                        written.set_result(left_out)


def _for_one(error: Exception) -> Exception:
    """An error of one's own: several coroutines must not raise the same object."""
    if not isinstance(error, SERVER_ERRORS):
        return error
    mine = connection_error(error)
    mine.__cause__ = error
    return mine
