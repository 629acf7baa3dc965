"""The JSON Schemas of generated content, as the files of v1/content/ have them."""

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

_FOLDER: Final = Path(__file__).parent / "v1" / "content"


@cache
def content_schema(kind: str) -> dict[str, Any]:
    """The draft-07 schema of a kind such as `dungeon`; read once, not to be changed by the caller."""
    schema: dict[str, Any] = json.loads((_FOLDER / f"{kind}.json").read_text("utf-8"))
    return schema
