"""What a child process can be ordered to do. Times are of the monotonic clock, which all processes share."""

import itertools
import random
import resource
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import dramatiq
import psutil
from dramatiq import Worker

from benchmarks.bus import bare
from benchmarks.bus.contenders import (
    BARE,
    STUB,
    declare,
    declare_nothing,
    declare_steps,
    join,
    make_broker,
    milliseconds_since,
)
from benchmarks.bus.orders import Order
from benchmarks.children import Parent

WARM_UP_DISPATCHES = 5
PATIENCE_MS = 300_000
LOOK_ALONE_MS = 1
LOOK_TOGETHER_MS = 20


def enqueue(order: Order, parent: Parent) -> None:
    """Put messages, and tell how many seconds it took."""
    broker = make_broker(order.contender, order.url)
    put = putter(broker, order)
    put(order.warm_up)
    parent.ready()
    started = time.perf_counter()
    put(order.messages)
    parent.tell(seconds=time.perf_counter() - started)
    parent.wait_for_end()
    broker.close()


def putter(broker: dramatiq.Broker, order: Order) -> Callable[[int], None]:
    """What puts so many messages, one by one or in batches; making them is part of it."""
    nothing = declare_nothing(broker, lambda: None)
    args = ("x" * order.text_bytes,) if order.text_bytes else ()

    def one_by_one(count: int) -> None:
        for _ in range(count):
            nothing.send(*args)

    def in_batches(count: int) -> None:
        for start in range(0, count, order.batch):
            size = min(order.batch, count - start)
            broker.enqueue_many([nothing.message(*args) for _ in range(size)])  # type: ignore[attr-defined]

    return one_by_one if order.batch == 1 else in_batches


def work(order: Order, parent: Parent) -> None:
    """Run what is queued until nothing is left; tell when the first actor began and the last acknowledgement was in.

    Alone, it does not look whether all is done before the last actor has begun: looking costs the same process time.
    """
    broker = make_broker(order.contender, order.url)
    count = _Count(order.messages)
    nothing = declare_nothing(broker, count)
    if order.contender == STUB:  # what is in memory has to be put by whom it is for
        for _ in range(order.messages):
            nothing.send()
    worker = Worker(broker, worker_threads=order.threads)
    parent.ready()
    worker.start()
    children_before = children_cpu_seconds()
    alone = order.processes == 1
    if alone:
        _wait(count.last)
    join(broker, interval_ms=LOOK_ALONE_MS if alone else LOOK_TOGETHER_MS, timeout_ms=PATIENCE_MS)
    ended_ns = time.monotonic_ns()
    cpu_seconds = own_cpu_seconds() - count.cpu_seconds + children_cpu_seconds() - children_before
    parent.tell(started_ns=count.started_ns, ended_ns=ended_ns, cpu_seconds=cpu_seconds, ran=count.runs())
    parent.wait_for_end()
    worker.stop()
    broker.close()


class _Count:
    """Counts the actor's runs in this process; remembers when the first began and tells of the last."""

    def __init__(self, expected: int) -> None:
        self.last = threading.Event()
        self.started_ns = 0
        self.cpu_seconds = 0.0
        self._last = expected - 1
        self._numbers = itertools.count()

    def __call__(self) -> None:
        number = next(self._numbers)  # one step for the interpreter: safe from any thread
        if number == 0:
            self.started_ns, self.cpu_seconds = time.monotonic_ns(), own_cpu_seconds()
        if number == self._last:
            self.last.set()

    def runs(self) -> int:
        """How many there were; to be asked once, when all have ended."""
        return next(self._numbers)


def dispatch(order: Order, parent: Parent) -> None:
    """Send messages with pauses to a worker in a process of its own; tell the milliseconds from send to actor.

    The next pause begins when the message before has arrived.
    """
    with replace(order, task="listen").start() as listener:
        listener.hear()
        send = bare.sender(order) if order.contender == BARE else sender(order)
        dice = random.Random(order.seed)  # noqa: S311 - the same pauses for all contenders

        def timed(pause_seconds: float) -> float:
            time.sleep(pause_seconds)
            send()
            return float(listener.hear()["milliseconds"])

        for _ in range(WARM_UP_DISPATCHES):
            timed(0)
        parent.tell(milliseconds=[timed(dice.uniform(*order.gap_seconds)) for _ in range(order.messages)])


def sender(order: Order) -> Callable[[], None]:
    """What sends the time of sending through so many steps."""
    broker = make_broker(order.contender, order.url)
    pass_on, arrive = declare_steps(broker, lambda _: None)

    def send() -> None:
        sent_ns = time.monotonic_ns()
        if order.steps == 1:
            arrive.send(sent_ns)
            return
        between = [pass_on.message() for _ in range(order.steps - 2)]
        steps = [pass_on.message(sent_ns), *between, arrive.message()]
        dramatiq.pipeline(steps, broker=broker).run()  # type: ignore[no-untyped-call]

    return send


def listen(order: Order, parent: Parent) -> None:
    """Run what comes, and tell the milliseconds since each message was sent, as its last actor begins."""

    def arrived(sent_ns: int) -> None:
        parent.tell(milliseconds=milliseconds_since(sent_ns))

    if order.contender == BARE:
        bare.listen(order, arrived, ready=lambda: parent.tell(ready=True))
        return
    broker = make_broker(order.contender, order.url)
    declare_steps(broker, arrived)
    _work_until_end(broker, order, parent)


def idle(order: Order, parent: Parent) -> None:
    """Read queues that nobody writes to."""
    broker = make_broker(order.contender, order.url)
    for number in range(order.queues):
        declare(broker, lambda: None, actor_name=f"idle_{number}", queue_name=f"idle_{number}")
    _work_until_end(broker, order, parent)


def _work_until_end(broker: dramatiq.Broker, order: Order, parent: Parent) -> None:
    worker = Worker(broker, worker_threads=order.threads)
    worker.start()
    parent.tell(ready=True)
    parent.wait_for_end()
    worker.stop()
    broker.close()


def own_cpu_seconds() -> float:
    """Processor time of this process so far, user and system."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def children_cpu_seconds() -> float:
    """Processor time so far of the processes that a broker keeps beside this one."""
    total = 0.0
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            times = child.cpu_times()
            total += times.user + times.system
    return total


def _wait(event: threading.Event) -> None:
    if not event.wait(PATIENCE_MS / 1000):
        raise TimeoutError("the messages were not run in time")
