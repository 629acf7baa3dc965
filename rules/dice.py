"""Dice, rolled with a random source that the caller brings, so that a seed gives the same rolls again."""

import random
import re
from dataclasses import dataclass

from rules.errors import MalformedValue, OutOfTable
from rules.results import Part, Result

MAX_DICE = 1_000
MAX_SIDES = 1_000
_NOTATION = re.compile(r"(?P<count>[0-9]{1,4})?d(?P<sides>[0-9]{1,4}|%)(?P<change>[+-][0-9]{1,6})?", re.IGNORECASE)
_TERM = re.compile(
    r"(?P<sign>[+-])(?:(?P<count>[0-9]{1,4})?d(?P<sides>[0-9]{1,4}|%)(?:(?P<keep>kh|kl|dh|dl)(?P<which>[0-9]{1,4}))?"
    r"|(?P<number>[0-9]{1,6}))",
    re.IGNORECASE,
)
MAX_TERMS = 20
MAX_SEED = 2**53 - 1
"""The largest whole number that every JSON reader keeps exact."""
_ALLOWED_ROLL = (
    f"dice such as 3d6, 2d4+1, 1d8+1d6-1 or 4d6kh3 (kh, kl: keep the highest, lowest; dh, dl: drop them), at most "
    f"{MAX_TERMS} terms and {MAX_DICE} dice of {MAX_SIDES} sides"
)
_DICE_SOURCE = "dice"
_ALLOWED = f"dice such as 3d6, d20, d% or 2d4+1, at most {MAX_DICE} dice of {MAX_SIDES} sides"


@dataclass(frozen=True, slots=True)
class Dice:
    """`count` dice of `sides` sides, and a number added to their sum."""

    count: int
    sides: int
    change: int = 0

    def __str__(self) -> str:
        """As it is written: `2d4+1`."""
        return f"{self.count}d{self.sides}{f'{self.change:+d}' if self.change else ''}"

    @property
    def minimum(self) -> int:
        """The least it can roll."""
        return self.count + self.change

    @property
    def maximum(self) -> int:
        """The most it can roll."""
        return self.count * self.sides + self.change

    def roll(self, rng: random.Random) -> int:
        """Roll once."""
        return sum(roll_die(self.sides, rng) for _ in range(self.count)) + self.change


def parse_dice(text: str) -> Dice:
    """Read `3d6`, `d20`, `d%` or `2d4-1`.

    Raises:
        MalformedValue: It is not written like that.
        OutOfTable: No dice, no sides, or more than 1,000 of either.
    """
    match = _NOTATION.fullmatch(text.replace(" ", ""))
    if match is None:
        raise MalformedValue("dice", text, _ALLOWED)
    sides = 100 if match["sides"] == "%" else int(match["sides"])
    count = int(match["count"] or 1)
    if not (1 <= count <= MAX_DICE and 1 <= sides <= MAX_SIDES):
        raise OutOfTable("dice", text, _ALLOWED)
    return Dice(count, sides, int(match["change"] or 0))


def roll_die(sides: int, rng: random.Random) -> int:
    """One die."""
    return rng.randint(1, sides)


def roll(text: str, rng: random.Random) -> int:
    """Roll dice in notation once; raises as `parse_dice`."""
    return parse_dice(text).roll(rng)


def roll_ability_scores(rng: random.Random, *, best_three_of_four: bool = False) -> dict[str, int]:
    """Six ability scores in the order of the book, each 3 to 18.

    With `best_three_of_four` the lowest of four dice is left out (Player's Handbook, chapter 1, method V), otherwise
    three dice are added (method I).
    """
    names = ("strength", "dexterity", "constitution", "intelligence", "wisdom", "charisma")
    return {name: _score(rng, dice=4 if best_three_of_four else 3) for name in names}


def _score(rng: random.Random, *, dice: int) -> int:
    return sum(sorted(roll_die(6, rng) for _ in range(dice))[-3:])


@dataclass(frozen=True, slots=True, kw_only=True)
class DiceRoll(Result):
    """Dice that were rolled.

    `rolls` has the faces of each group of dice in the order of the notation, the dropped ones too. `minimum` and
    `maximum` are the least and the most the notation can give.
    """

    dice: str
    seed: int
    rolls: tuple[tuple[int, ...], ...]
    total: int
    minimum: int
    maximum: int


