"""Hears all that a process tells while something goes wrong: every line of every library's log, spans, and metrics."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from prometheus_client import generate_latest

from telemetry import tracing
from tests.support.collector import collecting

LOUD = ("openai", "httpx", "httpcore", "dramatiq", "workers", "store", "bus", "telemetry", "orchestrator")
"""Loggers that are to tell everything, whatever their own level is."""


@dataclass(slots=True)
class Witness:
    """What was told, by where; the spans and metrics stand there when the block has ended."""

    told: dict[str, str] = field(default_factory=dict)

    def of(self, secret: str) -> list[str]:
        """Where this came to light."""
        return [where for where, text in self.told.items() if secret in text]


@contextmanager
def witnessing(folder: Path, printed: pytest.CaptureFixture[str]) -> Iterator[Witness]:
    """Listen during the block; `printed` has the lines of structlog, which no test configures: nothing is redacted."""
    witness, lines, spans = Witness(), io.StringIO(), folder / "heard.spans.jsonl"
    handler = logging.StreamHandler(lines)
    handler.setFormatter(logging.Formatter("%(name)s %(message)s %(args)s"))
    root = logging.getLogger()
    before = {name: logging.getLogger(name).level for name in LOUD}
    root.addHandler(handler)
    for name in LOUD:
        logging.getLogger(name).setLevel(logging.DEBUG)
    try:
        with collecting() as collector:
            tracing.configure_traces(
                service="test", environment="local", version="2", endpoint=collector.endpoint, file=spans
            )
            try:
                yield witness
            finally:
                tracing.stop_traces()
            witness.told["spans sent"] = repr(collector.spans)
    finally:
        root.removeHandler(handler)
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)
    out, err = printed.readouterr()
    witness.told |= {"spans kept": spans.read_text(), "metrics": generate_latest().decode()}
    witness.told |= {"log": lines.getvalue(), "printed": out + err}
