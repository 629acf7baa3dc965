"""A server, brokers with short leases, and workers that are always stopped."""

import contextlib
import itertools
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import dramatiq
import dramatiq.worker
import pytest
import redis
from dramatiq import Worker, get_encoder, set_encoder
from dramatiq.encoder import JSONEncoder

from bus import StreamsBroker
from tests.integration.bus.server import Server
from tests.support.servers import temporary_home

FAST = {
    "lease_seconds": 2.0,
    "heartbeat_seconds": 0.3,
    "block_seconds": 30.0,
}
ROOT = Path(__file__).parents[3]

_databases = itertools.cycle(range(64))


@pytest.fixture(scope="session")
def shared_server() -> Iterator[Server]:
    with temporary_home() as directory:
        server = Server(directory)
        server.start()
        yield server
        server.stop()


@pytest.fixture
def own_server(tmp_path) -> Iterator[Server]:
    """For tests that break it."""
    server = Server(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def bus_url(shared_server: Server) -> str:
    """An empty logical database of the shared server."""
    url = shared_server.url(next(_databases))
    with redis.Redis.from_url(url) as client:
        client.flushdb()
    return url


@pytest.fixture
def raw(bus_url: str) -> Iterator[redis.Redis]:
    """A client of the test's own, to look behind the broker."""
    with redis.Redis.from_url(bus_url, decode_responses=True) as client:
        yield client


@pytest.fixture
def make_broker(bus_url: str) -> Iterator[Callable[..., StreamsBroker]]:
    made: list[StreamsBroker] = []

    def make(url: str = bus_url, **options: object) -> StreamsBroker:
        broker = StreamsBroker(url, **(FAST | options))
        made.append(broker)
        return broker

    yield make
    for broker in made:
        with contextlib.suppress(dramatiq.ConnectionClosed):
            broker.close()


@pytest.fixture
def broker(make_broker) -> StreamsBroker:
    return make_broker()


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """dramatiq waits 3 s before it makes a new consumer and 5 s before it acknowledges again."""
    monkeypatch.setattr(dramatiq.worker, "CONSUMER_RESTART_DELAY_SECS", 0.05)
    monkeypatch.setattr(dramatiq.worker, "POST_PROCESS_MESSAGE_RETRY_DELAY_SECS", 0.05)


@pytest.fixture
def start_worker() -> Iterator[Callable[..., Worker]]:
    """Starts workers; those that still run are stopped after the test."""
    started: list[Worker] = []

    def start(broker: StreamsBroker, *, threads: int = 2, **options: object) -> Worker:
        worker = Worker(broker, worker_timeout=100, worker_threads=threads, **options)
        worker.start()
        started.append(worker)
        return worker

    yield start
    for worker in started:
        worker.stop(timeout=5_000)


@pytest.fixture
def actors(broker, bus_url: str) -> dict[str, dramatiq.Actor]:
    """The actors of the worker processes, to send to and to run."""
    from tests.integration.bus.worker_process import declare_actors  # it takes its options from here

    return declare_actors(broker, bus_url)


@pytest.fixture
def start_process(bus_url: str) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts worker processes that may be killed; the rest is killed after the test."""
    started: list[subprocess.Popen[bytes]] = []

    def start(url: str = bus_url, *, threads: int = 2, options: str = "fast") -> subprocess.Popen[bytes]:
        command = [sys.executable, str(Path(__file__).with_name("worker_process.py")), url, str(threads), options]
        process = subprocess.Popen(
            command, env={"PYTHONPATH": str(ROOT), "PATH": ""}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()


@pytest.fixture(autouse=True)
def _dramatiqs_own_encoder() -> Iterator[None]:
    """The encoder is one for the whole process, and the application's tests set theirs."""
    before = get_encoder()
    set_encoder(JSONEncoder())
    yield
    set_encoder(before)
