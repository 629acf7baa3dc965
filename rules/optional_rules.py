"""The optional rules that this rule base knows; a campaign says which of them are played."""

from collections.abc import Mapping
from types import MappingProxyType

OPTIONAL_RULES: Mapping[str, str] = MappingProxyType(
    {
        "weapon_type_against_armor": "Slashing, piercing and bludgeoning weapons hit some armor better than other.",
        "weapon_speed": "The speed factor of a weapon, or the casting time of a spell, is added to initiative.",
        "nonweapon_proficiencies": "Characters have proficiencies beside those with weapons.",
        "level_limits_by_prime_requisite": "High prime requisites raise the level limits of demihumans.",
    }
)
"""What each rule does, by its id."""
