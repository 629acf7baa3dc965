"""A way to the server that numbers every call of one process and breaks at the one it is told.

The process under test knows the server only by this address, so what the proxy does to a call is all that can happen to
one: it is lost before the server got it, its answer is lost, it arrives late, or the process is gone before or after
the server did it.
"""

import asyncio
import contextlib
import hashlib
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path

import bus
from tests.integration.bus.consistency.resp import Frame, Frames

_WITH_SUBCOMMAND = {"CLIENT", "CLUSTER", "CONFIG", "SCRIPT", "XGROUP", "XINFO"}
_CHUNK = 1 << 16
_NOSCRIPT = b"-NOSCRIPT No matching script. Please use EVAL.\r\n"


class Break(StrEnum):
    """What happens at a call."""

    REQUEST_LOST = "connection cut before the server got it"
    ANSWER_LOST = "connection cut before the answer came back"
    ALL_CUT = "every connection cut before the answer came back"
    KILLED_BEFORE = "process killed before the server got it"
    KILLED_AFTER = "process killed before the answer came back"
    FROZEN = "process and call held up until others have taken over"

    @property
    def kills(self) -> bool:
        return self in (Break.KILLED_BEFORE, Break.KILLED_AFTER)

    @property
    def comes_before(self) -> bool:
        """Whether the server never gets the call."""
        return self in (Break.REQUEST_LOST, Break.KILLED_BEFORE)


@dataclass(frozen=True, slots=True)
class Fault:
    """Break at the `nth` call of a kind, from 1."""

    kind: str
    nth: int
    how: Break

    def __str__(self) -> str:
        return f"{self.kind} no. {self.nth}: {self.how}"


@dataclass(frozen=True, slots=True)
class Call:
    """One call as it was seen: the `number` counts all of this process, `nth` those of the same kind."""

    number: int
    kind: str
    nth: int
    words: Sequence[bytes]

    def __str__(self) -> str:
        text = b" ".join(word[:60] for word in self.words[:12]).decode(errors="replace")
        return f"call {self.number} = {self.kind} no. {self.nth}: {text[:160]!r}"


@dataclass(slots=True)
class _Link:
    """One connection of the process, and what it waits for."""

    client: asyncio.StreamWriter
    server: asyncio.StreamWriter
    awaited: deque[Fault | None] = field(default_factory=deque)
    is_cut: bool = False

    def cut(self) -> None:
        self.is_cut = True
        self.client.close()
        self.server.close()


