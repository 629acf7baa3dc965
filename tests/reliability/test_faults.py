"""What breaks loses nothing that was accepted and does nothing twice: invariants I1 to I10 after every fault.

A fixed-seed sample in `make test`, more by `make reliability`, for hours by `make soak` (tests/reliability/sizes.py).
"""

import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

import dramatiq
import httpx
import psutil
import psycopg
import pytest
import redis

from contracts.actors import Actor
from contracts.queues import AGENT_QUEUES, Queue
from core.ids import parse_id
from core.tokens import TokenSigner
from orchestrator.publish import Publisher, finish_message
from store.steps import MAX_CRASHES
from store.sweeps import Unpublished
from tests.reliability.rig import PROMPTS, Rig
from tests.reliability.sizes import SIZE, Size, rounds
from tests.support.installation import CAMPAIGN, ROOT, wait_until

pytestmark = [pytest.mark.timeout(24 * 3600 if SIZE.value == "soak" else 1800)]

PAST_ITS_LEASE_SECONDS = 12
"""A lease is 10 s."""
WORKER_POINTS = ("worker.claimed", "worker.effects_written", "worker.committed", "worker.acknowledged")


def test_workers_that_die_anywhere_or_wake_up_late_lose_and_double_nothing(rig: Rig) -> None:
    """F1, F2, F15: a death at each failpoint and at any moment, and a worker that stands still past its lease."""
    for _ in rounds(1, 20, 1000):
        with _second_workers(rig, "scribe", "world_designer", "system_mastery"):
            rig.arm("worker.claimed", "stop")
            for point in WORKER_POINTS[1:]:
                rig.arm(point)
            with rig.load(SIZE.pick(14, 25, 25)):
                wait_until(lambda: _one_stands_still(rig), 20, describe=rig.dma.tail)
                if SIZE is not Size.SAMPLE:  # each death costs its steps a lease's time
                    rig.arm("worker.claimed")
                _kill_a_pool(rig)
                time.sleep(PAST_ITS_LEASE_SECONDS)
                for process in rig.stopped():
                    process.resume()
            rig.judge()


def test_an_api_and_a_sweeper_that_die_around_publication_lose_and_double_nothing(rig: Rig) -> None:
    """F3, F4: between commit and answer, between publication and its note, and the same in the sweeper."""
    for _ in rounds(1, 25, 500):
        for point in ("api.committed", "api.published", "sweeper.published"):
            rig.arm(point)
        with rig.load(8):
            wait_until(lambda: "api.committed" not in rig.armed(), 20, describe=rig.dma.tail)
        if "api.published" in rig.armed():  # all prompts of this load were sent before that death
            rig.end_of(rig.send(PROMPTS[0]))
        assert not {"api.committed", "api.published"} & set(rig.armed())
        rig.judge()


def test_a_redis_that_restarts_or_forgets_everything_loses_nothing(rig: Rig) -> None:
    """F5, F6: SIGKILL with the log written every second, and FLUSHALL: streams and groups are gone."""
    for _ in rounds(1, 5, 100):
        with rig.load(8):
            rig.dma.server("valkey-server").kill()
            time.sleep(0.5)
        with rig.load(8):
            wait_until(lambda: _flush(rig), 20)
        rig.judge()


def test_a_postgres_that_crashes_or_drops_sessions_loses_nothing(rig: Rig) -> None:
    """F10: kill -9 of a backend (which restarts the server's sessions), ended sessions, and an immediate stop."""
    for _ in rounds(1, 5, 50):
        with rig.load(8):
            with psycopg.connect(rig.database_url, autocommit=True) as connection:
                connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
                    "AND datname = current_database()"
                )
            _a_backend(rig).kill()
        with rig.load(6):
            rig.dma.server("postgres").send_signal(signal.SIGQUIT)
        rig.judge()


