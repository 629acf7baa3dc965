"""Requests and claims written straight into the store, for tests that are their own worker."""

from uuid import UUID

from core.ids import new_uuid
from store import campaigns
from store.database import Database
from store.endings import complete_request
from store.events import NewEvent, append_events
from store.requests import NewRequest, NewStep, accept_request
from store.steps import Claim, claim_step, finish_step

PRINCIPAL = "user:dm"


def accepted(database: Database, *, steps: int = 1, timeout_ms: int = 30_000, campaign: UUID | None = None) -> UUID:
    """A request that was accepted and published to nobody, in a campaign of `PRINCIPAL`."""
    request, campaign = new_uuid(), campaign or new_uuid()
    plan = [NewStep("world_designer.generate_npc", f"Part {number}") for number in range(1, steps + 1)]
    with database.transaction() as tx:
        campaigns.ensure_campaign(tx, campaign, "A campaign", PRINCIPAL)
        accept_request(
            tx,
            NewRequest(
                id=request,
                campaign_id=campaign,
                principal=PRINCIPAL,
                prompt="Create a dungeon",
                intent="generate_dungeon",
                intent_confidence=0.9,
                alternatives=[],
                steps=plan,
                timeout_ms=timeout_ms,
            ),
        )
    return request


def claimed(database: Database, request: UUID, step_no: int = 1, *, worker: str = "w1", lease: float = 10) -> Claim:
    """The claim of a step that is free."""
    with database.transaction() as tx:
        claim = claim_step(tx, request, step_no, worker=worker, lease_seconds=lease)
    assert isinstance(claim, Claim), claim
    return claim


def tell(database: Database, claim: Claim, index: int, kind: str = "room", **data: object) -> bool:
    """Write one event of a claimed step."""
    with database.transaction() as tx:
        return append_events(tx, claim, index, [NewEvent(kind, data)]) == 1


def finish(database: Database, claim: Claim, **result: object) -> None:
    """End the step well."""
    with database.transaction() as tx:
        finish_step(tx, claim, result)


def complete(database: Database, request: UUID) -> None:
    """End a request whose steps are all done."""
    with database.transaction() as tx:
        assert complete_request(tx, request) is not None
