"""AD&D 2nd edition rules: checked tables, exact look-ups and calculations, and answers to questions in plain words.

Stands alone: nothing of the application is imported here. Every function takes the tables as `book`, by default those
of this package; every answer is a frozen dataclass that carries its breakdown, assumptions, warnings and sources.
"""

from rules.abilities import AbilityModifiers, Strength, ability_modifiers, bonus_spells, read_strength
from rules.characters import (
    ABILITIES,
    MAX_LEVEL,
    Character,
    ClassCheck,
    ClassLevel,
    adjust_for_race,
    check_class,
    find_ability,
    read_character,
    read_classes,
    read_levels,
    read_race,
    require_ability,
)
from rules.combat import ArmorClass, AttackRoll, Thac0, armor_class, attack_roll, roll_to_hit, thac0
from rules.dice import Dice, parse_dice, roll, roll_ability_scores, roll_die
from rules.errors import MalformedValue, OutOfTable, RuleError, TableUnavailable, UnknownName
from rules.growth import (
    Experience,
    HitDice,
    experience_for_level,
    hit_dice,
    level_for_experience,
    roll_hit_points,
)
from rules.loader import Problem, Rulebook, default_rulebook, load_tables
from rules.monsters import MonsterExperience, MonsterThac0, monster_experience, monster_thac0, parse_hit_dice
from rules.questions import Answer, answer_question
from rules.results import Part, Result, plain
from rules.saves import CATEGORIES, SaveModifier, SavingThrows, saving_throws
from rules.table import Table

__all__ = [
    "ABILITIES",
    "CATEGORIES",
    "MAX_LEVEL",
    "AbilityModifiers",
    "Answer",
    "ArmorClass",
    "AttackRoll",
    "Character",
    "ClassCheck",
    "ClassLevel",
    "Dice",
    "Experience",
    "HitDice",
    "MalformedValue",
    "MonsterExperience",
    "MonsterThac0",
    "OutOfTable",
    "Part",
    "Problem",
    "Result",
    "RuleError",
    "Rulebook",
    "SaveModifier",
    "SavingThrows",
    "Strength",
    "Table",
    "TableUnavailable",
    "Thac0",
    "UnknownName",
    "ability_modifiers",
    "adjust_for_race",
    "answer_question",
    "armor_class",
    "attack_roll",
    "bonus_spells",
    "check_class",
    "default_rulebook",
    "experience_for_level",
    "find_ability",
    "hit_dice",
    "level_for_experience",
    "load_tables",
    "monster_experience",
    "monster_thac0",
    "parse_dice",
    "parse_hit_dice",
    "plain",
    "read_character",
    "read_classes",
    "read_levels",
    "read_race",
    "read_strength",
    "require_ability",
    "roll",
    "roll_ability_scores",
    "roll_die",
    "roll_hit_points",
    "roll_to_hit",
    "saving_throws",
    "thac0",
]
