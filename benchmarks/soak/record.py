"""What was done, four bytes each, in a file for each worker: small, and still there when its writer is killed."""

import os
import struct
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from benchmarks.soak.work import STEPS, steps_of

_ENTRY = struct.Struct("=I")
_CHUNK_BYTES = 1 << 20


class Record:
    """Writes down what was done; from any thread."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def done(self, number: int, step: int) -> None:
        """Step `step` (from 0) of message `number` ended well."""
        os.write(self._file, _ENTRY.pack(number * STEPS + step))

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@dataclass(frozen=True, slots=True)
class Tally:
    """What the records say: steps expected, missing, run again, and run though nobody sent them."""

    expected: int
    missing: int
    repeated: int
    unknown: int
    examples: tuple[str, ...]

    @property
    def is_clean(self) -> bool:
        """True when each step ran exactly once."""
        return not (self.missing or self.repeated or self.unknown)


MOST_EXAMPLES = 5


def tally(paths: Iterable[Path], messages: int) -> Tally:
    """Count the records against what the messages 0 to `messages` - 1 have to do."""
    counts = bytearray(messages * STEPS)
    unknown = 0
    for path in paths:
        for code in _entries(path):
            if code < len(counts):
                counts[code] = min(255, counts[code] + 1)
            else:
                unknown += 1
    expected = missing = repeated = 0
    examples: list[str] = []
    for number in range(messages):
        for step in range(STEPS):
            wanted, found = int(step < steps_of(number)), counts[number * STEPS + step]
            expected += wanted
            missing += max(0, wanted - found)
            repeated += max(0, found - wanted) if wanted else 0
            unknown += 0 if wanted else found
            if found != wanted and len(examples) < MOST_EXAMPLES:
                examples.append(f"message {number} step {step + 1}: {found} times")
    return Tally(expected, missing, repeated, unknown, tuple(examples))


def _entries(path: Path) -> Iterable[int]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            yield from array("I", chunk)
