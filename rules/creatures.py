"""Creatures: the statistics of one by name, with what the rules say about them, and creatures by what they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from rules.creature_files import (
    Bestiary,
    Climate,
    CreatureEntry,
    Frequency,
    Kind,
    Terrain,
    default_bestiary,
)
from rules.errors import MalformedValue, OutOfTable, TableUnavailable, UnknownName
from rules.loader import Rulebook, default_rulebook
from rules.monsters import MonsterHitDice, monster_experience, monster_thac0, parse_hit_dice
from rules.results import Part, Result, sources_of
from rules.table import normalise_name

SIZES = {
    "T": "tiny",
    "S": "small",
    "M": "man-sized",
    "L": "large",
    "H": "huge",
    "G": "gargantuan",
}


@dataclass(frozen=True, slots=True)
class CreatureVariant:
    """The creature at other Hit Dice."""

    hit_dice: str
    thac0: int
    experience_points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Creature(Result):
    """A creature's statistics.

    `thac0` and `experience_points` are the printed ones; `thac0_by_rule` and `experience_by_rule` are what Hit Dice and
    abilities give. They differ where a warning says so. Where nothing is printed the rule's value is used, and an
    assumption says so. Ranges are pairs, lowest first; `morale` is None for a creature that has no rating.
    `movement` has a rate for each way to move; `treasure` has the types an individual and a lair have.
    """

    name: str
    kind: str
    frequency: str
    climate: tuple[str, ...]
    terrain: tuple[str, ...]
    number_appearing: tuple[int, int]
    intelligence: tuple[int, int]
    alignment: str
    size: tuple[str, ...]
    morale: tuple[int, int] | None
    movement: dict[str, int]
    maneuverability: str | None
    armor_class: int
    armor_class_note: str | None
    hit_dice: str | None
    hit_dice_note: str | None
    hit_points: int | None
    thac0: int | None
    thac0_by_rule: int | None
    attacks: str
    damage: tuple[str, ...]
    special_attacks: tuple[str, ...]
    special_defenses: tuple[str, ...]
    magic_resistance: int
    experience_points: int | None
    experience_by_rule: int | None
    abilities: tuple[str, ...]
    added_hit_dice: int
    treasure: dict[str, tuple[str, ...]]
    variants: tuple[CreatureVariant, ...]


def creature(
    name: str,
    *,
    hit_dice: int | str | None = None,
    bestiary: Bestiary | None = None,
    book: Rulebook | None = None,
) -> Creature:
    """The statistics of a creature.

    Args:
        name: Its name or an alias, singular or plural.
        hit_dice: For a creature that comes in several sizes: which one; None for the first.
        bestiary: The creatures; those of this package when None.
        book: The tables that THAC0 and experience are compared with; those of this package when None.

    Raises:
        MalformedValue: The name is not text, or the Hit Dice cannot be read.
        UnknownName: There is no such creature.
        OutOfTable: The creature does not come with these Hit Dice.

    Source: Monstrous Manual; Dungeon Master Guide, tables 31, 32 and 39.
    """
    bestiary, book = bestiary or default_bestiary(), book or default_rulebook()
    entry = find_creature(name, bestiary)
    variants = tuple(CreatureVariant(one.hit_dice, one.thac0, one.experience_points) for one in entry.variants or [])
    dice, thac0, experience = _at(entry, variants, hit_dice)
    source = bestiary.sources[entry.name]
    rule = _RuleValues.of(dice, entry, book)
    parts = [Part("armor class", entry.armor_class, source)]
    if thac0 is not None:
        parts.append(Part("THAC0 as printed", thac0, source))
    if experience is not None:
        parts.append(Part("experience as printed", experience, source))
    parts += rule.parts
    return Creature(
        name=entry.name,
        kind=entry.kind,
        frequency=entry.frequency,
        climate=tuple(entry.climate),
        terrain=tuple(entry.terrain),
        number_appearing=_pair(entry.number_appearing),
        intelligence=_pair(entry.intelligence),
        alignment=entry.alignment,
        size=tuple(entry.size),
        morale=None if entry.morale is None else _pair(entry.morale),
        movement={str(way): rate for way, rate in entry.movement.items()},
        maneuverability=entry.maneuverability,
        armor_class=entry.armor_class,
        armor_class_note=entry.armor_class_note,
        hit_dice=dice,
        hit_dice_note=entry.hit_dice_note,
        hit_points=entry.hit_points,
        thac0=thac0 if thac0 is not None else rule.thac0,
        thac0_by_rule=rule.thac0,
        attacks=entry.attacks,
        damage=tuple(entry.damage),
        special_attacks=tuple(entry.special_attacks),
        special_defenses=tuple(entry.special_defenses),
        magic_resistance=entry.magic_resistance,
        experience_points=experience if experience is not None else rule.experience,
        experience_by_rule=rule.experience,
        abilities=tuple(entry.abilities),
        added_hit_dice=rule.added,
        treasure={str(place): tuple(types) for place, types in entry.treasure.items()},
        variants=variants,
        breakdown=tuple(parts),
        source=sources_of(*parts),
        assumptions=_assumptions(entry, experience, hit_dice, variants),
        warnings=_warnings(thac0, experience, rule),
    )


def creatures(*, bestiary: Bestiary | None = None) -> tuple[str, ...]:
    """The names of all creatures, in alphabetical order."""
    return tuple(sorted((bestiary or default_bestiary()).creatures))


def creature_spellings(*, bestiary: Bestiary | None = None) -> Mapping[str, str]:
    """Every spelling (normalised) a creature is known by, and the name it stands for."""
    return (bestiary or default_bestiary()).spellings


def find_creatures(
    *,
    hit_dice: tuple[float, float] | None = None,
    terrain: str | None = None,
    climate: str | None = None,
    kind: str | None = None,
    frequency: str | None = None,
    experience: tuple[int, int] | None = None,
    bestiary: Bestiary | None = None,
    book: Rulebook | None = None,
) -> tuple[Creature, ...]:
    """The creatures that fit all of what is asked, by Hit Dice and name.

    Args:
        hit_dice: Lowest and highest number of dice, both included; 0.5 is less than one. Added points do not count.
        terrain: Where it lives; creatures of any land are found for every land.
        climate: The climate it lives in; creatures of any climate are found for all.
        kind: Such as `undead` or `humanoid`.
        frequency: `common`, `uncommon`, `rare` or `very_rare`.
        experience: Lowest and highest experience points, both included.
        bestiary: The creatures; those of this package when None.
        book: The tables; those of this package when None.

    Raises:
        UnknownName: A terrain, climate, kind or frequency that no creature can have.
        MalformedValue: A range is not two numbers, the lower first.
    """
    bestiary, book = bestiary or default_bestiary(), book or default_rulebook()
    wanted = {
        "terrain": _known("terrain", terrain),
        "climate": _known("climate", climate),
        "kind": _known("kind", kind),
        "frequency": _known("frequency", frequency),
    }
    for name, span in (("hit_dice", hit_dice), ("experience", experience)):
        _require_span(name, span)
    found = []
    for entry in bestiary.creatures.values():
        if not _fits(entry, wanted, hit_dice):
            continue
        answer = creature(entry.name, bestiary=bestiary, book=book)
        points = answer.experience_points
        if experience is None or (points is not None and experience[0] <= points <= experience[1]):
            found.append(answer)
    return tuple(sorted(found, key=lambda one: (_number_of_dice(one.hit_dice), one.name)))


def find_creature(name: Any, bestiary: Bestiary) -> CreatureEntry:
    """The entry of this name or alias; raises MalformedValue or UnknownName."""
    if not isinstance(name, str):
        raise MalformedValue("creature", name, "the name of a creature")
    found = bestiary.spellings.get(normalise_name(name))
    if found is None:
        left_out = [problem.reason for problem in bestiary.problems if problem.table == normalise_name(name)]
        if left_out:
            raise TableUnavailable(f"creature {normalise_name(name)}", left_out[0])
        raise UnknownName("creature", name, f"one of the {len(bestiary.creatures)} creatures of the rule base")
    return bestiary.creatures[found]


@dataclass(frozen=True, slots=True)
class _RuleValues:
    """What Hit Dice and abilities give; None for a creature without Hit Dice."""

    thac0: int | None
    experience: int | None
    added: int
    parts: tuple[Part, ...]

    @classmethod
    def of(cls, hit_dice: str | None, entry: CreatureEntry, book: Rulebook) -> "_RuleValues":
        table = book.table("xp_ability_additions")
        additions = [Part(ability, int(table.value(ability)), table.source) for ability in entry.abilities]
        added = sum(int(part.value) for part in additions)
        if hit_dice is None:
            return cls(None, None, added, ())
        thac0 = monster_thac0(hit_dice, book=book)
        experience = monster_experience(hit_dice, added_hit_dice=added, book=book)
        parts = (*thac0.breakdown, *additions, *experience.breakdown)
        return cls(thac0.thac0, experience.experience_points, added, parts)


def _at(
    entry: CreatureEntry, variants: tuple[CreatureVariant, ...], hit_dice: int | str | None
) -> tuple[str | None, int | None, int | None]:
    if hit_dice is None:
        return entry.hit_dice, entry.thac0, entry.experience_points
    wanted = str(parse_hit_dice(hit_dice))
    for one in variants:
        if wanted == str(parse_hit_dice(one.hit_dice)):
            return one.hit_dice, one.thac0, one.experience_points
    if entry.hit_dice is not None and wanted == str(parse_hit_dice(entry.hit_dice)):
        return entry.hit_dice, entry.thac0, entry.experience_points
    sizes = ", ".join(one.hit_dice for one in variants) or entry.hit_dice or "none"
    raise OutOfTable("hit_dice", hit_dice, f"one of its Hit Dice: {sizes}")


def _assumptions(
    entry: CreatureEntry,
    experience: int | None,
    hit_dice: int | str | None,
    variants: tuple[CreatureVariant, ...],
) -> tuple[str, ...]:
    said = []
    if experience is None and entry.hit_dice is not None:
        said.append("No single experience value is printed; this one follows from Hit Dice and abilities.")
    if entry.kind == "dragon" and experience is None:
        said.append("A dragon's age changes its Hit Dice, armor class and breath; these are the base values.")
    if variants and hit_dice is None:
        said.append(f"It comes with {', '.join(one.hit_dice for one in variants)} Hit Dice; the first is shown.")
    if entry.hit_dice_note:
        said.append(f"Hit points: {entry.hit_dice_note}.")
    return tuple(said)


def _warnings(thac0: int | None, experience: int | None, rule: _RuleValues) -> tuple[str, ...]:
    said = []
    if None not in (thac0, rule.thac0) and thac0 != rule.thac0:
        said.append(f"THAC0 is printed as {thac0}; its Hit Dice give {rule.thac0} by the table.")
    if None not in (experience, rule.experience) and experience != rule.experience:
        said.append(
            f"The printed experience is {experience}; Hit Dice and abilities give {rule.experience} by the table."
        )
    return tuple(said)


def _fits(entry: CreatureEntry, wanted: Mapping[str, str | None], hit_dice: tuple[float, float] | None) -> bool:
    if hit_dice is not None and not hit_dice[0] <= _number_of_dice(entry.hit_dice) <= hit_dice[1]:
        return False
    kind, frequency = wanted["kind"], wanted["frequency"]
    if kind not in (None, entry.kind) or frequency not in (None, entry.frequency):
        return False
    climate, terrain = wanted["climate"], wanted["terrain"]
    if climate is not None and not {climate, "any"} & set(entry.climate):
        return False
    return terrain is None or bool(_lands(terrain) & set(entry.terrain))


_NOT_LAND = {"any", "fresh_water", "ocean", "planar", "sky"}
_VALUES: dict[str, tuple[str, ...]] = {
    "terrain": get_args(Terrain),
    "climate": get_args(Climate),
    "kind": get_args(Kind),
    "frequency": get_args(Frequency),
}
_TERRAIN_WORDS = {
    "cave": "subterranean",
    "caves": "subterranean",
    "dungeon": "subterranean",
    "underground": "subterranean",
    "city": "urban",
    "town": "urban",
    "mountain": "mountains",
    "hill": "hills",
    "plain": "plains",
    "grassland": "plains",
    "woods": "forest",
    "sea": "ocean",
    "marsh": "swamp",
    "lake": "fresh_water",
    "river": "fresh_water",
    "seashore": "coast",
    "ruin": "ruins",
}


def _lands(terrain: str) -> set[str]:
    return {terrain} if terrain in _NOT_LAND else {terrain, "any"}


def _known(field: str, text: str | None) -> str | None:
    if text is None:
        return None
    if not isinstance(text, str):
        raise MalformedValue(field, text, "text")
    name = normalise_name(text)
    if field == "terrain":
        name = _TERRAIN_WORDS.get(name, name)
    if name not in _VALUES[field]:
        raise UnknownName(field, text, f"one of: {', '.join(_VALUES[field])}")
    return name


def _require_span(field: str, span: Any) -> None:
    if span is None:
        return
    numbers = isinstance(span, tuple | list) and len(span) == 2 and all(_is_number(one) for one in span)
    if not numbers or span[0] > span[1]:
        raise MalformedValue(field, span, "two numbers, the lower first")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number_of_dice(hit_dice: str | None) -> float:
    if hit_dice is None:
        return 0.0
    dice: MonsterHitDice = parse_hit_dice(hit_dice)
    return float(dice.dice) if dice.dice else 0.5


def _pair(values: list[int]) -> tuple[int, int]:
    return values[0], values[1]
