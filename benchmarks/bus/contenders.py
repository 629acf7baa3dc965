"""Who is measured, and the actors that all of them run."""

import time
from collections.abc import Callable
from typing import Any

import dramatiq
from dramatiq.brokers.redis import RedisBroker
from dramatiq.brokers.stub import StubBroker

from bus import StreamsBroker

OURS = "StreamsBroker"
STOCK = "RedisBroker"
STUB = "StubBroker"
BARE = "bare loop"
"""No broker: one process reads blocked with redis-py, another one writes. The least that this machine can do."""

QUEUE = "bench"


def make_broker(contender: str, url: str) -> dramatiq.Broker:
    """A broker with its own defaults and dramatiq's default middleware."""
    makers: dict[str, Callable[[], dramatiq.Broker]] = {
        OURS: lambda: StreamsBroker(url),
        STOCK: lambda: RedisBroker(url=url),  # type: ignore[no-untyped-call]
        STUB: StubBroker,
    }
    return makers[contender]()


def join(broker: dramatiq.Broker, *, interval_ms: int, timeout_ms: int) -> None:
    """Wait until nothing is unfinished; the broker in memory is told without asking.

    Raises:
        QueueJoinTimeout: The time was not enough.
    """
    if isinstance(broker, StubBroker):
        broker.join(QUEUE, timeout=timeout_ms)
    else:
        broker.join(QUEUE, interval=interval_ms, timeout=timeout_ms)  # type: ignore[call-arg]  # all others have it


def declare(broker: dramatiq.Broker, function: Callable[..., Any], **options: Any) -> Any:
    """An actor of this broker."""
    return dramatiq.actor(broker=broker, **{"queue_name": QUEUE, **options})(function)


def declare_nothing(broker: dramatiq.Broker, act: Callable[[], None]) -> Any:
    """The actor `nothing`, which calls `act` whatever it is sent."""

    def nothing(*_: object) -> None:
        act()

    return declare(broker, nothing)


def declare_steps(broker: dramatiq.Broker, arrived: Callable[[int], None]) -> tuple[Any, Any]:
    """`pass_on`, which hands what it got to the next step, and `arrive`, which gives it to `arrived`."""

    def pass_on(sent_ns: int) -> int:
        return sent_ns

    def arrive(sent_ns: int) -> None:
        arrived(sent_ns)

    return declare(broker, pass_on), declare(broker, arrive)


def milliseconds_since(sent_ns: int) -> float:
    """Milliseconds since `sent_ns`; the monotonic clock is the same in all processes of a machine."""
    return (time.monotonic_ns() - sent_ns) / 1e6
