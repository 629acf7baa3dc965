"""What surrounds an attack: situations, range, cover, two weapons, skill."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rules.asking.attackers import is_missile, weapon_used
from rules.asking.slots import Slots
from rules.attack import AUTOMATIC, find_situation
from rules.loader import Rulebook
from rules.results import Part

SCREENS = ("cover", "concealment")

YARDS_TO_FEET = 3
OWN_LINES = 3


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What `attack_roll` is told besides THAC0 and armor class."""

    arguments: dict[str, Any]
    situations: Sequence[str]
    automatic: tuple[str, str] | None

    def parts(self, breakdown: Sequence[Part]) -> tuple[Part, ...]:
        """Their lines in a breakdown, which begins with THAC0, armor class and the bonus."""
        return tuple(breakdown[OWN_LINES:])


def circumstances_of(slots: Slots, book: Rulebook) -> Circumstances:
    used = weapon_used(slots, book)
    situations = list(slots.all("situation"))
    arguments: dict[str, Any] = {"situations": situations}
    if used is not None:
        arguments["weapon"] = used.name
    if slots.one("range_band") is not None:
        arguments["range_band"] = slots.one("range_band")
    elif used is not None and is_missile(slots, used) and slots.has("yards", "feet") and _distance(slots) is not None:
        arguments["distance_yd"] = _distance(slots)
    for screen in SCREENS:
        if screen in slots.cues and share_of(slots) is not None:
            arguments[screen] = share_of(slots)
    name = slots.character_class
    if name is not None and slots.has("nonproficient", "familiar"):
        arguments |= {"character_class": name, "nonproficient": True, "related": slots.has("familiar")}
    if slots.has("two_weapons") and name is not None:
        arguments |= {"character_class": name, "two_weapons": hand_of(slots)}
        if (dexterity := slots.abilities.get("dexterity")) is not None and dexterity.isdecimal():
            arguments["dexterity"] = int(dexterity)
    return Circumstances(arguments, situations, _automatic_one(situations, book))


def _automatic_one(situations: Sequence[str], book: Rulebook) -> tuple[str, str] | None:
    for name in situations:
        key, value, source = find_situation(name, book)
        if value == AUTOMATIC:
            return key, source
    return None


def hand_of(slots: Slots) -> str:
    """Which of two weapons is meant."""
    words = " ".join(item.text for item in slots.items)
    off = any(
        word in words for word in ("off hand", "offhand", "secondary", "second weapon", "other hand", "left hand")
    )
    return "second" if off else "main"


def share_of(slots: Slots) -> int | None:
    """How much of the target is behind cover, in percent."""
    return slots.number("percent") or (int(slots.one("share") or 0) or None)


def _distance(slots: Slots) -> int | None:
    yards, feet = slots.number("yards"), slots.number("feet")
    return yards if yards is not None else (None if feet is None else -(-feet // YARDS_TO_FEET))
