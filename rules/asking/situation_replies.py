"""Replies about attack modifiers: situations, range, cover, two weapons, weapon type against armor."""

from collections.abc import Sequence
from typing import Any

from rules.abilities import ability_modifiers
from rules.asking.casting_replies import asks_whether
from rules.asking.circumstances import SCREENS, hand_of, share_of
from rules.asking.reply import (
    MissingValue,
    NotCovered,
    Reply,
    listed,
    make_reply,
    require,
    single_class,
    with_article,
)
from rules.asking.slots import Slots
from rules.asking.topic import topic
from rules.asking.wanted import value, wanted
from rules.asking.weapon_replies import OUT_OF_RANGE, band_at
from rules.attack import AUTOMATIC, find_situation
from rules.characters import read_classes, spoken
from rules.loader import Rulebook
from rules.results import Part, signed
from rules.weapons import weapon


def reply_situation(slots: Slots, book: Rulebook) -> Reply:
    """The modifier of each situation, range, cover or concealment that is named."""
    parts: list[Part] = []
    for name in slots.all("situation"):
        key, value, source = find_situation(name, book)
        parts.append(Part(_situation_words(key), value if value == AUTOMATIC else signed(int(value)), source))
    for band in _bands(slots, book):
        table = book.table("range_modifiers")
        parts.append(Part(f"{band} range", signed(int(table.value(band))), table.source))
    named = [screen for screen in SCREENS if screen in slots.cues]
    screens = [(screen, _screen_part(slots, screen, book, parts)) for screen in named]
    if not parts:
        raise MissingValue("Which situation: from behind, prone, invisible, a range, cover?", "situation")
    numbers = [int(part.value) for part in parts if part.value != AUTOMATIC]
    text = listed([f"{part.label} {part.value}" for part in parts])
    start = str(parts[0].value) if len(parts) == 1 else f"{signed(sum(numbers))}"
    start = "Automatic" if len(numbers) < len(parts) else start
    headline = [start.lower() if start == "Automatic" else start]
    if len(parts) > 1:
        headline += [str(part.value) for part in parts]
    values: dict[str, Any] = {
        "attack": None if start == "Automatic" else sum(numbers),
        "modifiers": {part.label: part.value for part in parts},
    }
    text = f"{start}. On the attack roll: {text}"
    for screen, bonus in screens:
        if bonus:
            values["save_bonus"] = int(bonus)
            headline.append(signed(int(bonus)))
            text += f"; the {screen} adds {signed(int(bonus))} to saving throws against spells that do bodily harm"
    assumptions = ("Positive helps the attacker.",)
    doubt = 0.4 if slots.all("situation") == ["invisible"] and slots.items[0].token.text in {"i", "im", "my"} else 0.0
    return make_reply(text, values, headline, parts=tuple(parts), assumptions=assumptions, doubt=doubt)


def _bands(slots: Slots, book: Rulebook) -> Sequence[str]:
    """The ranges that are named, or the one that so many yards are for the weapon."""
    named = slots.all("range_band")
    if named or not _shoots_so_far(slots):
        return named
    one = weapon(slots.all("weapon")[0], book=book)
    band = band_at(one.missile[0], slots.number("yards") or 0) if one.missile else OUT_OF_RANGE
    return () if band == OUT_OF_RANGE else (band,)


def _shoots_so_far(slots: Slots) -> bool:
    """`Target at 90 yards, heavy crossbow - penalty to hit`."""
    return bool(slots.all("weapon")) and "yards" in slots.numbers and "hit" in slots.all("column")


def _screen_part(slots: Slots, screen: str, book: Rulebook, parts: list[Part]) -> str:
    table = book.table(screen)
    share = share_of(slots)
    if share is None:
        rows = listed([f"{name} % {signed(int(table.find(name)['attack']))}" for name in table.names])
        raise MissingValue(f"How much of the target is behind {screen}? On the attack roll: {rows}.", "percent")
    row = table.find(table.resolve(str(share), field_name=screen))
    parts.append(Part(f"{share} % {screen}", signed(int(row["attack"])), table.source))
    return str(row.get("save_bonus") or "")


_SITUATION_WORDS = {
    "rear": "from behind",
    "sleeping_or_held": "sleeping or held target",
    "stunned_or_prone": "stunned or prone target",
    "invisible": "invisible target",
    "surprised": "surprised target",
    "off_balance": "target off balance",
}


def _situation_words(key: str) -> str:
    return _SITUATION_WORDS.get(key, spoken(key))


LONE = 2
"""So few words ask for what they name."""


