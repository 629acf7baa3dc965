"""What is said to a prompt that was not surely understood: what it may have meant, or what can be asked at all."""

from collections.abc import Mapping
from typing import Any, Final

from contracts.intents import Intent

OFFER: Final = """I am not sure what you would like, so I changed nothing. You can ask me, for example:

- a rule: *What is the THAC0 of a 5th level fighter with strength 18?*
- a character: *Create a dwarven blacksmith named Borin*
- a place: *Describe the ancient dwarven hall*
- to remember: *Store a tavern called The Gilded Eel: smoky, run by twins*
- to recall: *What do we know about Borin?*"""
_NOTHING_YET: Final = "There is nothing in this session yet that this could mean, so I changed nothing."
_NO_CHANGE: Final = """I understood that something is to be changed, but not what, so I changed nothing. Say it like

- *change Borin's level to 6*, *Borin is dead*, *rename Ashford to Ashbourne*
- *change the description of the Gilded Eel to: burned to the ground*
- *Borin lives in Ashford*, *Kira is a rival of Borin*"""
_NOT_ALONE: Final = """**{name}** was not made by itself in this session, so I changed nothing. Say what is to be
different:

- *change {name}'s level to 6*, *rename {name} to ...*, *set the hp of {name} to 40*"""
_READINGS: Final[Mapping[str, str]] = {
    Intent.RULES_LOOKUP: "look up a rule: begin with *what is the rule for ...*",
    Intent.COMBAT_CALCULATION: "work out an attack, damage or a save: *does a 14 hit AC 3 with THAC0 16?*",
    Intent.VALIDATE_RULE: "say whether something is allowed: *may an elf be a paladin?*",
    Intent.GENERATE_NPC: "make a new character: *create a dwarven blacksmith*",
    Intent.GENERATE_DUNGEON: "make a dungeon: *generate a dungeon with 8 rooms*",
    Intent.GENERATE_ENCOUNTER: "make an encounter: *generate an encounter for four 3rd level characters*",
    Intent.GENERATE_LOCATION_DESCRIPTION: "describe a place: *describe the old mill*",
    Intent.GENERATE_TREASURE_OR_ITEM: "make treasure or an item: *generate a hoard for a young dragon*",
    Intent.STORE_ENTITY: "keep something new: begin with *remember that ...*",
    Intent.UPDATE_ENTITY: "change what the campaign holds: *change Borin's level to 6*",
    Intent.SEARCH_CAMPAIGN: "search the campaign: *who knows about the cult?*",
    Intent.RETRIEVE_ENTITY: "show what the campaign holds: *show me Borin's sheet*",
    Intent.OTHER: "something else, which I cannot do",
}


def offer_of(params: Mapping[str, Any]) -> str:
    """The words for a step's `readings`, likeliest first, or for what is `missing`; else what can be asked."""
    if params.get("missing") == "change":
        return _NO_CHANGE
    if params.get("missing") == "whole":
        return _NOT_ALONE.format(name=params.get("query") or "that")
    if params.get("missing"):
        return f"{_NOTHING_YET} Tell me which one by its name, for example *show me Borin*."
    readings = [_READINGS[one] for one in params.get("readings", ()) if one in _READINGS]
    if not readings:
        return OFFER
    lines = "\n".join(f"- {reading}" for reading in readings)
    return f"I am not sure what you would like, so I changed nothing. Did you want me to\n\n{lines}"
