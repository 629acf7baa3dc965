"""Spans by OpenTelemetry. Imported only by a process that records them (telemetry/tracing.py)."""

import json
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import (
    BatchSpanProcessor,
    SimpleSpanProcessor,
    SpanExporter,
    SpanExportResult,
)
from opentelemetry.trace import SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from telemetry.files import LineFile
from telemetry.tracing import Attribute, Kind

EXPORT_SECONDS: Final = 5.0
"""How long a collector may take, tries and waits together."""
STOP_SECONDS: Final = 1.0
"""How long a process that ends waits for it."""
DELAY_MS: Final = 1_000
"""Spans are sent this long after their end at the latest."""

_KINDS: Final = {
    Kind.INTERNAL: SpanKind.INTERNAL,
    Kind.SERVER: SpanKind.SERVER,
    Kind.CLIENT: SpanKind.CLIENT,
    Kind.PRODUCER: SpanKind.PRODUCER,
    Kind.CONSUMER: SpanKind.CONSUMER,
}
_W3C: Final = TraceContextTextMapPropagator()


class OtelSpan:
    """One span of OpenTelemetry's."""

    def __init__(self, inner: trace.Span) -> None:
        self._inner = inner
        self._is_failed = False

    def note(self, attributes: Mapping[str, Attribute | None]) -> None:
        """Add attributes."""
        self._inner.set_attributes(_given(attributes))

    def rename(self, name: str) -> None:
        """Call it otherwise."""
        self._inner.update_name(name)

    def fail(self, error_type: str) -> None:
        """Say that it failed; the first to say so knows best."""
        if self._is_failed:
            return
        self._is_failed = True
        self._inner.set_attribute("error.type", error_type)
        self._inner.set_status(Status(StatusCode.ERROR))


class OtelRecorder:
    """Records spans and sends them by OTLP over HTTP.

    Sampling, headers and the like follow the variables that OpenTelemetry defines (`OTEL_TRACES_SAMPLER`,
    `OTEL_EXPORTER_OTLP_HEADERS`).

    Args:
        service: `service` and `service.name` of the resource (R65, C24).
        environment: `environment` and `deployment.environment.name`.
        version: `version` and `service.version`.
        endpoint: The collector's address, without `/v1/traces`.
        file: Gets each span as a line of JSON too, at once.
    """

    def __init__(
        self, *, service: str, environment: str, version: str, endpoint: str, file: Path | None = None
    ) -> None:
        resource = Resource.create(
            {
                "service": service,
                "service.name": service,
                "service.namespace": "dma",
                "version": version,
                "service.version": version,
                "environment": environment,
                "deployment.environment.name": environment,
            }
        )
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces", timeout=EXPORT_SECONDS)
        self._provider.add_span_processor(BatchSpanProcessor(self._exporter, schedule_delay_millis=DELAY_MS))
        if file is not None:
            self._provider.add_span_processor(SimpleSpanProcessor(SpanFile(file, service)))
        self._tracer = self._provider.get_tracer("dma", version)

    @contextmanager
    def span(
        self, name: str, kind: Kind, attributes: Mapping[str, Attribute | None], parent: str | None
    ) -> Iterator[OtelSpan]:
        """A span that is the current one during its block; what the block raises makes it an error."""
        with self._tracer.start_as_current_span(
            name,
            context=_context_of(parent),
            kind=_KINDS[kind],
            attributes=_given(attributes),
            record_exception=False,
            set_status_on_exception=False,
        ) as inner:
            made = OtelSpan(inner)
            try:
                yield made
            except Exception as error:
                # The kind alone: the text of an error may hold what nobody outside should read.
                made.fail(str(getattr(error, "category", None) or type(error).__qualname__))
                raise

    def traceparent(self) -> str | None:
        """The current span."""
        carrier: dict[str, str] = {}
        _W3C.inject(carrier)
        return carrier.get("traceparent")

    def ids(self) -> Mapping[str, str]:
        """Those of the current span."""
        context = trace.get_current_span().get_span_context()
        if not context.is_valid:
            return {}
        return {
            "trace_id": trace.format_trace_id(context.trace_id),
            "span_id": trace.format_span_id(context.span_id),
        }

    def stop(self) -> None:
        """Send what is left, for a moment.

        The SDK's own flush heeds no time limit, and each batch may take as long as a collector that is away makes it.
        """
        ending = threading.Thread(target=self._provider.shutdown, name="spans-ending", daemon=True)
        ending.start()
        ending.join(STOP_SECONDS)
        self._exporter.shutdown()  # type: ignore[no-untyped-call]


class SpanFile(SpanExporter):
    """Writes each span as a line of JSON, for `services.story`."""

    def __init__(self, path: Path, service: str) -> None:
        self._file = LineFile(path)
        self._service = service

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Write these spans."""
        for each in spans:
            self._file.write(json.dumps(_as_line(each, self._service), default=str))
        return SpanExportResult.SUCCESS

    def shutdown(self) -> None:
        """Nothing is kept back."""


def _context_of(parent: str | None) -> Context | None:
    return None if parent is None else _W3C.extract({"traceparent": parent})


def _given(attributes: Mapping[str, Attribute | None]) -> dict[str, Attribute]:
    return {name: value for name, value in attributes.items() if value is not None}


def _as_line(span: ReadableSpan, service: str) -> dict[str, object]:
    started, ended = span.start_time or 0, span.end_time or 0
    return {
        "trace_id": trace.format_trace_id(span.context.trace_id),
        "span_id": trace.format_span_id(span.context.span_id),
        "parent_id": trace.format_span_id(span.parent.span_id) if span.parent else None,
        "name": span.name,
        "kind": span.kind.name.lower(),
        "service": service,
        "pid": os.getpid(),
        "started_at": started / 1e9,
        "duration_ms": (ended - started) / 1e6,
        "is_error": span.status.status_code is StatusCode.ERROR,
        "attributes": dict(span.attributes or {}),
    }
