"""The actors of the flows. Each tells what it did on a way of its own, which no fault touches.

Every message carries a label, which is unique in its flow.
"""

import time
from collections.abc import Callable
from functools import partial
from types import SimpleNamespace

import dramatiq
from dramatiq.middleware import CurrentMessage, GroupCallbacks, default_middleware
from dramatiq.rate_limits.backends import RedisBackend

from bus import StreamsBroker

LEASE_SECONDS = 1.0
SHORT = {
    "lease_seconds": LEASE_SECONDS,
    "heartbeat_seconds": 0.3,
}
WORK, OTHER = "work", "other"
HOLD_SECONDS = 0.15

Tell = Callable[..., None]
"""Called with what happened, and facts about it."""


def make_broker(url: str, namespace: str, *, direct_url: str, **options: object) -> StreamsBroker:
    """A broker with short leases; the barriers of groups are kept on a way of their own (`direct_url`)."""
    middleware = [each() for each in default_middleware]
    middleware += [CurrentMessage(), GroupCallbacks(RedisBackend(url=direct_url))]
    return StreamsBroker(url, middleware=middleware, namespace=namespace, **(SHORT | options))


class Recorder:
    """Tells that a message runs, and that it has run."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell

    def __call__(self, label: str, *, seconds: float = 0.0) -> int:
        """Return the attempt, from 0."""
        attempt = CurrentMessage.get_current_message().options.get("retries", 0)
        self._tell("started", label=label, attempt=attempt)
        time.sleep(seconds)
        self._tell("ran", label=label, attempt=attempt)
        return attempt


def declare(broker: StreamsBroker, tell: Tell) -> SimpleNamespace:
    """Declare the actors; each tells `started` and `ran`, with its label and its attempt."""
    ran = Recorder(tell)
    actor = partial(dramatiq.actor, broker=broker, queue_name=WORK)

    @actor()
    def note(label: str) -> None:
        ran(label)

    @actor(queue_name=OTHER)
    def note_elsewhere(label: str) -> None:
        ran(label)

    @actor()
    def hold(label: str) -> None:
        ran(label, seconds=HOLD_SECONDS)

    @actor(max_retries=0)
    def fail(label: str) -> None:
        ran(label)
        raise RuntimeError(label)

    @actor(max_retries=3, min_backoff=20, max_backoff=40)
    def fail_first(label: str) -> None:
        if ran(label) == 0:
            raise RuntimeError(label)

    @actor()
    def note_success(message: dict, result: object) -> None:
        ran(f"success of {message['args'][0]}")

    @actor()
    def note_failure(message: dict, error: dict) -> None:
        ran(f"failure of {message['args'][0]}")

    return SimpleNamespace(note=note, note_elsewhere=note_elsewhere, hold=hold, fail=fail, fail_first=fail_first)
