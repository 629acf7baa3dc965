"""One output for all processes of a run, so that none of them writes through honcho.

honcho reads each line of its children, packs it up and prints it at the other end of a queue. For the lines that tell
of a prompt that takes as much of the processor as all that Valkey does for it. So a child writes to honcho's own
output, which `services.run` names in the environment; where that cannot be, honcho prints its lines as ever.
"""

import fcntl
import os
import stat
from typing import Final

VARIABLE: Final = "DMA_OUTPUT"
_STANDARD_OUTPUT: Final = 1


def shared_output() -> dict[str, str]:
    """The variable that lets others write to the standard output of this process, also when it becomes another program.

    Empty where outputs have no path (not Linux), and for a socket, which cannot be opened again.
    """
    path = f"/proc/{os.getpid()}/fd/{_STANDARD_OUTPUT}"
    output = _open(path)
    if output is None:
        return {}
    os.close(output)
    if stat.S_ISREG(os.fstat(_STANDARD_OUTPUT).st_mode):
        # Everybody writes at the end of a file then, honcho too: it shares this flag.
        flags = fcntl.fcntl(_STANDARD_OUTPUT, fcntl.F_GETFL)
        fcntl.fcntl(_STANDARD_OUTPUT, fcntl.F_SETFL, flags | os.O_APPEND)
    return {VARIABLE: path}


def open_shared_output() -> int | None:
    """A descriptor of the output that is shared, or None: then one's own is the one to use."""
    path = os.environ.get(VARIABLE)
    return _open(path) if path else None


def _open(path: str) -> int | None:
    try:
        return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:
        return None
