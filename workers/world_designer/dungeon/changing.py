"""What is to be different about a dungeon: "harder", "bigger", "with more guards", "colder", "for level 7".

The map hangs on size, theme and seed alone: a harder or richer dungeon is the same rooms with other contents.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from contracts.dungeons import MAX_ROOMS, DungeonBrief
from workers.world_designer.dungeon.reading import dungeon_brief
from workers.world_designer.reading import normalise
from workers.world_designer.telling_changes import Difference, asks_nothing, difference, shown_words

DUNGEON: Final = (
    "how hard it is (*harder*, *easier*, *with more guards*), its size (*bigger*, *12 rooms*, *two levels*), treasure "
    "(*richer*), theme (*colder*, *a crypt*), secrets (*more secret doors*), name (*named Ravenhold*) and the party "
    "(*for 5 level 4 characters*)"
)
"""What can be different about a dungeon, for who asks for something else."""
_DANGERS: Final = ("easy", "standard", "deadly")
_TREASURES: Final = ("poor", "standard", "rich")
_SECRETS: Final = ("none", "few", "some")
_FOES: Final = r"(?:guards?|monsters?|enemies|foes|creatures|fights)"
_COMPARED: Final = {"colder": "frozen", "icier": "frozen", "hotter": "volcanic", "wetter": "sewer"}


def _step(steps: tuple[str, ...], now: str, by: int) -> str:
    return steps[max(0, min(len(steps) - 1, steps.index(now) + by))]


def _rooms(brief: DungeonBrief, by: int) -> dict[str, Any]:
    wanted = max(brief.rooms + 1, brief.rooms * 1.5) if by > 0 else min(brief.rooms - 1, brief.rooms / 1.5)
    return {"rooms": max(5, min(MAX_ROOMS, round(wanted)))}


def _levels(brief: DungeonBrief, by: int) -> dict[str, Any]:
    levels = max(1, min(5, brief.rooms // 4, (brief.levels or -(-brief.rooms // 30)) + by))
    return {"levels": levels, "rooms": max(brief.rooms, 4 * levels)}


_Relative = tuple[str, str, Callable[[DungeonBrief, int], dict[str, Any]]]
_RELATIVE: Final[tuple[_Relative, ...]] = (
    (r"more (?:levels|floors)|(?:(?:one|a) level )?deeper", r"(?:fewer|less) (?:levels|floors)", _levels),
    (r"bigger|larger|longer|more rooms", r"smaller|shorter|fewer rooms", _rooms),
    (rf"harder|deadlier|tougher|more (?:dangerous|deadly|difficult)|more {_FOES}",
     rf"easier|safer|less (?:dangerous|deadly|difficult)|(?:fewer|less) {_FOES}",
     lambda brief, by: {"danger": _step(_DANGERS, brief.danger, by)}),
    (r"richer|more (?:treasure|gold|loot|valuable)", r"poorer|less (?:treasure|gold|loot|valuable)",
     lambda brief, by: {"treasure": _step(_TREASURES, brief.treasure, by)}),
    (r"more secret(?:s| doors| rooms)?", r"(?:fewer|less) secret(?:s| doors| rooms)?",
     lambda brief, by: {"secrets": _step(_SECRETS, brief.secrets, by)}),
)  # fmt: skip


def change_dungeon(brief: DungeonBrief, said: Sequence[str]) -> tuple[DungeonBrief, DungeonBrief, tuple[str, ...]]:
    """The brief of a dungeon with all its changes, the one before the last of them, and the words nobody knows."""
    now = before = brief
    for one in said:
        changes, unknown = read_change(one, now)
        if unknown:
            return now, before, unknown
        before, now = now, DungeonBrief.model_validate(now.model_dump(exclude_unset=True) | changes)
    return now, before, ()


def read_change(said: str, brief: DungeonBrief) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Fields that words ask to be different, and the words nobody knows."""
    text = normalise(said)
    changes: dict[str, Any] = {}
    for more, less, change in _RELATIVE:
        for pattern, by in ((less, -1), (more, 1)):
            if match := re.search(rf"\b(?:{pattern})\b", text, re.IGNORECASE):
                changes |= change(brief, by)
                text = f"{text[: match.start()]} {text[match.end() :]}"
    for word, theme in _COMPARED.items():
        text = re.sub(rf"\b{word}\b", theme, text, flags=re.IGNORECASE)
    found = _read(text)
    if "theme" in found and "style" not in found:
        found = {"style": None, **found}
    return changes | found, _unknown(text, _read(text))


def _read(text: str) -> dict[str, Any]:
    return dungeon_brief(text).model_dump(exclude_unset=True)


def _unknown(text: str, found: Mapping[str, Any]) -> tuple[str, ...]:
    unknown = []
    for word in shown_words(text):
        rest = re.sub(rf"(?<![\w'-]){re.escape(word)}(?![\w'-])", " ", text)
        if not asks_nothing(word) and _read(rest) == found and not _read(word):
            unknown.append(word)
    return tuple(dict.fromkeys(unknown))


def dungeon_differences(before: DungeonBrief, now: DungeonBrief) -> list[Difference]:
    """What is different about two briefs."""
    was, is_now = before.model_dump(), now.model_dump()
    return [one for name in is_now if (one := difference(name, was[name], is_now[name]))]
