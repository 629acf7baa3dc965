"""Generated content of every kind but dungeons, as a step: read the order, look at the campaign, make it."""

from collections.abc import Iterable
from typing import Any, Protocol
from uuid import UUID

from core.errors import FieldError, InvalidInput
from rules import RuleError
from workers.step import Outcome, StepTask
from workers.world_designer.again import Again, seed_in
from workers.world_designer.changing import PERSON
from workers.world_designer.content.campaign import Campaign
from workers.world_designer.content.changing import CAN
from workers.world_designer.content.reading import brief_in, form_in
from workers.world_designer.content.registry import order_of
from workers.world_designer.content.remaking import make_again
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
        again = Again.of(task)
        if again.is_another:
            brief = {name: value for name, value in brief.items() if name not in ("name", "title")}
        names = tuple(str(brief[name]) for name in _NAMES if brief.get(name))
        campaign = self._reader.campaign(task.principal, task.campaign_id, names=names, location_id=task.location_id)
        try:
            now = make_again(kind, order_of(kind, brief), seed_in(task), campaign.without(again.without), again.said)
        except RuleError as error:
            raise InvalidInput(str(error), fields=[FieldError("brief", str(error))]) from error
        told, can = now.differences, CAN.get(kind, PERSON)
        if refused := again.refusal(name=now.made.record.title, can=can, differences=told, unknown=now.unknown):
            return Outcome(refused)
        result = now.made.as_result(task.params.get("form") or form_in(task.params.get("prompt", "")))
        result = again.told(result, told, what="person" if kind == "npc" else kind.replace("_", " "))
        return Outcome(self._storyteller.retell(kind, result, task))
