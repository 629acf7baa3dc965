"""Entity types, their id prefixes, and the values the user fixed for them (R30, R31, C13)."""

from enum import StrEnum


class EntityType(StrEnum):
    """What the campaign remembers."""

    LOCATION = "location"
    NPC = "npc"
    PC = "pc"
    ITEM = "item"
    EVENT = "event"
    FACTION = "faction"
    CREATURE = "creature"
    QUEST = "quest"
    SESSION_NOTE = "session_note"
    DUNGEON = "dungeon"
    ENCOUNTER = "encounter"

    @property
    def prefix(self) -> str:
        """The first part of the type's ids, such as `loc` in `loc_0190...`."""
        return _PREFIXES[self]


_PREFIXES = {
    EntityType.LOCATION: "loc",
    EntityType.NPC: "npc",
    EntityType.PC: "pc",
    EntityType.ITEM: "itm",
    EntityType.EVENT: "evt",
    EntityType.FACTION: "fac",
    EntityType.CREATURE: "crt",
    EntityType.QUEST: "qst",
    EntityType.SESSION_NOTE: "note",
    EntityType.DUNGEON: "dun",
    EntityType.ENCOUNTER: "enc",
}


class LocationType(StrEnum):
    """The kinds of place, exactly as the user lists them (R30)."""

    CONTINENT = "continent"
    KINGDOM = "kingdom"
    CITY = "city"
    TOWN = "town"
    DUNGEON = "dungeon"
    BUILDING = "building"
    ROOM = "room"
    WILDERNESS = "wilderness"
