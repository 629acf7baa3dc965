"""What all middleware together costs: the API beside the same API without it (benchmarks/bare_api.py), in turn, by wrk.

Both are processes of one installation, over the same servers, with an access token in every request.
"""

import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import httpx
import psutil

from benchmarks.fast_lane import Target, cpu_seconds, found, our_target, wait_until_answering
from tests.end_to_end.conftest import free_port
from tests.support.installation import CAMPAIGN, ROOT, Installation, installed
from tests.support.servers import temporary_home

ROUNDS = int(os.environ.get("DMA_BENCH_ROUNDS", "7"))
SECONDS = 2
CONNECTIONS = 16
MOST_PERCENT = 25.0
"""Of the requests a second without middleware."""

WITH, WITHOUT = "with", "without"
Runs = dict[tuple[str, str], list[tuple[float, float]]]


def measure() -> Iterator[tuple[str, ...]]:
    """Requests per second and processor time of each, and the part that is lost; medians of the rounds."""
    if shutil.which("wrk") is None:
        yield ("left out: wrk is not installed (Debian's package wrk)",)
        return
    with ExitStack() as opened:
        home = opened.enter_context(temporary_home())
        installation = opened.enter_context(installed(home / "home", free_port()))
        ours = our_target(installation)
        bare = opened.enter_context(bare_target(installation, ours))
        routes = make_routes(installation)
        runs: Runs = {(name, which): [] for name in routes for which in (WITH, WITHOUT)}
        for _ in range(ROUNDS):
            for name, path in routes.items():
                for which, target in ((WITH, ours), (WITHOUT, bare)):
                    runs[name, which].append(run_wrk(path, target))
        yield ("route", "req/s", "cpu us", "without: req/s", "cpu us", "lost %", "verdict")
        for name in routes:
            yield row(name, runs[name, WITH], runs[name, WITHOUT])


def row(name: str, ours: list[tuple[float, float]], bare: list[tuple[float, float]]) -> tuple[str, ...]:
    """The loss is the median over the rounds of what each pair of neighbours shows: both had the same machine."""
    lost = 100 * statistics.median(1 - mine[0] / other[0] for mine, other in zip(ours, bare, strict=True))
    rates, bare_rates = ([run[0] for run in runs] for runs in (ours, bare))
    cpu, bare_cpu = ([run[1] for run in runs] for runs in (ours, bare))
    return (
        name, f"{statistics.median(rates):.0f}", f"{statistics.median(cpu):.0f}",
        f"{statistics.median(bare_rates):.0f}", f"{statistics.median(bare_cpu):.0f}", f"{lost:.1f}",
        "held" if lost <= MOST_PERCENT else f"missed: {MOST_PERCENT:.0f} %",
    )  # fmt: skip


def make_routes(installation: Installation) -> dict[str, str]:
    """What is asked for: an entity, a list of entities, a request that has ended."""
    with installation.client() as client:
        made = {"name": "Borin", "campaign_id": CAMPAIGN, "description": "A smith."}
        entity = client.post("/v1/entities/npc", json=made).raise_for_status().json()["id"]
        request_id = installation.ask(client, "What is the THAC0 of a 5th level fighter?")["request_id"]
    return {
        "GET entity": f"/v1/entities/npc/{entity}",
        "GET entities": f"/v1/entities/npc?campaign_id={CAMPAIGN}&limit=20",
        "GET prompt": f"/v1/prompts/{request_id}",
    }


@contextmanager
def bare_target(installation: Installation, ours: Target) -> Iterator[Target]:
    """The API without middleware over the servers of an installation, which takes the same token."""
    port = free_port()
    environment = installation.environment() | {"DMA_PORT": str(port), "DMA_RESTARTS": "1", "DMA_LOG_LEVEL": "error"}
    command = [sys.executable, "-m", "benchmarks.bare_api"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
    try:
        url = f"http://127.0.0.1:{port}"
        wait_until_answering(url)
        yield Target(url, psutil.Process(process.pid), ours.headers)
    finally:
        process.terminate()
        process.wait()


def run_wrk(path: str, target: Target) -> tuple[float, float]:
    """Requests per second, and microseconds of the server's processor time for each.

    Raises:
        AssertionError: An answer was not a 2xx: then nothing was measured.
    """
    httpx.get(target.url + path, headers=dict(header.split(": ", 1) for header in target.headers), trust_env=False)
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s"]
    for header in target.headers:
        command += ["-H", header]
    before = cpu_seconds(target.process)
    shown = subprocess.run([*command, target.url + path], capture_output=True, text=True, check=True).stdout
    used = cpu_seconds(target.process) - before
    assert "Non-2xx" not in shown, shown
    requests = int(found(r"([0-9]+) requests in", shown))
    return float(found(r"Requests/sec:\s+([0-9.]+)", shown)), 1e6 * used / max(1, requests)
