"""Somebody new who belongs to somebody the campaign knows: of the same people when they are kin, and said to belong."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from orchestrator.asking import KIN
from orchestrator.memory import Tied
from workers.campaign_context import CampaignContext
from workers.step import StepTask
from workers.world_designer.brief import NpcBrief
from workers.world_designer.prose import quoted
from workers.world_designer.vocabulary import peoples


@dataclass(frozen=True, slots=True)
class Belonging:
    """Whom the new one belongs to, as the campaign knows them.

    Attributes:
        to: Their stored name.
        race: Their people, when it is one that people are made of here.
        place: Where the new one lives.
    """

    tied: Tied
    to: str
    race: str | None = None
    place: str | None = None

    @classmethod
    def of(cls, task: StepTask) -> Self | None:
        """What the plan and the Scribe's step before say of it; None for somebody who belongs to nobody."""
        if "tied" not in task.params:
            return None
        tied = Tied(**task.params["tied"])
        meant = {name: one for result in task.prior.values() for name, one in result.get("resolved", {}).items()}
        to, place = meant.get(tied.to, {"name": tied.to}), meant.get(tied.place or "", {})
        return cls(tied, str(to["name"]), _race(to, CampaignContext.of(task.prior)), place.get("name"))

    def added_to(self, brief: NpcBrief) -> NpcBrief:
        """The brief with the people of their kin, and the home that was given."""
        race = brief.race or (self.race if self.tied.role in KIN else None)
        return replace(brief, race=race, home=self.place or brief.home)

    def sentence(self) -> str:
        """How it is told: "Rival of Borin, lives in Ashford."."""
        lives = f", lives in {quoted(self.place, longest=80)}" if self.place else ""
        return f"{self.tied.role.capitalize()} of {quoted(self.to, longest=80)}{lives}."


def _race(to: Mapping[str, Any], context: CampaignContext) -> str | None:
    known = next((one for one in context.named if one.id == to.get("id")), None)
    race = str(known.attributes.get("race", "")).lower() if known else ""
    return race if race in peoples.BY_KEY else None
