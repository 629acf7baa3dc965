"""Age: how old a character is for the race, and what that does to ability scores."""

import random
from dataclasses import dataclass

from rules.characters import read_race, spoken
from rules.dice import parse_dice, roll
from rules.integers import require_integer
from rules.loader import Rulebook, default_rulebook
from rules.results import Part, Result, signed, sources_of

CATEGORIES_OF_AGE = ("adult", "middle_age", "old", "venerable")
MAX_AGE = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Ageing(Result):
    """What an age means.

    `changes` are all changes of ability scores up to this age, added up; scores that do not change are left out.
    `starting_age` and `maximum_age` are written as a number and dice, such as `15+1d4`.
    """

    race: str
    age: int
    category: str
    changes: dict[str, int]
    middle_age: int
    old_age: int
    venerable_age: int
    starting_age: str
    maximum_age: str


def ageing(race: str, age: int, *, book: Rulebook | None = None) -> Ageing:
    """The age category of a character, and what age has done to the ability scores.

    Args:
        race: Any race of the rule base.
        age: Years, 0 to 100,000.
        book: The tables; those of this package when None.

    Raises:
        RuleError: Race or age is not in the rule base.

    Source: Player's Handbook, tables 11 and 12.
    """
    book = book or default_rulebook()
    name = read_race(race, book)
    require_integer("age", age, 0, MAX_AGE)
    ages, effects = book.table("ages"), book.table("ageing_effects")
    row = ages.find(name)
    starts = (0, int(row["middle_age"]), int(row["old_age"]), int(row["venerable_age"]))
    reached = [category for category, start in zip(CATEGORIES_OF_AGE, starts, strict=True) if age >= start]
    changes: dict[str, int] = {}
    parts = [Part(f"{spoken(name)} of {age} years", reached[-1].replace("_", " "), ages.source)]
    for category in reached:
        here = {ability: int(change) for ability, change in effects.find(category).items() if change}
        for ability, change in here.items():
            changes[ability] = changes.get(ability, 0) + change
        if here:
            written = ", ".join(f"{ability} {signed(change)}" for ability, change in here.items())
            parts.append(Part(category.replace("_", " "), written, effects.source))
    young = age < int(row["starting_age"])
    return Ageing(
        race=name,
        age=age,
        category=reached[-1],
        changes={ability: change for ability, change in changes.items() if change},
        middle_age=starts[1],
        old_age=starts[2],
        venerable_age=starts[3],
        starting_age=f"{row['starting_age']}+{row['starting_dice']}",
        maximum_age=f"{row['venerable_age']}+{row['maximum_dice']}",
        breakdown=tuple(parts),
        source=sources_of(*parts),
        warnings=(f"Characters of this race start at {row['starting_age']} or later.",) if young else (),
    )


def roll_starting_age(race: str, rng: random.Random, *, book: Rulebook | None = None) -> int:
    """Roll the age at which a character of the race begins; raises UnknownName for another race."""
    return _roll(race, "starting_age", "starting_dice", rng, book)


def roll_maximum_age(race: str, rng: random.Random, *, book: Rulebook | None = None) -> int:
    """Roll the age at which a character of the race dies of age; raises UnknownName for another race."""
    return _roll(race, "venerable_age", "maximum_dice", rng, book)


def _roll(race: str, base: str, dice: str, rng: random.Random, book: Rulebook | None) -> int:
    book = book or default_rulebook()
    row = book.table("ages").find(read_race(race, book))
    return int(row[base]) + roll(str(parse_dice(str(row[dice]))), rng)
