"""How a process tells its supervisor that it has come to work, as opposed to having been started.

By one line written to a pipe whose end it inherits, as s6 and its kin have it (notification-fd). The supervisor asks
after the end of its child: who fell at work is started again soon, who cannot even start is given time.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final

VARIABLE: Final = "DMA_READY_FD"


def tell_ready() -> None:
    """Tell the supervisor that this process works; nothing happens when there is none, or it was told before."""
    descriptor = os.environ.pop(VARIABLE, None)
    if descriptor is None:
        return
    with suppress(OSError), os.fdopen(int(descriptor), "wb", buffering=0) as pipe:  # it may have gone just now
        pipe.write(b"\n")


@dataclass(frozen=True, slots=True)
class ReadinessPipe:
    """Both ends, in the supervisor; the child inherits `child_end`."""

    own_end: int
    child_end: int

    @property
    def environment(self) -> dict[str, str]:
        """What tells the child where to write."""
        return {VARIABLE: str(self.child_end)}

    def was_told(self) -> bool:
        """True when the child wrote its line, however long ago it ended."""
        os.set_blocking(self.own_end, False)
        try:
            return bool(os.read(self.own_end, 1))
        except BlockingIOError:
            return False


@contextmanager
def readiness_pipe() -> Iterator[ReadinessPipe]:
    """A pipe for one child, closed after the block; the child's end may be inherited by `pass_fds`."""
    pipe = ReadinessPipe(*os.pipe())
    try:
        yield pipe
    finally:
        os.close(pipe.own_end)
        os.close(pipe.child_end)
