"""Traps with their numbers, and things to find out: every number is the rules library's."""

import random
from typing import Any

import rules
from workers.world_designer.dungeon.words import own, say


def make_trap(party_level: int, turn: int, rng: random.Random, *, guards_treasure: bool) -> dict[str, Any]:
    """A trap for this party: what it is, what it does, how it shows, and how to get by.

    Kinds are dealt by `turn`, so that the same does not come twice in a row. A poisoned latch needs something to lock.
    """
    fitting = [
        one
        for one in own("tricks")["traps"]
        if _fits(one, party_level) and (guards_treasure or one["effect"] != "poison")
    ]
    entry = fitting[turn % len(fitting)]
    feet = rng.choice(entry["feet"][: 1 + party_level // 2]) if "feet" in entry else 0
    return {
        "id": entry["id"],
        "text": say(rng, entry["text"], feet=str(feet)),
        "effect": _effect(entry, feet, party_level, rng),
        "save": entry["save"],
        "sign": entry["sign"],
        "avoid": entry["avoid"],
        "find": "thief: find/remove traps" + (_dwarf() if entry.get("stonework") else ""),
    }


def _fits(entry: dict[str, Any], party_level: int) -> bool:
    low, high = entry.get("levels", (1, 20))
    return bool(low <= party_level <= high)


def _dwarf() -> str:
    found = rules.search("stonework_trap", "dwarf")
    return f"; dwarf: {found.chance} in {found.of}"


def _effect(entry: dict[str, Any], feet: int, party_level: int, rng: random.Random) -> str:
    match entry["effect"]:
        case "fall":
            return f"fall of {feet} feet, {rules.falling(feet).dice} damage"
        case "poison":
            found = rules.poison("ABD"[min(2, party_level // 5)])
            return (
                f"poison class {found.poison_class}, onset {found.onset} {found.onset_unit}: "
                f"{_damage(found.failed_save)} if the save fails, {_damage(found.made_save)} if it is made"
            )
        case "missile":
            number = entry["number"] if entry["number"] == "1" else str(rules.roll(entry["number"], rng))
            dice = rules.damage(entry["weapon"]).dice
            thac0 = rules.monster_thac0(min(12, party_level + 1)).thac0
            return f"{number} {entry['weapon']}{'' if number == '1' else 's'}, THAC0 {thac0}, {dice} each"
        case _:
            found_spell = rules.spell(entry["spell"], max(party_level, 5 if party_level >= 5 else 1))
            return f"{found_spell.dice} damage, {found_spell.area or 'one target'}"


def _damage(text: str | None) -> str:
    if text in {None, "0"}:
        return "no damage"
    return "death" if str(text).lower() == "death" else f"{text} damage"