def test_messages_that_cannot_be_worked_on_disturb_nobody(rig: Rig) -> None:
    """F13: unreadable bytes, 9 MB of them, an actor that is not there, a step of no request, a forged token.

    Each dead letter says what it was.
    """
    queue = Queue.SCRIBE.value
    lane = rig.broker.layout.of(queue).lane(2)
    with rig.load(SIZE.pick(6, 50, 500)):
        for _ in rounds(2, 10, 100):
            nobody = uuid.uuid4()
            forged = TokenSigner("forged" * 8).create_work_token(
                f"req_{nobody.hex}/1", queue, nobody, deadline_at=datetime.now(UTC)
            )
            rig.broker.enqueue(_message(Actor.STORE_ENTITIES.value, (nobody.hex, 1), work_token=forged))
            rig.broker.client.xadd(lane, {"data": b"\xff\xfe this is no message"})
            rig.broker.client.xadd(lane, {"something": "else"})
            rig.broker.client.xadd(lane, {"data": b"9" * 9_000_000})
            rig.broker.enqueue(_message("scribe.is_not_there", (1,), correlation_id=f"req_{nobody.hex}"))
            rig.poison.add(f"req_{nobody.hex}")
    rig.judge()


@pytest.mark.parametrize("deed", ["raise", "fill", "hang"] if SIZE is not Size.SAMPLE else ["hang"])
def test_steps_that_fail_each_time_fail_alone_and_in_time(rig: Rig, deed: str) -> None:
    """F13: what raises always, for want of memory too, gets four attempts; what never ends gets until its deadline."""
    with rig.only_the_poisoned_fail(deed, "Hemlock"), rig.load(SIZE.pick(6, 25, 250)):
        sent = [
            rig.send("Create a dwarven blacksmith named Hemlock", timeout_ms=4_000 if deed == "hang" else 60_000)
            for _ in rounds(2, 10, 100)
        ]
        rig.poison.update(sent if deed != "hang" else [])
        for request_id in sent:
            rig.end_of(request_id)
    rig.judge()


@pytest.mark.skipif(SIZE is Size.SAMPLE, reason="minutes: `make reliability`")
@pytest.mark.parametrize("deed", ["exit", "segfault"])
def test_a_step_that_ends_its_process_each_time_fails_alone(rig: Rig, deed: str) -> None:
    """F13: after three deaths it is buried. Those that were in the same process end well."""
    for _ in rounds(1, 10, 100):
        with rig.only_the_poisoned_fail(deed, "Hemlock"), rig.load(8):
            rig.deaths += MAX_CRASHES
            rig.end_of(rig.send("Create a dwarven blacksmith named Hemlock"))
        rig.judge()


def test_duplicated_deliveries_and_ends_change_nothing(rig: Rig) -> None:
    """F14: the same plan five times, its end before its time, and all of it again after its end."""
    for _ in rounds(1, 40, 1000):
        sent = [rig.send(prompt) for prompt in PROMPTS]
        _publish_again(rig, sent, times=5)
        for request_id in sent:
            rig.end_of(request_id)
        _publish_again(rig, sent, times=2)
        rig.judge()


def test_fifty_posts_with_one_key_at_once_are_one_request(rig: Rig) -> None:
    """F16: also with another body, after the end, and by somebody else."""
    for _ in rounds(1, 20, 200):
        key = uuid.uuid4().hex
        with ThreadPoolExecutor(16) as clients:
            ids = set(clients.map(lambda each: rig.send(PROMPTS[0], key=each), [key] * 50))
        (request_id,) = ids
        rig.end_of(request_id)
        assert request_id == rig.send(PROMPTS[0], key=key)
        other = rig.http.post(
            "/v1/prompts",
            json={"prompt": PROMPTS[1], "context": {"campaign_id": CAMPAIGN}},
            headers={"Idempotency-Key": key},
        )
        assert (422, "idempotency_key_reused") == (other.status_code, other.json()["code"])
        assert 422 == _by_somebody_else(rig, key).status_code  # who is no member here, and learns nothing of the key
        rig.judge()


