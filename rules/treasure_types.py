"""What each treasure type holds."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rules.dice import parse_dice
from rules.errors import MalformedValue, UnknownName
from rules.loader import Rulebook, default_rulebook
from rules.results import Part, Result

COINS = ("copper", "silver", "gold", "platinum_or_electrum")
MAGIC_KINDS = {
    "any": "any",
    "any_but_weapons": "any but weapons",
    "armor_or_weapon": "armor or weapon",
    "potion": "potion",
    "scroll": "scroll",
}
"""What kinds of magical item a treasure type may call for, in words."""
_TREASURE_TYPE = re.compile(
    r"\s*(?:type\s+)?(?P<letter>[a-z])(?:\s*x\s*(?P<times>[1-9][0-9]{0,2}))?\s*", re.IGNORECASE | re.ASCII
)


@dataclass(frozen=True, slots=True)
class TreasurePart:
    """One column of a treasure type: with `chance_percent`, `dice` times `times` of it; `range` is what is printed."""

    kind: str
    chance_percent: int
    dice: str
    times: int
    range: tuple[int, int]


@dataclass(frozen=True, slots=True)
class MagicPart:
    """The magical items of a treasure type: with `chance_percent`, each of `items` (what, and how many)."""

    chance_percent: int
    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TreasureType(Result):
    """What a treasure type holds. `place` is `lair` or `individual`."""

    treasure_type: str
    place: str
    parts: tuple[TreasurePart, ...]
    magic: MagicPart | None
    summary: str


def treasure_type(letter: str, *, book: Rulebook | None = None) -> TreasureType:
    """What a treasure type holds.

    Args:
        letter: A to Z.
        book: The tables; those of this package when None.

    Raises:
        RuleError: It is not a letter of the table.

    Source: Dungeon Master Guide, table 84.
    """
    table = (book or default_rulebook()).table("treasure_types")
    name, times = read_treasure_type(letter)
    if times != 1:
        raise MalformedValue("treasure_type", letter, "one letter from A to Z")
    row = table.find(name)
    parts = tuple(
        TreasurePart(
            column, row[column]["chance"], row[column]["dice"], row[column]["times"], tuple(row[column]["range"])
        )
        for column in (*COINS, "gems", "art")
        if row[column] is not None
    )
    magic = _magic_part(row["magic"])
    lines = [Part(part.kind.replace("_", " "), _written(part), table.source) for part in parts]
    if magic is not None:
        lines.append(Part("magical items", _written_magic(magic), table.source))
    return TreasureType(
        treasure_type=name,
        place=row["place"],
        parts=parts,
        magic=magic,
        summary="; ".join(f"{line.label}: {line.value}" for line in lines),
        breakdown=tuple(lines),
        source=(table.source,),
    )


def read_treasure_type(text: Any) -> tuple[str, int]:
    """The letter and how many times it is rolled: `Qx5` is Q, 5.

    Raises:
        MalformedValue: It is not text.
        UnknownName: It is not a letter from A to Z, alone or with a number of times from 1 to 999.
    """
    allowed = 'a letter from A to Z, or with a number of times such as "Qx5"'
    if not isinstance(text, str):
        raise MalformedValue("treasure_type", text, allowed)
    match = _TREASURE_TYPE.fullmatch(text)
    if match is None:
        raise UnknownName("treasure_type", text, allowed)
    return match["letter"].upper(), int(match["times"] or 1)


def _magic_part(raw: Mapping[str, Any] | None) -> MagicPart | None:
    if raw is None:
        return None
    return MagicPart(int(raw["chance"]), tuple((str(one["kind"]), str(one["count"])) for one in raw["items"]))


def _written(part: TreasurePart) -> str:
    low, high = part.range
    sure = "" if part.chance_percent == 100 else f", {part.chance_percent} %"
    return f"{low:,}-{high:,}{sure}"


def _written_magic(magic: MagicPart) -> str:
    items = " and ".join(_counted(kind, count) for kind, count in magic.items)
    return items if magic.chance_percent == 100 else f"{items}, {magic.chance_percent} %"


def _counted(kind: str, count: str) -> str:
    word = MAGIC_KINDS[kind]
    return f"{count} {word}{'s' if kind in {'potion', 'scroll'} and count != '1' else ''}"


def dice_range(dice: str, times: int) -> tuple[int, int]:
    """The least and the most that dice give, times a number."""
    thrown = parse_dice(dice)
    return thrown.minimum * times, thrown.maximum * times
