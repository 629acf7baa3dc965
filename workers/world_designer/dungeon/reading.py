"""From a prompt to the brief of a dungeon: "a 20-room crypt for five level 4 characters, deadly, two levels"."""

import re
from collections.abc import Mapping
from typing import Any, Final

from contracts.dungeons import MAX_ROOMS, DungeonBrief

_COUNTED: Final = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
)
_NUMBERS: Final = {word: number for number, word in enumerate(_COUNTED.split())} | {
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "a dozen": 12,
    "a hundred": 100,
    "hundred": 100,
}
_NUMBER: Final = r"(\d{1,3}|" + "|".join(sorted(_NUMBERS, key=len, reverse=True)) + ")"
_THEMES: Final = {
    "cavern": "cavern caverns cave caves grotto warren warrens",
    "crypt": "crypt crypts catacomb catacombs graveyard ossuary barrow mausoleum necropolis",
    "desert_tomb": "pyramid desert sand tomb pharaoh",
    "frozen_halls": "frozen ice icy glacier snow",
    "keep": "keep castle fort fortress stronghold garrison bandit",
    "mine": "mine mines mineshaft delve quarry",
    "ruined_temple": "temple shrine sanctuary abbey monastery cult",
    "sewer": "sewer sewers drains cistern undercity",
    "volcanic_deeps": "volcano volcanic lava forge fire",
    "wizards_tower": "wizard wizards tower laboratory library",
}
_STYLES: Final = {"cave": "cave caves cavern caverns natural", "tomb": "tomb tombs crypt"}
_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "danger": {"easy": "easy safe gentle", "deadly": "deadly hard lethal brutal dangerous"},
    "treasure": {"poor": "poor stingy looted", "rich": "rich generous treasure-filled"},
}
_SMALL: Final = {"tiny": 5, "small": 10, "short": 10, "large": 40, "big": 40, "huge": 80, "sprawling": 60, "mega": 100}
_NAMED: Final = re.compile(r"\b(?:called|named)\s+[\"\u201c]?((?:[A-Z][\w']*|of|the)(?:\s+(?:[A-Z][\w']*|of|the))*)")


def dungeon_brief(prompt: str) -> DungeonBrief:
    """Read what a prompt says about a dungeon; what it does not say is left open. Any text is allowed."""
    words = re.findall(r"[a-z0-9]+", prompt.lower())
    text = f" {' '.join(words)} "
    found: dict[str, Any] = {
        "rooms": _between(_number(text, rf"{_NUMBER} (?:\w+ )?(?:rooms?|chambers?|caves?)\b"), 5, MAX_ROOMS)
        or next((rooms for word, rooms in _SMALL.items() if word in words), None),
        "levels": _between(_number(text, rf"{_NUMBER} (?:levels|floors|stories)\b(?! \d)"), 1, 5),
        "party_level": _between(
            _number(text, rf"(?:level|lvl)s? {_NUMBER}\b") or _number(text, r"(\d{1,2})(?:st|nd|rd|th) level"), 1, 20
        ),
        "party_size": _between(
            _number(
                text,
                rf"{_NUMBER} (?:level \d+ |\d+(?:st|nd|rd|th) level )?(?:characters|players|pcs|adventurers|heroes)\b",
            ),
            1,
            12,
        ),
        "theme": _first(_THEMES, text),
        "style": _first(_STYLES, text),
    }
    found |= {name: _first(choices, text) for name, choices in _WORDS.items()}
    if name := _NAMED.search(prompt):
        found["name"] = name[1][:80]
    return DungeonBrief(**{name: value for name, value in found.items() if value is not None})


def _number(text: str, pattern: str) -> int | None:
    match = re.search(pattern, text)
    if match is None:
        return None
    return int(match[1]) if match[1].isdecimal() else _NUMBERS[match[1]]


def _between(number: int | None, low: int, high: int) -> int | None:
    return None if number is None else max(low, min(high, number))


def _first(choices: Mapping[str, str], text: str) -> str | None:
    """The choice whose word comes first in the text."""
    places = {
        choice: min((text.find(f" {word} ") for word in words.split() if f" {word} " in text), default=-1)
        for choice, words in choices.items()
    }
    named = {choice: place for choice, place in places.items() if place >= 0}
    return min(named, key=lambda choice: (named[choice], choice)) if named else None
