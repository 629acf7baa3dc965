"""How long it takes from the command to the ready line, the first time over a home and later."""

from collections.abc import Iterator

from tests.end_to_end.conftest import free_port
from tests.support.installation import Installation
from tests.support.servers import temporary_home

LATER_STARTS = 3


def measure() -> Iterator[tuple[str, ...]]:
    """Seconds to the ready line and, after Ctrl-C, until nothing runs any more."""
    yield ("start", "ready after s", "stopped after s")
    with temporary_home() as place:
        installation = Installation(place / "home", free_port())
        try:
            for number in range(1 + LATER_STARTS):
                started = installation.start()
                stopped = installation.interrupt()
                yield ("first" if number == 0 else "later", f"{started:.1f}", f"{stopped:.1f}")
        finally:
            installation.destroy()
