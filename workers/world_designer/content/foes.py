"""Who comes: a creature that fits the ground and the party, how many of it, and their statistics."""

import functools
import random
from dataclasses import dataclass
from typing import Final

import rules
from contracts.generators import EncounterOrder
from workers.world_designer.content.creatures import StatLine, experience_of, power_of, stat_line

SHARES: Final = {"easy": 0.4, "standard": 0.75, "deadly": 1.2}
"""What the foes' Hit Dice are to the party's levels, by danger. Ours; the book leaves balance to the Dungeon Master."""
_FEWEST, _MOST = 0.5, 1.35
_CLIMATES: Final = {"arctic": "arctic", "jungle": "tropical"}
_TAME: Final = frozenset({"draft_horse", "heavy_horse", "light_horse", "medium_horse", "mule", "pony", "riding_horse"})
_MOST_FOES: Final = 24
_NATIVE: Final = 80
_HEAD_START: Final = {"easy": 1, "standard": 2, "deadly": 4}
"""By how many Hit Dice a single foe may be above the party's level."""


@dataclass(frozen=True, slots=True)
class Foes:
    """Some creatures of one kind, the dice their number was rolled with, and their statistics."""

    creature: rules.Creature
    number: int
    dice: str
    stats: StatLine


@functools.cache
def candidates(terrain: str, climate: str | None, kind: str | None) -> tuple[rules.Creature, ...]:
    """The creatures that may be met on some ground, the tame ones left out; of any climate when the own has none."""
    wanted = climate or _CLIMATES.get(terrain, "temperate")
    found = rules.find_creatures(terrain=terrain, climate=wanted, kind=kind) or rules.find_creatures(
        terrain=terrain, kind=kind
    )
    return tuple(one for one in found if one.name not in _TAME and one.hit_dice and experience_of(one))


def choose_foes(brief: EncounterOrder, terrain: str, rng: random.Random) -> Foes:
    """The foes of an encounter: those that were asked for, else a match for the party that lives on this ground.

    Raises:
        rules.RuleError: There is no such creature.
    """
    creature = rules.creature(brief.creature) if brief.creature else _chosen(brief, terrain, rng)
    mean = max(1.0, _target(brief) / power_of(creature))
    most = min(_MOST_FOES, creature.number_appearing[1] or 1, 8 * brief.party_size)
    number, dice = (brief.number, str(brief.number)) if brief.number else _number(min(mean, most), most, rng)
    return Foes(creature, number, dice, stat_line(creature, number, rng))


def _target(brief: EncounterOrder) -> float:
    return brief.party_size * brief.party_level * SHARES[brief.danger]


def _chosen(brief: EncounterOrder, terrain: str, rng: random.Random) -> rules.Creature:
    """One that fits the party, drawn by how often it is met; natives of the ground come before those of any ground."""
    every = candidates(terrain, brief.climate, brief.creature_kind)
    if not every:
        every = candidates(terrain, None, None)
    fitting = [one for one in every if _fits(one, brief)] or [min(every, key=lambda one: _misfit(one, brief))]
    natives = [one for one in fitting if terrain in one.terrain]
    if natives and rng.randint(1, 100) <= _NATIVE:
        fitting = natives
    table = rules.default_rulebook().table("encounter_frequency")
    return rng.choices(fitting, [int(table.value(one.frequency)) for one in fitting])[0]


def _fits(creature: rules.Creature, brief: EncounterOrder) -> bool:
    """As many of it as may come are a match; one alone is neither too much nor beneath notice."""
    power, target = power_of(creature), _target(brief)
    most = min(_MOST_FOES, creature.number_appearing[1] or 1)
    dice = rules.parse_hit_dice(creature.hit_dice or 1).dice
    one_alone = brief.party_level / 5 <= power and dice <= brief.party_level + _HEAD_START[brief.danger]
    return one_alone and power <= target * _MOST and power * most >= target * _FEWEST


def _misfit(creature: rules.Creature, brief: EncounterOrder) -> float:
    power, target = power_of(creature), _target(brief)
    return max(power - target, target - power * (creature.number_appearing[1] or 1))


def _number(mean: float, most: int, rng: random.Random) -> tuple[int, str]:
    """A number near the mean, rolled with dice that say so: `1d4+3`."""
    if mean < 1.75 or most == 1:
        return 1, "1"
    sides = next(sides for sides in (12, 10, 8, 6, 4, 3, 2) if sides <= mean or sides == 2)
    change = max(0, round(mean - (sides + 1) / 2))
    dice = f"1d{sides}{f'+{change}' if change else ''}"
    return min(most, rules.roll(dice, rng)), dice
