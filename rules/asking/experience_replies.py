"""Replies about the experience of characters: points for a level, the level of so many points, the way to the next."""

import re
from dataclasses import replace
from itertools import pairwise
from typing import Any

from rules.asking.reply import MissingValue, Reply, class_and_level, listed, make_reply, single_class, with_article
from rules.asking.slots import Slots
from rules.asking.topic import topic
from rules.asking.wanted import as_text
from rules.characters import ordinal
from rules.growth import Experience, experience_for_level, level_for_experience
from rules.loader import Rulebook


def _level_of(slots: Slots, name: str, book: Rulebook) -> Reply:
    """The level that so many experience points make."""
    points = int(slots.numbers["xp"])
    if slots.multi_class:
        return _shared_experience(slots, points, book)
    reached = level_for_experience(name, points, book=book)
    more = slots.has("next_level", "need") and any(item.token.text == "more" for item in slots.items)
    if more and reached.next_level_at is not None:
        return _to_next_level(slots, reached.next_level_at, name, reached, book)
    if reached.next_level_at is not None and _asks_only_for_next(slots):
        return _next_of(points, reached)
    text = f"{reached.level}. {with_article(reached.character_class)} with {slots.numbers['xp']} experience points"
    text = text.replace(slots.numbers["xp"], f"{points:,}")
    text += f" is {ordinal(reached.level)} level{_next_level(reached.next_level_at)}"
    return make_reply(text, reached.values(), [reached.level], reached)


def reply_experience(slots: Slots, book: Rulebook) -> Reply:
    if not slots.classes and {"level", "xp"} <= slots.numbers.keys() and slots.words & {"class", "classes", "who"}:
        return _classes_at(slots, book)
    slots = _from_level(slots)
    if not slots.classes:
        raise MissingValue("Which class?", "class")
    name = single_class(slots)
    if "xp" in slots.numbers and slots.level is None:
        return _level_of(slots, name, book)
    class_and_level(slots)
    if (target := _level_reached(slots)) is not None:
        return _between(name, int(slots.level or 1), target, book)
    return _of_level(slots, name, book)


def _classes_at(slots: Slots, book: Rulebook) -> Reply:
    """The classes that need so many points for a level: `which class needs 2,500 XP for second level`."""
    points, level = int(slots.numbers["xp"]), slots.level or "1"
    every = [row.exact[0] for row in book.table("classes").rows]
    found = [(name, experience_for_level(name, level, book=book)) for name in every]
    names = [name for name, needed in found if needed.experience_points == points]
    text = (
        f"{listed(names).capitalize() if names else 'None'}. {points:,} experience points make {ordinal(int(level))} "
    )
    text += f"level of: {listed(names) if names else 'no class'}"
    source = tuple(dict.fromkeys(source for _, needed in found for source in needed.source))
    return make_reply(text, {"classes": names}, names or ["none"], source=source)


def _from_level(slots: Slots) -> Slots:
    """`From 5th to 6th`: without the word, the first is still the level."""
    if slots.level is not None:
        return slots
    for one, other, third in zip(slots.items, slots.items[1:], slots.items[2:], strict=False):
        if one.kind == third.kind and one.kind in {"ordinal", "number"} and other.token.text in {"to", "and"}:
            rest = [left for left in slots.left_over if left not in {one.token.text, third.token.text}]
            return replace(slots, numbers={**slots.numbers, "level": str(one.token.number)}, left_over=rest)
    return slots


