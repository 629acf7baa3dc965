"""Treasure: the types of the book, a creature's own, or a hoard of a given worth, down to the last coin.

What is in a treasure comes from the rule tables; a hoard by worth is filled from the same gem and art tables until the
worth is reached, and coins make up the rest, so that its total is exactly what was asked for.
"""

import random
import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

import rules
from contracts.entities import EntityType
from contracts.generators import TreasureOrder
from rules.treasure import COINS_PER_POUND, VALUE_IN_COPPER
from workers.world_designer.content.base import (
    Content,
    Draft,
    Made,
    Part,
    bullets,
    data_version,
    link,
    page,
    relations_to,
)
from workers.world_designer.content.campaign import Campaign
from workers.world_designer.content.magic import MagicFind, find_of, is_open, roll_find, users_line
from workers.world_designer.prose import phrase, sentence, stream
from workers.world_designer.vocabulary.content import phrases

GENERATOR: Final = "treasure/2"
GP_PER_LEVEL: Final = 150
"""A hoard of no stated worth: so many gold pieces for each character's level. Ours; the book leaves it open."""
_COIN_NAMES: Final = {"cp": "cp", "sp": "sp", "gp": "gp", "pp": "pp"}
_MOST_MAGIC: Final = 4


class GemFind(Part):
    """Gems of one kind and worth."""

    name: str
    gem_class: str
    number: int
    each_gp: float


class ArtFind(Part):
    """One object of art."""

    description: str
    value_gp: int
    weight_lb: float


class Haul(Part):
    """What there is. `total_gp` counts coins, gems and art; magical items have no price. Weight is of coins and art."""

    coins: dict[str, int]
    gems: tuple[GemFind, ...]
    art: tuple[ArtFind, ...]
    magic: tuple[MagicFind, ...]
    coin_weight_lb: float
    total_gp: float
    weight_lb: float


class TreasureRecord(Content):
    """A treasure, and how it was rolled."""

    kind: str = "treasure"
    rolled: str
    haul: Haul
    found: str
    origin: str


def generate_treasure(brief: TreasureOrder, seed: int, campaign: Campaign) -> Made:
    """Make a treasure.

    Args:
        brief: Types, a creature, or a worth; a hoard by the party's level when none is given.
        seed: The same seed and brief give the same treasure.
        campaign: Somebody of it may have a claim to the treasure.

    Raises:
        rules.RuleError: There is no such creature.
    """
    rng = stream(seed, "treasure", GENERATOR, brief.drawn_by)
    rolled, haul, source = _haul(brief, rng)
    words, telling = phrases("treasure"), stream(seed, "treasure, told", GENERATOR, brief.drawn_by)
    owner = campaign.some(telling, "faction", "npc") if telling.randint(1, 3) == 1 else None
    origins = words["origins_linked" if owner is not None else "origins"]
    if not haul.coins:
        origins = tuple(one for one in origins if not _OF_COINS.search(one))
    origin = phrase(telling.choice(origins), telling, {"name": owner.shown} if owner is not None else {})
    found = _found(brief, telling)
    if not (haul.total_gp or haul.magic):
        owner, found, origin = None, "", _EMPTY
    record = TreasureRecord(
        title=_title(brief),
        hook=origin,
        links=(link(owner, "claimed by"),) if owner else (),
        source=source,
        generator=GENERATOR,
        data_version=data_version(),
        seed=seed,
        rolled=rolled,
        haul=haul,
        found=found,
        origin=origin,
    )
    return _pages(record)


def haul_of_types(types: Sequence[str], rng: random.Random, party_classes: list[str]) -> tuple[Haul, tuple[str, ...]]:
    """Roll printed treasure types; what the tables leave to the Dungeon Master is rolled again."""
    rolled = rules.roll_treasure(list(types), rng)
    magic = [
        roll_find(rng, party_classes=party_classes) if is_open(one) else find_of(one, party_classes, rng)
        for one in rolled.magic
    ]
    return haul(rolled.coins, rolled.gems, rolled.art, magic, rng), rolled.source


