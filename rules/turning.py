"""Turning undead: the roll a cleric or paladin needs, and how many are affected."""

from dataclasses import dataclass

from rules.characters import ClassLevel, read_character, spoken
from rules.errors import MalformedValue
from rules.loader import Rulebook, default_rulebook
from rules.monsters import parse_hit_dice
from rules.results import Part, Result, sources_of

PALADIN_LEVELS_LOWER = 2
"""A paladin turns as a cleric two levels lower (Player's Handbook, chapter 3)."""
NUMBER_AFFECTED = "2d6"
MORE_DESTROYED = "2d4"
CANNOT = "-"
_TURNS = {"cleric": 0, "paladin": PALADIN_LEVELS_LOWER}
_CHANCES = {CANNOT: 0, "T": 100, "D": 100, "D*": 100}


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnUndead(Result):
    """What turning needs. `needed` is a d20 face, `T` turned, `D` destroyed, `D*` destroyed and more, or `-` for never.

    `needed` and `chance_percent` are None when no undead was named: `column` then has all lines. `more_destroyed` is
    rolled besides `number_affected` on a `D*`.
    """

    character_class: str
    level: int
    effective_level: int
    undead: str | None
    needed: int | str | None
    chance_percent: int | None
    number_affected: str
    more_destroyed: str | None
    column: dict[str, int | str]


def turn_undead(
    character_class: str,
    level: int | str,
    *,
    undead: str | None = None,
    hit_dice: int | str | None = None,
    book: Rulebook | None = None,
) -> TurnUndead:
    """What a cleric or paladin needs to turn undead.

    Args:
        character_class: Cleric or paladin, alone or among the classes of a multi-class character.
        level: 1 to 30; `5/6` for a multi-class character.
        undead: A kind of undead, such as `wight`; None for the whole column.
        hit_dice: Instead of the kind: the Hit Dice of undead that the table does not name.
        book: The tables; those of this package when None.

    Raises:
        RuleError: The class does not turn undead, or a value is not in the rule base.

    Source: Player's Handbook, table 61.
    """
    book = book or default_rulebook()
    one = _turner(character_class, level, book)
    effective = one.level - _TURNS[one.name]
    table = book.table("turn_undead")
    column = {name: table.value(name, at=effective) if effective >= 1 else CANNOT for name in table.names}
    kind = _kind(undead, hit_dice, book)
    needed = column[kind] if kind is not None else None
    shown = column if kind is None else {kind: column[kind]}
    parts = tuple(Part(spoken(name), value, table.source) for name, value in shown.items())
    return TurnUndead(
        character_class=one.name,
        level=one.level,
        effective_level=max(0, effective),
        undead=kind,
        needed=needed,
        chance_percent=None if needed is None else _chance(needed),
        number_affected=NUMBER_AFFECTED,
        more_destroyed=MORE_DESTROYED if needed == "D*" else None,
        column=column,
        breakdown=parts,
        source=sources_of(*parts),
        assumptions=_assumptions(one, effective, kind, hit_dice),
    )


def _turner(character_class: str, level: int | str, book: Rulebook) -> ClassLevel:
    for one in read_character(character_class, level, book).classes:
        if one.name in _TURNS:
            return one
    raise MalformedValue("class", character_class, "a cleric or paladin: other classes do not turn undead")


def _kind(undead: str | None, hit_dice: int | str | None, book: Rulebook) -> str | None:
    if undead is not None:
        return book.table("turn_undead").resolve(undead, field_name="undead")
    if hit_dice is None:
        return None
    return str(book.table("turn_undead_hit_dice").value(at=parse_hit_dice(hit_dice).dice))


def _chance(needed: int | str) -> int:
    return _CHANCES[needed] if isinstance(needed, str) else (21 - needed) * 5


def _assumptions(one: ClassLevel, effective: int, kind: str | None, hit_dice: int | str | None) -> tuple[str, ...]:
    found = ["One attempt in an encounter; those with the fewest Hit Dice are affected first."]
    if one.name == "paladin":
        found.append(
            f"A paladin of level {one.level} turns as a cleric of level {effective}."
            if effective >= 1
            else f"Paladins turn undead from level {PALADIN_LEVELS_LOWER + 1}."
        )
    if kind is not None and hit_dice is not None:
        found.append(f"Undead of {hit_dice} Hit Dice use the line of the {spoken(kind)}.")
    return tuple(found)
