"""AD&D 2nd edition rules: checked tables, exact look-ups and calculations, and answers to questions in plain words.

Stands alone: nothing of the application is imported here. Every function takes the tables as `book`, by default those
of this package; every answer is a frozen dataclass that carries its breakdown, assumptions, warnings and sources.
"""

from rules.abilities import AbilityModifiers, Strength, ability_modifiers, bonus_spells, read_strength
from rules.ageing import Ageing, ageing, roll_maximum_age, roll_starting_age
from rules.asking.answer import Answer
from rules.attack import AttackRoll, attack_roll, roll_to_hit
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
from rules.combat import ArmorClass, Thac0, armor_class, thac0
from rules.creature_files import Bestiary, default_bestiary, load_creatures
from rules.creatures import Creature, CreatureVariant, creature, creature_spellings, creatures, find_creatures
from rules.dice import Dice, parse_dice, roll, roll_ability_scores, roll_die
from rules.encounters import (
    EncounterDistance,
    Reaction,
    Surprise,
    encounter_distance,
    reaction,
    roll_encounter_distance,
    surprise,
)
from rules.errors import MalformedValue, OutOfTable, RuleError, TableUnavailable, UnknownName
from rules.exploration import Doors, HearNoise, Light, Search, Visibility, doors, hear_noise, light, search, visibility
from rules.growth import (
    Experience,
    HitDice,
    experience_for_level,
    hit_dice,
    level_for_experience,
    roll_hit_points,
)
from rules.hazards import Breath, Falling, Healing, Poison, falling, healing, holding_breath, poison, roll_falling
from rules.initiative import Initiative, initiative
from rules.item_saves import ItemSave, item_save
from rules.limits import LevelLimit, class_level_limit
from rules.loader import Problem, Rulebook, default_rulebook, load_tables
from rules.monsters import MonsterExperience, MonsterThac0, monster_experience, monster_thac0, parse_hit_dice
from rules.morale import Morale, morale
from rules.movement import Movement, movement
from rules.proficiency import AttackRate, Proficiency, attacks_per_round, proficiency
from rules.questions import answer_question
from rules.results import Part, Result, plain
from rules.saves import CATEGORIES, SaveModifier, SavingThrows, saving_throws
from rules.simple_spells import Spell, spell, spells
from rules.spellcasting import CasterSlots, SpellSlots, spell_slots
from rules.table import Table
from rules.thieving import SkillLine, ThiefSkills, thief_skills
from rules.treasure import (
    ArtValue,
    Gem,
    GemValue,
    MagicItem,
    Treasure,
    art_value,
    gem_value,
    roll_art,
    roll_gem,
    roll_magic_item,
    roll_treasure,
)
from rules.treasure_types import TreasureType, treasure_type
from rules.turning import TurnUndead, turn_undead
from rules.weapons import Damage, Grip, MissileUse, Weapon, backstab_multiplier, damage, weapon

__all__ = [
    "ABILITIES",
    "CATEGORIES",
    "MAX_LEVEL",
    "AbilityModifiers",
    "Ageing",
    "Answer",
    "ArmorClass",
    "ArtValue",
    "AttackRate",
    "AttackRoll",
    "Bestiary",
    "Breath",
    "CasterSlots",
    "Character",
    "ClassCheck",
    "ClassLevel",
    "Creature",
    "CreatureVariant",
    "Damage",
    "Dice",
    "Doors",
    "EncounterDistance",
    "Experience",
    "Falling",
    "Gem",
    "GemValue",
    "Grip",
    "Healing",
    "HearNoise",
    "HitDice",
    "Initiative",
    "ItemSave",
    "LevelLimit",
    "Light",
    "MagicItem",
    "MalformedValue",
    "MissileUse",
    "MonsterExperience",
    "MonsterThac0",
    "Morale",
    "Movement",
    "OutOfTable",
    "Part",
    "Poison",
    "Problem",
    "Proficiency",
    "Reaction",
    "Result",
    "RuleError",
    "Rulebook",
    "SaveModifier",
    "SavingThrows",
    "Search",
    "SkillLine",
    "Spell",
    "SpellSlots",
    "Strength",
    "Surprise",
    "Table",
    "TableUnavailable",
    "Thac0",
    "ThiefSkills",
    "Treasure",
    "TreasureType",
    "TurnUndead",
    "UnknownName",
    "Visibility",
    "Weapon",
    "ability_modifiers",
    "adjust_for_race",
    "ageing",
    "answer_question",
    "armor_class",
    "art_value",
    "attack_roll",
    "attacks_per_round",
    "backstab_multiplier",
    "bonus_spells",
    "check_class",
    "class_level_limit",
    "creature",
    "creature_spellings",
    "creatures",
    "damage",
    "default_bestiary",
    "default_rulebook",
    "doors",
    "encounter_distance",
    "experience_for_level",
    "falling",
    "find_ability",
    "find_creatures",
    "gem_value",
    "healing",
    "hear_noise",
    "hit_dice",
    "holding_breath",
    "initiative",
    "item_save",
    "level_for_experience",
    "light",
    "load_creatures",
    "load_tables",
    "monster_experience",
    "monster_thac0",
    "morale",
    "movement",
    "parse_dice",
    "parse_hit_dice",
    "plain",
    "poison",
    "proficiency",
    "reaction",
    "read_character",
    "read_classes",
    "read_levels",
    "read_race",
    "read_strength",
    "require_ability",
    "roll",
    "roll_ability_scores",
    "roll_art",
    "roll_die",
    "roll_encounter_distance",
    "roll_falling",
    "roll_gem",
    "roll_hit_points",
    "roll_magic_item",
    "roll_maximum_age",
    "roll_starting_age",
    "roll_to_hit",
    "roll_treasure",
    "saving_throws",
    "search",
    "spell",
    "spell_slots",
    "spells",
    "surprise",
    "thac0",
    "thief_skills",
    "treasure_type",
    "turn_undead",
    "visibility",
    "weapon",
]
