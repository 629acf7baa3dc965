"""Fifty clients change one entity at once: no update is lost, and the history has no gap."""

import asyncio
import os
import time

import httpx

from api.app import create_app
from api.deps import AppServices
from tests.integration.api.conftest import CAMPAIGN, DEV_TOKEN

CLIENTS = 50
SECONDS = float(os.environ.get("DMA_FIFTY_CLIENTS_SECONDS", "0"))
"""How long they go on; 0 lets each make one change, 60 is the proof in full."""


async def change_until_done(client: httpx.AsyncClient, url: str, own: int, until: float) -> list[str]:
    """Add marks of one's own, each merged over what was read; the marks that were answered with 200."""
    kept: list[str] = []
    while not kept or time.monotonic() < until:
        read = await client.get(url)
        mark = f"{own}-{len(kept)}"
        marks = [*read.json()["attributes"].get("marks", []), mark][-1000:]
        body = {"attributes": {"marks": marks, "count": read.json()["attributes"].get("count", 0) + 1}}
        answer = await client.put(url, json=body, headers={"If-Match": read.headers["etag"]})
        assert answer.status_code in {200, 409}, answer.text
        if answer.status_code == 200:
            kept.append(mark)
    return kept


def test_fifty_clients_with_if_match_lose_no_update_and_leave_no_gap(services: AppServices) -> None:
    async def run() -> None:
        transport = httpx.ASGITransport(create_app(services))
        headers = {"Authorization": f"Bearer {DEV_TOKEN}"}
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=headers) as client:
            made = await client.post("/v1/entities/npc", json={"name": "Borin", "campaign_id": CAMPAIGN})
            url, until = f"/v1/entities/npc/{made.json()['id']}", time.monotonic() + SECONDS
            kept = await asyncio.gather(*(change_until_done(client, url, own, until) for own in range(CLIENTS)))
            history = (await client.get(f"{url}/history")).json()["items"]
            last = (await client.get(url)).json()
        written = sum(map(len, kept))
        assert list(range(1, written + 2)) == [was["version"] for was in history]
        assert (written, written + 1) == (last["attributes"]["count"], last["version"])
        # Each version is the one before with one mark more: nobody's change is missing from what came after.
        for before, after in zip(history[1:], history[2:], strict=False):
            assert before["attributes"]["marks"][-999:] == after["attributes"]["marks"][:-1][-999:]
        assert {mark for own in kept for mark in own} == {was["attributes"]["marks"][-1] for was in history[1:]}

    asyncio.run(run())
