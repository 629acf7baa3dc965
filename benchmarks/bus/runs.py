"""One run of one contender: a fresh server, fresh processes, and what came out."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace

from benchmarks.bus.contenders import OURS, STUB
from benchmarks.bus.lab import fresh_server
from benchmarks.bus.orders import Order

Run = dict[str, float]
FILL_BATCH = 500


def drain_once(order: Order) -> Run:
    """Fill a queue, then let `order.processes` workers take it: messages/s, worker and server CPU a message.

    From the start of the first actor to the last acknowledgement, by whichever process.
    """
    with fresh_server() as server, ExitStack() as stack:
        order = replace(order, url=server.url)
        if order.contender != STUB:
            fill(order)
        workers = [stack.enter_context(order.start()) for _ in range(order.processes)]
        for worker in workers:
            worker.hear()
        server_before = server.cpu_seconds()
        for worker in workers:
            worker.go()
        told = [worker.hear() for worker in workers]
        server_seconds = server.cpu_seconds() - server_before
    ran = sum(each["ran"] for each in told)
    if ran != order.messages:
        raise RuntimeError(f"{order.contender} ran {ran} actors for {order.messages} messages")
    nanoseconds = max(each["ended_ns"] for each in told) - min(each["started_ns"] for each in told if each["ran"])
    return {
        "rate": order.messages / nanoseconds * 1e9,
        "worker_us": sum(each["cpu_seconds"] for each in told) / order.messages * 1e6,
        "server_us": server_seconds / order.messages * 1e6,
    }


def fill(order: Order) -> None:
    """Queue the messages of an order, in the fastest way there is, from a process that is gone afterwards."""
    batch = FILL_BATCH if order.contender == OURS else 1
    with replace(order, task="enqueue", batch=batch, warm_up=0).start() as child:
        child.hear()
        child.go()
        child.hear()


def enqueue_once(order: Order) -> Run:
    """Put messages: messages/s, server CPU and memory a message."""
    with fresh_server() as server, replace(order, url=server.url).start() as child:
        child.hear()
        cpu_before, memory_before = server.cpu_seconds(), server.used_memory()
        child.go()
        told = child.hear()
        memory, cpu_seconds = server.used_memory() - memory_before, server.cpu_seconds() - cpu_before
    return {
        "rate": order.messages / told["seconds"],
        "server_us": cpu_seconds / order.messages * 1e6,
        "bytes": memory / order.messages,
    }


def latencies_once(order: Order) -> list[float]:
    """Milliseconds from send to actor of each message."""
    with fresh_server() as server, replace(order, url=server.url).start() as child:
        milliseconds: list[float] = child.hear()["milliseconds"]
    return milliseconds


def interleaved(contenders: Sequence[str], rounds: int) -> Iterator[tuple[str, int]]:
    """Every contender once a round; each round begins with another one, so that none always follows the same."""
    for number in range(rounds):
        first = number % len(contenders)
        for contender in (*contenders[first:], *contenders[:first]):
            yield contender, number


def progress(measure: str, number: int, rounds: int, contender: str = "") -> None:
    """Say on standard error what runs now."""
    print(f"{measure}: round {number + 1} of {rounds} {contender}".rstrip(), file=sys.stderr, flush=True)