def _of_level(slots: Slots, name: str, book: Rulebook) -> Reply:
    """What a level takes, whether so many points are enough for it, and what is lacking."""
    found = experience_for_level(name, slots.level or "", book=book)
    if "xp" in slots.numbers and slots.words & {"enough", "sufficient", "suffice", "suffices"}:
        return _is_enough(int(slots.numbers["xp"]), found)
    if "xp" in slots.numbers and _CLAIMED.search(as_text(slots.items)):
        return _is_claimed(int(slots.numbers["xp"]), found)
    if int(slots.numbers.get("xp", found.experience_points)) < found.experience_points:
        return _until_level(int(slots.numbers["xp"]), found)
    points_text = f"{found.experience_points:,}"
    if "xp" in slots.numbers and found.next_level_at is not None:
        return _to_next_level(slots, found.next_level_at, name, found, book)
    if _asks_for_next(slots) and found.next_level_at is not None:
        text = (
            f"{found.next_level_at:,}. {with_article(found.character_class)} of {ordinal(found.level)} level "
            f"reaches the next at {found.next_level_at:,} experience points"
        )
        return make_reply(text, found.values(), [found.next_level_at, found.experience_points], found)
    text = f"{points_text}. {with_article(found.character_class)} needs {points_text} experience points"
    text += f" for {ordinal(found.level)} level{_next_level(found.next_level_at)}"
    return make_reply(text, found.values(), [found.experience_points], found)


def _is_enough(points: int, found: Experience) -> Reply:
    """Whether so many points make a level."""
    said = "yes" if points >= found.experience_points else "no"
    text = (
        f"{said.capitalize()}. {with_article(found.character_class)} needs {found.experience_points:,} experience "
        f"points for {ordinal(found.level)} level"
    )
    return make_reply(text, found.values() | {"enough": said == "yes"}, [said, found.experience_points], found)


def _is_claimed(points: int, found: Experience) -> Reply:
    """Whether a level takes the number of points that somebody says."""
    said = "yes" if points == found.experience_points else "no"
    text = (
        f"{said.capitalize()}. {with_article(found.character_class)} needs {found.experience_points:,} experience "
        f"points for {ordinal(found.level)} level"
    )
    return make_reply(text, found.values(), [said, found.experience_points], found)


_CLAIMED = re.compile(
    r"\b(?:needs?|takes?|requires?|costs?) (?:\S+ ){0,3}?\d+\b.* (?:right|true|correct|so)\b"
    r"|\b(?:true|right|correct) that\b.* (?:needs?|takes?|requires?) (?:\S+ ){0,3}?\d+\b"
)


def _until_level(points: int, found: Experience) -> Reply:
    """What is lacking for the level that is named, which so few points have not reached."""
    lacking = found.experience_points - points
    text = (
        f"{lacking:,}. {with_article(found.character_class)} with {points:,} experience points lacks {lacking:,} for "
        f"{ordinal(found.level)} level, at {found.experience_points:,}"
    )
    return make_reply(text, found.values() | {"lacking": lacking}, [lacking, found.experience_points], found)


def _level_reached(slots: Slots) -> int | None:
    """The later level of `until a 3rd level cleric reaches 4th`."""
    later = [item.token.number for item in slots.items if item.kind in {"ordinal", "number"}]
    level = int(slots.level) if slots.level and slots.level.isdecimal() else None
    aimed = any(
        one.token.text in {"for", "to", "and", "until", "till", "reach", "reaches", "hit", "make"}
        and after.kind in {"ordinal", "number"}
        and after.token.number == later[-1]
        for one, after in pairwise(slots.items)
    )
    if level is None or not (slots.has("next_level") or aimed) or len(later) < 2 or later[-1] != level + 1:
        return None
    return later[-1]


def _between(name: str, level: int, target: int, book: Rulebook) -> Reply:
    """From one level to a later one."""
    start, end = (experience_for_level(name, at, book=book) for at in (level, target))
    more = end.experience_points - start.experience_points
    text = (
        f"{end.experience_points:,}. {with_article(name)} reaches {ordinal(target)} level at {end.experience_points:,} "
        f"experience points, {more:,} more than {ordinal(level)} level"
    )
    return make_reply(text, end.values() | {"more": more}, [end.experience_points, more], start, end)


def _asks_for_next(slots: Slots) -> bool:
    return any(
        item.is_cue("next_level")
        and item.text
        in {"next level", "level up", "levelling up", "leveling up", "to level", "go up a level", "gain a level"}
        for item in slots.items
    )


def _asks_only_for_next(slots: Slots) -> bool:
    """`Next level for a cleric with 14,000 XP`, `when does he level`: the level that he has is not asked for."""
    aimed = _asks_for_next(slots) or _ASKS_NEXT.search(as_text(slots.items)) is not None
    return aimed and not _ASKS_LEVEL.search(as_text(slots.items))


