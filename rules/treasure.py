"""Treasure: what gems and objects of art are worth, and a hoard rolled from a seed."""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from rules.dice import roll, roll_die
from rules.errors import MalformedValue, UnknownName
from rules.integers import require_integer
from rules.loader import Rulebook, default_rulebook
from rules.results import Part, Result, sources_of
from rules.treasure_types import MAGIC_KINDS, TreasureType, read_treasure_type, treasure_type

COIN_COLUMNS = {"copper": "cp", "silver": "sp", "gold": "gp", "platinum_or_electrum": "pp"}
VALUE_IN_COPPER = {"cp": 1, "sp": 10, "gp": 100, "pp": 500}
"""Player's Handbook, table 42: 10 cp are 1 sp, 100 cp are 1 gp, and 1 pp is 5 gp."""
COINS_PER_POUND = 50
"""Player's Handbook, chapter 6."""
CHANCE_OF_VARIATION = 10
CHOSEN = "chosen by the Dungeon Master"
_CATEGORY_TABLES = {
    "potions_and_oils": "magic_potions",
    "scrolls": "magic_scrolls",
    "rings": "magic_rings",
    "rods": "magic_rods",
    "staves": "magic_staves",
    "wands": "magic_wands",
    "cloaks_and_robes": "magic_cloaks_and_robes",
    "boots_bracers_and_gloves": "magic_boots_and_gloves",
    "armor_and_shields": "magic_armor",
    "weapons": "magic_weapons",
}
_SUBTABLES = {
    "magic_potions": ((2, "a"), (4, "b"), (6, "c")),
    "magic_scrolls": ((4, "spell"), (6, "other")),
    "magic_rings": ((4, "a"), (6, "b")),
    "magic_weapons": ((2, "a"), (6, "b")),
}
_ATTEMPTS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class GemValue(Result):
    """The base value of a gem in gold pieces."""

    roll: int
    gem_class: str
    gold_pieces: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtValue(Result):
    """The value of an object of art in gold pieces, as printed and as dice."""

    roll: int
    range: tuple[int, int]
    dice: str
    times: int


@dataclass(frozen=True, slots=True)
class Gem:
    """A gem: its class, and its value in gold pieces after variation."""

    gem_class: str
    gold_pieces: float


@dataclass(frozen=True, slots=True)
class MagicItem:
    """A magical item: its category, and what it is."""

    category: str
    item: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Treasure(Result):
    """A rolled treasure. Values in gold pieces; the magical items are not counted in `total_gold_pieces`.

    `weight_lb` is that of the coins.
    """

    treasure_types: tuple[str, ...]
    coins: dict[str, int]
    gems: tuple[Gem, ...]
    art: tuple[int, ...]
    magic: tuple[MagicItem, ...]
    total_gold_pieces: float
    weight_lb: float


def gem_value(roll: int, *, book: Rulebook | None = None) -> GemValue:
    """The base value of a gem for a roll of d100 (100 is 00).

    Raises:
        RuleError: The roll is not 1 to 100.

    Source: Dungeon Master Guide, table 85.
    """
    table = (book or default_rulebook()).table("gem_values")
    row = table.find(at=require_integer("roll", roll, 1, 100))
    part = Part(f"gem, d100 {roll}: {row['gem_class']}", int(row["gold_pieces"]), table.source)
    return GemValue(
        roll=roll,
        gem_class=str(row["gem_class"]),
        gold_pieces=int(row["gold_pieces"]),
        breakdown=(part,),
        source=sources_of(part),
        assumptions=("One gem in ten varies from its base value (table 86).",),
    )


def art_value(roll: int, *, book: Rulebook | None = None) -> ArtValue:
    """What an object of art is worth for a roll of d100 (100 is 00).

    Raises:
        RuleError: The roll is not 1 to 100.

    Source: Dungeon Master Guide, table 87.
    """
    table = (book or default_rulebook()).table("art_values")
    row = table.find(at=require_integer("roll", roll, 1, 100))
    low, high = row["range"]
    part = Part(f"object of art, d100 {roll}, gold pieces", f"{low}-{high}", table.source)
    return ArtValue(
        roll=roll,
        range=(int(low), int(high)),
        dice=str(row["dice"]),
        times=int(row["times"]),
        breakdown=(part,),
        source=sources_of(part),
    )


