"""Loopback ports that stay the same from one start to the next."""

import random
import socket
from pathlib import Path
from typing import Final

LOOPBACK: Final = "127.0.0.1"
_RANGE: Final = range(20_000, 30_000)
"""Below what Linux and macOS hand to outgoing connections, so that none sits on our port at the next start."""


def choose_port(kept: Path) -> int:
    """The port written in the file `kept` when it is free, else another free one, which is then written there."""
    port = _read(kept)
    if port is None or not is_free(port):
        port = free_port()
        kept.write_text(f"{port}\n")
    return port


def free_port() -> int:
    """A port that nobody listens on just now; whoever binds it must still expect to lose a race."""
    for port in random.sample(_RANGE, 200):
        if is_free(port):
            return port
    with socket.socket() as probe:  # a crowded machine: whatever the kernel has left
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    """True when a server could listen on this port now; connections of an earlier one in TIME_WAIT do not count."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def _read(kept: Path) -> int | None:
    try:
        port = int(kept.read_text())
    except (FileNotFoundError, ValueError):
        return None
    return port if 1024 <= port <= 65_535 else None
