"""How much experience and treasure the whole holds, and each room's share of it, before any room is filled.

Shares are fixed per room, so that a room can be rolled again without touching another. A share is never more than a
fight the party can have: the Hit Dice of all opponents together follow the levels of the party.
"""

import math
from typing import Final

import rules
from contracts.dungeons import DungeonBrief
from workers.world_designer.dungeon.factions import Faction
from workers.world_designer.dungeon.residents import Limits, reachable

TOLERANCE_PERCENT: Final = 25
"""How far totals may be off the target from ten rooms on; smaller dungeons have few throws to even out."""
_LEVEL_SHARE_PER_ROOM: Final = 0.008
_DANGER: Final = {"easy": 0.7, "standard": 1.0, "deadly": 1.4}
_RICHES: Final = {"poor": 0.5, "standard": 1.0, "rich": 2.0}
_BOSS_WEIGHT: Final = 2.5


def limits_of(brief: DungeonBrief, *, boss: bool, cells: int) -> Limits:
    """The limits of an encounter for this party in a room of so many cells; the master of the place may be stronger."""
    strength = brief.party_size * brief.party_level * _DANGER[brief.danger]
    alone = brief.party_level * 1.5 + 2.5
    return Limits(strength * (1.5 if boss else 1.1) + 2, alone + (2 if boss else 0), cells)


def wanted_experience(brief: DungeonBrief) -> int:
    """What the whole should be worth: 0.8 % a room of what the party needs for its next level, by the danger.

    Source: Player's Handbook, table 14 (warriors).
    """
    now = rules.experience_for_level("fighter", brief.party_level)
    need = (now.next_level_at or now.experience_points + 250_000) - now.experience_points
    return round(brief.party_size * need * brief.rooms * _LEVEL_SHARE_PER_ROOM * _DANGER[brief.danger])


def experience_shares(
    brief: DungeonBrief, monsters: dict[int, tuple[Faction, float, int]], boss: int
) -> tuple[int, dict[int, int]]:
    """The target of the whole and each monster room's share.

    Args:
        brief: Party and danger.
        monsters: The faction, the weight and the cells of each node with monsters.
        boss: The node of the master of the place.

    Returns:
        The sum of the shares, and the shares.
    """
    wanted = wanted_experience(brief)
    weights = {node: weight * (_BOSS_WEIGHT if node == boss else 1.0) for node, (_, weight, _) in monsters.items()}
    whole = sum(weights.values())
    shares: dict[int, int] = {}
    for node, (faction, _, cells) in monsters.items():
        limits = limits_of(brief, boss=node == boss, cells=cells)
        shares[node] = reachable(faction, round(wanted * weights[node] / whole), limits, boss=node == boss)
    return sum(shares.values()), shares


def treasure_shares(brief: DungeonBrief, experience: int, weights: dict[int, float]) -> tuple[int, dict[int, int]]:
    """The target in gold pieces, as much as the experience by the brief's riches, and each room's share."""
    target = max(50, round(experience * _RICHES[brief.treasure]))
    whole = sum(weights.values()) or 1.0
    shares = {node: max(5, round(target * weight / whole)) for node, weight in weights.items()}
    return sum(shares.values()), shares


def magic_number(brief: DungeonBrief) -> int:
    """How many magical items there are: one for every seven rooms, by the brief's riches."""
    return max(1, round(brief.rooms / 7 * math.sqrt(_RICHES[brief.treasure])))
