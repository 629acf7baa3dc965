"""For tests of code that uses this package: `with no_sleep() as waits:`."""

from dma_shared_resilience._time import no_sleep

__all__ = ["no_sleep"]
