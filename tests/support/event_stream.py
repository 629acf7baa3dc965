"""Server-sent events as a client reads them."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.support.wire import check_body


@dataclass(frozen=True)
class Received:
    """One event with its parts."""

    id: str
    name: str
    data: Any


def read_stream(lines: Iterable[str]) -> Iterator[Received]:
    """The events of a stream given line by line, each held to its contract; comments and the like are left out."""
    fields: dict[str, str] = {}
    for line in lines:
        if line:
            name, _, value = line.partition(": ")
            fields[name] = value
        elif "data" in fields:
            received = Received(fields["id"], fields["event"], json.loads(fields["data"]))
            check_body("stream_event", {"id": received.id, "event": received.name, "data": received.data})
            yield received
            fields = {}
        else:
            fields = {}
