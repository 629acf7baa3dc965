"""Morale: the number that 2d10 must not exceed, by rating, creature and situation."""

from collections.abc import Iterable
from dataclasses import dataclass

from rules.chance import percent_at_most
from rules.creature_files import Bestiary, default_bestiary
from rules.creatures import find_creature
from rules.errors import MalformedValue, OutOfTable
from rules.loader import Rulebook, default_rulebook
from rules.results import Part, Result, signed, sources_of
from rules.situations import read_situations

LOWEST_RATING, HIGHEST_RATING = 2, 20
_RATING = f"a rating from {LOWEST_RATING} to {HIGHEST_RATING}, or the name of a creature"


@dataclass(frozen=True, slots=True, kw_only=True)
class Morale(Result):
    """A morale check: 2d10 must show `needed` or less, which happens in `chance_percent` of 100 throws.

    `rating` is the rating before the situation; `rating_range` is what a creature's entry prints, lowest first;
    `name` is what such a rating is called. Below 2 the check always fails, from 20 up it always succeeds.
    """

    rating: int
    rating_range: tuple[int, int]
    name: str
    modifier: int
    needed: int
    chance_percent: int
    creature: str | None


def morale(
    rating_or_creature: int | str,
    *,
    situations: Iterable[str] = (),
    bestiary: Bestiary | None = None,
    book: Rulebook | None = None,
) -> Morale:
    """What a morale check needs.

    Args:
        rating_or_creature: A rating from 2 to 20, or a creature, whose lowest printed rating is used.
        situations: Names of the situations that count, such as `lost_half` or `most_powerful_ally_killed`.
        bestiary: The creatures; those of this package when None.
        book: The tables; those of this package when None.

    Raises:
        RuleError: The rating is outside 2 to 20, the creature is unknown or has no rating, or a situation is unknown.

    Source: Dungeon Master Guide, table 50 and chapter 9.
    """
    book = book or default_rulebook()
    low, high, name, assumptions = _rating(rating_or_creature, bestiary or default_bestiary())
    bands, modifiers = book.table("morale_bands"), book.table("morale_modifiers")
    parts = [Part(f"morale of {name.replace('_', ' ')}" if name else "morale rating", low, bands.source)]
    modifier = 0
    for situation in read_situations(situations, modifiers):
        change = int(modifiers.value(situation))
        modifier += change
        parts.append(Part(situation.replace("_", " "), signed(change), modifiers.source))
    needed = low + modifier
    return Morale(
        rating=low,
        rating_range=(low, high),
        name=str(bands.value(at=low)),
        modifier=modifier,
        needed=needed,
        chance_percent=percent_at_most(needed, 10, 10),
        creature=name,
        breakdown=tuple(parts),
        source=sources_of(*parts),
        assumptions=assumptions,
    )


def _rating(value: int | str, bestiary: Bestiary) -> tuple[int, int, str | None, tuple[str, ...]]:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise MalformedValue("morale", value, _RATING)
    text = value.strip() if isinstance(value, str) else ""
    if isinstance(value, int) or text.lstrip("-").isdecimal():
        number = int(value)
        if not LOWEST_RATING <= number <= HIGHEST_RATING:
            raise OutOfTable("morale", value, _RATING)
        return number, number, None, ()
    entry = find_creature(text, bestiary)
    if entry.morale is None:
        raise OutOfTable("morale", value, "a creature with a morale rating; this one has none and does not check")
    low, high = entry.morale
    said = (f"Its morale is printed as {low} to {high}; {low} is used.",) if low != high else ()
    alone = "Alignment and Hit Dice count when they are named as situations."
    return low, high, entry.name, (*said, alone)
