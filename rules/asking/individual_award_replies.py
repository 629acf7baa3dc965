"""Replies about individual experience awards: what a class earns for its own deeds, beside the creatures slain.

The rules of one line say how much for each level of a spell, each Hit Die, each gold piece, each use of a skill.
"""

import re
from collections.abc import Callable

from rules.asking.reply import MissingValue, Reply, make_reply, with_article
from rules.asking.slots import Slots
from rules.asking.topic import topic
from rules.asking.wanted import as_text
from rules.loader import Rulebook

LIKELY = 14.0
MOST_TIMES = 20
_RULES = {"warrior": "awards_warrior", "wizard": "awards_wizard", "priest": "awards_priest", "rogue": "awards_rogue"}
_NAMED = re.compile(
    r"\b(?:individual|individually|class (?:awards?|bonus)|role ?playing|bonus (?:xp|experience)|personal)\b"
)
_CASTS = re.compile(r"\b(?:xp|experience|award|points)\b.*\b(?:for|by) (?:\S+ ){0,3}?(?:casting|cast)\b")


def reply_individual_award(slots: Slots, book: Rulebook) -> Reply:
    """The award of the class for the spell, the creature, the gold or the skill that the question tells."""
    group = _group(slots, book)
    row = book.table("dungeon_master_rules").find(_RULES[group])
    each = [int(one) for one in row["shown"]]
    points, what = _EARNED[group](slots, each)
    text = f"{points:,}. {with_article(slots.classes[0])} earns {points:,} experience points {what}: {row['sentence']}"
    source = (book.table("dungeon_master_rules").source,)
    return make_reply(text, {"experience_points": points}, [points], source=source)


def _group(slots: Slots, book: Rulebook) -> str:
    return str(book.table("classes").find(slots.classes[0])["group"])


def _for_spell(slots: Slots, each: list[int]) -> tuple[int, str]:
    level = slots.number("spell_level")
    if level is None:
        raise MissingValue("Of which level was the spell?", "spell_level")
    count = _count(slots)
    times = f"{count} times " if count > 1 else ""
    return each[0] * level * count, f"{times}for a spell of level {level}"


def _for_creature(slots: Slots, each: list[int]) -> tuple[int, str]:
    dice = slots.numbers.get("hit_dice", "").partition("+")[0]
    if not dice.isdecimal():
        raise MissingValue("How many Hit Dice did the creature have?", "hit_dice")
    if slots.level is None or not slots.level.isdecimal():
        raise MissingValue("Which level is the warrior?", "level")
    count = _count(slots)
    return each[0] * int(slots.level) * int(dice) * count, f"for {int(dice) * count} Hit Dice at level {slots.level}"


def _for_gold_or_skill(slots: Slots, each: list[int]) -> tuple[int, str]:
    if "gold" in slots.numbers:
        return each[0] * int(slots.numbers["gold"]), f"for {int(slots.numbers['gold']):,} gold pieces"
    return each[1] * _count(slots), "for a special ability"


_EARNED: dict[str, Callable[[Slots, list[int]], tuple[int, str]]] = {
    "warrior": _for_creature, "wizard": _for_spell, "priest": _for_spell, "rogue": _for_gold_or_skill,
}  # fmt: skip


def _count(slots: Slots) -> int:
    """The three of `three 2nd level spells`, `two 4 HD creatures`; 1 where nothing is counted."""
    for item, after in zip(slots.items, slots.items[1:], strict=False):
        counted = after.kind in {"ordinal", "hit_dice", "number"} or after.is_cue("creature", "thief_skills")
        if item.kind == "number" and counted and 1 < item.token.number <= MOST_TIMES:
            return item.token.number
    return 1


def _extra_individual_award(slots: Slots) -> float:
    """A deed that is told: without one, what is asked is the rule itself."""
    text = as_text(slots.items)
    earned = "spell_level" in slots.numbers or "gold" in slots.numbers or "hit_dice" in slots.numbers
    earned = earned or (bool({"thief", "bard"} & set(slots.classes)) and bool(slots.words & {"ability", "skill"}))
    named = _NAMED.search(text) is not None
    cast = "spell_level" in slots.numbers and _CASTS.search(text) is not None and not slots.has("next_level")
    if len(slots.classes) != 1 or not slots.has("xp", "worth") or not earned or not (named or cast):
        return -99.0
    return LIKELY if "per" not in slots.words else -99.0


TOPICS = (
    topic(
        "individual_award",
        "individual experience awards",
        cues=(
            "xp=1 worth=0.6 cast level spell hd creature gold kill spell_slots spell_level thief_skills racial hit "
            "attack treasure modifier coins"
        ),
        things="class=0.6 level spell_level hit_dice gold coin skill creature_kind creature spell",
        reply=reply_individual_award,
        extra=_extra_individual_award,
        tables=("dungeon_master_rules",),
    ),
)
