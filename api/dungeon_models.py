"""The body of POST /v1/generate/dungeon."""

from typing import Annotated

from pydantic import Field

from api.models import StrictModel
from api.parsing import Id
from contracts.dungeons import MAX_ROOMS, MAX_SEED, WHOLE, DungeonBrief

Number = Annotated[int, Field(ge=1, le=MAX_ROOMS), WHOLE]


class Keep(StrictModel):
    """Rooms of a stored dungeon that stay exactly as they are, under a map that is the same.

    Whoever of the campaign has a part in that dungeon keeps it, also when no room is named.
    """

    dungeon_id: Id
    rooms: Annotated[list[Number], Field(max_length=MAX_ROOMS)] = Field(default_factory=list)


class DungeonRequest(DungeonBrief):
    """A brief, and where the dungeon belongs."""

    campaign_id: Id
    location_id: Id | None = Field(None, description="Where the party is; the dungeon lies near it.")
    seed: Annotated[int, Field(ge=0, le=MAX_SEED), WHOLE] | None = Field(
        None, description="The same seed and brief give the same dungeon; drawn when left out, and told."
    )
    store: bool = Field(default=True, description="Whether it becomes drafts of the campaign.")
    keep: Keep | None = None
    timeout_ms: Annotated[int, Field(ge=1000, le=60_000), WHOLE] = 60_000

    @property
    def brief(self) -> DungeonBrief:
        """The brief alone."""
        return DungeonBrief.model_validate(self.model_dump(include=set(DungeonBrief.model_fields)))
