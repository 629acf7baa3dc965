"""The operations of the fast lane, by name (R37 to R41)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, cast

from fastlane import characters, combat, world
from fastlane.operation import Operation

_ALL = (
    characters.THAC0,
    characters.SAVES,
    characters.AC,
    combat.ATTACK,
    combat.DAMAGE,
    combat.TURN_UNDEAD,
    characters.THIEF_SKILLS,
    characters.SPELL_SLOTS,
    world.SPELL,
    combat.INITIATIVE,
    characters.MOVEMENT,
    characters.ABILITY,
    characters.XP,
    world.MONSTER,
    combat.ITEM_SAVE,
    combat.MORALE,
    world.ROLL,
)
OPERATIONS: Mapping[str, Operation[Any, Any]] = MappingProxyType(
    {name: cast("Operation[Any, Any]", one) for one in _ALL for name in (one.name, *one.aliases)}
)
"""Every operation by each of its names."""
