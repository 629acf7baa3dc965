"""The lines of logs and spans that processes keep under DMA_HOME/logs, found by what stands in them."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

Record = dict[str, Any]
"""One line, as it was written."""


def kept_files(folder: Path | None) -> list[Path]:
    """The files of the processes of this home, what they held before first."""
    return [] if folder is None else [*sorted(folder.glob("*.jsonl.1")), *sorted(folder.glob("*.jsonl"))]


def log_lines(files: Iterable[Path], wanted: str) -> list[Record]:
    """The lines of the log that hold this text, in the order of their times."""
    found = [line for line in _lines(files, wanted) if "event" in line and "timestamp" in line]
    return sorted(found, key=lambda line: str(line["timestamp"]))


def spans(files: Iterable[Path], trace_id: str) -> list[Record]:
    """The spans of a trace, in the order of their starts."""
    found = [line for line in _lines(files, trace_id) if line.get("trace_id") == trace_id and "started_at" in line]
    return sorted(found, key=lambda line: float(line["started_at"]))


def time_of(line: Record) -> datetime:
    """When a line of the log was written."""
    return datetime.fromisoformat(str(line["timestamp"]))


def _lines(files: Iterable[Path], wanted: str) -> Iterator[Record]:
    """Those that hold the text; what is no JSON object (output of another program) is passed over."""
    sought = wanted.encode()
    for path in files:
        try:
            with path.open("rb") as file:
                yield from (record for line in file if sought in line and (record := _parsed(line)) is not None)
        except FileNotFoundError:
            continue  # it was renamed a moment ago


def _parsed(line: bytes) -> Record | None:
    try:
        record = json.loads(line)
    except ValueError:
        return None
    return record if isinstance(record, dict) else None
