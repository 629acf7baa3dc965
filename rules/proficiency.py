"""Skill with weapons: proficiency slots, the penalty without them, and attacks per round."""

from dataclasses import dataclass
from fractions import Fraction

from rules.characters import Character, ClassLevel, read_character
from rules.loader import Rulebook, default_rulebook
from rules.results import Part, Result, signed, sources_of
from rules.weapons import Weapon, read_weapon, weapon_class

SPECIALIST = "fighter"
"""The one class that specialises, and only without another class beside it (Player's Handbook, chapter 5)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proficiency(Result):
    """Slots a character has at a level, all together, and what an unknown weapon costs.

    `penalty` is for a weapon without proficiency, `related_penalty` for one like a known one; both are 0 or less.
    """

    character_class: str
    level: str
    weapon_slots: int
    nonweapon_slots: int
    penalty: int
    related_penalty: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AttackRate(Result):
    """Attacks per round. `attacks` is as written: `3/2` is three in two rounds.

    `per_round` is the number in each round of the cycle: `3/2` is 1, then 2. `rate_of_fire` is that of the weapon when
    it is thrown or shot, else None.
    """

    character_class: str
    level: str
    weapon: str | None
    attacks: str
    per_round: tuple[int, ...]
    rate_of_fire: str | None


def proficiency(character_class: str, level: int | str, *, book: Rulebook | None = None) -> Proficiency:
    """The proficiency slots of a character and the penalties without proficiency.

    Args:
        character_class: A class or alias; `fighter/mage` for a multi-class character.
        level: 1 to 30; `5/6` for a multi-class character.
        book: The tables; those of this package when None.

    Raises:
        RuleError: Class or level is not in the rule base.

    Source: Player's Handbook, table 34.
    """
    book = book or default_rulebook()
    character = read_character(character_class, level, book)
    table, penalties = book.table("weapon_proficiency"), book.table("proficiency_penalty")
    weapon_slots = _slots(character, "weapon_slots", "weapon_levels", book)
    others = _slots(character, "nonweapon_slots", "nonweapon_levels", book)
    penalty = nonproficiency_penalty(character, book)
    related = nonproficiency_penalty(character, book, related=True)
    parts = (
        Part("weapon proficiency slots", weapon_slots, table.source),
        Part("non-weapon proficiency slots", others, table.source),
        Part("attack with an unknown weapon", signed(penalty), penalties.source),
        Part("attack with a related weapon", signed(related), penalties.source),
    )
    assumptions = ["Non-weapon proficiencies are an optional rule."]
    if character.is_multi_class:
        assumptions.append("A multi-class character has the most slots of the classes, and gains at the fastest rate.")
    return Proficiency(
        character_class=character.name,
        level=character.level,
        weapon_slots=weapon_slots,
        nonweapon_slots=others,
        penalty=penalty,
        related_penalty=related,
        breakdown=parts,
        source=sources_of(*parts),
        assumptions=tuple(assumptions),
    )


def _slots(character: Character, first: str, every: str, book: Rulebook) -> int:
    table = book.table("weapon_proficiency")
    rows = [(one.level, table.find(one.group)) for one in character.classes]
    fastest = min(int(row[every]) for _, row in rows)
    level = max(level for level, row in rows if row[every] == fastest)
    return max(int(row[first]) for _, row in rows) + level // fastest


def nonproficiency_penalty(character: Character, book: Rulebook, *, related: bool = False) -> int:
    """The attack penalty with an unknown weapon, or with one related to a known one: half, rounded up."""
    table = book.table("proficiency_penalty")
    penalty = max(int(table.value(one.group)) for one in character.classes)
    return penalty // 2 if related else penalty


def attacks_per_round(
    character_class: str,
    level: int | str,
    *,
    weapon: str | None = None,
    specialised: bool = False,
    thrown: bool = False,
    book: Rulebook | None = None,
) -> AttackRate:
    """How often a character attacks in a round.

    Args:
        character_class: A class or alias; `fighter/mage` for a multi-class character, who uses the best of the classes.
        level: 1 to 30; `5/6` for a multi-class character.
        weapon: None for melee in general. What is only thrown or shot has its own rate of fire, whatever the level.
        specialised: Whether the character specialises in the weapon; for single-class fighters.
        thrown: A weapon that can be used in melee too is thrown.
        book: The tables; those of this package when None.

    Raises:
        RuleError: Class, level or weapon is not in the rule base.

    Source: Player's Handbook, tables 15, 35 and 45.
    """
    book = book or default_rulebook()
    character = read_character(character_class, level, book)
    one = read_weapon(weapon, book) if weapon is not None else None
    as_missile = one is not None and (not one.melee or (thrown and one.rate_of_fire is not None))
    warnings = []
    if thrown and one is not None and one.rate_of_fire is None:
        warnings.append(f"A {one.spoken} is not made for throwing.")
    column = "melee" if one is None else weapon_class(one, thrown=as_missile)
    if specialised and not _may_specialise(character):
        warnings.append("Only a single-class fighter specialises in a weapon; specialisation was left out.")
        column = None
    choices = [_missile_part(one, book) if as_missile and one is not None else _melee_part(character, book)]
    if specialised and column is not None:
        choices.append(_specialist_part(character.classes[0], column, one, book))
    # A specialist is never slower than anybody else: the knife and the staff sling are thrown twice a round.
    part = max(reversed(choices), key=lambda choice: Fraction(str(choice.value)))
    return AttackRate(
        character_class=character.name,
        level=character.level,
        weapon=one.name if one is not None else None,
        attacks=str(part.value),
        per_round=rounds_of(str(part.value)),
        rate_of_fire=one.rate_of_fire if one is not None else None,
        breakdown=(part,),
        source=(part.source,),
        assumptions=_assumptions(str(part.value), character, as_missile=as_missile),
        warnings=tuple(warnings),
    )


def _may_specialise(character: Character) -> bool:
    return not character.is_multi_class and character.classes[0].name == SPECIALIST


def _specialist_part(one: ClassLevel, column: str, used: Weapon | None, book: Rulebook) -> Part:
    table = book.table("specialist_attacks")
    with_what = "in melee" if used is None else f"with a {used.spoken}"
    return Part(f"specialist of level {one.level} {with_what}", table.value(column, at=one.level), table.source)


def _missile_part(one: Weapon, book: Rulebook) -> Part:
    return Part(f"rate of fire of the {one.spoken}", str(one.rate_of_fire), book.table("missile_weapons").source)


def _melee_part(character: Character, book: Rulebook) -> Part:
    table = book.table("attacks_per_round")
    rates = [(one, str(table.value(one.group, at=one.level))) for one in character.classes]
    best, rate = max(rates, key=lambda pair: Fraction(pair[1]))
    return Part(f"melee attacks, {best.name} {best.level}", rate, table.source)


def _assumptions(rate: str, character: Character, *, as_missile: bool) -> tuple[str, ...]:
    found = []
    if character.is_multi_class and not as_missile:
        found.append("A multi-class character attacks as often as the best of the classes.")
    rounds = rounds_of(rate)
    if len(rounds) > 1:
        found.append(f"{rate} is {', then '.join(map(str, rounds))} in successive rounds, over and over.")
    return tuple(found)


def rounds_of(rate: str) -> tuple[int, ...]:
    """The attacks in each round of a cycle: `2` is 2; `3/2` is 1, 2; `1/3` is 1, 0, 0."""
    count, _, rounds = rate.partition("/")
    attacks, cycle = int(count), int(rounds or 1)
    if attacks < cycle:
        return (1, *[0] * (cycle - 1))
    return tuple((attacks + number) // cycle for number in range(cycle))
