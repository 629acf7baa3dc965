"""A request as callers see it: one shape for polling, lists, and the last event of a stream (R24, C34)."""

from typing import Any

from api.errors import stored_problem
from api.models import IntentView, PromptSummary, PromptView
from store.request_lists import RequestSummary
from store.requests import RequestView


def path_of(view: RequestView) -> str:
    """Where the request is polled."""
    return f"/v1/prompts/{view.public_id}"


def view_json(view: RequestView) -> dict[str, Any]:
    """The body of an answer about this request; what it does not have is left out."""
    shown = PromptView(
        request_id=view.public_id,
        status=view.status,
        campaign_id=str(view.campaign_id),
        stage=view.stage,
        intent=IntentView(type=view.intent, confidence=round(view.intent_confidence, 2)),
        alternatives=[IntentView(**alternative) for alternative in view.alternatives],
        refers_to=view.refers_to,
        plan=[_step_json(step) for step in view.plan],
        result=view.result,
        error=stored_problem(view.error, path_of(view)) if view.error else None,
        attempts=view.attempts,
        created_at=view.created_at,
        started_at=view.started_at,
        deadline_at=view.deadline_at,
        completed_at=view.completed_at,
    )
    return shown.model_dump(mode="json", exclude_none=True)


def summary_json(summary: RequestSummary) -> dict[str, Any]:
    """A request in a list."""
    public_id = summary.public_id
    shown = PromptSummary(
        request_id=public_id,
        poll_url=f"/v1/prompts/{public_id}",
        session_id=str(summary.session_id) if summary.session_id else None,
        **{name: getattr(summary, name) for name in _SUMMARISED},
    )
    return shown.model_dump(mode="json", exclude_none=True)


_SUMMARISED = (
    "status",
    "intent",
    "prompt",
    "created_at",
    "started_at",
    "deadline_at",
    "completed_at",
    "error_type",
)


def _step_json(step: Any) -> Any:
    return {name: getattr(step, name) for name in ("step_no", "agent", "action", "title", "state", "attempts")}
