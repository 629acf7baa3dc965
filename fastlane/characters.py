"""Operations on characters: what a class, a level, a race and ability scores give."""

from typing import Annotated, NotRequired

from pydantic import Field
from typing_extensions import TypedDict  # typing has one that pydantic reads from Python 3.12 on

from fastlane.fields import (
    Ability,
    AnArmorClass,
    Armor,
    CharacterClass,
    Flag,
    LevelFromOne,
    LevelFromZero,
    OptionalClass,
    OptionalLevel,
    OptionalText,
    Points,
    Pounds,
    Race,
    RequiredRace,
    RequiredStrength,
    Score,
    StrengthText,
    number,
)
from fastlane.operation import Operation, fields_of
from fastlane.parameters import Parameters
from rules import (
    AbilityModifiers,
    ArmorClass,
    Experience,
    MalformedValue,
    Movement,
    Rulebook,
    SavingThrows,
    SpellSlots,
    Thac0,
    ThiefSkills,
    ability_modifiers,
    armor_class,
    experience_for_level,
    level_for_experience,
    movement,
    saving_throws,
    spell_slots,
    thac0,
    thief_skills,
)
from rules.saves import CATEGORIES

_A_CLASS = "A class, or two or three joined by / for a multi-class character."
_A_LEVEL = "1 to 30; one for each class, joined by /, for a multi-class character."


class Thac0Parameters(Parameters):
    """Parameters of `thac0`."""

    character_class: CharacterClass = Field(alias="class", description=_A_CLASS)
    level: LevelFromOne = Field(description=_A_LEVEL)
    strength: StrengthText = Field(default=None, description="1 to 25, or 18/01 to 18/00; none: no modifier.")
    race: Race = Field(default=None, description="Halflings have no exceptional Strength.")
    improve_past_20: Flag = Field(default=False, description="Let the base improve below 1 instead of stopping there.")


def _ask_thac0(given: Thac0Parameters, book: Rulebook) -> Thac0:
    return thac0(
        given.character_class,
        given.level,
        strength=given.strength,
        race=given.race,
        improve_past_20=given.improve_past_20,
        book=book,
    )


class Thac0Body(TypedDict):
    """The answer of `thac0` (R39)."""

    base_thac0: int
    strength_bonus: int
    final_thac0: int
    cache_hit: bool


def _thac0_body(found: Thac0, remembered: bool) -> Thac0Body:  # noqa: FBT001 - a value of the body, not a switch
    return {
        "base_thac0": found.base_thac0,
        "strength_bonus": found.strength_bonus,
        "final_thac0": found.final_thac0,
        "cache_hit": remembered,
    }


class SavesParameters(Parameters):
    """Parameters of `saves`."""

    character_class: CharacterClass = Field(alias="class", description=_A_CLASS)
    level: LevelFromZero = Field(description=f"0 (warriors only) or {_A_LEVEL}")
    race: Race = Field(default=None, description="Dwarves, gnomes and halflings have a bonus by Constitution.")
    constitution: Score = Field(default=None, description="1 to 25; counts with such a race.")
    wisdom: Score = Field(default=None, description="1 to 25: the modifier against magic that attacks the mind.")
    dexterity: Score = Field(default=None, description="1 to 25: the modifier against what can be dodged.")


def _ask_saves(given: SavesParameters, book: Rulebook) -> SavingThrows:
    return saving_throws(
        given.character_class,
        given.level,
        race=given.race,
        constitution=given.constitution,
        wisdom=given.wisdom,
        dexterity=given.dexterity,
        book=book,
    )


class ArmorClassParameters(Parameters):
    """Parameters of `ac`."""

    base_ac: AnArmorClass = Field(default=10, description="Armor class without armor, 10 to -10.")
    armor: Armor = Field(default=None, description="The armor worn; none: no armor.")
    shield: Flag = Field(default=False, description="Whether a shield is carried.")
    dexterity: Score = Field(default=None, description="1 to 25; none: no modifier.")


