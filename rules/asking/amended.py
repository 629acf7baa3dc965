"""Step 3, first: what a speaker takes back and says again: `a ring ... no, a shield`, `level 5, I mean 6`."""

from collections.abc import Sequence
from dataclasses import replace

from rules.asking.vocabulary import Item

_AMENDS = frozenset({"no", "wait", "rather", "sorry", "scratch", "correction", "mean", "nope", "oops", "er", "uh"})
_ALONE = frozenset({"rather", "scratch", "correction", "oops"})
"""Words that amend without a pause before them."""
_KINDS = frozenset({"class", "race", "weapon", "armor", "creature", "spell", "skill", "undead", "ability"})
_NUMERALS = frozenset({"number", "ordinal", "fraction"})
_BEHIND, _BEFORE = 5, 7
"""How many items away from the word what is said again, and what it replaces, may stand."""


def amended(items: Sequence[Item]) -> list[Item]:
    """The items without the names and numbers that are said again after `no`, `wait` or `I mean`."""
    found = list(items)
    for place, item in enumerate(items):
        if item.token.text in _AMENDS and _is_pause(items, place):
            _take_back(found, place)
    return found


def _is_pause(items: Sequence[Item], place: int) -> bool:
    """`..., no, a shield`, `I mean`: the word stands between pauses, or begins with one."""
    before, item = items[place - 1] if place else None, items[place]
    if before is None:
        return False
    if item.token.text == "mean":
        return before.token.text == "i" and place > 1 and items[place - 2].kind in {"separator", "filler"}
    closed = place + 1 < len(items) and items[place + 1].token.text in {",", ".", "wait", "sorry", "-", ":", "make"}
    return item.token.text in _ALONE or (before.kind == "separator" and closed)


def _take_back(items: list[Item], place: int) -> None:
    """Take the last name or number before the place away, where the same kind is said behind it."""
    behind = items[place + 1 : place + 1 + _BEHIND]
    _ask_instead(items, place, behind)
    first = next((one for one in behind if one.kind in _NUMERALS or _kinds(one)), None)
    if first is None:
        return
    counted, kinds, again = first.kind in _NUMERALS, _kinds(first), {value for _, value in first.senses}
    for at in range(place - 1, max(-1, place - 1 - _BEFORE), -1):
        one = items[at]
        taken = {sense for sense in one.senses if sense[0] in kinds and sense[1] not in again}
        if taken:
            kept = tuple(sense for sense in one.senses if sense not in taken and sense[0] == "cue")
            items[at] = replace(one, senses=kept, kind=one.kind if kept else "filler")
            return
        if counted and one.kind in _NUMERALS:
            items[at] = Item("filler", replace(one.token, text="that"), words=("that",))
            return


def _ask_instead(items: list[Item], place: int, behind: Sequence[Item]) -> None:
    """Take away what was asked for first: `its poison save ... no, its Hit Dice`."""
    asked = {cue for one in behind for cue in one.cues & _ASKED}
    if not asked:
        return
    for at in range(max(0, place - _BEFORE), place):
        one = items[at]
        kept = tuple(sense for sense in one.senses if not (one.cues & _ASKED) or sense[0] not in {"cue", "category"})
        if kept != one.senses and not one.cues & asked:
            items[at] = replace(one, senses=kept, kind=one.kind if kept else "filler")


_ASKED = frozenset(
    {"save", "hd", "ac", "thac0", "weight", "price", "speed", "range", "damage", "hp", "xp", "morale", "movement",
     "initiative", "duration", "area", "casting_time", "size", "alignment", "treasure", "spell_slots", "turn"}
)  # fmt: skip


def _kinds(item: Item) -> set[str]:
    return {kind for kind, _ in item.senses} & _KINDS
