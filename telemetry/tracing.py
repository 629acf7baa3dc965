"""Spans (R70, C25), when somebody wants them; nothing is imported and next to nothing done when nobody does.

The code around calls `span(...)` and does not know whether it is recorded. `configure_traces` turns recording on, once
at the start of a process; OpenTelemetry itself is behind `telemetry/otel.py`, which only that call imports. A trace is
continued over processes by its `traceparent` (W3C Trace Context), text that travels with a request and its messages.
"""

import logging
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Protocol

log = logging.getLogger(__name__)

Attribute = str | bool | int | float | Sequence[str]


class Kind(StrEnum):
    """Where a span stands towards what it calls or is called by."""

    INTERNAL = "internal"
    SERVER = "server"
    CLIENT = "client"
    PRODUCER = "producer"
    CONSUMER = "consumer"


class Span(Protocol):
    """One piece of work, while it goes on."""

    def note(self, attributes: Mapping[str, Attribute | None]) -> None:
        """Add attributes; those that are None are left out."""
        ...

    def rename(self, name: str) -> None:
        """Call it otherwise."""
        ...

    def fail(self, error_type: str) -> None:
        """Say that it failed, with the category of the error or a name as lasting; the first one said stands."""
        ...


class Recorder(Protocol):
    """What records spans."""

    def span(
        self, name: str, kind: Kind, attributes: Mapping[str, Attribute | None], parent: str | None
    ) -> AbstractContextManager[Span]:
        """A span that is the current one during its block."""
        ...

    def traceparent(self) -> str | None:
        """The current span, as another process may be told it."""
        ...

    def ids(self) -> Mapping[str, str]:
        """`trace_id` and `span_id` of the current span, for the lines of the log; empty outside of all spans."""
        ...

    def stop(self) -> None:
        """Hand over what is recorded and not handed over yet."""
        ...


class _NoSpan:
    """A span that nobody records."""

    def note(self, attributes: Mapping[str, Attribute | None]) -> None:
        """Do nothing."""

    def rename(self, name: str) -> None:
        """Do nothing."""

    def fail(self, error_type: str) -> None:
        """Do nothing."""


_NOTHING: Final[AbstractContextManager[Span]] = nullcontext(_NoSpan())
_recorder: Recorder | None = None


def configure_traces(
    *, service: str, environment: str, version: str, endpoint: str | None, file: Path | None = None
) -> None:
    """Record spans from now on, if there is an endpoint to send them to.

    Args:
        service: What R65 calls this process.
        environment: Of the resource, as the version.
        version: Of the resource.
        endpoint: Where OTLP over HTTP is taken, such as `http://127.0.0.1:4318`; None records nothing.
        file: A file that gets each span as a line of JSON too.
    """
    if endpoint is None:
        return
    try:
        from telemetry.otel import OtelRecorder  # noqa: PLC0415 - only those pay for it who trace
    except ModuleNotFoundError as error:
        # Somebody may have set the variable for all programs of this machine.
        log.warning("no spans are recorded: %s is not installed (make setup-traces)", error.name)
        return
    record(OtelRecorder(service=service, environment=environment, version=version, endpoint=endpoint, file=file))


def record(recorder: Recorder | None) -> None:
    """Give spans to this recorder from now on; None: to nobody."""
    global _recorder  # noqa: PLW0603 - like the log's own configuration, one per process
    _recorder = recorder


def stop_traces() -> None:
    """Hand over what is recorded, and record no more."""
    if _recorder is not None:
        _recorder.stop()
        record(None)


def is_recording() -> bool:
    """Whether spans are recorded at all."""
    return _recorder is not None


def span(
    name: str,
    kind: Kind = Kind.INTERNAL,
    attributes: Mapping[str, Attribute | None] | None = None,
    *,
    parent: str | None = None,
) -> AbstractContextManager[Span]:
    """A span around a block; what happens inside belongs to it.

    Args:
        name: Of few values, as a metric's label: no ids.
        kind: Where it stands.
        attributes: Facts about it, those that are None left out.
        parent: The traceparent that it continues; None: the current span.
    """
    return _NOTHING if _recorder is None else _recorder.span(name, kind, attributes or {}, parent)


def traceparent() -> str | None:
    """The current span for another process to continue; None outside of all spans."""
    return None if _recorder is None else _recorder.traceparent()


def add_trace_ids(_logger: Any, _method: str, event: Any) -> Any:
    """Put the ids of the current span on a line of the log."""
    if _recorder is not None:
        event.update(_recorder.ids())
    return event
