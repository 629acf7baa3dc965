"""Operations on what characters meet: creatures, spells, and chance itself."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from fastlane.fields import Names, Notation, OptionalClass, OptionalNotation, OptionalText, Text, number
from fastlane.operation import ByResult, Operation, Seeder, fields_of
from fastlane.parameters import Parameters
from rules import MalformedValue, Part, Result, Rulebook, monster_experience, monster_thac0
from rules.creatures import Creature, creature
from rules.dice import MAX_SEED, DiceRoll, roll_dice
from rules.results import sources_of
from rules.simple_spells import Spell, spell


class MonsterParameters(Parameters):
    """Parameters of `monster`."""

    name: OptionalText = Field(default=None, description="A creature of the rule base; or Hit Dice alone instead.")
    hit_dice: OptionalNotation = Field(
        default=None, description="Such as 4, 1/2, 1-1 or 4+3 (in an address 4%2B3); with a name: which size of it."
    )
    abilities: Names = Field(default=(), description="Without a name: special abilities that add to the experience.")


@dataclass(frozen=True, slots=True, kw_only=True)
class MonsterNumbers(Result):
    """What Hit Dice alone say of a creature."""

    hit_dice: str
    thac0: int
    experience_points: int
    added_hit_dice: int


def _ask_monster(given: MonsterParameters, book: Rulebook) -> Creature | MonsterNumbers:
    if given.name is not None:
        return creature(given.name, hit_dice=given.hit_dice, book=book)
    if given.hit_dice is None:
        raise MalformedValue("name", None, "given, or hit_dice instead of it")
    additions = [_addition(name, book) for name in given.abilities]
    added = sum(int(part.value) for part in additions)
    skill = monster_thac0(given.hit_dice, book=book)
    worth = monster_experience(given.hit_dice, added_hit_dice=added, book=book)
    parts = (*skill.breakdown, *additions, *worth.breakdown)
    return MonsterNumbers(
        hit_dice=skill.hit_dice,
        thac0=skill.thac0,
        experience_points=worth.experience_points,
        added_hit_dice=added,
        breakdown=parts,
        source=sources_of(*parts),
        assumptions=(*skill.assumptions, *worth.assumptions),
    )


def _addition(name: str, book: Rulebook) -> Part:
    table = book.table("xp_ability_additions")
    ability = table.resolve(name, field_name="abilities")
    return Part(ability.replace("_", " "), int(table.value(ability)), table.source)


_STAT_LINE = (
    "name", "hit_dice", "hit_points", "armor_class", "movement", "thac0", "attacks", "damage", "special_attacks",
    "special_defenses", "magic_resistance", "size", "morale", "intelligence", "alignment", "experience_points",
)  # fmt: skip
_NUMBERS = ("hit_dice", "thac0", "experience_points")


class SpellParameters(Parameters):
    """Parameters of `spell`."""

    name: Text = Field(description="A spell of the rule base.")
    caster_level: Annotated[int, number(1, 30)] = Field(default=1, description="1 to 30.")
    character_class: OptionalClass = Field(
        default=None, alias="class", description="Who casts it, where wizards and priests have one of the same name."
    )


def _ask_spell(given: SpellParameters, book: Rulebook) -> Spell:
    return spell(given.name, given.caster_level, character_class=given.character_class, book=book)


class RollParameters(Parameters):
    """Parameters of `roll`."""

    dice: Notation = Field(description="Such as 3d6, d%, 4d6kh3 or 2d4+1 (in an address 2d4%2B1).")
    seed: Annotated[int | None, number(0, MAX_SEED).or_none()] = Field(
        default=None, description="The same seed gives the same roll; none: a new one."
    )


def _settle_roll(given: RollParameters, new_seed: Seeder) -> RollParameters:
    return given if given.seed is not None else given.model_copy(update={"seed": new_seed()})


def _ask_roll(given: RollParameters, _book: Rulebook) -> DiceRoll:
    return roll_dice(given.dice, given.seed or 0)


MONSTER = Operation(
    name="monster",
    title="A creature's statistics, or what Hit Dice alone say of one",
    model=MonsterParameters,
    ask=_ask_monster,
    body=ByResult({Creature: fields_of(*_STAT_LINE), MonsterNumbers: fields_of(*_NUMBERS)}),
    example={"name": "orc"},
    more=(
        "kind", "frequency", "climate", "terrain", "number_appearing", "treasure", "maneuverability",
        "armor_class_note", "hit_dice_note", "thac0_by_rule", "experience_by_rule", "abilities",
        "added_hit_dice", "variants",
    ),
)  # fmt: skip
SPELL = Operation(
    name="spell",
    title="What a spell does at a caster level",
    model=SpellParameters,
    ask=_ask_spell,
    body=fields_of(
        "spell", "spell_level", "effect", "amount", "range", "duration", "area", "casting_time", "saving_throw"
    ),
    example={"name": "fireball", "caster_level": 7},
    more=("caster", "caster_level", "dice", "minimum", "maximum", "average", "missiles", "range_yards", "summary"),
)
ROLL = Operation(
    name="roll",
    title="Dice, rolled so that the seed gives the same again",
    model=RollParameters,
    ask=_ask_roll,
    body=fields_of("dice", "seed", "rolls", "total"),
    example={"dice": "4d6kh3", "seed": 7},
    more=("minimum", "maximum"),
    settle=_settle_roll,
)
