"""What the bodies of requests and responses share.

Requests are strict: no unknown names (but for entities, whose types have attributes of their own), no text where a
number belongs.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.parsing import NotBlank
from contracts.entities import EntityType

LooseEntityType = Annotated[EntityType, Field(strict=False)]
"""An enum given by its value; strict mode would want the member itself."""

EntityState = Literal["draft", "approved"]

View = Literal["full", "player"]
"""`player` is what readers of a campaign get: nothing secret, and no drafts."""

Tags = Annotated[list[Annotated[NotBlank, Field(min_length=1, max_length=50)]], Field(max_length=50)]
SecretPart = Annotated[NotBlank, Field(min_length=1, max_length=20_000)] | dict[str, Any]
"""Markdown or an object, for owners and editors alone."""


def stays_when_left_out(schema: dict[str, Any]) -> None:
    """For models of a change: a field that is left out stays as it is stored, so none has a default to tell."""
    for field in schema["properties"].values():
        field.pop("default", None)


def without_default(schema: dict[str, Any]) -> None:
    """What may be left out has no default that anybody could send."""
    schema.pop("default", None)


class StrictModel(BaseModel):
    """A request body, or a part of one."""

    model_config = ConfigDict(strict=True, extra="forbid")