def roll_treasure(treasure_types: str | Iterable[str], rng: random.Random, *, book: Rulebook | None = None) -> Treasure:
    """Roll the treasure of one or several types; the same random state gives the same treasure.

    Args:
        treasure_types: Letters, each alone or with a number of times: `A`, `C, Qx5` or a list of such.
        rng: The random source.
        book: The tables; those of this package when None.

    Raises:
        RuleError: A type is not in the table, or none is given.

    Source: Dungeon Master Guide, tables 84 to 88 and following.
    """
    book = book or default_rulebook()
    wanted = [read_treasure_type(text) for text in _listed(treasure_types)]
    coins = dict.fromkeys(COIN_COLUMNS.values(), 0)
    gems: list[Gem] = []
    art: list[int] = []
    magic: list[MagicItem] = []
    sources: list[str] = []
    for letter, times in wanted:
        content = treasure_type(letter, book=book)
        sources += content.source
        for _ in range(times):
            _roll_parts(content, rng, book, coins, gems, art, magic)
    total = (
        sum(VALUE_IN_COPPER[coin] * number for coin, number in coins.items()) / 100
        + sum(gem.gold_pieces for gem in gems)
        + sum(art)
    )
    return Treasure(
        treasure_types=tuple(letter if times == 1 else f"{letter}x{times}" for letter, times in wanted),
        coins={coin: number for coin, number in coins.items() if number},
        gems=tuple(gems),
        art=tuple(art),
        magic=tuple(magic),
        total_gold_pieces=round(total, 2),
        weight_lb=round(sum(coins.values()) / COINS_PER_POUND, 2),
        source=tuple(dict.fromkeys(sources)),
        assumptions=(
            "The coins of the fourth column are platinum.",
            f"{COINS_PER_POUND} coins weigh one pound.",
            "Magical items have no price.",
        ),
    )


def roll_gem(rng: random.Random, *, book: Rulebook | None = None) -> Gem:
    """Roll one gem, with its variation (Dungeon Master Guide, tables 85 and 86)."""
    base = gem_value(roll_die(100, rng), book=book)
    if roll_die(100, rng) > CHANCE_OF_VARIATION:
        return Gem(base.gem_class, float(base.gold_pieces))
    return Gem(base.gem_class, _varied(base.gold_pieces, rng))


def roll_art(rng: random.Random, *, book: Rulebook | None = None) -> int:
    """Roll the value in gold pieces of one object of art (Dungeon Master Guide, table 87)."""
    found = art_value(roll_die(100, rng), book=book)
    return roll(found.dice, rng) * found.times


def roll_magic_item(rng: random.Random, *, kind: str = "any", book: Rulebook | None = None) -> MagicItem:
    """Roll one magical item.

    Args:
        rng: The random source.
        kind: `any`, `any_but_weapons`, `armor_or_weapon`, `potion` or `scroll`.
        book: The tables; those of this package when None.

    Raises:
        RuleError: There is no such kind.

    Source: Dungeon Master Guide, tables 88 to 94, 97, 98, 105, 106, 108 and 109.
    """
    book = book or default_rulebook()
    if not isinstance(kind, str):
        raise MalformedValue("kind", kind, f"one of: {', '.join(MAGIC_KINDS)}")
    if kind not in MAGIC_KINDS:
        raise UnknownName("kind", kind, f"one of: {', '.join(MAGIC_KINDS)}")
    category = _roll_category(kind, rng, book)
    table_id = _CATEGORY_TABLES.get(category)
    if table_id is None:
        return MagicItem(category, CHOSEN)
    table = book.table(table_id)
    subtable = "a"
    if table_id in _SUBTABLES:
        die = roll_die(6, rng)
        subtable = next(name for highest, name in _SUBTABLES[table_id] if die <= highest)
    item = str(table.value(subtable, at=roll_die(20, rng)))
    return MagicItem(category, _with_plus(table_id, item, rng, book))


