"""Who is meant: classes with their levels, several of them for a multi-class character, and races."""

import re
from dataclasses import dataclass
from typing import Any

from rules.errors import MalformedValue, OutOfTable, UnknownName
from rules.loader import Rulebook, default_rulebook

MAX_LEVEL = 30
_LEVELS = re.compile(r"[0-9]{1,6}(/[0-9]{1,6})*")
_SEPARATOR = re.compile(r"\s*/\s*")
MAX_CLASSES = 3
"""No race combines more than three classes (Player's Handbook, chapter 3)."""


@dataclass(frozen=True, slots=True)
class ClassLevel:
    """A class, the group whose tables it uses, the experience table it uses, and the level in it."""

    name: str
    group: str
    experience_class: str
    level: int


@dataclass(frozen=True, slots=True)
class Character:
    """One class for most, two or three for a multi-class character."""

    classes: tuple[ClassLevel, ...]

    @property
    def name(self) -> str:
        """The class, or `fighter/mage`."""
        return "/".join(one.name for one in self.classes)

    @property
    def level(self) -> str:
        """The level, or `5/6`, in the order of the classes."""
        return "/".join(str(one.level) for one in self.classes)

    @property
    def is_multi_class(self) -> bool:
        """True with more than one class."""
        return len(self.classes) > 1

    @property
    def is_warrior(self) -> bool:
        """True when one of the classes belongs to the warriors."""
        return any(one.group == "warrior" for one in self.classes)

    @property
    def description(self) -> str:
        """Such as `5th-level fighter` or `fighter/mage of levels 5/6`."""
        if self.is_multi_class:
            return f"{self.name} of levels {self.level}"
        level = self.classes[0].level
        return f"{ordinal(level) if level else 'zero'}-level {self.name}"


def read_classes(text: Any, book: Rulebook) -> tuple[str, ...]:
    """The classes of `fighter`, `Magic-User` or `fighter/mage/thief`, by the rule base's own names.

    Raises:
        MalformedValue: Not text, more than three, or one of them twice.
        UnknownName: One of them is not a class.
    """
    table = book.table("classes")
    if not isinstance(text, str):
        raise MalformedValue("class", text, f"one of: {', '.join(table.names)}")
    parts = _SEPARATOR.split(text.strip())
    if len(parts) > MAX_CLASSES:
        raise MalformedValue("class", text, f"at most {MAX_CLASSES} classes joined by /")
    names = tuple(table.resolve(part, field_name="class") for part in parts)
    if len(set(names)) != len(names):
        raise MalformedValue("class", text, "different classes joined by /")
    return names


def read_levels(value: Any, *, count: int, lowest: int = 1) -> tuple[int, ...]:
    """The levels of 5, `5` or `5/6`: one for each of `count` classes, each from `lowest` to 30.

    Raises:
        MalformedValue: It cannot be read, or there are not `count` of them.
        OutOfTable: A level lies outside.
    """
    one = f"an integer from {lowest} to {MAX_LEVEL}"
    allowed = one if count == 1 else f"{count} levels joined by /, such as {'/'.join('56789'[:count])}, each {one}"
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise MalformedValue("level", value, allowed)
    text = str(value)
    if not _LEVELS.fullmatch(text) and not isinstance(value, int):
        raise MalformedValue("level", value, allowed)
    levels = (value,) if isinstance(value, int) else tuple(int(part) for part in text.split("/"))
    if len(levels) != count:
        raise MalformedValue("level", value, allowed)
    if not all(lowest <= level <= MAX_LEVEL for level in levels):
        raise OutOfTable("level", value, allowed)
    return levels


def read_character(character_class: Any, level: Any, book: Rulebook, *, lowest: int = 1) -> Character:
    """The character of a class text and a level text; raises as `read_classes` and `read_levels`."""
    names = read_classes(character_class, book)
    levels = read_levels(level, count=len(names), lowest=lowest)
    table = book.table("classes")
    rows = [table.find(name) for name in names]
    return Character(
        tuple(
            ClassLevel(name, row["group"], row["experience_class"], one)
            for name, row, one in zip(names, rows, levels, strict=True)
        )
    )


