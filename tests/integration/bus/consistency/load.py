"""Senders and workers that go on through whatever happens to the server, and what they saw."""

import contextlib
import itertools
import threading
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import dramatiq
import redis
from dramatiq.middleware import CurrentMessage, default_middleware

from bus import StreamsBroker

WORK_SECONDS = 0.01
PAUSE_SECONDS = 0.004
KINDS = ("plain", "flaky", "pipeline")

Run = tuple[str, int]
"""The label of a message, and its attempt from 0."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """What the broker took, and when sending began; for a pipeline, its first step stands for all."""

    label: str
    kind: str
    queue: str
    at: float

    @property
    def runs(self) -> set[Run]:
        """What has to run for it."""
        if self.kind == "plain":
            return {(self.label, 0)}
        if self.kind == "flaky":
            return {(self.label, 0), (self.label, 1)}
        return {(self.label, 0), (f"{self.label}/2", 0)}


def usual_middleware() -> list[dramatiq.Middleware]:
    """What a broker under load is made with."""
    return [*(each() for each in default_middleware), CurrentMessage()]


class Load:
    """Plain messages, messages that fail first, and pipelines, on one or more queues.

    Args:
        brokers: Each stands for a process; the first one sends.
        queues: Where to send to, in turn.
    """

    def __init__(self, brokers: Iterable[StreamsBroker], *, queues: Iterable[str] = ("default",)) -> None:
        self._broker, *_ = brokers = list(brokers)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._send_on, daemon=True)
        self._labels = (f"m{number}" for number in itertools.count())
        self._ways = itertools.cycle([(kind, queue) for queue in queues for kind in KINDS])
        self._actors = [self._declare(broker, queue) for broker in brokers for queue in queues]
        self.ran: Counter[Run] = Counter()
        self.accepted: list[Accepted] = []
        self.refused = 0

    def send_many(self, count: int) -> None:
        """Send so many at once, before anything happens."""
        for kind, queue in itertools.islice(self._ways, count):
            self._send(kind, queue)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def since(self, moment: float) -> list[Accepted]:
        """What was accepted, and sent after a moment."""
        return [each for each in list(self.accepted) if each.at > moment]

    def missing(self, accepted: Iterable[Accepted]) -> list[Run]:
        """What should have run and did not."""
        return [run for each in accepted for run in sorted(each.runs) if not self.ran[run]]

    def repeated(self) -> dict[Run, int]:
        """What ran more than once, and how often."""
        return {run: count for run, count in self.ran.items() if count > 1}

    def _declare(self, broker: StreamsBroker, queue: str) -> None:
        @dramatiq.actor(broker=broker, queue_name=queue, actor_name=f"plain_{queue}")
        def plain(label: str) -> None:
            self._run(label)

        @dramatiq.actor(broker=broker, queue_name=queue, actor_name=f"flaky_{queue}", min_backoff=20, max_backoff=50)
        def flaky(label: str) -> None:
            if self._run(label) == 0:
                raise RuntimeError(label)

    def _run(self, label: str) -> int:
        attempt = CurrentMessage.get_current_message().options.get("retries", 0)
        time.sleep(WORK_SECONDS)
        self.ran[label, attempt] += 1
        return attempt

    def _send_on(self) -> None:
        while not self._stopped.wait(PAUSE_SECONDS):
            self._send(*next(self._ways))

    def _send(self, kind: str, queue: str) -> None:
        label, at = next(self._labels), time.monotonic()
        with contextlib.suppress(dramatiq.ConnectionClosed):
            if kind == "pipeline":
                plain = self._broker.get_actor(f"plain_{queue}")
                dramatiq.pipeline([plain.message(label), _following(plain, label)], broker=self._broker).run()
            else:
                self._broker.get_actor(f"{kind}_{queue}").send(label)
            self.accepted.append(Accepted(label, kind, queue, at))
            return
        self.refused += 1


def _following(actor: dramatiq.Actor, label: str) -> dramatiq.Message:
    return actor.message_with_options(args=(f"{label}/2",), pipe_ignore=True)


def wait_for_the_replica(port: int, *, key: str = "written-last") -> None:
    """Return when the replica of a server has everything that was written to the server until now.

    On a cluster the key has to lie on this very node.
    """
    with redis.Redis(port=port) as primary:
        primary.set(key, 1, px=60_000)  # WAIT asks about the writes of its own connection
        assert 1 == primary.wait(1, 10_000)
