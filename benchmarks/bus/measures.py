"""What is measured, and the bound of each figure.

Every run has a fresh server and fresh processes. The contenders take turns within a round, so that whatever else the
machine does meets all of them, and ratios are taken within rounds.
"""

import math
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import TypeVar

from benchmarks.bus.contenders import BARE, OURS, STOCK, STUB
from benchmarks.bus.figures import (
    Figure,
    Sample,
    at_most,
    median_of,
    percentile_of,
    ratio_at_least,
    ratio_at_most,
)
from benchmarks.bus.lab import fresh_server
from benchmarks.bus.orders import Order
from benchmarks.bus.runs import Run, drain_once, enqueue_once, interleaved, latencies_once, progress

T = TypeVar("T")

BATCH = 100
BATCHES = f"{OURS} in batches"
IDLE_QUEUES = 3
BETWEEN_MESSAGES = (0.05, 0.3)
BETWEEN_PIPELINES = (0.02, 0.1)
STEPS = 3
TEXT_BYTES = 200
WORST = 100


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured.

    Attributes:
        messages: Messages of a run that is about throughput or memory.
        dispatches: Messages, and pipelines, whose time is taken one by one, in all rounds together.
        idle_seconds: Idle time before a message whose time is taken.
        window_seconds: How long the commands of idle workers are counted, each round.
    """

    messages: int = 10_000
    rounds: int = 5
    dispatches: int = 300
    idle_seconds: float = 10.0
    window_seconds: float = 20.0
    settle_seconds: float = 5.0

    @property
    def dispatches_a_round(self) -> int:
        """Of each contender."""
        return math.ceil(self.dispatches / self.rounds)


QUICK = Sizes(messages=2_000, rounds=3, dispatches=60, idle_seconds=3.0, window_seconds=7.0, settle_seconds=2.0)


def drain(sizes: Sizes) -> list[Figure]:
    """One process with eight threads takes what is queued; its boot does not count."""
    runs = _in_turns("drain", sizes, {name: Order("work", name) for name in (OURS, STOCK, STUB)}, drain_once)
    rate, worker_cpu, server_cpu = (_medians(runs, part) for part in ("rate", "worker_us", "server_us"))
    name, per_message = "drain, 1 process x 8 threads", "us a message"
    return [
        Figure(name, "messages/s", rate[OURS], rate[STOCK], ratio_at_least(3.0, stretch=4.5)),
        Figure(name, "messages/s", rate[OURS], rate[STUB], ratio_at_least(0.4, stretch=0.6)),
        Figure("worker CPU", per_message, worker_cpu[OURS], worker_cpu[STOCK], ratio_at_most(0.45)),
        Figure("server CPU", per_message, server_cpu[OURS], server_cpu[STOCK]),
    ]


def drain_shared(sizes: Sizes) -> list[Figure]:
    """Two processes with eight threads each take what is queued."""
    orders = {name: Order("work", name, processes=2) for name in (OURS, STOCK)}
    rate = _medians(_in_turns("drain-2x8", sizes, orders, drain_once), "rate")
    return [Figure("drain, 2 processes x 8 threads", "messages/s", rate[OURS], rate[STOCK])]


def enqueue(sizes: Sizes) -> list[Figure]:
    """One thread puts messages, one by one and a hundred at a time; both beside RedisBroker one by one."""
    orders = {name: Order("enqueue", name) for name in (OURS, STOCK, STUB)}
    orders[BATCHES] = Order("enqueue", OURS, batch=BATCH)
    runs = _in_turns("enqueue", sizes, orders, enqueue_once)
    rate, server_cpu = _medians(runs, "rate"), _medians(runs, "server_us")
    return [
        Figure("enqueue one by one", "messages/s", rate[OURS], rate[STOCK], ratio_at_least(1.2)),
        Figure("enqueue one by one", "messages/s", rate[OURS], rate[STUB]),
        Figure(f"enqueue_many of {BATCH}", "messages/s", rate[BATCHES], rate[STOCK], ratio_at_least(8.0)),
        Figure("server CPU of an enqueue", "us a message", server_cpu[OURS], server_cpu[STOCK]),
    ]


def dispatch(sizes: Sizes) -> list[Figure]:
    """From send to the start of the actor in another process, one message after the other, with pauses."""
    order = Order("dispatch", "", messages=sizes.dispatches_a_round, gap_seconds=BETWEEN_MESSAGES)
    return _p50_and_p99("idle dispatch", _latencies("dispatch", sizes, order), p50=1.5, p99=5.0)


def after_idle(sizes: Sizes) -> list[Figure]:
    """The same, for the first message after a long pause; one in each round."""
    order = Order("dispatch", "", messages=1, gap_seconds=(sizes.idle_seconds, sizes.idle_seconds))
    runs = _latencies("after-idle", sizes, order)
    ours, bare, stock = (percentile_of(name, runs[name], WORST) for name in (OURS, BARE, STOCK))
    name = f"after {sizes.idle_seconds:g} s idle, worst of {sizes.rounds}"
    return [
        Figure(name, "ms", ours, bare, at_most(5.0, or_times_beside=2.0)),
        Figure(name, "ms", ours, stock),
    ]


def pipeline(sizes: Sizes) -> list[Figure]:
    """From run to the start of the third actor, one pipeline after the other."""
    order = Order("dispatch", "", messages=sizes.dispatches_a_round, gap_seconds=BETWEEN_PIPELINES, steps=STEPS)
    return _p50_and_p99(f"pipeline of {STEPS}", _latencies("pipeline", sizes, order), p50=3.5, p99=10.0)


def idle(sizes: Sizes) -> list[Figure]:
    """Commands a second of a worker process that reads three empty queues: its reads, beats and looks around."""
    contenders = (OURS, STOCK)
    counted: dict[str, list[float]] = {contender: [] for contender in contenders}
    with ExitStack() as stack:
        servers = {contender: stack.enter_context(fresh_server()) for contender in contenders}
        for contender in contenders:
            order = Order("idle", contender, servers[contender].url, queues=IDLE_QUEUES)
            stack.enter_context(order.start()).hear()
        time.sleep(sizes.settle_seconds)
        for number in range(sizes.rounds):
            progress("idle", number, sizes.rounds)
            before, started = {name: servers[name].commands() for name in contenders}, time.monotonic()
            time.sleep(sizes.window_seconds)
            seconds = time.monotonic() - started
            for name in contenders:
                counted[name].append((servers[name].commands() - before[name]) / seconds)
    ours, stock = (median_of(name, counted[name]) for name in contenders)
    return [Figure(f"idle, {IDLE_QUEUES} queues", "commands/s", ours, stock, at_most(4.0))]


def memory(sizes: Sizes) -> list[Figure]:
    """Bytes that the server uses for each message that waits: with a text of 200 bytes, and with none."""
    return [
        _memory(sizes, f"memory, body with {TEXT_BYTES} bytes of text", TEXT_BYTES),
        _memory(sizes, "memory, body without arguments", 0),
    ]


def _memory(sizes: Sizes, name: str, text_bytes: int) -> Figure:
    orders = {contender: Order("enqueue", contender, text_bytes=text_bytes) for contender in (OURS, STOCK)}
    used = _medians(_in_turns("memory", sizes, orders, enqueue_once), "bytes")
    return Figure(name, "bytes a message", used[OURS], used[STOCK], ratio_at_most(0.5))


MEASURES: dict[str, Callable[[Sizes], list[Figure]]] = {
    "drain": drain,
    "drain-2x8": drain_shared,
    "enqueue": enqueue,
    "dispatch": dispatch,
    "after-idle": after_idle,
    "pipeline": pipeline,
    "idle": idle,
    "memory": memory,
}


# What measures have in common


def _in_turns(measure: str, sizes: Sizes, orders: Mapping[str, Order], run: Callable[[Order], T]) -> dict[str, list[T]]:
    """The runs of each contender; they take turns within a round."""
    runs: dict[str, list[T]] = defaultdict(list)
    for contender, number in interleaved(list(orders), sizes.rounds):
        progress(measure, number, sizes.rounds, contender)
        order = orders[contender]
        runs[contender].append(run(replace(order, messages=order.messages or sizes.messages, seed=number)))
    return runs


def _medians(runs: Mapping[str, Sequence[Run]], part: str) -> dict[str, Sample]:
    return {name: median_of(name, [each[part] for each in those]) for name, those in runs.items()}


def _latencies(measure: str, sizes: Sizes, order: Order) -> dict[str, list[list[float]]]:
    """Milliseconds of each round of each contender, the bare loop among them."""
    orders = {contender: replace(order, contender=contender) for contender in (OURS, BARE, STOCK)}
    return _in_turns(measure, sizes, orders, latencies_once)


def _p50_and_p99(name: str, runs: Mapping[str, Sequence[Sequence[float]]], *, p50: float, p99: float) -> list[Figure]:
    figures = []
    for percent, limit in ((50, p50), (99, p99)):
        ours, bare, stock = (percentile_of(contender, runs[contender], percent) for contender in (OURS, BARE, STOCK))
        figures += [
            Figure(f"{name}, p{percent}", "ms", ours, bare, at_most(limit, or_times_beside=2.0)),
            Figure(f"{name}, p{percent}", "ms", ours, stock),
        ]
    return figures
