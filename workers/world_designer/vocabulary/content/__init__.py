"""Word lists of the content generators: one JSON file each, lists of phrases by name, checked when they are read."""

import functools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, TypeAdapter

FOLDER = Path(__file__).parent


def _whole(phrase: str) -> str:
    if phrase.count("{") != phrase.count("}") or phrase != phrase.strip():
        raise ValueError(f"must have whole {{choices|like these}} and no blanks around: {phrase}")
    return phrase


Phrases = Annotated[tuple[Annotated[str, AfterValidator(_whole), Field(min_length=1)], ...], Field(min_length=1)]
_FILE: TypeAdapter[dict[str, Phrases]] = TypeAdapter(dict[str, Phrases])


@functools.cache
def phrases(name: str) -> Mapping[str, Phrases]:
    """The lists of one file.

    Raises:
        pydantic.ValidationError: A list is empty, or a phrase is broken; its place is named.
        FileNotFoundError: There is no such file.
    """
    return _FILE.validate_python(json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8")))
