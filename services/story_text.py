"""The story of a request as text for a person at a terminal; times count from its acceptance."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from core.ids import REQUEST_PREFIX, prefixed
from services.records import Record, time_of
from store.history import TransitionRow
from store.story import RequestStory

_SHOWN_BEFORE: Final = frozenset(
    {"event", "timestamp", "service", "level", "logger", "request_id", "correlation_id", "environment", "version"}
    | {"trace_id", "span_id", "message_id", "exception"}
)


def story_text(
    known: RequestStory,
    lines: Sequence[Record],
    spans: Sequence[Record],
    letters: Sequence[Mapping[str, Any]] | None,
) -> str:
    """The whole story, a heading to each part."""
    parts = [
        *_request(known),
        "",
        f"History ({len(known.history)} changes)",
        *(_transition(row, known.began_at) for row in known.history),
        "",
        f"Log ({len(lines)} lines of {', '.join(sorted({str(line.get('service')) for line in lines})) or 'nobody'})",
        *(_line(line, known.began_at) for line in lines),
        "",
        *_spans(spans, known),
        "",
        *_dead_letters(letters, known.began_at),
    ]
    return "\n".join(parts)


def _request(known: RequestStory) -> Iterator[str]:
    row = known.request
    yield f"Request {prefixed(REQUEST_PREFIX, row['id'])}: {row['status']}"
    yield (
        f"  {row['intent']} ({row['intent_confidence']:.2f}), a prompt of {row['prompt_length']} characters"
        f" by {row['principal']} for campaign {row['campaign_id']}"
    )
    moments = {
        "accepted": row["created_at"],
        "published": row["dispatched_at"],
        "started": row["started_at"],
        "ended": row["completed_at"],
        "deadline": row["deadline_at"],
    }
    told = [f"{name} {_since(at, known.began_at)}" for name, at in moments.items() if at and name != "accepted"]
    yield f"  accepted {row['created_at']:%Y-%m-%d %H:%M:%S} UTC, {', '.join(told)}"
    for step in known.steps:
        worker = f", {step['worker']}" if step["worker"] else ""
        yield f"  step {step['step_no']} {step['actor']}: {step['state']}, attempt {step['attempt']}{worker}"
    if row["replay_of"]:
        yield f"  replays {prefixed(REQUEST_PREFIX, row['replay_of'])}"
    if row["error"]:
        yield f"  error {row['error'].get('error_type')}: {row['error'].get('detail')}"


def _transition(row: TransitionRow, began_at: datetime) -> str:
    who = "request" if row.step_no is None else f"step {row.step_no}"
    facts = {"attempt": row.attempt, "claim": row.lease_epoch, "worker": row.worker}
    told = "".join(f" {name}={value}" for name, value in facts.items() if value is not None)
    error = f" error={row.error.get('error_type')}" if row.error else ""
    return f"  {_since(row.at, began_at)} {who:8} {row.state}{told}{error}"


def _line(line: Record, began_at: datetime) -> str:
    facts = " ".join(f"{name}={value}" for name, value in line.items() if name not in _SHOWN_BEFORE)
    who = f"{line.get('service')!s:15} {line.get('level')!s:8}"
    text = _plain(f"  {_since(time_of(line), began_at)} {who} {line['event']} {facts}")
    trace = "".join(f"\n      {_plain(each)}" for each in str(line.get("exception", "")).splitlines())
    return text.rstrip() + trace


def _spans(spans: Sequence[Record], known: RequestStory) -> Iterator[str]:
    trace = known.request["traceparent"]
    if not trace:
        yield "Spans: it was not traced"
        return
    yield f"Spans (trace {trace.split('-')[1]}, {len(spans)} kept here)"
    here = {span["span_id"] for span in spans}
    children: dict[str | None, list[Record]] = defaultdict(list)
    for span in spans:
        children[span["parent_id"] if span["parent_id"] in here else None].append(span)
    yield from _tree(children, None, known.began_at, 1)


def _tree(
    children: Mapping[str | None, Sequence[Record]], parent: str | None, began_at: datetime, depth: int
) -> Iterator[str]:
    for span in children.get(parent, ()):
        at = datetime.fromtimestamp(span["started_at"], UTC)
        what = f"{span['name']} ({span['service']}) {span['duration_ms']:.1f} ms{_outcome(span)}"
        yield _plain(f"{'  ' * depth}{_since(at, began_at)} {what}")
        yield from _tree(children, span["span_id"], began_at, depth + 1)


def _outcome(span: Record) -> str:
    """What it cost, where a language model was asked, and how it failed."""
    about = span.get("attributes", {})
    counts = [about.get(f"gen_ai.usage.{way}_tokens") for way in ("input", "output")]
    tokens = "" if None in counts else f", {counts[0]} + {counts[1]} tokens"
    return tokens + (f" FAILED {about.get('error.type', '')}".rstrip() if span["is_error"] else "")


def _dead_letters(letters: Sequence[Mapping[str, Any]] | None, began_at: datetime) -> Iterator[str]:
    if letters is None:
        yield "Dead letters: the bus does not answer"
        return
    yield f"Dead letters ({len(letters)})"
    for letter in letters:
        facts = f"{letter['queue']} {letter['id']} {letter['reason']}, attempt {letter['attempts']}: {letter['error']}"
        yield _plain(f"  {_since(letter['failed_at'], began_at)} {facts}")


def _since(at: datetime, began_at: datetime) -> str:
    return f"{(at - began_at).total_seconds():+8.3f} s"


def _plain(text: str) -> str:
    """One line that moves no cursor, whatever somebody got into a log."""
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)
