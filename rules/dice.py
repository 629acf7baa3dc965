"""Dice, rolled with a random source that the caller brings, so that a seed gives the same rolls again."""

import random
import re
from dataclasses import dataclass

from rules.errors import MalformedValue, OutOfTable

MAX_DICE = 1_000
MAX_SIDES = 1_000
_NOTATION = re.compile(r"(?P<count>[0-9]{1,4})?d(?P<sides>[0-9]{1,4}|%)(?P<change>[+-][0-9]{1,6})?", re.IGNORECASE)
_ALLOWED = f"dice such as 3d6, d20, d% or 2d4+1, at most {MAX_DICE} dice of {MAX_SIDES} sides"


@dataclass(frozen=True, slots=True)
class Dice:
    """`count` dice of `sides` sides, and a number added to their sum."""

    count: int
    sides: int
    change: int = 0

    def __str__(self) -> str:
        """As it is written: `2d4+1`."""
        return f"{self.count}d{self.sides}{f'{self.change:+d}' if self.change else ''}"

    @property
    def minimum(self) -> int:
        """The least it can roll."""
        return self.count + self.change

    @property
    def maximum(self) -> int:
        """The most it can roll."""
        return self.count * self.sides + self.change

    def roll(self, rng: random.Random) -> int:
        """Roll once."""
        return sum(roll_die(self.sides, rng) for _ in range(self.count)) + self.change


def parse_dice(text: str) -> Dice:
    """Read `3d6`, `d20`, `d%` or `2d4-1`.

    Raises:
        MalformedValue: It is not written like that.
        OutOfTable: No dice, no sides, or more than 1,000 of either.
    """
    match = _NOTATION.fullmatch(text.replace(" ", ""))
    if match is None:
        raise MalformedValue("dice", text, _ALLOWED)
    sides = 100 if match["sides"] == "%" else int(match["sides"])
    count = int(match["count"] or 1)
    if not (1 <= count <= MAX_DICE and 1 <= sides <= MAX_SIDES):
        raise OutOfTable("dice", text, _ALLOWED)
    return Dice(count, sides, int(match["change"] or 0))


def roll_die(sides: int, rng: random.Random) -> int:
    """One die."""
    return rng.randint(1, sides)


def roll(text: str, rng: random.Random) -> int:
    """Roll dice in notation once; raises as `parse_dice`."""
    return parse_dice(text).roll(rng)


def roll_ability_scores(rng: random.Random, *, best_three_of_four: bool = False) -> dict[str, int]:
    """Six ability scores in the order of the book, each 3 to 18.

    With `best_three_of_four` the lowest of four dice is left out (Player's Handbook, chapter 1, method V), otherwise
    three dice are added (method I).
    """
    names = ("strength", "dexterity", "constitution", "intelligence", "wisdom", "charisma")
    return {name: _score(rng, dice=4 if best_three_of_four else 3) for name in names}


def _score(rng: random.Random, *, dice: int) -> int:
    return sum(sorted(roll_die(6, rng) for _ in range(dice))[-3:])
