"""Fifty clients change one entity at once: no update is lost, and the history has no gap."""

import asyncio
import os
import random
import time
from itertools import pairwise

import httpx

from api.app import create_app
from api.deps import AppServices
from tests.integration.api.conftest import CAMPAIGN, DEV_TOKEN

CLIENTS = 50
SECONDS = float(os.environ.get("DMA_FIFTY_CLIENTS_SECONDS", "0"))
"""How long they go on; 0 lets each make one change, 60 is the proof in full."""


class Client:
    """One of the fifty: what it was told is written, and what it was told nothing certain about."""

    def __init__(self, client: httpx.AsyncClient, url: str, own: int) -> None:
        self._client, self._url, self._own = client, url, own
        self.written: list[str] = []
        self.unsure: list[str] = []

    async def run(self, until: float) -> None:
        """Add marks of one's own, each merged over what was read just before."""
        while not self.written or time.monotonic() < until:
            read = await self._client.get(self._url)
            if read.status_code == 200:
                await self._add(read)

    async def _add(self, read: httpx.Response) -> None:
        mark = f"{self._own}-{len(self.written)}-{len(self.unsure)}"
        attributes = read.json()["attributes"]
        marks = [*attributes.get("marks", []), mark][-100:]
        body = {"attributes": {"marks": marks, "count": attributes.get("count", 0) + 1}}
        answer = await self._client.put(self._url, json=body, headers={"If-Match": read.headers["etag"]})
        # On a machine that is too busy to answer in time, whether it was written is not known (503, 504).
        assert answer.status_code in {200, 409, 503, 504}, answer.text
        if answer.status_code == 200:
            self.written.append(mark)
            return
        if answer.status_code != 409:
            self.unsure.append(mark)
        # As a well-behaved client does: whoever lost steps back a moment, so that the others get through.
        await asyncio.sleep(random.uniform(0, 0.2))


def test_fifty_clients_with_if_match_lose_no_update_and_leave_no_gap(services: AppServices) -> None:
    async def run() -> None:
        transport = httpx.ASGITransport(create_app(services))
        headers = {"Authorization": f"Bearer {DEV_TOKEN}"}
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=headers) as client:
            made = await client.post("/v1/entities/npc", json={"name": "Borin", "campaign_id": CAMPAIGN})
            url, until = f"/v1/entities/npc/{made.json()['id']}", time.monotonic() + SECONDS
            fifty = [Client(client, url, own) for own in range(CLIENTS)]
            await asyncio.gather(*(one.run(until) for one in fifty))
            history = (await client.get(f"{url}/history")).json()["items"]
            last = (await client.get(url)).json()
        written = {mark for one in fifty for mark in one.written}
        unsure = {mark for one in fifty for mark in one.unsure}
        assert list(range(1, len(history) + 1)) == [was["version"] for was in history]
        assert (len(history) - 1, len(history)) == (last["attributes"]["count"], last["version"])
        # Each version is the one before with one mark more: nobody's change is missing from what came after.
        for before, after in pairwise(history[1:]):
            assert before["attributes"]["marks"][-99:] == after["attributes"]["marks"][:-1][-99:]
        last_marks = [was["attributes"]["marks"][-1] for was in history[1:]]
        assert written <= set(last_marks) <= written | unsure
        assert len(last_marks) == len(set(last_marks))

    asyncio.run(run())
