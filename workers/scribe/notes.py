"""A DM's note as an entity: what kind of thing it is about, its name, and the rest as its description.

"Store a tavern called The Gilded Eel: smoky, run by twins" becomes the location (building) "The Gilded Eel". What has
no recognisable kind becomes a session note, so that nothing a DM asked to keep is lost.
"""

import re
from dataclasses import dataclass
from typing import Any

from contracts.entities import EntityType, LocationType

_ORDER = re.compile(
    r"^\s*(?:please\s+)?(?:store|save|remember|record|note|add|keep|write down|jot down|log)\b(?:\s+that\b)?[\s:,-]*",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"\u201c](?P<name>[^\"\u201d]{1,120})[\"\u201d]")
_NAMED = re.compile(
    r"\b(?:named|called)\s+(?P<name>[^\s:;,.!?]+(?:\s+(?:(?:of|the|and|de|von|van|al)\s+)*[A-Z][^\s:;,.!?]*)*)"
)
_CAPITALS = re.compile(r"(?P<name>\b[A-Z][\w'\u2019-]*(?:\s+(?:(?:of|the|and|de|von|van)\s+)*[A-Z][\w'\u2019-]*)*)")
_INTRODUCTION = re.compile(r"^(?P<name>[^:\n]{1,120}):\s")


def _words(listed: str) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(word.strip() for word in listed.split(",")) + r")\b", re.IGNORECASE)


_KINDS: tuple[tuple[EntityType, LocationType | None, re.Pattern[str]], ...] = (
    (EntityType.QUEST, None, _words("quest, mission, bounty, errand")),
    (EntityType.FACTION, None, _words("guild, faction, clan, cult, brotherhood, company, tribe, syndicate, gang")),
    (EntityType.LOCATION, LocationType.CONTINENT, _words("continent")),
    (EntityType.LOCATION, LocationType.KINGDOM, _words("kingdom, realm, duchy, barony, empire")),
    (EntityType.LOCATION, LocationType.CITY, _words("city, metropolis, capital")),
    (EntityType.LOCATION, LocationType.TOWN, _words("town, village, hamlet, settlement")),
    (
        EntityType.LOCATION,
        LocationType.DUNGEON,
        _words("dungeon, crypt, tomb, barrow, catacombs?, mine, cave, cavern, ruins?, lair"),
    ),
    (
        EntityType.LOCATION,
        LocationType.BUILDING,
        _words("""
            hall, tavern, inn, temple, tower, castle, keep, fort(?:ress)?, smithy, forge, shop, house, manor,
            mansion, mill, monastery, abbey, library, guildhall, lighthouse, shrine, building
        """),
    ),
    (EntityType.LOCATION, LocationType.ROOM, _words("room, chamber, cellar, throne room")),
    (
        EntityType.LOCATION,
        LocationType.WILDERNESS,
        _words("""
            forest, woods?, swamp, marsh, mountains?, hills?, valley, river, lake, coast, island, desert, glade,
            road, bridge, location, place
        """),
    ),
    (
        EntityType.ITEM,
        None,
        _words("""
            sword, dagger, axe, hammer, bow, shield, armou?r, ring, amulet, wand, staff, rod, potion, scroll, book,
            map, key, gem, crown, cloak, boots, item, artifact, relic
        """),
    ),
    (EntityType.CREATURE, None, _words("monster, creature, beast, dragon, wolf, bear, ogre, troll, giant")),
    (
        EntityType.NPC,
        None,
        _words("""
            npc, blacksmith, innkeeper, barkeep, merchant, guard, captain, priest(?:ess)?, cleric, wizard, mage,
            witch, thief, bard, ranger, knight, baron(?:ess)?, king, queen, lord, lady, sage, farmer, sailor,
            pirate, bandit, assassin, hermit, mayor, villager, dwarf, elf, gnome, halfling, man, woman, boy, girl
        """),
    ),
    (EntityType.EVENT, None, _words("battle, siege, festival, wedding, funeral, war, feast, event")),
)


@dataclass(frozen=True, slots=True)
class Note:
    """A note, read."""

    type: EntityType
    name: str
    description: str
    attributes: dict[str, Any]


def read_note(text: str) -> Note:
    """Read a note of 1 to 5000 characters; every text gives a note."""
    body = " ".join(_ORDER.sub("", text.strip(), count=1).split()) or " ".join(text.split()) or "Note"
    name = _name(body)
    kind, place = _kind(body)
    attributes = {"location_type": place.value} if place else {}
    return Note(kind, name, _description(body, name), attributes)


def _kind(body: str) -> tuple[EntityType, LocationType | None]:
    """The kind named first in the note decides: "a tavern run by a dwarf" is a tavern."""
    found = [(match.start(), kind, place) for kind, place, words in _KINDS if (match := words.search(body))]
    if not found:
        return EntityType.SESSION_NOTE, None
    _, kind, place = min(found, key=lambda item: item[0])
    return kind, place


def _name(body: str) -> str:
    for pattern in (_QUOTED, _NAMED, _INTRODUCTION, _CAPITALS):
        if match := pattern.search(body):
            name = match["name"].strip(" .,;:'\"")
            if name and name.casefold() not in {"the", "a", "an", "he", "she", "they", "it", "we", "i"}:
                return name[:200]
    return body[:60].rstrip(" .,;:") or "Note"


def _description(body: str, name: str) -> str:
    """What stands behind the name and a colon, or the whole note."""
    _, colon, rest = body.partition(f"{name}:")
    return rest.strip() if colon and rest.strip() else body
