"""StreamsBroker where dramatiq's tests make a RedisBroker or a StubBroker."""

import os
import time

import dramatiq
from dramatiq.errors import QueueJoinTimeout

from bus import StreamsBroker
from bus.packing import unpack


class SuiteBroker(StreamsBroker):
    """Our broker on the server of the suite."""

    def __init__(self, url=None, **options):
        super().__init__(url or os.environ["DRAMATIQ_SUITE_URL"], **options)


class Failure:
    """The exception of a rejected message, kept for `join`.

    A test of dramatiq's replaces `clear_exception` in the stub to look for leaks, and this one in its place.
    """

    def __init__(self, exception):
        self._exception = exception
        self.clear_exception()

    @property
    def exception(self):
        return self._exception

    def clear_exception(self):
        """Keep it."""


class KeepFailures(dramatiq.Middleware):
    """Keeps what rejected messages died of, by queue."""

    def __init__(self):
        self.by_queue = {}

    def before_nack(self, broker, message):
        self.by_queue.setdefault(message.queue_name, []).append(Failure(message._exception))


class RawQueue:
    """A queue as StubBroker shows it: encoded messages go in, come out and are counted."""

    def __init__(self, broker, queue_name):
        self._client, self._queue = broker.client, queue_name
        self._lane = broker.layout.of(queue_name).lane(2)

    def put(self, data):
        self._client.xadd(self._lane, {"data": data})

    def get(self, timeout):
        [[_, [[_, fields], *_]]] = self._client.xread({self._lane: "0"}, count=1, block=round(timeout * 1000))
        return unpack(fields, self._queue).encode()

    def qsize(self):
        """What no consumer has taken yet."""
        groups = self._client.xinfo_groups(self._lane)
        return self._client.xlen(self._lane) - sum(group["pending"] for group in groups)


class RawQueues(set):
    """The declared names; `queues[name]` looks into one."""

    broker = None

    def __getitem__(self, queue_name):
        return RawQueue(self.broker, queue_name)


class StubFace(SuiteBroker):
    """Our broker with what StubBroker adds for tests: `join` raises what a message died of."""

    def __init__(self, **options):
        super().__init__(**options)
        self.queues = RawQueues()
        self.queues.broker = self
        self._failures = KeepFailures()
        super().add_middleware(self._failures)

    def join(self, queue_name, *, interval=20, fail_fast=True, timeout=None):
        deadline = None if timeout is None else time.monotonic() + timeout / 1000
        self.require_declared(queue_name)
        while True:
            is_done = not self.unfinished(queue_name)
            if fail_fast:
                for failure in self._failures.by_queue.get(queue_name, ()):
                    raise failure.exception
            if is_done:
                return
            if deadline is not None and time.monotonic() >= deadline:
                raise QueueJoinTimeout(queue_name)
            time.sleep(interval / 1000)

    def flush_all(self):
        super().flush_all()
        self._failures.by_queue.clear()