def read_race(text: Any, book: Rulebook) -> str:
    """The race by the rule base's own name; raises UnknownName or MalformedValue."""
    return book.table("races").resolve(text, field_name="race")


@dataclass(frozen=True, slots=True)
class ClassCheck:
    """Whether a character may take a class, and each rule that says no.

    `minimums` are the ability scores the class asks for; `races` are those that may take it.
    """

    allowed: bool
    violations: tuple[str, ...]
    minimums: dict[str, int]
    races: tuple[str, ...]
    source: tuple[str, ...]


def check_class(
    character_class: str,
    *,
    race: str | None = None,
    scores: dict[str, int] | None = None,
    book: Rulebook | None = None,
) -> ClassCheck:
    """Say whether the race may take the class, and whether the scores reach its minimums.

    Args:
        character_class: One class.
        race: Left out of the check when None.
        scores: By ability name; abilities not given are left out of the check.
        book: The tables; those of this package when None.

    Raises:
        UnknownName: No such class or race.

    Source: Player's Handbook, tables 13 and 22, chapter 2.
    """
    book = book or default_rulebook()
    classes, races = book.table("classes"), book.table("races")
    name = classes.resolve(character_class, field_name="class")
    minimums: dict[str, int] = dict(classes.find(name)["minimums"])
    open_to = tuple(race_name for race_name in races.names if name in races.find(race_name)["classes"])
    violations = [
        f"{ability.capitalize()} must be at least {least}; it is {scores[ability]}"
        for ability, least in minimums.items()
        if scores is not None and ability in scores and scores[ability] < least
    ]
    if race is not None and (race_name := read_race(race, book)) not in open_to:
        violations.insert(
            0, f"the class {name} is open to {', '.join(map(spoken, open_to))}, not to {spoken(race_name)}"
        )
    return ClassCheck(not violations, tuple(violations), minimums, open_to, (classes.source, races.source))


def adjust_for_race(race: str, scores: dict[str, int], *, book: Rulebook | None = None) -> dict[str, int]:
    """The scores after the race's adjustments; abilities that are not given stay out.

    Raises:
        UnknownName: No such race.
        OutOfTable: A score does not meet what the race needs before adjustment.

    Source: Player's Handbook, tables 7 and 8.
    """
    book = book or default_rulebook()
    name = read_race(race, book)
    limits = book.table("racial_requirements").find(name)
    for ability, score in scores.items():
        low, high = limits["minimums"].get(ability, 3), limits["maximums"].get(ability, 18)
        if not low <= score <= high:
            raise OutOfTable(ability, score, f"from {low} to {high} for the race {spoken(name)}")
    adjustments = book.table("races").find(name)["adjustments"]
    return {ability: score + adjustments.get(ability, 0) for ability, score in scores.items()}


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th ..."""
    suffix = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"


def spoken(name: str) -> str:
    """A name of the rule base as people say it: `chain_mail` is `chain mail`, `half_elf` is `half-elf`."""
    return "half-elf" if name == "half_elf" else name.replace("_", " ")


def require_ability(value: Any, field: str, *, highest: int = 25) -> int:
    """The ability score, a whole number from 1 to 25.

    Raises:
        MalformedValue: It is not a whole number.
        OutOfTable: It lies outside.
    """
    allowed = f"an integer from 1 to {highest}"
    if isinstance(value, bool) or not isinstance(value, int):
        raise MalformedValue(field, value, allowed)
    if not 1 <= value <= highest:
        raise OutOfTable(field, value, allowed)
    return value


def find_ability(text: Any, book: Rulebook) -> str:
    """The ability's full name for `Str`, `dex` or `Wisdom`; raises UnknownName."""
    wanted = text.strip().lower() if isinstance(text, str) else ""
    for ability in ABILITIES:
        if wanted in book.table(ability).aliases or wanted == ability:
            return ability
    raise UnknownName("ability", text, f"one of: {', '.join(ABILITIES)}")


ABILITIES = ("strength", "dexterity", "constitution", "intelligence", "wisdom", "charisma")
"""The six abilities in the order of the book."""