@dataclass(frozen=True, slots=True)
class _Term:
    """Dice of which `kept` count, the highest of them or the lowest, or a number (no `sides`); `sign` is 1 or -1."""

    sign: int
    count: int
    sides: int | None = None
    kept: int = 0
    highest: bool = True

    def __str__(self) -> str:
        dropped = f"k{'h' if self.highest else 'l'}{self.kept}" if self.kept < self.count else ""
        return f"{'-' if self.sign < 0 else '+'}{self.count}{'' if self.sides is None else f'd{self.sides}{dropped}'}"

    def throw(self, rng: random.Random) -> tuple[int, ...]:
        return () if self.sides is None else tuple(roll_die(self.sides, rng) for _ in range(self.count))

    def total(self, faces: tuple[int, ...]) -> int:
        points = self.count if self.sides is None else sum(sorted(faces, reverse=self.highest)[: self.kept])
        return self.sign * points

    def bounds(self) -> tuple[int, int]:
        least, most = (self.count, self.count) if self.sides is None else (self.kept, self.kept * self.sides)
        return (least, most) if self.sign > 0 else (-most, -least)


def roll_dice(text: str, seed: int) -> DiceRoll:
    """Roll dice in notation; the same seed gives the same faces again.

    Args:
        text: Groups of dice and numbers, joined by + and -: `3d6`, `d%`, `1d8+1d6-1`; `4d6kh3` keeps the highest three,
            `4d6dl1` drops the lowest, which is the same.
        seed: A whole number from 0 to 2**53 - 1.

    Raises:
        MalformedValue: It is not written like that.
        OutOfTable: Too many dice, sides or terms; none; or more dice kept or dropped than there are.
    """
    if isinstance(seed, bool) or not isinstance(seed, int):
        raise MalformedValue("seed", seed, f"an integer from 0 to {MAX_SEED}")
    if not 0 <= seed <= MAX_SEED:
        raise OutOfTable("seed", seed, f"an integer from 0 to {MAX_SEED}")
    terms, rng = _read_terms(text), random.Random(seed)  # noqa: S311 - dice, no secrets
    thrown = [(one, one.throw(rng)) for one in terms]
    bounds = [one.bounds() for one in terms]
    return DiceRoll(
        dice="".join(map(str, terms)).removeprefix("+"),
        seed=seed,
        rolls=tuple(faces for _, faces in thrown if faces),
        total=sum(one.total(faces) for one, faces in thrown),
        minimum=sum(least for least, _ in bounds),
        maximum=sum(most for _, most in bounds),
        breakdown=tuple(Part(_shown(one, faces), one.total(faces), _DICE_SOURCE) for one, faces in thrown),
        source=(_DICE_SOURCE,),
    )


def _shown(term: _Term, faces: tuple[int, ...]) -> str:
    written = str(term).removeprefix("+")
    return f"{written}: {', '.join(map(str, faces))}" if faces else written


def _read_terms(text: str) -> tuple[_Term, ...]:
    if not isinstance(text, str):
        raise MalformedValue("dice", text, _ALLOWED_ROLL)
    written = text.replace(" ", "")
    written = written if written.startswith(("+", "-")) else f"+{written}"
    matches = list(_TERM.finditer(written))
    is_whole = "".join(match[0] for match in matches) == written
    if not is_whole or not any(match["sides"] for match in matches):
        raise MalformedValue("dice", text, _ALLOWED_ROLL)
    terms = tuple(map(_read_term, matches))
    dice = [(one, one.sides) for one in terms if one.sides is not None]
    if len(terms) > MAX_TERMS or sum(one.count for one, _ in dice) > MAX_DICE:
        raise OutOfTable("dice", text, _ALLOWED_ROLL)
    if not all(1 <= sides <= MAX_SIDES and 1 <= one.kept <= one.count for one, sides in dice):
        raise OutOfTable("dice", text, _ALLOWED_ROLL)
    return terms


def _read_term(match: re.Match[str]) -> _Term:
    sign = -1 if match["sign"] == "-" else 1
    if match["number"] is not None:
        return _Term(sign, int(match["number"]))
    count, sides = int(match["count"] or 1), 100 if match["sides"] == "%" else int(match["sides"])
    keep, which = (match["keep"] or "").lower(), int(match["which"] or 0)
    kept = {"": count, "k": which, "d": count - which}[keep[:1]]
    # To drop the lowest is to keep the highest.
    return _Term(sign, count, sides, kept, highest=keep in {"", "kh", "dl"})
