"""How likely the dice are: the chance that some dice show a number or less."""

from itertools import product
from math import prod


def ways_at_most(number: int, *sides: int) -> tuple[int, int]:
    """How many of all equally likely throws of these dice add up to `number` or less, and how many there are."""
    faces = [range(1, one + 1) for one in sides]
    return sum(1 for throw in product(*faces) if sum(throw) <= number), prod(sides)


def percent_at_most(number: int, *sides: int) -> int:
    """The chance in percent, rounded to the nearest, that these dice add up to `number` or less."""
    ways, throws = ways_at_most(number, *sides)
    return round(100 * ways / throws)
