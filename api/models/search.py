"""Bodies of searches."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field, WithJsonSchema

from api.models.base import EntityState, LooseEntityType, StrictModel, Tags, View
from api.parsing import WHOLE, Id, NotBlank
from contracts.entities import EntityType


class SearchRequest(StrictModel):
    """Body of POST /v1/search (R32)."""

    query: Annotated[NotBlank, Field(min_length=1, max_length=500)]
    entity_types: Annotated[list[LooseEntityType], Field(max_length=len(EntityType))] = Field(default=[])
    campaign_id: Id
    limit: Annotated[int, Field(strict=True, ge=1, le=100), WHOLE] = 20
    tags: Annotated[Tags, Field(description="Only entities with all of these.")] = Field(default=[])
    state: EntityState | None = None
    view: View = "full"
    highlight: Annotated[bool, Field(description="Say where in the texts the words of the query stand.")] = False
    explain: Annotated[bool, Field(description="Say what of the score comes from where.")] = False


class SearchEvidence(BaseModel):
    """What each kind of evidence gave; the score is 1 - (1 - name)(1 - word)(1 - text)(1 - meaning)."""

    name: float
    word: float
    text: float
    meaning: float


Positions = Annotated[
    tuple[int, int], WithJsonSchema({"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2})
]


class SearchHighlight(BaseModel):
    """A piece of a text; `matches` are pairs of positions in it, in characters, the end not included."""

    field: Literal["name", "description"]
    text: str
    matches: list[Positions]


class SearchHit(BaseModel):
    """One entity found; `score` is 0 to 1."""

    entity_id: str
    entity_type: EntityType
    name: str
    score: float
    evidence: Annotated[SearchEvidence | None, Field(description="With `explain`.")] = None
    highlights: Annotated[list[SearchHighlight] | None, Field(description="With `highlight`.")] = None


class SearchAnswer(BaseModel):
    """What was found, best first; `total` counts the matches before the limit (C37)."""

    results: list[SearchHit]
    total: int
