"""Prompts: hand one in, and poll what became of it (R20-R24, C34); and ask what one would be taken for."""

import hashlib
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter, Request, Response

from api.deps import NEEDS_PROMPTS, IdempotencyKey, PromptCaller, RequestId, Services
from api.errors import stored_problem
from api.models import (
    ClassifyAnswer,
    ClassifyRequest,
    IntentView,
    PromptAccepted,
    PromptRequest,
    PromptView,
)
from api.responses import json_bytes
from api.routes import ScopedRoute
from core.ids import REQUEST_PREFIX, new_uuid, prefixed
from orchestrator.intake import IdempotencyClaim, Submission
from store.idempotency import fingerprint_of
from store.requests import RequestView, read_request

router = APIRouter(tags=["prompts"], route_class=ScopedRoute)

ROUTE: Final = "POST /v1/prompts"
"""Under which Idempotency-Keys are kept: the same key on another route is another key."""
POLL_SECONDS: Final = 1


@router.post("/v1/prompts", status_code=202)
def submit_prompt(
    body: PromptRequest,
    request: Request,
    response: Response,
    caller: PromptCaller,
    services: Services,
    key: IdempotencyKey,
) -> PromptAccepted:
    """Accept a prompt; the answer is ready at `poll_url`, by `timeout_ms` at the latest."""
    # A fresh request gives the exchange its id, unless the client chose one (C14).
    request_id: UUID = request.scope["dma.exchange_uuid"] or new_uuid()
    accepted = services.intake.submit(_submission(body, request_id, caller.principal, key))
    public_id = prefixed(REQUEST_PREFIX, accepted.request_id)
    response.headers["Location"] = f"/v1/prompts/{public_id}"
    response.headers["Retry-After"] = str(POLL_SECONDS)
    if accepted.replayed:
        response.headers["Idempotency-Replayed"] = "true"
    return PromptAccepted(request_id=public_id, poll_url=f"/v1/prompts/{public_id}")


@router.get("/v1/prompts/{request_id}", response_model=PromptView, response_model_exclude_none=True)
def poll_prompt(request_id: RequestId, request: Request, caller: PromptCaller, services: Services) -> Response:
    """Tell how far a request is; `result` or `error` once it has ended."""
    with services.database.transaction() as tx:
        view = read_request(tx, request_id, caller.principal)
    content = json_bytes(_view_json(view))
    headers = {"ETag": f'"{hashlib.sha256(content).hexdigest()[:32]}"'}
    if view.status == "processing":
        headers["Retry-After"] = str(POLL_SECONDS)
    if _is_known(request.headers.get("if-none-match"), headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(content, 200, headers, "application/json")


@router.post("/v1/classify", dependencies=[NEEDS_PROMPTS])
def classify_prompt(body: ClassifyRequest, services: Services) -> ClassifyAnswer:
    """Say what a prompt would be taken for, without doing it."""
    classified = services.intake.classify(body.prompt)
    return ClassifyAnswer(
        intent=IntentView(type=classified.intent, confidence=classified.confidence),
        alternatives=[IntentView(**alternative) for alternative in classified.alternatives],
    )


def _submission(body: PromptRequest, request_id: UUID, principal: str, key: str | None) -> Submission:
    return Submission(
        request_id=request_id,
        principal=principal,
        prompt=body.prompt,
        campaign_id=body.context.campaign_id,
        location_id=body.context.location_id,
        session_id=body.context.session_id,
        timeout_ms=body.options.timeout_ms,
        include_stats=body.options.include_stats,
        idempotency=IdempotencyClaim(ROUTE, key, fingerprint_of(body.model_dump(mode="json"))) if key else None,
    )


def _view_json(view: RequestView) -> dict[str, Any]:
    path = f"/v1/prompts/{view.public_id}"
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
        error=stored_problem(view.error, path) if view.error else None,
        attempts=view.attempts,
        created_at=view.created_at,
        started_at=view.started_at,
        deadline_at=view.deadline_at,
        completed_at=view.completed_at,
    )
    return shown.model_dump(mode="json", exclude_none=True)


def _step_json(step: Any) -> Any:
    return {name: getattr(step, name) for name in ("step_no", "agent", "action", "title", "state", "attempts")}


def _is_known(sent: str | None, tag: str) -> bool:
    """If-None-Match: any of the tags, weak or strong (RFC 9110, 13.1.2)."""
    return sent is not None and (
        sent.strip() == "*" or tag in {part.strip().removeprefix("W/") for part in sent.split(",")}
    )
