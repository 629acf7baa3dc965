"""Structured logs: one JSON object (or a coloured line) per event, with what is bound to the context on each.

Bind the ids once, where a request or message enters (`bind(request_id=...)`), and every line below carries them, also
those of libraries that use the standard logging module.
"""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from contextlib import AbstractContextManager
from contextvars import Token
from pathlib import Path
from typing import Any, TextIO

import structlog

from telemetry.files import LineFile
from telemetry.redaction import Redaction
from telemetry.tracing import add_trace_ids

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
"""What moves a terminal's cursor or ends a line: a value that holds it could write lines of its own."""


def configure_logs(
    *,
    service: str,
    environment: str,
    version: str,
    level: str = "INFO",
    as_json: bool = True,
    tells_prompts: bool = False,
    folder: Path | None = None,
) -> None:
    """Send all logs of this process to standard output, each with service, environment and version (R65).

    Args:
        service: What R65 calls this process.
        environment: For every line, as the version.
        version: For every line.
        level: Lines below it are not told.
        as_json: One JSON object a line; else a line for people at a terminal.
        tells_prompts: Whether what people wrote may stand in a line.
        folder: Where the lines are kept too, as JSON, in `<service>.jsonl`, for `services.story`.
    """
    before: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        add_trace_ids,
    ]
    behind: list[structlog.typing.Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _constant(service=service, environment=environment, version=version),
        structlog.processors.format_exc_info,
        _redact_by(Redaction(tells_prompts=tells_prompts)),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *before,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    kept = None if folder is None else LineFile(folder / f"{service}.jsonl")
    json_lines = _formatter(before, [*behind, structlog.processors.JSONRenderer()])
    if as_json:
        handlers: list[logging.Handler] = [LockFreeHandler(sys.stdout, kept=kept)]
        handlers[0].setFormatter(json_lines)
    else:
        colours = structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty())
        handlers = [LockFreeHandler(sys.stdout)]
        handlers[0].setFormatter(_formatter(before, [*behind, _escape_control, colours]))
        if kept is not None:
            handlers.append(LockFreeHandler(None, kept=kept))
            handlers[1].setFormatter(json_lines)
    logging.basicConfig(handlers=handlers, level=level.upper(), force=True)
    _leave_out_what_no_line_tells()


def _leave_out_what_no_line_tells() -> None:
    """As the documentation of `logging` has it: the source line, thread and process are looked up for every line."""
    logging._srcfile = None  # noqa: SLF001
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False


def _formatter(
    before: list[structlog.typing.Processor], behind: list[structlog.typing.Processor]
) -> structlog.stdlib.ProcessorFormatter:
    return structlog.stdlib.ProcessorFormatter(foreign_pre_chain=before, processors=behind)


class _NoLock:
    """A lock that everybody gets."""

    def acquire(self) -> None:
        """Go on."""

    def release(self) -> None:
        """Go on."""

    def __enter__(self) -> None:
        """Go on."""

    def __exit__(self, *_: object) -> None:
        """Go on."""


class LockFreeHandler(logging.StreamHandler[Any]):
    """Writes lines without the lock of logging's own handlers.

    A worker thread is interrupted at any instruction, when its time is up or the process stops. Between logging's
    `acquire` and `release` that leaves the lock taken for ever, and every thread of the process waits at its next line.
    A line is one call of the stream's `write`, so lines stay whole without it.

    Args:
        stream: Where lines go; None: only to the file.
        kept: A file that gets the same lines.
    """

    def __init__(self, stream: TextIO | None, *, kept: LineFile | None = None) -> None:
        super().__init__(stream)
        self._to_stream = stream is not None
        self._kept = kept

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line; what goes wrong is told on standard error, as logging does."""
        try:
            line = self.format(record)
            if self._to_stream:
                self.stream.write(line + self.terminator)
                self.flush()
            if self._kept is not None:
                self._kept.write(line)
        except Exception:  # noqa: BLE001 - a line that cannot be told must not stop what it tells of
            self.handleError(record)

    def createLock(self) -> None:  # noqa: N802 - the name that logging calls
        """Make the lock that is none."""
        self.lock: Any = _NoLock()


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger for one module; events are snake_case names, facts are keyword arguments."""
    logger: structlog.stdlib.BoundLogger = structlog.get_logger(name)
    return logger


def bind(**facts: Any) -> AbstractContextManager[None]:
    """Put these facts on every log line of this thread or task until the block ends."""
    return _Bound(facts)


class _Bound:
    """Facts on every line, for the time of a block.

    Not structlog's `bound_contextvars`: it reads the whole context first, which costs an API request as much as its
    answer. And no generator: every exchange and every message enters one of these.
    """

    __slots__ = ("_facts", "_tokens")

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self._facts = facts

    def __enter__(self) -> None:
        self._tokens: Mapping[str, Token[Any]] = structlog.contextvars.bind_contextvars(**self._facts)

    def __exit__(self, *_: object) -> None:
        structlog.contextvars.reset_contextvars(**self._tokens)


def _redact_by(redaction: Redaction) -> structlog.typing.Processor:
    def redact(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
        for name, value in event.items():
            if name not in _OURS:
                event[name] = redaction.named(name, value)
        return event

    return redact


_OURS = frozenset({"level", "logger", "timestamp", "service", "environment", "version", "trace_id", "span_id"})
"""What this module itself puts on a line."""


def _escape_control(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """JSON escapes these anyway; a line for people does not. An exception keeps its lines."""
    for name, value in event.items():
        if isinstance(value, str) and name != "exception" and _CONTROL.search(value):
            event[name] = _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), value)
    return event


def _constant(**facts: str) -> structlog.typing.Processor:
    def add(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
        for name, value in facts.items():
            event.setdefault(name, value)
        return event

    return add
