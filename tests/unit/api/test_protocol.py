"""Writes that leave together: what the client gets is the same, in fewer pieces."""

import asyncio
from collections.abc import Callable

import pytest

from api.protocol import MAX_JOINED, JoinedWrites


class Wire(asyncio.Transport):
    """Notes what is really sent."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[bytes] = []
        self.closed = ""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.sent.append(bytes(data))

    def close(self) -> None:
        self.closed = "closed"

    def abort(self) -> None:
        self.closed = "aborted"

    def is_closing(self) -> bool:
        return bool(self.closed)


def on_a_loop(use: Callable[[JoinedWrites, Wire], None]) -> Wire:
    """What was sent when the loop had turned."""

    async def run() -> Wire:
        wire = Wire()
        use(JoinedWrites(wire, asyncio.get_running_loop()), wire)
        await asyncio.sleep(0)
        return wire

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("writes", "sent"),
    [
        ([b"head", b"body"], [b"headbody"]),
        ([b"head"], [b"head"]),
        ([b"head", b""], [b"head"]),
        ([b""], []),
        ([b"a", b"b", b"c", b"d"], [b"ab", b"cd"]),
        ([b"a", b"b", b"c"], [b"ab", b"c"]),
        ([b"head", b"x" * (MAX_JOINED + 1)], [b"head", b"x" * (MAX_JOINED + 1)]),
        ([bytearray(b"head"), memoryview(b"body")], [b"headbody"]),
    ],
)
def test_two_writes_without_a_pause_are_one(writes: list[bytes], sent: list[bytes]) -> None:
    wire = on_a_loop(lambda joined, _: [joined.write(one) for one in writes] and None)
    assert sent == wire.sent


def test_first_write_waits_no_longer_than_the_loop_turns() -> None:
    async def run() -> list[list[bytes]]:
        wire = Wire()
        joined, seen = JoinedWrites(wire, asyncio.get_running_loop()), []
        for part in (b"one", b"two"):
            joined.write(part)
            seen.append(list(wire.sent))
            await asyncio.sleep(0)
            seen.append(list(wire.sent))
        return seen

    assert [[], [b"one"], [b"one"], [b"one", b"two"]] == asyncio.run(run())


def test_closing_sends_what_is_held_and_aborting_does_not() -> None:
    def close(joined: JoinedWrites, wire: Wire) -> None:
        joined.write(b"last words")
        joined.close()
        assert ([b"last words"], True) == (wire.sent, joined.is_closing())

    def abort(joined: JoinedWrites, wire: Wire) -> None:
        joined.write(b"never said")
        joined.abort()

    assert ([b"last words"], "closed") == (on_a_loop(close).sent, "closed")
    assert ([], "aborted") == (on_a_loop(abort).sent, on_a_loop(abort).closed)
