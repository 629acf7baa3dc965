"""What every room holds, decided before any room is filled: kinds, owners, shares, keys and clues.

All that ties rooms to each other is fixed here, from sources that no single room shares; a room that is rolled again
finds the same share, the same key and the same clue in the plan.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from contracts.dungeons import DungeonBrief
from workers.world_designer.dungeon.budget import (
    experience_shares,
    magic_number,
    treasure_shares,
    wanted_experience,
)
from workers.world_designer.dungeon.cast import NOBODY, Cast, Member, free_name
from workers.world_designer.dungeon.factions import Faction, choose_factions, territories
from workers.world_designer.dungeon.layout import Layout
from workers.world_designer.dungeon.words import own, plain_choice
from workers.world_designer.prose import stream

Kind = Literal["monster", "trap", "special", "empty", "treasure"]
_MIX: Final[tuple[Kind, ...]] = ("monster", "empty", "monster", "trap", "empty", "special")
"""One third monsters, one third empty, one sixth each of traps and special things."""


@dataclass(frozen=True, slots=True)
class Clue:
    """A hint that stands in one room and points to another."""

    about: str
    node: int
    sign: str
    faction: str = ""


@dataclass(frozen=True, slots=True)
class RoomPlan:
    """What one room gets.

    Attributes:
        experience: Its share, 0 for a room without monsters.
        gold_pieces: Its share, 0 for a room without treasure.
        keys: What the keys are that lie here, by the zone they open.
        other: A room that things here may speak of.
        foe: The nearest room with monsters, for what is heard or called from here.
        turn: How many rooms of its kind come before it: what is dealt in turn does not repeat soon.
        cells: How many cells of 10 feet it has.
        parent: The room it was hung on, by node.
        ties: Whom of the campaign things found here name.
        master: Who leads the place, by a name that the campaign does not have; empty but in the goal.
    """

    node: int
    number: int
    name: str
    function: str
    kind: Kind
    faction: Faction
    is_goal: bool
    is_lair: bool
    experience: int
    gold_pieces: int
    magic: int
    keys: Mapping[int, str]
    clues: tuple[Clue, ...]
    other: int
    foe: int
    turn: int
    cells: int
    parent: int | None
    ties: tuple[Member, ...]
    master: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole: rooms in the order of their numbers, and the targets they share."""

    rooms: tuple[RoomPlan, ...]
    factions: tuple[Faction, ...]
    experience_wanted: int
    experience_target: int
    gold_target: int


def make_plan(
    brief: DungeonBrief, theme: str, layout: Layout, numbers: Mapping[int, int], functions: Mapping[int, str],
    seed: int, retry: int, cast: Cast = NOBODY,
) -> Plan:  # fmt: skip
    """Decide for every room what it gets."""
    about = (retry, len(numbers))
    factions = choose_factions(theme, brief.party_level, brief.rooms, seed, cast)
    held = territories(layout.graph, factions, seed, retry)
    kinds = _kinds(layout, numbers, functions, stream(seed, "kinds", *about))
    owners = _owners(held, kinds, factions, layout, stream(seed, "owners", *about))
    cells = {node: len(found) for floor in layout.floors.values() for node, found in floor.rooms.items()}
    monsters = {
        node: (owners[node], _weight(layout, node), cells[node])
        for node, kind in sorted(kinds.items())
        if kind == "monster"
    }
    target, experience = experience_shares(brief, monsters, layout.graph.goal)
    lairs = _lairs(kinds, functions, layout)
    hoards = _hoard_weights(layout, kinds, lairs, stream(seed, "hoards", *about))
    gold_target, gold = treasure_shares(brief, target, hoards)
    magic = _magic_places(brief, layout, hoards, stream(seed, "magic", *about))
    keys = _keys(layout, stream(seed, "keys", *about))
    clues = _clues(layout, numbers, kinds, owners, factions, stream(seed, "clues", *about))
    names = _names(numbers, functions, layout, goal_name(theme, seed), stream(seed, "names", *about))
    others = stream(seed, "others", *about)
    ties = _ties(layout, numbers, cast, stream(seed, "ties", *about))
    masters = stream(seed, "master", *about)
    master = free_name(cast, lambda: plain_choice(masters, own("settings")["first_names"][0]))
    rooms = tuple(
        RoomPlan(
            node=node,
            number=number,
            name=names[node],
            function=goal_function(names[node]) if node == layout.graph.goal else functions[node],
            kind=kinds[node],
            faction=owners[node],
            is_goal=node == layout.graph.goal,
            is_lair=node in lairs,
            experience=experience.get(node, 0),
            gold_pieces=gold.get(node, 0),
            magic=magic.count(node),
            keys=keys.get(node, {}),
            clues=tuple(clues.get(node, ())),
            other=_another(number, len(numbers), others),
            foe=_nearest_foe(number, [numbers[one] for one in monsters if one != node]),
            turn=sum(kinds[one] == kinds[node] for one, before in numbers.items() if before < number),
            cells=cells[node],
            parent=layout.graph.nodes[node].parent,
            ties=tuple(ties.get(node, ())),
            master=master if node == layout.graph.goal else "",
        )
        for node, number in sorted(numbers.items(), key=lambda one: one[1])
    )
    return Plan(rooms, factions, wanted_experience(brief), target, gold_target)


