"""Replies about movement and encumbrance."""

from typing import Any

from rules.abilities import read_strength
from rules.asking.creature_names import creature_of
from rules.asking.reply import (
    MissingValue,
    NotCovered,
    Reply,
    listed,
    make_reply,
    plain_number,
    with_article,
)
from rules.asking.slots import Slots
from rules.asking.topic import topic
from rules.characters import spoken
from rules.loader import Rulebook
from rules.movement import load_limits, movement
from rules.results import Part, signed

POUNDS_PER_KILOGRAM = 2.2
WORN = 0.3
"""What the confidence loses when an armor is worn whose weight is not told."""


_MOST = frozenset({"max", "maximum", "until", "before", "limit", "weight", "pounds"})
"""Words that ask how heavy a load may be, which Strength decides."""


def reply_movement(slots: Slots, book: Rulebook) -> Reply:
    creature = creature_of(slots.one("creature"))
    if creature is not None and slots.race is None and not slots.classes:
        if _asks_how_heavy(slots) or (slots.has("load") and "much" in slots.words):
            raise NotCovered(f"What {with_article(creature.spoken).lower()} carries is not in the rule base")
        shown = creature.movement_by(slots.words)
        text = f"{shown[0]}. {with_article(creature.spoken)} moves {creature.movement_words}"
        return make_reply(text, {"movement": creature.movement}, shown, source=(creature.where,))
    pounds = _pounds(slots)
    strength = slots.abilities.get("strength")
    if strength is None:
        _ask_for_strength(slots, pounds)
        return _base_rate(slots, book)
    if pounds is None:
        return _limits(slots, strength, book)
    found = movement(slots.race or "human", strength, pounds, character_class=slots.character_class, book=book)
    load = "unencumbered" if found.category == "none" else f"under a {found.category} load"
    text = (
        f"{found.rate}. {with_article(spoken(found.race))} with Strength {found.strength} and "
        f"{plain_number(pounds)} lb is {load} and moves {found.rate}"
    )
    headline: list[Any] = [found.rate, found.category]
    if slots.has("load") and not slots.has("movement"):
        headline = [found.category, found.rate]
        text = f"{found.category.capitalize()}. {text.split('. ', 1)[1]}"
    if found.attack_penalty or found.armor_class_penalty:
        text += (
            f", with {signed(found.attack_penalty)} on attack rolls and an armor class "
            f"{found.armor_class_penalty} worse"
        )
        headline += [signed(found.attack_penalty), found.armor_class_penalty]
    note = () if slots.race else ("The character is human or of another race that moves 12.",)
    return make_reply(text, found.values(), headline, found, assumptions=note)


def _ask_for_strength(slots: Slots, pounds: float | None) -> None:
    """Ask for the Strength that decides how heavy a load may be, or what load so many pounds are."""
    named = slots.one("load_category") is not None
    told = pounds is not None and (not named or slots.has("pounds", "kilograms"))
    most = pounds is None and ((named and bool(slots.words & _MOST)) or _asks_how_heavy(slots))
    if told or most:
        raise MissingValue("Which Strength?", "strength")


def _asks_how_heavy(slots: Slots) -> bool:
    """`How many pounds can he carry`, `the most she can haul`, `how heavy a pack`."""
    counted = {"how", "many"} <= slots.words or {"how", "much"} <= slots.words
    weighed = bool(slots.words & _WEIGHED) and not slots.words & _MOVES
    return (counted or weighed) and slots.has("load") and (slots.has("pounds", "may") or "can" in slots.words)


_WEIGHED = frozenset({"heavy", "heaviest", "weight", "max", "maximum", "most", "limit"})
_MOVES = frozenset({"fast", "far", "speed", "rate", "move", "moves", "movement"})


_LADEN = frozenset(
    {"loaded", "laden", "overloaded", "burdened", "overburdened", "weighed", "encumbered", "overencumbered", "backpack",
     "treasure", "loot", "carrying", "carries", "lugging", "hauling"}
)  # fmt: skip
"""Words for a load of which nobody says how heavy it is."""
_UNLADEN = frozenset(
    {"nothing", "anything", "no", "not", "without", "isnt", "arent", "hardly", "empty", "unencumbered"}
)


