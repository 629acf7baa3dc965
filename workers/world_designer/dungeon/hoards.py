"""Treasure of a room: rolled by the creatures' own types, then cut or filled to the room's share."""

import random
import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

import rules
from workers.world_designer.dungeon.residents import Group, creature_of
from workers.world_designer.dungeon.words import own, plain_choice, say
from workers.world_designer.prose import with_articles

COIN_VALUE: Final = {"cp": 1, "sp": 10, "gp": 100, "pp": 500}
"""In copper pieces. Source: Player's Handbook, table 42."""
COINS_PER_POUND: Final = 50
_USERS: Final = {
    "rods": "as its kind says: most rods serve priests or wizards",
    "staves": "priests or wizards, as its kind says",
    "wands": "wizards; some wands serve priests or anyone",
    "armor_and_shields": "classes that may wear this armor",
    "weapons": "classes that may use this weapon",
}
_ANYONE: Final = "anyone"
_TRIES: Final = 12
_MOST_IN_A_SACK: Final = 40
"""Pounds of coins; more lies in chests and heaps."""


def roll_hoard(groups: Sequence[Group], share: int, magic: int, rng: random.Random, *, lair: bool) -> dict[str, Any]:
    """Treasure worth about `share` gold pieces, with exactly `magic` magical items.

    Args:
        groups: Whose it is; their treasure types are rolled first.
        share: In gold pieces.
        magic: Magical items, which have no price and are not counted.
        rng: The room's own source.
        lair: Whether this is where they live: lair types, else what they carry.
    """
    types = _types(groups, lair=lair)
    rolled = rules.roll_treasure(types, rng) if types else None
    coins = dict(rolled.coins) if rolled else {}
    gems = [_gem(gem, rng) for gem in (rolled.gems if rolled else ())]
    art = [_art(value, rng) for value in (rolled.art if rolled else ())]
    _cut(coins, gems, art, share)
    _fill(coins, gems, art, share, rng)
    return _written(coins, gems, art, _magic(rolled.magic if rolled else (), magic, rng), types, rng)


def _types(groups: Sequence[Group], *, lair: bool) -> list[str]:
    found: list[str] = []
    for group in groups:
        treasure = creature_of(group.creature).treasure
        if lair and treasure.get("lair"):
            found += treasure["lair"]
        elif treasure.get("individual"):
            found += [_times(each, group.number) for each in treasure["individual"]]
    return found


def _times(written: str, number: int) -> str:
    letter, _, times = written.partition("x")
    return f"{letter}x{int(times or 1) * number}"


def _gem(gem: rules.Gem, rng: random.Random) -> dict[str, Any]:
    kinds = own("tricks")["gems"]
    return {"what": rng.choice(kinds.get(gem.gem_class, kinds["other"])), "gold_pieces": gem.gold_pieces}


def _art(value: int, rng: random.Random) -> dict[str, Any]:
    tiers = own("tricks")["art"]
    fitting = next((words for most, words in tiers.items() if most != "above" and value < int(most)), tiers["above"])
    return {"what": with_articles(plain_choice(rng, rng.choice(fitting))), "gold_pieces": value}


def _coin_value(coins: dict[str, int]) -> int:
    return sum(COIN_VALUE[coin] * number for coin, number in coins.items())


def _value(coins: dict[str, int], gems: Iterable[dict[str, Any]], art: Iterable[dict[str, Any]]) -> float:
    return float(_coin_value(coins) / 100 + sum(one["gold_pieces"] for one in (*gems, *art)))


def _cut(coins: dict[str, int], gems: list[dict[str, Any]], art: list[dict[str, Any]], share: int) -> None:
    """Take the dearest pieces out until the rest fits, then make the coins fewer."""
    for pieces in (art, gems):
        pieces.sort(key=lambda one: one["gold_pieces"])
        while pieces and sum(one["gold_pieces"] for one in (*gems, *art)) > share * 0.8:
            pieces.pop()
    room = share - sum(one["gold_pieces"] for one in (*gems, *art))
    value = _coin_value(coins) / 100
    if value > room:
        coins.update({coin: int(number * room / value) for coin, number in coins.items()})


