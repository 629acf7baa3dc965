"""One room filled by its plan, from a source of its own: boxed text first, then the Dungeon Master's facts."""

import random
from typing import Any, Final

from contracts.dungeons import DungeonBrief
from workers.world_designer.dungeon.budget import limits_of
from workers.world_designer.dungeon.hoards import roll_hoard
from workers.world_designer.dungeon.hooks import tie_of
from workers.world_designer.dungeon.perils import make_trap
from workers.world_designer.dungeon.plan import Clue, RoomPlan
from workers.world_designer.dungeon.residents import Group, choose_groups, gets_about, manner_of, stat_block
from workers.world_designer.dungeon.wording import describe
from workers.world_designer.dungeon.words import named, own, pick, plain_choice, say
from workers.world_designer.prose import stream

_DOING: Final = {
    "people": (
        "at dice",
        "eating",
        "asleep but for one",
        "mending gear",
        "arguing in low voices",
        "on watch",
        "dividing loot",
    ),
    "cunning": (
        "gorged and slow",
        "pacing the walls",
        "lying in wait",
        "asleep with one eye open",
        "heads up, listening",
    ),
    "undead": (
        "standing as they fell",
        "walking the same round",
        "kneeling",
        "at a table laid for nobody",
        "waiting in the dark",
    ),
    "beast": ("feeding", "asleep", "guarding their young", "hunting by scent", "alert, ears up"),
    "construct": ("motionless until the room is disturbed", "at a task without an end", "facing the door"),
    "pest": ("feeding on something", "in the corners and cracks", "drawn by the light", "at rest until touched"),
}


_ON_A_LID: Final = "needle"
"""The trap that is part of whatever holds the treasure."""
_NAMED: Final = frozenset({"people", "cunning", "undead"})
_STILL: Final = ("at rest until touched", "in the corners and cracks", "waiting for whatever comes near")
_ALONE: Final = {
    "people": ("eating", "asleep", "sharpening a blade", "counting loot", "awake and listening"),
    "cunning": ("gorged and slow", "pacing the walls", "lying in wait", "asleep with one eye open"),
    "undead": ("standing as it fell", "walking the same round", "kneeling", "waiting in the dark"),
    "beast": ("feeding", "asleep", "guarding its young", "hunting by scent", "alert, head up"),
}


def fill_room(
    plan: RoomPlan, brief: DungeonBrief, theme: str, size: tuple[int, int], numbers: dict[int, int], seed: int
) -> dict[str, Any]:
    """Everything about a room but where it is.

    Args:
        plan: What it gets.
        brief: Party and danger.
        theme: In whose words.
        size: Width and depth in feet.
        numbers: Room numbers by node, for what points elsewhere.
        seed: The dungeon's; a room rolled again draws from a source of its own.
    """
    again = brief.rerolls.get(str(plan.number), 0)

    def source(about: str) -> random.Random:
        return stream(seed, about, plan.node, again)

    groups: tuple[Group, ...] = ()
    if plan.kind == "monster":
        limits = limits_of(brief, boss=plan.is_goal, cells=plan.cells)
        groups = choose_groups(plan.faction, plan.experience, limits, source("creatures"), boss=plan.is_goal)
    words = describe(
        theme, plan.name, plan.function, size, _residents(groups), _kin(groups), source("words"), is_goal=plan.is_goal
    )
    facts = source("facts")
    # Dealt in turn from a deck that begins elsewhere in every dungeon; rolled again, the next but two.
    turn = plan.turn + stream(seed, "deck").randrange(100) + 3 * again
    trap, treasure = _trap(plan, brief, turn, source("trap")), _treasure(plan, groups, source("treasure"))
    if trap and treasure and trap["id"] == _ON_A_LID:
        treasure["where"] = "In what the needle guards"
    return {
        "number": plan.number,
        "name": plan.name,
        "function": plan.function,
        "kind": plan.kind,
        "goal": plan.is_goal,
        "read_aloud": words.read_aloud,
        "creatures": [
            _met(group, plan, source(f"creature {index}"), first=index == 0) for index, group in enumerate(groups)
        ],
        "approach": _approach(plan, groups, facts),
        "trap": trap,
        "special": _special(plan, turn, source("special")),
        "treasure": treasure,
        "keys": [
            {"zone": zone, "what": what, "where": _bearer(groups, source(f"key {zone}"))}
            for zone, what in sorted(plan.keys.items())
        ],
        "clues": [_clue(clue, numbers, source(f"clue {index}")) for index, clue in enumerate(plan.clues)],
        "ties": [tie_of(one, plan.other, source(f"tie {one.id}")) for one in plan.ties],
        "details": _details(plan, words.trace, turn, source("details")),
        "faction": plan.faction.name if groups and plan.faction.kind != "pest" else None,
        "experience": sum(group.experience for group in groups),
        "rerolled": again,
    }