def _kinds(
    layout: Layout, numbers: Mapping[int, int], functions: Mapping[int, str], rng: random.Random
) -> dict[int, Kind]:
    """Fixed for the goal, the hidden rooms, the guards and the entrance; the others share the usual mix."""
    found: dict[int, Kind] = {0: "empty"}
    for node in layout.graph.nodes:
        if node.is_hidden:
            found[node.id] = "treasure"
        elif functions[node.id] == "guard":
            found[node.id] = "monster"
    found[layout.graph.goal] = "monster"
    deck = [_MIX[index % len(_MIX)] for index in range(len(numbers))]
    for kind in found.values():
        if kind in deck:
            deck.remove(kind)
    left = [node for node in sorted(numbers) if node not in found]
    chosen = deck[: len(left)]
    rng.shuffle(chosen)
    return found | dict(zip(left, chosen, strict=True))


def _owners(
    held: Mapping[int, str], kinds: Mapping[int, Kind], factions: Sequence[Faction], layout: Layout, rng: random.Random
) -> dict[int, Faction]:
    """The faction whose ground it is; now and then vermin, but not in the goal."""
    by_id = {one.id: one for one in factions}
    found = {}
    for node in sorted(held):
        is_pest = rng.random() < 0.2 and kinds[node] == "monster" and node != layout.graph.goal
        found[node] = by_id["pests" if is_pest else held[node]]
    return found


def _weight(layout: Layout, node: int) -> float:
    """Deeper in, stronger: 0.7 at the entrance to 1.3 in the last segment."""
    last = max(1, *(one.segment for one in layout.graph.nodes))
    return 0.7 + 0.6 * layout.graph.nodes[node].segment / last


def _lairs(kinds: Mapping[int, Kind], functions: Mapping[int, str], layout: Layout) -> set[int]:
    homes = {"lair", "living", "hall", "vault"}
    return {node for node, kind in kinds.items() if kind == "monster" and functions[node] in homes} | {
        layout.graph.goal
    }


def _hoard_weights(layout: Layout, kinds: Mapping[int, Kind], lairs: set[int], rng: random.Random) -> dict[int, float]:
    """Where treasure is and how much of it: a third with the master, much in lairs and hidden rooms."""
    weights: dict[int, float] = {}
    for node, kind in sorted(kinds.items()):
        chance = rng.random()
        if kind == "treasure":
            weights[node] = 2.0
        elif node in lairs:
            weights[node] = 1.5
        elif kind == "monster" and chance < 0.5:
            weights[node] = 0.5
        elif kind in {"trap", "empty"} and node and chance < 0.25:
            weights[node] = 0.7
    weights[layout.graph.goal] = max(
        2.0, 0.5 * sum(weight for node, weight in weights.items() if node != layout.graph.goal)
    )
    return weights


def _magic_places(brief: DungeonBrief, layout: Layout, hoards: Mapping[int, float], rng: random.Random) -> list[int]:
    """The nodes that hold magical items, once for each; the master has the first."""
    others = sorted(node for node in hoards if node != layout.graph.goal)
    found = [layout.graph.goal]
    while len(found) < magic_number(brief):
        found.append(rng.choices(others, [hoards[node] for node in others])[0] if others else layout.graph.goal)
    return found


def _keys(layout: Layout, rng: random.Random) -> dict[int, dict[int, str]]:
    found: dict[int, dict[int, str]] = {}
    texts = rng.sample(own("settings")["keys"], len(own("settings")["keys"]))
    for zone, node in sorted(layout.graph.keys.items()):
        found.setdefault(node, {})[zone] = plain_choice(rng, texts[(zone - 1) % len(texts)])
    return found