def _extra_situation(slots: Slots) -> float:
    named = bool(slots.found.keys() & {"situation", "range_band"}) or slots.has("cover", "concealment")
    named = named or _shoots_so_far(slots)
    if not named or {"ac", "thac0", "roll"} & slots.numbers.keys() or slots.has("initiative", "turn"):
        return -9.0
    aims = {"hit", "damage", "missile_attack"} & set(slots.all("column"))
    aimed = slots.has("hit", "attack", "missile") or bool(aims)
    screened_only = not slots.found.keys() & {"situation", "range_band"}
    if screened_only and (slots.has("door", "listen", "search") or slots.words & {"open"}) and not aimed:
        return -9.0
    if slots.has("surprise") and (slots.all("surprise_situation") or not aimed):
        return -9.0
    if slots.has("save") and not slots.has("cover", "concealment"):
        return -9.0
    asked = slots.has("modifier", "hit", "attack", "cover", "concealment", "missile", "versus") or bool(
        slots.all("column")
    )
    if not asked and len(slots.items) > LONE:
        return -9.0
    banded = bool(slots.all("range_band")) and (slots.has("modifier") or bool(slots.all("column")))
    points = (
        3.0 * ((banded or _shoots_so_far(slots)) and not slots.has("weight", "speed", "damage"))
        + 1.2 * slots.has("modifier", "hit", "attack", "cover", "concealment")
        + 0.8 * slots.has("modifier")
    )
    points += 1.4 * (bool(aims) and bool(slots.all("situation")) and not slots.has("modifier", "damage"))
    return points + 1.0 + 0.6 * slots.has("cover", "concealment") - 1.2 * bool(slots.classes and slots.level)


LIGHT_ARMOR = frozenset({None, "none", "leather", "padded", "studded_leather"})
"""What a ranger may wear and have no penalty; None when nothing is said."""


def reply_two_weapons(slots: Slots, book: Rulebook) -> Reply:
    table = book.table("two_weapons")
    main, second = int(table.value("main")), int(table.value("second"))
    parts, assumptions, who = [], [], "A warrior or rogue"
    warnings: tuple[str, ...] = ()
    if slots.classes:
        name = single_class(slots)
        groups = {book.table("classes").find(one)["group"] for one in read_classes(name, book)}
        who = with_article(name)
        if not groups & {"warrior", "rogue"}:
            text = f"No. {who} does not fight with two weapons: only warriors and rogues do"
            return make_reply(text, {"allowed": False}, ["no"], source=(table.source,))
        if "ranger" in name and slots.armor in LIGHT_ARMOR:
            text = "0. A ranger in studded leather or lighter armor has no penalty with two weapons"
            shown: list[Any] = [0, 0]
            if asks_whether(slots) and (slots.has("modifier") or slots.all("column")):
                text, shown = f"No. {text}", ["no", *shown]
            return make_reply(text, {"main": 0, "second": 0, "allowed": True}, shown, source=(table.source,))
    reaction = 0
    if "dexterity" in slots.abilities:
        found = ability_modifiers("dexterity", slots.abilities["dexterity"], book=book)
        reaction = int(found.modifiers["reaction"])
        parts.append(Part(f"Dexterity {found.score}, reaction", signed(reaction), found.source[0]))
        assumptions.append("The Reaction adjustment of Dexterity never makes a penalty a bonus.")
    first, off = min(0, main + reaction), min(0, second + reaction)
    parts = [Part("main hand", signed(main), table.source), Part("second hand", signed(second), table.source), *parts]
    both = any({"main", "primary", "both", "each"} & set(item.text.split()) for item in slots.items)
    both = both and wanted(slots.items, _HANDS)[:1] != ["second"]
    both = both or "each" in slots.words
    shown = [off, first] if hand_of(slots) == "second" and not both else [first, off]
    text = (
        f"{signed(shown[0])}. {who} has {signed(first)} with the main and {signed(off)} with the second hand, and "
        "one more attack"
    )
    values = {"main": first, "second": off, "allowed": True, "more_attacks": 1}
    return make_reply(
        text,
        values,
        [signed(one) for one in shown],
        parts=tuple(parts),
        assumptions=tuple(assumptions),
        warnings=warnings,
    )


_HANDS = (
    value("main", "main hand", "mainhand", "primary", "first hand", "right hand"),
    value("second", "off hand", "offhand", "second(?:ary)?", "other hand", "left hand"),
)


def _extra_two_weapons(slots: Slots) -> float:
    if "ac" in slots.numbers or "thac0" in slots.numbers:
        return -2.0
    if len(slots.all("weapon")) > 1 and slots.has("speed", "weight", "price", "range", "size"):
        return -9.0  # one of two weapons is asked for
    return 2.0 * (slots.has("two_weapons") and (slots.has("modifier") or "hit" in slots.all("column")))


