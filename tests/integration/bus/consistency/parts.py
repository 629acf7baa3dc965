"""What the process under test plays in a flow."""

import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import dramatiq
from dramatiq import Worker

from tests.integration.bus.consistency.actors import OTHER, WORK

if TYPE_CHECKING:
    from tests.integration.bus.consistency.process import Child


def _work(child: "Child", *, queues: tuple[str, ...] = (WORK,), threads: int = 2) -> None:
    worker = Worker(child.broker, queues=set(queues), worker_timeout=200, worker_threads=threads)
    worker.start()
    child.until_stopped()
    worker.stop(timeout=10_000)
    child.broker.close()


def _work_on_both_queues(child: "Child") -> None:
    _work(child, queues=(WORK, OTHER))


def _work_one_by_one(child: "Child") -> None:
    _work(child, threads=1)


def _told(child: "Child", labels: list[str], send: Callable[[], object]) -> None:
    try:
        send()
    except dramatiq.ConnectionClosed:
        return  # it does not know
    for label in labels:
        child.tell("accepted", label=label)


def _send(child: "Child", **options: Any) -> None:
    for label, priority in (("a", 1), ("b", 2), ("c", 3)):
        message = child.actors.note.message_with_options(args=(label,), priority=priority)
        _told(child, [label], lambda message=message: child.broker.enqueue(message, **options))
    child.broker.close()


def _send_delayed(child: "Child") -> None:
    _send(child, delay=30)


def _send_many(child: "Child") -> None:
    for labels, delay in ((["a", "b", "c"], None), (["d", "e"], 30)):
        messages = [child.actors.note.message(label) for label in labels]
        _told(child, labels, lambda messages=messages, delay=delay: child.broker.enqueue_many(messages, delay=delay))
    child.broker.close()


def _send_until_sure(child: "Child") -> None:
    for label in ("a", "b"):
        message = child.actors.note.message_with_options(args=(label,), enqueue_once=True)
        while True:
            with contextlib.suppress(dramatiq.ConnectionClosed):
                child.broker.enqueue(message)
                break
        child.tell("accepted", label=label)
    child.broker.close()


def _replay(child: "Child") -> None:
    def replay() -> None:
        for letter in child.broker.dead_letters(WORK):
            child.broker.replay_dead_letter(WORK, letter.id)

    _told(child, ["a"], replay)
    child.broker.close()


PARTS: dict[str, Callable[["Child"], None]] = {
    "send": _send,
    "send delayed": _send_delayed,
    "send many": _send_many,
    "send until sure": _send_until_sure,
    "replay": _replay,
    "work": _work,
    "work on both queues": _work_on_both_queues,
    "work one by one": _work_one_by_one,
}
