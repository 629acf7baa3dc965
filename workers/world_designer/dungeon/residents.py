"""Groups of creatures for a room: which, how many, and their whole stat line with rolled hit points."""

import functools
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import rules
from workers.world_designer.dungeon.factions import Faction, hit_dice_of
from workers.world_designer.dungeon.words import named

LEAST_SENSE: Final = 5
"""Intelligence from which one can be talked to."""
MOST_OF_ONE: Final = 14
_CLOSE_ENOUGH: Final = 0.12
_LEADER_SHARE: Final = 1.1
"""A master of the place may be worth a little more than the share of its room."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one encounter may be: Hit Dice of all together and of one creature, and the cells they have."""

    all_hit_dice: float
    one_hit_dice: float
    cells: float

    def less(self, group: "Group") -> "Limits":
        """What is left beside this group."""
        return Limits(
            self.all_hit_dice - group.number * hit_dice_of(group.creature),
            self.one_hit_dice,
            self.cells - group.number * space_of(group.creature),
        )


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
    return creature_of(creature).experience_points or 0


@functools.cache
def manner_of(creature: str) -> str:
    """How a creature behaves, whoever leads it: people, cunning, undead, construct, beast or pest."""
    found = creature_of(creature)
    if creature in _WITHOUT_HANDS:
        return "cunning"
    match found.kind:
        case "undead" | "construct":
            return found.kind
        case "ooze" | "plant":
            return "pest"
        case _:
            return "people" if found.intelligence[1] >= LEAST_SENSE else "beast"


_WITHOUT_HANDS: Final = frozenset(
    {
        "behir", "dark_naga", "dire_wolf", "giant_spider", "guardian_naga", "hell_hound", "nightmare", "phase_spider",
        "red_dragon", "spirit_naga", "white_dragon", "winter_wolf", "worg",
    }
)  # fmt: skip
"""They understand and may be bargained with, but they play no dice, mend no gear and stretch no trip line."""


@functools.cache
def creature_of(name: str) -> rules.Creature:
    """The rules' entry of a creature, looked up once."""
    return rules.creature(name)


@functools.cache
def gets_about(creature: str) -> bool:
    """Whether it leaves its place at all: a piercer waits under its ceiling, a shrieker is a mushroom."""
    return creature not in _WAITING and max(creature_of(creature).movement.values(), default=0) >= _SLOWEST


_SLOWEST: Final = 3
_WAITING: Final = frozenset({"mimic", "roper", "cloaker"})


def choose_groups(
    faction: Faction, share: int, limits: Limits, rng: random.Random, *, boss: bool = False
) -> tuple[Group, ...]:
    """Who is met, worth about `share`, within the limits of the party.

    The master of the place comes first, then followers. Where one kind is worth too little, another is with it.
    """
    found: list[Group] = []
    if boss and (leader := _leader(faction, share, limits, rng)):
        found.append(leader)
    for _ in range(2):
        rest = share - sum(group.experience for group in found)
        left = _less(limits, found)
        met = {group.creature for group in found}
        if rest > 0.1 * share and (group := _one_kind(faction.creatures, rest, left, rng, but=met)):
            found.append(group)
    return tuple(found) or (Group(_weakest(faction.creatures), 1),)


def reachable(faction: Faction, wanted: int, limits: Limits, *, boss: bool) -> int:
    """The experience nearest to what is wanted that an encounter with this faction can be worth within the limits."""
    alone = [group.experience for group in _possible(faction.creatures, limits)]
    alone = alone or [experience_of(_weakest(faction.creatures))]
    led = [
        experience_of(name) + _most_of(faction.creatures, limits.less(Group(name, 1)), but=name)
        for name in (faction.leaders if boss else ())
        if hit_dice_of(name) <= limits.one_hit_dice and experience_of(name) <= wanted * _LEADER_SHARE
    ]
    possible = [one for one in alone if one <= wanted * (1 + _CLOSE_ENOUGH)]
    return max(min(alone), min(wanted, max([*possible, *led], default=0)))


def _most_of(creatures: Iterable[str], limits: Limits, but: str = "") -> int:
    return max((group.experience for group in _possible(creatures, limits) if group.creature != but), default=0)


def _less(limits: Limits, groups: Iterable[Group]) -> Limits:
    for group in groups:
        limits = limits.less(group)
    return limits


def _leader(faction: Faction, share: int, limits: Limits, rng: random.Random) -> Group | None:
    fitting = [
        name
        for name in faction.leaders
        if hit_dice_of(name) <= limits.one_hit_dice and experience_of(name) <= share * _LEADER_SHARE
    ]
    reach = {
        name: experience_of(name) + _most_of(faction.creatures, limits.less(Group(name, 1)), but=name)
        for name in fitting
    }
    # With whom the share can be reached at all; the two strongest of these.
    able = [name for name in fitting if reach[name] >= 0.9 * share] or sorted(fitting, key=reach.__getitem__)[-1:]
    strong = sorted(able, key=experience_of)[-2:]
    return Group(rng.choice(strong), 1) if strong else None


def _one_kind(
    creatures: Sequence[str], share: int, limits: Limits, rng: random.Random, *, but: set[str]
) -> Group | None:
    """A kind and a number that come near the share; None when nothing may be met beside what there is."""
    possible = [group for group in _possible(creatures, limits) if group.creature not in but]
    if but:
        # Company must not cost more than what is missing by much.
        possible = [group for group in possible if group.experience <= share * 1.3]
    if not possible:
        return None
    near = [group for group in possible if abs(group.experience - share) <= _CLOSE_ENOUGH * share]
    # Those that the faction is made of come rather than the beasts that follow them.
    if rng.random() < 0.5:
        near = [group for group in near if group.creature == creatures[0]] or near
    return rng.choice(near) if near else min(possible, key=lambda one: (abs(one.experience - share), one.creature))


def _possible(creatures: Iterable[str], limits: Limits) -> list[Group]:
    """Every kind and number within the limits."""
    found = []
    for name in creatures:
        dice = hit_dice_of(name)
        if dice <= min(limits.one_hit_dice, limits.all_hit_dice):
            fitting = int(limits.cells / space_of(name))
            most = min(MOST_OF_ONE, int(limits.all_hit_dice / dice), _most_together(name), fitting)
            found += [Group(name, number) for number in range(1, most + 1)]
    return found


@functools.cache
def space_of(creature: str) -> float:
    """The cells of 10 feet that one needs to live and fight in, by its size."""
    return _SPACES[creature_of(creature).size[-1]]


_SPACES: Final = {"T": 0.25, "S": 0.5, "M": 0.5, "L": 1.0, "H": 2.0, "G": 4.0}


@functools.cache
def _most_together(creature: str) -> int:
    """As many as its description says are met, and at least a few of what lives alone but not here."""
    return max(3, creature_of(creature).number_appearing[1])


def _weakest(creatures: Iterable[str]) -> str:
    return min(creatures, key=lambda name: (experience_of(name), name))


def stat_block(group: Group, rng: random.Random) -> dict[str, Any]:
    """The 2nd edition line of a group, every number from the rules library, hit points rolled one by one."""
    found = creature_of(group.creature)
    return {
        "creature": group.creature,
        "name": named(group.creature),
        "spoken": group.spoken,
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
