"""The wandering table: drawn from the keyed residents, so that whoever is killed on the way is missing at home."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from workers.world_designer.dungeon.residents import Group, experience_of, gets_about, manner_of, stat_block
from workers.world_designer.dungeon.words import named, pick, vocabulary_version
from workers.world_designer.prose import stream

_MOST: Final = 8
_DOING: Final = {
    "people": (
        "going the rounds",
        "carrying {water|loot|firewood}",
        "looking for {a deserter|the way out|food}",
        "come to relieve the watch",
    ),
    "cunning": ("hunting", "going the rounds", "drawn by voices"),
    "undead": ("following the sound of steps", "walking {the same round|the length of the passages}", "drawn by light"),
    "beast": ("hunting", "on the way to water", "driven out by something stronger"),
    "construct": ("carrying out an old order", "sweeping the floor"),
    "pest": ("looking for food", "drawn by the smell of blood"),
}


def wandering_table(rooms: Sequence[Mapping[str, Any]], seed: int) -> dict[str, Any]:
    """One entry for each kind of resident, from the room nearest to the entrance that has it.

    Args:
        rooms: The rooms of the document, in walking order.
        seed: The dungeon's.
    """
    homes: dict[str, list[Mapping[str, Any]]] = {}
    for room in rooms:
        for group in room["creatures"]:
            if not room["goal"] and gets_about(group["creature"]):
                homes.setdefault(group["creature"], []).append(room)
    # Where nobody else can, the master's followers walk about, or whoever there is.
    if not homes:
        homes = {group["creature"]: [room] for room in rooms for group in room["creatures"]}
    entries = [_entry(creature, found, seed) for creature, found in list(homes.items())[:_MOST]]
    for index, entry in enumerate(entries):
        entry["roll"] = index + 1
    return {
        "die": f"d{len(entries)}",
        "check": "1 in 6 every third turn, and at once after loud noise",
        "note": "Whoever is met here is missing from the room named.",
        "entries": entries,
    }


def _entry(creature: str, homes: Sequence[Mapping[str, Any]], seed: int) -> dict[str, Any]:
    rng = stream(seed, "wandering", creature, vocabulary_version())
    home = homes[0]
    there = next(group for group in home["creatures"] if group["creature"] == creature)
    number = rng.randint(1, max(1, (there["number"] + 1) // 2))
    block = stat_block(Group(creature, number), rng)
    return {
        "roll": 0,
        "creature": creature,
        "name": named(creature, number),
        "number": number,
        "from_room": home["number"],
        "rooms": [room["number"] for room in homes],
        "doing": pick(rng, _DOING[manner_of(creature)]),
        "hit_points": block["hit_points"],
        "experience": number * experience_of(creature),
    }
