"""Saving throws: the base of the table, and beside it every bonus that may apply, never mixed into the base."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rules.characters import Character, read_character, read_race, require_ability, spoken
from rules.errors import OutOfTable
from rules.loader import Rulebook, default_rulebook
from rules.results import Part, Result, signed, sources_of

CATEGORIES = ("paralyzation", "rod_staff_wand", "petrification", "breath_weapon", "spell")
"""In the order of the table: an effect that fits two uses the one further left."""
SPOKEN_CATEGORIES = {
    "paralyzation": "paralyzation, poison or death magic",
    "rod_staff_wand": "rod, staff or wand",
    "petrification": "petrification or polymorph",
    "breath_weapon": "breath weapon",
    "spell": "spell",
}


@dataclass(frozen=True, slots=True)
class SaveModifier:
    """A bonus on the roll: for whom, how much (positive helps), in which categories, and when (empty: always)."""

    label: str
    bonus: int
    applies_to: tuple[str, ...]
    condition: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SavingThrows(Result):
    """The five base numbers to roll on a d20 or better, and the modifiers to the roll."""

    character_class: str
    level: str
    paralyzation: int
    rod_staff_wand: int
    petrification: int
    breath_weapon: int
    spell: int
    modifiers: tuple[SaveModifier, ...]

    def base(self) -> dict[str, int]:
        """The five base numbers by category, in the order of the table."""
        return {category: getattr(self, category) for category in CATEGORIES}


def saving_throws(
    character_class: str,
    level: int | str,
    *,
    race: str | None = None,
    constitution: int | None = None,
    wisdom: int | None = None,
    dexterity: int | None = None,
    book: Rulebook | None = None,
) -> SavingThrows:
    """The saving throws of a character.

    Args:
        character_class: A class or alias; `fighter/mage` for a multi-class character, who uses the best of each.
        level: 0 (warriors only) to 30; `5/6` for a multi-class character.
        race: Dwarves, gnomes and halflings have a bonus by Constitution.
        constitution: 1 to 25; used with such a race.
        wisdom: 1 to 25; gives the modifier against magic that attacks the mind.
        dexterity: 1 to 25; gives the modifier against attacks that can be dodged.
        book: The tables; those of this package when None.

    Raises:
        RuleError: Class, level, race or a score is not in the rule base.

    Source: Player's Handbook, table 60; modifiers from tables 2, 5 and 9, chapters 2 and 3.
    """
    book = book or default_rulebook()
    character = read_character(character_class, level, book, lowest=0)
    base, parts = _base(character, book)
    modifiers = (
        *_class_modifiers(character, book),
        *_race_modifiers(race, constitution, book),
        *_score_modifiers(wisdom, dexterity, book),
    )
    shown = [Part(f"{one.label}{_when(one)}", signed(one.bonus), one.source) for one in modifiers]
    assumptions = []
    if character.is_multi_class:
        assumptions.append("A multi-class character uses the best number of the classes in each category.")
    if modifiers:
        assumptions.append("Modifiers are added to the roll; the numbers are the table's own.")
    return SavingThrows(
        character_class=character.name,
        level=character.level,
        paralyzation=base["paralyzation"],
        rod_staff_wand=base["rod_staff_wand"],
        petrification=base["petrification"],
        breath_weapon=base["breath_weapon"],
        spell=base["spell"],
        modifiers=modifiers,
        breakdown=(*parts, *shown),
        source=sources_of(*parts, *shown),
        assumptions=tuple(assumptions),
    )


def _base(character: Character, book: Rulebook) -> tuple[dict[str, int], tuple[Part, ...]]:
    table = book.table("saving_throws")
    rows = []
    for one in character.classes:
        first, _ = table.bounds(one.group)
        if one.level < first:
            raise OutOfTable("level", one.level, f"an integer from {first} to 30 for a {one.name}")
        rows.append(table.find(one.group, at=one.level))
    base = {category: min(int(row[category]) for row in rows) for category in CATEGORIES}
    parts = tuple(Part(SPOKEN_CATEGORIES[category], base[category], table.source) for category in CATEGORIES)
    return base, parts


def _class_modifiers(character: Character, book: Rulebook) -> Iterator[SaveModifier]:
    table = book.table("class_save_modifiers")
    for one in character.classes:
        if table.covers(one.name):
            yield _modifier(one.name, table.find(one.name), table.source)


def _race_modifiers(race: str | None, constitution: int | None, book: Rulebook) -> Iterator[SaveModifier]:
    if constitution is not None:
        require_ability(constitution, "constitution")
    name = read_race(race, book) if race is not None else None
    table, bonuses = book.table("racial_saves"), book.table("constitution_saves")
    if name is None or constitution is None or not table.covers(name):
        return
    row, bonus = table.find(name), int(bonuses.value(at=constitution))
    if bonus:
        label = f"{spoken(name)}, Constitution {constitution}"
        yield SaveModifier(label, bonus, tuple(row["applies_to"]), "", bonuses.source)
        if row["poison"]:
            yield SaveModifier(label, bonus, ("paralyzation",), "poison", bonuses.source)


def _score_modifiers(wisdom: int | None, dexterity: int | None, book: Rulebook) -> Iterator[SaveModifier]:
    if wisdom is not None:
        table = book.table("wisdom")
        bonus = int(table.find(at=require_ability(wisdom, "wisdom"))["magical_defense"])
        if bonus:
            yield SaveModifier(f"Wisdom {wisdom}", bonus, ("spell",), "magic that attacks the mind", table.source)
    if dexterity is not None:
        table = book.table("dexterity")
        bonus = -int(table.find(at=require_ability(dexterity, "dexterity"))["defense"])
        if bonus:
            yield SaveModifier(f"Dexterity {dexterity}", bonus, CATEGORIES, "attacks that can be dodged", table.source)


def _modifier(label: str, row: Mapping[str, Any], source: str) -> SaveModifier:
    return SaveModifier(label, int(row["bonus"]), tuple(row["applies_to"]), str(row["condition"]), source)


def _when(modifier: SaveModifier) -> str:
    where = "all" if modifier.applies_to == CATEGORIES else ", ".join(map(spoken, modifier.applies_to))
    return f" ({where}{f'; {modifier.condition}' if modifier.condition else ''})"
