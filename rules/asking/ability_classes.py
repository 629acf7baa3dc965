"""For which classes it is asked what a score gives: each of several, or somebody of no level."""

import re
from collections.abc import Sequence

from rules.asking.slots import Slots
from rules.asking.wanted import as_text

_REST = re.compile(
    r"\b(?:everybody|everyone|anybody|anyone|all) else\b|\b(?:the|all) (?:others|rest)\b|\bnon ?warriors?\b"
)
_ANYBODY = "mage"
"""A class that is no warrior, for everybody else."""
OWN_SAVES = frozenset({"paladin", "druid"})
"""Classes with a bonus of their own on saving throws."""


def classes_asked(slots: Slots, columns: Sequence[str]) -> Sequence[str | None]:
    """Each of several classes where a column is another for warriors: `for a fighter, and the same for a cleric`."""
    names = list(slots.classes)
    if "hit_points_per_die" not in columns or slots.multi_class or not names:
        return [slots.character_class]
    if len(names) > 1 or (rest := _REST.search(as_text(slots.items))) is None:
        return names
    before = as_text(slots.items[: slots.places["class"][0]])
    return [_ANYBODY, *names] if rest.start() < len(before) else [*names, _ANYBODY]


def saves_alone(slots: Slots) -> bool:
    """Whether what a score adds to saving throws is asked, and not the throw of somebody with a level."""
    bonus = slots.has("modifier") and slots.has("save", "versus") and slots.level is None
    return not slots.classes or (bonus and not OWN_SAVES & set(slots.classes) and not slots.all("race"))
