"""Replies about turning undead."""

import re
from typing import Any

from rules.asking.casting_replies import asks_whether
from rules.asking.creature_names import creature_of
from rules.asking.levels import first_level, wants_level
from rules.asking.reply import (
    MissingValue,
    Reply,
    class_and_level,
    listed,
    make_reply,
    with_article,
)
from rules.asking.slots import Slots
from rules.asking.topic import topic
from rules.asking.wanted import as_text
from rules.characters import spoken
from rules.loader import Rulebook
from rules.turning import CANNOT, TurnUndead, turn_undead


def reply_turn_undead(slots: Slots, book: Rulebook) -> Reply:
    undead, dice = slots.one("undead"), slots.numbers.get("hit_dice")
    creature = creature_of(slots.one("creature"))
    named = "" if dice is None else f"undead with {dice} Hit Dice"
    if undead is None and dice is None and creature is not None and creature.is_undead:
        dice, named = creature.hit_dice, creature.spoken
    if wants_level(slots) and (undead or dice):
        return _level_for_turning(slots, undead, dice, book)
    source = book.table("turn_undead").source
    if slots.classes and not {"cleric", "paladin"} & set(slots.classes):
        who = with_article(slots.classes[0])
        text = f"No. {who} does not turn undead: clerics do, and paladins as clerics two levels lower"
        return make_reply(text, {"allowed": False}, ["no"], source=(source,))
    if slots.level is None and not wants_level(slots) and _asks_how_many(slots):
        text = "2d6. A successful turning affects 2d6 undead, and 2d4 more where the table has D*"
        return make_reply(text, {"number_affected": "2d6"}, ["2d6"], source=(source,))
    if (equal := _as_cleric(slots, book)) is not None:
        return equal
    return _reply_by_level(slots, undead, dice, named, book)


def _reply_by_level(slots: Slots, undead: str | None, dice: str | None, named: str, book: Rulebook) -> Reply:
    name, level = class_and_level(slots) if slots.classes else ("cleric", _level(slots))
    one_asked = (slots.has("need") or asks_whether(slots)) and _points_at_some(slots)
    of_one = one_asked or _asks_a_number(slots)
    if undead is None and dice is None and of_one and not _asks_for_all(slots):
        raise MissingValue("Which undead?", "undead")
    found = turn_undead(name, level, undead=undead, hit_dice=None if undead else dice, book=book)
    if found.undead is None and set(found.column.values()) == {CANNOT}:
        text = f"No. {_who(found)} turns no undead yet: paladins do from level 3"
        return make_reply(text, {"allowed": False}, ["no"], found)
    if found.undead is None and (picked := _picked(slots, found)) is not None:
        return picked
    if found.undead is None:
        words = listed([f"{spoken(kind)} {value}" for kind, value in found.column.items()])
        text = f"{', '.join(map(str, found.column.values()))}. {_who(found)} turns: {words}"
        return make_reply(text, found.values(), list(found.column.values()), found)
    return _turned(slots, found, spoken(found.undead) if undead else named)


PALADIN_BEHIND = 2
"""A paladin turns as a cleric so many levels lower."""


def _as_cleric(slots: Slots, book: Rulebook) -> Reply | None:
    """`A paladin of level 6 turns as which cleric level`: the level at which a cleric turns as well."""
    if set(slots.classes) != {"paladin", "cleric"} or slots.multi_class or slots.level is None:
        return None
    if "as" not in slots.words or slots.one("undead") or not slots.level.isdecimal():
        return None
    equal = int(slots.level) - PALADIN_BEHIND
    text = f"{equal}. A paladin of level {slots.level} turns undead as a cleric of level {equal}"
    if equal < 1:
        text = f"None. A paladin of level {slots.level} turns no undead yet: paladins do from level 3"
    shown = [equal] if equal > 0 else ["none"]
    return make_reply(text, {"cleric_level": equal}, shown, source=(book.table("turn_undead").source,))


