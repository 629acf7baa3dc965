"""The parent's side of the heart (bus/heart.py): starts it, tells it of each lease, and starts another when it ends."""

import base64
import json
import logging
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import RLock
from typing import Any

from bus.connections import Way, packed
from bus.keys import QueueKeys
from bus.options import Options

log = logging.getLogger(__name__)

ANSWER_SECONDS = 1.0
"""How long a heart may take to give up a lease, or to end, before it is killed."""

IGNORED = frozenset(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
"""What a terminal or a supervisor tells every process. The heart ignores it: its parent decides what becomes of it."""

WRITE_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 60.0
"""Between two hearts that end; the thread of the parent beats meanwhile."""


def require_portable(way: Way) -> None:
    """Raise `ValueError` when no process can be started that beats, or when it could not be told where."""
    if os.name != "posix" or not sys.executable or getattr(sys, "frozen", False):
        raise ValueError(
            'heartbeat="process" needs a POSIX system and a Python to start (sys.executable); use "thread"'
        )
    try:
        packed(way)
    except ValueError as error:
        raise ValueError(f'heartbeat="process": {error}; give a URL, or use "thread"') from error


class HeartProcess:
    """The process that beats for this one, from the first lease on; safe to use from any thread.

    Args:
        way: Answers how the server can be reached.
        consumer: The name this process reads under.
        timeout_seconds: How long one beat may take.
    """

    def __init__(self, way: Callable[[], Way], options: Options, consumer: str, *, timeout_seconds: float) -> None:
        self._way = way
        self._options = options
        self._consumer = consumer
        self._timeout_seconds = timeout_seconds
        self._lock = RLock()
        self._leases: dict[str, list[str]] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._start_again_at = 0.0
        self._failures = 0
        self._number = 0
        self._is_closed = False

    @property
    def pid(self) -> int | None:
        """The process that beats; None when there is none."""
        process = self._process
        return process.pid if process is not None else None

    def keep(self, keys: QueueKeys) -> None:
        """Beat for a queue from now on."""
        member = keys.member(self._consumer)
        lease = [member, keys.live, keys.resumed]
        with self._lock:
            if self._is_closed or self._leases.get(member) == lease:
                return
            self._leases[member] = lease
            if self._process is None:
                self._start_when_it_may()
            else:
                self._tell(keep=lease)

    def drop(self, keys: QueueKeys) -> None:
        """Beat for a queue no more: when this returns, no beat for it is under way."""
        member = keys.member(self._consumer)
        with self._lock:
            process = self._process
            if self._leases.pop(member, None) is None or process is None:
                return
            self._number += 1
            if self._tell(drop=member, number=self._number) and not _has_answered(process, self._number):
                self._kill("it does not answer")

    def look_after(self) -> None:
        """Notice that the heart has ended, and start another; not at once when it ends again and again."""
        with self._lock:
            if self._process is not None and (code := self._process.poll()) is not None:
                self._ended(f"it ended with {code}")
            if self._process is None and self._leases:
                self._start_when_it_may()

    def stop(self) -> None:
        """End the heart and wait until it is gone."""
        with self._lock:
            self._is_closed = True
            self._leases.clear()
            process, self._process = self._process, None
        if process is not None:
            _end(process)

    def abandon(self) -> None:
        """Leave the heart to the process it belongs to: in a forked child of ours it must not hang on our pipe."""
        process, self._process = self._process, None
        if process is not None:
            _close_pipes(process)
            process.poll()  # not our child: nothing to wait for

    def _start_when_it_may(self) -> None:
        now = time.monotonic()
        if self._is_closed or now < self._start_again_at:
            return
        way = packed(self._way())
        self._started_at = now
        try:
            self._process = _start()
        except OSError as error:
            self._ended(f"it could not be started ({error})")
            return
        log.debug("process %d beats for this one", self._process.pid)
        self._tell(
            way=base64.b64encode(way).decode(),
            timeout_seconds=self._timeout_seconds,
            every_seconds=self._options.heartbeat_seconds,
            lease_ms=self._options.lease_ms,
            gap_ms=self._options.gap_ms,
            parent=os.getpid(),
        )
        for lease in self._leases.values():
            self._tell(keep=lease)

    def _tell(self, **line: Any) -> bool:
        """Write a line to the heart; when it does not listen, kill it and return False."""
        if self._process is None:
            return False
        try:
            _write(self._process, json.dumps(line).encode() + b"\n")
        except OSError as error:
            self._kill(f"it does not listen ({error})")
            return False
        return True

    def _kill(self, why: str) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._ended(why)

    def _ended(self, why: str) -> None:
        now = time.monotonic()
        lived_long = now - self._started_at > LONGEST_PAUSE_SECONDS
        self._failures = 1 if lived_long else min(self._failures + 1, 6)
        pause = min(LONGEST_PAUSE_SECONDS, 2.0**self._failures - 2)
        self._start_again_at = now + pause
        if self._process is not None:
            _close_pipes(self._process)
            self._process = None
        log.warning(
            "the process that beats for this one is gone: %s; a thread beats on, another is started in %.0f s or more",
            why,
            pause,
        )


def _start() -> subprocess.Popen[bytes]:
    # It imports what we can import, from where we do. What it will ignore is kept from it until it does.
    search_path = os.pathsep.join(entry or str(Path.cwd()) for entry in sys.path)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, IGNORED)
    try:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "bus.heart"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": search_path},
            bufsize=0,
            process_group=0,
        )
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    assert process.stdin is not None  # noqa: S101
    os.set_blocking(process.stdin.fileno(), False)
    return process


def _write(process: subprocess.Popen[bytes], line: bytes) -> None:
    """Write a line to a pipe that may be full; raises `OSError` when the other end does not read."""
    assert process.stdin is not None  # noqa: S101
    descriptor = process.stdin.fileno()
    deadline = time.monotonic() + WRITE_SECONDS
    while line:
        if not _is_ready(descriptor, selectors.EVENT_WRITE, deadline - time.monotonic()):
            raise TimeoutError("its pipe is full")
        line = line[os.write(descriptor, line) :]


def _has_answered(process: subprocess.Popen[bytes], number: int) -> bool:
    """Wait for the number of a lease that was given up; whatever else a start-up file prints is skipped."""
    deadline = time.monotonic() + ANSWER_SECONDS
    heard = b"\n"
    while f"\n{number}\n".encode() not in heard:
        answer = _read(process, deadline - time.monotonic())
        if not answer:
            return False
        heard += answer
    return True


def _read(process: subprocess.Popen[bytes], timeout_seconds: float) -> bytes:
    """What the heart has said, as soon as it says something; nothing when it does not or has ended."""
    assert process.stdout is not None  # noqa: S101
    descriptor = process.stdout.fileno()
    return os.read(descriptor, 4096) if _is_ready(descriptor, selectors.EVENT_READ, timeout_seconds) else b""


def _is_ready(descriptor: int, event: int, timeout_seconds: float) -> bool:
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, event)
        return bool(selector.select(max(0.0, timeout_seconds)))


def _end(process: subprocess.Popen[bytes]) -> None:
    _close_pipes(process)
    try:
        process.wait(ANSWER_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _close_pipes(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
