"""Replies about prices, coins and the money a new character has."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from rules.asking.basic_replies import LIKELY
from rules.asking.reply import MissingValue, NotCovered, Reply, joined, make_reply, plain_number, with_article
from rules.asking.slots import Slots
from rules.asking.topic import topic
from rules.asking.wanted import as_text
from rules.characters import spoken
from rules.loader import Rulebook
from rules.table import Table


def reply_price(slots: Slots, book: Rulebook) -> Reply:
    """What weapons, suits of armor and pieces of gear cost."""
    tables = {kind: book.table(name) for kind, name in _PRICED}
    found: dict[int, tuple[str, str]] = {}
    for kind, table in tables.items():
        for thing in slots.all(kind):
            place = next(at for at, item in enumerate(slots.items) if (kind, thing) in item.senses)
            if table.covers(thing):
                found.setdefault(place, (kind, thing))
    found = _of_asked_sentence(slots, found)
    if not found:
        raise NotCovered("That price is not in the rule base")
    named = [found[place] for place in sorted(found)][:MOST_PRICES]
    counts = [_number_before(slots, thing) for _, thing in named]
    replies = [_price_of(*one, tables[one[0]], count) for one, count in zip(named, counts, strict=True)]
    replies = [_as_asked(one, slots, book) for one in replies]
    whole = joined(replies, same=True, names=[thing for _, thing in named])
    return _summed(whole, replies, book) if len(replies) > 1 and slots.words & _SUMMED else whole


def _as_asked(found: Reply, slots: Slots, book: Rulebook) -> Reply:
    """A price begun with whether so much gold is enough for it, or with the coin that is asked for."""
    price = str(found.values.get("total", found.values["price"]))
    worth = {coin: int(book.table("coins").value(name)) for coin, name in _COINS.items()}
    if slots.words & _USED:
        return replace(found, doubt=_RANGED)
    if not price.isdecimal():
        return found
    coppers = int(price) * worth[found.values["coin"]]
    if "gold" in slots.numbers and _AFFORDS.search(as_text(slots.items)):
        said = "yes" if int(slots.numbers["gold"]) * worth["gp"] >= coppers else "no"
        return replace(found, text=f"{said.capitalize()}. {found.text}", headline=(said, *found.headline))
    asked = _IN_COIN.search(as_text(slots.items))
    coin = asked and next(one for one, name in _COINS.items() if name == asked[1] or one == asked[1])
    if not coin or coin == found.values["coin"]:
        return found
    shown = plain_number(coppers / worth[coin])
    return replace(found, text=f"{shown} {coin}. {found.text}", headline=(shown, f"{shown} {coin}", *found.headline))


_AFFORDS = re.compile(
    r"\b(?:afford|enough|suffic\S+)\b|\b(?:can|could|may) (?:i|we|he|she|they) (?:buy|get|purchase|pay)\b"
)
_IN_COIN = re.compile(r"\bin (cp|sp|ep|gp|pp|copper|silver|electrum|gold|platinum)\b")
_USED = frozenset({"sell", "sells", "selling", "resale", "secondhand", "resell", "pawn", "sold"})
_SUMMED = frozenset({"total", "altogether", "sum", "together", "combined", "all", "bill", "tab", "everything", "lot"})


def _summed(whole: Reply, replies: Sequence[Reply], book: Rulebook) -> Reply:
    """The prices begun with what they come to, in gold pieces; one that is a range leaves the sum in doubt."""
    worth = {coin: int(book.table("coins").value(name)) for coin, name in _COINS.items()}
    paid = [one.values.get("total", one.values["price"]) for one in replies]
    if not all(str(price).isdecimal() for price in paid):
        return replace(whole, doubt=_RANGED)
    coppers = sum(int(price) * worth[one.values["coin"]] for price, one in zip(paid, replies, strict=True))
    total = plain_number(coppers / worth["gp"])
    text = f"{total} gp in all. {whole.text}"
    return replace(
        whole, text=text, values={**whole.values, "sum_gp": total}, headline=(total, f"{total} gp", *whole.headline)
    )


_COINS = {"cp": "copper", "sp": "silver", "ep": "electrum", "gp": "gold", "pp": "platinum"}
_RANGED = 0.4
"""What the confidence loses where a sum is asked for and a price is a range."""


def _of_asked_sentence(slots: Slots, found: dict[int, tuple[str, str]]) -> dict[int, tuple[str, str]]:
    """Only the things of the sentence that asks for a price, where it names any: the others were bought before."""
    at = max((place for place, item in enumerate(slots.items) if item.is_cue("price")), default=0)
    start = max((place for place in range(at) if slots.items[place].token.text in {".", "!"}), default=-1)
    asked = {sense for item in slots.items[start + 1 :] for sense in item.senses}
    return {place: thing for place, thing in found.items() if thing in asked} or found


def _number_before(slots: Slots, thing: str) -> int:
    """The three of `three daggers`; 1 where the table counts in dozens itself."""
    place = next(at for at, item in enumerate(slots.items) if any(value == thing for _, value in item.senses))
    before = slots.items[place - 1] if place else None
    several = any(word in thing for word in ("arrow", "quarrel", "bolt", "bullet", "stone"))
    return before.token.number if before is not None and before.kind == "number" and not several else 1


_PRICED = (("ware", "gear_prices"), ("weapon", "weapon_prices"), ("armor", "armor_prices"))
MOST_PRICES = 5


def _price_of(kind: str, thing: str, table: Table, count: int) -> Reply:
    row = table.find(thing)
    if kind == "armor":
        least, most = row["least"], row["most"]
        shown = [str(least)] if least == most else [f"{least}-{most}", str(least), str(most)]
        coin = "gp"
    else:
        shown, coin = [str(row["price"])], str(row["coin"])
    text = f"{shown[0]} {coin}. {with_article(spoken(thing))} costs {shown[0]} {coin}"
    values: dict[str, Any] = {"price": shown[0], "coin": coin}
    if count > 1 and shown[0].isdecimal():
        total = int(shown[0]) * count
        text, shown = f"{total} {coin} for {count}. {text}", [str(total), f"{total} {coin}", *shown]
        values |= {"count": count, "total": total}
    return make_reply(text, values, [*shown, f"{values['price']} {coin}"], source=(table.source,))


def _extra_price(slots: Slots) -> float:
    things = any(slots.all(kind) for kind in ("ware", "weapon", "armor"))
    asked = slots.has("price") or (bool(slots.all("ware")) and _how_much(slots) and "gold" in slots.cues)
    asked = asked or (bool(slots.all("ware")) and _how_much(slots) and _only_small(slots))
    asked = asked or (things and "gold" in slots.numbers and bool(_AFFORDS.search(as_text(slots.items))))
    asked = asked or (things and "gold" in slots.cues and bool(slots.words & _SUMMED) and "gold" not in slots.numbers)
    # A creature is worth experience, a shield a point of armor class; a suit of mail or a blade has a price.
    sold = bool(slots.all("weapon") or slots.armor) and not slots.bonuses and not slots.abilities
    alone = not (slots.all("creature") or slots.classes or slots.race or slots.has("ac", "hit", "damage", "shield"))
    asked = asked or (sold and alone and slots.has("worth"))
    if slots.has("specialised", "proficiency") or slots.words & {"slot", "slots"}:
        return -99.0  # what it costs are slots
    if slots.all("skill") and slots.armor is not None:
        return -99.0
    permitted = slots.words & {"allowed", "permitted", "legal"} and slots.has("wear", "may") and bool(slots.classes)
    if permitted and not slots.words & {"cost", "costs", "price", "much"}:
        return -99.0  # who wants to buy it asks here whether he may wear it
    return (LIKELY if things else -1.0) if asked and not slots.has("repair", "save") else -99.0


def _how_much(slots: Slots) -> bool:
    return {"how", "much"} <= slots.words


def _only_small(slots: Slots) -> bool:
    return slots.has("worth") or (
        any(item.token.text in {"for", "is"} for item in slots.items) and len(slots.items) < 9
    )


def reply_coins(slots: Slots, book: Rulebook) -> Reply:
    """How many of one coin another is worth."""
    table = book.table("coins")
    named = list(slots.all("coin"))
    if len(named) < 2:
        if not named:
            raise MissingValue("Which coins?", "coin")
        named = [named[0], "gold" if named[0] != "gold" else "silver"]
    one, other = sorted(named[:2], key=lambda coin: int(table.value(coin)))
    rate = int(table.value(other)) / int(table.value(one))
    count = _how_many(slots, other)
    if count == 1 and (small := _how_many(slots, one)) > 1:
        total = f"{small / rate:g}"
        text = f"{total}. {small} {one} pieces are worth {total} {other} pieces, at {rate:g} for one"
        return make_reply(text, {"rate": rate, "total": total}, [total, f"{rate:g}"], source=(table.source,))
    if count > 1:
        total = f"{rate * count:g}"
        text = f"{total}. {count} {other} pieces are worth {total} {one} pieces, at {rate:g} for one"
        return make_reply(text, {"rate": rate, "total": total}, [total, f"{rate:g}"], source=(table.source,))
    text = f"{rate:g}. One {other} piece is worth {rate:g} {one} pieces"
    return make_reply(text, {"rate": rate}, [f"{rate:g}"], source=(table.source,))


def _how_many(slots: Slots, coin: str) -> int:
    for before, item in zip(slots.items, slots.items[1:], strict=False):
        if item.value("coin") == coin and before.kind == "number":
            return before.token.number
    return 1


def named_of(slots: Slots) -> frozenset[str]:
    """The coins named."""
    return frozenset(slots.all("coin"))


def _extra_coins(slots: Slots) -> float:
    named = len(slots.all("coin"))
    words = slots.words
    changed = bool(
        words & {"exchange", "per", "worth", "equal", "equals", "convert", "conversion", "many", "change", "in", "to"}
    )
    gained = slots.has("xp") and "electrum" not in named_of(slots)
    others = slots.classes or slots.all("creature") or slots.letters or slots.has("treasure") or gained
    pair = (
        named > 1
        or "exchange" in words
        or (named == 1 and "gold" not in named_of(slots) and bool(words & {"gold", "gp"}) and "many" in words)
    )
    return 7.0 if named and changed and not others and pair else -99.0


def reply_funds(slots: Slots, book: Rulebook) -> Reply:
    """What a new character has to spend."""
    table = book.table("starting_funds")
    if not slots.classes:
        raise MissingValue("Which class?", "class")
    group = str(book.table("classes").find(slots.classes[0])["group"])
    row = table.find(group)
    shown = f"{row['dice']} x {row['times']}"
    shown = f"({row['dice']}) x {row['times']}" if "+" in row["dice"] else shown
    text = f"{shown} gp. {with_article(slots.classes[0])} starts with {shown} gold pieces"
    return make_reply(
        text, {"dice": row["dice"], "times": row["times"]}, [shown, row["dice"], row["times"]], source=(table.source,)
    )


def _extra_funds(slots: Slots) -> float:
    words = slots.words
    begins = slots.has("start_age") or bool(
        words & {"initial", "first", "begin", "begins", "new", "beginning", "starting"}
    )
    money = bool(words & {"spend", "money", "gold", "gp", "funds", "cash", "coin", "coins", "wealth"})
    money = money and not words & {"points", "skill", "skills"}
    return LIKELY if begins and money and not slots.has("treasure", "xp") and not slots.all("ware") else -99.0


TOPICS = (
    topic(
        "price",
        "prices of weapons, armor and gear",
        cues=(
            "price=2.4 gold need weapon worth wear two_handed light may feet load shield weight hit missile rounds days"
        ),
        things=(
            "ware=1 weapon=0.6 armor=0.6 light_source material feet item gold ammunition coin creature "
            "item_attack liquid"
        ),
        reply=reply_price,
        extra=_extra_price,
        tables=("weapon_prices", "armor_prices", "gear_prices"),
    ),
    topic(
        "coins",
        "what coins are worth",
        cues="coins gold worth price xp treasure modifier need spell_slots rounds",
        things="coin=1 gold coins material ware",
        reply=reply_coins,
        extra=_extra_coins,
        tables=("coins",),
    ),
    topic(
        "starting_funds",
        "what a new character has to spend",
        cues="start_age gold coins level price dice rolled need treasure may",
        things="class=1 coin material level race",
        reply=reply_funds,
        extra=_extra_funds,
        tables=("starting_funds",),
    ),
)
