"""How much of a fault is tried: a fixed-seed sample in `make test`, more on demand.

sample  `make test`: seconds
short   `make reliability`: minutes
soak    `make soak`: hours
"""

import os
from enum import Enum


class Size(Enum):
    """The three sizes; DMA_RELIABILITY names one."""

    SAMPLE = "sample"
    SHORT = "short"
    SOAK = "soak"

    def pick(self, sample: int, short: int, soak: int) -> int:
        """The number that belongs to this size."""
        return {Size.SAMPLE: sample, Size.SHORT: short, Size.SOAK: soak}[self]


SIZE = Size(os.environ.get("DMA_RELIABILITY", "sample"))
SEED = int(os.environ.get("DMA_RELIABILITY_SEED", "20250628"))
"""Printed with every run; set it to repeat one."""