_ASKS_NEXT = re.compile(
    r"\b(?:next|new|another) (?:one|level|rank)\b"
    r"|\b(?:when|how (?:soon|long|far))\b(?: \S+){1,6} (?:levels?|advances?|level up|go(?:es)? up|rises?)(?: \W|$)"
)
_ASKS_LEVEL = re.compile(
    r"\b(?:what|which) (?:level|lvl)(?! (?:comes|is|would be) next)\b"
    r"|\b(?:level|lvl) (?:is|am|are|was) (?:he|she|i|it|this|that|my)\b"
    r"|\b(?:current|present|actual) level\b"
)


def _next_of(points: int, reached: Experience) -> Reply:
    """Where the level after that of so many points begins, and how far that is."""
    next_at = reached.next_level_at or 0
    text = (
        f"{next_at:,}. {with_article(reached.character_class)} with {points:,} experience points is "
        f"{ordinal(reached.level)} level, and lacks {next_at - points:,} for the next, at {next_at:,}"
    )
    values = reached.values() | {"lacking": next_at - points}
    return make_reply(text, values, [next_at, next_at - points, reached.level + 1], reached)


def _to_next_level(slots: Slots, next_at: int, name: str, found: Any, book: Rulebook) -> Reply:
    points = int(slots.numbers["xp"])
    if points >= next_at:
        reached = level_for_experience(name, points, book=book)
        text = (
            f"{reached.level}. {with_article(name)} with {points:,} experience points is {ordinal(reached.level)} level"
        )
        return make_reply(text + _next_level(reached.next_level_at), reached.values(), [reached.level], reached)
    text = (
        f"{next_at - points:,}. {with_article(name)} with {points:,} experience points lacks {next_at - points:,} "
        f"for the level after {found.level}, at {next_at:,}"
    )
    return make_reply(text, found.values() | {"lacking": next_at - points}, [next_at - points, next_at], found)


def _shared_experience(slots: Slots, points: int, book: Rulebook) -> Reply:
    """A multi-class character divides experience equally."""
    share = points // len(slots.classes)
    found = [level_for_experience(name, share, book=book) for name in slots.classes]
    levels = "/".join(str(one.level) for one in found)
    text = (
        f"{levels}. {with_article('/'.join(slots.classes))} with {points:,} experience points has {share:,} in "
        f"each class: levels {levels}"
    )
    note = ("A multi-class character divides experience equally among the classes.",)
    return make_reply(text, {"level": levels, "share": share}, [levels, share], *found, assumptions=note)


def _next_level(points: int | None) -> str:
    return "; the table ends there" if points is None else f"; the next level is at {points:,}"


_OF_DICE = frozenset({"roll", "rolls", "rolled", "die", "dice", "d20", "beat", "target"})
"""Words with which something is rolled for, which nobody does for experience."""


def _extra_experience(slots: Slots) -> float:
    if (
        slots.classes
        and slots.level is not None
        and slots.cues <= {"level", "need", "require"}
        and slots.cues & {"need"}
        and not slots.words & _OF_DICE
    ):
        return 2.6 if slots.found.keys() <= {"class", "cue"} and not slots.abilities else -9.0
    return (
        -9.0
        if slots.has_creature and (not slots.classes)
        else 0.8 * (slots.has("next_level", "what_level") and "xp" in slots.numbers)
        - 0.8 * (not slots.has("xp") and "next_level" not in slots.cues)
    )


TOPICS = (
    topic(
        "experience",
        "experience points by class and level",
        cues=(
            "xp=3 next_level=1.4 what_level=0.4 level=0.2 need=0.2 become=0.2 require=0.2 worth=-0.5 points_to_spend "
            "extreme start_age level_limit score hit"
        ),
        things="class=0.8 xp=0.8 level=0.6 race=0.1",
        reply=reply_experience,
        extra=_extra_experience,
        tables=("experience_warrior", "experience_wizard", "experience_priest", "experience_rogue"),
    ),
)