def _residents(groups: tuple[Group, ...]) -> str | None:
    """Who leaves traces: several of a kind, and neither what was built nor what grows."""
    many = max(groups, key=lambda group: group.number, default=None)
    if many is None or many.number == 1 or not gets_about(many.creature):
        return None
    if manner_of(many.creature) in {"construct", "pest"}:
        return None
    return named(many.creature, 2)


def _kin(groups: tuple[Group, ...]) -> str:
    many = max(groups, key=lambda group: group.number, default=None)
    return "beast" if many is None else manner_of(many.creature)


def _met(group: Group, plan: RoomPlan, rng: random.Random, *, first: bool) -> dict[str, Any]:
    block = stat_block(group, rng) | {"doing": _doing(group, rng)}
    # There is one master: a single follower beside it has no name.
    if first and plan.is_goal and group.number == 1 and manner_of(group.creature) in _NAMED:
        block["called"] = plan.master
    return block


def _doing(group: Group, rng: random.Random) -> str:
    manner = manner_of(group.creature)
    if not gets_about(group.creature):
        return rng.choice(_STILL)
    return rng.choice(_ALONE.get(manner, _DOING[manner]) if group.number == 1 else _DOING[manner])


def _approach(plan: RoomPlan, groups: tuple[Group, ...], rng: random.Random) -> str | None:
    """A way through that needs no fight."""
    if not groups:
        return None
    manner = manner_of(groups[0].creature)
    if not gets_about(groups[0].creature):
        manner = "pest"
    elif plan.faction.kind == "pest" and manner in {"people", "cunning"}:
        manner = "beast"
    number = "_one" if sum(group.number for group in groups) == 1 else ""
    return pick(rng, own("settings")[f"noncombat{number}"][manner], want=plan.faction.want)


def _trap(plan: RoomPlan, brief: DungeonBrief, turn: int, rng: random.Random) -> dict[str, Any] | None:
    if plan.kind == "trap":
        return make_trap(brief.party_level, turn, rng, guards_treasure=bool(plan.gold_pieces))
    if plan.kind == "treasure" and rng.random() < 0.5:
        return make_trap(brief.party_level, turn + 3, rng, guards_treasure=True)
    return None


def _special(plan: RoomPlan, turn: int, rng: random.Random) -> dict[str, Any] | None:
    if plan.kind != "special":
        return None
    entries = own("tricks")["specials"]
    entry = entries[turn % len(entries)]
    rooms = {"other": str(plan.other), "foe": str(plan.foe)}
    return {
        "text": say(rng, entry["text"], **rooms) + ".",
        "use": say(rng, entry["use"], **rooms),
        "room": plan.foe if "$foe" in entry["text"] + entry["use"] else plan.other,
    }


def _treasure(plan: RoomPlan, groups: tuple[Group, ...], rng: random.Random) -> dict[str, Any] | None:
    if not plan.gold_pieces:
        return None
    return roll_hoard(groups, plan.gold_pieces, plan.magic, rng, lair=plan.is_lair)


def _bearer(groups: tuple[Group, ...], rng: random.Random) -> str:
    if not groups:
        return plain_choice(rng, rng.choice(own("settings")["bearers"]))
    many = max(groups, key=lambda group: group.number)
    if many.number == 1:
        return plain_choice(rng, f"{{hangs round the neck of|lies beneath}} the {named(many.creature)}")
    return (
        plain_choice(rng, rng.choice(own("settings")["held_by"][manner_of(many.creature)]))
        .replace("$creature", many.spoken)
        .replace("$one", named(many.creature))
    )


def _clue(clue: Clue, numbers: dict[int, int], rng: random.Random) -> dict[str, Any]:
    text = pick(
        rng, own("tricks")["clues"][clue.about], other=str(numbers[clue.node]), sign=clue.sign, faction=clue.faction
    )
    return {"about": clue.about, "room": numbers[clue.node], "text": text}


def _details(plan: RoomPlan, trace: str, turn: int, rng: random.Random) -> list[str]:
    if plan.kind == "empty":
        empties = own("tricks")["empties"]
        return [trace, say(rng, empties[turn % len(empties)], other=str(plan.other), foe=str(plan.foe))]
    return [trace]
