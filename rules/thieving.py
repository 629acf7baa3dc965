"""Thieving skills of thieves, bards and rangers, with every adjustment on a line of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rules.characters import ClassLevel, read_character, read_race, require_ability, spoken
from rules.errors import MalformedValue, OutOfTable, UnknownName
from rules.loader import Rulebook, default_rulebook
from rules.results import Part, Result, signed, sources_of
from rules.table import normalise_name

SKILLS = (
    "pick_pockets",
    "open_locks",
    "find_traps",
    "move_silently",
    "hide_in_shadows",
    "detect_noise",
    "climb_walls",
    "read_languages",
)
"""In the order of the table; find_traps is for removing them too."""
BASE_TABLES = {"thief": "thief_skills_base", "bard": "bard_skills_base", "ranger": "ranger_skills"}
RANGER_ARMOR = ("none", "leather", "padded", "studded_leather")
RANGER_HIGHEST = 99
READ_LANGUAGES_LEVEL = 4


@dataclass(frozen=True, slots=True)
class SkillLine:
    """One skill in percent: what it is made of, and the total between 0 and the highest allowed."""

    skill: str
    base: int
    race: int
    dexterity: int
    armor: int
    points: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ThiefSkills(Result):
    """The skills of a character, and the points the class has handed out by this level, those given included.

    `most_per_skill` is how many of the points may lie on one skill.
    """

    character_class: str
    level: int
    race: str
    armor: str
    skills: tuple[SkillLine, ...]
    points_to_distribute: int
    most_per_skill: int

    def totals(self) -> dict[str, int]:
        """The percentages by skill."""
        return {line.skill: line.total for line in self.skills}


def thief_skills(
    character_class: str,
    level: int | str,
    *,
    race: str = "human",
    dexterity: int | None = None,
    armor: str = "none",
    points: Mapping[str, int] | None = None,
    book: Rulebook | None = None,
) -> ThiefSkills:
    """The thieving skills of a thief, bard or ranger.

    Args:
        character_class: Thief, bard or ranger, alone or among the classes of a multi-class character.
        level: 1 to 30; `5/6` for a multi-class character.
        race: A race or alias.
        dexterity: 1 to 25; None for no adjustment.
        armor: The armor worn; `none` for no armor.
        points: Points handed out by skill; None for none.
        book: The tables; those of this package when None.

    Returns:
        The class's skills, each from 0 to 95 (99 for rangers).

    Raises:
        RuleError: The class has no such skills, the armor is not in its table, or more points were handed out than the
            class has.

    Source: Player's Handbook, tables 18, 26 to 29 and 33, chapter 3.
    """
    book = book or default_rulebook()
    one = _skilled(character_class, level, book)
    race_name = read_race(race, book)
    worn = book.table("armor").resolve(armor, field_name="armor")
    base, base_source = _base(one, book)
    budget, most, highest = _budget(one, book)
    given = _points(points, tuple(base), budget, most)
    tables = _Adjustments(one, race_name, dexterity, worn, book)
    lines = tuple(_line(skill, value, tables, given, highest) for skill, value in base.items())
    too_heavy = one.name == "ranger" and worn not in RANGER_ARMOR
    if too_heavy:
        lines = tuple(SkillLine(line.skill, line.base, line.race, line.dexterity, 0, 0, 0) for line in lines)
    parts = tuple(_parts(lines, base_source, tables))
    return ThiefSkills(
        character_class=one.name,
        level=one.level,
        race=race_name,
        armor=worn,
        skills=lines,
        points_to_distribute=budget,
        most_per_skill=most,
        breakdown=parts,
        source=sources_of(*parts),
        assumptions=_assumptions(one, highest, dexterity),
        warnings=(f"A ranger in {spoken(worn)} neither hides nor moves silently.",) if too_heavy else (),
    )


class _Adjustments:
    """What race, Dexterity and armor change, by skill."""

    def __init__(self, one: ClassLevel, race: str, dexterity: int | None, armor: str, book: Rulebook) -> None:
        self.race_table, self.dexterity_table = book.table("thief_race"), book.table("thief_dexterity")
        self.armor_table = book.table("thief_armor")
        self.race: Mapping[str, Any] = self.race_table.find(race)
        self.dexterity: Mapping[str, Any] = (
            {} if dexterity is None else self.dexterity_table.find(at=require_ability(dexterity, "dexterity"))
        )
        # Table 29 is for thieves and bards; a ranger's armor is allowed or it is not.
        self.armor: Mapping[str, Any] = {} if one.name == "ranger" else self._worn(armor)

    def _worn(self, armor: str) -> Mapping[str, Any]:
        if not self.armor_table.covers(armor):
            raise OutOfTable("armor", armor, f"one of: {', '.join(self.armor_table.names)} for thieving skills")
        return self.armor_table.find(armor)


def _skilled(character_class: str, level: int | str, book: Rulebook) -> ClassLevel:
    by_name = {one.name: one for one in read_character(character_class, level, book).classes}
    for name in BASE_TABLES:
        if name in by_name:
            return by_name[name]
    raise MalformedValue("class", character_class, "a thief, bard or ranger: other classes have no thieving skills")


def _base(one: ClassLevel, book: Rulebook) -> tuple[dict[str, int], str]:
    table = book.table(BASE_TABLES[one.name])
    row = table.find(at=one.level) if table.is_banded else table.find(one.name)
    return {skill: int(row[skill]) for skill in SKILLS if skill in row}, table.source


def _budget(one: ClassLevel, book: Rulebook) -> tuple[int, int, int]:
    """All points by this level, the most on one skill, and the highest percentage."""
    if one.name == "ranger":
        return 0, 0, RANGER_HIGHEST
    row, later = book.table("thief_points").find(one.name), one.level - 1
    points = row["first_level"] + later * row["each_level"]
    most = row["first_level_most_per_skill"] + later * row["each_level_most_per_skill"]
    return int(points), int(most), int(row["highest"])


def _points(points: Mapping[str, int] | None, skills: tuple[str, ...], budget: int, most: int) -> dict[str, int]:
    given = {}
    for name, value in (points or {}).items():
        skill = normalise_name(name)
        if skill not in skills:
            raise UnknownName("points", name, f"one of: {', '.join(skills)}")
        if isinstance(value, bool) or not isinstance(value, int):
            raise MalformedValue("points", value, f"an integer from 0 to {most} for {spoken(skill)}")
        if not 0 <= value <= most:
            raise OutOfTable("points", value, f"an integer from 0 to {most} for {spoken(skill)}")
        given[skill] = value
    if sum(given.values()) > budget:
        raise OutOfTable("points", sum(given.values()), f"at most {budget} in all at this level")
    return given


def _line(skill: str, base: int, tables: _Adjustments, given: Mapping[str, int], highest: int) -> SkillLine:
    race, dexterity, armor = (int(one.get(skill, 0)) for one in (tables.race, tables.dexterity, tables.armor))
    points = given.get(skill, 0)
    total = max(0, min(highest, base + race + dexterity + armor + points))
    return SkillLine(skill, base, race, dexterity, armor, points, total)


def _parts(lines: tuple[SkillLine, ...], base_source: str, tables: _Adjustments) -> list[Part]:
    parts = []
    for line in lines:
        name = spoken(line.skill)
        parts.append(Part(f"{name}, base", line.base, base_source))
        for label, value, source in (
            ("race", line.race, tables.race_table.source),
            ("Dexterity", line.dexterity, tables.dexterity_table.source),
            ("armor", line.armor, tables.armor_table.source),
        ):
            if value:
                parts.append(Part(f"{name}, {label}", signed(value), source))
        if line.points:
            parts.append(Part(f"{name}, points", signed(line.points), base_source))
    return parts


def _assumptions(one: ClassLevel, highest: int, dexterity: int | None) -> tuple[str, ...]:
    found = [f"A skill is never below 0 and never above {highest} %."]
    if dexterity is None:
        found.append("Dexterity adjusts nothing here, since it was not given.")
    if one.name == "ranger":
        found.append("In natural surroundings; elsewhere the chance is halved.")
    if one.name == "thief" and one.level < READ_LANGUAGES_LEVEL:
        found.append(f"Thieves read languages from level {READ_LANGUAGES_LEVEL} on.")
    return tuple(found)
