"""From POST to the poll that shows the end, through all processes, with four clients at once."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from statistics import quantiles

import httpx

from tests.end_to_end.conftest import free_port
from tests.support.installation import Installation, installed
from tests.support.servers import temporary_home

CLIENTS = 4
PROMPTS = {
    "rules question (1 step)": "What is the THAC0 of a 5th level fighter with strength 18?",
    "character (2 steps)": "Create a dwarven blacksmith named Borin",
    "description (3 steps)": "Describe the ancient dwarven hall",
}
ROUNDS = 200


def measure() -> Iterator[tuple[str, ...]]:
    """Milliseconds at the 50th and 99th percentile, and prompts per second."""
    yield ("prompt", "p50 ms", "p99 ms", "per second")
    with temporary_home() as place, installed(place / "home", free_port()) as installation:
        for name, prompt in PROMPTS.items():
            run(installation, prompt, rounds=20)
            started = time.monotonic()
            seconds = run(installation, prompt, rounds=ROUNDS)
            rate = ROUNDS / (time.monotonic() - started)
            cuts = quantiles(seconds, n=100)
            yield (name, f"{cuts[49] * 1000:.1f}", f"{cuts[98] * 1000:.1f}", f"{rate:.0f}")


def run(installation: Installation, prompt: str, *, rounds: int) -> list[float]:
    """Ask `rounds` times in all, from several threads; returns the seconds of each."""
    with installation.client() as client, ThreadPoolExecutor(CLIENTS) as clients:
        return list(clients.map(lambda _: timed(installation, client, prompt), range(rounds)))


def timed(installation: Installation, client: httpx.Client, prompt: str) -> float:
    """Seconds from sending to the poll that shows the end; polls every 2 ms."""
    started = time.perf_counter()
    request_id = installation.send(client, prompt)
    while client.get(f"/v1/prompts/{request_id}").json()["status"] == "processing":
        time.sleep(0.002)
    return time.perf_counter() - started
