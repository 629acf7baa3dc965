"""Structured logs: one JSON object (or a coloured line) per event, with what is bound to the context on each.

Bind the ids once, where a request or message enters (`bind(request_id=...)`), and every line below carries them, also
those of libraries that use the standard logging module.
"""

import logging
import re
import sys
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from typing import Any

import structlog

_SECRET_NAMES = frozenset(
    {"authorization", "token", "secret", "password", "api_key", "cookie", "secret_key", "dev_token", "work_token"}
)
_SECRET_VALUES = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]*|svc_[\w-]+|://[^/\s:@]*:[^/\s@]+@")


def configure_logs(*, service: str, environment: str, version: str, level: str = "INFO", as_json: bool = True) -> None:
    """Send all logs of this process to standard output, each with service, environment and version (R65)."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _constant(service=service, environment=environment, version=version),
        structlog.processors.format_exc_info,
        redact,
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty())
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared[:3],
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = LockFreeHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared[:3],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *shared[3:], renderer],
        )
    )
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)


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
    """

    def createLock(self) -> None:  # noqa: N802 - the name that logging calls
        """Make the lock that is none."""
        self.lock: Any = _NoLock()


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger for one module; events are snake_case names, facts are keyword arguments."""
    logger: structlog.stdlib.BoundLogger = structlog.get_logger(name)
    return logger


@contextmanager
def bind(**facts: Any) -> Iterator[None]:
    """Put these facts on every log line of this thread or task until the block ends."""
    # Not `bound_contextvars`: it reads the whole context first, which costs an API request as much as its answer.
    tokens = structlog.contextvars.bind_contextvars(**facts)
    try:
        yield
    finally:
        structlog.contextvars.reset_contextvars(**tokens)


def redact(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Replace secrets by name, and anything that looks like a token or a URL's password by value."""
    for name, value in event.items():
        if name.lower() in _SECRET_NAMES:
            event[name] = "[redacted]"
        elif isinstance(value, str):
            event[name] = _SECRET_VALUES.sub("[redacted]", value)
    return event


def _constant(**facts: str) -> structlog.typing.Processor:
    def add(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
        for name, value in facts.items():
            event.setdefault(name, value)
        return event

    return add
