"""Replies about the hit dice and hit points of classes."""

import re

from rules.asking.reply import (
    Reply,
    class_and_level,
    describe,
    joined,
    listed,
    make_reply,
    score,
    with_article,
)
from rules.asking.slots import Slots
from rules.asking.topic import topic
from rules.asking.wanted import as_text
from rules.growth import hit_dice
from rules.loader import Rulebook

_DIE = frozenset({"hit die", "hitdie", "die", "type", "dice type", "kind", "sort", "which", "d"})
_ASKS_DIE = re.compile(r"\b(?:what|which)(?: (?:kind|type|sort|manner|size) of)? die\b")
"""One die is asked for, whatever the level: `which die does he roll at level four`."""
_EACH = frozenset({"per", "each", "every"})
_AFTER = frozenset({"after", "beyond", "past", "above", "over"})


def reply_hit_dice(slots: Slots, book: Rulebook) -> Reply:
    words = {word for item in slots.items for word in (*item.text.split(), item.text, item.token.text)}
    if slots.classes and words & _AFTER and "constitution" not in slots.abilities:
        return _points_after(slots, book)
    claimed = bool(slots.dice) and slots.level is None
    of_class = claimed or bool(words & _DIE) or bool(words & _EACH and slots.has("level")) or _names_dice_alone(slots)
    of_level = _ASKS_DIE.search(as_text(slots.items)) is not None and "constitution" not in slots.abilities
    if (slots.level is None or of_level) and slots.classes and of_class and slots.race is None:
        one_each = slots.classes if not slots.multi_class else slots.classes[:1]
        return joined([_die_of_class(slots.only("class", one), book) for one in one_each], same=True)
    if not slots.classes and slots.level is None and slots.dice:
        return _classes_with_die(slots, book)
    if slots.level is None and slots.classes and slots.words & {"starting", "beginning", "start"}:
        slots = slots.with_number("level", "1", "A starting character is of level 1.")
    name, level = class_and_level(slots)
    found = hit_dice(name, level, constitution=score(slots, "constitution"), book=book)
    text = f"{found.notation}. {with_article(describe(slots, book))} has {found.notation} hit points"
    headline = [found.notation, found.minimum, found.maximum, found.average]
    if any("max" in item.text for item in slots.items):
        headline = [found.maximum, found.notation]
    elif words & {"lowest", "least", "minimum", "min", "fewest", "worst"}:
        headline = [found.minimum, found.notation]
    elif any(item.text in {"average", "avg", "mean", "on average"} for item in slots.items):
        headline = [found.average, found.notation]
    return make_reply(
        f"{text}: {found.minimum} to {found.maximum}, {found.average} on average", found.values(), headline, found
    )


def _names_dice_alone(slots: Slots) -> bool:
    """`Wizard hit dice`: nothing is said of a character."""
    return slots.has("hd") and not slots.numbers and not slots.abilities and not slots.left_over


def _beyond(slots: Slots) -> bool:
    return any(item.token.text in _AFTER for item in slots.items)


def _group_of(slots: Slots, book: Rulebook) -> str:
    return str(book.table("classes").find(slots.classes[0])["group"])


def _die_of_class(slots: Slots, book: Rulebook) -> Reply:
    """The die of a class, and up to which level it is rolled."""
    table = book.table("hit_dice")
    row = table.find(_group_of(slots, book))
    die, last = f"d{str(row['die']).lstrip('d')}", row["last_level_with_die"]
    who = with_article(slots.classes[0])
    text = f"{die}. {who} rolls a {die} for hit points at each level up to {last}, then gains {row['hit_points_after']}"
    return make_reply(text, {"die": die, "last_level_with_die": last}, [die, f"1{die}"], source=(table.source,))


def _points_after(slots: Slots, book: Rulebook) -> Reply:
    """The hit points a level beyond the last with a die."""
    table = book.table("hit_dice")
    row = table.find(_group_of(slots, book))
    points, last = row["hit_points_after"], row["last_level_with_die"]
    text = f"{points}. {with_article(slots.classes[0])} gains {points} hit points for each level beyond {last}"
    return make_reply(text, {"hit_points": points, "last_level_with_die": last}, [points, last], source=(table.source,))


def _classes_with_die(slots: Slots, book: Rulebook) -> Reply:
    """The classes that roll a die."""
    table, wanted = book.table("hit_dice"), slots.dice[0].lstrip("1")
    groups = [row.exact[0] for row in table.rows if f"d{str(row.values[0]).lstrip('d')}" == wanted]
    names = [row.exact[0] for row in book.table("classes").rows if row.values[0] in groups]
    text = f"{listed(names).capitalize() if names else 'None'}. Hit points are rolled with {wanted} by: {listed(names)}"
    return make_reply(text, {"classes": names}, [*names, *groups] or ["none"], source=(table.source,))


def _extra_hit_dice(slots: Slots) -> float:
    # Which creature has how many stands with the creatures.
    if slots.classes and "hit_points_per_die" in slots.all("column") and _beyond(slots):
        return 4.0
    asked_of_die = bool(slots.dice) and slots.has("hd", "hp") and "how_many" not in slots.cues
    if not slots.classes and asked_of_die and any(item.text in {"class", "classes", "who"} for item in slots.items):
        return 2.0
    if "hit_dice" in slots.numbers or (not slots.classes and (slots.has_creature or slots.unknown)):
        return -9.0
    return 0.6 * bool(slots.classes) - 1.2 * slots.has("heal", "die", "damage") - 0.8 * ("hp" in slots.numbers)


TOPICS = (
    topic(
        "hit_dice",
        "hit dice and hit points of a class",
        cues=(
            "which_die=1 hd=3 hp=3 dice=0.3 extreme=0.2 level modifier chance rolled next_level need stat_block heal "
            "damage_type how_often"
        ),
        things="dice class=0.7 level=0.6 ability=0.3 score=0.3 race column",
        reply=reply_hit_dice,
        extra=_extra_hit_dice,
        tables=("hit_dice",),
    ),
)
