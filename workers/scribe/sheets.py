"""What the table needs of a stored person: numbers, saves and ways, as Markdown."""

from collections.abc import Mapping
from typing import Any, Final

_NUMBERS: Final = {
    "ac": "AC",
    "movement": "MV",
    "hit_dice": "HD",
    "hp": "hp",
    "thac0": "THAC0",
    "attacks_per_round": "#AT",
    "xp_value": "XP",
}
_DOT: Final = " \u00b7 "
_SAVES: Final = {
    "paralyzation": "paralyzation/poison/death",
    "rod_staff_wand": "rod/staff/wand",
    "petrification": "petrification/polymorph",
    "breath_weapon": "breath weapon",
    "spell": "spell",
}
_TEXTS: Final = {"look": "Look", "voice": "Voice", "want": "Wants", "secret": "Secret (DM only)"}  # nosec B105 - headings


def sheet(attributes: Mapping[str, Any]) -> str:
    """Numbers, saves and ways; empty for what is no person."""
    numbers = [f"{label} {attributes[name]}" for name, label in _NUMBERS.items() if is_plain(attributes.get(name))]
    stored = attributes.get("saves")
    saves = stored if isinstance(stored, Mapping) else {}
    against = [f"{label} {saves[name]}" for name, label in _SAVES.items() if is_plain(saves.get(name))]
    lines = [_DOT.join(numbers), f"**Saves** {_DOT.join(against)}" if against else ""]
    texts = [f"**{label}.** {attributes[name]}" for name, label in _TEXTS.items() if is_plain(attributes.get(name))]
    return "\n\n".join(filter(None, ["  \n".join(filter(None, lines)), *texts]))


def others(attributes: Mapping[str, Any]) -> str:
    """The single values that are not on the sheet, in one line."""
    shown = {*_NUMBERS, *_TEXTS}
    plain = [f"{key} {value}" for key, value in attributes.items() if key not in shown and is_plain(value)]
    return _DOT.join(plain)


def is_plain(value: Any) -> bool:
    """Attributes are whatever was stored: only single values are told."""
    return isinstance(value, str | int | float) and not isinstance(value, bool) and value != ""
