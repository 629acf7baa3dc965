"""Groups of creatures for a room: which, how many, and their whole stat line with rolled hit points."""

import functools
import random
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import rules
from workers.world_designer.dungeon.budget import Limits
from workers.world_designer.dungeon.factions import Faction, hit_dice_of
from workers.world_designer.dungeon.words import named

MOST_OF_ONE: Final = 14
_CLOSE_ENOUGH: Final = 0.2


@dataclass(frozen=True, slots=True)
class Group:
    """So many creatures of one kind."""

    creature: str
    number: int

    @property
    def experience(self) -> int:
        """What all of them are worth."""
        return self.number * experience_of(self.creature)

    @property
    def spoken(self) -> str:
        """`4 goblins` without its number: `goblins`."""
        return named(self.creature, self.number)


@functools.cache
def experience_of(creature: str) -> int:
    """Experience points of one."""
    return rules.creature(creature).experience_points or 0


def choose_groups(
    faction: Faction, share: int, limits: Limits, rng: random.Random, *, boss: bool = False
) -> tuple[Group, ...]:
    """Who is met, worth about `share`, within the limits of the party.

    The master of the place comes first and takes at most two thirds of the share; followers make up the rest.
    """
    if boss and (leader := _leader(faction, share, limits, rng)):
        rest = share - leader.experience
        left = Limits(max(0.5, limits.all_hit_dice - hit_dice_of(leader.creature)), limits.one_hit_dice)
        followers = _one_kind(faction.creatures, rest, left, rng, but=leader.creature) if rest > 0.15 * share else None
        return (leader, followers) if followers else (leader,)
    found = _one_kind(faction.creatures, share, limits, rng) or Group(_weakest(faction.creatures), 1)
    return (found,)


def _leader(faction: Faction, share: int, limits: Limits, rng: random.Random) -> Group | None:
    fitting = [
        name
        for name in faction.leaders
        if hit_dice_of(name) <= limits.one_hit_dice and experience_of(name) <= share * 1.1
    ]
    strong = sorted(fitting, key=experience_of)[-2:]
    return Group(rng.choice(strong), 1) if strong else None


def _one_kind(
    creatures: Iterable[str], share: int, limits: Limits, rng: random.Random, *, but: str = ""
) -> Group | None:
    """The kinds and numbers that come near the share, the nearest ones likelier; None when nothing may be met at all."""
    possible: list[tuple[float, Group]] = []
    for name in creatures:
        dice = hit_dice_of(name)
        if name == but or dice > limits.one_hit_dice or dice > limits.all_hit_dice:
            continue
        most = min(MOST_OF_ONE, max(1, int(limits.all_hit_dice / dice)), _most_together(name))
        for number in range(1, most + 1):
            group = Group(name, number)
            possible.append((abs(group.experience - share) / max(1, share), group))
    if not possible:
        return None
    near = [group for error, group in possible if error <= _CLOSE_ENOUGH]
    return rng.choice(near) if near else min(possible, key=lambda one: (one[0], one[1].creature))[1]


@functools.cache
def _most_together(creature: str) -> int:
    """As many as its description says are met, and at least a few of what lives alone but not here."""
    return max(3, rules.creature(creature).number_appearing[1])


def _weakest(creatures: Iterable[str]) -> str:
    return min(creatures, key=lambda name: (experience_of(name), name))


def stat_block(group: Group, rng: random.Random) -> dict[str, Any]:
    """The 2nd edition line of a group, every number from the rules library, hit points rolled one by one."""
    found = rules.creature(group.creature)
    return {
        "creature": group.creature,
        "name": named(group.creature),
        "number": group.number,
        "armor_class": found.armor_class,
        "movement": _movement(found),
        "hit_dice": found.hit_dice or "1/2",
        "hit_points": sorted((_hit_points(found, rng) for _ in range(group.number)), reverse=True),
        "thac0": found.thac0,
        "attacks": found.attacks,
        "damage": list(found.damage),
        "special_attacks": list(found.special_attacks),
        "special_defenses": list(found.special_defenses),
        "magic_resistance_percent": found.magic_resistance,
        "size": "-".join(found.size),
        "morale": None if found.morale is None else round(sum(found.morale) / 2),
        "intelligence": list(found.intelligence),
        "alignment": found.alignment,
        "experience_each": experience_of(group.creature),
        "experience": group.experience,
        "source": found.source[0],
    }


def _movement(found: rules.Creature) -> str:
    return ", ".join(f"{rate}" if way == "land" else f"{way} {rate}" for way, rate in found.movement.items()) or "0"


def _hit_points(found: rules.Creature, rng: random.Random) -> int:
    if found.hit_points is not None:
        return found.hit_points
    written = found.hit_dice or "1/2"
    dice = rules.parse_hit_dice(written)
    if dice.dice == 0:
        return max(1, rules.roll_die(8 // int(written.partition("/")[2] or 2), rng))
    return max(1, sum(rules.roll_die(8, rng) for _ in range(dice.dice)) + dice.change)
