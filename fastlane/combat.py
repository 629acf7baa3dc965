"""Operations of a fight: the roll to hit, the damage, who acts first, undead that flee, morale, things that break."""

from dataclasses import replace
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict  # typing has one that pydantic reads from Python 3.12 on

from fastlane.fields import (
    AnArmorClass,
    Armor,
    Bonus,
    CharacterClass,
    Flag,
    LevelFromOne,
    Names,
    OptionalClass,
    OptionalLevel,
    OptionalNotation,
    OptionalText,
    Race,
    Score,
    StrengthText,
    Text,
    name_in,
    number,
)
from fastlane.operation import Operation, fields_of
from fastlane.parameters import Parameters
from rules import (
    AttackRoll,
    Damage,
    Initiative,
    ItemSave,
    MalformedValue,
    Rulebook,
    TurnUndead,
    attack_roll,
    damage,
    initiative,
    item_save,
    thac0,
    turn_undead,
    weapon,
)
from rules.morale import Morale, morale
from rules.results import sources_of


class AttackParameters(Parameters):
    """Parameters of `attack`."""

    thac0: Annotated[int | None, number(1, 20).or_none()] = Field(
        default=None, description="The attacker's THAC0; or class and level instead."
    )
    character_class: OptionalClass = Field(default=None, alias="class", description="The attacker's class.")
    level: OptionalLevel = Field(default=None, description="The attacker's level; needs a class.")
    strength: StrengthText = Field(default=None, description="1 to 25, or 18/01 to 18/00; counts in melee only.")
    race: Race = Field(default=None, description="Halflings have no exceptional Strength.")
    ac: AnArmorClass = Field(description="The target's armor class, 10 to -10.")
    bonus: Bonus = Field(default=0, description="Magic and whatever else is added.")
    situations: Names = Field(default=(), description="Such as rear, higher_ground, prone or charging.")
    range: Annotated[str | None, name_in("range_modifiers").or_none()] = Field(
        default=None, description="Of a missile."
    )
    distance_yd: Annotated[int | None, number(0, 1000).or_none()] = Field(
        default=None, description="Instead of the range; needs a weapon."
    )
    cover: Annotated[str | None, name_in("cover").or_none()] = Field(
        default=None, description="Percent of the target behind hard cover."
    )
    concealment: Annotated[str | None, name_in("concealment").or_none()] = Field(
        default=None, description="Percent of the target that is hidden."
    )
    weapon: Annotated[str | None, name_in("weapons").or_none()] = Field(
        default=None, description="For a distance, and against the target's armor."
    )
    target_armor: Armor = Field(default=None, description="To use weapon type against armor.")
    nonproficient: Flag = Field(default=False, description="The attacker does not know the weapon.")
    related: Flag = Field(default=False, description="The attacker knows a related weapon.")
    two_weapons: Annotated[str | None, name_in("two_weapons").or_none()] = Field(
        default=None, description="Which of two weapons this one is."
    )
    dexterity: Score = Field(default=None, description="For missiles, and with two weapons.")


def _ask_attack(given: AttackParameters, book: Rulebook) -> AttackRoll:
    base, bonus, before = given.thac0, given.bonus, None
    if (base is None) is (given.level is None) or (given.level is not None and given.character_class is None):
        raise MalformedValue("thac0", base, "given, or class and level instead of it")
    if base is None:
        is_missile = given.range is not None or given.distance_yd is not None
        is_missile = is_missile or (given.weapon is not None and not weapon(given.weapon, book=book).melee)
        strength = None if is_missile else given.strength
        before = thac0(str(given.character_class), str(given.level), strength=strength, race=given.race, book=book)
        base, bonus = before.base_thac0, bonus + before.strength_bonus
    found = attack_roll(
        base,
        given.ac,
        bonus=bonus,
        situations=given.situations,
        range_band=given.range,
        distance_yd=given.distance_yd,
        cover=given.cover,
        concealment=given.concealment,
        weapon=given.weapon,
        target_armor=given.target_armor,
        character_class=given.character_class,
        nonproficient=given.nonproficient,
        related=given.related,
        two_weapons=given.two_weapons,
        dexterity=given.dexterity,
        book=book,
    )
    if before is None:
        return found
    parts = (*before.breakdown, *found.breakdown)
    return replace(
        found,
        breakdown=parts,
        source=sources_of(*parts),
        assumptions=(*before.assumptions, *found.assumptions),
        warnings=(*before.warnings, *found.warnings),
    )