def _level(slots: Slots) -> str:
    if slots.level is None:
        raise MissingValue("Which level is the cleric?", "level")
    return slots.level


def _asks_a_number(slots: Slots) -> bool:
    """`What must he roll to turn the undead`: one number, which no table has for undead of any kind."""
    return slots.has("need", "chance") or bool(slots.words & {"number", "roll", "chance", "odds"})


_EVERY = frozenset({"all", "each", "every", "any", "kinds", "types", "table", "list", "column", "row", "chart"})
"""Words that ask for the whole column."""


def _asks_for_all(slots: Slots) -> bool:
    return bool(slots.words & _EVERY) or _WHICH_ONES.search(as_text(slots.items)) is not None


_WHICH_ONES = re.compile(r"\b(?:which|what) (?:undead|ones|kinds?|types?|of)\b")


def _picked(slots: Slots, found: TurnUndead) -> Reply | None:
    """The kinds that are turned without a roll or destroyed, where those are asked for of all the undead."""
    destroys = bool(slots.words & _DESTROYS)
    if not destroys and not slots.words & _AUTOMATIC:
        return None
    letters = ("D", "D*") if destroys else ("T", "D", "D*")
    kinds = [spoken(kind) for kind, value in found.column.items() if value in letters]
    what = "destroys without a roll" if destroys else "turns without a roll"
    text = f"{_who(found)} {what}: {listed(kinds) if kinds else 'none'}"
    headline = kinds or ["none"]
    if asks_whether(slots):
        headline = ["yes" if kinds else "no", *headline]
    return make_reply(f"{headline[0].capitalize()}. {text}", found.values() | {"kinds": kinds}, headline, found)


_DESTROYS = frozenset({"destroy", "destroys", "destroyed", "obliterate", "dust"})
_AUTOMATIC = frozenset({"automatically", "automatic", "auto", "autoturn", "always", "without"})


def _points_at_some(slots: Slots) -> bool:
    """`What do I need to turn them`: some undead, but which?"""
    return any(item.token.text in {"them", "it", "these", "those", "him", "that"} for item in slots.items)


def _who(found: TurnUndead) -> str:
    return with_article(f"{found.character_class} of level {found.level}")


def _turned(slots: Slots, found: TurnUndead, kind: str) -> Reply:
    """What turning one kind of undead needs."""
    needed = found.needed
    rolled = f"are turned on {needed} or more on a d20, a chance of {found.chance_percent} %"
    text = f"{needed}. For {_who(found).lower()}, {kind} {_MEANINGS.get(str(needed), rolled)}"
    headline: list[Any] = [needed, *_LETTER_WORDS.get(str(needed), ())]
    # Whether they are destroyed is told by the letter; how many are, where none is, is another question.
    doubt = UNDESTROYED * (bool(slots.words & _DESTROYS) and {"how", "many"} <= slots.words and "D" not in str(needed))
    if needed != CANNOT:
        text += f"; {found.number_affected} of them are affected"
        headline += [found.number_affected, *([found.more_destroyed] if found.more_destroyed else [])]
    values = found.values()
    if "roll" in slots.numbers and isinstance(needed, int):
        turned = int(slots.numbers["roll"]) >= needed
        result = "turns" if turned else "does not turn"
        text = f"{'Yes' if turned else 'No'}. A roll of {slots.numbers['roll']} {result} them. {text}"
        headline.insert(0, "yes" if turned else "no")
        values |= {"turned": turned}
    return make_reply(text, values, headline, found, doubt=doubt)


UNDESTROYED = 0.3
"""What the confidence loses where it is asked how many are destroyed of those that are only turned."""


_LETTER_WORDS = {"T": ["turned"], "D": ["destroyed"], "D*": ["destroyed"], CANNOT: ["no", "no effect"]}
_MEANINGS = {
    "T": "are turned without a roll",
    "D": "are destroyed without a roll",
    "D*": "are destroyed, and 2d4 more",
    CANNOT: "cannot be turned: no effect",
}