def _fill(
    coins: dict[str, int], gems: list[dict[str, Any]], art: list[dict[str, Any]], share: int, rng: random.Random
) -> None:
    """Add gems and objects of art that fit, then coins for what is still missing."""
    for _ in range(_TRIES):
        missing = share - _value(coins, gems, art)
        if missing < max(10, share * 0.15):
            break
        if rng.random() < 0.6:
            gem = rules.roll_gem(rng)
            if gem.gold_pieces <= missing:
                gems.append(_gem(gem, rng))
        else:
            value = rules.roll_art(rng)
            if value <= missing:
                art.append(_art(value, rng))
    missing = share - _value(coins, gems, art)
    if missing >= 1:
        silver = rng.randint(0, int(missing * 2))
        coins["sp"] = coins.get("sp", 0) + silver
        coins["gp"] = coins.get("gp", 0) + int(missing - silver / 10)


def _magic(rolled: Sequence[rules.MagicItem], number: int, rng: random.Random) -> list[rules.MagicItem]:
    """As many as the plan says, those of the roll first; what the book leaves to the Dungeon Master is rolled again."""
    found = [item for item in rolled if _is_ready(item)][:number]
    for _ in range(8 * number):
        if len(found) >= number:
            break
        item = rules.roll_magic_item(rng, kind="any")
        if _is_ready(item):
            found.append(item)
    return found


def _named(item: rules.MagicItem) -> str:
    """As it stands on a character sheet: `ring of invisibility`, `potion of healing`."""
    if counted := _COUNTED.fullmatch(item.item):
        number, what, rest = counted.groups()
        return f"{number} {what}{'s' if number != '1' else ''}{rest}"
    word = _NOUNS.get(item.category)
    spoken = item.item.lower()
    if word is None or word in spoken or spoken.startswith(("oil", "philter", "elixir")):
        return item.item
    return f"scroll: {item.item}" if word == "scroll" else f"{word} of {item.item}"


_COUNTED: Final = re.compile(r"(\d+) x ([a-z ]+)( [+-].*)")
_NOUNS: Final = {
    "rings": "ring",
    "potions_and_oils": "potion",
    "wands": "wand",
    "rods": "rod",
    "staves": "staff",
    "scrolls": "scroll",
}


def _users(item: rules.MagicItem) -> str:
    if item.category == "scrolls" and "spell" in item.item:
        return "wizards or priests, as the spells are"
    return _USERS.get(item.category, _ANYONE)


def _is_ready(item: rules.MagicItem) -> bool:
    return "chosen" not in item.item and not item.item.startswith("special")


def _written(
    coins: dict[str, int],
    gems: list[dict[str, Any]],
    art: list[dict[str, Any]],
    magic: Sequence[rules.MagicItem],
    types: Sequence[str],
    rng: random.Random,
) -> dict[str, Any]:
    coins = {coin: coins[coin] for coin in COIN_VALUE if coins.get(coin)}
    weight = sum(coins.values()) / COINS_PER_POUND
    return {
        "where": say(rng, rng.choice(own("tricks")["hoards" if weight <= _MOST_IN_A_SACK else "great_hoards"])),
        "coins": coins,
        "gems": sorted(gems, key=lambda one: (-one["gold_pieces"], one["what"])),
        "art": sorted(art, key=lambda one: (-one["gold_pieces"], one["what"])),
        "magic": [{"item": _named(one), "category": one.category, "usable_by": _users(one)} for one in magic],
        "treasure_types": list(types),
        "gold_pieces": round(_value(coins, gems, art), 2),
        "weight_lb": round(weight, 2),
    }