class DamageParameters(Parameters):
    """Parameters of `damage`."""

    weapon: Text = Field(description="A weapon.")
    strength: StrengthText = Field(default=None, description="1 to 25, or 18/01 to 18/00; none: no modifier.")
    target: Text = Field(default="small", description="small (small and man-sized) or large.")
    two_handed: Flag = Field(default=False, description="Held in two hands.")
    specialised: Flag = Field(default=False, description="The wielder specialises in the weapon.")
    bonus: Bonus = Field(default=0, description="Magic and whatever else is added.")
    backstab_level: Annotated[int | None, number(1, 30).or_none()] = Field(
        default=None, description="The thief's level when it is a backstab."
    )
    ammunition: OptionalText = Field(default=None, description="thrown, or a missile such as sheaf_arrow.")
    strength_bow: Flag = Field(default=False, description="The bow was made for the archer's Strength.")
    character_class: OptionalClass = Field(default=None, alias="class", description="Who has exceptional Strength.")
    race: Race = Field(default=None, description="Halflings have no exceptional Strength.")


def _ask_damage(given: DamageParameters, book: Rulebook) -> Damage:
    return damage(
        given.weapon,
        strength=given.strength,
        target=given.target,
        two_handed=given.two_handed,
        specialised=given.specialised,
        bonus=given.bonus,
        backstab_level=given.backstab_level,
        ammunition=given.ammunition,
        strength_bow=given.strength_bow,
        character_class=given.character_class,
        race=given.race,
        book=book,
    )


class InitiativeParameters(Parameters):
    """Parameters of `initiative`."""

    weapon: Annotated[str | None, name_in("weapons").or_none()] = Field(
        default=None, description="The weapon attacked with: its speed factor."
    )
    casting_time: OptionalText = Field(default=None, description="Of a spell: 0 to 20, or 1 round and longer.")
    item: Annotated[str | None, name_in("item_initiative").or_none()] = Field(
        default=None, description="The magical item that is used."
    )
    natural_size: Annotated[str | None, name_in("natural_initiative").or_none()] = Field(
        default=None, description="Of a creature with claws and teeth."
    )
    situations: Names = Field(default=(), description="Such as hasted, slowed or deep_water.")
    weapon_bonus: Annotated[int | None, number(0, 5).or_none()] = Field(
        default=None, description="The plus of a magical weapon, which makes it faster."
    )
    two_handed: Flag = Field(default=False, description="Held in two hands.")


_ACTIONS = ("weapon", "casting_time", "item", "natural_size")


def _ask_initiative(given: InitiativeParameters, book: Rulebook) -> Initiative:
    casting_time = given.casting_time
    actions = [name for name in _ACTIONS if getattr(given, name) is not None]
    if len(actions) > 1:
        raise MalformedValue(
            actions[1], getattr(given, actions[1]), f"left out beside {actions[0]}: one action at a time"
        )
    return initiative(
        weapon=given.weapon,
        casting_time=int(casting_time) if casting_time is not None and casting_time.isdecimal() else casting_time,
        item=given.item,
        natural_size=given.natural_size,
        situations=given.situations,
        weapon_bonus=given.weapon_bonus or 0,
        two_handed=given.two_handed,
        book=book,
    )


class TurnUndeadParameters(Parameters):
    """Parameters of `turn_undead`."""

    character_class: CharacterClass = Field(default="cleric", alias="class", description="Cleric or paladin.")
    level: LevelFromOne = Field(description="1 to 30.")
    undead: Annotated[str | None, name_in("turn_undead").or_none()] = Field(
        default=None, description="A kind of undead; none: all of them."
    )
    hit_dice: OptionalNotation = Field(default=None, description="Instead of the kind, where the table has no name.")


def _ask_turn_undead(given: TurnUndeadParameters, book: Rulebook) -> TurnUndead:
    return turn_undead(given.character_class, given.level, undead=given.undead, hit_dice=given.hit_dice, book=book)


