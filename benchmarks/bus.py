"""The bus beside dramatiq's own RedisBroker and the in-memory StubBroker, interleaved in one run."""

import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import dramatiq
from dramatiq.brokers.redis import RedisBroker
from dramatiq.brokers.stub import StubBroker

from bus import StreamsBroker
from services.valkey import EmbeddedValkey

MESSAGES = 5_000
ROUNDS = 3
THREADS = 8


def measure() -> Iterator[tuple[str, ...]]:
    """Messages per second, medians of interleaved rounds, and the ratio to the stock broker."""
    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedValkey(Path(folder))
        server.start()
        try:
            yield from compare(server.url)
        finally:
            server.stop()


def compare(url: str) -> Iterator[tuple[str, ...]]:
    """One row a broker."""
    makers: dict[str, Callable[[], dramatiq.Broker]] = {
        "stock RedisBroker": lambda: RedisBroker(url=url),
        "StreamsBroker": lambda: StreamsBroker(url=url),
        "StubBroker (in memory)": StubBroker,
    }
    enqueued: dict[str, list[float]] = {name: [] for name in makers}
    drained: dict[str, list[float]] = {name: [] for name in makers}
    for _ in range(ROUNDS):
        for name, make in makers.items():
            first, second = run(make())
            enqueued[name].append(first)
            drained[name].append(second)
    stock = "stock RedisBroker"
    yield ("broker", "enqueue/s", "x stock", "drain/s", "x stock")
    for name in makers:
        put, took = statistics.median(enqueued[name]), statistics.median(drained[name])
        base = statistics.median(enqueued[stock]), statistics.median(drained[stock])
        yield (name, f"{put:.0f}", f"{put / base[0]:.2f}", f"{took:.0f}", f"{took / base[1]:.2f}")


def run(broker: dramatiq.Broker) -> tuple[float, float]:
    """Messages per second put one by one, then taken by one process with eight threads (boot not counted)."""
    first = threading.Event()

    @dramatiq.actor(broker=broker, queue_name="bench")
    def nothing() -> None:
        first.set()

    broker.flush("bench") if "bench" in broker.queues else None
    started = time.perf_counter()
    for _ in range(MESSAGES):
        nothing.send()
    put = MESSAGES / (time.perf_counter() - started)
    worker = dramatiq.Worker(broker, worker_threads=THREADS, worker_timeout=100)
    worker.start()
    first.wait()
    started = time.perf_counter()
    broker.join("bench", timeout=120_000)
    took = MESSAGES / (time.perf_counter() - started)
    worker.stop()
    broker.close()
    return put, took
