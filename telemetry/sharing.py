"""The counts of all processes in one place, on the Redis server that they share (docs/decisions/).

    each process, every 2 s   what it has counted since the last time is added to the totals; its gauges beside them
    whoever answers /metrics  shares its own, then reads the totals and the gauges of those that live

Nothing is written where things are counted, so that counting costs what it costs in one process. A process that is
killed takes the counts of its last two seconds with it and nothing else: totals stay, its gauges run out. While the
server cannot be reached, a process shows the totals it read last and its own counts on top.
"""

import json
import logging
import os
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib import resources
from typing import Any, Final

import redis

from core.ids import new_uuid
from telemetry import series
from telemetry.series import Values

log = logging.getLogger(__name__)

SHARE_SECONDS: Final = 2.0
LIFETIME_SECONDS: Final = 10.0
"""A process that has not shared for so long is taken for dead: its gauges are shown no more."""
AWAY_SECONDS: Final = 600.0
"""After so long it is forgotten. One that was only stopped may go on until then, and nothing of it counts twice."""
KEEP_SECONDS: Final = 30 * 24 * 3600.0
"""Totals that nobody added to for so long (of an older version) go."""
PATIENCE_SECONDS: Final = 1.0
_SAID_AGAIN: Final = 2
"""A process with nothing new shares at every second turn, so that it is known to live."""


class MetricSharing:
    """This process's part in the counts of all; safe to use from any thread.

    Args:
        client: Gives redis-py's client, for one server, behind Sentinel or of a cluster; it should repeat nothing by
            itself. Asked before each use, because it may connect.
        namespace: Prefix of the keys.
        counted: What this process has counted since it started.
        gauges: What its gauges stand at.
        lifetime_seconds: A process that has not shared for so long is taken for dead.
    """

    def __init__(
        self,
        client: Callable[[], Any],
        *,
        namespace: str = "dma",
        counted: Callable[[], Values] = series.counted,
        gauges: Callable[[], Values] = series.gauges,
        lifetime_seconds: float = LIFETIME_SECONDS,
    ) -> None:
        self._client = client
        self._counted, self._gauges, self._lifetime_seconds = counted, gauges, lifetime_seconds
        self._keys = (f"{{{namespace}:metrics}}:totals:{series.layout()}", f"{{{namespace}:metrics}}:processes")
        self._process = f"{socket.gethostname()}:{os.getpid()}:{new_uuid().hex[-8:]}"
        self._exchange = threading.Lock()  # held while the server is asked, which may take seconds
        self._state = threading.Lock()
        self._told: Values = {}
        self._batch: Values | None = None
        self._turn = 0
        self._quiet_turns = 0
        self._totals: Values = {}
        self._living: list[Values] = []

    def share(self, *, is_last: bool = False) -> None:
        """Add what was counted since the last time to the totals.

        Args:
            is_last: The process ends; its gauges go at once.

        Raises:
            redis.RedisError: The server does not answer; nothing is lost, the same is shared the next time, once.
        """
        with self._exchange:
            self._share(is_last=is_last)

    def share_if_needed(self) -> None:
        """As `share`, and not when nothing has changed and this process was heard of a moment ago."""
        self._quiet_turns = self._quiet_turns + 1 if self._counted() == self._told else 0
        if self._quiet_turns % _SAID_AGAIN == 0:
            self.share()

    def read(self) -> tuple[Values, bool]:
        """The counts of all processes and the gauges of those that live, by series.

        Returns:
            And whether that is true of all: when the server does not answer, it is what was known of the others last.
        """
        if not self._exchange.acquire(timeout=PATIENCE_SECONDS):
            return self._alone(), False  # another thread waits for the server already
        try:
            self._share()
            totals, living = self._ask()
            with self._state:
                self._totals, self._living = totals, living
        except redis.RedisError as error:
            log.info("the counts of other processes are not known: %s", error)
            return self._alone(), False
        finally:
            self._exchange.release()
        return totals | series.together(living), True

    def run(self, stop: threading.Event) -> None:
        """Share every two seconds until stopped, and then once more; goes on whatever happens to the server."""
        is_troubled = False
        while not stop.wait(SHARE_SECONDS):
            try:
                self.share_if_needed()
                is_troubled = False
            except redis.RedisError as error:
                if not is_troubled:
                    log.warning("counts are not shared while the server does not answer: %s", error)
                is_troubled = True
            except Exception:
                log.exception("counts were not shared")
        try:
            self.share(is_last=True)
        except redis.RedisError as error:
            log.info("the last counts were not shared: %s", error)

    def _share(self, *, is_last: bool = False) -> None:
        if self._batch is not None:
            self._send(self._batch, self._lifetime_seconds)  # whether it arrived is not known
        self._send(self._take(), 0.0 if is_last else self._lifetime_seconds)

    def _take(self) -> Values:
        """Put together what was counted since the last time; series that are new are told also at 0."""
        now = self._counted()
        with self._state:
            told, self._told = self._told, now
            self._batch = {name: value - told.get(name, 0.0) for name, value in now.items() if value != told.get(name)}
            self._turn += 1
            return self._batch

    def _send(self, batch: Values, lifetime_seconds: float) -> None:
        pairs = [part for name, value in batch.items() for part in (name, repr(value))]
        gauges = json.dumps(self._gauges(), separators=(",", ":"))
        milliseconds = (round(lifetime_seconds * 1000), round(KEEP_SECONDS * 1000))
        self._client().eval(_script("share"), 2, *self._keys, self._process, self._turn, *milliseconds, gauges, *pairs)
        with self._state:
            self._totals, self._batch = _sum((self._totals.items(), batch.items())), None

    def _ask(self) -> tuple[Values, list[Values]]:
        rows, living = self._client().eval(_script("read"), 2, *self._keys, round(AWAY_SECONDS * 1000))
        names = (_text(name) for name in rows[::2])
        return dict(zip(names, map(float, rows[1::2]), strict=True)), [json.loads(each) for each in living]

    def _alone(self) -> Values:
        """What was read last, and what this process has counted since."""
        with self._state:
            unread = ((name, value - self._told.get(name, 0.0)) for name, value in self._counted().items())
            counts = _sum((self._totals.items(), (self._batch or {}).items(), unread))
            return counts | series.together(self._living or [self._gauges()])


@contextmanager
def sharing_beside(sharing: MetricSharing) -> Iterator[None]:
    """Share on a thread of its own during the block, and once more at its end."""
    stop = threading.Event()
    thread = threading.Thread(target=sharing.run, args=(stop,), name="metrics", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(PATIENCE_SECONDS)


def _sum(parts: Iterable[Iterable[tuple[str, float]]]) -> Values:
    added: Values = {}
    for part in parts:
        for name, value in part:
            added[name] = added.get(name, 0.0) + value
    return added


@cache
def _script(name: str) -> str:
    return resources.files("telemetry").joinpath("lua", f"{name}.lua").read_text()


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value