def reply_weapon_vs_armor(slots: Slots, book: Rulebook) -> Reply:
    table = book.table("weapon_vs_armor")
    armor = require(slots, "armor", "Against which armor?")
    key = "chain_mail" if armor == "elven_chain_mail" else armor
    if not table.covers(key):
        raise NotCovered(f"Weapon type makes no difference against {spoken(armor)}")
    row = table.find(key)
    types = _types(slots, book)
    if not types:
        shown = [signed(-int(row[one])) for one in ("slashing", "piercing", "bludgeoning")]
        text = (
            f"{', '.join(shown)}. Against {spoken(key)} the attack has {shown[0]} slashing, {shown[1]} piercing "
            f"and {shown[2]} bludgeoning"
        )
        values = {one: -int(row[one]) for one in ("slashing", "piercing", "bludgeoning")}
        return make_reply(text, values, shown, source=(table.source,), assumptions=(_OPTIONAL, _SIGN))
    best = max(types, key=lambda one: -int(row[one]))
    points = -int(row[best])
    text = f"{signed(points)}. A {best} weapon has {signed(points)} on the attack against {spoken(key)}"
    text += f", printed as {signed(-points)}"
    part = Part(f"{best} against {spoken(key)}", signed(points), table.source)
    return make_reply(
        text,
        {"attack": points, "type": best, "printed": -points},
        [signed(points), signed(-points)],
        parts=(part,),
        assumptions=(_OPTIONAL, _SIGN),
    )


_OPTIONAL = "Weapon type against armor is an optional rule."

_SIGN = "Positive helps the attacker; the table prints it the other way round, as a change of THAC0 or armor class."

_TYPE_WORDS = {"slashing": ("slash",), "piercing": ("pierc",), "bludgeoning": ("bludg", "blunt")}

_LETTERS = {"S": "slashing", "P": "piercing", "B": "bludgeoning"}


def _types(slots: Slots, book: Rulebook) -> list[str]:
    used = slots.one("weapon")
    if used is not None:
        return [_LETTERS[letter] for letter in weapon(used, book=book).types]
    words = " ".join(item.text for item in slots.items)
    return [name for name, starts in _TYPE_WORDS.items() if any(start in words for start in starts)]


def _extra_weapon_vs_armor(slots: Slots) -> float:
    typed = any(any(start in item.text for starts in _TYPE_WORDS.values() for start in starts) for item in slots.items)
    if slots.armor in {None, "none"} or not (slots.all("weapon") or typed or slots.has("armor_adjustment")):
        return 0.0 if slots.has("armor_adjustment") else -9.0
    if slots.classes or slots.has_creature or "thac0" in slots.numbers:
        return -1.0
    return 1.6 * typed + 1.2 * slots.has("modifier") + 0.8 * slots.has("versus") + 0.5 * bool(slots.all("weapon"))


TOPICS = (
    topic(
        "situation",
        "attack modifiers of a situation, range, cover",
        cues=(
            "cover=1 concealment=1 modifier=0.8 hit=0.6 attack=0.6 missile=0.3 range=0.3 versus=0.2 what_level=-1 "
            "surprise creature percent chance level need save weapon two_handed shield item_save door yards"
        ),
        things=(
            "situation=1.2 range_band=1.2 yards=0.4 percent=0.4 share=0.4 column=0.2 weapon class ammunition material "
            "initiative_situation creature item_attack category item size"
        ),
        reply=reply_situation,
        extra=_extra_situation,
        tables=("situation_modifiers", "attack_circumstances", "range_modifiers", "cover", "concealment"),
    ),
    topic(
        "two_weapons",
        "fighting with two weapons",
        cues="two_weapons=3.5 modifier=0.5 hit=0.3 attack=0.3 weapon=0.2 may=0.2 one_handed speed level need become",
        things=(
            "class=0.6 level=0.5 ammunition=0.4 weapon=0.3 ability=0.2 score=0.2 column=0.2 race armor material item "
            "size"
        ),
        reply=reply_two_weapons,
        extra=_extra_two_weapons,
        tables=("two_weapons",),
    ),
    topic(
        "weapon_vs_armor",
        "weapon type against armor",
        cues=(
            "armor_adjustment=3 damage_type=1.2 modifier=0.6 versus=0.6 hit=0.3 attack=0.3 weapon=0.2 wear=0.2 ac=0.2 "
            "speed=-1 damage may need shield"
        ),
        things="armor=1 weapon=0.8 material item",
        reply=reply_weapon_vs_armor,
        extra=_extra_weapon_vs_armor,
        each="armor",
        tables=("weapon_vs_armor",),
    ),
)
