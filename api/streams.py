"""How many answers that go on for long (SSE, dungeons as they are made) one principal may have open at a time."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Final

from starlette.types import Scope

from api.rates import TooManyRequests

AT_END: Final = "dma.at_end"
"""In the scope: what `Exchange` calls when the exchange is over, however it ended."""
RETRY_AFTER_SECONDS: Final = 5


class Streams:
    """The open streams of this process.

    Args:
        most: For one principal.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._open: Counter[str] = Counter()

    def take(self, scope: Scope, principal: str) -> None:
        """Count a stream until the end of this exchange.

        Raises:
            TooManyRequests: The principal has as many as are allowed.
        """
        if self._open[principal] >= self._most:
            text = f"at most {self._most} streams may be open at a time; end one first"
            raise TooManyRequests(None, RETRY_AFTER_SECONDS, text)
        self._open[principal] += 1
        at_end: list[Callable[[], None]] = scope[AT_END]
        at_end.append(partial(self._release, principal))

    def _release(self, principal: str) -> None:
        self._open[principal] -= 1
        if not self._open[principal]:
            del self._open[principal]
