"""Replies about treasure: types, gems, objects of art, magical items; and about dice."""

from typing import Any

from rules.asking.reply import MissingValue, NotCovered, Reply, make_reply, plain_number
from rules.asking.slots import Slots
from rules.asking.topic import topic
from rules.dice import parse_dice
from rules.errors import RuleError
from rules.loader import Rulebook
from rules.treasure import art_value, gem_value
from rules.treasure_types import treasure_type

_KINDS = {
    "copper": "copper", "cp": "copper", "silver": "silver", "sp": "silver", "gold": "gold", "gp": "gold",
    "gold pieces": "gold",
    "platinum": "platinum_or_electrum", "pp": "platinum_or_electrum", "electrum": "platinum_or_electrum",
    "gems": "gems", "gem": "gems", "jewels": "gems", "art": "art", "jewelry": "art", "objects of art": "art",
    "copper pieces": "copper", "silver pieces": "silver", "platinum pieces": "platinum_or_electrum",
}  # fmt: skip


# -- treasure types ----------------------------------------------------------------------------------------------------


def reply_treasure_type(slots: Slots, book: Rulebook) -> Reply:
    if not slots.letters:
        raise MissingValue("Which treasure type, A to Z?", "treasure_type")
    found = treasure_type(slots.letters[0], book=book)
    wanted = {_KINDS[item.text] for item in slots.items if item.text in _KINDS}
    parts = [part for part in found.parts if part.kind in wanted] or list(found.parts)
    headline: list[Any] = []
    words = []
    for part in parts:
        low, high = part.range
        span = f"{low:,}-{high:,}" if low != high else f"{low:,}"
        words.append(f"{part.kind.replace('_', ' ')} {part.chance_percent} % of {span}")
        headline += [part.chance_percent, f"{low}-{high}" if low != high else str(low)]
        if low != high and slots.has("which_die", "dice"):
            headline.append(f"{part.dice}{f' x {part.times}' if part.times > 1 else ''}")
    magic_asked = slots.has("magic_item") or any("magic" in item.text for item in slots.items)
    if found.magic is not None and (magic_asked or not wanted):
        items = ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in found.magic.items)
        words.append(f"magical items {found.magic.chance_percent} % of {items}")
        headline = (
            [found.magic.chance_percent, items, *headline] if magic_asked else [*headline, found.magic.chance_percent]
        )
    if wanted and not any(part.kind in wanted for part in found.parts):
        names = ", ".join(sorted(one.replace("_", " ") for one in wanted))
        text = f"None. Treasure type {found.treasure_type} has no {names}; it has {'; '.join(words)}"
        return make_reply(text, found.values(), ["none"], found)
    text = f"Treasure type {found.treasure_type} ({found.place}): {'; '.join(words)}"
    return make_reply(text, found.values(), headline or [found.summary], found)


# -- values ------------------------------------------------------------------------------------------------------------


def reply_gem(slots: Slots, book: Rulebook) -> Reply:
    roll = _roll(slots)
    if roll is None:
        raise MissingValue("Which roll of d100?", "roll")
    found = gem_value(roll, book=book)
    text = (
        f"{found.gold_pieces:,} gp. A roll of {roll} is {_a(found.gem_class)} gem with a base value of "
        f"{found.gold_pieces:,} gp"
    )
    return make_reply(text, found.values(), [found.gold_pieces, found.gem_class], found)


def _a(word: str) -> str:
    return f"an {word}" if word[0] in "aeio" else f"a {word}"


def reply_art(slots: Slots, book: Rulebook) -> Reply:
    roll = _roll(slots)
    if roll is None:
        raise MissingValue("Which roll of d100?", "roll")
    found = art_value(roll, book=book)
    low, high = found.range
    times = f" x {found.times}" if found.times > 1 else ""
    text = f"{low:,}-{high:,} gp. A roll of {roll} is an object of art worth {found.dice}{times} gp"
    return make_reply(text, found.values(), [f"{low}-{high}", f"{found.dice}{times}", found.dice], found)


def reply_magic_item(slots: Slots, book: Rulebook) -> Reply:
    table = book.table("magic_item_categories")
    roll = _roll(slots)
    if roll is None:
        raise MissingValue("Which roll of d100?", "roll")
    category = str(table.value(at=roll)).replace("_", " ")
    text = f"{category.capitalize()}. A roll of {roll} on d100 is in the category {category}"
    return make_reply(text, {"category": category, "roll": roll}, [category], source=(table.source,))


