"""Creatures: THAC0 and experience value by Hit Dice, written as `1/2`, `1-1`, `4+3` or `6`."""

import re
from dataclasses import dataclass

from rules.errors import MalformedValue, OutOfTable, require_between
from rules.loader import Rulebook, default_rulebook
from rules.results import Part, Result, signed, sources_of

MAX_HIT_DICE = 100
POINTS_THAT_COUNT_AS_A_DIE = 3
"""Three or more added hit points count as one more Hit Die for THAC0 (Dungeon Master Guide, table 39)."""
_HALF = re.compile(r"1/[248]|½|¼")
_WHOLE = re.compile(r"(?P<dice>[0-9]{1,4})(?P<change>[+-][0-9]{1,3})?")
_ALLOWED = f'Hit Dice such as "1/2", "1-1", "4+3" or "6", at most {MAX_HIT_DICE}'


@dataclass(frozen=True, slots=True)
class MonsterHitDice:
    """Hit Dice of a creature: `dice` 0 stands for less than one die, written as a fraction."""

    dice: int
    change: int = 0

    def __str__(self) -> str:
        """As it is written."""
        return "1/2" if self.dice == 0 else f"{self.dice}{f'{self.change:+d}' if self.change else ''}"

    @property
    def effective(self) -> int:
        """The Hit Dice that THAC0 is read at: 0 for less than one."""
        if self.dice == 0 or (self.dice == 1 and self.change < 0):
            return 0
        return self.dice + (1 if self.change >= POINTS_THAT_COUNT_AS_A_DIE else 0)

    def hundredths(self, added: int = 0) -> int:
        """The key of the experience table: 6+6 is 606, 1-1 is 99, 1/2 is 50; `added` dice raise it by 100 each.

        Less than one die counts as none when dice are added: 1/2 and one more is a creature of 1 die.
        """
        if self.dice == 0:
            return 100 * added or 50
        return (self.dice + added) * 100 + self.change


@dataclass(frozen=True, slots=True, kw_only=True)
class MonsterThac0(Result):
    """A creature's THAC0, and the Hit Dice it was read at."""

    hit_dice: str
    effective_hit_dice: int
    thac0: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MonsterExperience(Result):
    """What a creature is worth, with the Hit Dice its special abilities add."""

    hit_dice: str
    added_hit_dice: int
    experience_points: int


def parse_hit_dice(value: int | str) -> MonsterHitDice:
    """Read `1/2`, `1-1`, `4+3` or 6.

    Raises:
        MalformedValue: It is not written like that.
        OutOfTable: No dice or more than 100.
    """
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise MalformedValue("hit_dice", value, _ALLOWED)
    text = str(value).replace(" ", "")
    if _HALF.fullmatch(text):
        return MonsterHitDice(0)
    match = _WHOLE.fullmatch(text)
    if match is None:
        raise MalformedValue("hit_dice", value, _ALLOWED)
    found = MonsterHitDice(int(match["dice"]), int(match["change"] or 0))
    if not 1 <= found.dice <= MAX_HIT_DICE or not -found.dice <= found.change < 100:
        raise OutOfTable("hit_dice", value, _ALLOWED)
    return found


def monster_thac0(hit_dice: int | str, *, book: Rulebook | None = None) -> MonsterThac0:
    """The THAC0 of a creature.

    Args:
        hit_dice: As it is written in the creature's description.
        book: The tables; those of this package when None.

    Raises:
        RuleError: The Hit Dice cannot be read.

    Source: Dungeon Master Guide, table 39.
    """
    table = (book or default_rulebook()).table("monster_thac0")
    dice = parse_hit_dice(hit_dice)
    value = int(table.value(at=dice.effective))
    part = Part(f"THAC0 at {'less than 1' if dice.effective == 0 else dice.effective} HD", value, table.source)
    assumptions: tuple[str, ...] = ()
    if dice.change >= POINTS_THAT_COUNT_AS_A_DIE:
        assumptions = (f"{signed(dice.change)} hit points count as one more Hit Die.",)
    return MonsterThac0(
        hit_dice=str(dice),
        effective_hit_dice=dice.effective,
        thac0=value,
        breakdown=(part,),
        source=(table.source,),
        assumptions=assumptions,
    )


def monster_experience(
    hit_dice: int | str, *, added_hit_dice: int = 0, book: Rulebook | None = None
) -> MonsterExperience:
    """The experience points for one creature.

    Args:
        hit_dice: As it is written in the creature's description.
        added_hit_dice: Sum of what its special abilities add (Dungeon Master Guide, table 32), 0 to 30.
        book: The tables; those of this package when None.

    Raises:
        RuleError: A value cannot be read or lies outside.

    Source: Dungeon Master Guide, tables 31 and 32.
    """
    table = (book or default_rulebook()).table("monster_xp")
    dice = parse_hit_dice(hit_dice)
    require_between("added_hit_dice", added_hit_dice, 0, 30)
    value = int(table.value(at=dice.hundredths(added_hit_dice)))
    parts = [Part(f"creature of {dice} HD, abilities adding {added_hit_dice}", value, table.source)]
    assumptions = (
        () if added_hit_dice else ("The creature has no special abilities; each adds to its Hit Dice (table 32).",)
    )
    return MonsterExperience(
        hit_dice=str(dice),
        added_hit_dice=added_hit_dice,
        experience_points=value,
        breakdown=tuple(parts),
        source=sources_of(*parts),
        assumptions=assumptions,
    )
