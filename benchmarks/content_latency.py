"""How long a Dungeon Master waits: for a person, and for the map of a dungeon while eight are being made.

Against a whole installation with its default pools, through HTTP. The promises: a person by prompt within 500 ms, and
the first `layout` event within 500 ms of the POST, both at the 99th percentile.
"""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from statistics import quantiles
from typing import Final

import httpx

from benchmarks.tables import Row
from tests.end_to_end.conftest import free_port
from tests.support.installation import CAMPAIGN, Installation, installed
from tests.support.servers import temporary_home

PEOPLE: Final = 200
DUNGEONS: Final = 160
AT_ONCE: Final = 8
ROOMS: Final = 20
_PEOPLE: Final = ("Create a dwarven blacksmith named Borin", "Create an elven ranger", "Generate a shady innkeeper")


def measure(people: int = PEOPLE, dungeons: int = DUNGEONS) -> Iterator[Row]:
    """Milliseconds at the 50th and 99th percentile; a dungeon's `layout`, and its end."""
    yield ("what", "number", "p50 ms", "p99 ms")
    with temporary_home() as place, installed(place / "home", free_port()) as installation:
        with installation.client() as client:
            for prompt in _PEOPLE:
                _person(installation, client, prompt)
            yield _row("person by prompt", [_person(installation, client, _PEOPLE[n % 3]) for n in range(people)])
        with installation.client() as client, ThreadPoolExecutor(AT_ONCE) as readers:
            told = list(readers.map(lambda seed: _dungeon(client, seed), range(dungeons)))
        yield _row(f"first layout, {AT_ONCE} at once, {ROOMS} rooms", [layout for layout, _ in told])
        yield _row("the same, to its end", [end for _, end in told])


def _person(installation: Installation, client: httpx.Client, prompt: str) -> float:
    """Seconds from the prompt to the answer that has it, by a poll that waits."""
    started = time.perf_counter()
    request_id = installation.send(client, prompt)
    view = client.get(f"/v1/prompts/{request_id}", headers={"Prefer": "wait=10"}).json()
    assert view["status"] == "completed", view
    return time.perf_counter() - started


def _dungeon(client: httpx.Client, seed: int) -> tuple[float, float]:
    """Seconds from the POST to the whole of the `layout` event and to `done`.

    The readers share this process and its processors with what they measure, so they only look for where events end.
    """
    body = {"campaign_id": CAMPAIGN, "rooms": ROOMS, "seed": seed, "store": False}
    at: dict[str, float] = {}
    name = ""
    started = time.perf_counter()
    with client.stream("POST", "/v1/generate/dungeon", json=body) as response:
        response.raise_for_status()
        for line in response.iter_lines():
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif not line and name:
                at.setdefault(name, time.perf_counter() - started)
    assert name == "done", name
    return at["layout"], at["done"]


def _row(what: str, seconds: list[float]) -> Row:
    cuts = quantiles(seconds, n=100)
    return (what, str(len(seconds)), f"{cuts[49] * 1000:.0f}", f"{cuts[98] * 1000:.0f}")
