"""Time as the processes of a test could use it: what the machine held back from all of them is left out.

A machine that is shared stands still now and then, for seconds at worst. A bound of two seconds on what DMA does is
meant for a machine that runs, so a thread that asks to sleep for ten milliseconds sees how late it comes back.
"""

import threading
import time
from typing import Self

TICK_SECONDS = 0.01
NOTICEABLE_SECONDS = 0.05
"""A tick that took longer was held up: it counts as one of this length."""


class Stopwatch:
    """`with Stopwatch() as took: ...`; then `took.seconds`, which may also be read while it runs."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._tick, daemon=True, name="stopwatch")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_raised: object) -> None:
        self._stopped.set()
        self._thread.join()

    def _tick(self) -> None:
        before = time.monotonic()
        while not self._stopped.is_set():
            self._stopped.wait(TICK_SECONDS)
            now = time.monotonic()
            self.seconds += min(now - before, NOTICEABLE_SECONDS)
            before = now
