"""What a character gains with levels: hit dice and the experience points each level asks for."""

import random
from dataclasses import dataclass, replace

from rules.characters import MAX_LEVEL, ClassLevel, read_character, read_classes, require_ability
from rules.dice import roll_die
from rules.errors import MalformedValue, OutOfTable
from rules.loader import Rulebook, default_rulebook
from rules.results import Part, Result, signed, sources_of


@dataclass(frozen=True, slots=True)
class ClassHitDice:
    """The hit dice of one class: `dice` d `sides`, `per_die` from Constitution, `fixed` after the last die.

    A die that shows less than `lowest_die` counts as that much; after Constitution a die gives at least 1.
    """

    character_class: str
    dice: int
    sides: int
    per_die: int
    fixed: int
    lowest_die: int = 1

    @property
    def notation(self) -> str:
        """Such as `5d10`, `9d10+3` or `4d4-4`."""
        change = self.dice * self.per_die + self.fixed
        return f"{self.dice}d{self.sides}{f'{change:+d}' if change else ''}"

    def points(self, face: int) -> int:
        """What one die gives that shows this face."""
        return max(1, max(face, self.lowest_die) + self.per_die)

    def total(self, faces: list[int]) -> int:
        """Hit points for the faces of all dice."""
        return sum(map(self.points, faces)) + self.fixed


@dataclass(frozen=True, slots=True, kw_only=True)
class HitDice(Result):
    """The hit dice of a character: one entry per class, averaged for a multi-class character.

    `minimum` and `maximum` are whole hit points; `average` has one decimal.
    """

    character_class: str
    level: str
    notation: str
    minimum: int
    maximum: int
    average: float
    parts: tuple[ClassHitDice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Experience(Result):
    """The experience points a level asks for, and those of the next one (None: the table ends)."""

    character_class: str
    level: int
    experience_points: int
    next_level_at: int | None


def hit_dice(
    character_class: str, level: int | str, *, constitution: int | None = None, book: Rulebook | None = None
) -> HitDice:
    """The hit dice of a character.

    Args:
        character_class: A class or alias; `fighter/mage` for a multi-class character.
        level: 1 to 30; `5/6` for a multi-class character.
        constitution: 1 to 25; None for no modifier. It changes rolled dice only, and warriors gain more from 17 up.
        book: The tables; those of this package when None.

    Raises:
        RuleError: Class, level or Constitution is not in the rule base.

    Source: Player's Handbook, tables 14, 20, 23, 25 and 3.
    """
    book = book or default_rulebook()
    character = read_character(character_class, level, book)
    parts = tuple(_class_hit_dice(one, constitution, book) for one in character.classes)
    lines = [Part(f"{part.character_class} hit dice", part.notation, book.table("hit_dice").source) for part in parts]
    if constitution is not None:
        source = book.table("constitution").source
        lines += [
            Part(f"Constitution {constitution}, per {part.character_class} die", signed(part.per_die), source)
            for part in parts
        ]
    assumptions: tuple[str, ...] = ()
    if character.is_multi_class:
        assumptions = (
            "A multi-class character adds up the hit points of the classes and divides by their number, rounded down.",
        )
    return HitDice(
        character_class=character.name,
        level=character.level,
        notation=" and ".join(part.notation for part in parts) + (" averaged" if character.is_multi_class else ""),
        minimum=_shared([part.total([1] * part.dice) for part in parts]),
        maximum=_shared([part.total([part.sides] * part.dice) for part in parts]),
        average=round(sum(map(_average, parts)) / len(parts), 1),
        parts=parts,
        breakdown=tuple(lines),
        source=sources_of(*lines),
        assumptions=assumptions,
    )


def roll_hit_points(dice: HitDice, rng: random.Random) -> int:
    """Roll hit points; the same random state gives the same number. Never less than 1."""
    return _shared([part.total([roll_die(part.sides, rng) for _ in range(part.dice)]) for part in dice.parts])


def experience_for_level(character_class: str, level: int | str, *, book: Rulebook | None = None) -> Experience:
    """The experience points needed for a level, and for the next one.

    Args:
        character_class: One class or alias.
        level: 1 to 30, or to 14 for druids, where their table ends.
        book: The tables; those of this package when None.

    Raises:
        RuleError: Class or level is not in the table, or there are several classes.

    Source: Player's Handbook, tables 14, 20, 23 and 25.
    """
    book = book or default_rulebook()
    _require_single(character_class, book)
    return _experience(read_character(character_class, level, book).classes[0], book)


def level_for_experience(character_class: str, experience_points: int, *, book: Rulebook | None = None) -> Experience:
    """The level that so many experience points have earned; arguments and errors as `experience_for_level`."""
    book = book or default_rulebook()
    name = _require_single(character_class, book)
    allowed = "an integer from 0 up"
    if isinstance(experience_points, bool) or not isinstance(experience_points, int):
        raise MalformedValue("experience_points", experience_points, allowed)
    if experience_points < 0:
        raise OutOfTable("experience_points", experience_points, allowed)
    first = read_character(name, 1, book).classes[0]
    table = book.table(f"experience_{first.group}")
    _, last = table.bounds(first.experience_class)
    level = 1
    while level < (last or MAX_LEVEL) and table.value(first.experience_class, at=level + 1) <= experience_points:
        level += 1
    return _experience(replace(first, level=level), book)


def _experience(one: ClassLevel, book: Rulebook) -> Experience:
    table, track = book.table(f"experience_{one.group}"), one.experience_class
    needed = int(table.value(track, at=one.level))
    _, last = table.bounds(track)
    following = None if last is not None and one.level >= last else int(table.value(track, at=one.level + 1))
    parts = [Part(f"{one.name} level {one.level}", needed, table.source)]
    if following is not None:
        parts.append(Part(f"{one.name} level {one.level + 1}", following, table.source))
    return Experience(
        character_class=one.name,
        level=one.level,
        experience_points=needed,
        next_level_at=following,
        breakdown=tuple(parts),
        source=(table.source,),
    )


def _require_single(character_class: str, book: Rulebook) -> str:
    names = read_classes(character_class, book)
    if len(names) > 1:
        raise MalformedValue("class", character_class, "one class: a multi-class character divides experience equally")
    return names[0]


def _class_hit_dice(one: ClassLevel, constitution: int | None, book: Rulebook) -> ClassHitDice:
    row = book.table("hit_dice").find(one.group)
    dice = min(one.level, row["last_level_with_die"])
    fixed = (one.level - dice) * row["hit_points_after"]
    if constitution is None:
        return ClassHitDice(one.name, dice, row["die"], 0, fixed)
    score = book.table("constitution").find(at=require_ability(constitution, "constitution"))
    per_die = score["hit_points_per_die_warrior" if one.group == "warrior" else "hit_points_per_die"]
    return ClassHitDice(one.name, dice, row["die"], per_die, fixed, score["lowest_die"])


def _average(part: ClassHitDice) -> float:
    faces = range(1, part.sides + 1)
    return part.dice * sum(map(part.points, faces)) / part.sides + part.fixed


def _shared(totals: list[int]) -> int:
    return max(1, sum(totals) // len(totals))
