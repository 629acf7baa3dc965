"""Weapons: what the table says of each, and the damage of a hit with it."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from rules.abilities import Strength, read_strength, strength_row, usable_strength
from rules.characters import read_character, read_classes, read_race, spoken
from rules.dice import Dice, parse_dice
from rules.errors import MalformedValue, OutOfTable
from rules.loader import Rulebook, default_rulebook
from rules.results import Part, Result, signed, sources_of
from rules.table import normalise_name

LEAST_DAMAGE = 1
_TARGETS = {"small": "small", "medium": "small", "man_sized": "small", "large": "large", "huge": "large"}
_MISSILE_CLASSES = {"dagger": "thrown_dagger", "dirk": "thrown_dagger", "dart": "thrown_dart"}


@dataclass(frozen=True, slots=True)
class MissileUse:
    """A weapon as a missile: shots per round (`1/2`: one in two rounds) and the far end of each range in yards.

    `short_yd` is None where there is no short range.
    """

    ammunition: str
    rate_of_fire: str
    short_yd: int | None
    medium_yd: int
    long_yd: int
    damage_small: str
    damage_large: str


@dataclass(frozen=True, slots=True)
class Grip:
    """A weapon held in two hands, where that makes a difference."""

    speed: int
    damage_small: str
    damage_large: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Weapon(Result):
    """One weapon. `damage_small` is against small and medium targets; None where the weapon has no damage of its own.

    `type` is B, P, S or two of them; `strength` is full, bow or none; `missile` is empty for what is not thrown or
    shot, and its first entry is the usual ammunition.
    """

    name: str
    size: str
    type: str
    speed: int
    damage_small: str | None
    damage_large: str | None
    weight_lb: float
    melee: bool
    strength: str
    group: str
    two_handed: Grip | None
    missile: tuple[MissileUse, ...]

    @property
    def spoken(self) -> str:
        """As people say it: `footman's mace`, `two-handed sword`."""
        return weapon_name(self.name)

    @property
    def rate_of_fire(self) -> str | None:
        """Shots per round with the usual ammunition; None for what is not thrown or shot."""
        return self.missile[0].rate_of_fire if self.missile else None

    @property
    def types(self) -> tuple[str, ...]:
        """The letters of the type, each alone."""
        return tuple(letter for letter in self.type.split("/") if letter)

    def use(self, ammunition: str | None = None) -> MissileUse:
        """The missile use with this ammunition, or the usual one.

        Raises:
            OutOfTable: The weapon is no missile, or does not take it.
        """
        wanted = None if ammunition is None else normalise_name(ammunition)
        for one in self.missile:
            if wanted in {None, one.ammunition, f"{one.ammunition}s"}:
                return one
        names = ", ".join(spoken(one.ammunition) for one in self.missile)
        raise OutOfTable("ammunition", ammunition, f"{names} for a {self.spoken}" if names else "left out: no missile")


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage(Result):
    """The damage of one hit. `dice` are multiplied by `multiplier` (a backstab), then `bonus` is added; never below 1.

    `average` has two decimals.
    """

    weapon: str
    target: str
    dice: str
    multiplier: int
    bonus: int
    notation: str
    minimum: int
    maximum: int
    average: float


def weapon_name(key: str) -> str:
    """How people say a weapon of the table."""
    words = key.replace("_", " ").replace("two handed", "two-handed")
    return words.replace("footmans", "footman's").replace("horsemans", "horseman's")


def weapon(name: str, *, book: Rulebook | None = None) -> Weapon:
    """What the tables say of a weapon.

    Args:
        name: A weapon or alias, such as `long sword`, `mace` or `heavy crossbow`.
        book: The tables; those of this package when None.

    Raises:
        RuleError: No such weapon.

    Source: Player's Handbook, tables 44 and 45.
    """
    return read_weapon(name, book or default_rulebook())


def read_weapon(name: Any, book: Rulebook) -> Weapon:
    """As `weapon`, with the tables given."""
    table, missiles, grips = book.table("weapons"), book.table("missile_weapons"), book.table("two_handed_grips")
    key = table.resolve(name, field_name="weapon")
    row = table.find(key)
    # The columns stand in the order of the fields.
    uses = tuple(MissileUse(line.exact[1], *line.values) for line in missiles.rows if line.exact[0] == key)
    parts = [Part(column.replace("_", " "), _shown(row[column]), table.source) for column in table.columns[:6]]
    for use in uses:
        reach = f"{use.short_yd or '-'}/{use.medium_yd}/{use.long_yd} yd"
        parts.append(Part(f"range, {spoken(use.ammunition)}", reach, missiles.source))
        parts.append(Part(f"rate of fire, {spoken(use.ammunition)}", use.rate_of_fire, missiles.source))
    return Weapon(
        name=key,
        **row,
        two_handed=Grip(**grips.find(key)) if grips.covers(key) else None,
        missile=uses,
        breakdown=tuple(parts),
        source=sources_of(*parts),
    )


def weapon_class(one: Weapon, *, thrown: bool = False) -> str | None:
    """The column a specialist uses for this weapon; None for bows and firearms, which have none.

    The hand crossbow, which the table does not name, is read as the light one.

    Source: Player's Handbook, table 35.
    """
    if one.group in {"bow", "firearm"}:
        return None
    if one.group == "crossbow":
        return "heavy_crossbow" if one.name == "heavy_crossbow" else "light_crossbow"
    if one.melee and not thrown:
        return "melee"
    return _MISSILE_CLASSES.get(one.name, "other_missile")


def damage(
    weapon: str,
    *,
    strength: int | str | None = None,
    target: str = "small",
    two_handed: bool = False,
    specialised: bool = False,
    bonus: int = 0,
    backstab_level: int | None = None,
    ammunition: str | None = None,
    strength_bow: bool = False,
    character_class: str | None = None,
    race: str | None = None,
    book: Rulebook | None = None,
) -> Damage:
    """The damage of one hit.

    Args:
        weapon: A weapon or alias.
        strength: 1 to 25 or `18/01` to `18/00`; None for no modifier.
        target: `small` (small and man-sized) or `large`.
        two_handed: Held in two hands; makes a difference for the bastard sword only.
        specialised: Whether the wielder specialises in it: +2 in melee.
        bonus: Magic and whatever else is added, -20 to 20.
        backstab_level: The thief's level when this is a backstab.
        ammunition: `thrown`, or a missile such as `sheaf arrow`; None for the usual use, in melee where it has one.
        strength_bow: The bow was made for the archer's Strength.
        character_class: Given, it decides who may have exceptional Strength.
        race: Halflings have no exceptional Strength.
        book: The tables; those of this package when None.

    Raises:
        RuleError: A value is not in the rule base, or the weapon has no damage of its own.

    Source: Player's Handbook, tables 44, 45, 1 and 30, chapters 5 and 9.
    """
    book = book or default_rulebook()
    _require_bonus(bonus)
    one, size, notes = read_weapon(weapon, book), _target(target), _Notes()
    dice, line = _dice(one, size, ammunition, two_handed=two_handed, notes=notes, book=book)
    lines = [line]
    if strength is not None:
        usable = _strength(strength, character_class, race, notes, book)
        lines += _from_strength(one, usable, notes, book, strength_bow=strength_bow)
    if specialised:
        lines += _from_skill(one, notes, book, as_missile=ammunition is not None or not one.melee)
    if bonus:
        lines.append(_Line(bonus, Part("magic and other bonuses", signed(bonus), line.part.source)))
    total, times = sum(line.points for line in lines), 1
    parts = [line.part for line in lines]
    if backstab_level is not None:
        times = backstab_multiplier(backstab_level, book=book)
        parts.append(Part(f"backstab at level {backstab_level}", f"x{times}", book.table("backstab").source))
        notes.assumptions.append("A backstab multiplies the weapon's dice; Strength, skill and magic are added after.")
    if times * dice.minimum + total < LEAST_DAMAGE:
        notes.assumptions.append(f"A hit does at least {LEAST_DAMAGE} point of damage.")
    totals = _totals(dice, times, total)
    return Damage(
        weapon=one.name,
        target=size,
        dice=_written(dice),
        multiplier=times,
        bonus=total,
        notation=_notation(dice, times, total),
        minimum=min(totals),
        maximum=max(totals),
        average=round(sum(points * ways for points, ways in totals.items()) / totals.total(), 2),
        breakdown=tuple(parts),
        source=sources_of(*parts),
        assumptions=tuple(notes.assumptions),
        warnings=tuple(notes.warnings),
    )


@dataclass(slots=True)
class _Notes:
    assumptions: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the calculation and the points it adds to the dice."""

    points: int
    part: Part