def _pounds(slots: Slots) -> float | None:
    if "pounds" in slots.numbers:
        return int(slots.numbers["pounds"])
    if "kilograms" in slots.numbers:
        return round(int(slots.numbers["kilograms"]) * POUNDS_PER_KILOGRAM)
    return None


def _base_rate(slots: Slots, book: Rulebook) -> Reply:
    if slots.race is None and slots.one("load_category") is not None:
        return _effects(slots, book)
    if slots.race is None:
        raise MissingValue("Which race, which Strength, and how many pounds?", "race")
    rates, effects = book.table("movement_rates"), book.table("movement")
    base = int(rates.value(slots.race))
    category = slots.one("load_category")
    if category is None and slots.words & _LADEN and not slots.words & _UNLADEN:
        raise MissingValue("Which Strength, and how many pounds?", "strength", "pounds")
    parts = [Part(f"{spoken(slots.race)}, unencumbered", base, rates.source)]
    if category is None or category == "none":
        text = f"{base}. {with_article(spoken(slots.race))} moves {base} unencumbered"
        # What is worn weighs, and the load decides.
        return make_reply(text, {"rate": base}, [base], parts=tuple(parts), doubt=WORN if slots.armor else 0.0)
    row = effects.find(category)
    rate = 1 if row["numerator"] is None else base * row["numerator"] // row["denominator"]
    parts.append(Part(f"movement, {category} load", rate, effects.source))
    text = f"{rate}. {with_article(spoken(slots.race))} under a {category} load moves {rate}"
    headline: list[Any] = [rate]
    if row["attack"] or row["armor_class"]:
        text += f", with {signed(row['attack'])} on attack rolls and an armor class {row['armor_class']} worse"
        headline += [signed(row["attack"]), row["armor_class"]]
    return make_reply(
        text, {"rate": rate, "attack": row["attack"], "armor_class": row["armor_class"]}, headline, parts=tuple(parts)
    )


def _effects(slots: Slots, book: Rulebook) -> Reply:
    """What a load does to anybody."""
    effects, category = book.table("movement"), slots.one("load_category") or "none"
    row = effects.find(category)
    if (told := slots.number("rate")) is not None:
        return _slowed(told, category, book)
    slower = 1 if row["numerator"] is None else 12 * row["numerator"] // row["denominator"]
    small = 1 if row["numerator"] is None else 6 * row["numerator"] // row["denominator"]
    text = (
        f"{signed(row['attack'])} on attack rolls and an armor class {row['armor_class']} worse under a "
        f"{category} load; who moves 12 moves {slower}, who moves 6 moves {small}"
    )
    values = {"attack": row["attack"], "armor_class": row["armor_class"], "rate_of_12": slower, "rate_of_6": small}
    headline = (
        [slower, small, signed(row["attack"]), row["armor_class"]]
        if slots.has("movement")
        else [signed(row["attack"]), row["armor_class"], slower, small]
    )
    return make_reply(f"{headline[0]}. {text}", values, headline, source=(effects.source,))


def _slowed(rate: int, category: str, book: Rulebook) -> Reply:
    """What a load leaves of a movement rate that is told."""
    effects = book.table("movement")
    row = effects.find(category)
    left = 1 if row["numerator"] is None else rate * row["numerator"] // row["denominator"]
    text = f"{left}. Who moves {rate} moves {left} under a {category} load"
    values = {"rate": left, "attack": row["attack"], "armor_class": row["armor_class"]}
    return make_reply(text, values, [left, signed(row["attack"]), row["armor_class"]], source=(effects.source,))