def _clues(
    layout: Layout,
    numbers: Mapping[int, int],
    kinds: Mapping[int, Kind],
    owners: Mapping[int, Faction],
    factions: Sequence[Faction],
    rng: random.Random,
) -> dict[int, list[Clue]]:
    """At least one clue for the goal, every hidden room, every key and every trap, in a room that is walked before."""
    found: dict[int, list[Clue]] = {}
    hidden = [node.id for node in layout.graph.nodes if node.is_hidden]
    wanted = [Clue("goal", layout.graph.goal, factions[0].sign)]
    wanted += [Clue("secret", layout.graph.nodes[node].parent or 0, "a row of small marks") for node in hidden]
    wanted += [Clue("key", node, "a label") for node in sorted(set(layout.graph.keys.values()))]
    wanted += [Clue("trap", node, "what the trap left") for node, kind in sorted(kinds.items()) if kind == "trap"]
    rivals = [node for node, kind in sorted(kinds.items()) if kind == "monster" and owners[node].kind != "pest"]
    wanted += [
        Clue("faction", node, owners[node].signs[index % len(owners[node].signs)], owners[node].name)
        for index, node in enumerate(rivals[:: max(1, len(rivals) // 4)])
    ]
    for clue in wanted:
        before = [
            node
            for node, number in sorted(numbers.items())
            if number < numbers[clue.node] and node not in hidden and _has_room_for(clue, found.get(node, []))
        ]
        others = [node for node in sorted(numbers) if node != clue.node and node not in hidden]
        if clue.faction:
            # Where they live themselves, nobody wonders who came through.
            before = others = [node for node in before if kinds[node] != "monster" or owners[node].name != clue.faction]
        usable = before or [node for node in others if _has_room_for(clue, found.get(node, []))] or others
        if usable:
            found.setdefault(rng.choice(usable), []).append(clue)
    return found


def _ties(layout: Layout, numbers: Mapping[int, int], cast: Cast, rng: random.Random) -> dict[int, list[Member]]:
    """A room for each of those concerned, neither the first nor a hidden one, and each another while there are."""
    nodes = layout.graph.nodes
    usable = [node for node in sorted(numbers) if numbers[node] > 1 and not nodes[node].is_hidden]
    found: dict[int, list[Member]] = {}
    for one, node in zip(cast.all("concerned"), rng.sample(usable, len(usable)), strict=False):
        found.setdefault(node, []).append(one)
    return found


def _has_room_for(clue: Clue, there: Sequence[Clue]) -> bool:
    """Two clues to a room at most, and never two of a kind."""
    return len(there) < 2 and all(one.about != clue.about for one in there)


def _names(
    numbers: Mapping[int, int], functions: Mapping[int, str], layout: Layout, goal: str, rng: random.Random
) -> dict[int, str]:
    """A name for each room that no other has; the goal has its own."""
    nouns = own("settings")["rooms"][layout.style]
    found: dict[int, str] = {}
    taken = {goal}
    for node in sorted(numbers, key=lambda one: numbers[one]):
        noun = rng.choice(nouns[functions[node]])
        name, adjectives = noun, rng.sample(own("settings")["adjectives"], 12)
        while name in taken and adjectives:
            name = f"{adjectives.pop()} {noun}"
        if name in taken:
            name = f"{noun} at {numbers[node]}"
        taken.add(name)
        found[node] = name
    return found | {layout.graph.goal: goal}


def goal_function(name: str) -> str:
    """What the furniture of the last room is like, by its name."""
    return str(own("settings")["goal_functions"].get(name.lower(), "vault"))


def goal_name(theme: str, seed: int) -> str:
    """What the last room is called: `Sunken Counting House`."""
    return (
        str(stream(seed, "goal", theme).choice(own("settings")["themes"][theme]["goals"])).title().replace("'S", "'s")
    )


def _another(number: int, rooms: int, rng: random.Random) -> int:
    """A room not far off in walking order, never the room itself."""
    near = [one for one in range(max(1, number - 4), min(rooms, number + 5) + 1) if one != number]
    return rng.choice(near)


def _nearest_foe(number: int, monsters: Sequence[int]) -> int:
    """The room with monsters that is nearest in walking order; the room itself when it is the only one."""
    return min(monsters, key=lambda one: (abs(one - number), one), default=number)
