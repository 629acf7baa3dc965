"""Who lives here now: one faction that holds the goal, rivals in larger places, each with rooms next to each other."""

import functools
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import rules
from workers.world_designer.dungeon.cast import NOBODY, Cast, free_name
from workers.world_designer.dungeon.graph import Graph
from workers.world_designer.dungeon.words import named, own, plain_choice
from workers.world_designer.prose import stream

_PESTS_ID: Final = "pests"


@dataclass(frozen=True, slots=True)
class Faction:
    """One group of residents.

    Attributes:
        kind: people, undead, beast or construct; pests for what belongs to nobody.
        creatures: Of the rules library, in the order of the file.
        leaders: Who may lead it at this party's level.
        want: What it is after; a reason to talk.
        sign: What it leaves behind, most of all.
        signs: All that it leaves behind.
        stored: The id of the campaign's own faction that this is; empty for one of ours.
    """

    id: str
    name: str
    kind: str
    creatures: tuple[str, ...]
    leaders: tuple[str, ...]
    want: str
    sign: str
    signs: tuple[str, ...]
    stored: str = ""


def choose_factions(theme: str, party_level: int, rooms: int, seed: int, cast: Cast = NOBODY) -> tuple[Faction, ...]:
    """One to four factions that fit the theme and the party, the first one in power, and the pests last.

    A faction of the campaign that has the part of the holder is the one in power.
    """
    rng = stream(seed, "factions", theme, party_level, rooms >= 12, rooms >= 40)
    fitting = [
        one
        for one in own("factions")["factions"]
        if theme in one["themes"] and one["levels"][0] <= party_level <= one["levels"][1]
    ]
    number = min(len(fitting), 1 if rooms < 12 else 2 if rooms < 40 else 3)
    # Whoever has plans makes the better master of the place; beasts come second.
    masters = [one for one in fitting if one["kind"] != "beast"]
    first, holder = rng.choice(masters or fitting), cast.first("holder")
    if holder is not None:
        first = next(one for one in own("factions")["factions"] if one["id"] == holder.plays)
    others = [one for one in fitting if one is not first]
    chosen = [first, *rng.sample(others, min(number - 1, len(others)))]
    led, *rest = (_faction(one, rng, cast) for one in chosen)
    if holder is not None:
        led = replace(led, name=holder.name, want=holder.wants or led.want, stored=holder.id)
    return (led, *rest, _pests(party_level))


def _faction(entry: dict[str, Any], rng: random.Random, cast: Cast) -> Faction:
    return Faction(
        id=entry["id"],
        name=free_name(cast, lambda: plain_choice(rng, entry["name"])),
        kind=entry["kind"],
        creatures=tuple(entry["creatures"]),
        leaders=tuple(entry["leaders"]),
        want=rng.choice(entry["wants"]),
        sign=rng.choice(entry["signs"]),
        signs=tuple(entry["signs"]),
    )


def _pests(party_level: int) -> Faction:
    low, high = party_level / 3, party_level * 1.2 + 2
    fitting = [name for name in own("factions")["pests"] if low <= hit_dice_of(name) <= high]
    return Faction(
        _PESTS_ID,
        "vermin and wanderers",
        "pest",
        tuple(fitting or ["giant_rat"]),
        (),
        "food",
        "droppings",
        ("droppings",),
    )


@functools.cache
def hit_dice_of(creature: str) -> float:
    """A creature's Hit Dice as a number: 4+3 is 4.75, 1/2 is 0.5."""
    written = rules.creature(creature).hit_dice
    dice = rules.parse_hit_dice(written or "1/2")
    return max(0.25, (dice.dice or 0.5) + dice.change / 4)


def territories(graph: Graph, factions: Sequence[Faction], seed: int, retry: int) -> dict[int, str]:
    """Which faction each node belongs to: the first holds the goal's zone, the others lie before it."""
    rng = stream(seed, "territories", retry, len(graph.nodes), tuple(one.id for one in factions))
    own_ones = [one.id for one in factions if one.id != _PESTS_ID]
    segments = sorted({node.segment for node in graph.nodes}, reverse=True)
    held = {segment: own_ones[index % len(own_ones)] for index, segment in enumerate(segments)}
    found: dict[int, str] = {}
    for node in graph.nodes:
        stays = rng.random() < 0.85
        found[node.id] = held[node.segment] if stays else rng.choice(own_ones)
    found[graph.goal] = own_ones[0]
    return found


def spoken_list(creatures: Sequence[str]) -> str:
    """The creatures in the plural, for a sentence."""
    return ", ".join(named(one, 2) for one in creatures)
