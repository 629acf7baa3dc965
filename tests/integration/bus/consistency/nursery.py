"""Processes of a test: made in milliseconds by a parent that has imported everything, killed and frozen at will."""

import asyncio
import contextlib
import itertools
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Self

from tests.integration.bus.server import Server

ROOT = Path(__file__).parents[4]
SCRIPT = Path(__file__).with_name("process.py")
BORN_WITHIN_SECONDS = 25.0

_numbers = itertools.count(1)


class Process:
    """A child as the test sees it: what it told, and whether it still lives."""

    def __init__(self) -> None:
        self.name = f"process-{next(_numbers)}"
        self.pid = 0
        self.told: list[dict[str, Any]] = []
        self.born, self.ended = asyncio.Event(), asyncio.Event()
        self.was_disturbed = False
        self._writer: asyncio.StreamWriter | None = None

    def connected(self, pid: int, writer: asyncio.StreamWriter) -> None:
        self.pid, self._writer = pid, writer
        self.born.set()

    async def is_over(self) -> bool:
        return self.ended.is_set()

    def stop(self) -> None:
        """Ask it to stop, as SIGTERM does."""
        with contextlib.suppress(OSError):
            self._writer.write(b"stop\n")

    def kill(self) -> None:
        """Kill it at once. Nobody else can have its id before its connection to us is closed."""
        self.was_disturbed = True
        self._signal(signal.SIGKILL)

    def freeze(self) -> None:
        self.was_disturbed = True
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> None:
        assert self.born.is_set()
        if not self.ended.is_set():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)


class Nursery:
    """Makes processes; all are gone when the nursery is."""

    def __init__(self, directory: Path, server: Server) -> None:
        self._path = str(directory / "control.sock")
        self._server = server
        self._children: dict[str, Process] = {}
        self._parent: asyncio.subprocess.Process | None = None
        self._listener: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._listener = await asyncio.start_unix_server(self._listen_to, self._path)
        self._parent = await asyncio.create_subprocess_exec(
            sys.executable,
            str(SCRIPT),
            self._server.url(),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=None if os.environ.get("DMA_CONSISTENCY_TALK") else subprocess.DEVNULL,
            env={"PYTHONPATH": str(ROOT), "PATH": ""},
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        living = [child for child in self._children.values() if child.born.is_set() and not child.ended.is_set()]
        for child in living:
            child.kill()
        await asyncio.gather(*(child.ended.wait() for child in living))
        self._parent.kill()
        await self._parent.wait()
        self._listener.close()

    async def make(
        self, process: Process, part: str, namespace: str, *, port: int | None = None, **options: object
    ) -> None:
        """Start a process that plays a part; it reaches the server at `port`, or without a detour."""
        self._children[process.name] = process
        order = {
            "name": process.name,
            "part": part,
            "namespace": namespace,
            "url": f"redis://127.0.0.1:{port or self._server.port}/0",
            "direct_url": self._server.url(1),
            "control": self._path,
            "options": options,
        }
        self._parent.stdin.write(json.dumps(order).encode() + b"\n")
        await asyncio.wait_for(process.born.wait(), BORN_WITHIN_SECONDS)

    async def _listen_to(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        process = None
        with contextlib.suppress(ConnectionError):
            while line := await reader.readline():
                fact = json.loads(line)
                if fact["event"] == "born":
                    process = self._children[fact["name"]]
                    process.connected(fact["pid"], writer)
                else:
                    process.told.append(fact)
        if process is not None:
            process.ended.set()
        writer.close()