class FaultProxy:
    """Listens on `.port`; `.calls` is what came by, `.fired` the faults that happened, each with its call.

    Args:
        server_port: Where the server is.
        kill: Kills the process under test, at once.
        freeze: Stops it until it is thawed by others, who then call `thaw`.
        faults: Where to break; each happens once.
        forgets_scripts: Answer for a server that has never seen a script: each is unknown until its text came by.
    """

    def __init__(
        self,
        server_port: int,
        *,
        kill: Callable[[], None],
        freeze: Callable[[], None],
        faults: Sequence[Fault] = (),
        forgets_scripts: bool = False,
    ) -> None:
        self._server_port = server_port
        self._kill, self._freeze = kill, freeze
        self._may_pass = asyncio.Event()
        self._may_pass.set()
        self._faults = {(fault.kind, fault.nth): fault for fault in faults}
        self._scripts_seen: set[bytes] | None = set() if forgets_scripts else None
        self._of_kind: Counter[str] = Counter()
        self._links: list[_Link] = []
        self._is_dead = False
        self._listener: asyncio.Server | None = None
        self.calls: list[Call] = []
        self.fired: list[tuple[Fault, Call]] = []
        self.port = 0

    async def start(self) -> None:
        self._listener = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=_CHUNK)
        self.port = self._listener.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Cut everything and let nobody in any more."""
        self._is_dead = True
        self._may_pass.set()
        self._listener.close()
        self._cut_all()

    @property
    def holds_a_call(self) -> bool:
        """Whether the process is frozen, with a call on its way."""
        return not self._may_pass.is_set()

    def thaw(self) -> None:
        """Let the call that was held up go on."""
        self._may_pass.set()

    def has_seen(self, kind: str) -> bool:
        return self._of_kind[kind] > 0

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_dead:
            writer.close()
            return
        from_server, to_server = await asyncio.open_connection("127.0.0.1", self._server_port, limit=_CHUNK)
        link = _Link(writer, to_server)
        self._links.append(link)
        answers = asyncio.create_task(self._pass_answers(from_server, link))
        with contextlib.suppress(OSError):
            await self._pass_requests(reader, link)
        with contextlib.suppress(OSError):
            await answers
        link.cut()

    async def _pass_requests(self, reader: asyncio.StreamReader, link: _Link) -> None:
        frames = Frames()
        while data := await reader.read(_CHUNK):
            for frame in frames.feed(data):
                await self._may_pass.wait()
                if self._is_dead or link.is_cut:
                    return link.cut()
                if not await self._pass_request(frame, link):
                    return None  # what follows on this connection never arrives
        if not link.is_cut:
            link.cut()  # the process closed it, or is gone
        return None

    async def _pass_request(self, frame: Frame, link: _Link) -> bool:
        """Forward one request; False when this connection ends with it, now or with its answer."""
        call = self._numbered(frame.value)
        fault = self._faults.pop((call.kind, call.nth), None)
        if fault is not None:
            self.fired.append((fault, call))
            if fault.how.comes_before:
                self._break(fault, link)
                return False
            if fault.how is Break.FROZEN:
                await self._hold_up()
                fault = None
        if self._is_unknown_script(frame.value) and not link.awaited and fault is None:
            link.client.write(_NOSCRIPT)
            return True
        link.awaited.append(fault)
        link.server.write(frame.raw)
        return fault is None

    async def _pass_answers(self, reader: asyncio.StreamReader, link: _Link) -> None:
        frames = Frames()
        while data := await reader.read(_CHUNK):
            for frame in frames.feed(data):
                fault = None if frame.is_push else link.awaited.popleft()
                if fault is not None:
                    return self._break(fault, link)
                if link.is_cut:
                    return None
                link.client.write(frame.raw)
        link.cut()  # the server closed it
        return None

    async def _hold_up(self) -> None:
        self._may_pass.clear()
        self._freeze()
        await self._may_pass.wait()

    def _break(self, fault: Fault, link: _Link) -> None:
        if fault.how.kills:
            self._is_dead = True
            self._kill()
        if fault.how.kills or fault.how is Break.ALL_CUT:
            self._cut_all()
        link.cut()

    def _cut_all(self) -> None:
        for link in self._links:
            link.cut()

    def _numbered(self, words: Sequence[bytes]) -> Call:
        kind = kind_of(words)
        self._of_kind[kind] += 1
        call = Call(len(self.calls) + 1, kind, self._of_kind[kind], words)
        self.calls.append(call)
        return call

    def _is_unknown_script(self, words: Sequence[bytes]) -> bool:
        if self._scripts_seen is None:
            return False
        if words[0].upper() == b"EVAL" or [word.upper() for word in words[:2]] == [b"SCRIPT", b"LOAD"]:
            text = words[1] if words[0].upper() == b"EVAL" else words[2]
            self._scripts_seen.add(hashlib.sha1(text, usedforsecurity=False).hexdigest().encode())
        return words[0].upper() == b"EVALSHA" and words[1] not in self._scripts_seen


def kind_of(words: Sequence[bytes]) -> str:
    """What sort of call this is: the command with its subcommand, or the name of the script."""
    command = words[0].decode().upper()
    if command == "EVALSHA":
        return _script_names().get(words[1].decode(), f"script {words[1][:8].decode()}")
    if command == "EVAL":
        digest = hashlib.sha1(words[1], usedforsecurity=False).hexdigest()
        return f"text of {_script_names().get(digest, digest[:8])}"
    if command in _WITH_SUBCOMMAND and len(words) > 1:
        return f"{command} {words[1].decode().upper()}"
    if command == "XREADGROUP" and b"BLOCK" in [word.upper() for word in words]:
        return "XREADGROUP BLOCK"
    return command


@cache
def _script_names() -> dict[str, str]:
    """Digest -> name, for reports only; a script that is not a file of its own is called by its digest."""
    folder = Path(bus.__file__).parent
    return {
        hashlib.sha1(path.read_bytes(), usedforsecurity=False).hexdigest(): path.stem for path in folder.rglob("*.lua")
    }
