"""Replies with the creatures that fit a description: Hit Dice, terrain, kind, frequency."""

from typing import Any

from rules.asking.reply import MissingValue, NotCovered, Reply, make_reply
from rules.asking.slots import Slots
from rules.asking.topic import topic
from rules.characters import spoken
from rules.creatures import find_creatures
from rules.loader import Rulebook

MOST_LISTED = 12


def reply_find_creatures(slots: Slots, book: Rulebook) -> Reply:
    wanted: dict[str, Any] = {
        "terrain": slots.one("terrain"),
        "kind": slots.one("creature_kind"),
        "frequency": slots.one("frequency"),
    }
    span = _dice_span(slots)
    if span is not None:
        wanted["hit_dice"] = span
    if not any(value is not None for value in wanted.values()):
        raise MissingValue("Which Hit Dice, which terrain, or which kind?", "hit_dice")
    found = find_creatures(book=book, **wanted)
    if not found:
        raise NotCovered("No creature of the rule base fits")
    names = [spoken(one.name) for one in found]
    words = [f"{spoken(one.name)} ({one.hit_dice or '-'} HD)" for one in found[:MOST_LISTED]]
    more = f", and {len(found) - MOST_LISTED} more" if len(found) > MOST_LISTED else ""
    return make_reply(
        f"{len(found)}. These fit: {', '.join(words)}{more}",
        {"count": len(found), "creatures": names},
        names,
        source=(found[0].source[0],),
    )


def _dice_span(slots: Slots) -> tuple[float, float] | None:
    if "hit_dice_span" in slots.numbers:
        first, _, last = slots.numbers["hit_dice_span"].partition("-")
        return float(min(int(first), int(last))), float(max(int(first), int(last)))
    numbers = [
        float(item.token.number)
        for item in slots.items
        if item.kind in {"number", "signed"} and 0 < abs(item.token.number) <= 40
    ]
    numbers = [abs(number) for number in numbers]
    numbers += [
        float(part)
        for item in slots.items
        if item.kind == "hit_dice" and "-" in item.token.text
        for part in item.token.text.split("-")
    ]
    if not numbers or not slots.has("hd"):
        return None
    words = {item.text for item in slots.items}
    low, high = min(numbers), max(numbers)
    if words & {"more", "least", "over", "above"}:
        return low, 100.0
    if words & {"less", "most", "under", "below", "fewer"}:
        return 0.0, high
    return low, high


def _extra_find(slots: Slots) -> float:
    described = (
        bool(slots.found.keys() & {"terrain", "creature_kind"})
        or "hit_dice" in slots.numbers
        or _dice_span(slots) is not None
    )
    if not slots.has("which_creatures") or not described or slots.classes or slots.all("creature"):
        return -9.0
    return 1.5 - 2.0 * slots.has("thac0", "xp", "worth", "turn", "save")


TOPICS = (
    topic(
        "find_creatures",
        "creatures by Hit Dice, terrain or kind",
        cues=(
            "which_creatures=2.6 hd=0.6 terrain_word=0.6 creature=0.4 undead=0.4 frequency=0.4 encounter=0.2 "
            "search=0.2 "
            "level attack may need extreme movement age max_age"
        ),
        things=(
            "terrain=1 creature_kind=1 hit_dice_span=0.8 hit_dice=0.6 frequency=0.6 encounter_place=0.2 visibility "
            "undead"
        ),
        reply=reply_find_creatures,
        extra=_extra_find,
    ),
)