def _ask_armor_class(given: ArmorClassParameters, book: Rulebook) -> ArmorClass:
    return armor_class(given.armor, shield=given.shield, dexterity=given.dexterity, base_ac=given.base_ac, book=book)


class AbilityParameters(Parameters):
    """Parameters of `ability`."""

    ability: Ability = Field(description="An ability, or the first three letters of it.")
    score: RequiredStrength = Field(description="1 to 25; for Strength also 18/01 to 18/00.")
    character_class: OptionalClass = Field(
        default=None, alias="class", description="Who has exceptional Strength and the warriors' hit points."
    )
    race: Race = Field(default=None, description="Halflings have no exceptional Strength.")


def _ask_ability(given: AbilityParameters, book: Rulebook) -> AbilityModifiers:
    return ability_modifiers(
        given.ability, given.score, character_class=given.character_class, race=given.race, book=book
    )


class ExperienceParameters(Parameters):
    """Parameters of `xp`."""

    character_class: CharacterClass = Field(alias="class", description="One class.")
    level: OptionalLevel = Field(default=None, description="1 to 30, for the points it asks for.")
    experience_points: Annotated[int | None, number(0, 1_000_000_000).or_none()] = Field(
        default=None, description="For the level they have earned."
    )


def _ask_experience(given: ExperienceParameters, book: Rulebook) -> Experience:
    if (given.level is None) is (given.experience_points is None):
        raise MalformedValue("level", given.level, "given, or experience_points instead of it")
    if given.experience_points is not None:
        return level_for_experience(given.character_class, given.experience_points, book=book)
    return experience_for_level(given.character_class, str(given.level), book=book)


class SpellSlotsParameters(Parameters):
    """Parameters of `spell_slots`."""

    character_class: CharacterClass = Field(alias="class", description=_A_CLASS)
    level: LevelFromOne = Field(description=_A_LEVEL)
    intelligence: Score = Field(default=None, description="1 to 25: the highest level of wizard spells.")
    wisdom: Score = Field(default=None, description="1 to 25: bonus spells of priests, and what the highest need.")
    school: OptionalText = Field(default=None, description="The school of a specialist who is named only as a mage.")


def _ask_spell_slots(given: SpellSlotsParameters, book: Rulebook) -> SpellSlots:
    return spell_slots(
        given.character_class,
        given.level,
        intelligence=given.intelligence,
        wisdom=given.wisdom,
        school=given.school,
        book=book,
    )


class SpellSlotsBody(TypedDict):
    """The answer of `spell_slots`: spells by their level; `by_class` for more classes than one."""

    slots: dict[str, int]
    spell_failure_percent: int | None
    by_class: NotRequired[dict[str, dict[str, int]]]


def _spell_slots_body(found: SpellSlots, _remembered: bool) -> SpellSlotsBody:  # noqa: FBT001 - as above
    by_class = {one.character_class: _by_level(one.slots) for one in found.by_class}
    body: SpellSlotsBody = {"slots": _by_level(found.slots), "spell_failure_percent": found.spell_failure_percent}
    if len(by_class) > 1:
        body["by_class"] = by_class
    return body


def _by_level(slots: tuple[int, ...]) -> dict[str, int]:
    return {str(level): number for level, number in enumerate(slots, start=1)}


class ThiefSkillsParameters(Parameters):
    """Parameters of `thief_skills`."""

    character_class: CharacterClass = Field(
        default="thief", alias="class", description="Thief, bard or ranger, alone or among several joined by /."
    )
    level: LevelFromOne = Field(description=_A_LEVEL)
    race: RequiredRace = Field(default="human", description="A race.")
    dexterity: Score = Field(default=None, description="1 to 25; none: no adjustment.")
    armor: Armor = Field(default=None, description="The armor worn; none: no armor.")
    points: Points = Field(default=None, description="Points by skill, such as climb_walls:10,open_locks:20.")


