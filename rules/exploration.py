"""Exploring: light, doors, searching, listening, and how far one sees."""

from dataclasses import dataclass
from typing import Any

from rules.abilities import ability_modifiers
from rules.characters import read_race, spoken
from rules.errors import MalformedValue, UnknownName
from rules.loader import Rulebook, default_rulebook
from rules.results import Part, Result, sources_of
from rules.table import Table, normalise_name

ANYONE = "any"
_SUBJECTS = {
    "secret": "secret_door",  # nosec B105 - a thing of the game
    "secret_doors": "secret_door",  # nosec B105 - a thing of the game
    "secrets": "secret_door",
    "concealed": "concealed_door",
    "concealed_doors": "concealed_door",
    "hidden_door": "concealed_door",
    "hidden_doors": "concealed_door",
    "passing": "concealed_door_passing",
    "slope": "sloping_passage",
    "sloping_passages": "sloping_passage",
    "grade": "sloping_passage",
    "traps": "stonework_trap",
    "stonework_traps": "stonework_trap",
    "stone_trap": "stonework_trap",
    "sliding_walls": "sliding_wall",
    "shifting_walls": "sliding_wall",
    "depth": "depth_underground",
    "direction": "direction_underground",
    "unsafe_walls": "unsafe_stonework",
    "new_tunnel": "new_construction",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Light(Result):
    """A light source: how far it shines, and how long it burns on what."""

    light_source: str
    radius_feet: int
    burning_time: str
    per: str
    shape: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors(Result):
    """What Strength does to doors: 1d20 must show `open_doors` or less for a stuck door.

    `open_locked_doors` is the same for locked, barred or magically held doors (0: it cannot be done); `bend_bars` is
    in percent, as are the chances.
    """

    strength: str
    open_doors: int
    open_doors_percent: int
    open_locked_doors: int
    open_locked_doors_percent: int
    bend_bars_percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Search(Result):
    """A chance to find or notice something: `chance` or less on a die of `of` sides; 0 is no chance."""

    subject: str
    race: str
    chance: int
    of: int
    chance_percent: int
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HearNoise(Result):
    """The chance in percent to hear a noise, and as a number of 20."""

    race: str
    chance_percent: int
    chance_in_20: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Visibility(Result):
    """How far off, in yards, things are noticed and told apart."""

    conditions: str
    movement: int
    spotted: int
    type: int
    identified: int
    detail: int


def light(source: str, *, book: Rulebook | None = None) -> Light:
    """How far a light source shines, and how long it burns.

    Raises:
        RuleError: There is no such light source.

    Source: Player's Handbook, table 63.
    """
    table = (book or default_rulebook()).table("light_sources")
    name = table.resolve(source, field_name="light_source")
    row = table.find(name)
    parts = (
        Part(f"{name.replace('_', ' ')}, radius in feet", int(row["radius_feet"]), table.source),
        Part("burning time", f"{row['burning_time']} per {row['per']}", table.source),
    )
    beam = ("Its light falls in one direction only.",) if row["shape"] == "beam" else ()
    return Light(light_source=name, **row, breakdown=parts, source=sources_of(*parts), assumptions=beam)


def doors(
    strength: int | str,
    *,
    character_class: str | None = None,
    race: str | None = None,
    book: Rulebook | None = None,
) -> Doors:
    """What a Strength does to doors and bars.

    Args:
        strength: 1 to 25, or `18/01` to `18/00`.
        character_class: Only warriors have exceptional Strength.
        race: Halflings have none.
        book: The tables; those of this package when None.

    Raises:
        RuleError: Strength, class or race is not in the rule base.

    Source: Player's Handbook, table 1.
    """
    found = ability_modifiers("strength", strength, character_class=character_class, race=race, book=book)
    values = {name: int(found.modifiers[name]) for name in ("open_doors", "open_locked_doors", "bend_bars_percent")}
    source = found.source[0]
    parts = tuple(Part(name.replace("_", " "), value, source) for name, value in values.items())
    return Doors(
        strength=found.score,
        open_doors=values["open_doors"],
        open_doors_percent=5 * values["open_doors"],
        open_locked_doors=values["open_locked_doors"],
        open_locked_doors_percent=5 * values["open_locked_doors"],
        bend_bars_percent=values["bend_bars_percent"],
        breakdown=parts,
        source=sources_of(*parts),
        assumptions=found.assumptions,
        warnings=found.warnings,
    )


def search(subject: str, race: str = "human", *, book: Rulebook | None = None) -> Search:
    """The chance to find or notice something.

    Args:
        subject: `secret_door`, `concealed_door`, `concealed_door_passing` (without searching), `sloping_passage`,
            `new_construction`, `sliding_wall`, `stonework_trap`, `unsafe_stonework`, `depth_underground` or
            `direction_underground`.
        race: Whose chance.
        book: The tables; those of this package when None.

    Returns:
        The chance; 0 where the book gives this race none.

    Raises:
        RuleError: Subject or race is not in the rule base.

    Source: Player's Handbook, chapter 2.
    """
    book = book or default_rulebook()
    table = book.table("detection")
    name, who = _subject(subject, table), read_race(race, book)
    line = next((one for one in (who, ANYONE) if table.covers(name, one)), None)
    row: dict[str, Any] = dict(table.find(name, line)) if line else {"chance": 0, "of": 6, "how": "not at all"}
    chance, sides = int(row["chance"]), int(row["of"])
    part = Part(f"{name.replace('_', ' ')}, {spoken(who)}", f"{chance} in {sides}", table.source)
    return Search(
        subject=name,
        race=who,
        chance=chance,
        of=sides,
        chance_percent=round(100 * chance / sides),
        how=row["how"],
        breakdown=(part,),
        source=sources_of(part),
        warnings=() if line else (f"The book gives a {spoken(who)} no chance for this.",),
    )


def hear_noise(race: str = "human", *, book: Rulebook | None = None) -> HearNoise:
    """The chance of someone who is no thief to hear a noise.

    Raises:
        RuleError: There is no such race.

    Source: Dungeon Master Guide, table 83.
    """
    table = (book or default_rulebook()).table("hear_noise")
    name = table.resolve(race, field_name="race")
    percent = int(table.value(name))
    part = Part(f"hear noise, {spoken(name)}", f"{percent} %", table.source)
    return HearNoise(
        race=name,
        chance_percent=percent,
        chance_in_20=percent // 5,
        breakdown=(part,),
        source=sources_of(part),
    )


def visibility(conditions: str, *, book: Rulebook | None = None) -> Visibility:
    """How far one sees in the open, in yards.

    Raises:
        RuleError: There are no such conditions.

    Source: Player's Handbook, table 62.
    """
    table = (book or default_rulebook()).table("visibility")
    name = table.resolve(conditions)
    row = table.find(name)
    parts = tuple(Part(f"{column}, yards", int(value), table.source) for column, value in row.items())
    return Visibility(conditions=name, **row, breakdown=parts, source=sources_of(*parts))


def _subject(text: Any, table: Table) -> str:
    allowed = f"one of: {', '.join(table.names)}"
    if not isinstance(text, str):
        raise MalformedValue("subject", text, allowed)
    name = normalise_name(text)
    name = _SUBJECTS.get(name, name)
    if name not in table.names:
        raise UnknownName("subject", text, allowed)
    return name
