"""Questions the other way round: at which level something is reached."""

from collections.abc import Callable

from rules.asking.slots import Slots
from rules.characters import MAX_LEVEL
from rules.errors import RuleError


def wants_level(slots: Slots) -> bool:
    """Whether a level is asked for: `at what level ...`, and none is given."""
    return "what_level" in slots.cues and slots.level is None


def first_level(reached: Callable[[int], bool]) -> int | None:
    """The lowest level for which it is true; levels that a table does not have are passed over."""
    for level in range(1, MAX_LEVEL + 1):
        try:
            if reached(level):
                return level
        except RuleError:
            continue
    return None
