"""A step that was running when its process died runs alone the next time.

When a process dies, all that it was doing is suspect: one step did it, the others were beside it. If they were run
together again, and once more after that, all of them would be given up with the one that does it. Alone, each shows
what it is: most of them end well, and the one that ends its process takes nothing with it.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

PATIENCE_SECONDS: Final = 5.0
"""How long a suspect waits for the others in its process to end, and they for it; then they run beside each other."""
_LOOK_SECONDS: Final = 0.05


class Quarantine:
    """Lets the steps of a process run beside each other, or one of them alone.

    Worker threads are interrupted at any instruction, and a lock that is taken just then would stay so. So there is
    none: whoever comes says so first and then looks who else is there, and of two that do, one sees the other.

    Args:
        patience_seconds: See PATIENCE_SECONDS.
    """

    def __init__(self, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._patience_seconds = patience_seconds
        self._running: set[int] = set()
        self._alone: dict[str, int] = {}
        """Under `thread`: whose step runs alone, or waits to."""

    @contextmanager
    def among_others(self) -> Iterator[None]:
        """Run the block while nothing runs alone."""
        this = threading.get_ident()
        try:
            self._await(lambda: self._joins(this))
            self._running.add(this)
            yield
        finally:
            self._running.discard(this)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Run the block while nothing else runs, if that can be had in time."""
        this = threading.get_ident()
        try:
            self._await(lambda: self._alone.setdefault("thread", this) == this)
            self._await(lambda: not self._running)
            self._running.add(this)
            yield
        finally:
            self._running.discard(this)
            if self._alone.get("thread") == this:
                del self._alone["thread"]

    def _joins(self, this: int) -> bool:
        self._running.add(this)
        if not self._alone:
            return True
        self._running.discard(this)
        return False

    def _await(self, condition: Callable[[], bool]) -> None:
        until = time.monotonic() + self._patience_seconds
        while not condition() and time.monotonic() < until:
            time.sleep(_LOOK_SECONDS)