def _asks_how_many(slots: Slots) -> bool:
    counted = any(item.text in {"many", "number"} for item in slots.items)
    wanted = slots.has("need") or any(item.token.text in {"roll", "on", "with"} for item in slots.items)
    one_face = bool(slots.words & {"must", "need", "needs", "die", "dice"})
    if (slots.one("undead") or one_face) and "many" not in slots.words and not slots.words & {"affected", "turned"}:
        return False
    return counted and not (wanted and (slots.one("undead") or slots.one("creature")))


def _level_for_turning(slots: Slots, undead: str | None, dice: str | None, book: Rulebook) -> Reply:
    name = "paladin" if "paladin" in slots.classes else "cleric"
    words = [item.text for item in slots.items]
    destroy = any(word.startswith(("destroy", "dispel")) or word == "d" for word in words)
    automatic = any(word.startswith("auto") or word in {"t", "without a roll", "always"} for word in words)

    def reached(level: int) -> bool:
        needed = turn_undead(name, level, undead=undead, hit_dice=dice if undead is None else None, book=book).needed
        return (
            needed in {"D", "D*"}
            if destroy
            else (isinstance(needed, str) and needed != "-")
            if automatic
            else needed != "-"
        )

    level = first_level(reached)
    if level is None:
        raise MissingValue("Which level is meant?", "level")
    found = turn_undead(name, level, undead=undead, hit_dice=dice if undead is None else None, book=book)
    what = "destroys" if destroy else "turns"
    text = f"{level}. {with_article(name)} {what} {spoken(found.undead or '')} from level {level} ({found.needed})"
    return make_reply(text, found.values() | {"level": level}, [level, found.needed], found)


_OTHER_BUSINESS = (
    "hit", "attack", "damage", "save", "thac0", "ac", "initiative", "morale", "xp", "worth", "spell", "cast", "hp",
    "movement", "stat_block", "which_creatures", "attacks_per_round", "alignment", "treasure", "level_limit",
)  # fmt: skip


def _extra_turn(slots: Slots) -> float:
    creature = creature_of(slots.one("creature"))
    undead = bool(slots.all("undead")) or slots.has("undead") or (creature is not None and creature.is_undead)
    turner = any(name in {"cleric", "paladin"} for name in slots.classes)
    if (
        turner
        and undead
        and slots.has("versus")
        and not slots.has("turn", "hit", "attack", "damage", "save", "thac0", "ac", "initiative", "morale")
    ):
        return 2.6
    strong = any("undead" in item.text and item.is_cue("turn") for item in slots.items)
    if turner and undead and slots.has("command"):
        return 2.6
    if turner and undead and not slots.has("turn", *_OTHER_BUSINESS):
        return 2.4
    if not slots.has("turn") or (
        slots.has("duration", "light", "save", "thac0", "movement", "item_save", "initiative")
        and not (undead and turner)
    ):
        return -9.0
    return 1.0 * undead + 0.6 * turner + 0.6 * strong - 3.0 * (not undead and not turner and not strong)


TOPICS = (
    topic(
        "turn_undead",
        "turning undead",
        cues=(
            "turn=3 undead=1 command=0.6 rolled=0.4 need=0.4 what_level=0.3 chance=0.3 hd=0.2 creature=0.2 versus=0.2 "
            "number_appearing=0.2 may=0.1 level item_save modifier turns magic_item rounds attack dice hit die "
        ),
        things="undead=1.2 class=0.6 level=0.6 creature=0.6 hit_dice=0.6 roll=0.4 race skill spell item_attack",
        reply=reply_turn_undead,
        extra=_extra_turn,
        each="undead",
        tables=("turn_undead", "turn_undead_hit_dice"),
    ),
)