def _listed(treasure_types: Any) -> list[Any]:
    if isinstance(treasure_types, str):
        return treasure_types.split(",")
    texts = list(treasure_types) if isinstance(treasure_types, Iterable) else []
    if not texts:
        raise MalformedValue("treasure_type", treasure_types, "at least one letter from A to Z")
    return texts


def _with_plus(table_id: str, item: str, rng: random.Random, book: Rulebook) -> str:
    if table_id not in {"magic_armor", "magic_weapons"} or item.startswith("special"):
        return item
    row = book.table("magic_adjustments").find(at=roll_die(20, rng))
    if table_id == "magic_armor":
        plus = int(row["armor"])
    else:
        plus = int(row["sword" if "sword" in item or item == "scimitar" else "other_weapon"])
    name, _, number = item.partition(" (")
    counted = f"{roll(number.rstrip(')'), rng)} x {name}" if number else name
    return f"{counted} {plus:+d}{', cursed' if plus < 0 else ''}"


def _roll_category(kind: str, rng: random.Random, book: Rulebook) -> str:
    if kind in {"potion", "scroll"}:
        return {"potion": "potions_and_oils", "scroll": "scrolls"}[kind]
    table = book.table("magic_item_categories")
    for _ in range(_ATTEMPTS):
        category = str(table.value(at=roll_die(100, rng)))
        is_weapon, is_armor = category == "weapons", category == "armor_and_shields"
        if kind == "any" or (kind == "any_but_weapons" and not is_weapon):
            return category
        if kind == "armor_or_weapon" and (is_weapon or is_armor):
            return category
    return "armor_and_shields"


def _roll_parts(
    content: TreasureType,
    rng: random.Random,
    book: Rulebook,
    coins: dict[str, int],
    gems: list[Gem],
    art: list[int],
    magic: list[MagicItem],
) -> None:
    for part in content.parts:
        if roll_die(100, rng) > part.chance_percent:
            continue
        number = roll(part.dice, rng) * part.times
        if part.kind == "gems":
            gems += [roll_gem(rng, book=book) for _ in range(number)]
        elif part.kind == "art":
            art += [roll_art(rng, book=book) for _ in range(number)]
        else:
            coins[COIN_COLUMNS[part.kind]] += number
    if content.magic is not None and roll_die(100, rng) <= content.magic.chance_percent:
        for kind, count in content.magic.items:
            number = int(count) if count.isdecimal() else roll(count, rng)
            magic += [roll_magic_item(rng, kind=kind, book=book) for _ in range(number)]


_LADDER = (0.1, 0.5, 1.0, 5.0, 10.0, 50.0, 100.0, 500.0, 1_000.0, 5_000.0)
_MOST_VALUABLE = 100_000.0
_MOST_STEPS_DOWN = 5


def _varied(base: int, rng: random.Random) -> float:
    """The value after table 86; above 5,000 gp a step doubles it, to 100,000 gp at most."""
    face = roll_die(6, rng)
    if face == 1:
        return _stepped(base, 1, 1, rng)
    if face == 6:
        return _stepped(base, -1, 6, rng)
    if face == 3:
        return round(base * (1 + roll_die(6, rng) / 10), 2)
    if face == 4:
        return round(base * (1 - roll_die(4, rng) / 10), 2)
    return min(_MOST_VALUABLE, base * 2.0) if face == 2 else base / 2


def _stepped(base: int, direction: int, again: int, rng: random.Random) -> float:
    ladder = [*_LADDER]
    while ladder[-1] * 2 <= _MOST_VALUABLE:
        ladder.append(ladder[-1] * 2)
    start = ladder.index(float(base))
    lowest = max(0, start - _MOST_STEPS_DOWN)
    position = start + direction
    while lowest < position < len(ladder) - 1 and roll_die(6, rng) == again:
        position += direction
    return ladder[max(lowest, min(position, len(ladder) - 1))]