def _ask_thief_skills(given: ThiefSkillsParameters, book: Rulebook) -> ThiefSkills:
    return thief_skills(
        given.character_class,
        given.level,
        race=given.race,
        dexterity=given.dexterity,
        armor=given.armor or "none",
        points=dict(given.points) if given.points is not None else None,
        book=book,
    )


class ThiefSkillsBody(TypedDict):
    """The answer of `thief_skills`: percent by skill."""

    skills: dict[str, int]
    points_to_distribute: int
    most_per_skill: int


def _thief_skills_body(found: ThiefSkills, _remembered: bool) -> ThiefSkillsBody:  # noqa: FBT001 - as above
    return {
        "skills": found.totals(),
        "points_to_distribute": found.points_to_distribute,
        "most_per_skill": found.most_per_skill,
    }


class MovementParameters(Parameters):
    """Parameters of `movement`."""

    race: RequiredRace = Field(default="human", description="A race.")
    strength: RequiredStrength = Field(description="2 to 18, or 18/01 to 18/00, as far as the table goes.")
    load_lb: Pounds = Field(default=0, description="Everything worn and carried, in pounds.")
    character_class: OptionalClass = Field(default=None, alias="class", description="Who has exceptional Strength.")


def _ask_movement(given: MovementParameters, book: Rulebook) -> Movement:
    return movement(given.race, given.strength, given.load_lb, character_class=given.character_class, book=book)


THAC0 = Operation(
    name="thac0",
    title="THAC0 of a character, with the Strength bonus",
    model=Thac0Parameters,
    ask=_ask_thac0,
    body=_thac0_body,
    example={"level": 5, "class": "fighter", "strength": 18},
)
SAVES = Operation(
    name="saves",
    title="The five saving throws of a character",
    model=SavesParameters,
    ask=_ask_saves,
    body=fields_of(*CATEGORIES),
    example={"class": "wizard", "level": 7},
    aliases=("save",),
    more=("modifiers",),
)
AC = Operation(
    name="ac",
    title="Armor class from armor, shield and Dexterity",
    model=ArmorClassParameters,
    ask=_ask_armor_class,
    body=fields_of("armor_ac", "shield_bonus", "dex_bonus", "final_ac"),
    example={"base_ac": 10, "armor": "chain_mail", "shield": True, "dexterity": 16},
)
ABILITY = Operation(
    name="ability",
    title="What an ability score gives",
    model=AbilityParameters,
    ask=_ask_ability,
    body=fields_of("ability", "score", "modifiers"),
    example={"ability": "constitution", "score": 17, "class": "fighter"},
)
XP = Operation(
    name="xp",
    title="The experience points of a level, or the level that points have earned",
    model=ExperienceParameters,
    ask=_ask_experience,
    body=fields_of("level", "experience_points", "next_level_at"),
    example={"class": "fighter", "level": 5},
    more=("character_class",),
)
SPELL_SLOTS = Operation(
    name="spell_slots",
    title="Spells per day, by spell level",
    model=SpellSlotsParameters,
    ask=_ask_spell_slots,
    body=_spell_slots_body,
    example={"class": "cleric", "level": 5, "wisdom": 16},
    more=("highest_spell_level", "learn_spell_percent", "max_spells_per_level", "by_class"),
)
THIEF_SKILLS = Operation(
    name="thief_skills",
    title="Thieving skills in percent",
    model=ThiefSkillsParameters,
    ask=_ask_thief_skills,
    body=_thief_skills_body,
    example={"class": "thief", "level": 3, "race": "halfling", "dexterity": 17, "armor": "leather"},
    more=("armor", "race"),
)
MOVEMENT = Operation(
    name="movement",
    title="Movement rate under a load, and what the load costs in combat",
    model=MovementParameters,
    ask=_ask_movement,
    body=fields_of("category", "base_rate", "rate", "attack_penalty", "armor_class_penalty"),
    example={"race": "dwarf", "strength": 16, "load_lb": 80},
    more=("limits_lb",),
)