def haul(
    coins: dict[str, int],
    gems: Sequence[rules.Gem],
    art: Sequence[int],
    magic: Sequence[MagicFind],
    rng: random.Random,
) -> Haul:
    """Coins, gems, art and magic with their names, total and weight."""
    pieces = tuple(_art(value, rng) for value in art)
    coin_weight = round(sum(coins.values()) / COINS_PER_POUND, 2)
    total = (
        sum(VALUE_IN_COPPER[coin] * number for coin, number in coins.items()) / 100
        + sum(gem.gold_pieces for gem in gems)
        + sum(art)
    )
    return Haul(
        coins={coin: number for coin, number in coins.items() if number},
        gems=_gems(gems, rng),
        art=pieces,
        magic=tuple(magic),
        coin_weight_lb=coin_weight,
        total_gp=round(total, 2),
        weight_lb=round(coin_weight + sum(piece.weight_lb for piece in pieces), 2),
    )


def hoard(budget_gp: int, rng: random.Random, *, magic: int, party_classes: list[str]) -> Haul:
    """A hoard worth exactly `budget_gp`, with this many magical items beside."""
    gems: list[rules.Gem] = []
    art: list[int] = []
    left = budget_gp * 100
    for _ in range(12):
        if (gem := rules.roll_gem(rng)).gold_pieces <= _share(left, rng):
            gems.append(gem)
            left -= round(gem.gold_pieces * 100)
        if (piece := rules.roll_art(rng)) <= _share(left, rng):
            art.append(piece)
            left -= piece * 100
    found = [
        roll_find(rng, party_classes=party_classes, cursed=None if rng.randint(1, 10) == 1 else False)
        for _ in range(magic)
    ]
    return haul(_coins(left, rng), gems, art, found, rng)


def _share(left_copper: int, rng: random.Random) -> float:
    """How much of what is left one piece may be worth, in gold: a tenth to a quarter, so that coins remain."""
    return left_copper / 100 * rng.uniform(0.1, 0.25)