def _roll(slots: Slots) -> int | None:
    roll = slots.number("roll")
    if roll is None:
        roll = slots.number("percent")
    if roll is None and len(slots.left_over) == 1 and slots.left_over[0].isdecimal():
        roll = int(slots.left_over[0])
    zeros = any(item.kind == "number" and item.token.text in {"00", "000"} for item in slots.items)
    return 100 if roll == 0 and zeros else roll


def _extra_roll(slots: Slots) -> float:
    if not slots.has("gem", "art", "magic_item"):
        return -9.0
    rolled = "roll" in slots.numbers or "percent" in slots.numbers or bool(slots.left_over) or "1d100" in slots.dice
    return (
        (0.8 if rolled else -1.0)
        - 3.0 * bool(slots.letters)
        - 2.0 * slots.has("save", "item_save", "initiative")
        - 2.0 * bool(slots.all("creature") or slots.classes)
    )


# -- dice --------------------------------------------------------------------------------------------------------------


def reply_dice(slots: Slots, _book: Rulebook) -> Reply:
    written = [one for one in slots.dice if one != "1d100"] or list(slots.dice)
    if not written:
        raise MissingValue("Which dice?", "dice")
    try:
        dice = parse_dice(written[0])
    except RuleError as error:
        raise NotCovered(f"{error}") from error
    average = plain_number((dice.minimum + dice.maximum) / 2)
    text = f"{average}. {dice} is {dice.minimum} to {dice.maximum}, {average} on average"
    headline = [average, dice.minimum, dice.maximum]
    if any("max" in item.text for item in slots.items):
        headline = [dice.maximum, dice.minimum, average]
    elif any("min" in item.text for item in slots.items):
        headline = [dice.minimum, dice.maximum, average]
    values = {"dice": str(dice), "minimum": dice.minimum, "maximum": dice.maximum, "average": float(average)}
    return make_reply(text, values, headline, source=("the dice",))


def _extra_dice(slots: Slots) -> float:
    if not slots.dice or not slots.has("dice"):
        return -9.0
    busy = (
        slots.has(
            "thac0",
            "save",
            "hit",
            "turn",
            "hp",
            "morale",
            "reaction",
            "fall",
            "surprise",
            "gem",
            "art",
            "magic_item",
            "initiative",
            "age",
        )
        or slots.all("weapon")
        or slots.classes
    )
    return -9.0 if busy else 2.2


def _extra_treasure_type(slots: Slots) -> float:
    if not slots.letters:
        return -0.8 - 2.0 * bool(slots.all("creature"))
    of_treasure = slots.has("coins", "gold", "gem", "art", "magic_item") and not slots.has("poison")
    return 0.6 + 2.2 * (of_treasure and not slots.has("treasure"))


TOPICS = (
    topic(
        "treasure_type",
        "treasure types",
        cues=(
            "treasure=2.8 gem=0.4 art=0.4 magic_item=0.4 poison_class=0.4 chance=0.2 gold=0.2 coins=0.2 damage_type "
            "percent creature number_appearing search load spell special"
        ),
        things="letter=1.6 creature=-0.6 material item undead racial_ability column",
        reply=reply_treasure_type,
        extra=_extra_treasure_type,
        tables=("treasure_types",),
    ),
    topic(
        "gem_value",
        "gem values",
        cues="gem=2.4 worth=0.6 rolled=0.5 treasure=0.2 gold=0.1 dice=0.1 percent need",
        things="roll=0.8 percent=0.4 dice=0.3 material item",
        reply=reply_gem,
        extra=_extra_roll,
        loose="roll",
        tables=("gem_values",),
    ),
    topic(
        "art_value",
        "values of objects of art",
        cues="art=2.4 worth=0.6 rolled=0.5 treasure=0.2 gold=0.1 dice=0.1 gem=-0.3 percent item_save",
        things="roll=0.8 percent=0.4 dice=0.3 material item",
        reply=reply_art,
        extra=_extra_roll,
        loose="roll",
        tables=("art_values",),
    ),
    topic(
        "magic_item",
        "categories of magical items",
        cues="magic_item=2.6 rolled=0.6 treasure=0.2 dice=0.1 item_save percent damage_type poison_class spell special",
        things="roll=0.8 percent=0.4 dice=0.3 item material racial_ability category",
        reply=reply_magic_item,
        extra=_extra_roll,
        loose="roll",
        tables=("magic_item_categories",),
    ),
    topic(
        "dice",
        "what dice give",
        cues="dice=1.2 rolled=0.2 damage=0.2 extreme=0.2 chance=-1 die",
        things="dice=1",
        reply=reply_dice,
        extra=_extra_dice,
    ),
)
