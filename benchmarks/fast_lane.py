"""The fast lane beside a plain FastAPI application and a bare Starlette route, interleaved in one run, driven by wrk.

Ours is the whole installation as `make run` starts it: authentication on, an access token in every request, all
standard headers, metrics. The other two (benchmarks/fast_lane_anchors.py) have a process of the same server each, and
nothing of that.
"""

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass

import httpx
import psutil

from tests.end_to_end.conftest import free_port
from tests.support.installation import ROOT, Installation, installed
from tests.support.servers import temporary_home

ROUNDS = 5
SECONDS = 2
CONNECTIONS = (32, 1)
P99_MS = {32: 15.0, 1: 3.0}
"""The most that the slowest request of a hundred may take, by connections."""
TIMES_FASTAPI = 2.0
TIMES_STARLETTE = 0.5

OURS, FASTAPI, STARLETTE = "ours", "plain FastAPI", "bare Starlette"
QUESTIONS = {
    "thac0": "/v1/fast/thac0?level=5&class=fighter&strength=18",
    "saves": "/v1/fast/saves?class=wizard&level=7",
    "ac": "/v1/fast/ac?base_ac=10&armor=chain_mail&shield=true&dexterity=16",
}
POST = "ac (POST)"
POST_BODY = '{"base_ac": 10, "armor": "chain_mail", "shield": true, "dexterity": 16}'
MANY = "thac0 (1,980 different)"

POST_SCRIPT = f"""
wrk.method, wrk.body = "POST", '{POST_BODY}'
wrk.headers["Content-Type"] = "application/json"
"""
# Every class, level and Strength in turn: what is asked was asked before, but long ago.
MANY_SCRIPT = """
local classes = {"fighter", "paladin", "ranger", "mage", "cleric", "druid", "thief", "bard", "wizard", "illusionist",
  "priest"}
local number = 0
request = function()
  number = number + 1
  local level, strength = number % 20 + 1, math.floor(number / 20) % 9 + 10
  local class = classes[math.floor(number / 180) % #classes + 1]
  return wrk.format("GET", "/v1/fast/thac0?level=" .. level .. "&class=" .. class .. "&strength=" .. strength)
end
"""


@dataclass(frozen=True)
class Run:
    """What one run of wrk saw."""

    per_second: float
    p50_ms: float
    p99_ms: float
    cpu_us: float
    """Processor time of the server for each request."""


@dataclass(frozen=True)
class Target:
    """A server, and what every request to it carries."""

    url: str
    process: psutil.Process
    headers: tuple[str, ...] = ()


def measure() -> Iterator[tuple[str, ...]]:
    """Requests per second, latencies, and how many times the others' throughput ours is; medians of the rounds."""
    if shutil.which("wrk") is None:
        yield ("left out: wrk is not installed (Debian's package wrk)",)
        return
    with ExitStack() as opened:
        home = opened.enter_context(temporary_home())
        targets = {
            OURS: our_target(opened.enter_context(installed(home / "home", free_port()))),
            FASTAPI: opened.enter_context(anchor("plain_fastapi")),
            STARLETTE: opened.enter_context(anchor("bare_starlette")),
        }
        yield (
            "question", "clients", "req/s", "p50 ms", "p99 ms", "cpu us",
            "FastAPI req/s", "p99 ms", "cpu us", "x", "Starlette req/s", "p99 ms", "cpu us", "x", "verdict",
        )  # fmt: skip
        for connections in CONNECTIONS:
            yield from compare(targets, connections)


