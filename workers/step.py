"""What an agent is given and what it gives back. Agents think: they open no transaction and know no broker."""

import math
import time
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from core.ids import seed_of
from store.changes import Change
from store.steps import Claim
from workers.progress import SILENCE, Progress


@dataclass(frozen=True, slots=True)
class StepTask:
    """One step of one request.

    Attributes:
        action: The actor's name, such as `world_designer.generate_npc`.
        params: What the plan set for this step.
        prior: Results of the steps before, by their number.
        seed: The same for the same step of the same request, so that a repeat makes the same thing.
        progress: To tell what is ready before the whole is, and to ask whether to go on.
        deadline: When the request's time is over, by this process's monotonic clock.
    """

    request_id: UUID
    step_no: int
    campaign_id: UUID
    principal: str
    prompt: str
    action: str
    params: dict[str, Any] = field(default_factory=dict)
    prior: dict[int, dict[str, Any]] = field(default_factory=dict)
    location_id: UUID | None = None
    seed: int = 0
    progress: Progress = field(default=SILENCE, compare=False, repr=False)
    deadline: float = field(default=math.inf, compare=False, repr=False)

    def seconds_left(self) -> float:
        """Seconds to the request's deadline; endless outside a pool."""
        return self.deadline - time.monotonic()


@dataclass(frozen=True, slots=True)
class Outcome:
    """A step's result, a JSON object, and what it wants to change; both are committed together or not at all."""

    result: dict[str, Any]
    changes: tuple[Change, ...] = ()


class Agent(Protocol):
    """The thinking part of a pool."""

    def think(self, task: StepTask) -> Outcome:
        """Do one step. Errors of ours with a transient category are tried again, others fail the request.

        What takes long calls `task.progress.check()` between its parts, so that a cancelled request stops it.
        """
        ...


def task_of(claim: Claim, progress: Progress = SILENCE) -> StepTask:
    """The task of a claimed step."""
    return StepTask(
        request_id=claim.request_id,
        step_no=claim.step_no,
        campaign_id=claim.campaign_id,
        principal=claim.principal,
        prompt=claim.prompt,
        action=claim.actor,
        params=claim.params,
        prior=claim.prior,
        location_id=claim.location_id,
        seed=seed_of(claim.request_id),
        progress=progress,
        deadline=time.monotonic() + claim.seconds_left,
    )
