"""Yes or no, for questions that ask whether something is so and whose reply is a value of a table."""

from collections.abc import Callable

from rules.asking.casting_replies import asks_whether
from rules.asking.reply import Reply
from rules.asking.slots import Slots

_NOTHING = frozenset({"none", "0", "+0", "-0", "-", "no", "unlimited"})
_HAS = frozenset({"get", "gets", "give", "gives", "have", "has", "grant", "grants", "any", "gain", "gains", "there"})
_ALLOWS = _HAS | {"allow", "allows", "save", "resist", "against"}
_ETHOS = frozenset({"good", "evil", "lawful", "chaotic", "neutral"})
_TIMES = {"twice": 2.0, "two": 2.0, "2": 2.0, "thrice": 3.0, "three": 3.0, "3": 3.0}
_DESTROYS = frozenset({"destroy", "destroys", "destroyed", "disintegrate", "dust"})
_TYPES = {"slashing": "S", "piercing": "P", "bludgeoning": "B", "blunt": "B"}


def verdict(slots: Slots, topic: str, found: Reply) -> bool | None:
    """Whether it is so; None where that is not asked, the reply has said it, or the value does not decide it."""
    said = {text.lower() for text in found.headline}
    if not said & {"yes", "no"} and (confirmed := _confirmed(slots, found)) is not None:
        return confirmed
    if topic not in _VERDICTS or not asks_whether(slots) or said & {"yes", "no"} or found.members:
        return None
    return _VERDICTS[topic](slots, found)


def _confirmed(slots: Slots, found: Reply) -> bool | None:
    """`Confirm or deny: it is 15`, `my DM says 14, is he right`: whether the number that is said is the table's."""
    if not slots.words & _CONFIRMING or len(slots.left_over) != 1 or not found.headline or found.members:
        return None
    return found.headline[0].lstrip("+x").removesuffix(" %") == slots.left_over[0].lstrip("+")


_CONFIRMING = frozenset({"confirm", "deny", "true", "false", "correct", "right", "wrong", "verify"})


def _is_something(slots: Slots, found: Reply) -> bool | None:
    """`Does 15 strength give a bonus`: whether any value is more than nothing."""
    if slots.has("may") and "/" in slots.abilities.get("strength", ""):
        return not any("exceptional" in warning for warning in found.warnings)
    if slots.words & {"percentile", "exceptional"}:
        return None
    if not slots.words & _HAS and not slots.has("modifier"):
        return None
    return any(text.lower() not in _NOTHING for text in found.headline)


def _is_there(_: Slots, found: Reply) -> bool | None:
    return found.headline[0].lower() not in _NOTHING


def _allows_save(slots: Slots, found: Reply) -> bool | None:
    return _is_there(slots, found) if slots.has("save") and slots.words & _ALLOWS else None


def _saves(slots: Slots, found: Reply) -> bool | None:
    """`Does the ogre get a save against sleep`."""
    named = slots.words & (_HAS | {"allowed", "entitled"}) or (slots.all("spell") and "can" in slots.words)
    return _is_there(slots, found) if named and "roll" not in slots.numbers else None


def _turns(slots: Slots, found: Reply) -> bool | None:
    result = found.headline[0]
    if "roll" in slots.numbers:
        return None
    if slots.words & _DESTROYS and not slots.words & {"turn", "turns"}:
        return result.startswith("D")
    return result != "-"


def _is_so_aligned(slots: Slots, found: Reply) -> bool | None:
    asked = slots.words & _ETHOS
    return asked <= set(found.headline[0].split()) if asked else None


def _strikes_so_often(slots: Slots, found: Reply) -> bool | None:
    wanted = max((times for word, times in _TIMES.items() if word in slots.words), default=None)
    first, _, second = found.headline[0].partition("/")
    if wanted is None or not first.isdecimal():
        return None
    return int(first) / int(second or 1) >= wanted


def _is_of_type(slots: Slots, found: Reply) -> bool | None:
    asked = {letter for word, letter in _TYPES.items() if word in slots.words}
    return asked <= set(found.headline[0].split("/")) if len(asked) == 1 else None


_VERDICTS: dict[str, Callable[[Slots, Reply], bool | None]] = {
    "ability": _is_something,
    "situation": _is_something,
    "race": _is_there,
    "multi_class": _is_there,
    "spell": _allows_save,
    "saving_throw": _saves,
    "turn_undead": _turns,
    "creature": _is_so_aligned,
    "attacks_per_round": _strikes_so_often,
    "weapon": _is_of_type,
    "treasure_type": _is_there,
    "magical_ageing": _is_there,
}
"""By topic: what its reply says of whether it is so."""
