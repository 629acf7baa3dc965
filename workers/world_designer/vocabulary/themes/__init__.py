"""Themes: the words of a kind of place, one JSON file each, checked when they are loaded.

`common.json` holds what all themes of one style share: where in a room a thing stands, what a room's function puts into
it, the traces of earlier visitors. A phrase may hold choices `{a|b}` and the slots its list allows, such as `$where`.
"""

import functools
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from rules.creature_files import Terrain

FOLDER = Path(__file__).parent
COMMON_FILE = "common.json"
Style = Literal["built", "cave", "open"]
Function = Literal[
    "entry",
    "guard",
    "living",
    "store",
    "shrine",
    "lair",
    "vault",
    "workshop",
    "prison",
    "hall",
    "passage",
    "hidden",
]
Kin = Literal["people", "beast", "undead"]
_SLOT = re.compile(r"\$([A-Za-z]+)")
_OPEN_BRACE = re.compile(r"\{[^{}|]*\}|\{[^{}]*$|^[^{}]*\}|\{[^{}]*\{")


def _checked(phrase: str) -> str:
    """A phrase whose braces are whole and hold at least two choices each."""
    if _OPEN_BRACE.search(phrase) or phrase != phrase.strip(" ."):
        raise ValueError(f"must have whole {{choices|like these}} and neither blanks nor a full stop around: {phrase}")
    return phrase


Phrase = Annotated[str, AfterValidator(_checked), Field(min_length=2, max_length=400)]
Tail = Annotated[str, Field(min_length=2, max_length=200)]


def _with_slots(*slots: str) -> AfterValidator:
    def check(phrases: tuple[str, ...]) -> tuple[str, ...]:
        for phrase in phrases:
            if set(map(str.lower, _SLOT.findall(phrase))) != set(slots):
                raise ValueError(f"must use exactly the slots {', '.join(slots) or '(none)'}: {phrase}")
        return phrases

    return AfterValidator(check)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


Plain = Annotated[tuple[Phrase, ...], Field(min_length=7), _with_slots()]
Placed = Annotated[tuple[Phrase, ...], Field(min_length=2), _with_slots("where")]


class Theme(_Strict):
    """One theme. Noun phrases (`spaces`, `smells`, `items`) and clauses begin in lower case, so that any may follow."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z_]{2,30}$")]
    title: Annotated[str, Field(min_length=3, max_length=40)]
    words: Annotated[tuple[str, ...], Field(min_length=1)]
    style: Style
    terrain: Annotated[tuple[Terrain, ...], Field(min_length=1)]
    spaces: Plain
    walls: Plain
    grounds: Plain
    airs: Plain
    sounds: Plain
    smells: Annotated[Plain, Field(min_length=10)]
    features: Annotated[Placed, Field(min_length=12)]
    items: Annotated[Plain, Field(min_length=12)]
    traces: Annotated[Placed, Field(min_length=4)]
    residents: dict[Kin, Annotated[tuple[str, ...], Field(min_length=1)]]

    @property
    def all_residents(self) -> tuple[str, ...]:
        """Names of the bestiary of every kind that lives in such a place."""
        return tuple(dict.fromkeys(name for names in self.residents.values() for name in names))

    def kin_of(self, creature: str) -> Kin:
        """Whether a resident lives as people do, as a beast or as the undead; a stranger is a beast."""
        return next((kin for kin, names in self.residents.items() if creature in names), "beast")


class Common(_Strict):
    """What all themes of a style share."""

    openings: dict[Style, Annotated[tuple[Tail, ...], _with_slots("space", "wall", "w", "h", "ground")]]
    where: dict[Style, Plain]
    beside: Annotated[tuple[Tail, ...], Field(min_length=4), _with_slots("item")]
    senses: Annotated[tuple[Tail, ...], _with_slots("air", "sound", "smell", "smellb")]
    traces: dict[Style, Annotated[Placed, Field(min_length=8)]]
    tails: Annotated[tuple[Tail, ...], Field(min_length=6)]
    sign_tails: Annotated[tuple[Tail, ...], Field(min_length=3), _with_slots("item")]
    signs: dict[Kin, Annotated[tuple[Phrase, ...], Field(min_length=4), _with_slots("residents", "where")]]
    functions: dict[Style, dict[Function, Placed]]

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        for style, functions in self.functions.items():
            if missing := set(Function.__args__) - set(functions):  # type: ignore[attr-defined]
                raise ValueError(f"{style} has no phrases for: {', '.join(sorted(missing))}")
        return self


def load_themes(folder: Path = FOLDER) -> Mapping[str, Theme]:
    """Read and check every theme of a folder, in the order of their names.

    Raises:
        pydantic.ValidationError: A file does not have the form of a theme; the field is named.
        ValueError: Two files have one id, or a file's name is not its theme's id.
    """
    found: dict[str, Theme] = {}
    for path in _files(folder):
        theme = Theme.model_validate(json.loads(path.read_text(encoding="utf-8")))
        if theme.id != path.stem:
            raise ValueError(f"{path.name} holds the theme {theme.id}; file and id must have one name")
        found[theme.id] = theme
    return MappingProxyType(found)


def _files(folder: Path) -> Iterable[Path]:
    return (path for path in sorted(folder.glob("*.json")) if path.name != COMMON_FILE)


@functools.cache
def themes() -> Mapping[str, Theme]:
    """The themes of this package by id, read once."""
    return load_themes()


@functools.cache
def common() -> Common:
    """What all themes of a style share, read once."""
    return Common.model_validate(json.loads((FOLDER / COMMON_FILE).read_text(encoding="utf-8")))


@functools.cache
def version() -> str:
    """A hash of all files: the same words have the same version."""
    digest = hashlib.sha256()
    for path in sorted(FOLDER.glob("*.json")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]
