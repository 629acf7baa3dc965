"""The heart: a process that beats for its parent while a C extension keeps the parent's threads from running.

    parent -> heart   lines of JSON: first how to reach the server, then each lease that is taken or given up
    heart -> parent   the number of each lease that was given up, when no beat for it is under way any more
    heart -> server   a beat for all leases, every `heartbeat_seconds`

It ends at once when its standard input does, whatever it is doing, so it never beats for a parent that is gone. It does
not beat either while its parent is stopped (SIGSTOP, Ctrl-Z): a stopped process does not work on what it holds.
"""

import base64
import json
import os
import queue
import signal
import sys
import time
import traceback
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Any

from bus import scripts
from bus.connections import Way, unpacked
from bus.errors import SERVER_ERRORS
from bus.heartbeat import IGNORED

LOOK_SECONDS = 0.5
"""How often is looked whether the parent still lives: a fork of it may keep our standard input open."""

LONGEST_PAUSE_SECONDS = 0.5
"""Until the next try when the server did not answer."""

Lease = tuple[str, str]
"""The keys `live` and `resumed` of a queue."""


class Heart:
    """Beats until the process ends.

    Args:
        way: The way to the server.
        timeout_seconds: How long one command may take.
        every_seconds: Time between beats.
        lease_ms: As the broker has it.
        gap_ms: As the broker has it.
        parent: The process that is beaten for.
    """

    def __init__(
        self, way: Way, *, timeout_seconds: float, every_seconds: float, lease_ms: int, gap_ms: int, parent: int
    ) -> None:
        self._way = way
        self._timeout_seconds = timeout_seconds
        self._every_seconds = every_seconds
        self._times = [lease_ms, gap_ms]
        self._parent = parent
        self._client: Any = None
        self._leases: dict[str, Lease] = {}
        self._changes: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._beat_at = 0.0
        self._failed_last: set[Lease] = set()

    def change(self, wish: dict[str, Any]) -> None:
        """Take or give up a lease, between two beats."""
        self._changes.put(wish)

    def run(self) -> None:
        """Beat; returns when the parent is gone."""
        while os.getppid() == self._parent:
            with suppress(queue.Empty):
                self._apply(self._changes.get(timeout=self._pause()))
                continue
            if self._beat_at <= time.monotonic():
                self._beat()

    def _pause(self) -> float:
        return min(LOOK_SECONDS, max(0.0, self._beat_at - time.monotonic()))

    def _apply(self, wish: dict[str, Any]) -> None:
        if "keep" in wish:
            member, live, resumed = wish["keep"]
            self._leases[member] = (live, resumed)
        else:
            self._leases.pop(wish["drop"], None)
            with suppress(OSError):  # nobody there to hear it: the end of our input follows
                sys.stdout.write(f"{wish['number']}\n")
                sys.stdout.flush()

    def _beat(self) -> None:
        started = time.monotonic()
        self._beat_at = started + self._every_seconds
        if not self._leases or _is_stopped(self._parent):
            return
        members = defaultdict(list)
        for member, lease in self._leases.items():
            members[lease].append(member)
        # On a cluster each queue has a beat of its own: those that were answered last time come first.
        for lease in sorted(members, key=lambda each: each in self._failed_last):
            self._failed_last.discard(lease)
            try:
                self._beat_once(lease, members[lease])
            except SERVER_ERRORS:
                self._failed_last.add(lease)
                self._beat_at = started + min(self._every_seconds, LONGEST_PAUSE_SECONDS)
            if time.monotonic() - started > self._every_seconds:
                return

    def _beat_once(self, lease: Lease, members: Iterable[str]) -> None:
        if self._client is None:
            self._client = self._way.connect(self._timeout_seconds)
        scripts.run(self._client, "beat", lease, [*self._times, *members])


def _is_stopped(pid: int) -> bool:
    """True for a process that was stopped; False where that cannot be known (it is Linux that tells)."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] in ("T", "t")


def _beat_and_end(heart: Heart) -> None:
    code = 1
    try:
        heart.run()
        code = 0
    except Exception:  # noqa: BLE001 - whatever it is, nobody else would end this process
        traceback.print_exc()
    finally:
        os._exit(code)


def main() -> None:
    """Beat for the parent that writes to our standard input, until that ends."""
    for number in IGNORED:
        signal.signal(number, signal.SIG_IGN)
    first = json.loads(sys.stdin.readline() or "null")
    if first is None:
        return
    heart = Heart(unpacked(base64.b64decode(first.pop("way"))), **first)
    Thread(target=_beat_and_end, args=(heart,), name="bus-heart", daemon=True).start()
    for line in sys.stdin:
        heart.change(json.loads(line))
    os._exit(0)  # not even the end of a beat is waited for


if __name__ == "__main__":
    main()
