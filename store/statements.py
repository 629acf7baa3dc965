"""Spans around SQL statements, for processes that record spans; others have psycopg's own cursors."""

import re
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, Final

import psycopg
from psycopg.rows import DictRow
from psycopg.sql import SQL, Composable, Composed, Identifier

from telemetry.tracing import Kind, Span, is_recording, span, traceparent

_SUMMARY: Final = re.compile(
    r"\s*(?P<operation>[a-z]+)(?:.*?\b(?:from|into|update|join)\s+(?P<target>[a-z_]+))?", re.IGNORECASE | re.DOTALL
)
_OF_A_MOMENT: Final = re.compile(r"\bextract\s*\(\s*\w+\s+from\b", re.IGNORECASE)
"""A `from` that no table follows."""
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
    statement = _OF_A_MOMENT.sub("extract(", statement)
    found = _UPDATE.match(statement) or _SUMMARY.match(statement)
    if found is None:
        return "statement"
    operation = statement.split(maxsplit=1)[0].upper()
    return " ".join(each for each in (operation, found["target"]) if each)


def text_of(query: Any) -> str:
    """The text of a statement however it was put together; values that stand in it are left out."""
    match query:
        case Composed():
            return "".join(text_of(part) for part in query)
        case SQL() | Identifier():
            return query.as_string()
        case Composable():
            return "%s"
        case bytes():
            return query.decode(errors="replace")
        case _:
            return str(query)


def _span_of(query: Any) -> AbstractContextManager[Span]:
    """As OpenTelemetry's conventions for databases have it; parameters stay out of the text by themselves."""
    text = text_of(query)
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
