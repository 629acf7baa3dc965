"""Replies about the experience value of creatures."""

import re
from typing import Any

from rules.asking.creature_names import creature_of
from rules.asking.reply import MissingValue, Reply, listed, make_reply, with_article
from rules.asking.slots import Slots
from rules.asking.topic import topic
from rules.asking.wanted import as_text
from rules.characters import spoken
from rules.loader import Rulebook
from rules.monsters import monster_experience
from rules.results import Part, Result, plain


def reply_monster_experience(slots: Slots, book: Rulebook) -> Reply:
    creature = creature_of(slots.one("creature"))
    results: tuple[Result, ...] = ()
    source: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    if creature is not None and "hit_dice" not in slots.numbers:
        points = creature.experience_points
        if points is None:
            raise MissingValue(f"How many Hit Dice does the {creature.spoken} have?", "hit_dice")
        who, source, values = with_article(creature.spoken), (creature.where,), {"experience_points": points}
    else:
        if "hit_dice" not in slots.numbers:
            raise MissingValue("How many Hit Dice does the creature have?", "hit_dice")
        parts = _added_dice(slots, book)
        added = sum(int(part.value) for part in parts)
        found = monster_experience(slots.numbers["hit_dice"], added_hit_dice=added, book=book)
        abilities = listed([f"{part.label} +{part.value}" for part in parts]) if parts else "no special abilities"
        who, results = f"A creature with {found.hit_dice} Hit Dice and {abilities}", (found,)
        points, values = found.experience_points, found.values()
    headline: list[Any] = [points]
    text = f"{points:,}. {who} is worth {points:,} experience points"
    count = _how_many(slots)
    if count > 1:
        headline = [points * count, points]
        text = f"{points * count:,}. {who} is worth {points:,} experience points, {count} of them {points * count:,}"
        values |= {"count": count, "total": points * count}
    if (sharers := _sharers(slots)) is not None:
        each = points * count // sharers
        headline = [each, *headline]
        text = f"{each:,} each, shared by {sharers}. {text}"
        values |= {"sharers": sharers, "each_gets": each}
    return make_reply(text, plain(values), headline, *results, parts=parts, source=source)


def _added_dice(slots: Slots, book: Rulebook) -> tuple[Part, ...]:
    """The Hit Dice that each ability of the question adds."""
    table = book.table("xp_ability_additions")
    return tuple(Part(spoken(name), int(table.value(name)), table.source) for name in slots.all("xp_ability"))


def _sharers(slots: Slots) -> int | None:
    """Among how many the points are divided: `our party of 4 killed a troll, XP each?`."""
    if (party := _PARTY_OF.search(as_text(slots.items))) is not None:
        return int(party[1] or party[2])
    if not slots.words & _SHARED:
        return None
    numbers = [
        after.token.number
        for before, after, last in zip(slots.items, slots.items[1:], [*slots.items[2:], None], strict=False)
        if after.kind == "number"
        and not (last is not None and (last.value("creature") or last.is_cue("creature", "hd")))
        and (before.token.text in _AMONG or (last is not None and last.token.text in _PARTY | {"of"}))
    ]
    return next((number for number in numbers if 1 < number <= MOST_SHARERS), None)


_PARTY_OF = re.compile(r"\b(?:party|group|band) of (\d{1,2})\b|\b(\d{1,2}) of us\b")
MOST_SHARERS = 20
MOST_SLAIN = 500
_SHARED = frozenset({"each", "apiece", "share", "shared", "split", "divided", "divide", "per"})
_AMONG = frozenset({"of", "among", "between", "amongst", "by"})
_PARTY = frozenset({"players", "pcs", "characters", "people", "adventurers", "heroes", "survivors", "members", "ways"})


def _how_many(slots: Slots) -> int:
    """The number before the creature: `6 orcs`."""
    name = slots.one("creature")
    for place in [
        *(place for place in slots.places.get("creature", ()) if slots.items[place].value("creature") == name),
        *(place for place, item in enumerate(slots.items) if item.is_cue("creature")),
    ]:
        before = slots.items[place - 1] if place else None
        if before is not None and before.kind == "number" and 1 < before.token.number <= 500:
            return int(before.token.text)
    return _counted_by_dice(slots) or 1


def _counted_by_dice(slots: Slots) -> int | None:
    """The six of `six 2 HD lizards`, and of `a 2 HD lizard, all six`."""
    for one, after, last in zip(slots.items, slots.items[1:], [*slots.items[2:], None], strict=False):
        of_dice = after.kind in {"number", "hit_dice"} and last is not None and last.is_cue("hd")
        if one.kind == "number" and (of_dice or after.kind == "hit_dice") and not one.is_cue("hd"):
            return one.token.number
        ends = last is None or last.kind == "separator"
        if after.kind == "number" and (one.token.text == "all" or (one.token.text == "the" and ends)):
            return after.token.number if 1 < after.token.number <= MOST_SLAIN else None
    return None


def _extra_monster_experience(slots: Slots) -> float:
    if slots.classes and not slots.has_creature:
        return -9.0
    if not slots.has("xp", "worth"):
        return -9.0
    return (
        1.0 * ("hit_dice" in slots.numbers)
        + 0.8 * bool(slots.all("creature"))
        - 3.0 * (not slots.has("xp") and not slots.has_creature)
    )


TOPICS = (
    topic(
        "monster_experience",
        "experience value of creatures",
        cues="xp=3 worth=1.6 kill=0.6 creature=0.6 hd=0.4 undead=0.2 level stat_block modifier die hit gold special",
        things="creature=1.2 hit_dice=0.8 xp_ability=0.4 class=-0.5 undead category column situation spell",
        reply=reply_monster_experience,
        extra=_extra_monster_experience,
        each="creature",
        tables=("monster_xp", "xp_ability_additions"),
    ),
)
