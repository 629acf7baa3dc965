"""One circuit for many processes: what one of them finds out about a dependency, the others need not find out again.

`RedisCircuits` keeps in Redis which circuits are open. It needs redis-py (the extra `redis`) only in as far as it is
handed a client. Redis is asked at most once in `refresh_seconds`, and left alone for `away_seconds` when it fails: a
breaker then goes by what its own process knows.

    {name}:tripped   there from opening to closing; expires by itself when nobody uses the dependency any more
    {name}:open      there as long as no call is let through
    {name}:trial     there while one process of all tries
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from dma_shared_resilience import _time

_logger = logging.getLogger(__name__)
_FORGOTTEN_AFTER = 10
"""Recovery timeouts after which a circuit that nobody tried to close is taken for closed."""


@dataclass(frozen=True, slots=True)
class SharedState:
    """What all processes know: is the circuit open, and in how many seconds is a trial due (0: now)."""

    is_open: bool
    wait_seconds: float = 0.0


class SharedCircuits(Protocol):
    """Where processes tell each other of their circuits. No method raises, and None means that nobody can say."""

    def state(self, name: str) -> SharedState | None:
        """What the others know; may be a moment old."""
        ...

    def open(self, name: str, seconds: float) -> bool:
        """Tell that the circuit opened for so many seconds; False when nobody could be told."""
        ...

    def close(self, name: str) -> None:
        """Tell that the circuit closed."""
        ...

    def take_trial(self, name: str, seconds: float) -> bool | None:
        """True when this process may make the one trial of all; it lapses after so many seconds."""
        ...

    def give_trial_back(self, name: str) -> None:
        """The trial said nothing: the next call may try, in any process."""
        ...


class RedisCircuits:
    """Circuits shared over Redis or Valkey; safe to use from many threads.

    Args:
        client: A `redis.Redis`. Give it short time-outs (0.2 s): a call waits for it now and then.
        prefix: Of the keys.
        refresh_seconds: How old what this process knows of the others may be.
        away_seconds: How long Redis is left alone after it failed.
        clock: Monotonic seconds.
    """

    def __init__(
        self,
        client: Any,
        *,
        prefix: str = "circuit",
        refresh_seconds: float = 1.0,
        away_seconds: float = 5.0,
        clock: Callable[[], float] = _time.monotonic,
    ) -> None:
        self._client, self._prefix, self._clock = client, prefix, clock
        self._refresh_seconds, self._away_seconds = refresh_seconds, away_seconds
        self._known: dict[str, tuple[float, SharedState | None]] = {}
        self._away_until = float("-inf")
        self._lock = threading.Lock()

    def state(self, name: str) -> SharedState | None:
        """See SharedCircuits; one thread asks, the others go by what is known meanwhile."""
        now = self._clock()
        with self._lock:
            asked_at, known = self._known.get(name, (float("-inf"), None))
            if now - asked_at < self._refresh_seconds:
                return _later(known, now - asked_at)
            self._known[name] = (now, _later(known, now - asked_at))
        found: SharedState | None = self._try(lambda: self._read(name))
        self._remember(name, found)
        return found

    def open(self, name: str, seconds: float) -> bool:
        """See SharedCircuits."""
        milliseconds = max(1, round(seconds * 1000))

        def tell() -> bool:
            with self._client.pipeline(transaction=True) as calls:
                calls.set(self._key(name, "tripped"), 1, px=milliseconds * _FORGOTTEN_AFTER)
                calls.set(self._key(name, "open"), 1, px=milliseconds)
                calls.delete(self._key(name, "trial"))
                calls.execute()
            return True

        is_told = bool(self._try(tell))
        self._remember(name, SharedState(is_open=True, wait_seconds=seconds) if is_told else None)
        return is_told

    def close(self, name: str) -> None:
        """See SharedCircuits."""
        self._try(lambda: self._client.delete(*(self._key(name, part) for part in ("tripped", "open", "trial"))))
        self._remember(name, SharedState(is_open=False))

    def take_trial(self, name: str, seconds: float) -> bool | None:
        """See SharedCircuits."""
        milliseconds = max(1, round(seconds * 1000))
        # redis-py answers None for a key that is there, which is not the None of a server that is away.
        taken: bool | None = self._try(
            lambda: bool(self._client.set(self._key(name, "trial"), 1, nx=True, px=milliseconds))
        )
        return taken

    def give_trial_back(self, name: str) -> None:
        """See SharedCircuits."""
        self._try(lambda: self._client.delete(self._key(name, "trial")))

    def _read(self, name: str) -> SharedState:
        with self._client.pipeline(transaction=True) as calls:
            calls.exists(self._key(name, "tripped"))
            calls.pttl(self._key(name, "open"))
            is_tripped, left = calls.execute()
        return SharedState(is_open=bool(is_tripped), wait_seconds=max(0, left) / 1000)

    def _key(self, name: str, part: str) -> str:
        return f"{self._prefix}:{{{name}}}:{part}"

    def _remember(self, name: str, state: SharedState | None) -> None:
        with self._lock:
            self._known[name] = (self._clock(), state)

    def _try(self, call: Callable[[], Any]) -> Any:
        """The call's answer; None when Redis does not answer, or did not a moment ago."""
        if self._clock() < self._away_until:
            return None
        try:
            return call()
        except Exception as error:  # noqa: BLE001 - whatever Redis does, a breaker goes on by itself
            self._away_until = self._clock() + self._away_seconds
            _logger.warning("circuits are not shared for now: %s", error)
            return None


def _later(state: SharedState | None, seconds: float) -> SharedState | None:
    if state is None or not state.is_open:
        return state
    return SharedState(is_open=True, wait_seconds=max(0.0, state.wait_seconds - max(0.0, seconds)))
