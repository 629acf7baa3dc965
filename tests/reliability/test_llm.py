"""F21 over a whole installation: a sick language model slows nobody else's answers (R18, C39)."""

import socket
import statistics
import time
from collections.abc import Iterator

import httpx
import pytest

from tests.reliability.sizes import SIZE, Size
from tests.support import llm_server as server_of
from tests.support.installation import CAMPAIGN, TERMINAL, Installation
from tests.support.llm_server import LlmServer, running_server
from tests.support.servers import temporary_home

RULES = "What is the THAC0 of a 5th level fighter with strength 18?"
NPC = "Create a dwarven blacksmith named Borin"
SLACK_SECONDS = 0.25
"""Below this a p99 is a matter of the machine's mood."""

pytestmark = pytest.mark.skipif(SIZE is Size.SAMPLE, reason="minutes: `make reliability`")


class WithModel(Installation):
    """An installation whose World Designer asks this server."""

    url = ""

    def environment(self) -> dict[str, str]:
        return super().environment() | {
            "DMA_LLM_MODEL": "tiny",
            "DMA_LLM_BASE_URL": self.url,
            "DMA_LLM_ALLOW_PRIVATE": "true",
            "DMA_LLM_SECONDS": "3",
            "DMA_LLM_BREAKER_FAILURES": "1000000",  # the worst case: nobody learns anything
        }


@pytest.fixture(scope="module")
def server() -> Iterator[LlmServer]:
    with running_server() as running:
        yield running


@pytest.fixture(scope="module")
def client(server: LlmServer) -> Iterator[httpx.Client]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with temporary_home() as place:
        installation = WithModel(place / "home", port)
        installation.url = server.url
        try:
            installation.start()
            with installation.client() as http:
                yield http
        finally:
            installation.destroy()


def send(client: httpx.Client, prompt: str) -> str:
    body = {"prompt": prompt, "context": {"campaign_id": CAMPAIGN}, "options": {"timeout_ms": 30_000}}
    answer = client.post("/v1/prompts", json=body)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["request_id"])


def end_of(client: httpx.Client, request_id: str) -> dict[str, object]:
    while True:
        view: dict[str, object] = client.get(f"/v1/prompts/{request_id}", headers={"Prefer": "wait=10"}).json()
        if view["status"] in TERMINAL:
            return view


def seconds_of_rules(client: httpx.Client, count: int) -> list[float]:
    found = []
    for _ in range(count):
        began = time.monotonic()
        assert "completed" == end_of(client, send(client, RULES))["status"]
        found.append(time.monotonic() - began)
    return found


def p99(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=100)[98]


@pytest.mark.parametrize("fault", [server_of.hang, server_of.status(500), server_of.lie(add="Seventeen dragons wait.")])
def test_sick_model_ends_every_request_in_time_and_slows_no_other_pool(
    fault: server_of.Fault, client: httpx.Client, server: LlmServer
) -> None:
    count = SIZE.pick(0, 100, 1_000)
    server.always = server_of.truth
    seconds_of_rules(client, 5)
    usual = p99(seconds_of_rules(client, count))

    server.always = fault
    people = [send(client, NPC) for _ in range(SIZE.pick(0, 12, 60))]
    meanwhile = p99(seconds_of_rules(client, count))

    for one in people:
        view = end_of(client, one)
        assert "completed" == view["status"]
        assert str(view["completed_at"]) <= str(view["deadline_at"])
        assert {"template"} == {text["source"] for text in view["result"]["prose"].values()}  # type: ignore[index]
    assert meanwhile <= max(2 * usual, SLACK_SECONDS), f"p99 {usual:.3f} s, with a sick model {meanwhile:.3f} s"