def compare(targets: dict[str, Target], connections: int) -> Iterator[tuple[str, ...]]:
    """One row a question, all servers in turn in every round."""
    names = [*QUESTIONS, POST, MANY]
    runs: dict[tuple[str, str], list[Run]] = {(name, server): [] for name in names for server in targets}
    for _ in range(ROUNDS):
        for name in names:
            for server, target in targets.items():
                runs[name, server].append(run_wrk(name, target, connections))
    for name in names:
        ours, fastapi, starlette = (middle(runs[name, server]) for server in targets)
        times = ours.per_second / fastapi.per_second, ours.per_second / starlette.per_second
        goals = {f"p99 {P99_MS[connections]:.0f} ms": ours.p99_ms <= P99_MS[connections]}
        if connections > 1:  # one client alone measures itself as much as the server
            goals[f"{TIMES_FASTAPI} x FastAPI"] = times[0] >= TIMES_FASTAPI
            goals[f"{TIMES_STARLETTE} x Starlette"] = times[1] >= TIMES_STARLETTE
        missed = [goal for goal, is_held in goals.items() if not is_held]
        yield (
            name, str(connections), f"{ours.per_second:.0f}", f"{ours.p50_ms:.2f}", f"{ours.p99_ms:.2f}",
            f"{ours.cpu_us:.0f}",
            f"{fastapi.per_second:.0f}", f"{fastapi.p99_ms:.2f}", f"{fastapi.cpu_us:.0f}", f"{times[0]:.2f}",
            f"{starlette.per_second:.0f}", f"{starlette.p99_ms:.2f}", f"{starlette.cpu_us:.0f}", f"{times[1]:.2f}",
            f"missed: {', '.join(missed)}" if missed else "held",
        )  # fmt: skip


def middle(runs: list[Run]) -> Run:
    """The median of each number."""
    return Run(*(statistics.median(getattr(run, name) for run in runs) for name in Run.__dataclass_fields__))


def run_wrk(name: str, target: Target, connections: int) -> Run:
    """One thread of wrk with so many connections, for a few seconds.

    Raises:
        AssertionError: An answer was not a 2xx: then nothing was measured.
    """
    path = QUESTIONS.get(name, "/v1/fast/ac")
    command = ["wrk", "-t1", f"-c{connections}", f"-d{SECONDS}s", "--latency"]
    for header in target.headers:
        command += ["-H", header]
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        if text := {POST: POST_SCRIPT, MANY: MANY_SCRIPT}.get(name):
            script.write(text)
            script.flush()
            command += ["-s", script.name]
        before = cpu_seconds(target.process)
        shown = subprocess.run([*command, target.url + path], capture_output=True, text=True, check=True).stdout
        used = cpu_seconds(target.process) - before
    assert "Non-2xx" not in shown, shown
    requests = int(found(r"([0-9]+) requests in", shown))
    return Run(
        per_second=float(found(r"Requests/sec:\s+([0-9.]+)", shown)),
        p50_ms=milliseconds(found(r"(?m)^ *50% +(\S+)", shown)),
        p99_ms=milliseconds(found(r"(?m)^ *99% +(\S+)", shown)),
        cpu_us=1e6 * used / requests,
    )


def our_target(installation: Installation) -> Target:
    """The API of an installation, with the access token that a signed-in person has."""
    dev = {"Authorization": f"Bearer {installation.dev_token}"}
    signed_in = httpx.post(f"{installation.base_url}/v1/auth/token", headers=dev, json={}, trust_env=False)
    token = signed_in.raise_for_status().json()["access_token"]
    return Target(installation.base_url, installation.find("api"), (f"Authorization: Bearer {token}",))


@contextmanager
def anchor(name: str) -> Iterator[Target]:
    """One of the applications that ours is compared with, in a process of its own."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "--factory", f"benchmarks.fast_lane_anchors:{name}"]
    options = ["--port", str(port), "--no-access-log", "--log-level", "warning", "--lifespan", "off"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    # A session of its own, as the installation has: the system shares its processors out by session.
    process = subprocess.Popen([*command, *options], cwd=ROOT, env=environment, start_new_session=True)
    try:
        url = f"http://127.0.0.1:{port}"
        wait_until_answering(url)
        yield Target(url, psutil.Process(process.pid))
    finally:
        process.terminate()
        process.wait()


def wait_until_answering(url: str) -> None:
    """Wait until a server answers anything at all."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with suppress(httpx.TransportError):
            httpx.get(url + QUESTIONS["thac0"], trust_env=False)
            return
        time.sleep(0.05)
    raise TimeoutError(url)


def cpu_seconds(process: psutil.Process) -> float:
    """Processor time of a process so far."""
    return sum(process.cpu_times()[:2])


def found(pattern: str, text: str) -> str:
    """The group of a pattern that must be there."""
    match = re.search(pattern, text)
    assert match is not None, text
    return match[match.lastindex or 0]


def milliseconds(text: str) -> float:
    """What wrk writes as `850.00us`, `1.20ms` or `1.01s`."""
    return float(found(r"[0-9.]+", text)) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[text.lstrip("0123456789.")]
