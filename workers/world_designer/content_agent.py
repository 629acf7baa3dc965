"""Generated content of every kind but dungeons, as a step: read the order, look at the campaign, make it."""

from collections.abc import Iterable
from typing import Any, Protocol
from uuid import UUID

from core.errors import FieldError, InvalidInput
from rules import RuleError
from workers.step import Outcome, StepTask
from workers.world_designer.content.base import Made
from workers.world_designer.content.campaign import Campaign
from workers.world_designer.content.reading import brief_in, form_in
from workers.world_designer.content.registry import generate
from workers.world_designer.storyteller import Storyteller, Templates

_NAMES = ("name", "title", "place", "about", "patron", "home")
"""Fields of a brief that may name something the campaign holds."""


class CampaignReader(Protocol):
    """Whatever can say what a campaign holds."""

    def campaign(
        self,
        principal: str,
        campaign_id: UUID,
        *,
        names: Iterable[str] = (),
        text: str = "",
        location_id: UUID | None = None,
    ) -> Campaign:
        """The entities a generator may use."""
        ...


class ContentAgent:
    """Makes content; what it makes stands in the result under `entities`, and the Scribe's next step stores it.

    Args:
        reader: Says what the campaign holds.
        storyteller: Words the prose; templates alone when there is none.
    """

    def __init__(self, reader: CampaignReader, storyteller: Storyteller | None = None) -> None:
        self._reader = reader
        self._storyteller = storyteller or Templates()

    def think(self, task: StepTask) -> Outcome:
        """Do one step: `world_designer.generate_content` with `kind`, and `brief` or the `prompt` to read it from.

        Returns:
            A result with `content` (Markdown), `data` (the typed record), `entities`, `relations`, `source`, `seed`.

        Raises:
            InvalidInput: The brief does not fit the kind; the field is named.
        """
        kind = str(task.params["kind"])
        # A typed order made again has both: the words say what is to be different this time.
        brief: dict[str, Any] = dict(task.params.get("brief") or {}) | brief_in(kind, task.params.get("prompt", ""))
        names = tuple(str(brief[name]) for name in _NAMES if brief.get(name))
        campaign = self._reader.campaign(task.principal, task.campaign_id, names=names, location_id=task.location_id)
        seed = task.params.get("seed")
        made = _made(kind, brief, task.seed if seed is None else int(seed), campaign)
        result = made.as_result(task.params.get("form") or form_in(task.params.get("prompt", "")))
        return Outcome(self._storyteller.retell(kind, result, task))


def _made(kind: str, brief: dict[str, Any], seed: int, campaign: Campaign) -> Made:
    try:
        return generate(kind, brief, seed, campaign)
    except RuleError as error:
        raise InvalidInput(str(error), fields=[FieldError("brief", str(error))]) from error
