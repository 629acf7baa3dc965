"""Meeting something: how it reacts, who is surprised, and how far off it is."""

import random
from collections.abc import Iterable
from dataclasses import dataclass

from rules.chance import ways_at_most
from rules.characters import require_ability
from rules.dice import parse_dice, roll
from rules.errors import MalformedValue, UnknownName
from rules.integers import require_integer
from rules.loader import Rulebook, default_rulebook
from rules.results import Part, Result, signed, sources_of
from rules.situations import read_situations
from rules.table import Table

SURPRISED_AT = 3
"""A side is surprised when its modified 1d10 is 3 or less (Player's Handbook, chapter 11)."""
LEAST_REACTION, MOST_REACTION = 2, 20
SURPRISE_RULE = "Player's Handbook, chapter 11: surprise"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction(Result):
    """How creatures react: `reaction` at `modified_roll`.

    Without a roll both are None, and `chances` has the chance in percent of each reaction, one decimal.
    """

    attitude: str
    roll: int | None
    modifier: int
    modified_roll: int | None
    reaction: str | None
    chances: dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surprise(Result):
    """Surprise: a side is surprised when 1d10 shows `needed` or less, so in `chance_percent` of 100 throws."""

    modifier: int
    needed: int
    chance_percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EncounterDistance(Result):
    """How far off an encounter begins; `dice` is None where the limit of sight decides."""

    situation: str
    dice: str | None
    times: int
    unit: str
    minimum: int | None
    maximum: int | None
    average: float | None


def reaction(
    roll: int | None = None,
    *,
    attitude: str = "indifferent",
    modifier: int = 0,
    book: Rulebook | None = None,
) -> Reaction:
    """How creatures react to a party.

    Args:
        roll: What 2d10 showed; None for the chances of all reactions.
        attitude: How the characters behave: `friendly`, `indifferent`, `threatening` or `hostile`.
        modifier: Added to the roll, such as morale modifiers and the creature's own, -40 to 40.
        book: The tables; those of this package when None.

    Raises:
        RuleError: The roll is not 2 to 20, or the attitude is unknown.

    Source: Dungeon Master Guide, table 59.
    """
    table = (book or default_rulebook()).table("encounter_reactions")
    name = _attitude(attitude, table)
    if roll is not None:
        require_integer("roll", roll, LEAST_REACTION, MOST_REACTION)
    require_integer("modifier", modifier, -40, 40)
    shown = None if roll is None else max(LEAST_REACTION, min(MOST_REACTION, roll + modifier))
    found = None if shown is None else str(table.value(name, at=shown))
    label = f"2d10 {signed(modifier)}, party {name}"
    parts = [Part(label, found or "by the roll", table.source)]
    return Reaction(
        attitude=name,
        roll=roll,
        modifier=modifier,
        modified_roll=shown,
        reaction=found,
        chances=_reaction_chances(table, name, modifier),
        breakdown=tuple(parts),
        source=sources_of(*parts),
    )


def surprise(
    situations: Iterable[str] = (),
    *,
    dexterity: int | None = None,
    modifier: int = 0,
    book: Rulebook | None = None,
) -> Surprise:
    """How likely a side is surprised.

    Args:
        situations: Names of what counts, such as `heavy_fog`; a negative modifier makes surprise likelier.
        dexterity: 1 to 25, for one character alone: the reaction adjustment helps.
        modifier: Anything else, such as -1 for each further point of camouflage, -20 to 20.
        book: The tables; those of this package when None.

    Raises:
        RuleError: A situation is unknown, or a number lies outside.

    Source: Player's Handbook, chapter 11; Dungeon Master Guide, table 57.
    """
    book = book or default_rulebook()
    table = book.table("surprise_modifiers")
    require_integer("modifier", modifier, -20, 20)
    parts = [Part("surprised at 1d10", f"{SURPRISED_AT} or less", SURPRISE_RULE)]
    total = modifier
    if modifier:
        parts.append(Part("other modifier", signed(modifier), SURPRISE_RULE))
    for situation in read_situations(situations, table):
        change = int(table.find(situation)["modifier"])
        total += change
        parts.append(Part(situation.replace("_", " "), signed(change), table.source))
    if dexterity is not None:
        reactions = book.table("dexterity")
        change = int(reactions.find(at=require_ability(dexterity, "dexterity"))["reaction"])
        total += change
        parts.append(Part(f"Dexterity {dexterity}, reaction", signed(change), reactions.source))
    needed = max(0, min(10, SURPRISED_AT - total))
    return Surprise(
        modifier=total,
        needed=needed,
        chance_percent=needed * 10,
        breakdown=tuple(parts),
        source=sources_of(*parts),
        assumptions=("Each side rolls for itself.",),
    )


def encounter_distance(situation: str, *, book: Rulebook | None = None) -> EncounterDistance:
    """How far off an encounter begins, in feet.

    Args:
        situation: `both_surprised`, `one_surprised`, or without surprise the terrain, such as `light_forest`.
        book: The tables; those of this package when None.

    Raises:
        RuleError: The situation is unknown.

    Source: Dungeon Master Guide, table 58.
    """
    table = (book or default_rulebook()).table("encounter_distance")
    name = table.resolve(situation)
    row = table.find(name)
    dice, times = row["dice"], int(row["times"])
    written = row["unit"] if dice is None else f"{dice}{f' x {times}' if times > 1 else ''} {row['unit']}"
    parts = [Part(name.replace("_", " "), written, table.source)]
    thrown = None if dice is None else parse_dice(str(dice))
    return EncounterDistance(
        situation=name,
        dice=dice,
        times=times,
        unit=row["unit"],
        minimum=None if thrown is None else thrown.minimum * times,
        maximum=None if thrown is None else thrown.maximum * times,
        average=None if thrown is None else (thrown.minimum + thrown.maximum) * times / 2,
        breakdown=tuple(parts),
        source=sources_of(*parts),
    )


def roll_encounter_distance(situation: str, rng: random.Random, *, book: Rulebook | None = None) -> int | None:
    """Roll the distance in feet; None where the limit of sight decides. Raises as `encounter_distance`."""
    found = encounter_distance(situation, book=book)
    return None if found.dice is None else roll(found.dice, rng) * found.times


def _reaction_chances(table: Table, attitude: str, modifier: int) -> dict[str, float]:
    chances: dict[str, int] = {}
    throws, before = 100, 0
    for number in range(LEAST_REACTION, MOST_REACTION + 1):
        ways, throws = ways_at_most(number, 10, 10)
        shown = max(LEAST_REACTION, min(MOST_REACTION, number + modifier))
        name = str(table.value(attitude, at=shown))
        chances[name] = chances.get(name, 0) + ways - before
        before = ways
    return {name: round(100 * ways / throws, 1) for name, ways in chances.items()}


def _attitude(text: str, table: Table) -> str:
    if not isinstance(text, str):
        raise MalformedValue("attitude", text, f"one of: {', '.join(table.names)}")
    name = text.strip().lower()
    if name not in table.names:
        raise UnknownName("attitude", text, f"one of: {', '.join(table.names)}")
    return name
