"""Who attacks whom: by what stands before and behind the names of persons and creatures."""

from dataclasses import dataclass
from itertools import pairwise

from rules.asking.slots import Slots

NEAR = 4
"""How many items away a word still belongs to a name."""
_AIMED = ("hit", "versus", "attack", "save", "kill", "damage")
_BY = frozenset({"by", "from"})
_AT = frozenset({"at", "on", "into", "upon", "see", "sees", "spot", "spots", "facing", "faces", "targets", "targeting"})


@dataclass(frozen=True, slots=True)
class Roles:
    """The attacker and the target, each by class or by creature; None where nobody is named."""

    attacker_class: str | None = None
    attacker_creature: str | None = None
    target_class: str | None = None
    target_creature: str | None = None
    attacker_is_creature: bool = False


def roles_of(slots: Slots) -> Roles:
    """Who does it, and to whom."""
    persons = _persons(slots)
    aimed = [person for person in persons if _is_target(slots, person[0])]
    several = len(persons) > 1
    aimed = aimed or [one for one in persons if several and one[1] != "class" and _has_told_ac(slots, one[0])][:1]
    doing = [person for person in persons if person not in aimed]
    if not aimed and len(doing) > 1:
        aimed, doing = doing[1:2], doing[:1]
    elif not doing and len(aimed) > 1:
        doing, aimed = aimed[:1], aimed[1:]
    attacker, target = next(iter(doing), None), next(iter(aimed), None)
    return Roles(
        attacker_class=attacker[2] if attacker and attacker[1] == "class" else None,
        attacker_creature=attacker[2] if attacker and attacker[1] == "creature" else None,
        target_class=target[2] if target and target[1] == "class" else None,
        target_creature=target[2] if target and target[1] == "creature" else None,
        attacker_is_creature=bool(attacker and attacker[1] != "class"),
    )


def is_struck(slots: Slots) -> bool:
    """`A skeleton hit by an arrow`: the creature that is named is not the one that does it."""
    return any(item.value("creature") and _is_done_to(slots, place) for place, item in enumerate(slots.items))


def _persons(slots: Slots) -> list[tuple[int, str, str | None]]:
    """Place, kind and name of everybody in the question, in order; several classes in a row are one person."""
    found: list[tuple[int, str, str | None]] = []
    one: tuple[int, str, str | None]
    for place, item in enumerate(slots.items):
        name, creature = item.value("class"), item.value("creature")
        if name is not None:
            one = (place, "class", name)
            is_new = not (found and found[-1][1] == "class" and (slots.multi_class or found[-1][2] == name))
        elif creature is not None:
            one = (place, "creature", creature)
            is_new = not any(kind == "creature" and other == creature for _, kind, other in found)
        else:
            one = (place, "monster", None)
            is_new = _is_nameless(slots, place) and not _belongs_to_last(found, place)
        if is_new:
            found.append(one)
    return found


def _is_nameless(slots: Slots, place: int) -> bool:
    item = slots.items[place]
    return item.is_cue("creature") or (item.is_cue("hd") and "hit_dice" in slots.numbers)


def _belongs_to_last(found: list[tuple[int, str, str | None]], place: int) -> bool:
    """`A goblin with 1 HD` is one creature."""
    return bool(found) and place - found[-1][0] <= NEAR and found[-1][1] != "class"


def _is_target(slots: Slots, place: int) -> bool:
    """True behind `against`, `hit`, `attacks` and before `is hit by`; false behind `hit by`."""
    if _is_done_to(slots, place):
        return True
    before = range(place - 1, max(-1, place - 1 - NEAR), -1)
    for at in before:
        item = slots.items[at]
        if item.token.text in _BY:
            return False
        if item.kind == "separator" and item.token.text not in "/(":
            return False
        if item.is_cue("hit", "versus", "attack") or item.token.text in _AT or item.value("situation") == "charging":
            return True
        if item.value("class") or item.value("creature") or item.is_cue("need"):
            return False
    return False


def _has_told_ac(slots: Slots, place: int) -> bool:
    """`The ogre's AC is 5`, `an ogre (AC 5)`: whose armor class is told is the one to be hit."""
    if "ac" not in slots.numbers:
        return False
    for item in slots.items[place + 1 : place + 1 + NEAR]:
        if item.token.text in {".", "?", "!", ";"} or item.is_cue("hit", "attack", "versus", "need"):
            return False
        if item.is_cue("ac"):
            return True
    return False


def _is_done_to(slots: Slots, place: int) -> bool:
    """`Our ogre (AC 5) is being attacked by`: the name stands before what is done to it."""
    ahead = slots.items[place + 1 : place + 2 + 2 * NEAR]
    for item, after in pairwise(ahead):
        if item.token.text in {".", "?", "!", ";"} or item.value("class") or item.value("creature"):
            return False
        if item.is_cue("hit", "attack") and after.token.text == "by":
            return True
    return False