def _coins(copper: int, rng: random.Random) -> dict[str, int]:
    """Coins worth exactly so many copper pieces: some silver, platinum and copper, gold for the rest."""
    coins = {"cp": copper % 100 + 100 * rng.randint(0, min(2, copper // 100)), "sp": 0, "gp": 0, "pp": 0}
    gold = (copper - coins["cp"]) // 100
    silver, platinum = rng.randint(0, gold // 6), rng.randint(0, gold // 4) // 5
    coins |= {"sp": silver * 10, "pp": platinum, "gp": gold - silver - platinum * 5}
    return coins


def _haul(brief: TreasureOrder, rng: random.Random) -> tuple[str, Haul, tuple[str, ...]]:
    if brief.types is not None:
        found, source = haul_of_types(brief.types, rng, list(brief.party_classes))
        return f"types {', '.join(brief.types)}", found, source
    if brief.creature is not None:
        return _of_creature(brief, rng)
    budget = brief.budget_gp or GP_PER_LEVEL * brief.party_level * brief.party_size
    magic = (
        min(_MOST_MAGIC, sum(rng.randint(1, 20) <= brief.party_level + 4 for _ in range(_MOST_MAGIC)))
        if brief.magic
        else 0
    )
    found = hoard(budget, rng, magic=magic, party_classes=list(brief.party_classes))
    return f"a hoard worth {budget:,} gp", found, ("Dungeon Master Guide, tables 85 to 88",)


def _of_creature(brief: TreasureOrder, rng: random.Random) -> tuple[str, Haul, tuple[str, ...]]:
    creature = rules.creature(brief.creature or "")
    types = creature.treasure.get(brief.where, ())
    name = creature.name.replace("_", " ")
    if not types:
        return f"{name}, {brief.where}: none by the book", haul({}, (), (), (), rng), creature.source
    times = brief.number if brief.where == "individual" else 1
    found, source = haul_of_types(list(types) * times, rng, list(brief.party_classes))
    number = f" of {times}" if times > 1 else ""
    return f"{name}, {brief.where}{number}: types {', '.join(types)}", found, (*creature.source, *source)


def _gems(gems: Sequence[rules.Gem], rng: random.Random) -> tuple[GemFind, ...]:
    """Gems by kind: of one class and worth there are one to three kinds."""
    words, counted = phrases("treasure"), Counter((gem.gem_class, gem.gold_pieces) for gem in gems)
    found: list[GemFind] = []
    for (gem_class, each), number in sorted(counted.items(), key=lambda entry: (-entry[0][1], entry[0][0])):
        kinds = rng.sample(words[gem_class], min(number, 3, len(words[gem_class])))
        for index, kind in enumerate(kinds):
            share = number // len(kinds) + (index < number % len(kinds))
            cut = f", {rng.choice(words['cuts'])}" if share == 1 else ""
            found.append(GemFind(name=f"{kind}{cut}", gem_class=gem_class, number=share, each_gp=each))
    return tuple(found)


def _art(value: int, rng: random.Random) -> ArtFind:
    words = phrases("treasure")
    name = next((name for most, name in _ART if value < most), "art_above")
    description = phrase(rng.choice(words[name]), rng)
    low, high = next((pounds for kind, pounds in _POUNDS if kind.search(description)), _USUAL_POUNDS)
    return ArtFind(
        description=description,
        value_gp=value,
        weight_lb=round(rng.uniform(low, high) * 2) / 2,
    )


_POUNDS: Final = (
    (re.compile(r"tapestry|hanging|altar piece|statuette|reliquary|portrait"), (5.0, 15.0)),
    (re.compile(r"pendant|brooch|bracelet|comb|chain|torc|arm ring|necklace|diadem|chess queen|dice box"), (0.5, 1.0)),
)
_USUAL_POUNDS: Final = (1.0, 4.0)
_OF_COINS: Final = re.compile(r"coin|sack|tally|letter.*among")
_EMPTY: Final = "The dice gave nothing of what there might have been."
_ART: Final = ((100, "art_below_100"), (500, "art_below_500"), (2_000, "art_below_2000"))


def _found(brief: TreasureOrder, rng: random.Random) -> str:
    """Where it is; what creatures carry is on them."""
    if brief.creature is not None and brief.where == "individual":
        return "On their persons, in purses, pouches and boots."
    return sentence(phrase(rng.choice(phrases("treasure")["containers"]), rng))


def _title(brief: TreasureOrder) -> str:
    if brief.types is not None:
        return f"Treasure of type {', '.join(brief.types)}"
    if brief.creature is not None:
        return f"Treasure of the {brief.creature.replace('_', ' ')}"
    return "A hoard"


def haul_line(found: Haul) -> str:
    """Everything in one line: `340 gp, 1,200 sp (31 lb); 2 pearls (100 gp each); sword +1`."""
    coins = ", ".join(
        f"{found.coins[coin]:,} {_COIN_NAMES[coin]}" for coin in ("pp", "gp", "sp", "cp") if coin in found.coins
    )
    gems = ", ".join(map(gem_line, found.gems))
    art = ", ".join(f"{piece.description} ({piece.value_gp:,} gp)" for piece in found.art)
    magic = ", ".join(one.item for one in found.magic)
    weight = f" ({found.coin_weight_lb:g} lb)" if coins else ""
    return "; ".join(filter(None, [f"{coins}{weight}", gems, art, magic])) or "nothing"


def gem_line(gem: GemFind) -> str:
    """`3 x garnet (100 gp each)` or `topaz, uncut (500 gp)`."""
    return (
        f"{gem.number} x {gem.name} ({gem.each_gp:,g} gp each)"
        if gem.number > 1
        else f"{gem.name} ({gem.each_gp:,g} gp)"
    )


def _pages(record: TreasureRecord) -> Made:
    found = record.haul
    totals = f"**Total {found.total_gp:,g} gp**, {found.weight_lb:,g} lb"
    head = f"## {record.title}"
    short = page(head, sentence(haul_line(found)), f"{totals} ({record.rolled}). {record.hook}")
    lists = [
        *(f"{number:,} {coin} ({number / COINS_PER_POUND:,g} lb)" for coin, number in found.coins.items()),
        *map(gem_line, found.gems),
        *(f"{piece.description}: {piece.value_gp:,} gp, {piece.weight_lb:g} lb" for piece in found.art),
        *(_magic_line(one) for one in found.magic),
    ]
    long = page(
        head,
        f"*{record.found}* {record.origin}" if record.found else record.origin,
        bullets(lists),
        f"{totals}; rolled as {record.rolled}.",
    )
    draft = Draft(
        EntityType.ITEM,
        record.title,
        f"{sentence(haul_line(found))} {record.origin}",
        record.model_dump(mode="json", exclude={"title", "links"})
        | {"value_gp": found.total_gp, "weight_lb": found.weight_lb},
    )
    return Made(record, short, long, (draft,), relations_to(record.links))


def _magic_line(one: MagicFind) -> str:
    cursed = ", cursed" if one.cursed else ""
    nobody = "; nobody of this party" if not one.fits_party else ""
    return f"**{one.item}**{cursed} (usable by {users_line(one.usable_by)}{nobody})"
