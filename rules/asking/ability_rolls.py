"""A roll that is told beside an ability score: `rolled 35 on bend bars`, and the chance of what is rolled on a d20."""

from typing import Any

from rules.asking.slots import Slots
from rules.results import Part

IDLE_ROLL = 0.3
"""What the confidence loses where a roll is told that the column has nothing to do with."""
PER_FACE = 5
"""Percent of one face of a d20."""


def with_roll(slots: Slots, part: Part, headline: list[Any], sentence: str) -> tuple[str, float]:
    """The sentence with the chance and with whether the roll succeeds, put into the headline too; and the doubt."""
    alone = len(headline) == 1
    if part.label == "open doors" and alone and isinstance(part.value, int):
        headline.append(part.value * PER_FACE)
        sentence += f" ({part.value * PER_FACE} %)"
    if "roll" not in slots.numbers:
        return sentence, 0.0
    if not alone or (passed := _is_passed(int(slots.numbers["roll"]), part)) is None:
        return sentence, IDLE_ROLL
    headline.insert(0, passed)
    return f"{passed.capitalize()}, with a roll of {slots.numbers['roll']}. {sentence}", 0.0


def _is_passed(roll: int, part: Part) -> str | None:
    """Whether so low a roll is enough; None for a column that nobody rolls on."""
    chance = part.label.endswith("percent") or part.label == "open doors"
    if not chance or part.label.startswith("spell failure") or not isinstance(part.value, int):
        return None
    return "yes" if roll <= part.value else "no"
