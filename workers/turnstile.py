"""What goes first when the threads of one process all have something to make.

Threads of a process share one interpreter: two that both think take twice as long each, and the one that somebody
waits for is no sooner done than the other. So whoever makes something long takes a turn: one at a time, those that
somebody waits to see before those made behind, and each in the order of their coming.

    with turnstile.first():            the map of a dungeon just begun
    with turnstile.behind() as turn:   its rooms
        with turn.aside(): ...         between two of them, when the turn `is_wanted`

Nobody waits for ever: then they go on beside the one who has the turn. So a thread that thinks for long, or was
interrupted at an awkward moment, holds nobody up for good. Turns are for thinking; whoever waits for a server meanwhile
stands `aside`.
"""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

FIRST_PATIENCE_SECONDS: Final = 0.25
"""Half of the time within which a map is promised, so that a large dungeon does not keep a small one waiting."""
PATIENCE_SECONDS: Final = 1.0
"""Rooms wait longer: those who go first are done sooner without them, and each thread passes them once at most."""

_Ticket = threading.Event
_Line = deque[_Ticket]


class Turnstile:
    """Turns among the threads of this process.

    Args:
        first_patience_seconds: How long those wait for a turn who go first.
        patience_seconds: How long the others do.
    """

    def __init__(
        self, first_patience_seconds: float = FIRST_PATIENCE_SECONDS, patience_seconds: float = PATIENCE_SECONDS
    ) -> None:
        self._first_patience_seconds, self._patience_seconds = first_patience_seconds, patience_seconds
        self._lock = threading.Lock()
        self._holder: _Ticket | None = None
        self._first: _Line = deque()
        self._behind: _Line = deque()

    @contextmanager
    def first(self) -> Iterator["Turn"]:
        """A turn before all that are behind."""
        with Turn(self, self._first).taken() as turn:
            yield turn

    @contextmanager
    def behind(self) -> Iterator["Turn"]:
        """A turn when nobody waits to go first."""
        with Turn(self, self._behind).taken() as turn:
            yield turn

    @property
    def is_free(self) -> bool:
        """Whether nobody has the turn."""
        return self._holder is None

    @property
    def is_wanted_first(self) -> bool:
        """Whether somebody waits who goes first."""
        return bool(self._first)

    def enter(self, ticket: _Ticket, line: _Line, *, is_next: bool) -> None:
        """Wait for the turn; `is_next` for one who has given it up for others."""
        with self._lock:
            if self._holder is None:
                self._holder = ticket
                return
            (line.appendleft if is_next else line.append)(ticket)
        if ticket.wait(self._first_patience_seconds if line is self._first else self._patience_seconds):
            return
        with self._lock:
            if ticket in line:
                line.remove(ticket)
            self._holder = ticket  # from now on the others wait for this one

    def leave(self, ticket: _Ticket, line: _Line) -> None:
        """Give the turn to the next, or the place in the line to nobody."""
        with self._lock:
            if ticket in line:
                line.remove(ticket)  # interrupted while it waited
            if self._holder is ticket:
                self._holder = self._next()

    def _next(self) -> _Ticket | None:
        line = self._first or self._behind
        if not line:
            return None
        ticket = line.popleft()
        ticket.set()
        return ticket


class Turn:
    """The turn of one thread.

    Args:
        turnstile: Where it is taken.
        line: In which it waits there.
    """

    def __init__(self, turnstile: Turnstile, line: _Line) -> None:
        self._turnstile, self._line = turnstile, line
        self._ticket = _Ticket()

    @contextmanager
    def taken(self) -> Iterator["Turn"]:
        """Hold the turn for a block, however it ends."""
        try:
            self._turnstile.enter(self._ticket, self._line, is_next=False)
            yield self
        finally:
            self._turnstile.leave(self._ticket, self._line)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Let others have the turn during a block; who comes back is the next of those in its line."""
        self._turnstile.leave(self._ticket, self._line)
        yield  # who leaves by an error does not come back
        self._ticket = _Ticket()
        self._turnstile.enter(self._ticket, self._line, is_next=True)

    @property
    def is_wanted(self) -> bool:
        """Whether somebody waits who goes before this one."""
        return self._turnstile.is_wanted_first
