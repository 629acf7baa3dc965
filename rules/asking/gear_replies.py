"""Replies about the armor and weapons that a class may use."""

from collections.abc import Sequence
from typing import Any

from rules.asking.reply import MissingValue, Reply, listed, make_reply, single_class, with_article
from rules.asking.slots import Slots
from rules.asking.topic import topic
from rules.characters import read_classes, spoken
from rules.loader import Rulebook
from rules.weapons import weapon

_TYPE_NAMES = {"B": "bludgeoning", "P": "piercing", "S": "slashing"}


def reply_class_armor(slots: Slots, book: Rulebook) -> Reply:
    table = book.table("class_armor")
    names = classes_named(slots, book)
    rows = [(name, table.find(name)) for name in names]
    wanted = [armor for armor in slots.all("armor") if armor != "none"]
    shield_asked = slots.has("shield") and not wanted
    if not wanted and not shield_asked:
        allowed = [armor for armor in rows[0][1]["armor"] if all(armor in row["armor"] for _, row in rows)]
        words = listed([spoken(one) for one in allowed]) if allowed else "no armor"
        text = f"{words.capitalize()}. {with_article('/'.join(names))} may wear {words}{_shield_words(rows)}"
        values = {"armor": allowed, "shield": all(row["shield"] for _, row in rows)}
        return make_reply(
            text,
            values,
            [spoken(one) for one in allowed] or ["none"],
            source=(table.source,),
            assumptions=_strictest(names),
        )
    problems = [
        f"{spoken(armor)} is closed to the {name}"
        for name, row in rows
        for armor in wanted
        if armor not in row["armor"]
    ]
    if shield_asked or (slots.has("shield") and wanted):
        problems += [f"shields are closed to the {name}" for name, row in rows if not row["shield"]]
    ok = not problems
    what = listed([*(spoken(armor) for armor in wanted), *(["a shield"] if slots.has("shield") else [])])
    text = f"{'Yes' if ok else 'No'}. {with_article('/'.join(names))} {'may' if ok else 'may not'} use {what}"
    text += f": {listed(problems)}" if problems else ""
    if not ok:
        allowed = [spoken(one) for one in rows[0][1]["armor"]]
        text += f"; allowed is {listed(allowed) if allowed else 'no armor'}"
    return make_reply(
        text,
        {"allowed": ok},
        ["yes" if ok else "no"],
        source=(table.source,),
        assumptions=(*_strictest(names), *table.notes[:1]),
    )


def classes_named(slots: Slots, book: Rulebook) -> Sequence[str]:
    if not slots.classes:
        raise MissingValue("Which class?", "class")
    return read_classes(single_class(slots), book)


def _strictest(names: Sequence[str]) -> tuple[str, ...]:
    return (
        ("A multi-class character keeps to the stricter class where its abilities are used.",) if len(names) > 1 else ()
    )


def _shield_words(rows: Sequence[tuple[str, Any]]) -> str:
    return " and carry a shield" if all(row["shield"] for _, row in rows) else ", and no shield"


def _asks_whether_worn(slots: Slots) -> bool:
    """`Can I wear plate`: nobody is named, and who wears it decides."""
    asked = slots.has("may") and slots.has("wear") and (bool(slots.armor) or slots.has("shield"))
    return asked and not slots.classes and not slots.has("ac", "modifier", "save", "movement", "load")


def _extra_class_armor(slots: Slots) -> float:
    if _asks_whether_worn(slots):
        return 3.0
    if (
        not slots.classes
        or slots.has("ac", "thac0", "hit", "save", "thief_skills", "damage", "versus", "modifier")
        or slots.all("skill")
    ):
        return -9.0
    named = bool(slots.armor) or slots.has("shield")
    if named and ((slots.has("load", "movement") and not slots.has("may")) or "pounds" in slots.numbers):
        return -3.0
    asks = slots.has("wear") or any(item.text in {"armor", "armour", "armors"} for item in slots.items)
    if not named and not asks:
        return -9.0
    bare = named and not slots.level and not slots.abilities
    return (
        1.8 * (named and slots.has("may"))
        + (3.0 * bare + 3.2 * (not named and asks and not slots.level)) * (not slots.has("may", "wear"))
        + 0.6 * slots.has("wear")
        + 0.6 * asks
        - 2.2 * (not slots.has("may", "wear"))
    )


