"""What may be asked of a dungeon: the typed brief that the API reads and the World Designer follows (R35)."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

MAX_ROOMS = 100
MAX_SEED = 2**53 - 1
"""The largest whole number that every JSON reader keeps exact."""

DungeonStyle = Literal["built", "cave", "tomb"]
DungeonTheme = Literal[
    "cavern",
    "crypt",
    "desert_tomb",
    "frozen_halls",
    "keep",
    "mine",
    "ruined_temple",
    "sewer",
    "volcanic_deeps",
    "wizards_tower",
]


def _whole(value: Any) -> Any:
    """JSON has one kind of number: 5.0 is 5."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


WHOLE = BeforeValidator(_whole)
"""For a number in a body; last in an Annotated, after the bounds."""
Amount = Literal["none", "few", "some", "many"]
RerolledRoom = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,2}$")]
Name = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[^\s<>`*_\\][^<>`*_\\\x00-\x1f]*$")]
Rerolls = Annotated[int, Field(ge=1, le=999), WHOLE]


class DungeonBrief(BaseModel):
    """A dungeon as it is ordered; what is left open is drawn from the seed.

    The map depends on `style`, `theme`, `rooms`, `levels`, `loops`, `secrets`, `entrances` and the seed alone, so that
    the party, the danger and the treasure can change under the same map.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: Name | None = Field(None, description="What it is called; made up when left out.")
    theme: DungeonTheme | None = Field(None, description="Who built it and what lives there now.")
    style: DungeonStyle | None = Field(None, description="How it is laid out; the theme's usual one when left out.")
    rooms: Annotated[int, Field(ge=5, le=MAX_ROOMS, description="Keyed rooms, all levels together."), WHOLE] = 20
    levels: Annotated[int, Field(ge=1, le=5), WHOLE] | None = Field(
        None, description="One for every 30 rooms when left out; each has four rooms at least."
    )
    party_size: Annotated[int, Field(ge=1, le=12), WHOLE] = 4
    party_level: Annotated[int, Field(ge=1, le=20, description="The average level of the party."), WHOLE] = 3
    loops: Amount = Field("some", description="How often ways lead round.")
    secrets: Literal["none", "few", "some"] = Field("some", description="Rooms behind secret and concealed doors.")
    entrances: Annotated[int, Field(ge=1, le=3), WHOLE] = 1
    danger: Literal["easy", "standard", "deadly"] = "standard"
    treasure: Literal["poor", "standard", "rich"] = "standard"
    rerolls: dict[RerolledRoom, Rerolls] = Field(
        default_factory=dict,
        max_length=MAX_ROOMS,
        description="Room number -> how often its content was rolled again; the other rooms stay as they are.",
        json_schema_extra={"additionalProperties": False},
    )
