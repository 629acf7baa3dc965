"""Server-sent events as a client reads them."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Received:
    """One event with its parts."""

    id: str
    name: str
    data: Any


def read_stream(lines: Iterable[str]) -> Iterator[Received]:
    """The events of a stream given line by line; comments and the like are left out."""
    fields: dict[str, str] = {}
    for line in lines:
        if line:
            name, _, value = line.partition(": ")
            fields[name] = value
        elif "data" in fields:
            yield Received(fields["id"], fields["event"], json.loads(fields["data"]))
            fields = {}
        else:
            fields = {}
