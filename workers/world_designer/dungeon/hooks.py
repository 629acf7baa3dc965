"""What leads to a dungeon: where it lies, who pays, what is said, and finds that name what the campaign holds.

Everything follows from brief, seed, cast and plan, so it can be told with the layout. What is said of a stored person
or place is what was found, sent or written by others: nothing here settles anything about them.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from contracts.dungeons import DungeonBrief
from workers.world_designer.content.quest import MOST_OF_A_VILLAGER, REWARD_PER_LEVEL
from workers.world_designer.dungeon.cast import Cast, Member
from workers.world_designer.dungeon.plan import Plan, RoomPlan
from workers.world_designer.dungeon.words import own
from workers.world_designer.prose import and_list, phrase, stream
from workers.world_designer.vocabulary.content import phrases


def hooks_of(brief: DungeonBrief, cast: Cast, plan: Plan, name: str, seed: int) -> dict[str, Any]:
    """The parts of the document's head that lead to the place: `where`, `quest` and `rumours`."""
    rng, words = stream(seed, "hooks", name), own("hooks")
    slots = _slots(plan, name)
    near, patron = cast.first("near"), cast.first("patron")
    where = phrase(rng.choice(words["where"]), rng, {"near": near.name}) if near else ""
    gold = REWARD_PER_LEVEL * brief.party_level * brief.party_size
    invented = rng.choice(phrases("folk")["people_of_means" if gold > MOST_OF_A_VILLAGER else "people_generic"])
    asked = slots | {"giver": patron.name if patron else invented, "gold": f"{gold:,}"}
    quest = {"giver": asked["giver"], "text": phrase(rng.choice(words["quests"]), rng, asked), "reward_gp": gold}
    return {
        "where": where,
        "quest": quest | ({"giver_id": patron.id} if patron else {}),
        "rumours": list(_rumours(plan, slots, _tellers(cast), rng)),
    }


def _slots(plan: Plan, name: str) -> dict[str, str]:
    goal, master = next(one for one in plan.rooms if one.is_goal), plan.factions[0]
    held = [str(one.number) for one in plan.rooms if one.kind == "monster" and one.faction == master]
    return {
        "place": f"the {name[4:]}" if name.startswith("The ") else name,
        "goal": goal.name.lower(),
        "faction": master.name,
        "want": master.want,
        "rooms": f"room{'s' if len(held) > 1 else ''} {and_list(held)}",
    }


def _tellers(cast: Cast) -> Sequence[Member]:
    return [one for one in cast.members if one.type == "npc"]


def _rumours(
    plan: Plan, slots: Mapping[str, str], tellers: Sequence[Member], rng: random.Random
) -> Iterator[dict[str, Any]]:
    """One or two that are true, one half true and one false, with what is behind each; stored people tell one each."""
    told = {
        "goal": next(one.number for one in plan.rooms if one.is_goal),
        "secret": next((clue_room(plan, one) for one in plan.rooms if one.function == "hidden"), None),
        "trap": next((one.number for one in plan.rooms if one.kind == "trap"), None),
    }
    # Whoever is no people has wants, but nothing to say about them.
    talks = ["wants"] if plan.factions[0].kind == "people" else []
    possible = ["holders", *talks, *(["secret"] if told["secret"] else [])]
    half = ["goal", *(["trap"] if told["trap"] else [])]
    chosen = [*rng.sample(possible, min(2, len(possible))), rng.choice(half), rng.choice(("empty", "floor"))]
    asked = rng.sample(tellers, len(tellers))
    for about in chosen:
        entry = own("hooks")[about]
        facts = {**slots, "room": str(told.get(about) or "")}
        teller = asked.pop() if asked else None
        yield {
            "said": phrase(rng.choice(entry["said"]), rng, facts),
            "truth": entry["truth"],
            "behind": phrase(entry["behind"], rng, facts),
        } | ({"told_by": teller.name, "told_by_id": teller.id} if teller else {})


def clue_room(plan: Plan, hidden: RoomPlan) -> int:
    """The number of the room that the secret door to a hidden room is in."""
    return next(one.number for one in plan.rooms if one.node == hidden.parent)


def tie_of(member: Member, other: int, rng: random.Random) -> dict[str, Any]:
    """Something found in a room that names a stored entity.

    Args:
        member: Whom or what it names.
        other: The room it points on to.
        rng: The room's own source.
    """
    ties = own("hooks")["ties"]
    words = ties.get(member.type, ties["place"])
    text = phrase(rng.choice(words), rng, {"name": member.name, "other": str(other)})
    return {"id": member.id, "type": member.type, "name": member.name, "text": text}
