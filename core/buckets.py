"""A bucket of tokens that fills evenly, kept as the one time at which it will be full (GCRA).

`bus/lua/draw.lua` is the same for many processes; a test holds the two to each other.
"""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BucketSize:
    """How many tokens a bucket holds, and in how many seconds it fills when it is empty."""

    tokens: int
    fills_in_seconds: float = 60.0

    @property
    def seconds_each(self) -> float:
        """How long one token takes to come back."""
        return self.fills_in_seconds / self.tokens


@dataclass(frozen=True, slots=True)
class Draw:
    """What came out: tokens drawn (0 when the least wanted were not there), left, and seconds until they are there."""

    drawn: int
    left: int
    wait_seconds: float = 0.0


class Bucket:
    """One bucket of this process; `now` is in seconds of any clock that does not run backwards."""

    __slots__ = ("_full_at",)

    def __init__(self) -> None:
        self._full_at = 0.0

    def draw(self, size: BucketSize, now: float, *, least: int, most: int, give_back: int = 0) -> Draw:
        """Take up to `most` tokens, or none when fewer than `least` are there.

        Args:
            size: The bucket's.
            now: The time.
            least: Tokens that are needed, at most the whole bucket.
            most: Tokens that are welcome.
            give_back: Tokens drawn before and not used; negative for used and not drawn.
        """
        each, fills = size.seconds_each, size.fills_in_seconds
        full_at = min(now + 2 * fills, max(now, max(now, self._full_at) - give_back * each))
        here = math.floor((now + fills - full_at) / each + 0.001)
        drawn = min(here, most) if here >= least else 0
        self._full_at = full_at + drawn * each
        wait = max(0.001, self._full_at + least * each - now - fills) if drawn < least else 0.0
        return Draw(drawn, max(0, here - drawn), wait)
