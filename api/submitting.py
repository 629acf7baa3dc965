"""From the body of a prompt or an order to what is submitted: context and options mean the same in both."""

from uuid import UUID

from api.models import GenerateRequest, PromptRequest
from orchestrator.intake import IdempotencyClaim, Order, Submission
from store.idempotency import fingerprint_of


def submission_of(
    body: PromptRequest | GenerateRequest,
    prompt: str,
    request_id: UUID,
    principal: str,
    *,
    route: str,
    key: str | None,
    order: Order | None = None,
) -> Submission:
    """What to submit.

    Args:
        body: As it was read.
        prompt: In words, also when it was ordered by a brief.
        request_id: Made for it.
        principal: Who asks.
        route: The method and path to which the key belongs.
        key: The Idempotency-Key, if one was sent.
        order: What was ordered by a brief; a prompt is classified.
    """
    return Submission(
        request_id=request_id,
        principal=principal,
        prompt=prompt,
        campaign_id=body.context.campaign_id,
        location_id=body.context.location_id,
        session_id=body.context.session_id,
        timeout_ms=body.options.timeout_ms,
        include_stats=body.options.include_stats,
        webhook_url=body.options.webhook_url,
        idempotency=IdempotencyClaim(route, key, fingerprint_of(body.model_dump(mode="json"))) if key else None,
        order=order,
    )
