"""Replies about the backstab: its multiplier, from which level, and what it adds to hit."""

from rules.asking.levels import first_level, wants_level
from rules.asking.reply import MissingValue, Reply, class_and_level, make_reply
from rules.asking.slots import Slots
from rules.asking.topic import topic
from rules.loader import Rulebook
from rules.results import Part
from rules.weapons import backstab_multiplier


def reply_backstab(slots: Slots, book: Rulebook) -> Reply:
    table = book.table("backstab")
    if wants_level(slots):
        wanted = next((item.token.number for item in slots.items if item.kind == "number"), None)
        words = {"double": 2, "triple": 3, "quadruple": 4, "quintuple": 5}
        wanted = wanted or next((words[item.text] for item in slots.items if item.text in words), None)
        level = first_level(lambda at: backstab_multiplier(at, book=book) == wanted) if wanted else None
        if level is None or "until" in slots.words:
            raise MissingValue("Which multiplier is meant: x2, x3, x4 or x5?", "multiplier")
        text = f"{level}. A thief's backstab multiplies damage by {wanted} from level {level}"
        return make_reply(text, {"level": level, "multiplier": wanted}, [level, f"x{wanted}"], source=(table.source,))
    names = slots.classes or ["thief"]
    if "thief" not in names and (names == ["bard"] or "thief" not in slots.classes):
        return make_reply(
            f"No. Only thieves backstab, not a {names[0]}", {"allowed": False}, ["no"], source=(table.source,)
        )
    level_text = slots.level
    if level_text is None and slots.has("hit", "modifier") and not slots.has("damage"):
        text = "+4. A thief has +4 to hit with a backstab, and the victim has neither shield nor Dexterity bonus"
        return make_reply(text, {"attack": 4}, ["+4"], source=(table.source,))
    if level_text is None:
        _, level_text = class_and_level(slots) if slots.classes else _thief_level()
    level = int(level_text.split("/")[list(slots.classes).index("thief") if "/" in level_text else 0])
    times = backstab_multiplier(level, book=book)
    text = f"x{times}. A thief of level {level} multiplies the weapon's damage by {times}, with +4 to hit from behind"
    parts = (Part(f"backstab at level {level}", f"x{times}", table.source),)
    return make_reply(text, {"multiplier": times, "attack": 4}, [f"x{times}", "+4"], parts=parts)


def _thief_level() -> tuple[str, str]:
    raise MissingValue("Which level is the thief?", "level")


def _extra_backstab(slots: Slots) -> float:
    return -2.0 if slots.all("weapon") and not asks_multiplier(slots) else 0.0


def asks_multiplier(slots: Slots) -> bool:
    """Whether it is the multiplier that is asked for, whatever the weapon."""
    return any(item.text.startswith("mult") or item.text.endswith("multiplier") for item in slots.items)


TOPICS = (
    topic(
        "backstab",
        "the backstab multiplier",
        cues="backstab=4 what_level=0.3 modifier=0.3 damage=0.2 hit=0.2 may=0.2 level attack need",
        things="class=0.5 level=0.5 race situation",
        reply=reply_backstab,
        extra=_extra_backstab,
        tables=("backstab",),
    ),
)
