"""Initiative: what is added to the d10. The lowest total acts first."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from rules.characters import spoken
from rules.errors import MalformedValue, OutOfTable, require_between
from rules.loader import Rulebook, default_rulebook
from rules.results import Part, Result, signed, sources_of
from rules.weapons import read_weapon

CASTING_SOURCE = "Player's Handbook, table 56: casting time"
DIE = "1d10"
MAX_CASTING_TIME = 20
_LONG_CASTING = re.compile(r"(?P<count>[0-9]{1,3}|one|an?)? ?(?P<unit>round|turn|hour|day|minute)s?")
_CASTING = f"an integer from 0 to {MAX_CASTING_TIME}, or a time such as `1 round`"


@dataclass(frozen=True, slots=True, kw_only=True)
class Initiative(Result):
    """What is added to d10. With `at_end_of_round` there is no roll: the action takes effect when the round ends."""

    die: str
    modifier: int
    at_end_of_round: bool


def initiative(
    *,
    weapon: str | None = None,
    casting_time: int | str | None = None,
    item: str | None = None,
    natural_size: str | None = None,
    situations: Iterable[str] = (),
    weapon_bonus: int = 0,
    two_handed: bool = False,
    book: Rulebook | None = None,
) -> Initiative:
    """The modifier to the initiative roll.

    Args:
        weapon: The weapon attacked with: its speed factor (an optional rule).
        casting_time: Of a spell, or of the spell on a scroll: a number, or `1 round` and longer.
        item: `potion`, `wand`, `ring` ..., `breath weapon` or `innate spell`.
        natural_size: Size of a creature that attacks with claws and teeth: tiny to gargantuan.
        situations: Such as `hasted`, `slowed`, `higher ground` or `deep water`; each counts once.
        weapon_bonus: The plus of a magical weapon, 0 to 5, which makes it faster.
        two_handed: Held in two hands, which makes the bastard sword slower.
        book: The tables; those of this package when None.

    Raises:
        RuleError: A value is not in the rule base, or more than one action is given.

    Source: Player's Handbook, tables 55, 56 and 44.
    """
    book = book or default_rulebook()
    actions = {"weapon": weapon, "casting_time": casting_time, "item": item, "natural_size": natural_size}
    given = [name for name, value in actions.items() if value is not None]
    if len(given) > 1:
        raise MalformedValue("action", ", ".join(given), "one of weapon, casting_time, item, natural_size")
    parts, assumptions = [], []
    at_end = casting_time is not None and _is_long(casting_time)
    if weapon is not None:
        parts += _weapon_parts(weapon, weapon_bonus, book, two_handed=two_handed)
        assumptions.append("The speed of weapons is an optional rule.")
    if casting_time is not None and not at_end:
        parts.append(Part("casting time", signed(_casting_time(casting_time)), CASTING_SOURCE))
    if item is not None:
        parts.append(_line("item_initiative", item, "item", book))
    if natural_size is not None:
        parts.append(_line("natural_initiative", natural_size, "natural_size", book))
    names = [situations] if isinstance(situations, str) else list(situations)
    parts += dict.fromkeys(_line("initiative_modifiers", name, "situation", book) for name in names)
    if at_end:
        assumptions.append("A spell that takes a round or more takes effect at the end of its last round.")
    return Initiative(
        die=DIE,
        modifier=sum(int(part.value) for part in parts),
        at_end_of_round=at_end,
        breakdown=tuple(parts),
        source=sources_of(*parts) or (book.table("initiative_modifiers").source,),
        assumptions=("The lowest total of d10 and modifiers acts first.", *assumptions),
    )


def _weapon_parts(name: str, weapon_bonus: int, book: Rulebook, *, two_handed: bool) -> list[Part]:
    require_between("weapon_bonus", weapon_bonus, 0, 5)
    one = read_weapon(name, book)
    speed = one.two_handed.speed if two_handed and one.two_handed is not None else one.speed
    source = book.table("weapons").source
    parts = [Part(f"speed of the {one.spoken}", signed(speed), source)]
    if weapon_bonus:
        parts.append(Part(f"magical weapon +{weapon_bonus}", signed(-min(speed, weapon_bonus)), source))
    return parts


def _line(table_id: str, name: str, field: str, book: Rulebook) -> Part:
    table = book.table(table_id)
    key = table.resolve(name, field_name=field)
    return Part(spoken(key), signed(int(table.value(key))), table.source)


def _casting_time(value: Any) -> int:
    number = int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value
    if isinstance(number, bool) or not isinstance(number, int):
        raise MalformedValue("casting_time", value, _CASTING)
    if not 0 <= number <= MAX_CASTING_TIME:
        raise OutOfTable("casting_time", value, _CASTING)
    return number


def _is_long(value: Any) -> bool:
    return isinstance(value, str) and _LONG_CASTING.fullmatch(value.strip().lower()) is not None
