"""Kill -9 of anything loses nothing accepted and does nothing twice (invariants I1, I3, I4)."""

import itertools
import signal
import uuid
from concurrent.futures import ThreadPoolExecutor

import httpx
import psutil
import pytest

from tests.support.installation import CAMPAIGN, PROCESSES, Installation, alive, patiently, wait_until

PROMPTS = (
    "Create a dwarven blacksmith named Borin",
    "What is the THAC0 of a 5th level fighter with strength 18?",
    "Describe the ancient dwarven hall",
    "Create an elven mage named Ilsabet",
    "Store a tavern called The Gilded Eel {number}: smoky, run by twins",  # what is there already is not stored again
)

NUMBERS = itertools.count(1)


def send_fifty(installation: Installation, client: httpx.Client) -> dict[str, str]:
    """Send 50 prompts, each under a key of its own; returns request_id -> prompt."""

    def send(number: int) -> tuple[str, str]:
        prompt = PROMPTS[number % len(PROMPTS)].format(number=next(NUMBERS))
        return installation.send(client, prompt, key=uuid.uuid4().hex, timeout_ms=60_000), prompt

    with ThreadPoolExecutor(8) as senders:
        sent = dict(senders.map(send, range(50)))
    assert 50 == len(sent)
    return sent


def expect_all_completed_once(installation: Installation, client: httpx.Client, sent: dict[str, str]) -> None:
    views = {request_id: installation.poll(client, request_id, within_seconds=75) for request_id in sent}
    assert {"completed"} == {view["status"] for view in views.values()}, [
        view for view in views.values() if view["status"] != "completed"
    ]
    created = [entity for view in views.values() for entity in view["result"]["entities_created"]]
    assert len(created) == len(set(created))
    for request_id, prompt in sent.items():
        if prompt.startswith(("Create", "Store")):
            assert 1 == len(views[request_id]["result"]["entities_created"]), views[request_id]
    assert sorted(created) == sorted(entity for entity in stored_ids(client) if entity in set(created))


def stored_ids(client: httpx.Client) -> list[str]:
    return [
        item["id"]
        for kind in ("npc", "location")
        for item in patiently(
            lambda kind=kind: client.get(f"/v1/entities/{kind}", params={"campaign_id": CAMPAIGN, "limit": 1000})
        ).json()["items"]
    ]


def created_by(client: httpx.Client, sent: dict[str, str]) -> list[str]:
    return [
        entity
        for request_id in sent
        for entity in client.get(f"/v1/prompts/{request_id}").json()["result"]["entities_created"]
    ]


@pytest.mark.parametrize("name", sorted(PROCESSES))
def test_a_killed_process_is_back_within_two_seconds_while_the_others_keep_running(
    name: str, breakable_dma: Installation
) -> None:
    others = {other: breakable_dma.find(other).pid for other in PROCESSES if other != name}
    victim = breakable_dma.find(name)

    victim.kill()
    wait_until(lambda: not alive([victim]), 2)

    def is_back() -> bool:
        try:
            return breakable_dma.find(name).pid != victim.pid
        except (AssertionError, psutil.NoSuchProcess):
            return False

    wait_until(is_back, 2, describe=breakable_dma.tail)
    assert others == {other: breakable_dma.find(other).pid for other in others}


@pytest.mark.parametrize("server", ["postgres", "valkey-server"])
def test_nothing_accepted_is_lost_when_a_server_is_killed(server: str, breakable_dma: Installation) -> None:
    with breakable_dma.client() as client:
        sent = send_fifty(breakable_dma, client)
        breakable_dma.server(server).kill()
        expect_all_completed_once(breakable_dma, client, sent)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_fifty_prompts_in_flight_survive_the_kill_of_each_process_in_turn(breakable_dma: Installation) -> None:
    with breakable_dma.client() as client:
        for name in PROCESSES:
            before = len(stored_ids(client))
            sent = send_fifty(breakable_dma, client)
            victim = breakable_dma.find(name)
            victim.send_signal(signal.SIGKILL)
            wait_until(lambda victim=victim: not alive([victim]), 2)
            expect_all_completed_once(breakable_dma, client, sent)
            assert len(stored_ids(client)) - before == len(created_by(client, sent))