def backstab_multiplier(level: int, *, book: Rulebook | None = None) -> int:
    """What a thief's damage from behind is multiplied by. Source: Player's Handbook, table 30."""
    book = book or default_rulebook()
    thief = read_character("thief", level, book)
    return int(book.table("backstab").value(at=thief.classes[0].level))


def _dice(
    one: Weapon, target: str, ammunition: str | None, *, two_handed: bool, notes: _Notes, book: Rulebook
) -> tuple[Dice, _Line]:
    use: Weapon | Grip | MissileUse = one
    source = book.table("weapons").source
    if ammunition is not None:
        use, source = one.use(ammunition), book.table("missile_weapons").source
    elif two_handed and one.two_handed is not None:
        use, source = one.two_handed, book.table("two_handed_grips").source
    elif two_handed and one.melee:
        notes.assumptions.append(f"The {one.spoken} does the same damage in one hand and in two.")
    text = getattr(use, f"damage_{target}")
    if text is None:
        raise OutOfTable("weapon", one.name, "a weapon that does damage of its own")
    if one.group == "firearm":
        notes.assumptions.append("A 10 on the damage die is rolled again and added, which the numbers leave out.")
    against = "large" if target == "large" else "small and man-sized"
    return _parse(text), _Line(0, Part(f"{one.spoken} against {against} targets", text, source))


