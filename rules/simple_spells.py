"""Spells whose effect follows from the caster level: dice, range, duration and the rest at one level."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rules.characters import MAX_LEVEL, read_classes
from rules.dice import Dice
from rules.errors import MalformedValue, OutOfTable, TableUnavailable, UnknownName
from rules.integers import require_integer
from rules.loader import Rulebook, default_rulebook
from rules.results import Part, Result, sources_of

CASTERS = ("wizard", "priest")
HIGHEST_TABULATED_LEVEL = 20
_BY_GROUP = {"wizard": "wizard", "priest": "priest"}
_BY_CLASS = {"bard": "wizard", "paladin": "priest", "ranger": "priest"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell(Result):
    """A spell at one caster level.

    `effect` says what `amount` counts, such as `damage` or `healing`; `amount` is dice, a number or empty. `dice`,
    `minimum`, `maximum` and `average` are None when nothing is rolled or counted. `missiles` is how many missiles share
    the dice. `range_yards` is None when the range is a word such as `touch`; `duration` and `area` are texts.
    """

    spell: str
    caster: str
    spell_level: int
    caster_level: int
    effect: str
    amount: str
    dice: str | None
    minimum: int | None
    maximum: int | None
    average: float | None
    missiles: int | None
    range: str
    range_yards: int | None
    duration: str
    area: str
    casting_time: str
    saving_throw: str
    summary: str


def spell(name: str, caster_level: int, *, character_class: str | None = None, book: Rulebook | None = None) -> Spell:
    """A spell at one caster level.

    Args:
        name: The spell's name or an alias.
        caster_level: 1 to 30.
        character_class: Who casts it, where wizards and priests have a spell of the same name; None for the only
            one, or the wizard's.
        book: The tables; those of this package when None.

    Raises:
        RuleError: The spell is not in the rule base, this class does not have it, or the level is not 1 to 30.

    Source: Player's Handbook, appendices 3 and 4.
    """
    book = book or default_rulebook()
    table = book.table("simple_spells")
    found = table.resolve(name)
    row = table.find(found)
    level = require_integer("caster_level", caster_level, 1, MAX_LEVEL)
    caster, assumptions = _caster(found, row, character_class, book)
    entry: Mapping[str, Any] = row[caster]
    amount = _Amount.at(entry["amount"], level, missiles=found == "magic_missile")
    parts = (
        Part(entry["effect"], amount.written or entry["summary"], table.source),
        Part("range", _measure(entry["range"], level), table.source),
        Part("duration", _measure(entry["duration"], level), table.source),
        Part("area of effect", _measure(entry["area"], level), table.source),
        Part("casting time", entry["casting_time"], table.source),
        Part("saving throw", entry["saving_throw"], table.source),
    )
    return Spell(
        spell=found,
        caster=caster,
        spell_level=int(entry["level"]),
        caster_level=level,
        effect=entry["effect"],
        amount=amount.written,
        dice=amount.dice,
        minimum=amount.minimum,
        maximum=amount.maximum,
        average=amount.average,
        missiles=amount.missiles,
        range=_measure(entry["range"], level),
        range_yards=_number(entry["range"], level),
        duration=_measure(entry["duration"], level),
        area=_measure(entry["area"], level),
        casting_time=entry["casting_time"],
        saving_throw=entry["saving_throw"],
        summary=entry["summary"],
        breakdown=parts,
        source=sources_of(*parts),
        assumptions=assumptions,
        warnings=_too_early(caster, int(entry["level"]), level, book),
    )


def spells(*, book: Rulebook | None = None) -> tuple[str, ...]:
    """The names of all spells of the rule base, in alphabetical order."""
    return tuple(sorted((book or default_rulebook()).table("simple_spells").names))


@dataclass(frozen=True, slots=True)
class _Amount:
    """What a formula gives at one level."""

    written: str = ""
    dice: str | None = None
    minimum: int | None = None
    maximum: int | None = None
    average: float | None = None
    missiles: int | None = None

    @classmethod
    def at(cls, formula: Mapping[str, Any] | None, level: int, *, missiles: bool) -> "_Amount":
        if formula is None:
            return cls()
        if "dice" not in formula:
            number = int(formula["base"]) + int(formula["per"]) * (level // int(formula["every"]))
            return cls(str(number), None, number, number, float(number))
        count = int(formula["dice"])
        if "dice_per" in formula:
            count += int(formula["dice_per"]) * ((level - int(formula["dice_from"])) // int(formula["dice_every"]))
        count = max(1, min(count, int(formula.get("dice_cap", count))))
        steps = (level - int(formula.get("level_from", 0))) // int(formula.get("level_every", 1))
        bonus = int(formula.get("level_bonus", 0)) * steps
        bonus = min(bonus, int(formula.get("level_bonus_cap", bonus)))
        change = bonus + int(formula.get("flat", 0)) + count * int(formula.get("each", 0))
        thrown = Dice(count, int(formula["sides"]), change)
        most = min(thrown.maximum, int(formula.get("most", thrown.maximum)))
        least = min(thrown.minimum, most)
        written = str(thrown) if most == thrown.maximum else f"{thrown}, at most {most}"
        return cls(written, str(thrown), least, most, _average(thrown, most), count if missiles else None)


def _average(thrown: Dice, most: int) -> float:
    if most >= thrown.maximum:
        return (thrown.minimum + thrown.maximum) / 2
    faces = [min(face + thrown.change, most) for face in range(1, thrown.sides + 1)]
    return sum(faces) / len(faces)


def _caster(
    name: str, row: Mapping[str, Any], character_class: str | None, book: Rulebook
) -> tuple[str, tuple[str, ...]]:
    has = [caster for caster in CASTERS if row[caster] is not None]
    if character_class is None:
        said = ("Both wizards and priests have a spell of this name; this is the wizard's.",) if len(has) > 1 else ()
        return has[0], said
    casters = _casters_of(character_class, book)
    fitting = [caster for caster in casters if caster in has]
    if fitting:
        return fitting[0], ()
    if not casters:
        raise OutOfTable("class", character_class, "a class that casts spells")
    raise UnknownName("spell", name, f"a {casters[0]}'s spell; this one is a {has[0]}'s")


def _too_early(caster: str, spell_level: int, level: int, book: Rulebook) -> tuple[str, ...]:
    """A warning when no such caster of this level has the spell yet."""
    try:
        table = book.table(f"{caster}_slots")
    except TableUnavailable:
        return ()
    levels = range(1, HIGHEST_TABULATED_LEVEL + 1)
    first = next((one for one in levels if any(table.find(at=one)["slots"][spell_level - 1 :])), None)
    if first is None or level >= first:
        return ()
    return (f"{caster.capitalize()}s cast spells of level {spell_level} from level {first} on.",)


def _casters_of(character_class: Any, book: Rulebook) -> list[str]:
    if not isinstance(character_class, str):
        raise MalformedValue("class", character_class, "the name of a class")
    if character_class.strip().lower() in CASTERS:
        return [character_class.strip().lower()]
    casters = []
    for name in read_classes(character_class, book):
        group = str(book.table("classes").find(name)["group"])
        caster = _BY_GROUP.get(group) or _BY_CLASS.get(name)
        if caster is not None:
            casters.append(caster)
    return casters


def _measure(raw: Mapping[str, Any], level: int) -> str:
    if "text" in raw:
        return str(raw["text"])
    number, unit = _count(raw, level), str(raw["unit"])
    shown = unit.removesuffix("s") if number == 1 and unit.endswith("s") else unit
    if number == 0 and unit == "yards":
        return "0"
    extra = f" + {raw['dice']}" if "dice" in raw else ""
    return f"{number} {shown}{extra}"


def _number(raw: Mapping[str, Any], level: int) -> int | None:
    return _count(raw, level) if raw.get("unit") == "yards" else None


def _count(raw: Mapping[str, Any], level: int) -> int:
    return int(raw["base"]) + int(raw.get("per", 0)) * (level // int(raw.get("every", 1)))
