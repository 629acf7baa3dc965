"""A DM's note as an entity: what kind of thing it is about, its name, and the rest as its description.

"Store a tavern called The Gilded Eel: smoky, run by twins" becomes the location (building) "The Gilded Eel". What has
no recognisable kind becomes a session note, so that nothing a DM asked to keep is lost.
"""

import re
from dataclasses import dataclass
from typing import Any

from contracts.entities import EntityType, LocationType

_ORDER = re.compile(
    r"^\s*(?:(?:please|can you|could you|would you),?\s+)*"
    r"(?:store|save|remember|record|note|add|keep|write down|jot down|log)\b"
    r"(?:\s+to (?:self|myself)\b)?(?:\s+that\b)?[\s:,-]*",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"\u201c](?P<name>[^\"\u201d]{1,120})[\"\u201d]")
_NAMED = re.compile(
    r"\b(?:named|called)\s+(?P<name>[^\s:;,.!?]+(?:\s+(?:(?:of|the|and|de|von|van|al)\s+)*[A-Z][^\s:;,.!?]*)*"
    r"(?:\s+\d+(?=\s*(?:[:;,.!?]|$)))?)"  # "Cell 12", but not "Bren 3 miles away"
)
_CAPITALS = re.compile(r"(?P<name>\b[A-Z][\w'\u2019-]*(?:\s+(?:(?:of|the|and|de|von|van)\s+)*[A-Z][\w'\u2019-]*)*)")
_INTRODUCTION = re.compile(r"^(?P<name>[^:\n]{1,120}):\s")
_ARTICLE = re.compile(r"^(?:an?|the|this|my|our|new|another)\s+", re.IGNORECASE)
_INTRODUCED = re.compile(r"^there\b|\b(?:named|called)\b", re.IGNORECASE)
_STATEMENT = re.compile(r"^(?:the|this|that|my|our|his|her|their|its|all|no|every|some)\s", re.IGNORECASE)


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
    stated, about = _stated_kind(body)
    name = _name(about, only_at_start=bool(stated))
    # "The king is dead" tells something; it introduces no king.
    is_statement = not stated and (_is_told(text, about) or (name is None and _STATEMENT.match(about) is not None))
    kind, place = (EntityType.SESSION_NOTE, None) if is_statement else _kind(stated, about)
    attributes = {"location_type": place.value} if place else {}
    name = name or _first_words(about, kind)
    return Note(kind, name, _description(about, name), attributes)


def _is_told(text: str, about: str) -> bool:
    """True for "remember that the bridge at Stonefall is out", but not for "note that there is a town called ..."."""
    order = _ORDER.match(text.strip())
    return order is not None and "that" in order[0].lower().split() and _INTRODUCED.search(about) is None


def _stated_kind(body: str) -> tuple[str, str]:
    """Cut "an item: the Sword of Kas" into what it is and which; the first is empty when nothing is stated."""
    introduction = _INTRODUCTION.match(body)
    if introduction is None or body[introduction.end() :].strip() == "":
        return "", body
    stated = _ARTICLE.sub("", introduction["name"])
    if any(words.fullmatch(stated) for _, _, words in _KINDS):
        return stated, body[introduction.end() :]
    return "", body


def _kind(stated: str, about: str) -> tuple[EntityType, LocationType | None]:
    """The kind named first in the note decides: "a tavern run by a dwarf" is a tavern."""
    found = _kinds(stated)
    if found and found[0][0] is EntityType.LOCATION:
        # "Location: The Broken Wheel, an inn" says more about the place later on.
        found = [one for one in _kinds(about) if one[0] is EntityType.LOCATION] or found
    found = found or _kinds(about)
    return found[0] if found else (EntityType.SESSION_NOTE, None)


def _kinds(text: str) -> list[tuple[EntityType, LocationType | None]]:
    """The kinds named in a text, in its order."""
    found = [(match.start(), kind, place) for kind, place, words in _KINDS if (match := words.search(text))]
    return [(kind, place) for _, kind, place in sorted(found, key=lambda one: one[0])]


def _name(about: str, *, only_at_start: bool) -> str | None:
    """What the note calls its subject; None when it gives no name."""
    for pattern in (_QUOTED, _NAMED, _INTRODUCTION, _CAPITALS):
        match = pattern.search(about)
        if match is None or (only_at_start and pattern is _CAPITALS and match.start() > 0):
            continue
        name = match["name"].strip(" .,;:'\"")
        if name and name.casefold() not in _NO_NAMES:
            return name[:200]
    return None


_NO_NAMES = frozenset({"the", "a", "an", "he", "she", "they", "it", "we", "i"})


def _first_words(about: str, kind: EntityType) -> str:
    words = about if kind is EntityType.SESSION_NOTE else _ARTICLE.sub("", about)
    return words[:60].rstrip(" .,;:") or "Note"


def _description(body: str, name: str) -> str:
    """What stands behind the name and a colon, or the whole note."""
    _, colon, rest = body.partition(f"{name}:")
    return rest.strip() if colon and rest.strip() else body