def reply_class_weapons(slots: Slots, book: Rulebook) -> Reply:
    table = book.table("class_weapons")
    names = classes_named(slots, book)
    rows = [(name, table.find(name)) for name in names]
    wanted = list(slots.all("weapon"))
    if not wanted:
        words = _weapons_allowed(rows[0][1])
        text = f"{words[0].upper()}{words[1:]}. {with_article(rows[0][0])} may use {words}"
        row = rows[0][1]
        shown = (
            ["any"]
            if row["rule"] == "any"
            else [spoken(one) for one in row["weapons"]] or [_TYPE_NAMES[one] for one in row["types"]]
        )
        return make_reply(text, dict(row), shown, source=(table.source,))
    types = {name: weapon(name, book=book).types for name in wanted}
    problems = [(name, one) for name, row in rows for one in wanted if not _may_use(row, one, types[one])]
    ok = not problems
    what = listed([spoken(one) for one in wanted])
    text = f"{'Yes' if ok else 'No'}. {with_article('/'.join(names))} {'may' if ok else 'may not'} use the {what}"
    if not ok:
        row = dict(rows)[problems[0][0]]
        text += f"; the {problems[0][0]} may use {_weapons_allowed(row)}"
    return make_reply(
        text, {"allowed": ok}, ["yes" if ok else "no"], source=(table.source,), assumptions=_strictest(names)
    )


def _may_use(row: Any, name: str, types: tuple[str, ...]) -> bool:
    if row["rule"] == "any":
        return True
    if row["rule"] == "types":
        return bool(types) and all(letter in row["types"] for letter in types)
    return name in row["weapons"]


def _weapons_allowed(row: Any) -> str:
    if row["rule"] == "any":
        return "any weapon"
    if row["rule"] == "types":
        return f"{listed([_TYPE_NAMES[one] for one in row['types']])} weapons only"
    return listed([spoken(one) for one in row["weapons"]])


def _extra_class_weapons(slots: Slots) -> float:
    busy = slots.has(
        "thac0",
        "hit",
        "save",
        "damage",
        "attacks_per_round",
        "initiative",
        "backstab",
        "specialised",
        "two_weapons",
        "nonproficient",
        "range",
        "xp",
        "proficiency",
    )
    if not slots.classes or busy or slots.level is not None or slots.numbers.keys() & {"ac", "thac0"}:
        return -9.0
    general = slots.has("weapon", "damage_type") and not slots.all("weapon")
    return (
        1.8 * (bool(slots.all("weapon")) and slots.has("may"))
        + 1.6 * (general and slots.has("may"))
        + 0.8 * (general and any(item.text in {"which", "what"} for item in slots.items))
        - 1.0 * slots.has("poison")
    )


TOPICS = (
    topic(
        "class_armor",
        "the armor a class may wear",
        cues="wear=1 may=1 shield=0.6 ac weapon cast attack level need load become",
        things="armor=1.2 class=0.8 race material item skill",
        reply=reply_class_armor,
        extra=_extra_class_armor,
        tables=("class_armor",),
    ),
    topic(
        "class_weapons",
        "the weapons a class may use",
        cues=(
            "may=1 weapon=0.8 damage_type=0.6 wear=0.2 missile=0.1 turn=-0.5 attack require item_save need load become"
        ),
        things="weapon=1.2 class=0.8 race material item ammunition category",
        reply=reply_class_weapons,
        extra=_extra_class_weapons,
        tables=("class_weapons",),
    ),
)
