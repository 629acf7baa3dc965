"""Spans around SQL statements, for processes that record spans; others have psycopg's own cursors."""

import re
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, Final

import psycopg
from psycopg.rows import DictRow

from telemetry.tracing import Kind, Span, is_recording, span, traceparent

_SUMMARY: Final = re.compile(
    r"\s*(?P<operation>[a-z]+)(?:.*?\b(?:from|into|update|join)\s+(?P<target>[a-z_]+))?", re.IGNORECASE | re.DOTALL
)
_UPDATE: Final = re.compile(r"\s*update\s+(?P<target>[a-z_]+)", re.IGNORECASE)


def traced_cursors() -> Mapping[str, Any]:
    """Arguments for connections that record their statements; none when nobody records."""
    return {"cursor_factory": TracedCursor} if is_recording() else {}


class TracedCursor(psycopg.Cursor[DictRow]):
    """Records each statement that belongs to a trace; the sweeper's, every second, belong to none.

    In a pipeline a statement ends when it is sent: what the server does with it shows in the one that is fetched.
    """

    def execute(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        """Run a statement in a span of its own."""
        if traceparent() is None:
            return super().execute(query, *args, **kwargs)
        with _span_of(query):
            return super().execute(query, *args, **kwargs)

    def executemany(self, query: Any, *args: Any, **kwargs: Any) -> None:
        """Run a statement for many parameters in one span."""
        if traceparent() is None:
            super().executemany(query, *args, **kwargs)
            return
        with _span_of(query):
            super().executemany(query, *args, **kwargs)


def summary_of(statement: str) -> str:
    """What a statement does and to which table, such as `SELECT requests`; never a value."""
    found = _UPDATE.match(statement) or _SUMMARY.match(statement)
    if found is None:
        return "statement"
    operation = statement.split(maxsplit=1)[0].upper()
    return " ".join(each for each in (operation, found["target"]) if each)


def _span_of(query: Any) -> AbstractContextManager[Span]:
    """As OpenTelemetry's conventions for databases have it; parameters stay out of the text by themselves."""
    text = query if isinstance(query, str) else str(query)
    summary = summary_of(text)
    return span(
        summary,
        Kind.CLIENT,
        {
            "db.system.name": "postgresql",
            "db.operation.name": summary.split()[0],
            "db.query.summary": summary,
            "db.query.text": " ".join(text.split()),
        },
    )
