"""The JSON Schemas of what each type of entity may carry (R7, R30), as the files of v1/entities/ have them."""

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

from contracts.entities import EntityType

_FOLDER: Final = Path(__file__).parent / "v1" / "entities"


@cache
def attribute_schema(kind: EntityType) -> dict[str, Any]:
    """The draft-07 schema of a type's attributes; read once, not to be changed by the caller."""
    schema: dict[str, Any] = json.loads((_FOLDER / f"{kind.value}.json").read_text("utf-8"))
    return schema