def _strength(
    strength: int | str, character_class: str | None, race: str | None, notes: _Notes, book: Rulebook
) -> Strength:
    score = read_strength(strength)
    if character_class is None:
        return score
    classes = book.table("classes")
    is_warrior = any(classes.find(name)["group"] == "warrior" for name in read_classes(character_class, book))
    race_name = read_race(race, book) if race else None
    usable, warnings = usable_strength(score, is_warrior=is_warrior, race=race_name, book=book)
    notes.warnings += warnings
    return usable


def _from_strength(one: Weapon, score: Strength, notes: _Notes, book: Rulebook, *, strength_bow: bool) -> list[_Line]:
    row, source = strength_row(score, book)
    points = int(row["damage"])
    if one.strength == "none":
        notes.warnings.append(f"Strength adds nothing to the damage of a {one.spoken}.")
        return []
    if one.strength == "bow" and points > 0 and not strength_bow:
        notes.warnings.append("High Strength adds to damage only with a bow made for it.")
        return []
    return [_Line(points, Part(f"Strength {score}, damage", signed(points), source))]


def _from_skill(one: Weapon, notes: _Notes, book: Rulebook, *, as_missile: bool) -> list[_Line]:
    table = book.table("specialisation")
    if as_missile:
        notes.assumptions.append(f"Specialisation adds to damage in melee only, not with a {one.spoken} as a missile.")
        return []
    points = int(table.find("melee")["damage"])
    return [_Line(points, Part("weapon specialisation, damage", signed(points), table.source))]


def _target(text: Any) -> str:
    allowed = "small (small and man-sized) or large"
    if not isinstance(text, str):
        raise MalformedValue("target", text, allowed)
    found = _TARGETS.get(normalise_name(text))
    if found is None:
        raise MalformedValue("target", text, allowed)
    return found


def _require_bonus(bonus: Any) -> None:
    allowed = "an integer from -20 to 20"
    if isinstance(bonus, bool) or not isinstance(bonus, int):
        raise MalformedValue("bonus", bonus, allowed)
    if not -20 <= bonus <= 20:
        raise OutOfTable("bonus", bonus, allowed)


def _parse(text: str) -> Dice:
    """Dice, or a fixed number of points as one die with one side."""
    return Dice(1, 1, int(text) - 1) if text.isdigit() else parse_dice(text)


def _written(dice: Dice) -> str:
    return str(dice.minimum) if dice.sides == 1 else str(dice)


def _notation(dice: Dice, times: int, bonus: int) -> str:
    if times > 1:
        return f"({_written(dice)})x{times}{f'{bonus:+d}' if bonus else ''}"
    if dice.sides == 1:
        return str(max(LEAST_DAMAGE, dice.minimum + bonus))
    return str(Dice(dice.count, dice.sides, dice.change + bonus))


def _totals(dice: Dice, times: int, bonus: int) -> Counter[int]:
    """Every total a hit can do, and in how many ways the dice show it."""
    sums = Counter({0: 1})
    for _ in range(dice.count):
        sums = Counter(
            {
                total: sum(sums[total - face] for face in range(1, dice.sides + 1))
                for total in range(min(sums) + 1, max(sums) + dice.sides + 1)
            }
        )
    totals: Counter[int] = Counter()
    for total, ways in sums.items():
        totals[max(LEAST_DAMAGE, times * (total + dice.change) + bonus)] += ways
    return totals


def _shown(value: Any) -> int | str:
    if isinstance(value, int):
        return value
    return "-" if value in {None, ""} else str(value)
