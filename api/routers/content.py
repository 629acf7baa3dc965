"""Content by typed orders (R15): what can be generated, and orders, each a durable request like a prompt."""

from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

import rules
from api.deps import NEEDS_PROMPTS, IdempotencyKey, PromptCaller, Services
from api.models import GenerateRequest, GeneratorList, PromptAccepted
from api.responses import json_response
from api.routes import ScopedRoute
from api.submitting import submission_of
from contracts.generators import BRIEFS, EXAMPLES
from core.errors import FieldError, InvalidInput, NotFound
from core.ids import REQUEST_PREFIX, new_uuid, prefixed
from orchestrator.content import INTENTS, ContentOrder, order_plan
from orchestrator.intake import Order

router = APIRouter(prefix="/v1/generate", tags=["generate"], route_class=ScopedRoute)

POLL_SECONDS: Final = 1
_CREATURES: Final = ("creature", "residents")
"""Fields of a brief that name a creature of the rule base."""


@router.get("", dependencies=[NEEDS_PROMPTS], response_model=GeneratorList)
async def list_generators() -> Response:
    """What can be generated: each kind with the parameters of its brief (JSON Schema) and an example."""
    kinds = [
        {
            "kind": kind,
            "title": (brief.__doc__ or "").strip().splitlines()[0],
            "parameters": brief.model_json_schema(),
            "example": EXAMPLES[kind],
        }
        for kind, brief in BRIEFS.items()
    ]
    return json_response({"kinds": kinds})


@router.post("/{kind}", status_code=202)
def generate_content(
    kind: str,
    body: GenerateRequest,
    request: Request,
    response: Response,
    caller: PromptCaller,
    services: Services,
    key: IdempotencyKey,
) -> PromptAccepted:
    """Accept an order; the content is ready at `poll_url` and stored as drafts, by `timeout_ms` at the latest."""
    brief = _checked_brief(kind, body.brief)
    request_id: UUID = request.scope["dma.exchange_uuid"] or new_uuid()
    order = ContentOrder(kind, brief, body.seed, body.form)
    submission = submission_of(
        body,
        order.as_prompt,
        request_id,
        caller.principal,
        route=f"POST /v1/generate/{order.kind}",
        key=key,
        order=Order(INTENTS[order.kind], tuple(order_plan(order))),
    )
    accepted = services.intake.submit(submission)
    public_id = prefixed(REQUEST_PREFIX, accepted.request_id)
    response.headers["Location"] = f"/v1/prompts/{public_id}"
    response.headers["Retry-After"] = str(POLL_SECONDS)
    if accepted.replayed:
        response.headers["Idempotency-Replayed"] = "true"
    return PromptAccepted(request_id=public_id, poll_url=f"/v1/prompts/{public_id}")


def _checked_brief(kind: str, given: dict[str, Any]) -> dict[str, Any]:
    """The brief as it was given, when it fits the kind; an unknown kind is a path that does not exist (404)."""
    if kind not in BRIEFS:
        raise NotFound(f"there is no such generator; there are: {', '.join(BRIEFS)}")
    try:
        order = BRIEFS[kind].model_validate(given)
    except ValidationError as error:
        fields = [FieldError(_path(one["loc"]), one["msg"]) for one in error.errors(include_url=False)]
        raise InvalidInput(
            f"the brief does not fit {kind}: {fields[0].field}: {fields[0].message}", fields=fields
        ) from error
    for name in _CREATURES:
        _require_creature(f"brief.{name}", getattr(order, name, None))
    return order.model_dump(mode="json", exclude_unset=True)


def _path(place: tuple[int | str, ...]) -> str:
    return ".".join(["brief", *map(str, place)])


def _require_creature(field: str, name: str | None) -> None:
    if name is None:
        return
    try:
        rules.creature(name)
    except rules.RuleError as error:
        raise InvalidInput(f"{field}: {error}", fields=[FieldError(field, str(error))]) from error