class TurnedColumn(TypedDict):
    """What a level needs against each kind of undead."""

    needed: dict[str, int | str]
    number_affected: str


class TurnedKind(TypedDict):
    """What a level needs against one kind."""

    undead: str
    needed: int | str | None
    chance_percent: int | None
    number_affected: str
    more_destroyed: str | None


def _turn_undead_body(found: TurnUndead, _remembered: bool) -> TurnedColumn | TurnedKind:  # noqa: FBT001 - a value, no switch
    if found.undead is None:
        return {"needed": dict(found.column), "number_affected": found.number_affected}
    return {
        "undead": found.undead,
        "needed": found.needed,
        "chance_percent": found.chance_percent,
        "number_affected": found.number_affected,
        "more_destroyed": found.more_destroyed,
    }


class MoraleParameters(Parameters):
    """Parameters of `morale`."""

    rating: Annotated[int | None, number(2, 20).or_none()] = Field(
        default=None, description="2 to 20; or a creature instead."
    )
    creature: OptionalText = Field(default=None, description="Whose lowest printed rating is used.")
    situations: Names = Field(default=(), description="Such as lost_half or most_powerful_ally_killed.")


def _ask_morale(given: MoraleParameters, book: Rulebook) -> Morale:
    if (given.rating is None) is (given.creature is None):
        raise MalformedValue("rating", given.rating, "given, or creature instead of it")
    who = given.rating if given.rating is not None else str(given.creature)
    return morale(who, situations=given.situations, book=book)


class ItemSaveParameters(Parameters):
    """Parameters of `item_save`."""

    material: Text = Field(description="What the thing is made of, such as cloth, potion or thick wood.")
    attack: Text = Field(description="The form of attack, such as acid, fall or lightning.")
    bonus: Bonus = Field(default=0, description="On the roll: the plus of a magical item, or a soft landing.")


def _ask_item_save(given: ItemSaveParameters, book: Rulebook) -> ItemSave:
    return item_save(given.material, given.attack, bonus=given.bonus, book=book)


ATTACK = Operation(
    name="attack",
    title="The roll needed to hit, and the chance",
    model=AttackParameters,
    ask=_ask_attack,
    body=fields_of("thac0", "armor_class", "modifier", "needed", "hit_chance_percent", "automatic"),
    example={"class": "fighter", "level": 5, "strength": 17, "ac": 4, "situations": ["rear"]},
)
DAMAGE = Operation(
    name="damage",
    title="The damage of a hit",
    model=DamageParameters,
    ask=_ask_damage,
    body=fields_of("weapon", "target", "notation", "minimum", "maximum", "average"),
    example={"weapon": "long_sword", "strength": 17, "target": "large"},
    more=("dice", "multiplier", "bonus"),
)
INITIATIVE = Operation(
    name="initiative",
    title="What is added to the initiative roll; the lowest acts first",
    model=InitiativeParameters,
    ask=_ask_initiative,
    body=fields_of("die", "modifier", "at_end_of_round"),
    example={"weapon": "two_handed_sword", "situations": ["hasted"]},
)
TURN_UNDEAD = Operation(
    name="turn_undead",
    title="What a cleric or paladin needs to turn undead",
    model=TurnUndeadParameters,
    ask=_ask_turn_undead,
    body=_turn_undead_body,
    example={"class": "cleric", "level": 5, "undead": "wight"},
    more=("effective_level",),
)
MORALE = Operation(
    name="morale",
    title="What a morale check on 2d10 needs",
    model=MoraleParameters,
    ask=_ask_morale,
    body=fields_of("rating", "modifier", "needed", "chance_percent"),
    example={"creature": "goblin", "situations": ["lost_half"]},
    more=("name", "creature", "rating_range"),
)
ITEM_SAVE = Operation(
    name="item_save",
    title="Whether a thing outlasts acid, fire, a fall or a blow",
    model=ItemSaveParameters,
    ask=_ask_item_save,
    body=fields_of("save", "bonus", "needed", "chance_percent"),
    example={"material": "potion", "attack": "fall", "bonus": 2},
    more=("material", "attack"),
)