def _limits(slots: Slots, strength: str, book: Rulebook) -> Reply:
    limits, source = load_limits(read_strength(strength), book)
    category = slots.one("load_category")
    if (
        category is not None
        and category != "none"
        and any(item.text in {"before", "until", "without"} for item in slots.items)
    ):
        names = list(limits)
        category = names[names.index(category) - 1]
    if category is not None and category != "none" and slots.words & _BECOMES:
        names = list(limits)
        least = limits[names[names.index(category) - 1]]
        text = f"{least}. With Strength {strength} a {category} load is one of more than {least} lb"
        return make_reply(text, {"limits_lb": limits}, [least, least + 1], source=(source,))
    if category is not None:
        most = limits[category]
        text = f"{most}. With Strength {strength} a {category} load goes up to {most} lb"
        return make_reply(text, {"limits_lb": limits}, [most], source=(source,))
    words = listed([f"{'no encumbrance' if name == 'none' else name} {most}" for name, most in limits.items()])
    most = limits["severe"]
    start = (
        [most, *limits.values()]
        if any("max" in item.text or item.text in {"most", "total"} for item in slots.items)
        else list(limits.values())
    )
    text = f"{start[0]}. With Strength {strength} the loads end at, in pounds: {words}"
    return make_reply(text, {"limits_lb": limits}, start, source=(source,))


_BECOMES = frozenset({"gets", "get", "becomes", "become", "start", "starts", "begin", "begins"})


def _asks_penalty(slots: Slots) -> bool:
    """`What's his penalty to hit` under a load."""
    return slots.has("hit", "modifier", "ac") or bool({"hit", "defense"} & set(slots.all("column")))


def _extra_movement(slots: Slots) -> float:
    loaded = "pounds" in slots.numbers or "kilograms" in slots.numbers
    if (
        slots.has("save", "thac0", "hit", "thief_skills", "initiative", "age", "morale")
        and "pounds" not in slots.numbers
        and not slots.all("load_category")
    ):
        return -9.0
    if slots.named_abilities and not slots.abilities and slots.has("extreme", "require", "what_score") and not loaded:
        return -9.0
    if slots.has("may") and slots.classes and slots.race is not None and not slots.abilities:
        return 1.4 if _asks_how_heavy(slots) else -9.0
    if not loaded and slots.all("weapon") and not slots.race and not slots.has("load"):
        return -3.0
    points = 1.4 * loaded * (slots.has("load", "movement") or "strength" in slots.abilities)
    points += 0.8 * bool(slots.race) * slots.has("movement") + 0.8 * (
        bool(slots.all("load_category")) and slots.has("load", "movement")
    )
    points += 2.0 * ("strength" in slots.abilities and slots.has("load"))
    points += 3.0 * (loaded and "strength" in slots.abilities and _asks_penalty(slots))
    points += 3.0 * (
        bool(slots.all("load_category")) and (slots.has("modifier") or bool(slots.all("column")))
    ) + 1.0 * slots.has("ac")
    points += 1.4 * (_asks_how_heavy(slots) and not slots.abilities)
    return (
        points
        - 1.2 * (not slots.race and not loaded and "strength" not in slots.abilities and not slots.all("creature"))
        - 3.0 * (slots.has("may") and any(item.text in {"swim", "fly", "jump"} for item in slots.items))
        - 2.0 * slots.has("fall", "breath_holding")
        - 2.0 * bool(slots.all("column") and not slots.all("load_category") and not _asks_penalty(slots))
    )


TOPICS = (
    topic(
        "movement",
        "movement and encumbrance",
        cues=(
            "load=2.4 movement=2.2 pounds=0.6 kilograms=0.6 weight=0.6 speed=0.4 range=0.3 extreme=0.2 distance=0.2 "
            "creature=0.1 wear=0.1 rounds modifier may hit ac feet item_save level light attack gold coins need door "
            "spell turn level_limit turns"
        ),
        things=(
            "pounds=1 rate=0.6 kilograms=1 load_category=1 race=0.8 creature=0.6 ability=0.4 score=0.4 class=0.2 "
            "armor=0.1 column=0.1 level initiative_situation size range_band undead item material situation skill "
            "light_source"
        ),
        reply=reply_movement,
        extra=_extra_movement,
        loose="pounds",
        each="race",
        tables=("movement", "movement_rates", "encumbrance", "exceptional_encumbrance"),
    ),
)
