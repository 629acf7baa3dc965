"""The story of a request as an operator reads it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from services.story_text import story_text
from store.story import RequestStory

BEGAN = datetime(2026, 11, 22, 12, tzinfo=UTC)
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


def known(**more: Any) -> RequestStory:
    request = {
        **dict.fromkeys(("dispatched_at", "started_at", "completed_at", "deadline_at", "replay_of", "error")),
        "id": UUID(int=1),
        "campaign_id": UUID(int=2),
        "principal": "user:dm",
        "prompt_length": 9,
        "status": "completed",
        "intent": "generate_npc",
        "intent_confidence": 0.9,
        "created_at": BEGAN,
        "traceparent": f"00-{TRACE}-00f067aa0ba902b7-01",
    }
    return RequestStory(request | more, [], [])


def span(name: str, span_id: str, parent_id: str | None, **attributes: Any) -> dict[str, Any]:
    return {
        "trace_id": TRACE,
        "span_id": span_id,
        "parent_id": parent_id,
        "name": name,
        "service": "world_designer",
        "started_at": (BEGAN + timedelta(seconds=1)).timestamp(),
        "duration_ms": 12.5,
        "is_error": "error.type" in attributes,
        "attributes": attributes,
    }


def test_span_stands_under_its_parent_with_what_it_cost_and_how_it_failed() -> None:
    paid = {"gen_ai.usage.input_tokens": 300, "gen_ai.usage.output_tokens": 21}
    spans = [
        span("think", "a", "elsewhere"),
        span("chat tiny", "b", "a", **paid),
        span("chat tiny", "c", "a", **paid, **{"error.type": "llm_timeout\x1b[2J"}),
    ]

    text = story_text(known(), [], spans, [])

    assert [
        f"Spans (trace {TRACE}, 3 kept here)",
        "    +1.000 s think (world_designer) 12.5 ms",
        "      +1.000 s chat tiny (world_designer) 12.5 ms, 300 + 21 tokens",
        "      +1.000 s chat tiny (world_designer) 12.5 ms, 300 + 21 tokens FAILED llm_timeout\\x1b[2J",
    ] == text[text.index("Spans") : text.index("\n\nDead")].splitlines()


def test_what_was_not_traced_and_a_bus_that_does_not_answer_are_said() -> None:
    text = story_text(known(traceparent=None), [], [], None)

    assert "Spans: it was not traced" in text
    assert "Dead letters: the bus does not answer" in text