def test_a_backlog_is_kept_whole_and_worked_off(rig: Rig) -> None:
    """F17: all pools stand still while prompts come in; nothing is trimmed, beyond the limit nothing is accepted."""
    for _ in rounds(1, 1, 20):
        pools = [rig.dma.find(queue.value) for queue in AGENT_QUEUES]
        for pool in pools:
            pool.suspend()
        count = SIZE.pick(40, *[Queue.SYSTEM_MASTERY.max_length - 500] * 2)
        with ThreadPoolExecutor(8) as clients:
            sent = list(clients.map(lambda _: rig.send(PROMPTS[0]), range(count)))
        assert len(sent) <= sum(rig.queues().values())  # what nobody takes is published again
        if SIZE is not Size.SAMPLE:
            sent += rig.send_until_refused(PROMPTS[0], most=1_000)
        begun = time.monotonic()
        for pool in pools:
            pool.resume()
        for request_id in sent:
            rig.end_of(request_id)
        print(f"{len(sent) / (time.monotonic() - begun):.0f} a second were worked off")  # noqa: T201 - F17 asks for it
        rig.judge()
        assert rig.overtaken(sent) < max(20, len(sent) / 10)


def _by_somebody_else(rig: Rig, key: str) -> httpx.Response:
    """The same prompt under the same key from another person, who has no part in the campaign."""
    secret = (rig.dma.home / "secret_key").read_text().strip()
    token = TokenSigner(secret).create_access_token("user:other", frozenset({"prompts"}))
    body = {"prompt": PROMPTS[0], "context": {"campaign_id": CAMPAIGN}, "options": {"timeout_ms": 60_000}}
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
    return rig.http.post("/v1/prompts", json=body, headers=headers)


@contextmanager
def _second_workers(rig: Rig, *queues: str) -> Iterator[None]:
    """One more process of each of these pools, which nobody restarts; gone at the end of the block."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    started = [
        subprocess.Popen([sys.executable, "-m", f"workers.{queue}.main"], cwd=ROOT, env=rig.dma.environment(), **quiet)
        for queue in queues
    ]
    try:
        yield
    finally:
        for process in started:
            process.kill()
            process.wait()


def _one_stands_still(rig: Rig) -> bool:
    """Whether a process does; when the one that was to died at that moment by another point, the next one is to."""
    if rig.stopped():
        return True
    if "worker.claimed" not in rig.armed():
        rig.arm("worker.claimed", "stop")
    return False


def _kill_a_pool(rig: Rig) -> None:
    """Whichever process of a pool is found first; a failpoint may have killed others already."""
    for process in rig.dma.family():
        with suppress(psutil.NoSuchProcess):
            if process.cmdline()[1:3] == ["-m", "workers.world_designer.main"]:  # and not its supervisor
                process.kill()
                rig.deaths += 1
                return


def _flush(rig: Rig) -> bool:
    try:
        return bool(rig.broker.client.flushall())
    except redis.ConnectionError:
        return False


def _a_backend(rig: Rig) -> psutil.Process:
    """A session of the pools', as the server's process; there is one again soon after all were ended."""
    found: list[int] = []

    def is_there() -> bool:
        with psycopg.connect(rig.database_url) as connection:
            rows = connection.execute(
                "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            ).fetchall()
        found.extend(pid for (pid,) in rows)
        return bool(found)

    wait_until(is_there, 20)
    return psutil.Process(found[0])


def _message(actor: str, args: tuple[object, ...], **options: object) -> dramatiq.Message:
    options = {"pipe_ignore": True, **options}
    return dramatiq.Message(actor.partition(".")[0], actor, args, {}, options)


def _publish_again(rig: Rig, sent: list[str], *, times: int) -> None:
    """Copies of what was published for these requests: whole plans, and the ends of all."""
    secret = (rig.dma.home / "secret_key").read_text().strip()
    publisher = Publisher(rig.broker, TokenSigner(secret))
    wanted = [parsed for request_id in sent if (parsed := parse_id(request_id))]
    with psycopg.connect(rig.database_url) as connection:
        plans = [_plan(connection, request_id) for request_id in wanted]
    for _ in range(times):
        for plan in plans:
            publisher.publish(plan)
            rig.broker.enqueue(finish_message(plan.request_id, source=Queue.SCRIBE))


def _plan(connection: psycopg.Connection, request_id: uuid.UUID) -> Unpublished:
    row = connection.execute("SELECT campaign_id, deadline_at FROM requests WHERE id = %s", (request_id,)).fetchone()
    steps = connection.execute(
        "SELECT step_no, actor FROM steps WHERE request_id = %s ORDER BY step_no", (request_id,)
    ).fetchall()
    assert row is not None
    return Unpublished(request_id, *row, steps)
