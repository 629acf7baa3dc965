"""How much of a fault is tried: a fixed-seed sample in `make test`, more on demand.

sample  `make test`: seconds
short   `make reliability`: minutes
soak    `make soak`: hours
"""

import os
from collections.abc import Iterator
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
PART, PARTS = (int(number) for number in os.environ.get("DMA_RELIABILITY_PART", "1/1").split("/"))
"""`2/5` does every fifth round, beginning with the second: five hosts, or five nights, make one whole run."""
SEED = int(os.environ.get("DMA_RELIABILITY_SEED", "20250628")) + PART - 1
"""Printed with every run; set it to repeat one. Each part has its own."""
_TELL_EVERY = 25


def rounds(sample: int, short: int, soak: int) -> Iterator[int]:
    """The rounds of this size that are this part's; a long run tells how far it is."""
    mine = range(SIZE.pick(sample, short, soak))[PART - 1 :: PARTS]
    if not mine or PART < 1:
        raise ValueError(f"there is no part {PART} of {PARTS}: DMA_RELIABILITY_PART is k/n with k up to n rounds")
    for done, number in enumerate(mine, start=1):
        yield number
        if done % _TELL_EVERY == 0:
            print(f"{done} of {len(mine)} rounds")  # noqa: T201 - hours without a word are long
