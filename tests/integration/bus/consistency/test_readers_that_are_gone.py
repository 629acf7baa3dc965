"""A process may be gone while its read still waits on the server: what the server gives to it must not be forgotten.

So it is when a machine loses its power or its network, or a process is stopped: nobody closes the connection.
"""

import contextlib
import threading

import dramatiq
import pytest
import redis

from tests.integration.bus.conftest import FAST
from tests.integration.bus.waiting import eventually

BLOCK_SECONDS = 2.0
RECOVERED_SECONDS = 3 * FAST["lease_seconds"] + BLOCK_SECONDS
GONE = "gone:1:00000000"


@pytest.fixture
def note(make_broker):
    """An actor whose processes leave a read waiting for two seconds; `note.ran`."""
    broker = make_broker(block_seconds=BLOCK_SECONDS)
    ran = []
    note = dramatiq.actor(ran.append, broker=broker, actor_name="note")
    note.ran = ran
    broker.consume("default", timeout=10).close()  # makes the streams and the group
    return note


class WaitingRead:
    """A read that a process has sent to the server and will never fetch; it waits longer than it may."""

    def __init__(self, raw: redis.Redis, keys) -> None:
        self._raw, self._keys = raw, keys
        self.brought = []
        self._thread = threading.Thread(target=self._wait, daemon=True)
        self._thread.start()
        eventually(lambda: waiting_reads(raw) == 1)

    def _wait(self) -> None:
        streams = dict.fromkeys((self._keys.wake, *self._keys.lanes), ">")
        with contextlib.suppress(redis.ConnectionError):
            reply = self._raw.xreadgroup(self._keys.group, GONE, streams, count=1, block=round(BLOCK_SECONDS * 1000))
            self.brought += [stream for stream, _ in reply or ()]

    def join(self) -> list[str]:
        self._thread.join()
        return self.brought


def waiting_reads(raw: redis.Redis) -> int:
    return sum("b" in client["flags"] for client in raw.client_list())


def beat(raw: redis.Redis, keys, *, seconds_ago: float = 0.0) -> None:
    seconds, microseconds = raw.time()
    raw.zadd(keys.live, {keys.member(GONE): seconds * 1000 + microseconds // 1000 - round(seconds_ago * 1000)})


def test_message_given_back_is_run_though_the_dead_was_told_of_it(note, raw, make_broker, start_worker):
    keys = note.broker.layout.of("default")
    other = make_broker()
    other.declare_queue("default")
    note.send("given back")
    holder = other.consume("default", timeout=500)
    held = next(holder)
    beat(raw, keys)
    read = WaitingRead(raw, keys)
    start_worker(note.broker)
    eventually(lambda: waiting_reads(raw) == 2)

    holder.requeue([held])
    assert [keys.wake] == read.join()
    beat(raw, keys, seconds_ago=60)
    eventually(lambda: note.ran, within=RECOVERED_SECONDS)

    holder.close()
    assert ["given back"] == note.ran


def test_what_the_read_of_a_stopping_process_was_told_is_told_to_another(note, raw):
    """Its own read may be the first in the row of those that are told of what it gives back."""
    keys = note.broker.layout.of("default")
    note.send("given back")
    stopping = note.broker.consume("default", prefetch=2, timeout=100)
    held = next(stopping)
    eventually(lambda: next(stopping) is None and waiting_reads(raw) == 1)

    stopping.requeue([held])
    stopping.close()
    note.broker.close()

    assert raw.xreadgroup(keys.group, "somebody-idle", {keys.wake: ">"}, count=1)


def test_message_of_the_dead_is_run_though_its_own_read_was_told_of_it(note, raw, start_worker):
    keys = note.broker.layout.of("default")
    beat(raw, keys)
    note.send("held by the dead")
    raw.xreadgroup(keys.group, GONE, {keys.lane(2): ">"})
    read = WaitingRead(raw, keys)
    start_worker(note.broker)
    eventually(lambda: waiting_reads(raw) == 2)

    beat(raw, keys, seconds_ago=60)
    assert [keys.wake] == read.join()
    eventually(lambda: note.ran, within=RECOVERED_SECONDS)

    assert ["held by the dead"] == note.ran
