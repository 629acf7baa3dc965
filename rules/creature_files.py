"""Reads the creature files: check each creature, keep the good ones, name the bad ones, and fingerprint the whole.

A creature that does not hold is left out; the others, and every table, go on.
"""

import functools
import hashlib
import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from rules.errors import RuleError
from rules.loader import Problem
from rules.monsters import parse_hit_dice
from rules.table import normalise_name

_LOG = logging.getLogger(__name__)
CREATURES_FOLDER = Path(__file__).with_name("bestiary")

Kind = Literal[
    "animal",
    "construct",
    "demihuman",
    "dragon",
    "elemental",
    "fey",
    "giant",
    "humanoid",
    "lycanthrope",
    "monster",
    "ooze",
    "outsider",
    "plant",
    "undead",
    "vermin",
]
Frequency = Literal["common", "uncommon", "rare", "very_rare"]
Climate = Literal["any", "arctic", "subarctic", "temperate", "subtropical", "tropical"]
Terrain = Literal[
    "any",
    "arctic",
    "coast",
    "desert",
    "forest",
    "fresh_water",
    "hills",
    "jungle",
    "mountains",
    "ocean",
    "planar",
    "plains",
    "ruins",
    "sky",
    "subterranean",
    "swamp",
    "urban",
    "volcanic",
]
Text = Annotated[str, Field(min_length=1)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
WrittenDice = Annotated[str, Field(pattern=r"^(1/[248]|[0-9]{1,3}([+-][0-9]{1,2})?)$")]
TreasureType = Annotated[str, Field(pattern=r"^[A-Z](x[0-9]{1,3})?$")]
Natural = Annotated[int, Field(ge=0)]
Range = Annotated[list[Natural], Field(min_length=2, max_length=2)]


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


class VariantEntry(_Strict):
    """The creature at other Hit Dice, as its entry prints them."""

    hit_dice: WrittenDice
    thac0: int
    experience_points: Annotated[int, Field(ge=1)]


class CreatureEntry(_Strict):
    """One creature as its file has it; `rules/creatures_schema.json` describes the fields."""

    name: Name
    aliases: list[Text]
    kind: Kind
    frequency: Frequency
    climate: Annotated[list[Climate], Field(min_length=1)]
    terrain: Annotated[list[Terrain], Field(min_length=1)]
    number_appearing: Range
    intelligence: Range
    alignment: Text
    size: Annotated[list[Literal["T", "S", "M", "L", "H", "G"]], Field(min_length=1, max_length=2)]
    morale: Range | None
    movement: Annotated[dict[Literal["land", "fly", "swim", "burrow", "web", "jump"], Natural], Field(min_length=1)]
    maneuverability: Literal["A", "B", "C", "D", "E"] | None = None
    armor_class: Annotated[int, Field(ge=-10, le=10)]
    armor_class_note: Text | None = None
    hit_dice: WrittenDice | None
    hit_dice_note: Text | None = None
    hit_points: Annotated[int, Field(ge=1)] | None = None
    thac0: Annotated[int, Field(ge=-10, le=20)] | None
    attacks: Text
    damage: list[Text]
    special_attacks: list[Text]
    special_defenses: list[Text]
    magic_resistance: Annotated[int, Field(ge=0, le=100)]
    experience_points: Annotated[int, Field(ge=1)] | None
    abilities: list[Name]
    treasure: dict[Literal["individual", "lair"], Annotated[list[TreasureType], Field(min_length=1)]]
    variants: Annotated[list[VariantEntry], Field(min_length=2)] | None = None

    @model_validator(mode="after")
    def _hold_together(self) -> Self:
        for field in ("number_appearing", "intelligence", "morale"):
            span = getattr(self, field)
            if span is not None and span[0] > span[1]:
                raise ValueError(f"{field}: the lower number comes first")
        for written in [self.hit_dice, *(one.hit_dice for one in self.variants or [])]:
            _require_hit_dice(written)
        if len(set(self.abilities)) != len(self.abilities):
            raise ValueError("abilities must be distinct")
        return self


@dataclass(frozen=True, slots=True)
class Bestiary:
    """All creatures that hold. `spellings` leads from every normalised name or alias to the creature's own name.

    `version` is a hash of the files: the same creatures have the same version.
    """

    creatures: Mapping[str, CreatureEntry]
    sources: Mapping[str, str]
    spellings: Mapping[str, str]
    problems: tuple[Problem, ...]
    version: str


def load_creatures(folder: Path = CREATURES_FOLDER) -> Bestiary:
    """Read every `*.json` of the folder, in the order of their names.

    Returns:
        The creatures that hold, and the problems of those that do not. A folder without files gives no creature.
    """
    creatures: dict[str, CreatureEntry] = {}
    sources: dict[str, str] = {}
    spellings: dict[str, str] = {}
    problems: list[Problem] = []
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.json")):
        content = path.read_bytes()
        digest.update(path.name.encode() + b"\0" + content + b"\0")
        for name, outcome in _read_file(content):
            reason = outcome if isinstance(outcome, str) else _why_not(outcome, spellings)
            if reason is None and isinstance(outcome, CreatureEntry):
                creatures[name] = outcome
                sources[name] = f"Monstrous Manual, {name.replace('_', ' ')}"
                spellings.update(dict.fromkeys(_spellings(outcome), name))
            else:
                problems.append(Problem(path.name, name, reason or ""))
                _LOG.warning("creature left out: file=%s creature=%s reason=%s", path.name, name, reason)
    return Bestiary(
        MappingProxyType(creatures),
        MappingProxyType(sources),
        MappingProxyType(spellings),
        tuple(problems),
        f"2e-{digest.hexdigest()[:12]}",
    )


@functools.cache
def default_bestiary() -> Bestiary:
    """The creatures that come with this package, read once per process."""
    return load_creatures()


def _read_file(content: bytes) -> Iterator[tuple[str, CreatureEntry | str]]:
    try:
        raw = json.loads(content)
    except (ValueError, RecursionError) as error:
        yield "*", f"not JSON: {error}"
        return
    if not isinstance(raw, dict) or not isinstance(raw.get("creatures"), list):
        yield "*", 'the file must be {"creatures": [...]}'
        return
    for number, entry in enumerate(raw["creatures"], start=1):
        name = entry.get("name") if isinstance(entry, dict) else None
        yield name if isinstance(name, str) else f"number {number}", _read_creature(entry)


def _read_creature(raw: Any) -> CreatureEntry | str:
    try:
        return CreatureEntry.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc'])) or 'creature'}: {first['msg']}"


def _why_not(entry: CreatureEntry, spellings: Mapping[str, str]) -> str | None:
    """Every spelling stands for one creature."""
    for spelling in _spellings(entry):
        if spelling in spellings:
            return f"{spelling!r} is the name of {spellings[spelling]} already"
    return None


def _spellings(entry: CreatureEntry) -> list[str]:
    return [normalise_name(text) for text in (entry.name, *entry.aliases)]


def _require_hit_dice(written: str | None) -> None:
    if written is None:
        return
    try:
        parse_hit_dice(written)
    except RuleError as error:
        raise ValueError(str(error)) from error
