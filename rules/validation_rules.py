"""The rules a character is checked against, one predicate each; rules/validation.py applies them in order.

A predicate returns what it found, or a phrase that says what would have to be known. Findings that a house rule lets
pass are kept and marked, so that nobody wonders.
"""

from collections.abc import Mapping

from rules.validation_findings import Check, Finding
from rules.validation_gear import (
    check_armor,
    check_shield,
    check_specialisation,
    check_spell_slots,
    check_weapon_slots,
    check_weapons,
)
from rules.validation_origins import (
    check_ability_minimums,
    check_ability_race,
    check_alignment,
    check_class_race,
    check_exceptional_strength,
    check_level_cap,
    check_multi_class,
)

__all__ = ["CHECKS", "Finding"]

CHECKS: Mapping[str, Check] = {
    "class_race": check_class_race,
    "multi_class": check_multi_class,
    "alignment": check_alignment,
    "ability_minimum": check_ability_minimums,
    "ability_race": check_ability_race,
    "exceptional_strength": check_exceptional_strength,
    "armor": check_armor,
    "shield": check_shield,
    "weapon": check_weapons,
    "level_cap": check_level_cap,
    "specialisation": check_specialisation,
    "weapon_slots": check_weapon_slots,
    "spell_slots": check_spell_slots,
}
"""The predicates by rule, the same names as in `rules.house_rules.SETTINGS`."""
